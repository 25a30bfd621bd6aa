import type { Arithmetic, BackendName, DefaultBackend, ElementsOf, ThreadsInUse } from './backend/names.js';
import { foldedOptions, foldedWeights } from './network/folding.js';
import { checkModelOptions, type MLPConfig, type MLPOptions, modelConfig } from './network/model-options.js';
import { lineOf, summaryOf } from './network/summary.js';
import type { LayerWeights, SetWeightsOptions } from './network/weights.js';
import type { FileBytes } from './saving/format.js';
import type { LoadOptions, SaveOptions } from './saving/model.js';
import { refuseCopy, savingParts } from './saving/optional.js';
import type { CompileOptions } from './training/compile.js';
import { Core } from './training/core.js';
import type { FitOptions, LoopFitOptions, WithRequired } from './training/fit-options.js';
import type { Gradients, GradientsOptions } from './training/gradients.js';
import type { History, ValidatedHistory } from './training/history.js';
import { internalsOf, prepareClass } from './training/internals.js';
import type { LayerOutputs } from './training/layer-outputs.js';
import type { OptimizerStateCopy } from './training/optimizer-state.js';
import type { RowWeights } from './training/sample-weights.js';
import type { Inputs, Targets } from './training/samples.js';
import type { BatchStream } from './training/sources.js';
import type { Measures } from './training/totals.js';

/** Model on any backend, for functions that work with all of them. */
export type AnyMLP = MLP<BackendName>;

/**
 * Multi-layer perceptron: a stack of dense layers with their training. It owns its memory, which is freed with the garbage
 * collector.
 *
 * @example
 * const model = new MLP({ inputSize: 2, layers: [{ units: 16, activation: 'relu' }, { units: 3, activation: 'softmax' }] });
 * model.compile({ loss: 'crossEntropy', optimizer: adam(), metrics: ['accuracy'] });
 * await model.fit(x, y, { epochs: 10 });
 */
export class MLP<B extends BackendName = DefaultBackend> {
  /** Number of values in a row of x. */
  readonly inputSize: number;
  /** Arithmetic in use; 'portable' if 'fused' was requested but the engine lacks it. */
  readonly arithmetic: Arithmetic;
  /** Backend in use; 'javascript' if none was named and WebAssembly is unavailable. */
  readonly backend: B;
  /** Seed of weights, shuffles and dropout. */
  readonly seed: number | string;
  /** Options as plain data with all defaults filled in. `new MLP` accepts them again, except custom initializer functions. */
  readonly config: MLPConfig<B>;
  /** Throws, so that `JSON.stringify` cannot silently lose the weights. `structuredClone` and `postMessage` throw because of it. */
  readonly toJSON: () => never = refuseCopy;
  readonly #core: Core<B>;

  /**
   * Creates a model and draws its weights.
   *
   * @throws TypeError   if an option is of the wrong kind, or a name is unknown
   * @throws RangeError  if a number is out of range, or memory runs out
   */
  constructor(options: MLPOptions<B>) {
    prepareClass(modelClass().prototype, (value) => (#core in value ? value.#core : undefined));
    const checked = checkModelOptions(options);
    this.#core = new Core(checked);
    const { backend } = this.#core.parts.network;
    this.inputSize = checked.inputSize;
    this.seed = checked.seed;
    this.backend = backend.name as B;
    this.arithmetic = backend.arithmetic;
    this.config = modelConfig(checked, this.backend);
  }

  /**
   * Restores a model from the bytes of `save`: weights, statistics, scalings and training progress. The file need not be trusted,
   * because it is checked completely before any memory is allocated.
   *
   * @param bytes    content of the file
   * @param options  backend, threads and arithmetic of the new model; the arithmetic defaults to the saved one
   * @throws TypeError, RangeError, ShapeError or NonFiniteError that opens with `bytes` and says what is wrong with them
   */
  static load<B extends BackendName = DefaultBackend>(
    bytes: Uint8Array | ArrayBuffer,
    options: LoadOptions<B> = {},
  ): MLP<B> {
    const saved = savingParts('load').readModel(bytes, options);
    const model = create(saved.options as MLPOptions<B>);
    if (saved.compiled !== undefined) model.compile(saved.compiled);
    saved.restore(internalsOf(model));
    return model;
  }

  /** Number of threads in use, including the calling one, and the reason if they are fewer than requested. */
  get threads(): ThreadsInUse {
    return this.#core.threads;
  }

  /**
   * Ends the threads and frees the WebAssembly memory at once, not when the model is garbage collected. The model can still be used: it
   * then takes memory again, and one thread.
   */
  close(): void {
    this.#core.close();
  }

  /** Number of completed epochs, over all fits. */
  get epoch(): number {
    return this.#core.parts.state.epoch;
  }

  /** Number of optimizer steps since `compile`. */
  get step(): number {
    return this.#core.parts.state.optimizer.step;
  }

  /**
   * Sets loss, optimizer and metrics. The optimizer's state and the count of steps start again; weights and the count of epochs
   * stay.
   *
   * @param options  loss, optimizer and metrics; all but the loss have defaults
   * @throws TypeError   if an option is of the wrong kind, or a name is unknown
   * @throws RangeError  if an option is out of range, or the loss or a metric does not fit the output layer
   * @throws StateError  if another call runs on the model
   */
  compile(options: CompileOptions): void {
    this.#core.compile(options, this.config.targetScaling);
  }

  /**
   * Fits the scalings to data: 'unit' and 'symmetric' to the range of each feature or output, 'zScore' and 'tabular' to its mean
   * and standard deviation. Without `adapt`, the first `fit` fits the scalings. Byte inputs need no fitting with 'unit' and
   * 'symmetric'.
   *
   * @param x  rows of inputs
   * @param y  rows of targets, for a targetScaling that learns from them; without y the target scaling stays unchanged
   * @throws TypeError, RangeError, ShapeError or NonFiniteError if the data do not fit; the scalings are unchanged then
   * @throws StateError  if another call runs on the model
   */
  adapt(x: Inputs, y?: Targets): void {
    this.#core.adapt(x, y);
  }

  /**
   * Trains for a number of epochs, and measures validation data after each. All data are checked before the first step and read
   * until the fit ends, so do not change them before.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param options  validation data, epochs, batch size and callbacks; all but the validation data have defaults
   * @returns  the history: one number per epoch for the loss and each metric, on training and validation data
   * @throws ShapeError, RangeError, TypeError  if data or options do not fit; the model is unchanged then
   * @throws NonFiniteError  if x or a training step is not finite; the parameters are those before that batch
   * @throws StateError  if the model is not compiled, or another call changes it
   * @throws any error of a callback or the signal; the error then has `history` and `epoch`, see `isFitFailure`
   */
  fit(x: Inputs, y: Targets, options: WithRequired<FitOptions, 'validationData'>): Promise<ValidatedHistory>;
  /**
   * Trains for a number of epochs on a part of the rows, and measures the others after each. All data are checked before the
   * first step and read until the fit ends, so do not change them before.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param options  share of the rows to measure, epochs, batch size and callbacks; all but the share have defaults
   * @returns  the history: one number per epoch for the loss and each metric, on training and validation data
   * @throws ShapeError, RangeError, TypeError  if data or options do not fit; the model is unchanged then
   * @throws NonFiniteError  if x or a training step is not finite; the parameters are those before that batch
   * @throws StateError  if the model is not compiled, or another call changes it
   * @throws any error of a callback or the signal; the error then has `history` and `epoch`, see `isFitFailure`
   */
  fit(x: Inputs, y: Targets, options: WithRequired<FitOptions, 'validationSplit'>): Promise<ValidatedHistory>;
  /**
   * Trains for a number of epochs. All data are checked before the first step and read until the fit ends, so do not change them
   * before.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param options  epochs, batch size and callbacks; all have defaults
   * @returns  the history: one number per epoch for the loss and each metric
   * @throws ShapeError, RangeError, TypeError  if data or options do not fit; the model is unchanged then
   * @throws NonFiniteError  if x or a training step is not finite; the parameters are those before that batch
   * @throws StateError  if the model is not compiled, or another call changes it
   * @throws any error of a callback or the signal; the error then has `history` and `epoch`, see `isFitFailure`
   */
  fit(x: Inputs, y: Targets, options?: FitOptions): Promise<History>;
  /**
   * Trains for a number of epochs on data that do not fit into memory, and measures validation data after each. Every batch is
   * checked when it arrives. A scaling that learns from data needs `adapt` first.
   *
   * @param batches  function that yields the batches { x, y } of an epoch
   * @param options  epochs, validation data and callbacks; all but the validation data have defaults
   * @returns  the history: one number per epoch for the loss and each metric, on training and validation data
   * @throws ShapeError, RangeError, TypeError  if data or options do not fit; the parameters are those before that batch
   * @throws NonFiniteError  if x or a training step is not finite; the parameters are those before that batch
   * @throws StateError  if the model is not compiled, a scaling has not learned from data, or another call changes the model
   * @throws any error of a callback, the stream or the signal; the error then has `history` and `epoch`, see `isFitFailure`
   */
  fit(
    batches: BatchStream,
    options: WithRequired<LoopFitOptions, 'validationData'>,
  ): Promise<ValidatedHistory>;
  /**
   * Trains for a number of epochs on data that do not fit into memory. Every batch is checked when it arrives. A scaling that
   * learns from data needs `adapt` first.
   *
   * @param batches  function that yields the batches { x, y } of an epoch
   * @param options  epochs and callbacks; all have defaults
   * @returns  the history: one number per epoch for the loss and each metric
   * @throws ShapeError, RangeError, TypeError  if data or options do not fit; the parameters are those before that batch
   * @throws NonFiniteError  if x or a training step is not finite; the parameters are those before that batch
   * @throws StateError  if the model is not compiled, a scaling has not learned from data, or another call changes the model
   * @throws any error of a callback, the stream or the signal; the error then has `history` and `epoch`, see `isFitFailure`
   */
  fit(batches: BatchStream, options?: LoopFitOptions): Promise<History>;
  async fit(x: unknown, y: unknown, options?: FitOptions): Promise<History> {
    return this.#core.fit(x, y, options);
  }

  /**
   * Takes one training step on all rows of x as one batch.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param weights  weights of the rows and classes; default 1 each
   * @returns loss and metrics of the batch, before the step
   * @throws ShapeError, RangeError, TypeError  if an argument does not fit; the model is unchanged then
   * @throws NonFiniteError  if x or the step is not finite; the model is unchanged then
   * @throws StateError  if the model is not compiled, or another call runs on it
   */
  trainOnBatch(x: Inputs, y: Targets, weights: RowWeights = {}): Measures {
    return this.#core.trainOnBatch(x, y, weights);
  }

  /**
   * Returns loss and metrics over all rows. The loss is that of the scaled targets, the metrics are in the unit of the targets.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param weights  weights of the rows and classes; they affect only the loss; default 1 each
   * @throws ShapeError, RangeError, TypeError  if an argument does not fit
   * @throws NonFiniteError  if x, an output or the loss is not finite
   * @throws StateError  if the model is not compiled, or a scaling has not learned from data
   */
  evaluate(x: Inputs, y: Targets, weights: RowWeights = {}): Measures {
    return this.#core.evaluate(x, y, weights);
  }

  /**
   * Computes loss and metrics like `evaluate`, but uses all threads and yields every 30 ms so that a page stays responsive.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param weights  weights of the rows and classes; they affect only the loss; default 1 each
   * @throws ShapeError, RangeError, TypeError  if an argument does not fit
   * @throws NonFiniteError  if x, an output or the loss is not finite
   * @throws StateError  if the model is not compiled, or a scaling has not learned from data
   */
  async evaluateAsync(x: Inputs, y: Targets, weights: RowWeights = {}): Promise<Measures> {
    return this.#core.evaluateAsync(x, y, weights);
  }

  /**
   * Returns the outputs for each row of x, after the output activation and in the unit of the targets: [rows, units], row-major.
   *
   * @param x  rows of inputs
   * @throws ShapeError, TypeError  if x does not fit
   * @throws NonFiniteError  if x or an output is not finite; the error names the row and, for an output, the layer
   * @throws StateError  if a scaling has not learned from data
   */
  predict(x: Inputs): ElementsOf<B> {
    return this.#core.predict(x);
  }

  /**
   * Computes the outputs like `predict`, but uses all threads and yields every 30 ms so that a page stays responsive.
   *
   * @param x  rows of inputs
   * @throws ShapeError, TypeError  if x does not fit
   * @throws NonFiniteError  if x or an output is not finite; the error names the row and, for an output, the layer
   * @throws StateError  if a scaling has not learned from data
   */
  async predictAsync(x: Inputs): Promise<ElementsOf<B>> {
    return this.#core.predictAsync(x);
  }

  /**
   * Returns the preactivations and activations of every layer for each row of x in a prediction, as copies. With a target scaling,
   * the last activations are in the scale of training.
   *
   * @param x  rows of inputs
   * @throws ShapeError, TypeError  if x does not fit
   * @throws NonFiniteError  if x or an output of the model is not finite; the error names the row and, for an output, the layer
   * @throws StateError  if a scaling has not learned from data
   */
  layerOutputs(x: Inputs): LayerOutputs<ElementsOf<B>>[];
  /**
   * Returns the preactivations and activations of one layer for each row of x in a prediction, as copies. With a target scaling,
   * the activations of the last layer are in the scale of training.
   *
   * @param x      rows of inputs
   * @param layer  index of the layer from 0, or its name, such as `layers[0]`
   * @throws ShapeError, RangeError, TypeError  if x does not fit, or the model has no such layer
   * @throws NonFiniteError  if x or an output of the model is not finite; the error names the row and, for an output, the layer
   * @throws StateError  if a scaling has not learned from data
   */
  layerOutputs(x: Inputs, layer: number | string): LayerOutputs<ElementsOf<B>>;
  layerOutputs(x: Inputs, layer?: number | string): unknown {
    const outputs = this.#core.layerOutputs(x, layer);
    return layer === undefined ? outputs : outputs[0];
  }

  /**
   * Returns the gradients of the mean loss over x with respect to every parameter, every layer's z and a, and x. The loss is that
   * of the scaled targets. The gradients are not checked: an overflow shows as NaN or infinity, and `findNonFinite` finds where
   * it began.
   *
   * @param x        rows of inputs
   * @param y        class indices or rows of targets, depending on the loss
   * @param options  weights of the rows and classes, and `training`: true uses the batch's own statistics and dropout; default
   *                 false
   * @throws ShapeError, RangeError, TypeError, NonFiniteError  if an argument does not fit
   * @throws StateError  if the model is not compiled, or a scaling has not learned from data
   */
  gradients(x: Inputs, y: Targets, options: GradientsOptions = {}): Gradients<ElementsOf<B>> {
    return this.#core.gradients(x, y, options);
  }

  /** Returns copies of every layer's tensors: kernel (row-major [fanIn, units]), bias ([units]), and any others. */
  getWeights(): LayerWeights<ElementsOf<B>>[] {
    return this.#core.getWeights();
  }

  /**
   * Returns a copy of the optimizer's state: its moments or velocities for every parameter, layer by layer.
   *
   * @throws StateError  if the model is not compiled
   */
  optimizerState(): OptimizerStateCopy<ElementsOf<B>> {
    return this.#core.optimizerState();
  }

  /**
   * Replaces every layer's tensors.
   *
   * @param weights  tensors of every layer, from the first hidden one to the output
   * @param options  layout of the kernels: 'keras' (default), as getWeights returns them; 'torch', [units, fanIn]; 'slides', [1 +
   *                 fanIn, units] with the bias as their first row
   * @throws TypeError       if a tensor is not an array of numbers
   * @throws ShapeError      if there are too many or too few layers or values
   * @throws NonFiniteError  if a value is not finite
   * @throws StateError      if another call runs on the model
   */
  setWeights(
    weights: readonly Partial<LayerWeights<ArrayLike<number>>>[],
    options: SetWeightsOptions = {},
  ): void {
    this.#core.setWeights(weights, options);
  }

  /**
   * Returns the model as a safetensors file: parameters with PyTorch's names and layout, statistics, scalings, the optimizer's
   * state, epoch, step and, in the metadata, the config. A loaded model continues training bit for bit as if it had never been
   * saved.
   *
   * @param options  what the file contains; default everything
   */
  save(options: SaveOptions = {}): FileBytes {
    return savingParts('save').save({ ...internalsOf(this), config: this.config }, options);
  }

  /**
   * Returns a text table: one row per layer with its outputs, parameters, initializer and activation, then the totals. Equal
   * neighbouring layers share a row. In Node, `console.log(model)` prints it.
   */
  summary(): string {
    return summaryOf(this);
  }

  /** Returns a line such as `MLP 784 → 256 relu → 10 softmax, 203 530 parameters`. */
  toString(): string {
    return lineOf(this);
  }

  /**
   * Returns a model with equal predictions but without batch norms: each is folded into a neighbouring kernel and bias. The new
   * model has as many threads.
   *
   * @throws NonFiniteError  if a folded value exceeds the numbers of the backend
   */
  folded(): MLP<B> {
    const { compiled } = this.#core.internals;
    const options = { ...foldedOptions(this.config), threads: this.threads.count };
    const model = create(options as MLPOptions<B>);
    if (compiled !== undefined) model.compile(compiled);
    model.setWeights(foldedWeights(this.config, this.getWeights()));
    model.#core.takeScalingsOf(this.#core);
    return model;
  }
}

/** Returns the class. Defined outside it, because the bundler renames a class that refers to itself to `_MLP`. */
function modelClass() {
  return MLP;
}

function create<B extends BackendName>(options: MLPOptions<B>): MLP<B> {
  return new (modelClass())(options);
}
