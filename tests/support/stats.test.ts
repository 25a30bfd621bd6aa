import { describe, expect, it } from 'vitest';
import { Numbers } from '../kernels/sandbox.js';
import {
  deviations,
  erfc,
  kolmogorovPValue,
  ksPValue,
  momentsOf,
  normalCdf,
  normalDensity,
  truncatedNormalCdf,
  truncatedNormalMoments,
} from './stats.js';

/** Values from Abramowitz & Stegun, tables 7.1 and 26.1, and from 40-digit arithmetic for the tails. */
it.each([
  [0, 1],
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [2, 0.004677734981047266],
  [2.5, 0.0004069520174449589],
  [3, 2.209049699858544e-5],
  [5, 1.537459794428035e-12],
  [-1, 1.8427007929497148],
])('erfc(%d) = %d', (x, expected) => {
  expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(2e-14);
});

it.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [2, 0.9772498680518208],
  [-1.9599639845400543, 0.025],
  [-6, 9.86587645037698e-10],
])('Φ(%d) = %d', (x, expected) => {
  expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(2e-14);
});

it('erfc has no jump where its method changes', () => {
  expect(Math.abs(erfc(1.5 - 1e-12) - erfc(1.5 + 1e-12))).toBeLessThan(1e-11);
});

it('the truncated normal has the published standard deviation, and the moments of a numerical sum', () => {
  const { variance, kurtosis } = truncatedNormalMoments;
  expect(Math.sqrt(variance)).toBeCloseTo(0.8796256610342398, 15);
  const x = Array.from({ length: 4000 }, (_, i) => (i + 0.5) / 1000 - 2);
  const mean = (power: number) =>
    x.reduce((sum, v) => sum + v ** power * normalDensity(v), 0) /
    x.reduce((sum, v) => sum + normalDensity(v), 0);
  expect(mean(2)).toBeCloseTo(variance, 6);
  expect(mean(4) / mean(2) ** 2).toBeCloseTo(kurtosis, 6);
  [-3, -2, 0, 2, 3].forEach((x, i) => {
    expect(truncatedNormalCdf(x)).toBeCloseTo([0, 0, 0.5, 1, 1][i]!, 15);
  });
});

/** Critical values of √n D from Smirnov’s table. */
it.each([
  [1.2238, 0.1],
  [1.3581, 0.05],
  [1.6276, 0.01],
  [1.9495, 0.001],
])('√n D = %d has p = %d in the limit', (value, p) => {
  expect(Math.abs(kolmogorovPValue(value / 1e6, 1e12) / p - 1)).toBeLessThan(1e-3);
});

it('momentsOf gives the moments of four numbers that were computed by hand', () => {
  expect(momentsOf([1, 2, 3, 6])).toEqual({ mean: 3, variance: 3.5, kurtosis: 24.5 / 3.5 ** 2 });
});

describe('a sample', () => {
  const n = 1 << 18;
  const numbers = new Numbers(11);
  const uniform = Array.from({ length: n }, () => numbers.word() / 2 ** 32);
  // A sum of three uniforms has variance 1 when it is doubled, and is nearly normal.
  const almost = Array.from({ length: n }, () => {
    const word = () => numbers.word() / 2 ** 31 - 1;
    return word() + word() + word();
  });
  const normal = Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log((numbers.word() + 1) / 2 ** 32));
    return radius * Math.cos((2 * Math.PI * numbers.word()) / 2 ** 32);
  });
  const identity = (x: number) => x;
  const standard = { mean: 0, variance: 1, kurtosis: 3 };

  it('passes if it has the right distribution', () => {
    expect(ksPValue(uniform, identity)).toBeGreaterThan(1e-3);
    expect(ksPValue(normal, normalCdf)).toBeGreaterThan(1e-3);
    const { mean, variance } = deviations(normal, standard);
    expect(Math.max(Math.abs(mean), Math.abs(variance))).toBeLessThan(4);
  });

  it.each([
    { what: 'a sum of three', sample: almost },
    { what: 'a normal cut at 2', sample: normal.filter((x) => Math.abs(x) < 2) },
    { what: 'a normal 4 % too narrow', sample: normal.map((x) => x * 0.96) },
    { what: 'a normal moved by 0.02', sample: normal.map((x) => x + 0.02) },
  ])('is noticed if it has the wrong distribution: $what', ({ sample }) => {
    expect(ksPValue(sample, normalCdf)).toBeLessThan(1e-6);
  });

  it('is noticed if its mean or variance is slightly wrong', () => {
    expect(
      Math.abs(
        deviations(
          normal.map((x) => x * 1.01),
          standard,
        ).variance,
      ),
    ).toBeGreaterThan(5);
    expect(
      Math.abs(
        deviations(
          normal.map((x) => x + 0.015),
          standard,
        ).mean,
      ),
    ).toBeGreaterThan(5);
  });
});
