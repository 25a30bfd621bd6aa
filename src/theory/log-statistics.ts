import { ln } from '../numbers/elementary.js';
import { exponentOf, powerOfTwo } from '../numbers/exponents.js';
import type { LogStatistics } from './propagation.js';

/** Share of the largest square below which a variance is only the rounding of the mean. */
const EQUAL = 1e-28;
/** 2^±1022 are normal f64 numbers. */
const LARGEST_EXPONENT = 1022;

/**
 * Returns ln of the population variance of values of any size. It is NaN if all values are equal or one is not finite.
 *
 * @param largest  the largest |value|
 */
export function lnVariance(values: Float64Array, largest: number): number {
  if (!(largest > 0) || !Number.isFinite(largest)) return Number.NaN;
  const exponent = exponentTo1(largest);
  // Scaled to a largest value of about 1, so that no square leaves f64.
  const factor = powerOfTwo(-exponent);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * factor;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! * factor - mean;
    squares += deviation * deviation;
  }
  const variance = squares / values.length;
  return variance > EQUAL ? ln(variance) + 2 * exponent * Math.LN2 : Number.NaN;
}

/**
 * Returns the exponent to divide out so that the largest value comes to about 1. It is clamped so that its power of two and
 * the inverse are both normal f64 numbers.
 */
export function exponentTo1(largest: number): number {
  if (!(largest > 0) || !Number.isFinite(largest)) return 0;
  return Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponentOf(largest)));
}

/** Returns the largest |value|, or NaN if one is NaN. */
export function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}

/** Computes statistics of the values that are not NaN. Quantiles interpolate linearly, as NumPy and R do by default. */
export function logStatistics(values: Float64Array): LogStatistics {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const n = sorted.length;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) * (value - mean);
  const quantile = (share: number) => {
    const place = share * (n - 1);
    const below = Math.floor(place);
    const low = sorted[below] ?? Number.NaN;
    return low + (place - below) * ((sorted[below + 1] ?? low) - low);
  };
  return {
    mean,
    std: Math.sqrt(squares / n),
    q05: quantile(0.05),
    q50: quantile(0.5),
    q95: quantile(0.95),
    excluded: values.length - n,
  };
}
