import { type AbortSignalLike, checkSignal } from '../abort.js';
import { checkFunction, finiteNumber, knownKeys, show, trueOrFalse, wholeNumber } from '../errors.js';
import { type Callback, checkCallbacks } from './callbacks.js';
import { type DiagnosticsOptions, Recorder } from './diagnostics.js';
import type { EarlyStopping } from './early-stopping.js';
import type { ClassWeight } from './sample-weights.js';
import type { Inputs, Targets } from './samples.js';
import { checkCount, LARGEST_COUNT } from './step.js';

/** Rows to validate on: x, y, and weights of the rows if they do not count alike. */
export type ValidationData = readonly [x: Inputs, y: Targets, sampleWeight?: ArrayLike<number>];

export interface LoopFitOptions {
  /** Epochs to add to those behind the model; default 1. */
  readonly epochs?: number;
  /** Epochs behind the model, in place of its own count, up to 2⁵¹: learning-rate schedules by epoch and shuffles follow from it. */
  readonly initialEpoch?: number;
  readonly validationData?: ValidationData;
  /**
   * Called and awaited after every batch. What it throws ends the fit; 'stop' returned ends it in peace, and the history's last
   * entry is then of the begun epoch.
   */
  readonly onBatchEnd?: Callback['onBatchEnd'];
  /** Called and awaited after every epoch; what it throws ends the fit, and 'stop' returned ends it in peace. */
  readonly onEpochEnd?: Callback['onEpochEnd'];
  /** More functions to call, such as progressBar() of evenkeel/node. */
  readonly callbacks?: readonly Callback[];
  /** Ends the fit when a measure no longer improves; `{}` for the defaults. */
  readonly earlyStopping?: EarlyStopping;
  /**
   * Ends the fit after the batch in which it is aborted: fit rejects with the signal's reason, the model stays valid, and
   * the next fit on the same data goes on where this one was.
   */
  readonly signal?: AbortSignalLike;
  /**
   * A weight for each class, by index: rows count by the weight of their class, soft targets term by term. Not for losses
   * without classes.
   */
  readonly classWeight?: ClassWeight;
  /**
   * Default true: a step that would make a weight infinite is taken back. It costs nothing but where numbers are enormous
   * already. A step from a gradient that is not finite is never taken.
   */
  readonly restoreOnFailure?: boolean;
  /** Records spread, dead units and update ratio of each layer every so many steps into the history; `{}` for every 100. */
  readonly diagnostics?: DiagnosticsOptions;
}

export interface FitOptions extends LoopFitOptions {
  /** Default 32; the last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Default true: in an order that follows from the model's seed and the epoch. */
  readonly shuffle?: boolean;
  /**
   * Share of the rows, in (0, 1), that is kept for validation, at least one row: the last ones with shuffle: false, otherwise rows
   * that follow from the model's seed.
   */
  readonly validationSplit?: number;
  /** A weight a row, ≥ 0; only the ratios between rows matter. */
  readonly sampleWeight?: ArrayLike<number>;
}

const loopKeys = [
  'epochs',
  'initialEpoch',
  'validationData',
  'onBatchEnd',
  'onEpochEnd',
  'callbacks',
  'earlyStopping',
  'signal',
  'classWeight',
  'restoreOnFailure',
  'diagnostics',
] as const satisfies readonly (keyof LoopFitOptions)[];
const memoryKeys = [
  'batchSize',
  'shuffle',
  'validationSplit',
  'sampleWeight',
] as const satisfies readonly (keyof FitOptions)[];

/**
 * Checks all that can be without the data and fills the defaults in.
 *
 * @param streamed  true where the batches come from a stream, which has its own size and order
 */
export function checkFitOptions(options: FitOptions, streamed: boolean) {
  knownKeys('options', options, streamed ? loopKeys : [...loopKeys, ...memoryKeys]);
  const {
    epochs = 1,
    batchSize = 32,
    shuffle = true,
    restoreOnFailure = true,
    initialEpoch,
    validationData,
    validationSplit,
    callbacks = [],
    onBatchEnd,
    onEpochEnd,
    signal,
    diagnostics,
  } = options;
  wholeNumber('epochs', epochs, 0);
  wholeNumber('batchSize', batchSize, 1);
  // Half of what a saved model may have: what is trained from here on can be saved.
  if (initialEpoch !== undefined) checkCount('initialEpoch', initialEpoch, LARGEST_COUNT / 2);
  for (const [name, value] of Object.entries({ shuffle, restoreOnFailure })) {
    trueOrFalse(name, value);
  }
  checkValidation(validationData, validationSplit);
  checkFunction('onBatchEnd', onBatchEnd);
  checkFunction('onEpochEnd', onEpochEnd);
  const own: Callback = { ...(onBatchEnd && { onBatchEnd }), ...(onEpochEnd && { onEpochEnd }) };
  checkSignal(signal);
  return {
    epochs,
    batchSize,
    shuffle,
    restoreOnFailure,
    initialEpoch,
    validationSplit,
    callbacks: [...checkCallbacks('callbacks', callbacks), own],
    signal,
    recorder: diagnostics === undefined ? undefined : new Recorder(diagnostics),
  };
}

function checkValidation(data: unknown, split: unknown): void {
  if (data !== undefined && (!Array.isArray(data) || data.length < 2 || data.length > 3)) {
    throw new TypeError(`validationData: expected [x, y] or [x, y, sampleWeight], got ${show(data)}`);
  }
  if (split === undefined) return;
  if (data !== undefined) {
    throw new RangeError('validationSplit: validationData is given too; validate on one of them');
  }
  const share = finiteNumber('validationSplit', split);
  if (share <= 0 || share >= 1) {
    throw new RangeError(`validationSplit: expected a share of (0, 1), got ${share}`);
  }
}
