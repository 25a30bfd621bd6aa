import type { Elements } from '../backend/names.js';
import {
  actsOnRows,
  backwardKernel,
  type CheckedActivation,
  defaultInitializer,
  learnedSlopes,
  parameterOf,
} from '../network/activations.js';
import type { Dense } from '../network/dense.js';
import type { Network } from '../network/network.js';
import { powerOfTwo } from '../numbers/exponents.js';
import { pointwise } from '../theory/pointwise.js';
import type { InputDiagnosis } from './diagnosis.js';
import { defaultVariance, type Signal } from './expected.js';
import { OUTLYING, outlyingColumns } from './features.js';
import { likenessOf } from './likeness.js';
import { limits } from './limits.js';
import { type Detail, describe, rootMeanSquare, type Values } from './statistics.js';
import { symmetricUnits } from './symmetry.js';
import type { Tensors } from './tensors.js';

/** Share of its maximum below which a derivative counts as saturated. */
const SATURATED = 0.01;
/** Factor over most other features from which a feature dwarfs them. */
const LARGE = 100;
/** Input at which every saturating activation is flat; softsign, the slowest, has slope 1e-4 there. */
const FAR = 100;

/**
 * Measures the inputs as given and as the network holds them, and the moments that theory needs.
 *
 * @param given         the rows that were loaded, one after another
 * @param standardized  true if each scaled feature had mean 0 and standard deviation 1 on the rows that the scaling was
 *                      fitted on, and is not clipped
 */
export function measureInputs(
  network: Network,
  given: Values,
  rows: number,
  detail: Detail,
  standardized: boolean,
): { readonly inputs: InputDiagnosis; readonly signal: Signal } {
  const { inputSize, inputOffset } = network;
  const scaled = network.view(network.x, rows * inputSize);
  const varies = new Uint8Array(inputSize);
  const squares = new Float64Array(inputSize);
  const sums = new Float64Array(inputSize);
  const largest = new Float64Array(inputSize);
  // Row by row, as stored. Going column by column would take several times as long.
  for (let i = 0, c = 0; i < given.length; i++, c = c + 1 === inputSize ? 0 : c + 1) {
    if (given[i] !== given[c]) varies[c] = 1;
    const value = scaled[i]! + inputOffset;
    squares[c]! += value * value;
    sums[c]! += value;
    if (Math.abs(value) > largest[c]!) largest[c] = Math.abs(value);
  }
  const sizes = squares.map((sum) => Math.sqrt(sum / rows));
  const constantFeatures = [...varies.keys()].filter((c) => varies[c] === 0);
  const { correlation } = likenessOf(scaled, inputSize, inputOffset);
  const inputs = {
    given: describe(given, detail),
    scaled: describe(scaled, detail, inputOffset),
    ...(correlation !== undefined && { correlation }),
    // With a single row, every feature is constant.
    constantFeatures: rows > 1 ? constantFeatures : [],
    largeFeatures: largeFeatures(sizes, constantFeatures),
    unscaledFeatures: [...sizes.keys()].filter((c) => sizes[c]! > limits.inputs),
    // Bytes have a known range, and a pixel is often white in a single image only.
    outlyingFeatures:
      given instanceof Uint8Array
        ? []
        : outlyingFeatures(given, standardized ? largest : undefined, inputSize),
  };
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value / inputSize, 0);
  const common = mean(sums.map((sum) => (sum / rows) * (sum / rows)));
  const second = mean(squares) / rows;
  const joint = correlation === undefined ? undefined : correlation * second;
  return { inputs, signal: { second, common, joint } };
}

/** Features with outliers among their own values or, if standardized, relative to the rows that the scaling was fitted on. */
function outlyingFeatures(given: Values, largest: Float64Array | undefined, columns: number): number[] {
  const byThemselves = new Set(outlyingColumns(given, columns));
  const found: number[] = [];
  for (let c = 0; c < columns; c++) if (byThemselves.has(c) || (largest?.[c] ?? 0) > OUTLYING) found.push(c);
  return found;
}

function largeFeatures(sizes: Float64Array, constant: readonly number[]): number[] {
  const fixed = new Set(constant);
  const varying = sizes.filter((size, c) => size > 0 && !fixed.has(c)).sort();
  // The lower quartile allows one of two features to be large. Few enough of the bytes' dark borders are below it.
  const usual = varying[Math.floor((varying.length - 1) / 4)] ?? Infinity;
  const found: number[] = [];
  for (let c = 0; c < sizes.length; c++) if (!fixed.has(c) && sizes[c]! > LARGE * usual) found.push(c);
  return found;
}

/** Measures a layer before its derivatives overwrite the gradients. */
export function measureLayer(network: Network, l: number, rows: number, backward: boolean, tensors: Tensors) {
  const layer = network.layers[l]!;
  const { units, fanIn, kernel, bias, spec } = layer;
  const read = (address: number, n: number) => tensors.describe(address, n);
  const n = rows * units;
  const kernelStatistics = read(kernel, fanIn * units);
  const { unitStd, correlation } = tensors.likeness(layer.preactivation, rows, units);
  return {
    name: `layers[${l}]`,
    fanIn,
    units,
    activationName: spec.activation.name,
    preactivation: read(layer.preactivation, n),
    unitStd,
    ...(correlation !== undefined && { correlation }),
    activation: read(layer.activation, n),
    kernel: kernelStatistics,
    ...(bias !== undefined && { bias: read(bias, units) }),
    ...(backward && {
      gradient: read(layer.preactivationGradient, n),
      kernelGradient: read(network.gradientOf(kernel), fanIn * units),
    }),
    kernelRatio: rootMeanSquare(kernelStatistics) / Math.sqrt(defaultVariance(layer)),
    recommendedInitializer: defaultInitializer(spec.activation),
    symmetricUnits: symmetricUnits(network, l),
  };
}

/**
 * Measures dead units and saturated activations. Derivatives overwrite the layer's gradients, which must have been read
 * before.
 */
export function measureSlopes(network: Network, l: number, rows: number) {
  const layer = network.layers[l]!;
  const { units } = layer;
  const n = rows * units;
  const slopes = writeSlopes(network, layer, rows);
  const activations = network.view(layer.activation, n);
  const deadUnits: number[] = [];
  // Softmax outputs are never dead.
  if (!actsOnRows(layer.spec.activation)) {
    for (let u = 0; u < units; u++) if (isDead(slopes, activations, u, units)) deadUnits.push(u);
  }
  return {
    deadUnits,
    deadFraction: deadUnits.length / units,
    chanceDeadFraction: chanceDead(network.view(layer.preactivation, n), l, rows, units),
    saturatedFraction: slopes === undefined ? 0 : saturatedFraction(layer.spec.activation, slopes),
  };
}

/**
 * Writes f′(z) of every preactivation. Returns undefined for step, whose derivative is 0, and softmax, whose derivative is a
 * matrix.
 */
export function writeSlopes(network: Network, layer: Dense, rows: number): Elements | undefined {
  const { units, spec, preactivation, activation, preactivationGradient, outputGradient } = layer;
  const { kernels } = network.backend;
  const n = rows * units;
  const kernel = backwardKernel(spec.activation);
  const learned = learnedSlopes(spec.activation);
  network.view(outputGradient, n).fill(1);
  if (learned !== undefined) {
    const slopes = layer.tensors.get('slopes')!;
    const ignored = network.gradientOf(slopes);
    const stride = learned.shared ? 0 : 1;
    kernels.prelu_backward(
      preactivationGradient,
      ignored,
      outputGradient,
      preactivation,
      slopes,
      rows,
      units,
      stride,
    );
  } else if (kernel !== undefined) {
    const parameter = parameterOf(spec.activation);
    kernels[kernel](preactivationGradient, outputGradient, preactivation, activation, n, parameter);
  } else return undefined;
  return network.view(preactivationGradient, n);
}

function isDead(slopes: Elements | undefined, activations: Elements, unit: number, units: number): boolean {
  for (let i = unit; i < activations.length; i += units) {
    if ((slopes?.[i] ?? 0) !== 0 || activations[i] !== activations[unit]) return false;
  }
  return true;
}

/**
 * Expected share of units that are dead by chance. In the first layer it is the probability that independent rows all lie on
 * one side of 0. Deep layers make rows similar, so that many units keep one side of 0 on all rows and nothing is wrong.
 * Random units are as often on either side, so the units that are always positive are counted.
 */
function chanceDead(z: Elements, l: number, rows: number, units: number): number {
  if (l === 0) return rows < 64 ? powerOfTwo(-rows) : 0;
  let alwaysActive = 0;
  for (let u = 0; u < units; u++) {
    let i = u;
    while (i < z.length && z[i]! > 0) i += units;
    if (i >= z.length) alwaysActive++;
  }
  return alwaysActive / units;
}

function saturatedFraction(activation: CheckedActivation, slopes: Elements): number {
  if (actsOnRows(activation)) return 0;
  const at = pointwise(activation).at(Float64Array.of(-FAR, 0, FAR), new Float64Array(3)).slopes;
  const limit = SATURATED * at[1]!;
  if (!(Math.abs(at[0]!) < limit && Math.abs(at[2]!) < limit)) return 0;
  let count = 0;
  // Number(…) needs no branch, which the processor would often guess wrong.
  for (let i = 0; i < slopes.length; i++) count += Number(Math.abs(slopes[i]!) < limit);
  return count / slopes.length;
}
