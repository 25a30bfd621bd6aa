import { elements } from '../arrays.js';
import { checkFunction, isArray, knownKeys, show } from '../errors.js';
import { callHint } from '../hints.js';
import type { StepRecord } from './diagnostics.js';
import type { History } from './history.js';
import type { Measures } from './totals.js';

/** Event of a fit that is about to begin. */
export interface FitEvent {
  /** Number of the first epoch of this fit, from 1. */
  readonly firstEpoch: number;
  /** Number of the last epoch of this fit, from 1. */
  readonly lastEpoch: number;
  /** Batches per epoch; absent for a stream. */
  readonly batches: number | undefined;
}

/** Event of a fit that has ended. */
export interface FitEndEvent {
  /** History that `fit` returns. If `fit` rejects, it covers the epochs completed before the error. */
  readonly history: History;
  /** Error that ended the fit, if there is one. */
  readonly error?: unknown;
}

/** Event of a completed batch. */
export interface BatchEvent {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Number of the batch in its epoch, from 1. */
  readonly batch: number;
  /** Batches of the epoch; absent for a stream. */
  readonly batches: number | undefined;
  /** Number of rows of this epoch so far. */
  readonly samples: number;
  /** Mean loss of the batch before its step, without penalties; 0 if all its rows weigh 0. */
  readonly loss: number;
  /** Penalties before the step, as in `Measures`; absent if the optimizer has none. */
  readonly penalty?: number;
  /** Learning rate used for this step. */
  readonly learningRate: number;
  /** Record of the layers, if `fit` keeps `diagnostics` and recorded this step. */
  readonly diagnostics?: StepRecord;
}

/**
 * Event of a completed epoch. Its measures are means over the batches, each taken before its step; the validation measures are
 * taken after the last step.
 */
export type EpochEvent = Measures & {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Loss and metrics of the validation data; absent without validation data. */
  readonly validation?: Measures;
  /** Learning rate of the next step. */
  readonly learningRate: number;
};

/**
 * Functions that a fit calls, in the order given. Each is awaited before the next one is called. An exception or a rejection ends
 * the fit. If `onBatchEnd` or `onEpochEnd` returns 'stop', or a promise of it, the fit ends after that batch or epoch.
 */
export interface Callback {
  /** Called once before the first step, after data and options were checked. */
  readonly onFitBegin?: (event: FitEvent) => unknown;
  /** Called after every batch; 'stop' ends the fit. */
  readonly onBatchEnd?: (event: BatchEvent) => unknown;
  /** Called after every epoch, with its validation measures; 'stop' ends the fit. */
  readonly onEpochEnd?: (event: EpochEvent) => unknown;
  /**
   * Called at the end of every fit whose data and options were valid, even after an error. By then, early stopping has restored
   * the best weights.
   */
  readonly onFitEnd?: (event: FitEndEvent) => unknown;
}

const names = ['onFitBegin', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const satisfies (keyof Callback)[];

/** Group of callbacks that is called like one. */
export class Callbacks {
  readonly #all: readonly Callback[];
  /** True if one of the callbacks has onBatchEnd. */
  readonly heedBatches: boolean;
  #ended = false;

  constructor(all: readonly Callback[]) {
    this.#all = all;
    this.heedBatches = all.some(({ onBatchEnd }) => onBatchEnd !== undefined);
  }

  /** Calls onFitBegin of all callbacks; a returned 'stop' has no effect. */
  fitBegin(event: FitEvent): boolean | Promise<boolean> {
    return this.#tell((callback) => callback.onFitBegin?.(event));
  }

  /**
   * Calls onBatchEnd of all callbacks, and returns true if one of them returned 'stop'.
   *
   * @returns a promise only if a callback returned one: awaiting a promise per batch would double the time of a tiny network
   */
  batchEnd(event: BatchEvent): boolean | Promise<boolean> {
    return this.#tell((callback) => callback.onBatchEnd?.(event));
  }

  /** Calls onEpochEnd of all callbacks. Returns like `batchEnd`. */
  epochEnd(event: EpochEvent): boolean | Promise<boolean> {
    return this.#tell((callback) => callback.onEpochEnd?.(event));
  }

  /** Calls onFitEnd of all callbacks, and then throws the first error that one of them threw. */
  async fitEnd(event: FitEndEvent): Promise<void> {
    this.#ended = true;
    const thrown: unknown[] = [];
    for (const callback of this.#all) {
      try {
        await callback.onFitEnd?.(event);
      } catch (error) {
        thrown.push(error);
      }
    }
    if (thrown.length > 0) throw thrown[0];
  }

  #tell(call: (callback: Callback) => unknown): boolean | Promise<boolean> {
    let stop = false;
    for (let c = 0; c < this.#all.length; c++) {
      const answer = call(this.#all[c]!);
      if (isThenable(answer)) return this.#tellRest(answer, stop, c + 1, call);
      if (answer === 'stop') stop = true;
    }
    return stop;
  }

  async #tellRest(
    answer: PromiseLike<unknown>,
    stopped: boolean,
    next: number,
    call: (callback: Callback) => unknown,
  ): Promise<boolean> {
    let stop = stopped;
    if ((await answer) === 'stop') stop = true;
    for (const callback of this.#all.slice(next)) {
      // An abort does not wait for a callback. The callbacks after it must not be told of a batch once the fit has ended.
      if (this.#ended) break;
      if ((await call(callback)) === 'stop') stop = true;
    }
    return stop;
  }
}

/** Returns true for a promise, also for one of another realm or of a library. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Checks callbacks. @throws TypeError if one is not a callback, RangeError if one occurs twice */
export function checkCallbacks(argument: string, callbacks: unknown): readonly Callback[] {
  if (!isArray(callbacks)) {
    throw new TypeError(`${argument}: expected an array of callbacks, got ${show(callbacks)}`);
  }
  const all = elements(callbacks, callbacks.length) as Callback[];
  for (const [c, callback] of all.entries()) {
    const hint = callHint(callback, ['progressBar']);
    if (hint) throw new TypeError(`${argument}[${c}]: expected a callback, got ${show(callback)}${hint}`);
    knownKeys(`${argument}[${c}]`, callback, names);
    for (const name of names) checkFunction(`${argument}[${c}].${name}`, callback[name]);
    const first = all.indexOf(callback);
    if (first < c) throw new RangeError(`${argument}[${c}]: the same callback is already at index ${first}`);
  }
  return all;
}
