import { checkNormal, finiteF32, knownKeys } from '../errors.js';
import { cumulative, density } from '../numbers/normal.js';
import { checkBounds } from '../numbers/random.js';
import { type Expectation, type Initializer, type InitializerConfig, initializer } from './initializer.js';

/**
 * Initializer that gives all zeros. Every unit of a hidden layer then stays equal to its neighbours: this is the lectures' zero
 * start.
 */
export function zeros(): Initializer {
  return filled({ name: 'zeros' }, 0);
}

/** Initializer that gives all ones. */
export function ones(): Initializer {
  return filled({ name: 'ones' }, 1);
}

/** Options of `constant`. */
export interface ConstantOptions {
  /** Value of every element, finite; default 0. */
  readonly value?: number;
}

/**
 * Initializer that gives the same number everywhere. Equal to Keras's Constant.
 *
 * @param options      {@link ConstantOptions}
 * @throws TypeError   if an option is unknown or value is not a number
 * @throws RangeError  if value is not finite
 */
export function constant(options: ConstantOptions = {}): Initializer {
  knownKeys('constant', options, ['value']);
  const { value = 0 } = options;
  return filled({ name: 'constant', value: finiteF32('value', value) }, value);
}

/** Options of randomNormal. */
export interface RandomNormalOptions {
  /** Mean; default 0 (Keras). */
  readonly mean?: number;
  /** Standard deviation, ≥ 0; default 0.05 (Keras). */
  readonly stddev?: number;
}

/** Options of randomUniform. */
export interface RandomUniformOptions {
  /** Lower bound, included; default −0.05 (Keras). */
  readonly low?: number;
  /** Upper bound, not included; default 0.05 (Keras). */
  readonly high?: number;
}

/** Options of truncatedNormal. */
export interface TruncatedNormalOptions {
  /** Mean of the normal before the cut; default 0 (Keras). */
  readonly mean?: number;
  /** Standard deviation of the normal before the cut, ≥ 0; default 0.05 (Keras). */
  readonly stddev?: number;
  /** Lower bound in standard deviations; default −2 (Keras); −Infinity or null for none. */
  readonly low?: number | null;
  /** Upper bound in standard deviations; default 2 (Keras); Infinity or null for none. */
  readonly high?: number | null;
}

/**
 * Initializer that draws normal values, not truncated and independent of the fans. Equal to Keras's RandomNormal, with its
 * defaults.
 *
 * @param options      {@link RandomNormalOptions}
 * @throws TypeError   if an option is unknown or not a number
 * @throws RangeError  if mean or stddev is not finite, or stddev is negative
 */
export function randomNormal(options: RandomNormalOptions = {}): Initializer {
  knownKeys('randomNormal', options, ['mean', 'stddev']);
  const { mean = 0, stddev = 0.05 } = options;
  checkNormal(mean, stddev, 'stddev');
  const expect = said(
    'normal',
    mean,
    stddev * stddev,
    Infinity,
    `N(${mean}, ${stddev}²)`,
    'Keras RandomNormal',
  );
  return initializer({ name: 'randomNormal', mean, stddev }, expect, (rng, out) => {
    rng.normal(out.length, { mean, std: stddev, out });
  });
}

/**
 * Initializer that draws uniform values in [low, high), independent of the fans. Equal to Keras's RandomUniform, with its
 * defaults.
 *
 * @param options      {@link RandomUniformOptions}
 * @throws TypeError   if an option is unknown or not a number
 * @throws RangeError  if low or high is not finite, or low ≥ high as f32
 */
export function randomUniform(options: RandomUniformOptions = {}): Initializer {
  knownKeys('randomUniform', options, ['low', 'high']);
  const { low = -0.05, high = 0.05 } = options;
  finiteF32('low', low);
  finiteF32('high', high);
  checkBounds(Math.fround(low), Math.fround(high));
  const variance = ((high - low) * (high - low)) / 12;
  const limit = Math.max(Math.abs(low), Math.abs(high));
  const expect = said(
    'uniform',
    (low + high) / 2,
    variance,
    limit,
    `U[${low}, ${high})`,
    'Keras RandomUniform',
  );
  return initializer({ name: 'randomUniform', low, high }, expect, (rng, out) => {
    rng.uniform(out.length, { low, high, out });
  });
}

/**
 * Initializer that draws from a normal distribution cut at `low` and `high` standard deviations, independent of the fans. The
 * variance is not corrected for the cut. Equal to Keras's TruncatedNormal, and to PyTorch's trunc_normal_, whose bounds are
 * absolute numbers.
 *
 * @param options      {@link TruncatedNormalOptions}
 * @throws TypeError   if an option is unknown or not a number
 * @throws RangeError  if mean or stddev is not finite, stddev is negative, or low ≥ high
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initializer {
  knownKeys('truncatedNormal', options, ['mean', 'stddev', 'low', 'high']);
  const { mean = 0, stddev = 0.05 } = options;
  const low = options.low === undefined ? -2 : (options.low ?? -Infinity);
  const high = options.high === undefined ? 2 : (options.high ?? Infinity);
  checkNormal(mean, stddev, 'stddev');
  checkBounds(low, high);
  const cut = cutMoments(low, high);
  const limit = Math.max(Math.abs(mean + low * stddev), Math.abs(mean + high * stddev));
  const formula = `N(${mean}, ${stddev}²) cut at ${low} and ${high} sd`;
  const variance = cut.variance * stddev * stddev;
  const expect = said(
    'truncated normal',
    mean + cut.mean * stddev,
    variance,
    limit,
    formula,
    'Keras TruncatedNormal',
  );
  const config = {
    name: 'truncatedNormal',
    mean,
    stddev,
    low: unlessInfinite(low),
    high: unlessInfinite(high),
  };
  return initializer(config, expect, (rng, out) => {
    rng.truncatedNormal(out.length, { mean, std: stddev, low, high, out });
  });
}

function unlessInfinite(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}

function filled(config: InitializerConfig, value: number): Initializer {
  const expect = said('constant', value, 0, Math.abs(value), `${value}`, 'Keras');
  return initializer(config, expect, (_, out) => {
    out.fill(value);
  });
}

/** Returns an expectation that is the same for every shape. */
function said(
  distribution: string,
  mean: number,
  variance: number,
  limit: number,
  formula: string,
  source: string,
): () => Expectation {
  return () => ({ distribution, mean, variance, limit, formula, source });
}

/** Returns mean and variance of N(0, 1) cut to [low, high]. */
function cutMoments(low: number, high: number) {
  const mass = cumulative(high) - cumulative(low);
  const mean = (density(low) - density(high)) / mass;
  const edge = (z: number) => (Number.isFinite(z) ? z * density(z) : 0);
  return { mean, variance: 1 + (edge(low) - edge(high)) / mass - mean * mean };
}
