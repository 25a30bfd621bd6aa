import { knownKeys, notNegativeNumber, trueOrFalse, wholeNumber } from '../errors.js';
import { isBetterLarge } from '../metrics/index.js';
import type { Compiled, Measures, Trainee } from './batch.js';
import type { EpochEvent } from './callbacks.js';
import { type Checkpoint, checkpointOf, putBack } from './checkpoint.js';
import { checkMonitor, type Monitor, measureOf } from './monitor.js';

export interface EarlyStopping {
  /** What is watched: 'loss' or a metric, 'validation.' before it for the validation data. Default the loss, of the validation data if there are any. */
  readonly monitor?: Monitor;
  /** Epochs in a row without an improvement after which the fit ends; default 5. 0 and 1 end it at the first, as in Keras. */
  readonly patience?: number;
  /** What counts as an improvement, ≥ 0; default 0. */
  readonly minDelta?: number;
  /**
   * Default true: the fit ends with the weights, running statistics and optimizer moments of its best epoch, also where it ends
   * by an error; an abort leaves them, so that the next fit goes on.
   *
   * A measure of the validation data belongs to the weights after its epoch. One of the training data is taken batch by batch
   * before each step, so that fit, at its end, evaluates the training data with the weights before the best epoch and with
   * those after it, and keeps the better. A stream is not read twice: the weights before its best epoch are kept, or left as
   * they are where that epoch was the last and no error ended the fit.
   */
  readonly restoreBest?: boolean;
}

/** The best epoch so far, with the weights after it and, where a training measure is watched, before it. */
interface Best {
  readonly epoch: number;
  readonly value: number;
  readonly after: Checkpoint | undefined;
  readonly before: Checkpoint | undefined;
}

type Trained = Pick<Trainee, 'network' | 'state'>;

/** Watches one measure over the epochs of a fit, and keeps the weights of the best. */
export class Watch {
  readonly #monitor: Monitor;
  readonly #sign: 1 | -1;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #restoreBest: boolean;
  #best: Best | undefined;
  /** Weights that the epoch under way began with; kept where they may be those that its measure belongs to. */
  #before: Checkpoint | undefined;
  #lastSeen = 0;
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
    this.#patience = wholeNumber('earlyStopping.patience', patience, 0);
    this.#minDelta = notNegativeNumber('earlyStopping.minDelta', minDelta);
    trueOrFalse('earlyStopping.restoreBest', restoreBest);
    this.#restoreBest = restoreBest;
  }

  get bestEpoch(): number | undefined {
    return this.#best?.epoch;
  }

  /** True where weights before an epoch may be put back, and training data evaluated to tell. */
  get evaluatesTraining(): boolean {
    return this.#restoreBest && !this.#monitor.startsWith('validation.');
  }

  /** Called once, before the first epoch. */
  begin(trained: Trained): void {
    if (this.evaluatesTraining) this.#before = checkpointOf(trained);
  }

  /** Looks at an epoch; true where patience has ended. */
  see(event: EpochEvent, trained: Trained): boolean {
    const where = this.#monitor.startsWith('validation.') ? event.validation! : event;
    const value = this.#valueIn(where);
    // Written so that NaN is never an improvement.
    const better =
      this.#best === undefined ? !Number.isNaN(value) : value < this.#best.value - this.#minDelta;
    const keeps = this.#restoreBest && (better || this.evaluatesTraining);
    const after = keeps ? checkpointOf(trained) : undefined;
    if (better) this.#best = { epoch: event.epoch, value, after, before: this.#before };
    if (this.evaluatesTraining) this.#before = after;
    this.#lastSeen = event.epoch;
    this.#waited = better ? 0 : this.#waited + 1;
    return !better && this.#waited >= this.#patience;
  }

  /**
   * Puts the best epoch's weights back.
   *
   * @param evaluate  measures the training data; undefined for a stream
   * @param whole     true where the fit ended without an error, at the end of an epoch
   * @returns false where the weights stay as they are
   */
  async restore(
    trained: Trained,
    evaluate: (() => Promise<Measures>) | undefined,
    whole: boolean,
  ): Promise<boolean> {
    const { after, before, epoch } = this.#best ?? {};
    if (after === undefined) return false;
    if (before === undefined) putBack(trained, after);
    else if (evaluate !== undefined) await this.#putBetterBack(trained, before, after, evaluate);
    else if (whole && epoch === this.#lastSeen) return false;
    else putBack(trained, before);
    return true;
  }

  async #putBetterBack(
    trained: Trained,
    before: Checkpoint,
    after: Checkpoint,
    evaluate: () => Promise<Measures>,
  ): Promise<void> {
    let better = before;
    try {
      putBack(trained, before);
      const valueBefore = this.#valueIn(await evaluate());
      putBack(trained, after);
      // Written so that NaN is never better.
      if (this.#valueIn(await evaluate()) <= valueBefore) better = after;
    } finally {
      putBack(trained, better);
    }
  }

  /** The watched measure, turned so that less is better. */
  #valueIn(measures: Measures): number {
    return this.#sign * measures[measureOf(this.#monitor)]!;
  }
}
