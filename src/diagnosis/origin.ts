import type { AnyMLP } from '../mlp.js';
import { drawWeights } from '../network/layers.js';
import { checkModelOptions, type MLPOptions } from '../network/model-options.js';
import type { Network } from '../network/network.js';
import { Rng } from '../numbers/random.js';
import type { Internals } from '../training/internals.js';

/** How far the weights have moved from the draw they began with. */
export interface Moved {
  /** Root mean square of each layer's kernel over that of the draw; NaN if the draw is unknown. */
  readonly ratios: readonly number[];
  /** False if kernels alone differ and no step was counted, as after `lsuv`. */
  readonly trained: boolean;
}

/**
 * Compares the weights with the draw they began with. The result is undefined while all kernels and biases are those of the draw,
 * so that the initializer answers for them. Training, `setWeights` and `load` move them.
 */
export function movedFromStart(
  model: AnyMLP,
  { network, state }: Pick<Internals, 'network' | 'state'>,
): Moved | undefined {
  const counted = state.epoch > 0 || state.optimizer.step > 0;
  const drawn = drawAgain(model);
  // Weights that a function of the user's drew cannot be drawn again.
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

/** The weights that a new model of the same config begins with; undefined if the config does not say how they were drawn. */
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
