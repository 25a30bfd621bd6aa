import { type AbortSignalLike, checkSignal, throwIfAborted } from '../abort.js';
import { checkModel } from '../check-model.js';
import { isArray, knownKeys, StateError, show, trueOrFalse, wholeNumber } from '../errors.js';
import type { TargetKind } from '../metrics/table.js';
import { type AnyMLP, MLP } from '../mlp.js';
import { rangeOf } from '../network/activations.js';
import type { Network } from '../network/network.js';
import type { Samples } from '../network/rows.js';
import { type InputScaling, type LearnedScaling, scalingKind } from '../network/scaling.js';
import { ln } from '../numbers/elementary.js';
import { stepSize } from '../optimizers/step.js';
import { measureBatch } from '../training/batch.js';
import { checkData, checkScalings } from '../training/check-data.js';
import { checkBatchRows } from '../training/fit.js';
import { copyRows, loadInputs } from '../training/inputs.js';
import { type Internals, internalsOf } from '../training/internals.js';
import { lossRow } from '../training/losses.js';
import type { Inputs, Targets } from '../training/samples.js';
import { learningRateNow } from '../training/step.js';
import { Totals } from '../training/totals.js';
import type { Stretch, TrainingData } from '../training/training-data.js';
import { atOnce, inTurns } from '../turns.js';
import type { Diagnosis, GradientDiagnosis, LayerDiagnosis } from './diagnosis.js';
import { expectedLayers, idealLayers, type LayerExpectation } from './expected.js';
import type { InForce } from './limits.js';
import { measureInputs, measureLayer, measureSlopes } from './measure.js';
import { movedFromStart } from './origin.js';
import { kindOfOutputs, measurePredictions } from './predictions.js';
import { rootMeanSquare } from './statistics.js';
import { Tensors } from './tensors.js';
import { judge } from './verdict.js';

/** Options of `diagnose`. */
export interface DiagnoseOptions {
  /**
   * True to let batch norms use the rows' own statistics, and dropout apply, as in training. False to let batch norms use their
   * running statistics, as in `predict`. Default: true while some batch norm's running statistics were never updated,
   * otherwise false.
   */
  readonly training?: boolean;
  /** Names that advice uses for the features, one for each input; default their indices, from 0. */
  readonly featureNames?: readonly string[];
  /** Number of bins of each histogram, 1 to 10 000; default 32. */
  readonly bins?: number;
  /** False leaves the quantiles out, which take most of the time; default true. */
  readonly quantiles?: boolean;
  /** Maximum number of rows to use, ≥ 1, spread evenly over x; default 2048, or fewer for wide layers. */
  readonly rows?: number;
}

/** Options of `diagnoseAsync`. */
export interface DiagnoseAsyncOptions extends DiagnoseOptions {
  /** Aborts the diagnosis between two layers. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
}

const optionNames = ['training', 'bins', 'quantiles', 'rows', 'featureNames'];

/**
 * Upper limit for bins. A layer has six histograms, so that a mistaken million of bins would fill a small machine's memory.
 */
const MOST_BINS = 10_000;
const ROWS = 2048;
/** Number of values of all layers together if `rows` is not given: 64 MB of f32 forward, and as much backward. */
const MOST_VALUES = 0x1000000;

/**
 * Diagnoses a model on rows x: measures each layer's signals and gradients, compares them with variance theory, and returns a verdict and
 * what to change. The model stays unchanged.
 *
 * @param model    the model
 * @param x        rows of inputs, of which 2048 are used by default; a few hundred are enough
 * @param y        targets, as the compiled loss takes them; loss and gradients are measured with all rows as one batch
 * @param options  `training`, `featureNames`, `bins`, `quantiles` and `rows`, as in `DiagnoseOptions`
 * @throws StateError      if the model is not compiled, or a scaling has not been fitted
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws RangeError      if an option or a target is out of range
 * @throws ShapeError      if x or y does not fit the model
 * @throws NonFiniteError  if x or y is not finite; findNonFinite names the first such value
 */
export function diagnose(model: AnyMLP, x: Inputs, y: Targets, options?: DiagnoseOptions): GradientDiagnosis;
/**
 * Diagnoses a model on rows x: measures each layer's signals, compares them with variance theory, and returns a verdict and
 * what to change. The model stays unchanged.
 *
 * @param model    the model
 * @param x        rows of inputs, of which 2048 are used by default; a few hundred are enough
 * @param y        targets, as the compiled loss takes them; with them, loss and gradients are measured too, with all rows as
 *                 one batch
 * @param options  `training`, `featureNames`, `bins`, `quantiles` and `rows`, as in `DiagnoseOptions`
 * @throws StateError      if there are targets but no compiled loss, or a scaling has not been fitted
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws RangeError      if an option or a target is out of range
 * @throws ShapeError      if x or y does not fit the model
 * @throws NonFiniteError  if x or y is not finite; findNonFinite names the first such value
 */
export function diagnose(model: AnyMLP, x: Inputs, y?: Targets, options?: DiagnoseOptions): Diagnosis;
export function diagnose(model: AnyMLP, x: Inputs, y?: Targets, options: DiagnoseOptions = {}): Diagnosis {
  knownKeys('options', options, optionNames);
  return atOnce(diagnosis(model, x, y, options));
}

/**
 * Diagnoses a model with its gradients like `diagnose`, but pauses between layers every 30 ms so that a page stays responsive, and
 * can be aborted. It measures a copy of the model, so that the model may train or predict meanwhile; the report describes the model
 * as it was at the call.
 *
 * @param options  as for `diagnose`, and a `signal`
 * @throws StateError      if the model is not compiled, or a scaling has not been fitted
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws RangeError      if an option or a target is out of range
 * @throws ShapeError      if x or y does not fit the model
 * @throws NonFiniteError  if x or y is not finite; findNonFinite names the first such value
 * @throws the reason of `signal`, if it aborts
 */
export function diagnoseAsync(
  model: AnyMLP,
  x: Inputs,
  y: Targets,
  options?: DiagnoseAsyncOptions,
): Promise<GradientDiagnosis>;
/**
 * Diagnoses a model like `diagnose`, but pauses between layers every 30 ms so that a page stays responsive, and can be aborted. It
 * measures a copy of the model, so that the model may train or predict meanwhile; the report describes the model as it was at the
 * call.
 *
 * @param options  as for `diagnose`, and a `signal`
 * @throws StateError      if there are targets but no compiled loss, or a scaling has not been fitted
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws RangeError      if an option or a target is out of range
 * @throws ShapeError      if x or y does not fit the model
 * @throws NonFiniteError  if x or y is not finite; findNonFinite names the first such value
 * @throws the reason of `signal`, if it aborts
 */
export function diagnoseAsync(
  model: AnyMLP,
  x: Inputs,
  y?: Targets,
  options?: DiagnoseAsyncOptions,
): Promise<Diagnosis>;
export async function diagnoseAsync(
  model: AnyMLP,
  x: Inputs,
  y?: Targets,
  options: DiagnoseAsyncOptions = {},
): Promise<Diagnosis> {
  knownKeys('options', options, [...optionNames, 'signal']);
  const { signal, ...rest } = options;
  checkModel(model);
  checkSignal(signal);
  throwIfAborted(signal);
  // The first step checks everything and copies x and y into the memory of the copy.
  return inTurns(
    diagnosis(MLP.load(model.save(), { backend: model.backend }), x, y, rest),
    undefined,
    signal,
  );
}

function* diagnosis(
  model: AnyMLP,
  x: Inputs,
  y: Targets | undefined,
  options: DiagnoseOptions,
): Generator<void, Diagnosis> {
  checkModel(model);
  const { bins = 32, quantiles = true } = options;
  if (options.training !== undefined) trueOrFalse('training', options.training);
  const detail = { bins: wholeNumber('bins', bins, 1), quantiles: trueOrFalse('quantiles', quantiles) };
  if (bins > MOST_BINS) throw new RangeError(`bins: expected at most ${MOST_BINS}, got ${bins}`);
  const internals = internalsOf(model);
  const { network } = internals;
  const most = options.rows === undefined ? defaultRows(network) : wholeNumber('rows', options.rows, 1);
  const featureName = namesOf(options.featureNames, network.inputSize);
  const data = checkedData(internals, 'diagnose', x, y);
  const stretch = spread(data.x.rows, most);
  const { rows } = stretch;
  // Running statistics of 0 and 1 describe no data. A single row has no statistics of its own.
  const training = options.training ?? (rows > 1 && hasUnusedStatistics(network));
  if (training) checkBatchRows(network, 'x', rows);
  network.reserve(rows, rows);
  const loss = run(internals, data, stretch, training);
  const backward = loss !== undefined;
  const inForces = inForce(model, internals, training);
  const standardized = inForces.standardized !== undefined && !inForces.clipped;
  const { inputs, signal } = measureInputs(network, given(data.x, stretch), rows, detail, standardized);
  yield;
  const kind = internals.compiled && lossRow(internals.compiled.loss).kind;
  const predictions = measurePredictions(
    network,
    rows,
    kindOfOutputs(network, kind),
    data.y && (data.y.values === undefined ? 'labels' : 'rows'),
  );
  const measured: Measured[] = [];
  const tensors = new Tensors(network, rows, detail);
  for (const l of network.layers.keys()) {
    measured.push(measureLayer(network, l, rows, backward, tensors));
    yield;
  }
  // Slopes overwrite the batch's buffers, so they come after everything that reads these.
  const slopes = network.layers.map((_, l) => measureSlopes(network, l, rows));
  const expected = expectedLayers(network, signal, training);
  const last = measured[measured.length - 1]!;
  const layers = measured.map((layer, l): LayerDiagnosis => {
    const predicted = withGradient(expected[l]!, layer, last);
    return { ...layer, ...slopes[l]!, ...gradientRatio(layer, last), ...update(internals, layer), predicted };
  });
  const batchNorm: NonNullable<Diagnosis['batchNorm']> = training ? 'batch' : 'running';
  const report = {
    kind: 'diagnosis',
    rows,
    ...(backward && { loss }),
    ...(inForces.batchNorm.some((position) => position !== undefined) && { batchNorm }),
    inputs,
    layers,
  } as const;
  const circumstances = {
    learningRate: learningRate(internals),
    predictions,
    evenLoss: kind && evenLoss(kind, network),
    featureName,
    inForce: inForces,
  };
  return { ...report, ...judge(report, idealLayers(network), circumstances) };
}

function inForce(model: AnyMLP, { network, compiled, state }: Internals, training: boolean): InForce {
  const { inputScaling, targetScaling } = model.config;
  const [lowest, highest] = rangeOf(network.last.spec.activation);
  return {
    moved: movedFromStart(model, { network, state }),
    batchNorm: network.layers.map(({ spec }) => spec.batchNorm?.position),
    training,
    clipNorm: (compiled?.optimizer.clipNorm ?? null) !== null,
    standardized: standardization(inputScaling),
    clipped: scalingKind(inputScaling) === 'tabular',
    targetScaling:
      targetScaling === 'none' ? 'none' : typeof targetScaling === 'string' ? 'learned' : 'given',
    reachesAll: lowest === -Infinity && highest === Infinity,
  };
}

/** Loss of equal probabilities for all classes; undefined if the loss takes no probabilities. */
function evenLoss(kind: TargetKind, { last }: Network): number | undefined {
  return kind === 'values' ? undefined : ln(kind === 'binary' ? 2 : Math.max(2, last.units));
}

/** Returns true if some batch norm still has the running statistics of a new model. */
function hasUnusedStatistics(network: Network): boolean {
  const all = (address: number, n: number, value: number) =>
    network.view(address, n).every((each: number) => each === value);
  return network.layers.some(({ tensors, units }) => {
    const [mean, variance] = [tensors.get('runningMean'), tensors.get('runningVariance')];
    return mean !== undefined && variance !== undefined && all(mean, units, 0) && all(variance, units, 1);
  });
}

function namesOf(names: readonly string[] | undefined, inputSize: number): (feature: number) => string {
  if (names === undefined) return String;
  if (!isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw new TypeError(`featureNames: expected an array of strings, got ${show(names)}`);
  }
  if (names.length !== inputSize) {
    throw new RangeError(
      `featureNames: expected ${inputSize} names, one for each input, got ${names.length}`,
    );
  }
  return (feature) => `'${names[feature]}'`;
}

function standardization(scaling: InputScaling): InForce['standardized'] {
  if (typeof scaling === 'string') return standardization({ kind: scaling } as LearnedScaling);
  if (!('kind' in scaling)) return undefined;
  const { kind, per = 'feature' } = scaling;
  return kind === 'zScore' || kind === 'tabular' ? per : undefined;
}

/** Checks x and, if given, y. */
export function checkedData(
  { network, compiled, scaler, targetScaler, checkInputs }: Internals,
  method: string,
  x: unknown,
  y: unknown,
): Pick<TrainingData, 'x'> & Partial<TrainingData> {
  if (y === undefined) return { x: checkInputs(undefined, x) };
  if (compiled === undefined) {
    throw new StateError(`${method}: targets need a loss; call model.compile({ loss, optimizer }) first`);
  }
  const data = checkData({ network, compiled }, { x, y });
  checkScalings({ scaler, targetScaler }, 'x', data.x);
  return data;
}

/** Runs rows forward and, with targets, backward. Returns the loss if there are targets. */
export function run(
  { network, scaler, targetScaler, compiled, state }: Internals,
  data: Pick<TrainingData, 'x'> & Partial<TrainingData>,
  stretch: Stretch,
  training: boolean,
): number | undefined {
  const pass = { rows: stretch.rows, training, step: state.optimizer.step };
  const { x, y, weights } = data;
  if (y === undefined || compiled === undefined) {
    loadInputs(network, scaler, { x }, stretch);
    network.forward(pass);
    return undefined;
  }
  const trainee = { network, scaler, targetScaler, compiled };
  const loss = measureBatch(trainee, { x, y, weights }, stretch, pass, new Totals(trainee));
  network.backward(pass, lossRow(compiled.loss).takesLogits, false);
  return loss;
}

function defaultRows({ layers, inputSize }: Network): number {
  const values = layers.reduce((sum, layer) => sum + layer.valuesPerRow, inputSize);
  return Math.max(1, Math.min(ROWS, Math.floor(MOST_VALUES / values)));
}

/** Selects all rows or, if there are more than `most`, so many at equal distances, since data may be sorted by class. */
function spread(all: number, most: number): Stretch {
  if (all <= most) return { order: undefined, start: 0, rows: all };
  const order = Uint32Array.from({ length: most }, (_, r) => Math.floor((r * all) / most));
  return { order, start: 0, rows: most };
}

function given({ values, columns }: Samples, stretch: Stretch): Samples['values'] {
  if (stretch.order === undefined) return values;
  const n = stretch.rows * columns;
  const rows =
    values instanceof Uint8Array
      ? new Uint8Array(n)
      : values instanceof Float32Array
        ? new Float32Array(n)
        : new Float64Array(n);
  copyRows(rows, 0, values, columns, stretch);
  return rows;
}

type Measured = ReturnType<typeof measureLayer>;

function withGradient(expected: LayerExpectation, { units }: Measured, last: Measured) {
  if (last.gradient === undefined) return expected;
  const ofLast = rootMeanSquare(last.gradient) * Math.sqrt(last.units / units);
  return { ...expected, gradientStd: expected.gradientRatio * ofLast };
}

function gradientRatio({ gradient, units }: Measured, last: Measured) {
  if (gradient === undefined || last.gradient === undefined) return {};
  const sizes = rootMeanSquare(gradient) / rootMeanSquare(last.gradient);
  return { gradientRatio: sizes * Math.sqrt(units / last.units) };
}

function learningRate({ compiled, state }: Internals): number | undefined {
  return compiled && learningRateNow(compiled.optimizer, state);
}

function update(internals: Internals, { kernel, kernelGradient }: Measured) {
  const rate = learningRate(internals);
  if (kernelGradient === undefined || rate === undefined) return {};
  const step = stepSize(internals.compiled!.optimizer, rate, rootMeanSquare(kernelGradient));
  return { updateRatio: step / rootMeanSquare(kernel) };
}
