import { finiteNumber, knownKeys, positiveNumber } from '../errors.js';
import { density } from '../numbers/normal.js';

/** Mean, variance and density of a continuous variable. */
export interface ContinuousDistribution {
  /** Expected value. */
  readonly mean: number;
  /** Expected squared distance from the mean. */
  readonly variance: number;
  /** Returns the probability density at x. */
  readonly density: (x: number) => number;
}

/** Options of `statistics.uniform`. */
export interface UniformOptions {
  /** Lower end, finite. */
  readonly low: number;
  /** Upper end, finite and above `low`. */
  readonly high: number;
}

/**
 * Describes the uniform distribution U(low, high): mean (low + high) / 2, variance (high − low)² / 12, density 1 / (high − low).
 * The variance of U(−r, r) is r² / 3.
 *
 * @param options  {@link UniformOptions}
 * @throws TypeError   if low or high is not a number, or an option is unknown
 * @throws RangeError  if low or high is not finite, or low ≥ high
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
  /** Mean, finite; default 0. */
  readonly mean?: number;
  /** Standard deviation, finite and > 0; default 1. */
  readonly std?: number;
}

/**
 * Describes the normal distribution N(mean, std²) with the density e^(−((x − mean) / std)² / 2) / (std √(2π)).
 *
 * @param options  {@link NormalOptions}
 * @throws TypeError   if mean or std is not a number, or an option is unknown
 * @throws RangeError  if mean is not finite, or std is not finite and > 0
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
