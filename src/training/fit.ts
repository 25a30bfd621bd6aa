import { abortable, isAbort, throwIfAborted } from '../abort.js';
import type { Address } from '../backend/kernels.js';
import { knownKeys, ShapeError, show } from '../errors.js';
import { monitoredMeasure } from '../schedules/index.js';
import { inTurns } from '../turns.js';
import { evaluation } from './batch.js';
import { Callbacks } from './callbacks.js';
import { argumentNames, checkData, classCount } from './check-data.js';
import type { Compiled } from './compile.js';
import { Watch } from './early-stopping.js';
import { addFailure } from './failure.js';
import { checkFitOptions, type FitOptions } from './fit-options.js';
import { emptyHistory, type History, record } from './history.js';
import { bringIn, RESIDENT_BYTES, residentBytes } from './inputs.js';
import { runEpochs, type Validation } from './loop.js';
import { checkMonitor } from './monitor.js';
import { rewinder } from './rewind.js';
import {
  checkClassWeight,
  checkSomeWeight,
  chosenWeights,
  type Weighting,
  weighClasses,
  weightsName,
  withMean,
} from './sample-weights.js';
import { learnScalings, settleOnBatch, warnOfWideTargets } from './scalings.js';
import { memorySource, type Source, streamSource } from './sources.js';
import type { Trainee } from './trainee.js';
import type { TrainingData } from './training-data.js';

/**
 * Implements MLP.fit: checks everything, then runs the epochs.
 *
 * @param residentLimit  largest size of data, in bytes, that is kept in the model's memory; data that are larger or have wide rows
 *                       are copied batch by batch
 */
export async function fitModel(
  trainee: Trainee,
  x: unknown,
  y: unknown,
  given: FitOptions,
  residentLimit = RESIDENT_BYTES,
): Promise<History> {
  const streamed = typeof x === 'function';
  const checked = checkFitOptions(given, streamed);
  const { options } = checked;
  const classWeight = checkClassWeight(options.classWeight, classCount(trainee));
  const { network, compiled, state } = trainee;
  const validated = options.validationData !== undefined || checked.validationSplit !== undefined;
  const { earlyStopping } = options;
  const watch = earlyStopping === undefined ? undefined : new Watch(earlyStopping, compiled, validated);
  checkSchedule(compiled, validated);
  throwIfAborted(checked.signal);
  const prepared = streamed
    ? fromStream(trainee, x as (epoch: number) => unknown, options, classWeight)
    : fromMemory(trainee, x, y, options, checked, classWeight);
  const { source } = prepared;
  const { initialEpoch = state.epoch } = checked;
  const rewind = rewinder(trainee, initialEpoch);
  try {
    const address = makeRoom(network, prepared, checked.batchSize, watch, residentLimit);
    settle(trainee, prepared, initialEpoch);
    return await run(trainee, prepared, checked, watch, address);
  } catch (error) {
    rewind();
    throw error;
  } finally {
    network.layOutData(0);
    const { begun } = state;
    // The source holds the data, which are no longer needed.
    if (begun?.source === source) begun.source = { batching: source.batching };
  }
}

/**
 * Allocates all memory of the fit, so that running out of memory changes nothing. Batches of a stream allocate theirs when they
 * arrive.
 *
 * @returns address for the inputs; undefined for a stream, and for inputs that are wide or larger than `residentLimit`
 */
function makeRoom(
  network: Trainee['network'],
  { data, trained, validation }: Prepared,
  batchSize: number,
  watch: Watch | undefined,
  residentLimit: number,
): Address | undefined {
  const bytes = data && residentBytes(data.x, network);
  const resident = bytes !== undefined && bytes <= residentLimit;
  const address = network.layOutData(resident ? bytes : 0);
  const rows = trained?.length ?? data?.x.rows ?? 0;
  const batch = Math.min(batchSize, rows);
  const evaluated = Math.max(
    validation?.order?.length ?? validation?.data.x.rows ?? 0,
    watch?.evaluatesTraining ? rows : 0,
  );
  network.reserve(Math.max(batch, Math.min(evaluated, network.chunkRows)), batch);
  return resident ? address : undefined;
}

/** Fits the model's scalings and sets its count of epochs, before the first step. */
function settle(trainee: Trainee, { data, trained, validation }: Prepared, initialEpoch: number): void {
  const { scaler, state } = trainee;
  if (data !== undefined) learnScalings(trainee, data, trained);
  if (validation !== undefined) scaler.check('validationData[0]', validation.data.x);
  if (data !== undefined) warnOfWideTargets(trainee, data.y, trained);
  if (initialEpoch === state.epoch) return;
  state.epoch = initialEpoch;
  state.begun = undefined;
}

/**
 * Runs a fit whose arguments are valid, and completes it: restores the best weights, calls the last callbacks, returns the
 * history.
 */
async function run(
  trainee: Trainee,
  { source, data, trained, validation }: Prepared,
  { epochs, signal, recorder, restoreOnFailure, ...checked }: ReturnType<typeof checkFitOptions>,
  watch: Watch | undefined,
  address: Address | undefined,
): Promise<History> {
  const { network, scaler, compiled, state } = trainee;
  const callbacks = new Callbacks(checked.callbacks);
  const curves = emptyHistory(compiled, validation !== undefined);
  const lastEpoch = state.epoch + epochs;
  let epoch = state.epoch + 1;
  let partial: History['partial'];
  let restartedEpoch: number | undefined;
  const history = (): History => ({
    ...curves,
    ...(partial && { partial }),
    ...(restartedEpoch !== undefined && { restartedEpoch }),
    ...(watch?.bestEpoch !== undefined && { bestEpoch: watch.bestEpoch }),
    ...(recorder && { diagnostics: recorder.records }),
  });
  const restoreBest = async (whole: boolean) => {
    const evaluate = data && (() => inTurns(evaluation(trainee, data, trained)));
    // The interrupted epoch began with other weights, so it cannot be resumed.
    if (await watch?.restore(trainee, evaluate, whole)) state.begun = undefined;
  };
  try {
    try {
      const begin = { firstEpoch: epoch, lastEpoch, batches: source.batches };
      await abortable(Promise.resolve(callbacks.fitBegin(begin)), signal);
      throwIfAborted(signal);
      if (data !== undefined && address !== undefined) {
        data.resident = bringIn(network, scaler, data.x, address);
      }
      watch?.begin(trainee);
      await runEpochs(trainee, source, {
        lastEpoch,
        validation,
        callbacks,
        watch,
        recorder,
        signal,
        restoreOnFailure,
        onEpochBegin: (number) => {
          epoch = number;
        },
        onRestart: (number) => {
          restartedEpoch = number;
        },
        onEpoch: (event, begun) => {
          record(curves, event);
          if (begun !== undefined) partial = { epoch, batches: begun.batches, samples: begun.samples };
        },
      });
      await restoreBest(state.begun === undefined);
    } catch (error) {
      // After an abort, the next fit resumes from the current weights.
      if (!isAbort(signal, error)) await quietly(() => restoreBest(false));
      await quietly(() => callbacks.fitEnd({ history: history(), error }));
      throw error;
    }
    const whole = history();
    await callbacks.fitEnd({ history: whole });
    return whole;
  } catch (error) {
    addFailure(error, { history: history(), epoch });
    throw error;
  }
}

/** Runs a clean-up whose own errors must not hide the error that ended the fit. */
async function quietly(end: () => unknown): Promise<void> {
  try {
    await end();
  } catch {}
}

/** Checks that the measure watched by reduceOnPlateau exists after an epoch. */
function checkSchedule(compiled: Compiled, validated: boolean): void {
  const { learningRate } = compiled.optimizer;
  const monitor = typeof learningRate === 'number' ? undefined : monitoredMeasure(learningRate);
  if (monitor !== undefined) checkMonitor('learningRate.monitor', monitor, compiled, validated);
}

interface Prepared {
  readonly source: Source;
  /** Data in memory; undefined for a stream. */
  readonly data?: TrainingData;
  /** Training rows, all by default. Scalings that are not yet fitted learn from them. */
  readonly trained?: Uint32Array;
  readonly validation: Validation | undefined;
}

const validationNames = {
  x: 'validationData[0]',
  y: 'validationData[1]',
  sampleWeight: 'validationData[2]',
};

function fromMemory(
  trainee: Trainee,
  x: unknown,
  y: unknown,
  options: FitOptions,
  { batchSize, shuffle, validationSplit }: ReturnType<typeof checkFitOptions>,
  classWeight: Float64Array | undefined,
): Prepared {
  const { network, rng, compiled } = trainee;
  const own = checkData(trainee, { x, y, sampleWeight: options.sampleWeight });
  const { rows } = own.x;
  const kept =
    validationSplit === undefined
      ? undefined
      : splitRows(shuffle ? rng.split('validation').permutation(rows) : lastFirst(rows), validationSplit);
  checkBatchNormRows(network, kept?.trained.length ?? rows, batchSize);
  const { sampleWeight } = argumentNames;
  const weights = weighClasses(sampleWeight, own.weights, classWeight, own.y, compiled.loss);
  const named = weightsName(sampleWeight, options.sampleWeight, classWeight);
  checkPart(named, 'train', weights, kept?.trained);
  const data = { ...own, weights: withMean(weights, kept?.trained) };
  const source = memorySource(data, kept?.trained, batchSize, shuffle, rng);
  if (kept === undefined) {
    return { data, source, validation: givenValidation(trainee, options) };
  }
  checkPart(sampleWeight, 'validate', own.weights, kept.validated);
  return {
    data,
    trained: kept.trained,
    source,
    // Class weights are left out, because they apply only to training.
    validation: { data: own, order: kept.validated, argument: argumentNames.x },
  };
}

function fromStream(
  trainee: Trainee,
  open: (epoch: number) => unknown,
  options: FitOptions,
  classWeight: Float64Array | undefined,
): Prepared {
  const { network, scaler, targetScaler } = trainee;
  targetScaler.check();
  const checkBatch = (at: string, batch: unknown) => {
    knownKeys(at, batch, ['x', 'y', 'sampleWeight']);
    const names = { x: `${at}: x`, y: `${at}: y`, sampleWeight: `${at}: sampleWeight` };
    const given = batch as { x: unknown; y: unknown; sampleWeight?: unknown };
    const data = checkData(trainee, given, names, classWeight);
    checkBatchRows(network, names.x, data.x.rows);
    scaler.check(names.x, data.x);
    settleOnBatch(trainee, data);
    return data;
  };
  return {
    source: streamSource(open, checkBatch),
    validation: givenValidation(trainee, options),
  };
}

function givenValidation(trainee: Trainee, { validationData }: FitOptions): Prepared['validation'] {
  if (validationData === undefined) return undefined;
  const [x, y, sampleWeight] = validationData;
  const data = checkData(trainee, { x, y, sampleWeight }, validationNames);
  checkSomeWeight(validationNames.sampleWeight, data.weights);
  return { data, argument: validationNames.x };
}

/**
 * Splits an order of rows: the first share of them, rounded to whole rows but at least one, is for validation.
 *
 * @returns both parts in ascending order, so that an epoch without a shuffle keeps the order of the rows
 * @throws RangeError if no row is left to train on
 */
function splitRows(order: Uint32Array, share: number) {
  const validated = Math.max(1, Math.round(order.length * share));
  if (validated === order.length) {
    throw new RangeError(`validationSplit: ${share} of ${order.length} rows leaves none to train on`);
  }
  return { validated: order.slice(0, validated).sort(), trained: order.slice(validated).sort() };
}

/** Returns the rows from last to first. Data that are not shuffled may be a time series, which is validated on its end. */
function lastFirst(rows: number): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, r) => rows - 1 - r);
}

/** Checks that not all rows weigh 0. @throws RangeError if every row, or every row of a part, weighs 0 */
function checkPart(
  argument: string,
  what: string,
  weights: Weighting | undefined,
  part: Uint32Array | undefined,
): void {
  const named = part === undefined ? argument : `${argument} of the rows to ${what} on`;
  checkSomeWeight(named, weights && part ? chosenWeights(weights, part) : weights);
}

function hasBatchNorm(network: Trainee['network']): boolean {
  return network.layers.some(({ spec }) => spec.batchNorm !== undefined);
}

/** Checks that batches have at least two rows, which a variance needs. @throws ShapeError */
export function checkBatchRows(network: Trainee['network'], argument: string, rows: number): void {
  if (rows === 1 && hasBatchNorm(network)) {
    throw new ShapeError(`${argument}: batchNorm needs batches of 2 or more rows, got 1`, { argument });
  }
}

function checkBatchNormRows(network: Trainee['network'], rows: number, batchSize: number): void {
  if (!hasBatchNorm(network)) return;
  if (batchSize === 1 || rows % batchSize === 1) {
    const which = batchSize === 1 ? 'every batch' : `the last batch of ${rows} rows`;
    throw new RangeError(
      `batchSize: ${which} would be 1 row, and batchNorm needs 2 or more; got ${show(batchSize)}`,
    );
  }
}
