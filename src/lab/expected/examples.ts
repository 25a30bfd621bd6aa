/**
 * Values of the lectures' worked examples: the printed figures, and the correct ones in float64. An example computes its values when
 * it runs and compares them with these. Source: tests/golden/lecture_examples.json.
 */
import { computed } from '../../computed.js';
import type { ExampleId, ExpectedExample } from './example.js';
import { examplesA } from './examples-a.js';
import { examplesBE } from './examples-b-e.js';
import { examplesD } from './examples-d.js';

export const expectedExamples = /* @__PURE__ */ computed(
  () =>
    ({
      ...examplesA,
      ...examplesBE,
      ...examplesD,
    }) as const satisfies Record<ExampleId, ExpectedExample>,
);
