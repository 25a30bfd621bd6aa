import type { AnyMLP } from '../mlp.js';
import { drawWeights } from '../network/layers.js';
import { checkModelOptions, type MLPOptions } from '../network/model-options.js';
import type { Network } from '../network/network.js';
import { Rng } from '../numbers/random.js';
import type { Internals } from '../training/internals.js';

/** Distance of the weights from the initial draw. */
export interface Moved {
  /** Root mean square of each layer's kernel, divided by that of the draw; NaN if the draw is unknown. */
  readonly ratios: readonly number[];
  /** False if only kernels differ and no step was counted, as after `lsuv`. */
  readonly trained: boolean;
}

/**
 * Compares the weights with the initial draw. Returns undefined while all kernels and biases are those of the draw, so that
 * the initializer is responsible for them. Training, `setWeights` and `load` change them.
 */
export function movedFromStart(
  model: AnyMLP,
  { network, state }: Pick<Internals, 'network' | 'state'>,
): Moved | undefined {
  const counted = state.epoch > 0 || state.optimizer.step > 0;
  const drawn = drawAgain(model);
  // Draws of the user's own function cannot be repeated.
  if (drawn === undefined) {
    return counted ? { ratios: network.layers.map(() => Number.NaN), trained: true } : undefined;
  }
  const kernels = network.layers.some(({ kernel }, l) => !equal(network, kernel, drawn[l]!.kernel));
  const biased = network.layers.some(({ bias }) => bias !== undefined);
  const biases = network.layers.some(
    ({ bias }, l) => bias !== undefined && !equal(network, bias, drawn[l]!.bias!),
  );
  if (!kernels && !biases) return undefined;
  const ratios = network.layers.map(({ kernel }, l) => {
    const { kernel: start } = drawn[l]!;
    return size(network.view(kernel, start.length)) / size(start);
  });
  return { ratios, trained: counted || biases || !biased };
}

/** Returns the weights of a new model with the same config; undefined if the config does not say how they were drawn. */
function drawAgain({ config, inputSize }: AnyMLP) {
  try {
    const { layers, seed } = checkModelOptions(config as MLPOptions);
    return drawWeights(new Rng(seed), inputSize, layers);
  } catch {
    return undefined;
  }
}

function equal(network: Network, address: number, drawn: ArrayLike<number>): boolean {
  const values = network.view(address, drawn.length);
  const narrow = values instanceof Float32Array;
  for (let i = 0; i < drawn.length; i++) {
    if (values[i] !== (narrow ? Math.fround(drawn[i]!) : drawn[i])) return false;
  }
  return true;
}

function size(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return Math.sqrt(squares / values.length);
}
