/** Tests the logarithm and the moments of a log-Gamma variable, which are computed by additions and products alone. */
import { describe, expect, it } from 'vitest';
import { ln } from '../../src/numbers/elementary.js';
import { meanLogGamma, varianceLogGamma } from '../../src/numbers/gamma.js';

describe('ln', () => {
  // Computed with 25 digits.
  it.each([
    [2, Math.LN2],
    [3, 1.0986122886681098],
    [10, Math.LN10],
    [0.3, -1.2039728043259361],
    [1.0000000000000002, 2.220446049250313e-16],
    [0.9999999999999999, -1.1102230246251565e-16],
    [1.5, 0.4054651081081644],
    [1e300, 690.7755278982137],
    [1e-300, -690.7755278982137],
    [5e-324, -744.4400719213812],
    [1.7976931348623157e308, 709.782712893384],
  ])('has the value of 25 digits at %d', (x, expected) => {
    expect(Math.abs(ln(x) / expected - 1)).toBeLessThan(1e-15);
  });

  it('equals the host’s to 1e-15, over the whole range and near 1', () => {
    let worst = 0;
    for (let x = 1e-320; x < 1e308; x *= 1.37) worst = Math.max(worst, Math.abs(ln(x) / Math.log(x) - 1));
    for (let x = 0.5; x < 2; x += 0.00037) worst = Math.max(worst, Math.abs(ln(x) / Math.log(x) - 1));
    expect(worst).toBeLessThan(1e-15);
  });

  it('returns the limits at 0 and infinity', () => {
    expect(ln(1)).toBe(0);
    expect(ln(0)).toBe(-Infinity);
    expect(ln(Infinity)).toBe(Infinity);
    expect(ln(-1)).toBeNaN();
    expect(ln(Number.NaN)).toBeNaN();
  });
});

describe('the logarithm of a Gamma variable', () => {
  const euler = 0.5772156649015329;
  // ψ and ψ′ at whole and half numbers: Abramowitz & Stegun 6.3.2–6.3.4, 6.4.2–6.4.4.
  it.each([
    [0.5, -euler - 2 * Math.LN2, Math.PI ** 2 / 2],
    [1, -euler, Math.PI ** 2 / 6],
    [2, 1 - euler, Math.PI ** 2 / 6 - 1],
    [2.5, 2 + 2 / 3 - euler - 2 * Math.LN2, Math.PI ** 2 / 2 - 4 - 4 / 9],
    [4, 1 + 1 / 2 + 1 / 3 - euler, Math.PI ** 2 / 6 - 1 - 1 / 4 - 1 / 9],
    [50, 3.901989673427892, 0.020201333226697125],
  ])('has the tabulated mean and variance at shape %d', (shape, digamma, trigamma) => {
    expect(Math.abs(meanLogGamma(shape) - (digamma - Math.log(shape)))).toBeLessThan(1e-12);
    expect(Math.abs(varianceLogGamma(shape) / trigamma - 1)).toBeLessThan(1e-12);
  });

  it('has variance 0 if the shape is infinite', () => {
    expect(meanLogGamma(Infinity)).toBe(0);
    expect(varianceLogGamma(Infinity)).toBe(0);
  });
});
