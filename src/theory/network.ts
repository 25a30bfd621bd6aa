/** What infinite width expects at each layer of a network, from the spread of its kernels and biases alone. */
import type { CheckedActivation } from '../network/activations.js';
import { actsOnRows } from '../network/activations.js';
import type { CheckedLayer } from '../network/layers.js';
import { LEAST_VARIANCE, momentsAt } from './gaussian.js';
import { pointwise } from './pointwise.js';

/** Mean and mean square of what a layer is given, over units and samples. */
export interface Signal {
  readonly mean: number;
  readonly second: number;
}

/** A layer as theory sees it. */
export interface TheoryLayer extends Pick<CheckedLayer, 'units' | 'activation' | 'batchNorm' | 'dropout'> {
  readonly fanIn: number;
  /** Mean square of the kernel's values, and of the bias's. */
  readonly kernelSecond: number;
  readonly biasSecond: number;
}

export interface ExpectedLayer {
  /** Mean square of the preactivation, the activation's input: behind a batch norm that stands before it. */
  readonly preactivation: number;
  /** E[f′²] there; NaN for softmax. */
  readonly slopeSecond: number;
  /** Of the activation, NaN for softmax. */
  readonly activation: Signal;
  /** Mean square of dL/dz over that of the last layer. */
  readonly gradient: number;
  /** Standard deviation of a kernel that would pass the mean square of the preactivation before on to this one. */
  readonly keepingStd: number;
}

interface Forward extends Omit<ExpectedLayer, 'gradient'> {
  /** What batch norm divides by: variance over samples of a unit before it. */
  readonly normalized: number;
  /** E[(da/dz)²] with all that follows the activation in its layer. */
  readonly passed: number;
}

/**
 * Mean squares layer by layer, forward and backward: kernel and bias draws count as independent of what they meet, samples
 * as independent of each other, and forward and backward pass likewise. Training: dropout counts, batch norm is by the batch.
 * A step a layer.
 */
export function* expectLayers(
  input: Signal,
  layers: readonly TheoryLayer[],
): Generator<void, ExpectedLayer[]> {
  const forward: Forward[] = [];
  let signal = input;
  // What one unit of the preactivation's mean square becomes on its way to the next layer.
  let passedOn = 1;
  for (const [l, layer] of layers.entries()) {
    yield;
    const step = forwardLayer(layer, signal, 1 / (layer.fanIn * passedOn));
    forward.push(step);
    signal = leaving(layer, step.activation);
    if (l < layers.length - 1) passedOn = share(layer, step.preactivation, signal);
  }
  const gradients = backwardMeanSquares(layers, forward);
  return forward.map((step, l) => ({ ...step, gradient: gradients[l]! }));
}

function forwardLayer(layer: TheoryLayer, signal: Signal, keepingVariance: number): Forward {
  const { fanIn, kernelSecond, biasSecond, batchNorm, activation } = layer;
  const product = fanIn * kernelSecond;
  const before = batchNorm?.position === 'before';
  const variance = product * varianceOf(signal);
  const preactivation = before
    ? variance / (variance + batchNorm.epsilon)
    : product * signal.second + biasSecond;
  const f = actsOnRows(activation) ? undefined : pointwise(activation);
  const { slopeSecond, ...moments } = f ? momentsAt(f, preactivation) : nothing;
  return {
    preactivation,
    slopeSecond,
    activation: { mean: moments.mean, second: moments.second },
    keepingStd: Math.sqrt(keepingVariance),
    normalized: before ? variance + batchNorm.epsilon : 1,
    passed: slopeSecond * passing(layer, moments),
  };
}

const nothing = { mean: Number.NaN, second: Number.NaN, slopeSecond: Number.NaN };

/** The activation as the next layer is given it. */
function leaving({ batchNorm, dropout }: TheoryLayer, activation: Signal): Signal {
  const variance = varianceOf(activation);
  const { mean, second } =
    batchNorm?.position === 'after'
      ? { mean: 0, second: variance / (variance + batchNorm.epsilon) }
      : activation;
  return { mean, second: second / (1 - dropout) };
}

/** What batch norm behind the activation and dropout multiply the mean square of a gradient by. */
function passing({ batchNorm, dropout }: TheoryLayer, activation: Signal): number {
  const divisor = batchNorm?.position === 'after' ? varianceOf(activation) + batchNorm.epsilon : 1;
  return 1 / (1 - dropout) / divisor;
}

/** Signal over preactivation, mean squares both; of one that has died, the limit. */
function share(layer: TheoryLayer, preactivation: number, signal: Signal): number {
  if (preactivation > 0 && signal.second > 0) return signal.second / preactivation;
  const { mean, second } = momentsAt(pointwise(layer.activation), LEAST_VARIANCE);
  return leaving(layer, { mean, second }).second / LEAST_VARIANCE;
}

function backwardMeanSquares(layers: readonly TheoryLayer[], forward: readonly Forward[]): number[] {
  const gradients = new Array<number>(layers.length).fill(1);
  for (let l = layers.length - 2; l >= 0; l--) {
    const above = layers[l + 1]!;
    const throughKernel = (above.units * above.kernelSecond) / forward[l + 1]!.normalized;
    gradients[l] = forward[l]!.passed * throughKernel * gradients[l + 1]!;
  }
  return gradients;
}

/** Never below 0, which rounding alone would bring. */
function varianceOf({ mean, second }: Signal): number {
  return Math.max(0, second - mean * mean);
}

/** Whether the function is flat there: the mean square of its slope is a twentieth of that near 0, or less. */
export function isSaturated(activation: CheckedActivation, slopeSecond: number): boolean {
  if (!(slopeSecond > 0)) return false;
  // An integral: the layers of a deep network share it.
  const near0 = slopesNear0.get(activation) ?? momentsAt(pointwise(activation), LEAST_VARIANCE).slopeSecond;
  slopesNear0.set(activation, near0);
  return slopeSecond <= SATURATED * near0;
}
const SATURATED = 1 / 20;
const slopesNear0 = new WeakMap<CheckedActivation, number>();
