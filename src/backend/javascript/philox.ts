import {
  PHILOX_MULTIPLIER_0,
  PHILOX_MULTIPLIER_1,
  PHILOX_ROUNDS,
  PHILOX_WEYL_0,
  PHILOX_WEYL_1,
} from '../../../assembly/draw-coefficients.js';

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): writes to words[at..at + 4) the four
 * words of a counter (blockLow, blockHigh, path0, path1) and a key.
 */
export function philox(
  words: Uint32Array,
  at: number,
  blockLow: number,
  blockHigh: number,
  path0: number,
  path1: number,
  key0: number,
  key1: number,
): void {
  // int32 locals: without them, the engine reads and converts each constant in every round.
  const m0 = PHILOX_MULTIPLIER_0 | 0;
  const m1 = PHILOX_MULTIPLIER_1 | 0;
  const w0 = PHILOX_WEYL_0 | 0;
  const w1 = PHILOX_WEYL_1 | 0;
  let c0 = blockLow | 0;
  let c1 = blockHigh | 0;
  let c2 = path0 | 0;
  let c3 = path1 | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < PHILOX_ROUNDS; round++) {
    const high0 = multiplyHigh(m0, c0);
    const high1 = multiplyHigh(m1, c2);
    const low0 = Math.imul(m0, c0);
    const low1 = Math.imul(m1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + w0) | 0;
    k1 = (k1 + w1) | 0;
  }
  words[at] = c0;
  words[at + 1] = c1;
  words[at + 2] = c2;
  words[at + 3] = c3;
}

/** Upper half of the 64-bit product of two words. It multiplies halves of 16 bits, so that no partial sum exceeds 2³². */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16);
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 16;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + carry) | 0;
}
