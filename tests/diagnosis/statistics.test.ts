/** Tests the statistics of a diagnosis against numbers worked by hand and plain f64. */
import { describe, expect, it } from 'vitest';
import { describe as describeValues, type Values } from '../../src/diagnosis/statistics.js';
import { Rng, type TensorStatistics } from '../../src/index.js';
import { momentsOf } from '../support/stats.js';

/** Returns all statistics of values, with quantiles. */
const statisticsOf = (values: Values, bins: number, offset = 0) =>
  describeValues(values, { bins, quantiles: true }, offset) as Required<TensorStatistics>;

const SHARES = { q05: 0.05, q25: 0.25, q50: 0.5, q75: 0.75, q95: 0.95 };

/** Returns a quantile by its definition, between the two neighbours in a sorted copy. */
function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Array.from(values).sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below]! + (place - below) * (sorted[Math.ceil(place)]! - sorted[below]!);
}

describe('statistics by hand', () => {
  it('has the statistics of 0, 0, 1, 2, 3, 6', () => {
    // The mean is 2. The squares sum to 4 + 4 + 1 + 0 + 1 + 16 = 26. Quantile positions are 0.25, 1.25, 2.5, 3.75, 4.75.
    expect(statisticsOf(Float32Array.of(3, 0, 6, 1, 0, 2), 3)).toEqual({
      count: 6,
      mean: 2,
      std: Math.sqrt(26 / 6),
      min: 0,
      max: 6,
      quantiles: { q05: 0, q25: 0.25, q50: 1.5, q75: 2.75, q95: 5.25 },
      zeroFraction: 2 / 6,
      nonFinite: 0,
      // Bins [0, 2), [2, 4), [4, 6].
      histogram: { low: 0, high: 6, counts: [3, 2, 1] },
    });
  });

  it('leaves out and counts values that are not finite', () => {
    const found = statisticsOf(Float32Array.of(NaN, 1, Infinity, 3, -Infinity), 2);
    expect(found).toMatchObject({ count: 5, nonFinite: 3, mean: 2, std: 1, min: 1, max: 3 });
    expect(found.quantiles.q50).toBe(2);
    expect(found.histogram.counts).toEqual([1, 1]);
  });

  it.each([5, 6, 7, 8, 9])('uses each of %i values once', (count) => {
    const values = Float32Array.from({ length: count }, (_, i) => i);
    const variance = (count * count - 1) / 12;
    expect(statisticsOf(values, count)).toMatchObject({
      mean: (count - 1) / 2,
      std: Math.sqrt(variance),
      min: 0,
      max: count - 1,
      zeroFraction: 1 / count,
      histogram: { counts: new Array(count).fill(1) },
    });
    expect(
      statisticsOf(
        values.map((_, i) => (i === count - 1 ? -1 : 0)),
        2,
      ),
    ).toMatchObject({ min: -1, max: 0 });
    expect(
      statisticsOf(
        values.map((_, i) => (i === count - 1 ? NaN : 0)),
        2,
      ),
    ).toMatchObject({
      nonFinite: 1,
      zeroFraction: (count - 1) / count,
    });
  });

  it('has NaN and no bins if no value is finite', () => {
    const found = statisticsOf(Float32Array.of(NaN), 2);
    expect(found).toMatchObject({ mean: NaN, std: NaN, min: NaN, max: NaN, nonFinite: 1, zeroFraction: 0 });
    expect(found.quantiles.q05).toBe(NaN);
    expect(found.histogram).toEqual({ low: NaN, high: NaN, counts: [0, 0] });
  });

  it('puts equal values into the first bin', () => {
    expect(statisticsOf(Uint8Array.of(7, 7, 7), 4).histogram).toEqual({
      low: 7,
      high: 7,
      counts: [3, 0, 0, 0],
    });
  });

  it('adds the offset first', () => {
    const found = statisticsOf(Float32Array.of(0, 1, 2), 2, -1);
    expect(found).toMatchObject({ mean: 0, min: -1, max: 1, zeroFraction: 1 / 3 });
    expect(found.quantiles.q50).toBe(0);
  });

  it('keeps the precision of a deviation far from 0', () => {
    expect(statisticsOf(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2), 1).std).toBeCloseTo(Math.sqrt(2 / 3), 12);
  });
});

const n = 30_000;
const normal = new Rng(1).normal(n);
/**
 * Few values, which are sorted, and many, which are counted by their bits: of both signs, tied, denormal and over a wide
 * range.
 */
const samples: readonly (readonly [string, Values])[] = [
  ['normal', normal],
  ['few', normal.slice(0, 4000)],
  ['rectified', normal.map((value) => Math.max(0, value))],
  ['negative', normal.map((value) => -Math.abs(value))],
  ['cubed by 1e-30', normal.map((value) => value * value * value * 1e-30)],
  ['denormal', normal.map((value) => value * 1e-40)],
  ['bytes', Uint8Array.from(normal, (value) => Math.max(0, 100 * value))],
  ['f64 values that are equal as f32', Float64Array.from(normal, (value) => 1 + value * 1e-12)],
  ['f64 beyond f32', Float64Array.from(normal, (value) => value * 1e100)],
];

describe.each(samples)('statistics of %s', (_, values) => {
  const found = statisticsOf(values, 50);

  it('has the moments of plain f64', () => {
    // A second pass around the first mean removes the rounding of that mean.
    const first = momentsOf(values).mean;
    const { mean, variance } = momentsOf(Float64Array.from(values, (value) => value - first));
    const std = Math.sqrt(variance);
    expect(Math.abs(found.mean - first - mean)).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(first), std));
    expect(found.std / std).toBeCloseTo(1, 12);
    expect(found.zeroFraction).toBe(Array.from(values).filter((value) => value === 0).length / values.length);
  });

  it.each(Object.entries(SHARES))('has the %s of a sorted copy', (name, share) => {
    expect(found.quantiles[name as 'q05']).toBe(quantile(values, share));
  });

  it('has every value in its bin of the histogram', () => {
    const { low, high, counts } = found.histogram;
    const expected = new Array(50).fill(0);
    for (const value of values) expected[Math.min(49, Math.floor(((value - low) / (high - low)) * 50))]++;
    expect(counts).toEqual(expected);
    expect([low, high]).toEqual([Math.min(...values), Math.max(...values)]);
  });
});

it('finds quantiles despite values that are not finite', () => {
  const holed = normal.map((value, i) => (i % 3 === 0 ? NaN : i % 3 === 1 ? value : Infinity));
  const finite = normal.filter((_, i) => i % 3 === 1);
  const { quantiles } = statisticsOf(holed, 1);
  for (const [name, share] of Object.entries(SHARES)) {
    expect(quantiles[name as 'q05']).toBe(quantile(finite, share));
  }
});
