import type { WideOutput } from '../network/target-scaler.js';
import type { Trainee } from './batch.js';
import { checkRows } from './check-data.js';
import { expectThere } from './inputs.js';
import type { TrainingData } from './loading.js';
import { lossRow } from './losses.js';
import { type CheckedTargets, checkTargets, type Samples } from './samples.js';

/**
 * Fits the scalings of inputs and targets that have not been fitted yet to training data.
 *
 * @param rows  to train on, all by default
 * @throws NonFiniteError  if their spread is beyond a float
 * @throws RangeError      if the memory of x or y is gone
 */
export function learnScalings(trainee: Trainee, { x, y }: TrainingData, rows?: Uint32Array): void {
  const { scaler, targetScaler } = trainee;
  const targets = valuesOf(trainee, y);
  expectThere('x', x.values, x.rows);
  if (targets !== undefined) expectThere('y', targets.values, targets.rows);
  scaler.fit(x, rows);
  if (targets !== undefined) targetScaler.fit(targets, rows);
}

/** Settles on a single batch the mapping of bytes, which needs no more, and looks at the targets of the first step. */
export function settleOnBatch(trainee: Trainee, { x, y }: TrainingData): void {
  trainee.scaler.fit(x);
  if (trainee.state.optimizer.step === 0) warnOfWideTargets(trainee, y);
}

/** Warns, once a model, of targets that lie far apart and are not scaled. */
export function warnOfWideTargets(trainee: Trainee, y: CheckedTargets, rows?: Uint32Array): void {
  const targets = valuesOf(trainee, y);
  if (targets !== undefined) trainee.targetScaler.warnOfWide(targets, rows);
}

/** Data that `adapt` learns from, checked; targets where they are given and the target scaling learns from them. */
export interface LearnedData {
  readonly x: Samples;
  readonly y: Samples | undefined;
}

type Model = Omit<Trainee, 'compiled'>;

/** Checks data to fit the scalings to. @throws TypeError, RangeError, ShapeError or NonFiniteError */
export function checkLearned({ network, targetScaler }: Model, x: unknown, y: unknown): LearnedData {
  const inputs = checkRows(network, 'x', x);
  if (y === undefined || !targetScaler.learns) return { x: inputs, y: undefined };
  const { last, backend } = network;
  const targets = checkTargets('y', y, inputs.rows, last.units, 'values', backend.elementBytes);
  // Reading y may have taken the memory of x.
  expectThere('x', inputs.values, inputs.rows);
  return { x: inputs, y: rowsOf(targets, last.units) };
}

/** Fits the scalings in place of what they were fitted to before; that of targets where there are some. */
export function refitScalings({ scaler, targetScaler, state }: Model, { x, y }: LearnedData): void {
  const learned = y && targetScaler.measure(y);
  scaler.refit(x);
  if (learned !== undefined) targetScaler.set(learned);
  // An epoch that was begun counts losses of another scale.
  state.begun = undefined;
}

/** The first output whose targets lie far apart and are not scaled, if there is one. */
export function wideOutput(
  trainee: Pick<Trainee, 'network' | 'compiled' | 'targetScaler'>,
  y: CheckedTargets,
): WideOutput | undefined {
  const targets = valuesOf(trainee, y);
  return targets && trainee.targetScaler.wideOutput(targets);
}

/** Targets as rows of numbers; undefined where the loss takes classes or labels. */
function valuesOf(
  { network, compiled }: Pick<Trainee, 'network' | 'compiled'>,
  y: CheckedTargets,
): Samples | undefined {
  return lossRow(compiled.loss).kind === 'values' ? rowsOf(y, network.last.units) : undefined;
}

function rowsOf({ values, rows }: CheckedTargets, columns: number): Samples {
  return { values: values!, rows, columns };
}
