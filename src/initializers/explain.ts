import { knownKeys } from '../errors.js';
import { Rng } from '../numbers/rng.js';
import { resolveInitializer } from './from-config.js';
import type { InitializerName } from './index.js';
import {
  configOf,
  drawChecked,
  type Expectation,
  expectation,
  type Initializer,
  type InitializerConfig,
  type Shape,
  size,
} from './initializer.js';

/** Statistics of drawn values: population moments, computed in f64. */
export interface DrawnStatistics {
  /** Number of values. */
  readonly n: number;
  /** Mean of the values. */
  readonly mean: number;
  /** Population variance of the values. */
  readonly variance: number;
  /** Smallest value. */
  readonly min: number;
  /** Largest value. */
  readonly max: number;
}

/** Explanation of an initializer for a shape, beside the values of a draw, as plain data. */
export interface InitializerExplanation {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'initializerExplanation';
  /** Name and options of the initializer. */
  readonly config: InitializerConfig;
  /** Shape of the drawn values. */
  readonly shape: Shape;
  /** Expected distribution by the definition; absent for a custom initializer. */
  readonly expected?: Expectation;
  /** Measured statistics of the drawn values. */
  readonly drawn: DrawnStatistics;
  /** Drawn values. */
  readonly values: Float32Array;
}

/** Options of explainInitializer. */
export interface ExplainInitializerOptions {
  /** Stream that the values are drawn from; default new Rng(0). */
  readonly rng?: Rng;
  /** Inputs of the layer; default the rows of the shape. A bias needs it. */
  readonly fanIn?: number;
  /** Units of the layer; default the columns of the shape. A bias needs it. */
  readonly fanOut?: number;
}

/**
 * Explains an initializer for a shape: its distribution, mean, variance, limit, formula and source, beside the values of a draw
 * and their measured moments.
 *
 * @param which        an initializer, its name or its config
 * @param shape        [fanIn, fanOut] of a kernel or [units] of a bias
 * @throws TypeError   if an argument is of the wrong kind, or a name is unknown
 * @throws RangeError  if a number is out of range
 */
export function explainInitializer(
  which: Initializer | InitializerName | InitializerConfig,
  shape: Shape,
  options: ExplainInitializerOptions = {},
): InitializerExplanation {
  knownKeys('options', options, ['rng', 'fanIn', 'fanOut']);
  const made = resolveInitializer('initializer', which);
  size(shape);
  const { rng = new Rng(0), fanIn = shape[0], fanOut = shape[1] ?? shape[0] } = options;
  const fans = { fanIn, fanOut };
  const values = drawChecked('initializer', made, shape, rng, fans);
  const expected = expectation(made, shape, fans);
  const config = configOf(made);
  return {
    kind: 'initializerExplanation',
    config,
    shape,
    ...(expected && { expected }),
    drawn: statistics(values),
    values,
  };
}

function statistics(values: Float32Array): DrawnStatistics {
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return { n: values.length, mean, variance: squares / values.length, min, max };
}
