import { knownKeys, ShapeError, wholeNumber } from '../errors.js';
import { type Numbers, valuePairs } from './inputs.js';

/**
 * Returns the mean of |yPredicted − yTrue| over all elements (scikit-learn's `mean_absolute_error`). A predicted NaN makes it
 * NaN.
 *
 * @param yTrue       true values, flat or an array of rows
 * @param yPredicted  predicted values, as many as yTrue
 * @throws TypeError       if an argument is not an array of numbers
 * @throws ShapeError      if the lengths differ
 * @throws NonFiniteError  if a true value is not finite
 */
export function meanAbsoluteError(yTrue: Numbers, yPredicted: Numbers): number {
  const { truth, predicted } = valuePairs(yTrue, yPredicted);
  return meanAbsolute(truth, predicted);
}

/**
 * Returns the root of the mean of (yPredicted − yTrue)² over all elements, which is the root of the loss meanSquaredError.
 *
 * It equals Keras's `RootMeanSquaredError` and, for one output, scikit-learn's `root_mean_squared_error`. For several outputs
 * scikit-learn takes the mean of one root each. A predicted NaN makes it NaN.
 *
 * @param yTrue       true values, flat or an array of rows
 * @param yPredicted  predicted values, as many as yTrue
 * @throws TypeError       if an argument is not an array of numbers
 * @throws ShapeError      if the lengths differ
 * @throws NonFiniteError  if a true value is not finite
 */
export function rootMeanSquaredError(yTrue: Numbers, yPredicted: Numbers): number {
  const { truth, predicted } = valuePairs(yTrue, yPredicted);
  return rootMeanSquared(truth, predicted);
}

/** Options of r2. */
export interface R2Options {
  /** Values per row; default 1, or the width of arrays of rows. */
  readonly outputs?: number;
}

/**
 * Returns the coefficient of determination, 1 − Σ(yTrue − yPredicted)² / Σ(yTrue − mean)², as the mean over the outputs
 * (scikit-learn's `r2_score`).
 *
 * 1 is perfect, and 0 is what predicting the mean achieves. An output that is constant counts as 1 if it is met exactly,
 * otherwise as 0. The result for a single row is NaN.
 *
 * @param yTrue       true values, flat or an array of rows
 * @param yPredicted  predicted values, as many as yTrue
 * @param options     {@link R2Options}
 * @throws TypeError       if an argument is not an array of numbers
 * @throws ShapeError      if the lengths differ, or the length is not a multiple of outputs
 * @throws NonFiniteError  if a true value is not finite
 */
export function r2(yTrue: Numbers, yPredicted: Numbers, options: R2Options = {}): number {
  knownKeys('options', options, ['outputs']);
  const { truth, predicted, width } = valuePairs(yTrue, yPredicted);
  const { outputs: given = width ?? 1 } = options;
  const outputs = wholeNumber('outputs', given, 1);
  if (outputs !== (width ?? outputs) || truth.length % outputs !== 0) {
    const rows = width === undefined ? `${truth.length} values` : `rows of ${width}`;
    throw new ShapeError(`yTrue: expected rows of ${outputs} values, got ${rows}`, { argument: 'yTrue' });
  }
  return meanDetermination(truth, predicted, outputs);
}

/** Returns the mean of |predicted − truth|. */
export function meanAbsolute(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(predicted[i]! - truth[i]!);
  return sum / truth.length;
}

/** Returns the root of the mean of (predicted − truth)². */
export function rootMeanSquared(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const residual = predicted[i]! - truth[i]!;
    sum += residual * residual;
  }
  return Math.sqrt(sum / truth.length);
}

/** Returns the mean of the outputs' coefficients of determination. */
export function meanDetermination(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  outputs: number,
): number {
  let sum = 0;
  for (let output = 0; output < outputs; output++) sum += determination(truth, predicted, outputs, output);
  return sum / outputs;
}

function determination(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  outputs: number,
  output: number,
): number {
  const rows = truth.length / outputs;
  if (rows < 2) return Number.NaN;
  // Deviations are measured from the first value, so that a constant deviates by exactly 0. Its rounded mean might not.
  const first = truth[output]!;
  let mean = 0;
  for (let i = output; i < truth.length; i += outputs) mean += truth[i]! - first;
  mean /= rows;
  let residuals = 0;
  let deviations = 0;
  for (let i = output; i < truth.length; i += outputs) {
    const residual = predicted[i]! - truth[i]!;
    const deviation = truth[i]! - first - mean;
    residuals += residual * residual;
    deviations += deviation * deviation;
  }
  // A constant output gives no unit to measure by. A NaN stays NaN.
  if (deviations === 0) return residuals > 0 ? 0 : 1 - residuals;
  return 1 - residuals / deviations;
}
