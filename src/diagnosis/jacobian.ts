import { checkModel } from '../check-model.js';
import { knownKeys, ShapeError, show } from '../errors.js';
import type { AnyMLP } from '../mlp.js';
import { actsOnRows } from '../network/activations.js';
import type { Dense } from '../network/dense.js';
import type { Network } from '../network/network.js';
import { singularValues } from '../numbers/singular-values.js';
import { checkScalings } from '../training/check-data.js';
import { loadInputs } from '../training/inputs.js';
import { internalsOf } from '../training/internals.js';
import { expectFiniteOutputs } from '../training/non-finite-output.js';
import type { Inputs } from '../training/samples.js';
import { writeSlopes } from './measure.js';

/** Options of `jacobianSpectrum`. */
export interface JacobianSpectrumOptions {
  /** Index of the layer whose outputs are varied; default: the scaled inputs of the network. */
  readonly from?: number;
  /** Index of the layer whose outputs are observed, after `from`; default the last layer. */
  readonly to?: number;
}

/** Singular values of a model's Jacobians, one spectrum per row, as returned by `jacobianSpectrum`. Plain data. */
export interface JacobianSpectrum {
  /** Number of values that are varied. */
  readonly inputs: number;
  /** Number of values that are observed. */
  readonly outputs: number;
  /** Singular values of each row's Jacobian, largest first: the smaller of `inputs` and `outputs` many. */
  readonly singularValues: readonly (readonly number[])[];
  /** Root mean square of all of them; near 1 if small changes keep their size on average. */
  readonly rootMeanSquare: number;
}

/**
 * Computes how a network stretches small changes: for each row, the singular values of the Jacobian ∂(outputs) / ∂(inputs), or of the
 * Jacobian between two layers. With all of them near 1, signals and gradients keep their size in every direction (dynamical isometry:
 * Saxe et al. 2014; Pennington et al. 2017).
 *
 * The network is that of `predict`: batch norms use their running statistics, and dropout is off. Inputs count after the model's
 * scaling, outputs before the target scaling is inverted; a layer's output includes its activation, also softmax. At a kink the
 * derivative is that of the left branch. A row costs as many products as the smaller of `inputs` and `outputs` forward passes.
 *
 * @param x  rows of inputs; a few are enough
 * @throws TypeError       if model is not an MLP, or an argument has the wrong type
 * @throws RangeError      if a layer does not exist, or `to` does not come after `from`
 * @throws ShapeError      if x does not fit the model, or has no rows
 * @throws NonFiniteError  if x or an output is not finite
 * @throws StateError      if a scaling has not been fitted
 */
export function jacobianSpectrum(
  model: AnyMLP,
  x: Inputs,
  options: JacobianSpectrumOptions = {},
): JacobianSpectrum {
  checkModel(model);
  knownKeys('options', options, ['from', 'to']);
  const { network, scaler, targetScaler, checkInputs } = internalsOf(model);
  const { layers } = network;
  const from = options.from === undefined ? -1 : layerIndex('from', options.from, 0, layers.length - 2);
  const to =
    options.to === undefined ? layers.length - 1 : layerIndex('to', options.to, from + 1, layers.length - 1);
  const samples = checkInputs(undefined, x);
  if (samples.rows === 0) throw new ShapeError('x: expected at least one row, got none', { argument: 'x' });
  checkScalings({ scaler, targetScaler }, 'x', samples);
  const chain = layers.slice(from + 1, to + 1).map((layer) => linkOf(network, layer));
  const [inputs, outputs] = [chain[0]!.fanIn, chain[chain.length - 1]!.units];
  const spectra: number[][] = [];
  for (let start = 0; start < samples.rows; start += network.chunkRows) {
    const rows = Math.min(network.chunkRows, samples.rows - start);
    network.reserve(rows, rows);
    const stretch = { order: undefined, start, rows };
    loadInputs(network, scaler, { x: samples }, stretch);
    network.forward({ rows, training: false, step: 0 });
    expectFiniteOutputs(network, 'x', stretch);
    const slopes = chain.map(({ layer }) => slopesOf(network, layer, rows));
    for (let r = 0; r < rows; r++) {
      const jacobian = inputs <= outputs ? forward(chain, slopes, r) : backward(chain, slopes, r);
      spectra.push(
        Array.from(singularValues(jacobian, Math.min(inputs, outputs), Math.max(inputs, outputs))),
      );
    }
  }
  const squares = spectra.flat().reduce((sum, value) => sum + value * value, 0);
  return {
    inputs,
    outputs,
    singularValues: spectra,
    rootMeanSquare: Math.sqrt(squares / (spectra.length * spectra[0]!.length)),
  };
}

function layerIndex(argument: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  const range =
    least > most ? 'no layer, since none is left' : `the index of a layer from ${least} to ${most}`;
  throw new Kind(`${argument}: expected ${range}, got ${show(value)}`);
}

/** Layer with the linear parts of its Jacobian. */
interface Link {
  readonly layer: Dense;
  readonly fanIn: number;
  readonly units: number;
  /** Kernel, [fanIn, units], times the factors of a batch norm before the activation. */
  readonly kernel: Float64Array;
  /** Factors of a batch norm after the activation; undefined without one. */
  readonly after: Float64Array | undefined;
}

function linkOf(network: Network, layer: Dense): Link {
  const { fanIn, units, spec } = layer;
  const kernel = Float64Array.from(network.view(layer.kernel, fanIn * units));
  const factors = spec.batchNorm && normFactors(network, layer, spec.batchNorm.epsilon);
  if (spec.batchNorm?.position === 'before') {
    for (let i = 0; i < kernel.length; i++) kernel[i]! *= factors![i % units]!;
    return { layer, fanIn, units, kernel, after: undefined };
  }
  return { layer, fanIn, units, kernel, after: factors };
}

/** Returns gamma / √(running variance + epsilon) of each unit. */
function normFactors(network: Network, { tensors, units }: Dense, epsilon: number): Float64Array {
  const variances = network.view(tensors.get('runningVariance')!, units);
  const gammas = network.view(tensors.get('gamma')!, units);
  return Float64Array.from({ length: units }, (_, u) => gammas[u]! / Math.sqrt(variances[u]! + epsilon));
}

/** Derivatives of a layer's activation on all rows. */
interface Slopes {
  readonly values: Float64Array;
  /** True if the values are probabilities p, whose derivative is the matrix diag(p) − p pᵀ. */
  readonly softmax: boolean;
}

function slopesOf(network: Network, layer: Dense, rows: number): Slopes {
  const n = rows * layer.units;
  if (actsOnRows(layer.spec.activation)) {
    return { values: Float64Array.from(network.view(layer.activation, n)), softmax: true };
  }
  // A step function has slope 0.
  const written = writeSlopes(network, layer, rows);
  return { values: written === undefined ? new Float64Array(n) : Float64Array.from(written), softmax: false };
}

/** Returns the transposed Jacobian, [inputs, outputs], from the inputs on. */
function forward(chain: readonly Link[], slopes: readonly Slopes[], row: number): Float64Array {
  const { fanIn: n } = chain[0]!;
  let product = identity(n);
  for (const [l, { fanIn, units, kernel, after }] of chain.entries()) {
    const next = new Float64Array(n * units);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < fanIn; k++) {
        const factor = product[i * fanIn + k]!;
        if (factor === 0) continue;
        for (let u = 0; u < units; u++) next[i * units + u]! += factor * kernel[k * units + u]!;
      }
      throughActivation(next, i * units, units, slopes[l]!, row);
      if (after !== undefined) for (let u = 0; u < units; u++) next[i * units + u]! *= after[u]!;
    }
    product = next;
  }
  return product;
}

/** Returns the Jacobian, [outputs, inputs], from the outputs back. */
function backward(chain: readonly Link[], slopes: readonly Slopes[], row: number): Float64Array {
  const { units: n } = chain[chain.length - 1]!;
  let product = identity(n);
  for (let l = chain.length - 1; l >= 0; l--) {
    const { fanIn, units, kernel, after } = chain[l]!;
    const next = new Float64Array(n * fanIn);
    for (let o = 0; o < n; o++) {
      if (after !== undefined) for (let u = 0; u < units; u++) product[o * units + u]! *= after[u]!;
      throughActivation(product, o * units, units, slopes[l]!, row);
      for (let k = 0; k < fanIn; k++) {
        let sum = 0;
        for (let u = 0; u < units; u++) sum += product[o * units + u]! * kernel[k * units + u]!;
        next[o * fanIn + k] = sum;
      }
    }
    product = next;
  }
  return product;
}

/** Multiplies the derivatives from `start` on by those of an activation, which are a symmetric matrix. */
function throughActivation(
  to: Float64Array,
  start: number,
  units: number,
  { values, softmax }: Slopes,
  row: number,
) {
  const at = row * units;
  let mean = 0;
  if (softmax) for (let u = 0; u < units; u++) mean += to[start + u]! * values[at + u]!;
  for (let u = 0; u < units; u++) to[start + u] = (to[start + u]! - mean) * values[at + u]!;
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}
