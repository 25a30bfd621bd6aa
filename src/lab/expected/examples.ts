/**
 * The lectures' worked examples: what the slides print, and the same recomputed in float64, after
 * tests/golden/lecture_examples.json. The values themselves are computed when an example runs; these are what they are held to.
 */
import type { ExampleId, ExpectedExample } from './example.js';
import { examplesA } from './examples-a.js';
import { examplesBE } from './examples-b-e.js';
import { examplesD } from './examples-d.js';

export const expectedExamples = {
  ...examplesA,
  ...examplesBE,
  ...examplesD,
} as const satisfies Record<ExampleId, ExpectedExample>;
