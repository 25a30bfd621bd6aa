import { arithmetics, backendNames, createBackend } from './backend/index.js';
import type { Arithmetic, BackendName, Elements } from './backend/kernels.js';
import {
  type Compiled,
  evaluate,
  loadInputs,
  type Measures,
  type MetricName,
  metricNames,
  Totals,
  type TrainingData,
  trainBatch,
} from './batch.js';
import { knownKeys, oneOf, ShapeError, show, wholeNumber } from './errors.js';
import { type Gradients, readGradients } from './gradients.js';
import { emptyHistory, type History, record, type ValidatedHistory } from './history.js';
import { checkLayers, drawWeights, type LayerOptions } from './layers.js';
import { type LossName, lossNames, loss as lossRow } from './losses.js';
import { Network } from './network.js';
import { initialState, type Optimizer, stateNames } from './optimizer-step.js';
import { checkOptimizer } from './optimizers.js';
import { type PresetName, preset } from './presets.js';
import { Rng } from './random.js';
import { checkInputs, checkTargets, type Inputs, type Samples, type Targets } from './samples.js';
import { InputScaler, type InputScaling, inputScalings } from './scaling.js';
import { type BatchEvent, type EpochEvent, runEpochs } from './training.js';
import { checkWeights, type LayerWeights, readWeights } from './weights.js';

export interface MLPOptions<B extends BackendName = BackendName> {
  /** Values in a row of x, ≥ 1. */
  readonly inputSize: number;
  /** From the first hidden layer to the output; at least one. */
  readonly layers: readonly LayerOptions[];
  /**
   * Starts the layers that name no initializer as another library would: 'torch' U(±1/√fanIn), bias too; 'keras' Glorot
   * uniform; 'flax' LeCun normal; 'lecture' He normal; 'tfjs' Glorot normal 12 % too narrow, to compare with, not to use.
   */
  readonly preset?: PresetName;
  /** Default 'none'. */
  readonly inputScaling?: InputScaling;
  /** A whole number of 53 bits or a string; weights and shuffles follow from it. Default 0. */
  readonly seed?: number | string;
  /** Default 'portable': the same bits everywhere. 'fused' is faster where the engine has relaxed SIMD. */
  readonly arithmetic?: Arithmetic;
  /** Default 'wasm'. */
  readonly backend?: B;
}

export interface CompileOptions {
  readonly loss: LossName;
  /** What a constructor such as `adam` returns, or a name for its defaults; default sgd(). */
  readonly optimizer?: Optimizer | Optimizer['name'];
  readonly metrics?: readonly MetricName[];
}

export interface FitOptions {
  /** Epochs to add to those behind the model; default 1. */
  readonly epochs?: number;
  /** Default 32; the last batch of an epoch may be smaller. */
  readonly batchSize?: number;
  /** Default true: in an order that follows from the model's seed and the epoch. */
  readonly shuffle?: boolean;
  readonly validationData?: readonly [x: Inputs, y: Targets];
  /** Called after every batch, not awaited; what it throws ends the fit. */
  readonly onBatchEnd?: (event: BatchEvent) => void;
  /** Called after every epoch, in the same way. */
  readonly onEpochEnd?: (event: EpochEvent) => void;
}

/** What the library's own functions over a model reach; not exported to users. */
export interface Internals {
  readonly network: Network;
  readonly scaler: InputScaler;
  /** Checks that the model can be written and that x is rows its scaling can take. */
  checkInputs(method: string, x: unknown): Samples;
}

export let internalsOf: (model: MLP<BackendName>) => Internals;

/** What a backend's numbers come as. */
export type ElementsOf<B extends BackendName> = B extends 'javascript64' ? Float64Array : Float32Array;

/**
 * A multi-layer perceptron. It owns its memory, and the garbage collector frees it.
 *
 * @example
 * const model = new MLP({ inputSize: 2, layers: [{ units: 16, activation: 'relu' }, { units: 3, activation: 'softmax' }] });
 * model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
 * await model.fit(x, y, { epochs: 10 });
 */
export class MLP<B extends BackendName = 'wasm'> {
  readonly inputSize: number;
  /** The arithmetic in use; 'portable' where 'fused' was asked for and cannot be had. */
  readonly arithmetic: Arithmetic;
  readonly backend: B;
  readonly seed: number | string;
  readonly #network: Network;
  readonly #scaler: InputScaler;
  readonly #rng: Rng;
  #compiled: Compiled | undefined;
  #epoch = 0;
  #fitting = false;

  static {
    internalsOf = (model) => ({
      network: model.#network,
      scaler: model.#scaler,
      checkInputs(method, x) {
        model.#notFitting(method);
        const samples = model.#inputs('x', x, 1);
        model.#scaler.check('x', samples);
        return samples;
      },
    });
  }

  /**
   * @throws TypeError   if an option is of the wrong kind, or a name unknown
   * @throws RangeError  if a number is out of range, or memory ends
   */
  constructor(options: MLPOptions<B>) {
    knownKeys('options', options, [
      'inputSize',
      'layers',
      'preset',
      'inputScaling',
      'seed',
      'arithmetic',
      'backend',
    ]);
    const {
      inputSize,
      layers,
      preset: presetName,
      inputScaling = 'none',
      seed = 0,
      arithmetic = 'portable',
    } = options;
    const name = oneOf('backend', options.backend ?? 'wasm', backendNames);
    oneOf('arithmetic', arithmetic, arithmetics);
    oneOf('inputScaling', inputScaling, inputScalings);
    this.inputSize = wholeNumber('inputSize', inputSize, 1);
    this.#rng = new Rng(seed);
    this.seed = seed;
    const specs = checkLayers(layers, presetName === undefined ? undefined : preset(presetName));
    // Drawn before any memory is taken: a bad initializer leaves nothing behind.
    const draws = drawWeights(this.#rng, inputSize, specs);
    const backend = createBackend(name, arithmetic);
    this.backend = name as B;
    this.arithmetic = backend.arithmetic;
    this.#scaler = new InputScaler(inputScaling, inputSize, backend, backend.base);
    this.#network = new Network(backend, this.#scaler.end, inputSize, specs);
    this.#writeWeights(draws);
  }

  /** Epochs behind the model, over all its fits. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Settles what training minimizes and how. The optimizer starts afresh, whatever it had gathered.
   *
   * @throws TypeError   if a name is unknown
   * @throws RangeError  if the loss does not go with the output layer, an option is out of range, or memory ends
   */
  compile(options: CompileOptions): void {
    this.#notFitting('compile');
    knownKeys('options', options, ['loss', 'optimizer', 'metrics']);
    const { optimizer = 'sgd', metrics = [] } = options;
    const loss = oneOf('loss', options.loss, lossNames);
    if (!Array.isArray(metrics))
      throw new TypeError(`metrics: expected an array of names, got ${show(metrics)}`);
    for (const [m, metric] of metrics.entries()) oneOf(`metrics[${m}]`, metric, metricNames);
    checkOutput(loss, metrics, this.#network);
    const checked = checkOptimizer('optimizer', optimizer);
    this.#network.layOutStates(stateNames(checked).length);
    this.#compiled = { loss, optimizer: checked, state: initialState(checked), metrics: [...metrics] };
  }

  /**
   * Fits the input scaling to x: 'unit' and 'symmetric' to the range of each feature, 'zScore' to its mean and
   * standard deviation. Bytes need none under 'unit' and 'symmetric'. The first `fit` does it unasked.
   */
  adapt(x: Inputs): void {
    this.#notFitting('adapt');
    const samples = this.#inputs('x', x, 1);
    this.#scaler.reset();
    this.#scaler.fit(samples);
  }

  /**
   * Trains for some epochs. All data are checked before the first step.
   *
   * @param x  rows of inputs
   * @param y  class indices or rows of targets, as the loss takes them
   * @returns  one number an epoch for the loss and each metric
   * @throws ShapeError, RangeError, TypeError  if data or options do not fit; nothing has changed then
   * @throws NonFiniteError  if x is not finite, or training became so: parameters are those before that batch
   */
  fit(
    x: Inputs,
    y: Targets,
    options: FitOptions & { readonly validationData: readonly [Inputs, Targets] },
  ): Promise<ValidatedHistory>;
  fit(x: Inputs, y: Targets, options?: FitOptions): Promise<History>;
  async fit(x: Inputs, y: Targets, options: FitOptions = {}): Promise<History> {
    this.#notFitting('fit');
    const compiled = this.#requireCompiled('fit');
    const { epochs, batchSize, shuffle, onBatchEnd, onEpochEnd } = checkFitOptions(options);
    const data = this.#data('x', x, 'y', y);
    const { validationData } = options;
    const validation =
      validationData &&
      this.#data('validationData[0]', validationData[0], 'validationData[1]', validationData[1]);
    const fitted = this.#scaler.fit(data.x);
    try {
      if (validation !== undefined) this.#scaler.check('validationData[0]', validation.x);
    } catch (error) {
      if (fitted) this.#scaler.reset();
      throw error;
    }
    const history = emptyHistory(compiled, validation !== undefined);
    this.#fitting = true;
    try {
      const loop = { epochs, batchSize, shuffle, validation, onBatchEnd, onEpochEnd };
      await runEpochs(this.#network, this.#scaler, compiled, this.#rng, data, loop, this.#epoch, (event) => {
        this.#epoch = event.epoch;
        record(history, event);
      });
    } finally {
      this.#fitting = false;
    }
    return history;
  }

  /**
   * One step on the whole of x as one batch.
   *
   * @returns loss and metrics of the batch, before the step
   */
  trainOnBatch(x: Inputs, y: Targets): Measures {
    this.#notFitting('trainOnBatch');
    const compiled = this.#requireCompiled('trainOnBatch');
    const data = this.#data('x', x, 'y', y);
    this.#scaler.check('x', data.x);
    // Bytes need no fit, but from here on their mapping is the model's.
    this.#scaler.fit(data.x);
    const totals = new Totals();
    trainBatch(this.#network, this.#scaler, compiled, data, undefined, 0, data.x.rows, totals);
    return totals.measures(compiled, this.#network.last.units);
  }

  /** Loss and metrics over all rows of x. */
  evaluate(x: Inputs, y: Targets): Measures {
    const compiled = this.#requireCompiled('evaluate');
    const data = this.#data('x', x, 'y', y);
    this.#scaler.check('x', data.x);
    return evaluate(this.#network, this.#scaler, compiled, data);
  }

  /** The outputs for each row of x, after the output activation: rows of `units` values one after another. */
  predict(x: Inputs): ElementsOf<B> {
    const samples = this.#inputs('x', x, 0);
    this.#scaler.check('x', samples);
    const network = this.#network;
    const { backend, chunkRows } = network;
    const { units } = network.last;
    const out =
      backend.elementBytes === 8
        ? new Float64Array(samples.rows * units)
        : new Float32Array(samples.rows * units);
    network.reserve(Math.min(chunkRows, samples.rows), 0);
    for (let start = 0; start < samples.rows; start += chunkRows) {
      const rows = Math.min(chunkRows, samples.rows - start);
      loadInputs(network, this.#scaler, samples, undefined, start, rows);
      network.forward(rows);
      out.set(network.view(network.last.output, rows * units), start * units);
    }
    return out as Elements as ElementsOf<B>;
  }

  /** The gradients of the mean loss over x, by every parameter, every layer's z and a, and x itself. */
  gradients(x: Inputs, y: Targets): Gradients<ElementsOf<B>> {
    const compiled = this.#requireCompiled('gradients');
    const data = this.#data('x', x, 'y', y);
    this.#scaler.check('x', data.x);
    return readGradients(this.#network, this.#scaler, compiled, data) as Gradients<Elements> as Gradients<
      ElementsOf<B>
    >;
  }

  /** Copies of every layer's kernel, row-major [fanIn, units], and bias. */
  getWeights(): LayerWeights<ElementsOf<B>>[] {
    return readWeights(this.#network) as LayerWeights<Elements>[] as LayerWeights<ElementsOf<B>>[];
  }

  /**
   * Replaces every layer's kernel and bias.
   *
   * @throws ShapeError      if there are too many or too few layers or values
   * @throws NonFiniteError  if a value is not finite
   */
  setWeights(weights: readonly LayerWeights<ArrayLike<number>>[]): void {
    this.#notFitting('setWeights');
    checkWeights(weights, this.#network);
    this.#writeWeights(weights);
  }

  #writeWeights(weights: readonly LayerWeights<ArrayLike<number>>[]): void {
    for (const [l, { kernel, bias }] of this.#network.layers.entries()) {
      this.#network.write(kernel, weights[l]!.kernel);
      this.#network.write(bias, weights[l]!.bias);
    }
  }

  #requireCompiled(method: string): Compiled {
    if (this.#compiled === undefined)
      throw new Error(`${method}: call model.compile({ loss, optimizer }) first`);
    return this.#compiled;
  }

  #notFitting(method: string): void {
    if (this.#fitting) throw new Error(`${method}: the model is being fitted; await that fit first`);
  }

  #inputs(argument: string, x: unknown, leastRows: number): Samples {
    const samples = checkInputs(argument, x, this.inputSize, this.#network.backend.elementBytes);
    if (samples.rows < leastRows)
      throw new ShapeError(`${argument}: expected at least one row, got none`, { argument });
    return samples;
  }

  #data(xName: string, x: unknown, yName: string, y: unknown): TrainingData {
    const samples = this.#inputs(xName, x, 1);
    const { units } = this.#network.last;
    const { classes } = lossRow(this.#compiled!.loss);
    return {
      x: samples,
      y: checkTargets(yName, y, samples.rows, units, classes, this.#network.backend.elementBytes),
    };
  }
}

function checkOutput(loss: LossName, metrics: readonly MetricName[], network: Network): void {
  const { activation, units } = network.last;
  const { output, classes } = lossRow(loss);
  if (output !== undefined && activation !== output) {
    throw new RangeError(`loss: '${loss}' needs a '${output}' output layer, got '${activation}'`);
  }
  if (output === undefined && activation === 'softmax') {
    throw new RangeError(`loss: '${loss}' does not go with a 'softmax' output layer; use 'crossEntropy'`);
  }
  if (classes && units === 1) {
    throw new RangeError(
      `loss: '${loss}' needs a unit for each class, and the output layer has 1 unit: it would always be sure`,
    );
  }
  if (!classes && metrics.includes('accuracy')) {
    throw new RangeError(`metrics: 'accuracy' counts right classes, and loss '${loss}' has none`);
  }
}

function checkFitOptions(options: FitOptions) {
  knownKeys('options', options, [
    'epochs',
    'batchSize',
    'shuffle',
    'validationData',
    'onBatchEnd',
    'onEpochEnd',
  ]);
  const { epochs = 1, batchSize = 32, shuffle = true, validationData, onBatchEnd, onEpochEnd } = options;
  wholeNumber('epochs', epochs, 0);
  wholeNumber('batchSize', batchSize, 1);
  if (typeof shuffle !== 'boolean')
    throw new TypeError(`shuffle: expected true or false, got ${show(shuffle)}`);
  if (validationData !== undefined && (!Array.isArray(validationData) || validationData.length !== 2)) {
    throw new TypeError(`validationData: expected [x, y], got ${show(validationData)}`);
  }
  for (const [name, callback] of Object.entries({ onBatchEnd, onEpochEnd })) {
    if (callback !== undefined && typeof callback !== 'function') {
      throw new TypeError(`${name}: expected a function, got ${show(callback)}`);
    }
  }
  return { epochs, batchSize, shuffle, onBatchEnd, onEpochEnd };
}
