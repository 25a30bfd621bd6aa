import type { Samples } from '../network/rows.js';
import { checkRows } from './check-data.js';
import { expectThere } from './inputs.js';
import { lossRow } from './losses.js';
import { type CheckedTargets, checkTargets } from './samples.js';
import type { ModelParts, Trainee } from './trainee.js';
import type { TrainingData } from './training-data.js';

/**
 * Fits the scalings of inputs and targets to training data, unless they are fitted already.
 *
 * @param rows  training rows, all by default
 * @throws NonFiniteError  if the spread of the data exceeds a float
 * @throws RangeError      if the memory of x or y was transferred or made shorter
 */
export function learnScalings(trainee: Trainee, { x, y }: TrainingData, rows?: Uint32Array): void {
  const { scaler, targetScaler } = trainee;
  const targets = valuesOf(trainee, y);
  expectThere('x', x.values, x.rows);
  if (targets !== undefined) expectThere('y', targets.values, targets.rows);
  scaler.fit(x, rows);
  if (targets !== undefined) targetScaler.fit(targets, rows);
}

/**
 * Chooses the mapping of bytes if x is bytes, for which a single batch is enough, and checks the spread of the first step's
 * targets.
 */
export function settleOnBatch(trainee: Trainee, { x, y }: TrainingData): void {
  trainee.scaler.fit(x);
  if (trainee.state.optimizer.step === 0) warnOfWideTargets(trainee, y);
}

/** Warns once per model if unscaled targets vary widely or lie far from 0. */
export function warnOfWideTargets(trainee: Trainee, y: CheckedTargets, rows?: Uint32Array): void {
  const targets = valuesOf(trainee, y);
  if (targets !== undefined) trainee.targetScaler.warnOfWide(targets, rows);
}

/** Checked data for `adapt`. Targets are present only if they are given and the target scaling learns from them. */
export interface LearnedData {
  readonly x: Samples;
  readonly y: Samples | undefined;
}

/** Checks the data for `adapt`. @throws TypeError, RangeError, ShapeError or NonFiniteError */
export function checkLearned({ network, targetScaler }: ModelParts, x: unknown, y: unknown): LearnedData {
  const inputs = checkRows(network, 'x', x);
  if (y === undefined || !targetScaler.learns) return { x: inputs, y: undefined };
  const { last, backend } = network;
  const targets = checkTargets('y', y, inputs.rows, last.units, 'values', backend.elementBytes);
  // A getter of y may have transferred the memory of x.
  expectThere('x', inputs.values, inputs.rows);
  return { x: inputs, y: rowsOf(targets, last.units) };
}

/** Fits the scalings again, replacing an earlier fit. The target scaling is fitted only if there are targets. */
export function refitScalings({ scaler, targetScaler, state }: ModelParts, { x, y }: LearnedData): void {
  const learned = y && targetScaler.measure(y);
  scaler.refit(x);
  if (learned !== undefined) targetScaler.set(learned);
  // The sums of an interrupted epoch hold losses of another scale.
  state.begun = undefined;
}

/** Returns targets as rows of numbers; undefined if the loss takes classes or labels. */
function valuesOf(
  { network, compiled }: Pick<Trainee, 'network' | 'compiled'>,
  y: CheckedTargets,
): Samples | undefined {
  return lossRow(compiled.loss).kind === 'values' ? rowsOf(y, network.last.units) : undefined;
}

function rowsOf({ values, rows }: CheckedTargets, columns: number): Samples {
  return { values: values!, rows, columns };
}
