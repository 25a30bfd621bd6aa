/** The digits as the page loads them. */
import { gunzipSync } from 'node:zlib';
import type { GivenRows } from '../../playground/engine/data/data-set.js';
import { digits } from '../../playground/vite/digits.mjs';

const [ROWS, TRAIN_ROWS] = [2500, 2000];

export function givenDigits(): GivenRows {
  const bytes = new Uint8Array(gunzipSync(digits()));
  return {
    x: bytes.slice(ROWS),
    y: bytes.slice(0, ROWS),
    inputSize: 784,
    classes: 10,
    trainRows: TRAIN_ROWS,
    lines: [],
  };
}
