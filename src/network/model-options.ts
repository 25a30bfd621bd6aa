import { arithmetics, availableThreads, backendNames } from '../backend/index.js';
import type { Arithmetic, BackendName } from '../backend/kernels.js';
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
import { type BatchNormOptions, type CheckedLayer, checkLayers, type LayerOptions } from './layers.js';
import { checkScaling, checkTargetScaling, type InputScaling, type TargetScaling } from './scaling.js';

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
  /**
   * A name, { kind, per: 'dataset' } for one scale for all features, or { mean, std } as given. 'tabular' is 'zScore' for tables:
   * columns of two values are scaled to values 2 apart, however rare one is, and all are clipped at ±3. Default 'none'.
   */
  readonly inputScaling?: InputScaling;
  /**
   * For losses of numbers: 'zScore' scales targets to mean 0 and standard deviation 1, 'unit' to 0 … 1, { mean, std } as
   * given, output by output; `predict` and metrics are in the unit of the targets, the loss is that of scaled ones. Default 'none'.
   */
  readonly targetScaling?: TargetScaling;
  /** A whole number of 53 bits or a string; weights, shuffles and dropout follow from it. Default 0. */
  readonly seed?: number | string;
  /** Default 'portable': the same bits everywhere. 'fused' is faster where the engine has relaxed SIMD. */
  readonly arithmetic?: Arithmetic;
  /**
   * 'wasm', 'javascript' (f32) or 'javascript64' (f64). Default 'wasm'; where WebAssembly cannot be had, 'javascript', and one
   * warning says why.
   */
  readonly backend?: B;
  /**
   * Threads, 1 to 256, that share the larger products of fit, evaluateAsync and predictAsync; 'auto' for as many as run at
   * the same time here. The bits are those of one thread. Default 1. Workers start with
   * the first such call and end with the model, which the garbage collector finds late: close() where many are made.
   */
  readonly threads?: number | 'auto';
  /** False never skips inputs that are 0, such as black pixels; the results are the same. Default true, where it pays. */
  readonly skipZeros?: boolean;
}

const optionNames = [
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

/** The options of a model as plain data, every default filled in. */
export interface MLPConfig {
  readonly inputSize: number;
  readonly layers: readonly LayerConfig[];
  readonly inputScaling: InputScaling;
  readonly targetScaling: TargetScaling;
  readonly seed: number | string;
  readonly arithmetic: Arithmetic;
  readonly backend: BackendName;
  readonly skipZeros: boolean;
}
export type LayerConfig = Omit<CheckedLayer, 'kernelInitializer' | 'biasInitializer' | 'batchNorm'> & {
  readonly batchNorm: Required<BatchNormOptions> | false;
  /** `{ name: 'custom' }` for what no config brings back: a function of the user's. */
  readonly kernelInitializer: InitializerConfig;
  /** Absent with useBias: false. */
  readonly biasInitializer?: InitializerConfig;
};

/** @throws TypeError or RangeError that opens with the option. */
export function checkModelOptions(options: MLPOptions) {
  knownKeys('options', options, optionNames);
  const { preset: presetName, inputScaling = 'none', seed = 0, arithmetic = 'portable' } = options;
  const { skipZeros = true, targetScaling = 'none' } = options;
  trueOrFalse('skipZeros', skipZeros);
  const { backend } = options;
  if (backend !== undefined) oneOf('backend', backend, backendNames);
  oneOf('arithmetic', arithmetic, arithmetics);
  const threads = checkThreads(options.threads ?? 1);
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

/** How many threads are meant. @throws TypeError or RangeError */
export function checkThreads(threads: unknown): number {
  if (threads === 'auto') return Math.min(MOST_THREADS, availableThreads());
  const count = wholeNumber('threads', threads, 1);
  if (count > MOST_THREADS) throw new RangeError(`threads: expected at most ${MOST_THREADS}, got ${count}`);
  return count;
}

export type CheckedOptions = ReturnType<typeof checkModelOptions>;

/**
 * The part of the options that goes through JSON, workers and files; how many threads is for each place to say.
 *
 * @param backend  that the model runs on
 */
export function modelConfig(
  { layers, scaling: _, scalingOfTargets: __, threads: ___, ...rest }: CheckedOptions,
  backend: BackendName,
): MLPConfig {
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

/** A deep copy as JSON would make it, typed arrays as arrays, frozen. */
function structured(config: MLPConfig): MLPConfig {
  const text = JSON.stringify(config, (_, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
  );
  return JSON.parse(text, (_, value: unknown) => Object.freeze(value));
}

/**
 * The layers of a config as options of a model whose weights are set right after: nothing is drawn, which for an orthogonal
 * kernel takes longer than all else, and which a function of the user's could not do at all.
 *
 * @throws TypeError or RangeError if an initializer's config is none
 */
export function undrawnLayers(layers: readonly LayerConfig[]): LayerOptions[] {
  return layers.map((layer, l) => {
    // Whatever else is wrong, the model's options will say.
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
