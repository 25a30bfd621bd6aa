import { knownKeys, notNegativeNumber, trueOrFalse, wholeNumber } from '../errors.js';
import { isBetterLarge } from '../metrics/index.js';
import type { Network } from '../network/network.js';
import { restore, type Snapshot, snapshot } from '../network/weights.js';
import type { Compiled } from './batch.js';
import type { EpochEvent } from './callbacks.js';
import { checkMonitor, type Monitor, measureOf } from './monitor.js';

export interface EarlyStopping {
  /** What is watched: 'loss' or a metric, 'validation.' before it for the validation data. Default the loss, of the validation data if there are any. */
  readonly monitor?: Monitor;
  /** Epochs without an improvement after which the fit ends, ≥ 1; default 5. */
  readonly patience?: number;
  /** What counts as an improvement, ≥ 0; default 0. */
  readonly minDelta?: number;
  /** Default true: a fit that was not aborted ends with weights and running statistics of its best epoch. */
  readonly restoreBest?: boolean;
}

/** Watches one measure over the epochs of a fit, and keeps the weights of the best. */
export class Watch {
  readonly #monitor: Monitor;
  readonly #sign: 1 | -1;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #restoreBest: boolean;
  #best:
    | { readonly epoch: number; readonly value: number; readonly weights: Snapshot | undefined }
    | undefined;
  #waited = 0;

  /** @throws TypeError or RangeError that names the option; also where what is to be watched is not measured. */
  constructor(options: EarlyStopping, compiled: Compiled, validated: boolean) {
    knownKeys('earlyStopping', options, ['monitor', 'patience', 'minDelta', 'restoreBest']);
    const {
      monitor = validated ? 'validation.loss' : 'loss',
      patience = 5,
      minDelta = 0,
      restoreBest = true,
    } = options;
    this.#monitor = checkMonitor('earlyStopping.monitor', monitor, compiled, validated);
    this.#sign = isBetterLarge(measureOf(this.#monitor)) ? -1 : 1;
    this.#patience = wholeNumber('earlyStopping.patience', patience, 1);
    this.#minDelta = notNegativeNumber('earlyStopping.minDelta', minDelta);
    trueOrFalse('earlyStopping.restoreBest', restoreBest);
    this.#restoreBest = restoreBest;
  }

  get bestEpoch(): number | undefined {
    return this.#best?.epoch;
  }

  /** Looks at an epoch; true where patience has ended. */
  see(event: EpochEvent, network: Network): boolean {
    const where = this.#monitor.startsWith('validation.') ? event.validation! : event;
    const value = this.#sign * where[measureOf(this.#monitor)]!;
    // Written so that NaN is never an improvement.
    if (this.#best === undefined ? !Number.isNaN(value) : value < this.#best.value - this.#minDelta) {
      const weights = this.#restoreBest ? snapshot(network) : undefined;
      this.#best = { epoch: event.epoch, value, weights };
      this.#waited = 0;
      return false;
    }
    this.#waited++;
    return this.#waited >= this.#patience;
  }

  /** Puts the best epoch's weights back; false where none were kept. */
  restore(network: Network): boolean {
    const weights = this.#best?.weights;
    if (weights !== undefined) restore(network, weights);
    return weights !== undefined;
  }
}
