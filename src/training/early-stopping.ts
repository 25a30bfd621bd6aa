import { knownKeys, NonFiniteError, notNegativeNumber, trueOrFalse, wholeNumber } from '../errors.js';
import { isBetterLarge } from '../metrics/table.js';
import type { EpochEvent } from './callbacks.js';
import { type Checkpoint, checkpointOf, putBack } from './checkpoint.js';
import type { Compiled } from './compile.js';
import { checkMonitor, type Monitor, measureOf } from './monitor.js';
import type { Measures } from './totals.js';
import type { Trainee } from './trainee.js';

/** Options of early stopping: the measure to watch, and when to end the fit. */
export interface EarlyStopping {
  /**
   * Measure to watch: 'loss' or a metric, with the prefix 'validation.' for the validation data. Default 'validation.loss', or
   * 'loss' without validation data.
   */
  readonly monitor?: Monitor;
  /**
   * Number of consecutive epochs without improvement after which the fit ends; default 5. Both 0 and 1 end it at the first such
   * epoch, as in Keras.
   */
  readonly patience?: number;
  /** Amount, ≥ 0, by which a measure must beat the best one to count as an improvement; default 0. */
  readonly minDelta?: number;
  /**
   * Restores the weights, running statistics and optimizer moments of the best epoch at the end of the fit, even after an error;
   * default true. An abort keeps the last weights, so that the next fit can resume.
   *
   * A validation measure belongs to the weights after its epoch. A training measure is taken batch by batch, before each step.
   * Therefore fit evaluates the training data at its end with the weights before and after the best epoch, and keeps the better
   * ones. A stream is not read twice: fit restores the weights before its best epoch. If that epoch was the last and no error
   * ended the fit, the weights stay as they are.
   */
  readonly restoreBest?: boolean;
}

/** Best epoch so far: the weights after it and, for a training measure, those before it. */
interface Best {
  readonly epoch: number;
  readonly value: number;
  readonly after: Checkpoint | undefined;
  readonly before: Checkpoint | undefined;
}

type Trained = Pick<Trainee, 'network' | 'state'>;

/** Watches one measure over the epochs of a fit and keeps the weights of the best epoch. */
export class Watch {
  readonly #monitor: Monitor;
  readonly #sign: 1 | -1;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #restoreBest: boolean;
  #best: Best | undefined;
  /** Weights at the beginning of the current epoch. They are kept if its measure may belong to them. */
  #before: Checkpoint | undefined;
  #lastSeen = 0;
  #waited = 0;

  /** Checks the options. @throws TypeError or RangeError that names the option, also if the watched measure is not computed */
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

  /** Number of the best epoch so far; undefined before the first one that counts. */
  get bestEpoch(): number | undefined {
    return this.#best?.epoch;
  }

  /** True if the weights before an epoch may be restored. To decide this, the training data may be evaluated. */
  get evaluatesTraining(): boolean {
    return this.#restoreBest && !this.#monitor.startsWith('validation.');
  }

  /** Called once, before the first epoch. */
  begin(trained: Trained): void {
    if (this.evaluatesTraining) this.#before = checkpointOf(trained);
  }

  /** Takes the measures of an epoch; returns true if patience is exhausted. */
  see(event: EpochEvent, trained: Trained): boolean {
    const where = this.#monitor.startsWith('validation.') ? event.validation! : event;
    const value = this.#valueIn(where);
    // Written so that NaN never counts as an improvement.
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
   * Restores the best epoch's weights.
   *
   * @param evaluate  measures the training data; undefined for a stream
   * @param whole     true if the fit ended without an error, at the end of an epoch
   * @returns false if the weights stay as they are
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
      const valueBefore = await this.#valueOf(evaluate);
      putBack(trained, after);
      if ((await this.#valueOf(evaluate)) <= valueBefore) better = after;
    } finally {
      putBack(trained, better);
    }
  }

  /**
   * Returns the watched measure of an evaluation; Infinity if an output or the measure is not finite, so that it is never better.
   */
  async #valueOf(evaluate: () => Promise<Measures>): Promise<number> {
    try {
      const value = this.#valueIn(await evaluate());
      return Number.isNaN(value) ? Infinity : value;
    } catch (error) {
      if (error instanceof NonFiniteError) return Infinity;
      throw error;
    }
  }

  /** Returns the watched measure, negated if larger is better. */
  #valueIn(measures: Measures): number {
    return this.#sign * measures[measureOf(this.#monitor)]!;
  }
}
