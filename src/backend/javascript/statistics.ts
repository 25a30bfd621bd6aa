import type { Kernel } from './memory.js';
import { indexOfMaximum } from './softmax.js';

/**
 * Writes six f64: mean, population variance, zeros, non-finite values, smallest and largest value that is not NaN. A non-finite
 * value makes the first two NaN.
 */
export const moments: Kernel<'moments'> = ({ elements, doubles, shift }, out, x, n) => {
  const start = x >>> shift;
  const end = start + n;
  let sum = 0;
  let zeros = 0;
  let nonFinite = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let i = start; i < end; i++) {
    const value = elements[i]!;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value === 0) zeros++;
    else if (!Number.isFinite(value)) nonFinite++;
  }

  // Infinities alone would give an infinite mean. Without values the mean is 0 / 0 = NaN, as it should be.
  const mean = nonFinite > 0 ? NaN : sum / n;
  // A second pass around the mean, because E[x²] − mean² would cancel where the mean is large.
  let squares = 0;
  for (let i = start; i < end; i++) {
    const deviation = elements[i]! - mean;
    squares += deviation * deviation;
  }

  const to = out >>> 3;
  doubles[to] = mean;
  doubles[to + 1] = squares / n;
  doubles[to + 2] = zeros;
  doubles[to + 3] = nonFinite;
  doubles[to + 4] = low;
  doubles[to + 5] = high;
};

/** Writes `bins` u32: how many values lie in each of that many bins from low to high; values outside count at the ends. */
export const histogram: Kernel<'histogram'> = ({ elements, words, shift }, counts, x, n, low, high, bins) => {
  const start = x >>> shift;
  const to = counts >>> 2;
  words.fill(0, to, to + bins);
  for (let i = start; i < start + n; i++) {
    const place = Math.floor(((elements[i]! - low) / (high - low)) * bins);
    // NaN is neither above 0 nor above the last bin.
    words[to + (place > 0 ? Math.min(bins - 1, place) : 0)]!++;
  }
};

/** Number of x[0..n) that are NaN or infinite. */
export const count_non_finite: Kernel<'count_non_finite'> = ({ elements, shift }, x, n) => {
  const start = x >>> shift;
  let count = 0;
  for (let i = start; i < start + n; i++) {
    if (!Number.isFinite(elements[i]!)) count++;
  }
  return count;
};

/** Number of rows whose largest entry, the first of equals, has the column labels[r] (u32). */
export const count_correct: Kernel<'count_correct'> = (
  { elements, words, shift },
  p,
  labels,
  rows,
  columns,
) => {
  const start = p >>> shift;
  const label = labels >>> 2;
  let count = 0;
  for (let r = 0; r < rows; r++) {
    const row = start + r * columns;
    const at = indexOfMaximum(elements, row, columns);
    // A row of NaN has no largest entry and is never correct.
    if (elements[row + at]! > -Infinity && at === words[label + r]) count++;
  }
  return count;
};

/** max |x|: NaN if x has a NaN, 0 without values. */
export const largest_magnitude: Kernel<'largest_magnitude'> = ({ elements, shift }, x, n) => {
  const start = x >>> shift;
  let largest = 0;
  // Math.max returns NaN if an argument is NaN.
  for (let i = start; i < start + n; i++) largest = Math.max(largest, Math.abs(elements[i]!));
  return largest;
};

/** Σ x². */
export const sum_of_squares: Kernel<'sum_of_squares'> = ({ elements, shift }, x, n) => {
  const start = x >>> shift;
  let sum = 0;
  for (let i = start; i < start + n; i++) sum += elements[i]! * elements[i]!;
  return sum;
};

/** Σ |x|. */
export const sum_of_magnitudes: Kernel<'sum_of_magnitudes'> = ({ elements, shift }, x, n) => {
  const start = x >>> shift;
  let sum = 0;
  for (let i = start; i < start + n; i++) sum += Math.abs(elements[i]!);
  return sum;
};
