import { arithmetics, backendNames, threadParts } from '../backend/index.js';
import type { Arithmetic, BackendName, DefaultBackend } from '../backend/names.js';
import { knownKeys, oneOf, trueOrFalse, wholeNumber } from '../errors.js';
import { resolveInitializer, revivableConfig } from '../initializers/from-config.js';
import {
  type Initializer,
  type InitializerConfig,
  isCustom,
  type Shape,
  size,
} from '../initializers/initializer.js';
import { type PresetName, preset } from '../initializers/presets.js';
import type { CheckedActivation } from './activations.js';
import { type BatchNormOptions, checkLayers, type LayerOptions } from './layers.js';
import {
  checkScaling,
  checkTargetScaling,
  copyScaling,
  type InputScaling,
  type TargetScaling,
} from './scaling.js';

/** Options of a model: the size of its input, its layers, and how it computes. `B` is the backend that they may name. */
export interface MLPOptions<B extends BackendName = DefaultBackend> {
  /** Number of values in a row of x, ≥ 1. */
  readonly inputSize: number;
  /** Layers from the first hidden one to the output; at least one. */
  readonly layers: readonly LayerOptions[];
  /**
   * Initializers of another library, for layers that name none. 'torch' is U(±1/√fanIn) for kernel and bias, 'keras' Glorot
   * uniform, 'flax' LeCun normal, 'lecture' He normal. 'tfjs' is Glorot normal 12 % too narrow, for comparison only. Default
   * none.
   */
  readonly preset?: PresetName;
  /**
   * Scaling of x: a name, { kind, per: 'dataset' } for one scale for all features, or { mean, std }. Default 'none'. 'tabular' is
   * 'zScore' for tables: the two values of a two-valued column become 2 apart, and everything is clipped at ±3.
   */
  readonly inputScaling?: InputScaling;
  /**
   * Scaling of each output's targets, for regression losses: 'zScore' to mean 0 and standard deviation 1, 'unit' to 0 … 1, or
   * { mean, std }. Default 'none'. `predict` and metrics are in the unit of the targets; the loss is that of the scaled targets.
   */
  readonly targetScaling?: TargetScaling;
  /** Seed of weights, shuffles and dropout: a whole number of up to 53 bits, or a string. Default 0. */
  readonly seed?: number | string;
  /** Arithmetic: 'portable' (default) gives the same bits everywhere; 'fused' is faster if the engine has relaxed SIMD. */
  readonly arithmetic?: Arithmetic;
  /**
   * Backend: 'wasm', 'javascript' (f32) or 'javascript64' (f64). Default 'wasm'; where WebAssembly is unavailable the default is
   * 'javascript', and one warning gives the reason.
   */
  readonly backend?: B;
  /**
   * Number of threads, 1 to 256, that share the larger products of fit, evaluateAsync and predictAsync; 'auto' for as many as the
   * machine runs at once. Default 1. The results have the same bits as with one thread. Workers start with the first such call
   * and end when the model is garbage collected, which may be late: call `close()` if you create many models.
   */
  readonly threads?: number | 'auto';
  /** Skips inputs that are 0, such as black pixels, where that saves time; default true. The results are the same. */
  readonly skipZeros?: boolean;
}

/** Names of the options of a model. */
export const modelKeys = [
  'inputSize',
  'layers',
  'preset',
  'inputScaling',
  'targetScaling',
  'seed',
  'arithmetic',
  'backend',
  'threads',
  'skipZeros',
] as const satisfies readonly (keyof MLPOptions)[];

const MOST_THREADS = 256;

/** Options of a model as plain data, with all defaults filled in. `B` is the backend of the model. */
export interface MLPConfig<B extends BackendName = DefaultBackend> {
  /** Number of values in a row of x. */
  readonly inputSize: number;
  /** Options of the layers, from the first hidden one to the output. */
  readonly layers: readonly LayerConfig[];
  /** Scaling of x. */
  readonly inputScaling: InputScaling;
  /** Scaling of the targets. */
  readonly targetScaling: TargetScaling;
  /** Seed of weights, shuffles and dropout. */
  readonly seed: number | string;
  /** Arithmetic that was asked for. */
  readonly arithmetic: Arithmetic;
  /** Backend on which the model runs. */
  readonly backend: B;
  /** True if the first layer may skip zeros. */
  readonly skipZeros: boolean;
}
/** Options of a layer as plain data, with all defaults filled in. */
export interface LayerConfig {
  /** Number of outputs of the layer. */
  readonly units: number;
  /** Activation with all its options. */
  readonly activation: CheckedActivation;
  /** True if the layer has a bias. */
  readonly useBias: boolean;
  /** Share of the outputs set to 0 in each training step. */
  readonly dropout: number;
  /** Options of the batch norm with their defaults; false without one. */
  readonly batchNorm: Required<BatchNormOptions> | false;
  /** Config of the kernel's initializer; `{ name: 'custom' }` for a custom function, which no config can restore. */
  readonly kernelInitializer: InitializerConfig;
  /** Config of the bias's initializer; absent with `useBias: false`. */
  readonly biasInitializer?: InitializerConfig;
}

/** Checks the options of a model. @throws TypeError or RangeError that opens with the option */
export function checkModelOptions(options: MLPOptions<BackendName>) {
  knownKeys('options', options, modelKeys);
  const { preset: presetName, seed = 0, arithmetic = 'portable', skipZeros = true } = options;
  // Pattern defaults apply to undefined only, so that null is refused like any other wrong value.
  const { inputScaling: inputs = 'none', targetScaling: targets = 'none', threads: asked = 1 } = options;
  const inputScaling = copyScaling(inputs);
  const targetScaling = copyScaling(targets);
  trueOrFalse('skipZeros', skipZeros);
  const { backend } = options;
  if (backend !== undefined) oneOf('backend', backend, backendNames);
  oneOf('arithmetic', arithmetic, arithmetics);
  const threads = checkThreads(asked);
  const inputSize = wholeNumber('inputSize', options.inputSize, 1);
  const scaling = checkScaling(inputScaling, inputSize);
  const layers = checkLayers(options.layers, presetName === undefined ? undefined : preset(presetName));
  const scalingOfTargets = checkTargetScaling(targetScaling, layers[layers.length - 1]!);
  return {
    inputSize,
    layers,
    inputScaling,
    scaling,
    targetScaling,
    scalingOfTargets,
    seed,
    arithmetic,
    backend,
    threads,
    skipZeros,
  };
}

/** Returns the number of threads that the option asks for. @throws TypeError or RangeError */
export function checkThreads(threads: unknown): number {
  if (threads === 'auto') return Math.min(MOST_THREADS, threadParts().availableThreads());
  const count = wholeNumber('threads', threads, 1);
  if (count > MOST_THREADS) throw new RangeError(`threads: expected at most ${MOST_THREADS}, got ${count}`);
  return count;
}

export type CheckedOptions = ReturnType<typeof checkModelOptions>;

/**
 * Returns the options that go through JSON, workers and files. The number of threads is not among them, because each machine
 * decides it.
 *
 * @param backend  backend on which the model runs
 */
export function modelConfig<B extends BackendName>(
  { layers, scaling: _, scalingOfTargets: __, threads: ___, ...rest }: CheckedOptions,
  backend: B,
): MLPConfig<B> {
  return structured({
    ...rest,
    backend,
    layers: layers.map(({ kernelInitializer, biasInitializer, batchNorm, ...layer }) => ({
      ...layer,
      batchNorm: batchNorm ?? false,
      kernelInitializer: revivableConfig(kernelInitializer),
      ...(layer.useBias && { biasInitializer: revivableConfig(biasInitializer) }),
    })),
  });
}

/** Returns a deep frozen copy as JSON would make it, with typed arrays as arrays. */
function structured<B extends BackendName>(config: MLPConfig<B>): MLPConfig<B> {
  const text = JSON.stringify(config, (_, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
  );
  return JSON.parse(text, (_, value: unknown) => Object.freeze(value));
}

/**
 * Returns the layers of a config as options of a model whose weights are set right after. Nothing is drawn: an orthogonal kernel
 * would take longer than all other work, and a custom function is not in the config.
 *
 * @throws TypeError or RangeError if an initializer's config is invalid
 */
export function undrawnLayers(layers: readonly LayerConfig[]): LayerOptions[] {
  return layers.map((layer, l) => {
    // The check of the model's options reports any other fault.
    if (typeof layer !== 'object' || layer === null) return layer;
    const { kernelInitializer, biasInitializer } = layer;
    const at = `layers[${l}]`;
    return {
      ...layer,
      kernelInitializer: undrawn(`${at}.kernelInitializer`, kernelInitializer),
      ...(biasInitializer && { biasInitializer: undrawn(`${at}.biasInitializer`, biasInitializer) }),
    };
  });
}

function undrawn(argument: string, given: InitializerConfig): Initializer {
  const config = isCustom(given) ? given : resolveInitializer(argument, given).config;
  return Object.assign((shape: Shape) => new Float32Array(size(shape)), { config });
}
