import { drawChecked, type InitializerName, resolveInitializer } from './initializers/index.js';
import {
  type Expectation,
  expectation,
  type Initializer,
  type InitializerConfig,
  type Shape,
} from './initializers/initializer.js';
import { Rng } from './random.js';

/** What values turned out to be: n of them, population moments in f64. */
export interface DrawnStatistics {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  readonly min: number;
  readonly max: number;
}

export interface InitializerExplanation {
  readonly config: InitializerConfig;
  readonly shape: Shape;
  /** What the definition promises; absent for an initializer of the user's. */
  readonly expected?: Expectation;
  readonly drawn: DrawnStatistics;
  readonly values: Float32Array;
}

/**
 * What an initializer promises for a shape, and what it then draws: distribution, mean, variance, limit, formula and
 * source beside the same measured.
 *
 * @param rng  default new Rng(0)
 * @throws TypeError or RangeError as the initializer does
 */
export function explain(
  which: Initializer | InitializerName,
  shape: Shape,
  rng: Rng = new Rng(0),
): InitializerExplanation {
  const made = resolveInitializer('initializer', which);
  const [fanIn, fanOut = fanIn] = shape;
  const values = drawChecked('initializer', made, shape, rng, { fanIn, fanOut });
  const expected = expectation(made, shape);
  const config = (made as { config?: InitializerConfig }).config ?? { name: 'custom' };
  return { config, shape, ...(expected && { expected }), drawn: statistics(values), values };
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
