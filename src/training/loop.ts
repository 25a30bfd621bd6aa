import { type AbortSignalLike, abortable, throwIfAborted } from '../abort.js';
import { NonFiniteError } from '../errors.js';
import { warn } from '../platform.js';
import { afterEpoch } from '../schedules/index.js';
import { inTurns, Turn } from '../turns.js';
import { evaluation, trainBatch } from './batch.js';
import type { Callbacks, EpochEvent } from './callbacks.js';
import type { Recorder } from './diagnostics.js';
import type { Watch } from './early-stopping.js';
import { weighsNothing } from './loading.js';
import type { Batch, Source } from './sources.js';
import { learningRateNow, measureParameters } from './step.js';
import { type Measures, Totals } from './totals.js';
import type { BegunEpoch, Trainee } from './trainee.js';
import type { TrainingData } from './training-data.js';

/** Rows to validate on: all rows of the data, or those that `order` names. Error messages name the data `argument`. */
export interface Validation {
  readonly data: TrainingData;
  readonly order?: Uint32Array;
  readonly argument: string;
}

/** Options of `runEpochs`. */
export interface LoopOptions {
  /** Number of the last epoch to run. */
  readonly lastEpoch: number;
  readonly validation: Validation | undefined;
  readonly callbacks: Callbacks;
  readonly watch: Watch | undefined;
  readonly recorder: Recorder | undefined;
  readonly signal: AbortSignalLike | undefined;
  readonly restoreOnFailure: boolean;
  /** Called with the number of each epoch before its first batch. */
  readonly onEpochBegin: (epoch: number) => void;
  /** Called with the number of an epoch that restarts because it was begun on other data or with other batches. */
  readonly onRestart: (epoch: number) => void;
  /**
   * Called with each completed epoch, before any callback. If a callback's 'stop' left an epoch partial, `begun` says how far it
   * came.
   */
  readonly onEpoch: (event: EpochEvent, begun?: BegunEpoch) => void;
}

/**
 * Runs the epochs and batches. An interrupted epoch of an earlier fit resumes where it stopped, if its batches are the same.
 * Yields to the event loop every 30 ms.
 *
 * @throws NonFiniteError that names epoch and batch; the parameters are those before that batch
 * @throws the signal's reason, after the batch during which it was aborted
 */
export async function runEpochs(trainee: Trainee, source: Source, options: LoopOptions): Promise<void> {
  const { state, compiled } = trainee;
  const turn = new Turn();
  const warnings = { weightless: false };
  while (state.epoch < options.lastEpoch) {
    const epoch = state.epoch + 1;
    options.onEpochBegin(epoch);
    const whole = await runEpoch(trainee, source, options, turn, warnings);
    const begun = state.begun!;
    if (!whole && begun.totals.sums.weight === 0) return;
    // An epoch that cannot be measured restarts. An epoch whose validation fails is completed by the next fit.
    state.begun = undefined;
    const trained: Measures = begun.totals.measures();
    state.begun = begun;
    const { validation } = options;
    const checked =
      validation &&
      (await inTurns(evaluation(trainee, validation.data, validation.order, validation.argument), turn));
    const measured = { epoch, ...trained, ...(checked && { validation: checked }) };
    if (!whole) {
      options.onEpoch({ ...measured, learningRate: learningRateNow(compiled.optimizer, state) }, begun);
      return;
    }
    state.begun = undefined;
    state.epoch = epoch;
    state.schedule = followSchedule(trainee, measured);
    const event = { ...measured, learningRate: learningRateNow(compiled.optimizer, state) };
    options.onEpoch(event);
    const patienceEnded = options.watch?.see(event, trainee) ?? false;
    const told = options.callbacks.epochEnd(event);
    const stop = typeof told === 'boolean' ? told : await abortable(told, options.signal);
    if (stop || patienceEnded) return;
    throwIfAborted(options.signal);
  }
}

function followSchedule({ compiled, state }: Trainee, measures: Measures & { validation?: Measures }) {
  const { learningRate } = compiled.optimizer;
  if (typeof learningRate === 'number') return undefined;
  return afterEpoch(learningRate, state.schedule, measures);
}

/** Runs the batches of an epoch. @returns false if a callback stopped it before its last batch */
async function runEpoch(
  trainee: Trainee,
  source: Source,
  { callbacks, signal, restoreOnFailure, recorder, onRestart }: LoopOptions,
  turn: Turn,
  /** Warnings that this fit has given. */
  warned: { weightless: boolean },
): Promise<boolean> {
  const { network, state, compiled } = trainee;
  const { batches } = source;
  const epoch = state.epoch + 1;
  measureParameters(network, state);
  const iterator = source.epoch(epoch, state.begun);
  const anew = (): BegunEpoch => ({ batches: 0, samples: 0, source, totals: new Totals(trainee) });
  state.begun ??= anew();
  let begun = state.begun;
  let waiting = false;
  try {
    for (;;) {
      waiting = true;
      const next = iterator.next();
      // Data in memory are not awaited: a promise per batch would double the time of a tiny network.
      const { done, value } = 'then' in next ? await abortable(next, signal) : next;
      waiting = false;
      if (done) return true;
      const { number, data, stretch } = value as Batch;
      if (number <= begun.batches) {
        begun = anew();
        state.begun = begun;
        onRestart(epoch);
      }
      begun.source = source;
      const learningRate = learningRateNow(compiled.optimizer, state);
      let loss: number;
      try {
        loss = trainBatch(trainee, data, stretch, learningRate, begun.totals, restoreOnFailure);
      } catch (error) {
        throw error instanceof NonFiniteError ? placed(error, epoch, begun.batches + 1) : error;
      }
      if (loss === 0 && !warned.weightless && weighsNothing(data.weights, stretch)) {
        warned.weightless = true;
        warn(
          `evenkeel: sampleWeight: every row of batch ${number} of epoch ${epoch} weighs 0, so that it trains nothing`,
        );
      }
      const diagnostics = recorder?.see(trainee, epoch, stretch.rows, loss, learningRate);
      begun.batches++;
      begun.samples += stretch.rows;
      const told =
        callbacks.heedBatches &&
        callbacks.batchEnd({
          epoch,
          batch: begun.batches,
          batches,
          samples: begun.samples,
          loss,
          ...begun.totals.lastPenalty,
          learningRate,
          ...(diagnostics && { diagnostics }),
        });
      const stop = typeof told === 'boolean' ? told : await abortable(told, signal);
      if (turn.isOverAfterBatch()) await turn.pause();
      throwIfAborted(signal);
      if (stop) break;
    }
  } catch (error) {
    await abandon(iterator, waiting);
    throw error;
  }
  await iterator.return?.();
  return false;
}

/** Closes a source without hiding the original error. It does not await a pending batch, which may never arrive. */
async function abandon(iterator: Iterator<Batch> | AsyncIterator<Batch>, waiting: boolean): Promise<void> {
  const closed = Promise.resolve(iterator.return?.()).catch(() => {});
  if (!waiting) await closed;
}

function placed(error: NonFiniteError, epoch: number, batch: number): NonFiniteError {
  const { layer, value } = error;
  return new NonFiniteError(`${error.message} (epoch ${epoch}, batch ${batch})`, {
    epoch,
    batch,
    ...(layer !== undefined && { layer }),
    ...(value !== undefined && { value }),
  });
}
