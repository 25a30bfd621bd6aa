import { type ActivationName, activationNames, defaultInitializer } from './activations.js';
import { knownKeys, oneOf, show, wholeNumber } from './errors.js';
import { type InitializerName, resolveInitializer } from './initializers/index.js';
import { drawChecked, type Initializer } from './initializers/initializer.js';
import type { Preset } from './presets.js';
import type { Rng } from './random.js';
import type { LayerWeights } from './weights.js';

export interface LayerOptions {
  /** Outputs of the layer, ≥ 1. */
  readonly units: number;
  /** Default 'identity'; 'softmax' at the output only. */
  readonly activation?: ActivationName;
  /** A name or an initializer; by default He normal before relu, Glorot uniform before the others. */
  readonly kernelInitializer?: InitializerName | Initializer;
  /** Default zeros. */
  readonly biasInitializer?: InitializerName | Initializer;
}

/** A layer whose options were checked and whose defaults are filled in. */
export interface CheckedLayer {
  readonly units: number;
  readonly activation: ActivationName;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

/** @throws TypeError or RangeError that opens with the layer and the option. */
export function checkLayers(layers: unknown, preset?: Preset): CheckedLayer[] {
  if (!Array.isArray(layers)) throw new TypeError(`layers: expected an array of layers, got ${show(layers)}`);
  if (layers.length === 0) throw new RangeError('layers: expected at least one layer, got none');
  // Array.from, since map would step over a hole.
  return Array.from(layers, (layer: LayerOptions, l) => {
    const at = `layers[${l}]`;
    knownKeys(at, layer, ['units', 'activation', 'kernelInitializer', 'biasInitializer']);
    const units = wholeNumber(`${at}.units`, layer.units, 1);
    const activation = oneOf(`${at}.activation`, layer.activation ?? 'identity', activationNames);
    if (activation === 'softmax' && l < layers.length - 1) {
      throw new RangeError(`${at}.activation: 'softmax' can stand at the output only; layer ${l} is hidden`);
    }
    const {
      kernelInitializer = preset?.kernel ?? defaultInitializer(activation),
      biasInitializer = preset?.bias ?? 'zeros',
    } = layer;
    return {
      units,
      activation,
      kernelInitializer: resolveInitializer(`${at}.kernelInitializer`, kernelInitializer),
      biasInitializer: resolveInitializer(`${at}.biasInitializer`, biasInitializer),
    };
  });
}

/** Where the kernel and the bias of a layer are drawn from. */
export interface LayerStreams {
  readonly fanIn: number;
  readonly units: number;
  readonly kernel: Rng;
  readonly bias: Rng;
}

/**
 * A layer's stream is its shape and its place among the layers of that shape, not its place among all: a layer put
 * in between leaves the draws of the others as they were.
 *
 * @param sizes  of the input, then of each layer
 */
export function layerStreams(rng: Rng, sizes: readonly number[]): LayerStreams[] {
  const seen = new Map<string, number>();
  return sizes.slice(1).map((units, l) => {
    const fanIn = sizes[l]!;
    const shape = `${fanIn}x${units}`;
    const ordinal = seen.get(shape) ?? 0;
    seen.set(shape, ordinal + 1);
    const stream = rng.split('layer').split(fanIn).split(units).split(ordinal);
    return { fanIn, units, kernel: stream.split('kernel'), bias: stream.split('bias') };
  });
}

/** Draws every kernel and bias, each from its layer's stream. */
export function drawWeights(
  rng: Rng,
  inputSize: number,
  layers: readonly CheckedLayer[],
): LayerWeights<Float32Array>[] {
  const streams = layerStreams(rng, [inputSize, ...layers.map(({ units }) => units)]);
  return layers.map(({ kernelInitializer, biasInitializer }, l) => {
    const { fanIn, units, kernel, bias } = streams[l]!;
    const fans = { fanIn, fanOut: units };
    const at = `layers[${l}]`;
    // Copied, since an initializer of the user's may return one array again and again.
    return {
      kernel: drawChecked(`${at}.kernelInitializer`, kernelInitializer, [fanIn, units], kernel, fans).slice(),
      bias: drawChecked(`${at}.biasInitializer`, biasInitializer, [units], bias, fans).slice(),
    };
  });
}
