import { type AbortSignalLike, checkSignal } from '../abort.js';
import {
  checkFunction,
  finiteNumber,
  isArray,
  knownKeys,
  show,
  trueOrFalse,
  wholeNumber,
} from '../errors.js';
import { type Callback, checkCallbacks } from './callbacks.js';
import { type DiagnosticsOptions, Recorder } from './diagnostics.js';
import type { EarlyStopping } from './early-stopping.js';
import type { ClassWeight } from './sample-weights.js';
import type { Inputs, Targets } from './samples.js';
import { checkCount, LARGEST_COUNT } from './step.js';

/** Validation data: x, y and, optionally, one weight per row. */
export type ValidationData = readonly [x: Inputs, y: Targets, sampleWeight?: ArrayLike<number>];

/** Options of which the one named `Key` is required. */
export type WithRequired<Options, Key extends keyof Options> = Options & Required<Pick<Options, Key>>;

/** Options of `fit` that apply to data in memory and to streams. */
export interface LoopFitOptions {
  /** Number of further epochs; default 1. */
  readonly epochs?: number;
  /** Number of completed epochs from which schedules and shuffles continue, up to 2⁵¹; default the model's own count. */
  readonly initialEpoch?: number;
  /** Data that are measured after every epoch but never trained on: [x, y] or [x, y, sampleWeight]. Default none. */
  readonly validationData?: ValidationData;
  /**
   * Called and awaited after every batch. An exception ends the fit. Returning 'stop' ends it without an error, and the last
   * entry of the history then covers the partial epoch.
   */
  readonly onBatchEnd?: Callback['onBatchEnd'];
  /** Called and awaited after every epoch. An exception ends the fit; returning 'stop' ends it without an error. */
  readonly onEpochEnd?: Callback['onEpochEnd'];
  /** Further callbacks, such as `progressBar()` of evenkeel/node. Default none. */
  readonly callbacks?: readonly Callback[];
  /** Ends the fit when a measure no longer improves; `{}` uses the defaults. Default off. */
  readonly earlyStopping?: EarlyStopping;
  /**
   * Aborts the fit after the current batch: fit rejects with the signal's reason, and the model stays valid. The next fit on the
   * same data resumes at the next batch.
   */
  readonly signal?: AbortSignalLike;
  /**
   * One weight per class: an array, or an object by class index. A row is weighted by its class, a soft target term by term.
   * Losses without classes refuse it.
   */
  readonly classWeight?: ClassWeight;
  /**
   * Undoes a step that would make a weight infinite; default true. The check takes time only if numbers are enormous already. A
   * step from a gradient that is not finite is never taken, whatever this option says.
   */
  readonly restoreOnFailure?: boolean;
  /**
   * Records each layer's spread, dead units and update ratio in the history, every `everySteps` steps; `{}` records every 100.
   * Default off.
   */
  readonly diagnostics?: DiagnosticsOptions;
}

/** Options of `fit` for data in memory. */
export interface FitOptions extends LoopFitOptions {
  /** Rows per batch; default 32. The last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Shuffles the rows of every epoch, in an order that depends on the model's seed and the epoch; default true. */
  readonly shuffle?: boolean;
  /**
   * Share of the rows, in (0, 1), that is kept for validation; at least one row. With `shuffle: false` these are the last rows.
   * Otherwise the model's seed chooses them. Default none.
   */
  readonly validationSplit?: number;
  /** One weight ≥ 0 per row; only the ratios between rows matter. Default 1 each. */
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

/** Names of the options of `fit` that a file can hold: plain data that do not depend on the training rows. */
export const plainFitKeys = [
  'epochs',
  'batchSize',
  'shuffle',
  'validationSplit',
  'earlyStopping',
  'classWeight',
  'restoreOnFailure',
  'diagnostics',
] as const satisfies readonly (keyof FitOptions)[];
export type PlainFitKey = (typeof plainFitKeys)[number];

/** Returns the options among the arguments of `fit`: a stream has no y before them. @throws TypeError if a stream comes with a y */
export function fitOptionsOf(x: unknown, y: unknown, options: FitOptions | undefined): FitOptions {
  const streamed = typeof x === 'function';
  if (streamed && options !== undefined) {
    throw new TypeError('options: a stream brings its own y; call fit(batches, options)');
  }
  const given = (streamed ? y : options) as FitOptions | undefined;
  return given === undefined ? {} : given;
}

/**
 * Checks all options that can be checked without the data, and fills in the defaults. Reads every option once, because a getter
 * may return something else the second time. The `options` that it returns hold the values that were read.
 *
 * @param streamed  true if the batches come from a stream, which sets their size and order
 */
export function checkFitOptions(given: FitOptions, streamed: boolean) {
  const keys = streamed ? loopKeys : [...loopKeys, ...memoryKeys];
  knownKeys('options', given, keys);
  const options: FitOptions = Object.fromEntries(keys.map((key) => [key, given[key]]));
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
  // This is half of the limit for saved models, so that a model trained from here on can be saved.
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
    options,
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
  if (data !== undefined && (!isArray(data) || data.length < 2 || data.length > 3)) {
    throw new TypeError(`validationData: expected [x, y] or [x, y, sampleWeight], got ${show(data)}`);
  }
  if (split === undefined) return;
  if (data !== undefined) {
    throw new RangeError('validationSplit: cannot be combined with validationData; give one of them');
  }
  const share = finiteNumber('validationSplit', split);
  if (share <= 0 || share >= 1) {
    throw new RangeError(`validationSplit: expected a share in (0, 1), got ${share}`);
  }
}
