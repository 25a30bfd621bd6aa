import { resolveInitializer } from '../initializers/from-config.js';
import { expectation } from '../initializers/initializer.js';
import { actsOnRows, defaultInitializer, leakyRelu, learnedSlopes } from '../network/activations.js';
import type { Dense, TensorName } from '../network/dense.js';
import type { Network } from '../network/network.js';
import { momentsAt, withinReach } from '../theory/gaussian.js';
import { COARSE, meanSquare, pairMoments } from '../theory/pairs.js';
import { type Pointwise, pointwise } from '../theory/pointwise.js';
import { type RectifiedMoments, rectifiedDifference, rectifiedMoments } from '../theory/rectified.js';

/** Facts that variance theory uses of a layer: means and mean squares of its tensors. */
interface Theory {
  readonly layer: Dense;
  readonly kernelSecond: number;
  readonly bias: Averages;
  readonly f: Pointwise | undefined;
}
/** Signal that enters a layer. */
export interface Signal {
  /** E[a²]. */
  readonly second: number;
  /** Part of E[a²] that is common to all rows: the mean over units of the squared mean over rows. Batch norm removes it. */
  readonly common: number;
  /** E[a b] of one unit's values a and b on two rows; undefined without two rows to compare. */
  readonly joint: number | undefined;
}
interface Averages {
  readonly mean: number;
  readonly second: number;
}

export interface LayerExpectation {
  readonly preactivationStd: number;
  /** Expected cosine of two rows' preactivations. */
  readonly correlation?: number;
  /** Norm of a row's dL/dz, divided by that at the last layer. */
  readonly gradientRatio: number;
}

const NOTHING: Averages = { mean: 0, second: 0 };

/**
 * Applies variance theory to the model's own kernels and biases, taken as random ones with their mean squares: E[z²] = fanIn
 * · E[w²] · E[a²] + E[b²], with E[f(z)²] and E[f′(z)²] by quadrature over a normal z. Two rows' preactivations have
 * E[z z̃] = fanIn · E[w²] · E[a ã] + E[b²], with E[f(z) f(z̃)] by quadrature over a normal pair. Backward from the last layer, E[δ²] =
 * units · E[w²] · E[δ′²] · E[f′²].
 *
 * @param input  moments of the scaled inputs
 */
export function expectedLayers(network: Network, input: Signal, training: boolean): LayerExpectation[] {
  const layers = network.layers.map((layer): Theory => {
    const bias = layer.bias === undefined ? NOTHING : averages(network, layer.bias, layer.units);
    const kernelSecond = averages(network, layer.kernel, layer.fanIn * layer.units).second;
    return { layer, kernelSecond, bias, f: pointwiseOf(network, layer) };
  });
  return propagated(network, layers, input, training);
}

/**
 * Expected layers for a good initialization, to compare with: inputs have E[x²] = 1, and each kernel is drawn by its
 * activation's default initializer.
 */
export function idealLayers(network: Network): LayerExpectation[] {
  const layers = network.layers.map((layer): Theory => {
    const kernelSecond = defaultVariance(layer);
    return { layer, kernelSecond, bias: NOTHING, f: pointwiseOf(network, layer) };
  });
  // In training, batch norm turns any variance into 1.
  return propagated(network, layers, { second: 1, common: 0, joint: undefined }, true);
}

/** Variance of a kernel drawn by the default initializer of the layer's activation. */
export function defaultVariance({ fanIn, units, spec }: Dense): number {
  const made = resolveInitializer('initializer', defaultInitializer(spec.activation));
  return expectation(made, [fanIn, units])!.variance;
}

function propagated(
  network: Network,
  layers: readonly Theory[],
  input: Signal,
  training: boolean,
): LayerExpectation[] {
  let signal = input;
  const forward = layers.map(({ layer, kernelSecond, bias, f }) => {
    const { spec, fanIn } = layer;
    const position = spec.batchNorm?.position;
    const sum = fanIn * kernelSecond * signal.second + bias.second;
    const spread = fanIn * kernelSecond * (signal.second - signal.common);
    const plain = { mean: bias.mean, second: sum, factor: 1 };
    const z = position === 'before' ? batchNorm(network, layer, training, sum, spread) : plain;
    const variance = Math.max(0, z.second - z.mean * z.mean);
    const of = f && momentsAround(f, z.mean, variance);
    const a = { second: of?.second ?? 0, mean: of?.mean ?? 0, factor: 1 };
    // A difference of two rows passes a batch norm multiplied by its factor.
    const apart =
      signal.joint === undefined
        ? undefined
        : z.factor * fanIn * kernelSecond * (signal.second - signal.joint);
    const unlike = apart === undefined || !f ? undefined : differenceOf(f, z.mean, variance, apart);
    // Without two rows to compare, a unit's activations have only their mean in common.
    const common = unlike === undefined ? a.mean * a.mean : a.second - unlike;
    const out = position === 'after' ? batchNorm(network, layer, training, a.second, a.second - common) : a;
    // Kept activations are multiplied by 1 / keep. The mean square therefore grows by 1 / keep, forward and backward.
    const dropped = training ? 1 / (1 - spec.dropout) : 1;
    const joint = unlike === undefined ? undefined : out.second - out.factor * unlike;
    signal = { second: out.second * dropped, common: joint ?? out.mean * out.mean, joint };
    const slope = (of?.slopeSecond ?? 0) * out.factor * dropped;
    const correlation = apart === undefined || !(z.second > 0) ? undefined : 1 - apart / z.second;
    return { preactivationStd: Math.sqrt(variance), correlation, slope, factor: z.factor };
  });
  let gradient = 1;
  const ratios = layers.map(() => 1);
  for (let l = layers.length - 2; l >= 0; l--) {
    const { layer, kernelSecond } = layers[l + 1]!;
    // The ratio is one of norms, not of single values, so that it does not depend on the next layer's width.
    gradient *= layer.fanIn * kernelSecond * forward[l + 1]!.factor * forward[l]!.slope;
    ratios[l] = Math.sqrt(gradient);
  }
  return forward.map(({ preactivationStd, correlation }, l) => ({
    preactivationStd,
    ...(correlation !== undefined && { correlation }),
    gradientRatio: ratios[l]!,
  }));
}

/** Moments of f(z) for z ~ N(mean, variance). */
function momentsAround(f: Pointwise, mean: number, variance: number): RectifiedMoments {
  return mean !== 0 && f.homogeneous?.degree === 1
    ? rectifiedMoments(f.homogeneous, mean, variance)
    : momentsAt(shifted(f, mean), variance);
}

/** E[(f(z) − f(z̃))²] / 2 of two rows' preactivations, from their moments and E[(z − z̃)²] / 2. */
function differenceOf(f: Pointwise, mean: number, variance: number, apart: number): number {
  if (!(variance > 0)) return 0;
  const correlation = Math.min(1, Math.max(-1, 1 - apart / variance));
  if (mean !== 0 && f.homogeneous?.degree === 1) {
    return rectifiedDifference(f.homogeneous, mean, variance, correlation);
  }
  const g = shifted(f, mean);
  const reached = withinReach(g, variance);
  // Beyond the range of the quadrature the ratio to the mean square is that at its end.
  const { difference } = pairMoments(g, reached, correlation, COARSE);
  return reached === variance
    ? difference
    : (difference / meanSquare(g, reached)) * momentsAt(g, variance).second;
}

/**
 * Returns the mean square behind a batch norm, and its factor on a squared gradient.
 *
 * @param unlike  variance over the rows of a unit, by which training divides
 */
function batchNorm(network: Network, layer: Dense, training: boolean, second: number, unlike: number) {
  const { units, tensors, spec } = layer;
  const { epsilon } = spec.batchNorm!;
  const of = (name: TensorName) => averages(network, tensors.get(name)!, units);
  const [gamma, beta, runningMean] = [of('gamma'), of('beta'), of('runningMean')];
  if (training) {
    const factor = gamma.second / (unlike + epsilon);
    return { mean: beta.mean, second: factor * unlike + beta.second, factor };
  }
  const gammas = network.view(tensors.get('gamma')!, units);
  const variances = network.view(tensors.get('runningVariance')!, units);
  let factor = 0;
  for (let u = 0; u < units; u++) factor += (gammas[u]! * gammas[u]!) / (variances[u]! + epsilon) / units;
  // Running means may have moved with the weights, but rows differ as much as before.
  const centred = Math.max(unlike, second - runningMean.second);
  return { mean: beta.mean, second: factor * centred + beta.second, factor };
}

/** Activation as a function of one number; undefined if it works on whole rows. */
function pointwiseOf(network: Network, { spec, tensors, units }: Dense): Pointwise | undefined {
  if (actsOnRows(spec.activation)) return undefined;
  const learned = learnedSlopes(spec.activation);
  if (learned === undefined) return pointwise(spec.activation);
  const slopes = averages(network, tensors.get('slopes')!, learned.shared ? 1 : units);
  // Mean squares of a leaky ReLU depend on its slope only through the square.
  return pointwise(leakyRelu({ negativeSlope: Math.sqrt(slopes.second) }));
}

/** Returns the function f(mean + z). The array for its points is reused, since a new one takes longer than f. */
function shifted(f: Pointwise, mean: number): Pointwise {
  if (mean === 0) return f;
  let moved = new Float64Array(0);
  return {
    ...f,
    kinks: [0, ...f.kinks].map((kink) => kink - mean),
    homogeneous: undefined,
    at: (z, step) => {
      if (moved.length !== z.length) moved = new Float64Array(z.length);
      for (let i = 0; i < z.length; i++) moved[i] = z[i]! + mean;
      return f.at(moved, step);
    },
  };
}

function averages(network: Network, address: number, n: number): Averages {
  const values = network.view(address, n);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    sum += values[i]!;
    squares += values[i]! * values[i]!;
  }
  return { mean: sum / n, second: squares / n };
}
