import { knownKeys, NonFiniteError, positiveNumber, show, wholeNumber } from './errors.js';
import { orthogonal } from './initializers/matrices.js';
import { type AnyMLP, internalsOf, MLP } from './mlp.js';
import type { Network } from './network/network.js';
import { Rng } from './numbers/random.js';
import { loadInputs } from './training/inputs.js';
import type { Inputs } from './training/samples.js';

export interface LsuvOptions {
  /** Largest |variance − 1| that is let be, > 0; default 0.1 (the paper's). */
  readonly tolerance?: number;
  /** Rescalings of a layer at most, ≥ 1; default 10 (the paper's). */
  readonly maxIterations?: number;
}

/** Below this share of the variance, what differs between rows is rounding. */
const CONSTANT = 1e-12;

/** How it went with one layer. */
export interface LsuvLayer {
  /** How often the kernel was divided by the measured standard deviation. */
  readonly iterations: number;
  /** Variance of the preactivations on x, over rows and units, at the end. */
  readonly variance: number;
}

/**
 * Layer-sequential unit-variance initialization: orthonormal kernels, then, layer by layer from the input, each divided
 * by the standard deviation of its preactivations on x until their variance is 1. Mishkin & Matas 2015 (arXiv
 * 1511.06422). Biases stay as they are; the draws follow from the model's seed.
 *
 * @param x  rows of inputs, a few hundred at least; all of them go through as one batch
 * @returns  for each layer its rounds and the variance it came to
 * @throws RangeError  if an option is out of range, a layer's preactivations are constant or not finite on x, or its
 *                     variance does not come within the tolerance; the model is then as it was
 */
export function lsuv(model: AnyMLP, x: Inputs, options: LsuvOptions = {}): LsuvLayer[] {
  if (!(model instanceof MLP)) throw new TypeError(`model: expected an MLP, got ${show(model)}`);
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
        `layers[${l}]: its preactivations on x are not finite; bring the values of x into another unit, or set inputScaling`,
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
        `layers[${l}]: after ${iterations} rounds its preactivations have variance ${variance}; the biases, which stay, bring more than a kernel can take back`,
      );
    }
    kernels.scale(kernel, kernel, fanIn * units, 1 / Math.sqrt(variance));
  }
}

/** The variance over rows and units, and what of it is over the rows of a unit: without that nothing depends on x. */
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
