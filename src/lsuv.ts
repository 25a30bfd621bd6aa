import { checkModel } from './check-model.js';
import { knownKeys, NonFiniteError, positiveNumber, wholeNumber } from './errors.js';
import { orthogonal } from './initializers/matrices.js';
import type { AnyMLP } from './mlp.js';
import type { Network } from './network/network.js';
import { Rng } from './numbers/random.js';
import { loadInputs } from './training/inputs.js';
import { internalsOf } from './training/internals.js';
import type { Inputs } from './training/samples.js';

/** Options of `lsuv`. */
export interface LsuvOptions {
  /** Accepted |variance − 1|, > 0; default 0.1, as in the paper. */
  readonly tolerance?: number;
  /** Maximum number of rescalings per layer, ≥ 1; default 10, as in the paper. */
  readonly maxIterations?: number;
}

/** Share of the whole variance below which the variance over rows is only rounding. */
const CONSTANT = 1e-12;

/** Result of `lsuv` for one layer. */
export interface LsuvLayer {
  /** Number of times the kernel was divided by the measured standard deviation. */
  readonly iterations: number;
  /** Final variance of the preactivations on x, over rows and units. */
  readonly variance: number;
}

/**
 * Initializes a model by layer-sequential unit variance (LSUV): draws orthonormal kernels, then divides each, layer by layer
 * from the input, by the standard deviation of its preactivations on x until their variance is 1. Biases stay unchanged. The
 * draws follow from the model's seed. After an error the model has its previous weights. Mishkin & Matas 2015 (arXiv 1511.06422).
 *
 * @param model    the model, which is changed in place
 * @param x        rows of inputs, at least a few hundred; all go through as one batch
 * @param options  {@link LsuvOptions}
 * @returns one entry per layer
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws ShapeError      if x does not consist of whole rows of the model's inputs
 * @throws NonFiniteError  if a layer's preactivations are not finite on x
 * @throws RangeError      if an option is out of range, a layer's preactivations are constant on x, or their variance does
 *                         not come within the tolerance
 */
export function lsuv(model: AnyMLP, x: Inputs, options: LsuvOptions = {}): LsuvLayer[] {
  checkModel(model);
  knownKeys('options', options, ['tolerance', 'maxIterations']);
  const { tolerance = 0.1, maxIterations = 10 } = options;
  positiveNumber('tolerance', tolerance);
  wholeNumber('maxIterations', maxIterations, 1);
  const { network, scaler, checkInputs } = internalsOf(model);
  const samples = checkInputs('lsuv', x);
  const before = model.getWeights();
  const rng = new Rng(model.seed).split('lsuv');
  try {
    network.reserve(samples.rows, 0);
    loadInputs(network, scaler, { x: samples }, { order: undefined, start: 0, rows: samples.rows });
    return network.layers.map((layer, l) => {
      const kernel = orthogonal()([layer.fanIn, layer.units], rng.split(l));
      network.write(layer.kernel, kernel);
      return unitVariance(network, l, samples.rows, tolerance, maxIterations);
    });
  } catch (error) {
    model.setWeights(before);
    throw error;
  }
}

function unitVariance(
  network: Network,
  l: number,
  rows: number,
  tolerance: number,
  maxIterations: number,
): LsuvLayer {
  const { kernel, fanIn, units } = network.layers[l]!;
  const { kernels } = network.backend;
  for (let iterations = 0; ; iterations++) {
    network.forward({ rows, training: false, step: 0 }, true, l + 1);
    const { variance, overRows } = preactivationVariance(network, l, rows);
    if (!Number.isFinite(variance)) {
      throw new NonFiniteError(
        `layers[${l}]: its preactivations on x are not finite; rescale x, or set inputScaling`,
        { layer: l, value: variance },
      );
    }
    if (iterations === 0 && !(overRows > CONSTANT * variance)) {
      throw new RangeError(
        `layers[${l}]: its preactivations have variance ${overRows} over the rows of x; a constant or dead layer cannot be scaled to 1`,
      );
    }
    if (Math.abs(variance - 1) < tolerance) return { iterations, variance };
    if (iterations === maxIterations) {
      throw new RangeError(
        `layers[${l}]: after ${iterations} rounds its preactivations have variance ${variance}; rescaling the kernel cannot remove the variance that the biases add`,
      );
    }
    kernels.scale(kernel, kernel, fanIn * units, 1 / Math.sqrt(variance));
  }
}

/**
 * Computes the variance over rows and units, and the part of it over the rows of a unit. Without that part the preactivations
 * do not depend on x.
 */
function preactivationVariance(network: Network, l: number, rows: number) {
  const { preactivation, units } = network.layers[l]!;
  const z = network.view(preactivation, rows * units);
  const means = new Float64Array(units);
  for (let i = 0; i < z.length; i++) means[i % units]! += z[i]! / rows;
  const mean = means.reduce((sum, value) => sum + value, 0) / units;
  let all = 0;
  let within = 0;
  for (let i = 0; i < z.length; i++) {
    all += (z[i]! - mean) * (z[i]! - mean);
    within += (z[i]! - means[i % units]!) * (z[i]! - means[i % units]!);
  }
  return { variance: all / z.length, overRows: within / z.length };
}
