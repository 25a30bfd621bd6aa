import { checkFunction, knownKeys, show } from '../errors.js';
import type { Measures } from './batch.js';
import type { History } from './history.js';

/** A fit about to begin. */
export interface FitEvent {
  /** Number of the first epoch to be run, from 1, and of the last. */
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  /** Batches of an epoch, where they can be counted: those of a stream cannot. */
  readonly batches: number | undefined;
}

/** A fit that has ended. */
export interface FitEndEvent {
  /** What `fit` returns or, where it rejects, the epochs that ended before the error. */
  readonly history: History;
  /** What ended the fit, where it was an error. */
  readonly error?: unknown;
}

/** One batch behind us. Epochs and batches count from 1. */
export interface BatchEvent {
  readonly epoch: number;
  readonly batch: number;
  /** Batches of the epoch, where they can be counted: those of a stream cannot. */
  readonly batches: number | undefined;
  /** Rows trained on in this epoch so far. */
  readonly samples: number;
  /** Mean loss of the batch, before its step, without penalties; 0 where all its rows weigh 0. */
  readonly loss: number;
  /** Penalties before the step, as in `Measures`; absent where the optimizer has none. */
  readonly penalty?: number;
  /** That the step was taken with. */
  readonly learningRate: number;
}

/** One epoch behind us: means over its batches, each before its step, and the validation data after the last. */
export type EpochEvent = Measures & {
  readonly epoch: number;
  readonly validation?: Measures;
  /** That the next step would be taken with. */
  readonly learningRate: number;
};

/**
 * Functions that a fit calls, in the order given. Each is awaited before the next is called; what it throws, or rejects with, ends
 * the fit. `onBatchEnd` and `onEpochEnd` may return 'stop', or a promise of it: the fit then ends after that batch or epoch.
 */
export interface Callback {
  readonly onFitBegin?: (event: FitEvent) => unknown;
  readonly onBatchEnd?: (event: BatchEvent) => unknown;
  readonly onEpochEnd?: (event: EpochEvent) => unknown;
  /** Called however the fit ended, once its data and options were found good; the best weights are back by then. */
  readonly onFitEnd?: (event: FitEndEvent) => unknown;
}

const names = ['onFitBegin', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const satisfies (keyof Callback)[];

/** Calls several callbacks as one. */
export class Callbacks {
  readonly #all: readonly Callback[];
  /** True where one of them is told of every batch. */
  readonly heedBatches: boolean;
  #ended = false;

  constructor(all: readonly Callback[]) {
    this.#all = all;
    this.heedBatches = all.some(({ onBatchEnd }) => onBatchEnd !== undefined);
  }

  /** Like `batchEnd`; a 'stop' does not count. */
  fitBegin(event: FitEvent): boolean | Promise<boolean> {
    return this.#tell((callback) => callback.onFitBegin?.(event));
  }

  /**
   * True where one of them said 'stop'; all are called all the same.
   *
   * @returns a promise only where one of them returned one: awaiting one a batch would double the time of a tiny network
   */
  batchEnd(event: BatchEvent): boolean | Promise<boolean> {
    return this.#tell((callback) => callback.onBatchEnd?.(event));
  }

  /** Like `batchEnd`. */
  epochEnd(event: EpochEvent): boolean | Promise<boolean> {
    return this.#tell((callback) => callback.onEpochEnd?.(event));
  }

  /** Calls all of them, then throws what the first of those that threw has thrown. */
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
      // An abort does not wait for a callback: those behind it are not told of a batch after the end.
      if (this.#ended) break;
      if ((await call(callback)) === 'stop') stop = true;
    }
    return stop;
  }
}

/** Also of promises of another realm, or of a library. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** @throws TypeError if one is no callback, RangeError if one stands there twice. */
export function checkCallbacks(argument: string, callbacks: unknown): readonly Callback[] {
  if (!Array.isArray(callbacks)) {
    throw new TypeError(`${argument}: expected an array of callbacks, got ${show(callbacks)}`);
  }
  for (const [c, callback] of callbacks.entries()) {
    knownKeys(`${argument}[${c}]`, callback, names);
    for (const name of names) checkFunction(`${argument}[${c}].${name}`, callback[name]);
    const first = callbacks.indexOf(callback);
    if (first < c) throw new RangeError(`${argument}[${c}]: the same callback stands at ${first} already`);
  }
  return callbacks;
}
