/** Expected signal of each layer at infinite width, from the second moments of kernels and biases alone. */
import { computed } from '../computed.js';
import type { CheckedActivation } from '../network/activations.js';
import { actsOnRows } from '../network/activations.js';
import type { CheckedLayer } from '../network/layers.js';
import { LEAST_VARIANCE, momentsAt } from './gaussian.js';
import { pointwise } from './pointwise.js';

/** Mean and mean square of a layer's inputs, over units and samples. */
export interface Signal {
  readonly mean: number;
  readonly second: number;
}

/** Layer with the facts that theory needs. */
export interface TheoryLayer extends Pick<CheckedLayer, 'units' | 'activation' | 'batchNorm' | 'dropout'> {
  readonly fanIn: number;
  /** Mean square of the kernel's values. */
  readonly kernelSecond: number;
  /** Mean square of the bias's values. */
  readonly biasSecond: number;
}

/** Expected values of one layer. */
export interface ExpectedLayer {
  /** Mean square of the activation's input; a batch norm before the activation is included. */
  readonly preactivation: number;
  /** E[f′²] at the preactivation; NaN for softmax. */
  readonly slopeSecond: number;
  /** Mean and mean square of the activation; NaN for softmax. */
  readonly activation: Signal;
  /** Mean square of dL/dz, divided by that of the last layer. */
  readonly gradient: number;
  /** Kernel standard deviation that would keep the preactivations' mean square from the layer before. */
  readonly keepingStd: number;
}

interface Forward extends Omit<ExpectedLayer, 'gradient'> {
  /** Divisor of the batch norm before the activation: the variance of a unit over samples, plus epsilon. */
  readonly normalized: number;
  /** E[(da/dz)²], including batch norm after the activation and dropout. */
  readonly passed: number;
}

/**
 * Predicts the mean squares of all layers, forward and backward, and yields once per layer. Three independences are assumed:
 * of kernels and biases from their inputs, of samples from each other, and of the forward pass from the backward pass.
 * Dropout and batch norm count as in training.
 */
export function* expectLayers(
  input: Signal,
  layers: readonly TheoryLayer[],
): Generator<void, ExpectedLayer[]> {
  const forward: Forward[] = [];
  let signal = input;
  // Mean square that reaches the next layer per unit of the preactivation's mean square.
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

const nothing = /* @__PURE__ */ computed(() => ({
  mean: Number.NaN,
  second: Number.NaN,
  slopeSecond: Number.NaN,
}));

/** Returns the signal that the next layer receives. */
function leaving({ batchNorm, dropout }: TheoryLayer, activation: Signal): Signal {
  const variance = varianceOf(activation);
  const { mean, second } =
    batchNorm?.position === 'after'
      ? { mean: 0, second: variance / (variance + batchNorm.epsilon) }
      : activation;
  return { mean, second: second / (1 - dropout) };
}

/** Factor of dropout and a batch norm after the activation on the mean square of a gradient. */
function passing({ batchNorm, dropout }: TheoryLayer, activation: Signal): number {
  const divisor = batchNorm?.position === 'after' ? varianceOf(activation) + batchNorm.epsilon : 1;
  return 1 / (1 - dropout) / divisor;
}

/** Ratio of the outgoing signal's mean square to the preactivation's; for a signal that has died, its limit. */
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

/** Variance, clamped at 0, since rounding can make it negative. */
function varianceOf({ mean, second }: Signal): number {
  return Math.max(0, second - mean * mean);
}

/** Returns true if the mean square of the slope is at most a twentieth of that near 0. */
export function isSaturated(activation: CheckedActivation, slopeSecond: number): boolean {
  if (!(slopeSecond > 0)) return false;
  // Cached, since it is an integral that all layers of a deep network share.
  const near0 = slopesNear0.get(activation) ?? momentsAt(pointwise(activation), LEAST_VARIANCE).slopeSecond;
  slopesNear0.set(activation, near0);
  return slopeSecond <= SATURATED * near0;
}
const SATURATED = 0.05;
const slopesNear0 = new WeakMap<CheckedActivation, number>();
