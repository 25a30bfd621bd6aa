import { expect } from 'vitest';

/** |a − b| ≤ tolerance · max(|b|, max|block|) for every element; b is the reference, the block all of it. */
export function expectBlock(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const bound = tolerance * Math.max(Math.abs(expected[i]!), largest);
    // Written so that NaN fails it.
    if (!(Math.abs(actual[i]! - expected[i]!) <= bound)) {
      expect.fail(`element ${i}: ${actual[i]} is not within ${bound} of ${expected[i]}`);
    }
  }
}
