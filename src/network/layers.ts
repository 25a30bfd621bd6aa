import { elements } from '../arrays.js';
import { finiteNumber, isArray, knownKeys, oneOf, show, trueOrFalse, wholeNumber } from '../errors.js';
import { resolveInitializer } from '../initializers/from-config.js';
import type { InitializerName } from '../initializers/index.js';
import { drawChecked, type Initializer, type InitializerConfig } from '../initializers/initializer.js';
import type { Preset } from '../initializers/presets.js';
import type { Rng } from '../numbers/random.js';
import {
  type Activation,
  actsOnRows,
  type CheckedActivation,
  checkActivation,
  defaultInitializer,
} from './activations.js';

/** Options of a batch normalization. */
export interface BatchNormOptions {
  /** Share of the new batch in the running statistics, in (0, 1]; default 0.1 (as in PyTorch; 1 − Keras's momentum). */
  readonly momentum?: number;
  /** Number > 0 added to the variance under the root; default 1e-5 (PyTorch). */
  readonly epsilon?: number;
  /** Position of the normalization: 'before' (default) or 'after' the activation. */
  readonly position?: BatchNormPosition;
}
const batchNormPositions = ['before', 'after'] as const;
/** Position of a batch norm relative to the activation. */
export type BatchNormPosition = (typeof batchNormPositions)[number];

/** Options of one dense layer. */
export interface LayerOptions {
  /** Number of outputs of the layer, ≥ 1. */
  readonly units: number;
  /**
   * Activation: a name, or the result of `leakyRelu()`, `elu()` or `prelu()`. Default 'identity'. 'softmax' is for the output
   * layer only.
   */
  readonly activation?: Activation;
  /**
   * Initializer of the kernel: a name, an initializer or its config. Default He normal for ReLU-like activations, Glorot uniform
   * for most others.
   */
  readonly kernelInitializer?: InitializerName | Initializer | InitializerConfig;
  /** Initializer of the bias: a name, an initializer or its config. Default zeros. */
  readonly biasInitializer?: InitializerName | Initializer | InitializerConfig;
  /** True (default) for a layer with a bias. A layer with a batch norm before its activation needs none. */
  readonly useBias?: boolean;
  /** Batch normalization (Ioffe & Szegedy 2015): true for its defaults, or its options. Default none. */
  readonly batchNorm?: boolean | BatchNormOptions;
  /** Share of the outputs set to 0 in each training step, in [0, 1); the others are multiplied by 1 / (1 − share). Default 0. */
  readonly dropout?: number;
}

/** Checked layer with its defaults filled in. */
export interface CheckedLayer {
  readonly units: number;
  readonly activation: CheckedActivation;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly useBias: boolean;
  readonly batchNorm: Required<BatchNormOptions> | undefined;
  readonly dropout: number;
}

export const layerKeys = [
  'units',
  'activation',
  'kernelInitializer',
  'biasInitializer',
  'useBias',
  'batchNorm',
  'dropout',
] as const satisfies readonly (keyof LayerOptions)[];

/** Checks the layers of a model. @throws TypeError or RangeError that opens with the layer and the option */
export function checkLayers(layers: unknown, preset?: Preset): CheckedLayer[] {
  if (!isArray(layers)) throw new TypeError(`layers: expected an array of layers, got ${show(layers)}`);
  const all = elements(layers, layers.length) as LayerOptions[];
  if (all.length === 0) throw new RangeError('layers: expected at least one layer, got none');
  const known = new Map<unknown, CheckedLayer>();
  return all.map((layer, l) => {
    // A deep network is often one object repeated many times.
    const checked = known.get(layer) ?? checkLayer(`layers[${l}]`, layer, preset);
    known.set(layer, checked);
    if (l < all.length - 1) checkHidden(l, checked);
    else checkOutermost(l, checked);
    return checked;
  });
}

/** Initializer of a bias for which none is given. */
export const defaultBias = 'zeros';

function checkLayer(at: string, layer: LayerOptions, preset: Preset | undefined): CheckedLayer {
  knownKeys(at, layer, layerKeys);
  const units = wholeNumber(`${at}.units`, layer.units, 1);
  const { activation: named = 'identity', batchNorm = false } = layer;
  const activation = checkActivation(`${at}.activation`, named);
  const {
    kernelInitializer = preset?.kernel ?? defaultInitializer(activation),
    useBias = true,
    biasInitializer = preset?.bias ?? defaultBias,
    dropout = 0,
  } = layer;
  trueOrFalse(`${at}.useBias`, useBias);
  if (!useBias && layer.biasInitializer !== undefined) {
    throw new RangeError(`${at}.biasInitializer: the layer has no bias (useBias is false)`);
  }
  finiteNumber(`${at}.dropout`, dropout);
  if (dropout < 0 || dropout >= 1) {
    throw new RangeError(`${at}.dropout: expected a share in [0, 1), got ${dropout}`);
  }
  return {
    units,
    activation,
    kernelInitializer: resolveInitializer(`${at}.kernelInitializer`, kernelInitializer),
    biasInitializer: resolveInitializer(`${at}.biasInitializer`, biasInitializer),
    useBias,
    batchNorm: checkBatchNorm(`${at}.batchNorm`, batchNorm),
    dropout,
  };
}

function checkBatchNorm(
  at: string,
  value: boolean | BatchNormOptions,
): Required<BatchNormOptions> | undefined {
  if (value === false) return undefined;
  const options = value === true ? {} : value;
  knownKeys(at, options, ['momentum', 'epsilon', 'position']);
  const { momentum = 0.1, epsilon = 1e-5, position = 'before' } = options;
  finiteNumber(`${at}.momentum`, momentum);
  if (momentum <= 0 || momentum > 1) {
    throw new RangeError(`${at}.momentum: expected a share in (0, 1], got ${momentum}`);
  }
  // The check is on the 32-bit float: if it rounded to 0, 1 / √epsilon would be infinite for a constant column.
  if (!(Math.fround(finiteNumber(`${at}.epsilon`, epsilon)) > 0)) {
    throw new RangeError(`${at}.epsilon: expected a number > 0, got ${epsilon}`);
  }
  return { momentum, epsilon, position: oneOf(`${at}.position`, position, batchNormPositions) };
}

function checkHidden(l: number, { activation }: CheckedLayer): void {
  if (actsOnRows(activation)) {
    throw new RangeError(
      `layers[${l}].activation: '${activation.name}' is allowed in the output layer only; this layer is hidden`,
    );
  }
}

function checkOutermost(l: number, { dropout, batchNorm }: CheckedLayer): void {
  if (dropout > 0) {
    throw new RangeError(
      `layers[${l}].dropout: the output layer keeps all its outputs; put dropout before it`,
    );
  }
  if (batchNorm?.position === 'after') {
    throw new RangeError(
      `layers[${l}].batchNorm.position: 'after' would normalize the model's outputs; use 'before'`,
    );
  }
}

/** Random streams of a layer's kernel and bias. */
export interface LayerStreams {
  readonly fanIn: number;
  readonly units: number;
  readonly kernel: Rng;
  readonly bias: Rng;
}

/**
 * Returns the random streams of all layers. A stream depends on the layer's shape and on its place among the layers of that
 * shape. A layer inserted between others therefore does not change their draws.
 *
 * @param sizes  number of inputs, then the units of each layer
 */
export function layerStreams(rng: Rng, sizes: readonly number[]): LayerStreams[] {
  const seen = new Map<string, number>();
  return sizes.slice(1).map((units, l) => {
    const fanIn = sizes[l]!;
    const shape = `${fanIn}x${units}`;
    const ordinal = seen.get(shape) ?? 0;
    seen.set(shape, ordinal + 1);
    const stream = () => rng.split('layer').split(fanIn).split(units).split(ordinal);
    // The streams are getters, because splitting those of a hundred thousand layers that are only explained takes ten seconds.
    return {
      fanIn,
      units,
      get kernel() {
        return stream().split('kernel');
      },
      get bias() {
        return stream().split('bias');
      },
    };
  });
}

/** Initial kernel and bias of a layer. The bias is absent if the layer has none. */
export interface DrawnLayer {
  readonly kernel: Float32Array;
  readonly bias?: Float32Array;
}

/** Number of bytes that the 32-bit addresses of a backend reach. */
const ADDRESSABLE = 0x100000000;

/** Refuses kernels that exceed the memory before any is allocated or drawn. @throws RangeError */
export function checkSize(inputSize: number, layers: readonly CheckedLayer[]): void {
  const weights = layers.reduce((sum, { units }, l) => sum + (layers[l - 1]?.units ?? inputSize) * units, 0);
  // Each weight takes an f32, and another for its gradient.
  if (8 * weights > ADDRESSABLE) {
    throw new RangeError(`layers: ${weights} weights with their gradients exceed a memory of 4 GB`);
  }
}

/**
 * Draws every kernel and bias from its layer's stream.
 *
 * @param kernelOf  returns an array for a layer's kernel, which initializers of the library fill; by default they make a new one
 */
export function drawWeights(
  rng: Rng,
  inputSize: number,
  layers: readonly CheckedLayer[],
  kernelOf?: (layer: number) => Float32Array | undefined,
): DrawnLayer[] {
  const streams = layerStreams(rng, [inputSize, ...layers.map(({ units }) => units)]);
  return layers.map(({ kernelInitializer, biasInitializer, useBias }, l) => {
    const { fanIn, units, kernel, bias } = streams[l]!;
    const fans = { fanIn, fanOut: units };
    const at = `layers[${l}]`;
    // The values are copied, because a custom initializer may return the same array again and again.
    return {
      kernel: drawChecked(
        `${at}.kernelInitializer`,
        kernelInitializer,
        [fanIn, units],
        kernel,
        fans,
        kernelOf?.(l),
      ),
      ...(useBias && {
        bias: drawChecked(`${at}.biasInitializer`, biasInitializer, [units], bias, fans),
      }),
    };
  });
}
