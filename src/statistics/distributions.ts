import { finiteNumber, knownKeys, positiveNumber } from '../errors.js';
import { density } from '../numbers/normal.js';

/** Of a variable: plain numbers and its density. */
export interface ContinuousDistribution {
  readonly mean: number;
  readonly variance: number;
  readonly density: (x: number) => number;
}

/** Options of `statistics.uniform`. */
export interface UniformOptions {
  readonly low: number;
  /** Above `low`. */
  readonly high: number;
}

/**
 * U(low, high): mean (low + high) / 2, variance (high − low)² / 12, density 1 / (high − low) between them. Of U(−r, r) the
 * variance is r² / 3.
 *
 * @throws TypeError or RangeError if they are not finite numbers, low < high
 */
export function uniform(options: UniformOptions): ContinuousDistribution {
  knownKeys('uniform', options, ['low', 'high']);
  const { low, high } = options;
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

/** Options of `statistics.normal`. */
export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation, > 0; default 1. */
  readonly std?: number;
}

/**
 * N(mean, std²), with the density e^(−((x − mean) / std)² / 2) / (std √(2π)).
 *
 * @throws TypeError or RangeError that opens with the argument
 */
export function normal(options: NormalOptions = {}): ContinuousDistribution {
  knownKeys('normal', options, ['mean', 'std']);
  const { mean = 0, std = 1 } = options;
  finiteNumber('mean', mean);
  positiveNumber('std', std);
  return Object.freeze({
    mean,
    variance: std * std,
    density: (x: number) => density((x - mean) / std) / std,
  });
}
