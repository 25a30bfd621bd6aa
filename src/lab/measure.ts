/** Statistics in f64 of arrays that hold only numbers. They skip the checks of every value that evenkeel's `statistics` makes. */
import type { HistogramSeries } from './experiments/experiment.js';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Returns the population standard deviation. Two passes keep all digits if the mean is far from zero. */
export function std(values: ArrayLike<number>): number {
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - centre) * (values[i]! - centre);
  return Math.sqrt(squares / values.length);
}

/** Returns the quantile of sorted values, with linear interpolation. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

const BINS = 32;

/** Counts values in equal bins from the smallest value to the largest. */
export function histogram(name: string, values: ArrayLike<number>): HistogramSeries {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = high > low ? Math.floor(((values[i]! - low) / (high - low)) * BINS) : 0;
    counts[Math.min(bin, BINS - 1)]!++;
  }
  return { name, low, high, counts, std: std(values) };
}

/** Copies one column out of a row-major matrix. */
export function column(matrix: ArrayLike<number>, columns: number, index: number): Float64Array {
  return Float64Array.from({ length: matrix.length / columns }, (_, row) => matrix[row * columns + index]!);
}
