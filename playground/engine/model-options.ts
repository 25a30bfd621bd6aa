/** Options of a model and of `compile` that follow from a state, as plain data that the printed program shows too. */
import type {
  CompileOptions,
  DefaultBackend,
  InitializerConfig,
  LayerOptions,
  MLP,
  MLPOptions,
  Optimizer,
} from 'evenkeel';
import type { DataSet } from './data/data-set.js';
import type { NetworkState, State } from './state.js';

/** An initializer: a name, or a name with options. */
type Start = InitializerConfig['name'] | InitializerConfig;

/** Table of the initializers that have options. */
const starts: Partial<Record<NetworkState['init'], (size: number) => Start>> = {
  normal: (stddev) => ({ name: 'randomNormal', mean: 0, stddev }),
  // N(0, g²/fanIn). The library refuses a scale of 0, so a gain of 0 has zeros.
  gain: (gain) =>
    gain === 0
      ? { name: 'zeros' }
      : { name: 'varianceScaling', scale: gain * gain, mode: 'fanIn', distribution: 'normal' },
  constant: (value) => ({ name: 'constant', value }),
};

/** Returns the initializer of the kernels. */
function kernelStart({ init, size }: NetworkState): Start {
  return starts[init]?.(size) ?? init;
}

/** Returns the options of a hidden layer. */
export function hiddenLayer(options: NetworkState): LayerOptions {
  const { width, activation, biasStd, batchNorm, dropout } = options;
  return {
    units: width,
    activation,
    kernelInitializer: kernelStart(options),
    ...(biasStd > 0 && { biasInitializer: { name: 'randomNormal', mean: 0, stddev: biasStd } }),
    ...(batchNorm !== 'none' && { batchNorm: { position: batchNorm } }),
    ...(dropout > 0 && { dropout }),
  } as LayerOptions;
}

/** Returns the options of the output layer: softmax over the classes, or a linear unit. */
export function outputLayer(options: NetworkState, { classes }: DataSet): LayerOptions {
  return {
    units: classes || 1,
    activation: classes > 0 ? 'softmax' : 'identity',
    kernelInitializer: kernelStart(options),
  } as LayerOptions;
}

/** Returns the input scaling in use: that of the state, or the usual one of the data for 'auto'. */
export function scalingOf({ scaling }: State, { usualScaling }: DataSet) {
  return scaling === 'auto' ? usualScaling : scaling;
}

/** Returns the options of a model. */
export function modelOptions(state: State, options: NetworkState, data: DataSet): MLPOptions<DefaultBackend> {
  const hidden = hiddenLayer(options);
  return {
    inputSize: data.inputSize,
    layers: [...Array<LayerOptions>(options.depth).fill(hidden), outputLayer(options, data)],
    inputScaling: scalingOf(state, data),
    ...(data.targetScaling && { targetScaling: data.targetScaling }),
    seed: options.seed,
  };
}

/** Fits the scalings of a model to the training rows. */
export function adapt(model: MLP, { train, targetScaling }: DataSet): void {
  model.adapt(train.x, targetScaling && train.y);
}

/** Returns the options of `compile`. The learning rate may be another than that of the network. */
export function compileOptions(
  options: NetworkState,
  { classes }: DataSet,
  rate = options.rate,
): CompileOptions {
  const { optimizer, penalty, strength } = options;
  const extra = {
    learningRate: rate,
    ...(optimizer === 'momentum' && { momentum: 0.9 }),
    ...(penalty !== 'none' && { [penalty]: strength }),
  };
  return {
    loss: classes > 0 ? 'crossEntropy' : 'meanSquaredError',
    // Defaults are left out; `compile` fills them in.
    optimizer: { name: optimizer === 'momentum' ? 'sgd' : optimizer, ...extra } as unknown as Optimizer,
    ...(classes > 0 && { metrics: ['accuracy'] as const }),
  };
}
