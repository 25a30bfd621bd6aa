/** Digits as the page loads them. */
import { gunzipSync } from 'node:zlib';
import type { GivenRows } from '../../playground/engine/data/data-set.js';
import { digitRows } from '../../playground/engine/data/digit-rows.mjs';
import { digits } from '../../playground/vite/digits.mjs';

export function givenDigits(): GivenRows {
  return { ...digitRows(new Uint8Array(gunzipSync(digits()))), lines: [] };
}
