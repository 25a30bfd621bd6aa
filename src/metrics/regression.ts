import { knownKeys, ShapeError, wholeNumber } from '../errors.js';
import { type Numbers, valuePairs } from './inputs.js';

/**
 * The mean of |yPredicted − yTrue| over all elements: scikit-learn's `mean_absolute_error`.
 *
 * Both are of equal length, flat or arrays of rows. A predicted NaN makes it NaN.
 *
 * @throws ShapeError      if lengths differ
 * @throws NonFiniteError  if a true value is not finite
 */
export function meanAbsoluteError(yTrue: Numbers, yPredicted: Numbers): number {
  const { truth, predicted } = valuePairs(yTrue, yPredicted);
  return meanAbsolute(truth, predicted);
}

/**
 * √ of the mean of (yPredicted − yTrue)² over all elements, the root of the loss meanSquaredError.
 *
 * Keras's `RootMeanSquaredError`, and scikit-learn's `root_mean_squared_error` for one output; for several, that is the
 * mean of a root each. Arguments and errors as {@link meanAbsoluteError}.
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
 * The coefficient of determination: 1 − Σ(yTrue − yPredicted)² / Σ(yTrue − mean)², of each output, then their mean.
 *
 * scikit-learn's `r2_score`: 1 is perfect, 0 what the mean achieves; of an output that is constant, 1 if it is met
 * exactly, else 0; NaN of a single row. Arguments and errors as {@link meanAbsoluteError}.
 *
 * @param outputs  values a row, default 1 or the width of arrays of rows
 * @throws ShapeError  if the length is no multiple of outputs
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

export function meanAbsolute(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(predicted[i]! - truth[i]!);
  return sum / truth.length;
}

export function rootMeanSquared(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const residual = predicted[i]! - truth[i]!;
    sum += residual * residual;
  }
  return Math.sqrt(sum / truth.length);
}

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
  // Measured from the first, a constant deviates by exactly 0; its rounded mean might not.
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
  // What does not vary gives no unit to measure by; a NaN stays one.
  if (deviations === 0) return residuals > 0 ? 0 : 1 - residuals;
  return 1 - residuals / deviations;
}
