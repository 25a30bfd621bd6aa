import { arithmetics, backendNames } from '../backend/index.js';
import type { Arithmetic, BackendName } from '../backend/kernels.js';
import { knownKeys, oneOf, show, wholeNumber } from '../errors.js';
import { initializerFromConfig } from '../initializers/from-config.js';
import { type Initializer, type InitializerConfig, type Shape, size } from '../initializers/initializer.js';
import { type PresetName, preset } from '../initializers/presets.js';
import { type BatchNormOptions, type CheckedLayer, checkLayers, type LayerOptions } from './layers.js';
import { checkScaling, type InputScaling } from './scaling.js';

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
  /** A name, { kind, per: 'dataset' } for one scale for all features, or { mean, std } as given. Default 'none'. */
  readonly inputScaling?: InputScaling;
  /** A whole number of 53 bits or a string; weights, shuffles and dropout follow from it. Default 0. */
  readonly seed?: number | string;
  /** Default 'portable': the same bits everywhere. 'fused' is faster where the engine has relaxed SIMD. */
  readonly arithmetic?: Arithmetic;
  /** Default 'wasm'. */
  readonly backend?: B;
  /** False never skips inputs that are 0, such as black pixels; the results are the same. Default true, where it pays. */
  readonly skipZeros?: boolean;
}

const optionNames = [
  'inputSize',
  'layers',
  'preset',
  'inputScaling',
  'seed',
  'arithmetic',
  'backend',
  'skipZeros',
] as const satisfies readonly (keyof MLPOptions)[];

/** The options of a model as plain data, every default filled in. */
export interface MLPConfig {
  readonly inputSize: number;
  readonly layers: readonly LayerConfig[];
  readonly inputScaling: InputScaling;
  readonly seed: number | string;
  readonly arithmetic: Arithmetic;
  readonly backend: BackendName;
  readonly skipZeros: boolean;
}
export type LayerConfig = Omit<CheckedLayer, 'kernelInitializer' | 'biasInitializer' | 'batchNorm'> & {
  readonly batchNorm: Required<BatchNormOptions> | false;
  /** `{ name: 'custom' }` for a function of the user's. */
  readonly kernelInitializer: InitializerConfig;
  readonly biasInitializer: InitializerConfig;
};

/** @throws TypeError or RangeError that opens with the option. */
export function checkModelOptions(options: MLPOptions) {
  knownKeys('options', options, optionNames);
  const { preset: presetName, inputScaling = 'none', seed = 0, arithmetic = 'portable' } = options;
  const { skipZeros = true } = options;
  if (typeof skipZeros !== 'boolean') {
    throw new TypeError(`skipZeros: expected true or false, got ${show(skipZeros)}`);
  }
  const backend = oneOf('backend', options.backend ?? 'wasm', backendNames);
  oneOf('arithmetic', arithmetic, arithmetics);
  const inputSize = wholeNumber('inputSize', options.inputSize, 1);
  const scaling = checkScaling(inputScaling, inputSize);
  const layers = checkLayers(options.layers, presetName === undefined ? undefined : preset(presetName));
  return { inputSize, layers, inputScaling, scaling, seed, arithmetic, backend, skipZeros };
}
export type CheckedOptions = ReturnType<typeof checkModelOptions>;

/** What of the options goes through JSON, workers and files. */
export function modelConfig({ layers, scaling: _, ...rest }: CheckedOptions): MLPConfig {
  return structured({
    ...rest,
    layers: layers.map((layer) => ({
      ...layer,
      batchNorm: layer.batchNorm ?? false,
      kernelInitializer: configOf(layer.kernelInitializer),
      biasInitializer: configOf(layer.biasInitializer),
    })),
  });
}

function configOf(initializer: { readonly config?: InitializerConfig }): InitializerConfig {
  return initializer.config ?? { name: 'custom' };
}

/** A deep copy as JSON would make it, typed arrays as arrays. */
function structured(config: MLPConfig): MLPConfig {
  return JSON.parse(
    JSON.stringify(config, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
    ),
  );
}

/** The layers of a config as options: `new MLP` takes them. @throws TypeError if it is none, or an initializer is unknown */
export function layersFromConfig(layers: readonly LayerConfig[]): LayerOptions[] {
  if (!Array.isArray(layers)) throw new TypeError(`layers: expected an array, got ${show(layers)}`);
  return layers.map(({ biasInitializer, ...layer }: LayerConfig) => ({
    ...layer,
    kernelInitializer: initializerOf(layer.kernelInitializer),
    ...(layer.useBias && { biasInitializer: initializerOf(biasInitializer) }),
  }));
}

/** A function of the user's is no plain data: what stands for it draws zeros, and weights are to be set. */
function initializerOf(config: InitializerConfig): Initializer {
  if (config?.name !== 'custom') return initializerFromConfig(config);
  const draw = (shape: readonly number[]) => new Float32Array(size(shape as Shape));
  return Object.assign(draw, { config: Object.freeze({ name: 'custom' }) }) as Initializer;
}
