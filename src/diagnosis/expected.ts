import { resolveInitializer } from '../initializers/from-config.js';
import { expectation } from '../initializers/initializer.js';
import { type CheckedActivation, defaultInitializer, leakyRelu } from '../network/activations.js';
import type { Dense, TensorName } from '../network/dense.js';
import type { Network } from '../network/network.js';
import { momentsAt } from '../theory/gaussian.js';
import { type Pointwise, pointwise } from '../theory/pointwise.js';

/** What variance theory knows of a layer: of its tensors nothing but means and mean squares. */
interface Theory {
  readonly layer: Dense;
  readonly kernelSecond: number;
  readonly bias: Averages;
  readonly f: Pointwise | undefined;
}
interface Averages {
  readonly mean: number;
  readonly second: number;
}

export interface LayerExpectation {
  readonly preactivationStd: number;
  /** Norm of a row's dL/dz over that at the last layer. */
  readonly gradientRatio: number;
}

const NOTHING: Averages = { mean: 0, second: 0 };

/**
 * Variance theory along the model's own kernels and biases, taken as random ones of their mean square:
 * E[z²] = fanIn · E[w²] · E[a²] + E[b²], E[f(z)²] and E[f′(z)²] by quadrature over a normal z. Back from the last layer
 * E[δ²] = units · E[w²] · E[δ′²] · E[f′²].
 *
 * @param inputSecond  E[x²] of the scaled inputs
 */
export function expectedLayers(network: Network, inputSecond: number, training: boolean): LayerExpectation[] {
  const layers = network.layers.map((layer): Theory => {
    const bias = layer.bias === undefined ? NOTHING : averages(network, layer.bias, layer.units);
    const kernelSecond = averages(network, layer.kernel, layer.fanIn * layer.units).second;
    return { layer, kernelSecond, bias, f: pointwiseOf(network, layer) };
  });
  return propagated(network, layers, inputSecond, training);
}

/** The same where inputs have E[x²] = 1 and each kernel is what its activation's default initializer draws: what to compare with. */
export function idealLayers(network: Network): LayerExpectation[] {
  const layers = network.layers.map((layer): Theory => {
    const kernelSecond = defaultVariance(layer);
    return { layer, kernelSecond, bias: NOTHING, f: pointwiseOf(network, layer) };
  });
  // In training a batch norm makes 1 of any variance.
  return propagated(network, layers, 1, true);
}

/** Variance of a kernel as the default initializer of the layer's activation draws it. */
export function defaultVariance({ fanIn, units, spec }: Dense): number {
  const made = resolveInitializer('initializer', defaultInitializer(spec.activation));
  return expectation(made, [fanIn, units])!.variance;
}

function propagated(
  network: Network,
  layers: readonly Theory[],
  inputSecond: number,
  training: boolean,
): LayerExpectation[] {
  let second = inputSecond;
  const forward = layers.map(({ layer, kernelSecond, bias, f }) => {
    const { spec, fanIn } = layer;
    const sum = fanIn * kernelSecond * second + bias.second;
    const norm = spec.batchNorm && batchNorm(network, layer, training);
    const before = norm !== undefined && spec.batchNorm!.position === 'before';
    const z = before ? norm(sum) : { mean: bias.mean, second: sum, factor: 1 };
    const variance = Math.max(0, z.second - z.mean * z.mean);
    const of = f && momentsAt(shifted(f, z.mean), variance);
    const a = { second: of?.second ?? 0, factor: 1 };
    const out = norm !== undefined && !before ? norm(a.second) : a;
    // What is kept grows by 1 / keep: so does the mean square, on the way back as well.
    const dropped = training ? 1 / (1 - spec.dropout) : 1;
    second = out.second * dropped;
    const slope = (of?.slopeSecond ?? 0) * out.factor * dropped;
    return { preactivationStd: Math.sqrt(variance), slope, factor: z.factor };
  });
  let gradient = 1;
  const ratios = layers.map(() => 1);
  for (let l = layers.length - 2; l >= 0; l--) {
    const { layer, kernelSecond } = layers[l + 1]!;
    // Of norms, not of single values: a layer's share does not depend on how wide the next one is.
    gradient *= layer.fanIn * kernelSecond * forward[l + 1]!.factor * forward[l]!.slope;
    ratios[l] = Math.sqrt(gradient);
  }
  return forward.map(({ preactivationStd }, l) => ({ preactivationStd, gradientRatio: ratios[l]! }));
}

/** What a batch norm makes of a mean square, and the factor of a squared gradient through it. */
function batchNorm(network: Network, layer: Dense, training: boolean) {
  const { units, tensors, spec } = layer;
  const { epsilon } = spec.batchNorm!;
  const of = (name: TensorName) => network.view(tensors.get(name)!, units);
  const gammas = of('gamma');
  const variances = of('runningVariance');
  const beta = averages(network, tensors.get('beta')!, units);
  const runningMean = averages(network, tensors.get('runningMean')!, units);
  const gammaSecond = averages(network, tensors.get('gamma')!, units).second;
  let factor = 0;
  for (let u = 0; u < units; u++) factor += (gammas[u]! * gammas[u]!) / (variances[u]! + epsilon) / units;
  return (second: number) => {
    const spread = training ? second : Math.max(0, second - runningMean.second);
    const through = training ? gammaSecond / (second + epsilon) : factor;
    return { mean: beta.mean, second: through * spread + beta.second, factor: through };
  };
}

/** Undefined for softmax, behind which there is nothing. */
function pointwiseOf(network: Network, { spec, tensors, units }: Dense): Pointwise | undefined {
  const activation: CheckedActivation = spec.activation;
  if (activation.name === 'softmax') return undefined;
  if (activation.name !== 'prelu') return pointwise(activation);
  const slopes = averages(network, tensors.get('slopes')!, activation.shared ? 1 : units);
  // Mean squares of a leaky ReLU go by the square of its slope alone.
  return pointwise(leakyRelu({ negativeSlope: Math.sqrt(slopes.second) }));
}

/** f(mean + z) in place of f(z). */
function shifted(f: Pointwise, mean: number): Pointwise {
  if (mean === 0) return f;
  const kinks = [0, ...f.kinks].map((kink) => kink - mean);
  return {
    ...f,
    kinks,
    at: (z, step) =>
      f.at(
        z.map((value) => value + mean),
        step,
      ),
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
