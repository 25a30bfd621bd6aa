import type { Histogram, Quantiles, TensorStatistics } from './diagnosis.js';

/** Arrays that hold a tensor's or the user's values. */
export type Values = Float32Array | Float64Array | Uint8Array;

/** Extent of the statistics of a tensor. */
export interface Detail {
  /** Number of bins of the histogram, ≥ 1. */
  readonly bins: number;
  /** True for quantiles too, which take most of the time. */
  readonly quantiles: boolean;
}

/**
 * Computes statistics of values of any type, in f64, such as those that the user gave. {@link Tensors} measures the tensors of a
 * network by kernels, which are several times as fast.
 *
 * @param offset  added to every value first; default 0
 */
export function describe(values: Values, { bins, quantiles }: Detail, offset = 0): TensorStatistics {
  const count = values.length;
  let finite = values;
  let totals = totalsOf(values, offset);
  // A value that is not finite makes the sum so. Almost no tensor has one, and this saves a test of every value.
  if (totals.sum - totals.sum !== 0) {
    finite = values.filter((value) => Number.isFinite(value));
    totals = totalsOf(finite, offset);
  }
  const { length } = finite;
  const { sum, zeros, min, max } = totals;
  const mean = sum / length;
  const { squares, counts } = spreadOf(finite, offset, mean, min, max, bins);
  const [low, high] = length > 0 ? [min, max] : [NaN, NaN];
  const histogram: Histogram = { low, high, counts };
  return {
    count,
    mean,
    std: Math.sqrt(squares / length),
    min: low,
    max: high,
    ...(quantiles && { quantiles: quantilesOf(values, length, offset) }),
    zeroFraction: zeros / count,
    nonFinite: count - length,
    histogram,
  };
}

/**
 * Computes the sum, the smallest and largest value and the number of zeros. If a value is not finite, neither is the sum.
 * Four sums, and a count of zeros without a branch, make this much faster than a plain loop over values of random sign.
 */
function totalsOf(values: Values, offset: number) {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let zeros = 0;
  let min = Infinity;
  let max = -Infinity;
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = values[i]! + offset;
    const b = values[i + 1]! + offset;
    const c = values[i + 2]! + offset;
    const d = values[i + 3]! + offset;
    sum0 += a;
    sum1 += b;
    sum2 += c;
    sum3 += d;
    zeros += Number(a === 0) + Number(b === 0) + Number(c === 0) + Number(d === 0);
    // A new extreme is rare, so one test of all four values is enough for most turns.
    if (a < min || b < min || c < min || d < min || a > max || b > max || c > max || d > max) {
      min = Math.min(min, a, b, c, d);
      max = Math.max(max, a, b, c, d);
    }
  }
  for (let i = whole; i < values.length; i++) {
    const value = values[i]! + offset;
    sum0 += value;
    zeros += Number(value === 0);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { sum: sum0 + sum1 + (sum2 + sum3), zeros, min, max };
}

/**
 * Sums the squared deviations of finite values from their mean, and counts the values by bin. The
 * counts are kept twice, in turn, because an increment waits for an earlier one of the same bin; this halves the time. Four values per
 * turn halve it again.
 *
 * @param about  mean of the values, exact but for rounding
 */
function spreadOf(values: Values, offset: number, about: number, min: number, max: number, bins: number) {
  // If all values are equal, the share is 0 / 0, which counts in bin 0. Truncation is much faster than Math.floor.
  const width = max - min;
  const even = new Int32Array(bins + 1);
  const odd = new Int32Array(bins + 1);
  let error = 0;
  let squares0 = 0;
  let squares1 = 0;
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = values[i]! + offset;
    const b = values[i + 1]! + offset;
    const c = values[i + 2]! + offset;
    const d = values[i + 3]! + offset;
    error += a - about + (b - about) + (c - about + (d - about));
    squares0 += (a - about) * (a - about) + (c - about) * (c - about);
    squares1 += (b - about) * (b - about) + (d - about) * (d - about);
    even[(((a - min) / width) * bins) | 0]!++;
    odd[(((b - min) / width) * bins) | 0]!++;
    even[(((c - min) / width) * bins) | 0]!++;
    odd[(((d - min) / width) * bins) | 0]!++;
  }
  for (let i = whole; i < values.length; i++) {
    const value = values[i]! + offset;
    error += value - about;
    squares0 += (value - about) * (value - about);
    even[(((value - min) / width) * bins) | 0]!++;
  }
  for (let bin = 0; bin <= bins; bin++) even[bin]! += odd[bin]!;
  // The largest value belongs to the last bin.
  even[bins - 1]! += even[bins]!;
  // The deviations of almost equal values need the rounding error of their mean.
  const squares = Math.max(0, squares0 + squares1 - (error * error) / values.length);
  return { squares, counts: Array.from(even.subarray(0, bins)) };
}

/** Root mean square √E[x²], the size of a signal including its mean. */
export function rootMeanSquare({ mean, std }: Pick<TensorStatistics, 'mean' | 'std'>): number {
  return Math.sqrt(mean * mean + std * std);
}

const shares = { q05: 0.05, q25: 0.25, q50: 0.5, q75: 0.75, q95: 0.95 } as const satisfies Quantiles;

/** Quantiles with linear interpolation, as NumPy and R (type 7) do by default. */
export function quantilesOf(values: Values, finite: number, offset: number): Quantiles {
  const names = Object.keys(shares) as (keyof Quantiles)[];
  const places = names.map((name) => shares[name] * Math.max(0, finite - 1));
  const ranks = places.flatMap((place) => [Math.floor(place), Math.ceil(place)]);
  const found = finite === 0 ? [] : orderStatistics(values, ranks);
  const entries = names.map((name, i) => {
    const [below = NaN, above = NaN] = [found[2 * i], found[2 * i + 1]];
    const place = places[i]!;
    return [name, below + (place - Math.floor(place)) * (above - below) + offset];
  });
  return Object.fromEntries(entries) as Record<keyof Quantiles, number>;
}

/** Number of values up to which sorting is faster than counting. */
const FEW = 4096;

/**
 * Returns the finite values at these ranks of the sorted order. Many values are counted by the upper half of their f32 bits,
 * with the sign turned so that they order as the numbers do; only the bins that hold a rank are sorted. Sorting all of 784
 * 000 pixels would take 60 ms, a third of a diagnosis.
 */
function orderStatistics(values: Values, ranks: readonly number[]): number[] {
  if (values.length <= FEW) {
    const sorted = Float64Array.from(values)
      .filter((value) => Number.isFinite(value))
      .sort();
    return ranks.map((rank) => sorted[rank]!);
  }
  const keys = sortKeys(values);
  const counts = new Uint32Array(0x10000);
  for (let i = 0; i < keys.length; i++) if (Number.isFinite(values[i]!)) counts[keys[i]!]!++;
  const bins = new Map<number, { readonly start: number; readonly values: Float64Array; filled: number }>();
  const binOf = ranks.map((rank) => {
    let key = 0;
    let start = 0;
    while (start + counts[key]! <= rank) start += counts[key++]!;
    if (!bins.has(key)) bins.set(key, { start, values: new Float64Array(counts[key]!), filled: 0 });
    return bins.get(key)!;
  });
  const wanted = new Uint8Array(0x10000);
  for (const key of bins.keys()) wanted[key] = 1;
  for (let i = 0; i < keys.length; i++) {
    if (wanted[keys[i]!] === 0 || !Number.isFinite(values[i]!)) continue;
    const bin = bins.get(keys[i]!)!;
    bin.values[bin.filled++] = values[i]!;
  }
  for (const bin of bins.values()) {
    // Equal values need no sort, such as the zeros of a ReLU or the background of images.
    if (bin.values.some((value) => value !== bin.values[0])) bin.values.sort();
  }
  return ranks.map((rank, i) => binOf[i]!.values[rank - binOf[i]!.start]!);
}

function sortKeys(values: Values): Uint16Array {
  const bits = new Uint32Array(new Float32Array(values).buffer);
  const keys = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]! | 0;
    // Negative numbers have all bits flipped, positive ones only the sign.
    keys[i] = (word ^ ((word >> 31) | 0x80000000)) >>> 16;
  }
  return keys;
}

/** Computes mean and population standard deviation of each column, in f64. */
export function columnMoments(
  values: ArrayLike<number>,
  columns: number,
): { readonly mean: number; readonly std: number }[] {
  const rows = values.length / columns;
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  // Sums are relative to the first row, so that equal values have a deviation of exactly 0.
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    sums[c]! += values[i]! - values[c]!;
  }
  const means = sums.map((sum, c) => values[c]! + sum / rows);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    squares[c]! += (values[i]! - means[c]!) * (values[i]! - means[c]!);
  }
  return Array.from(means, (mean, c) => ({ mean, std: Math.sqrt(squares[c]! / rows) }));
}
