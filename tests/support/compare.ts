/** How numbers are compared: against the largest of their block, bit by bit, or in units of the last place. */
import { expect } from 'vitest';

/**
 * |a − b| ≤ tolerance · max(|b|, max|block|) for every element; b is the reference, the block all of it.
 * NaN is matched by NaN alone, an infinity by itself, and neither counts into the block.
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
    // Written so that NaN fails it; next to an infinity, every finite number would be near.
    if (!(Number.isFinite(expected[i]) && Math.abs(actual[i]! - expected[i]!) <= bound)) {
      expect.fail(`${what}: element ${i}: ${actual[i]} is not within ${bound} of ${expected[i]}`);
    }
  }
}

/** The same bits, −0 told from 0; one NaN is as good as another, since WebAssembly leaves its bits open. */
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

/** The distance between the floats (f32) on either side of x: one unit in the last place. */
export function spacing(x: number): number {
  double[0] = x;
  const exponent = ((doubleWords[1]! >>> 20) & 0x7ff) - 1023;
  // From 2⁻¹²⁶ down, floats lie evenly.
  const place = Math.max(exponent, -126) - 23;
  doubleWords[0] = 0;
  doubleWords[1] = (place + 1023) << 20;
  return double[0]!;
}

/** The error of a float in units in the last place of the exact value; 0.5 is the best that rounding allows. */
export function ulpError(actual: number, exact: number): number {
  return actual === exact ? 0 : Math.abs(actual - exact) / spacing(exact);
}

/** The largest error, and where it is: what a bound in units in the last place is checked with. */
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
