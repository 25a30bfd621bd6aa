import { describe, expect, it } from 'vitest';
import { expectBlock, expectSame, spacing, ulpError, worstUlpError } from './compare.js';

describe('expectBlock', () => {
  const reference = [1, -100, 1e-6, NaN, Infinity, -0];

  it.each([
    { what: 'the reference itself', values: reference },
    {
      what: 'errors that are small against the block',
      values: [1.0009, -100.0009, 0.0009, NaN, Infinity, 0],
    },
  ])('accepts $what', ({ values }) => {
    expectBlock(values, reference, 1e-5);
  });

  it.each([
    { what: 'an element out of bounds', values: [1, -100, 0.002, NaN, Infinity, 0] },
    { what: 'a number for NaN', values: [1, -100, 0, 0, Infinity, 0] },
    { what: 'NaN for a number', values: [NaN, -100, 0, NaN, Infinity, 0] },
    { what: 'a number for an infinity', values: [1, -100, 0, NaN, 3e38, 0] },
    { what: 'the other infinity', values: [1, -100, 0, NaN, -Infinity, 0] },
    { what: 'an infinity for a number', values: [1, -Infinity, 0, NaN, Infinity, 0] },
    { what: 'too few', values: [1, -100] },
  ])('notices $what', ({ values }) => {
    expect(() => expectBlock(values, reference, 1e-5)).toThrow();
  });
});

it('expectSame distinguishes −0 from 0 and a float from the next', () => {
  expectSame([1, NaN, -0], [1, NaN, -0]);
  for (const other of [
    [1, NaN, 0],
    [1 + 2 ** -52, NaN, -0],
    [1, 1, -0],
    [1, NaN],
  ]) {
    expect(() => expectSame(other, [1, NaN, -0])).toThrow();
  }
});

describe('units in the last place', () => {
  it.each([
    [1, 2 ** -23],
    [1.999, 2 ** -23],
    [2, 2 ** -22],
    [-0.75, 2 ** -24],
    [2 ** -126, 2 ** -149],
    [2 ** -140, 2 ** -149],
    [0, 2 ** -149],
    [3e38, 2 ** 104],
  ])('near %d, floats are %d apart', (x, apart) => {
    expect(spacing(x)).toBe(apart);
  });

  it('measures an error', () => {
    expect(ulpError(1 + 2 ** -22, 1)).toBe(2);
    expect(ulpError(Math.fround(1 / 3), 1 / 3)).toBeLessThanOrEqual(0.5);
    expect(ulpError(Infinity, Infinity)).toBe(0);
    expect(ulpError(NaN, 1)).toBeNaN();
  });

  it('finds the largest error, with NaN above all others', () => {
    const x = [1, 2, 3];
    expect(worstUlpError(x, [1, 2 + 2 ** -22, 3], (v) => v)).toEqual({ error: 1, x: 2 });
    expect(worstUlpError(x, [1, NaN, 9], (v) => v)).toEqual({ error: NaN, x: 2 });
  });
});
