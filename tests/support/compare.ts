/** Compares numbers relative to the largest of their block, bit by bit, or in units in the last place. */
import { expect } from 'vitest';

/**
 * Expects |a − b| ≤ tolerance · max(|b|, max|block|) for every element. b is the reference, the block is all of it. Only NaN
 * matches NaN, an infinity matches only itself, and neither counts towards the maximum of the block.
 */
export function expectBlock(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'block',
): void {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Number.isFinite(expected[i])) largest = Math.max(largest, Math.abs(expected[i]!));
  }
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i])) continue;
    const bound = tolerance * Math.max(Math.abs(expected[i]!), largest);
    // This comparison fails for NaN. Next to an infinity, every finite number would otherwise be close.
    if (!(Number.isFinite(expected[i]) && Math.abs(actual[i]! - expected[i]!) <= bound)) {
      expect.fail(`${what}: element ${i}: ${actual[i]} is not within ${bound} of ${expected[i]}`);
    }
  }
}

/** Expects equal bits, so that −0 differs from 0. Any NaN equals NaN, because WebAssembly leaves its bits open. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what = ''): void {
  if (actual.length !== expected.length) {
    expect.fail(`${what}: ${actual.length} values, expected ${expected.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) {
      expect.fail(`${what}: element ${i} is ${actual[i]}, expected ${expected[i]}`);
    }
  }
}

const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);

/** Distance between the two f32 around x: one unit in the last place. */
export function spacing(x: number): number {
  double[0] = x;
  const exponent = ((doubleWords[1]! >>> 20) & 0x7ff) - 1023;
  // Below 2⁻¹²⁶, floats are evenly spaced.
  const place = Math.max(exponent, -126) - 23;
  doubleWords[0] = 0;
  doubleWords[1] = (place + 1023) << 20;
  return double[0]!;
}

/** Error of a float in units in the last place of the exact value; rounding alone allows 0.5. */
export function ulpError(actual: number, exact: number): number {
  return actual === exact ? 0 : Math.abs(actual - exact) / spacing(exact);
}

/** Returns the largest error in units in the last place, and the x where it occurs. */
export function worstUlpError(
  x: ArrayLike<number>,
  actual: ArrayLike<number>,
  exact: (x: number) => number,
): { error: number; x: number } {
  const worst = { error: 0, x: NaN };
  for (let i = 0; i < x.length; i++) {
    const error = ulpError(actual[i]!, exact(x[i]!));
    // A NaN is worse than any number.
    if (!(error <= worst.error)) {
      worst.error = error;
      worst.x = x[i]!;
      if (Number.isNaN(error)) break;
    }
  }
  return worst;
}
