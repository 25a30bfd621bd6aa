/** The result that consumers of the package must give is that of the sources. */
import { expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { useSaving } from '../../src/extras/index.js';
import * as library from '../../src/index.js';
import { hash } from '../reproducibility/fingerprints.mjs';
import { EXPECTED, train } from './program.mjs';

it('gives the pinned result from the sources', async () => {
  expect(await train({ ...library, iris, useSaving }, hash)).toBe(EXPECTED);
});
