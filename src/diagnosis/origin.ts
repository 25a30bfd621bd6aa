import type { BackendName } from '../backend/names.js';
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
  const start = startOf(model);
  // Draws of the user's own function cannot be repeated.
  if (start === undefined) {
    return counted ? { ratios: network.layers.map(() => Number.NaN), trained: true } : undefined;
  }
  const kernels = network.layers.some(({ kernel }, l) => !equal(network, kernel, start[l]!.kernel));
  const biased = network.layers.some(({ bias }) => bias !== undefined);
  const biases = network.layers.some(
    ({ bias }, l) => bias !== undefined && !equal(network, bias, start[l]!.bias!),
  );
  if (!kernels && !biases) return undefined;
  const ratios = network.layers.map(({ kernel }, l) => {
    const { kernel: drawn, squares } = start[l]!;
    return Math.sqrt(network.backend.kernels.sum_of_squares(kernel, drawn.length) / squares);
  });
  return { ratios, trained: counted || biases || !biased };
}

interface DrawnLayer {
  readonly kernel: ArrayLike<number>;
  readonly bias?: ArrayLike<number> | undefined;
  /** Sum of the kernel's squares. */
  readonly squares: number;
}

/** Number of values up to which a start is kept: 4 MB of f32. Larger ones are drawn again for every diagnosis. */
const MOST_KEPT = 0x100000;
/**
 * Starts of the models that were diagnosed. Drawing a layer's kernel again takes as long as measuring a tensor of 500 rows by its
 * units.
 */
const kept = new WeakMap<AnyMLP, readonly DrawnLayer[]>();

/** Returns the weights that the model started from; undefined if the config does not say how they were drawn. */
function startOf(model: AnyMLP): readonly DrawnLayer[] | undefined {
  const known = kept.get(model);
  if (known !== undefined) return known;
  const start = drawAgain(model)?.map(({ kernel, bias }) => ({ kernel, bias, squares: squaresOf(kernel) }));
  const size = start?.reduce((sum, { kernel, bias }) => sum + kernel.length + (bias?.length ?? 0), 0);
  if (start !== undefined && size! <= MOST_KEPT) kept.set(model, start);
  return start;
}

/** Draws the weights of a new model with the same config; undefined if the config does not say how they were drawn. */
function drawAgain({ config, inputSize }: AnyMLP) {
  try {
    const { layers, seed } = checkModelOptions(config as MLPOptions<BackendName>);
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

function squaresOf(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  return squares;
}
