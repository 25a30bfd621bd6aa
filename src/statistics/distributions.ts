import { finiteNumber, positiveNumber } from '../errors.js';
import { density } from '../numbers/normal.js';

/** Of a variable: plain numbers and its density. */
export interface ContinuousDistribution {
  readonly mean: number;
  readonly variance: number;
  readonly density: (x: number) => number;
}

/**
 * U(low, high): mean (low + high) / 2, variance (high − low)² / 12, density 1 / (high − low) between them. Of U(−r, r) the
 * variance is r² / 3.
 *
 * @throws TypeError or RangeError if they are not finite numbers, low < high
 */
export function uniform(low: number, high: number): ContinuousDistribution {
  finiteNumber('low', low);
  if (!(finiteNumber('high', high) > low))
    throw new RangeError(`high: expected a number > ${low}, got ${high}`);
  const width = high - low;
  return Object.freeze({
    mean: low + width / 2,
    variance: (width * width) / 12,
    density: (x: number) => (x >= low && x <= high ? 1 / width : 0),
  });
}

/**
 * N(mean, stddev²), with the density e^(−((x − mean) / stddev)² / 2) / (stddev √(2π)).
 *
 * @param mean    default 0
 * @param stddev  > 0, default 1
 * @throws TypeError or RangeError that opens with the argument
 */
export function normal(mean = 0, stddev = 1): ContinuousDistribution {
  finiteNumber('mean', mean);
  positiveNumber('stddev', stddev);
  return Object.freeze({
    mean,
    variance: stddev * stddev,
    density: (x: number) => density((x - mean) / stddev) / stddev,
  });
}
