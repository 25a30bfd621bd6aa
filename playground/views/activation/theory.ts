/** Theory of an activation in a network of given weights. */
import { explainModel } from 'evenkeel';
import { gaussianMoments, type MeanField, meanField, type PointwiseActivation } from 'evenkeel/theory';
import { modelOptions } from '../../engine/model-options.js';
import { type Expected, expectedSignals } from '../../engine/theory.js';
import type { Lab } from '../../engine/view.js';
import { evenly, LN_EDGE, MAP_POINTS } from './axes.js';
import type { Curve } from './curve.js';

/** Numbers of an activation. */
export interface Numbers {
  /** Gain 1 / √E[f²], which keeps a signal at variance 1. */
  readonly gain: number;
  /** Gain 1 / √E[f′²], which keeps the variance of a gradient where z has variance 1. */
  readonly gradientGain: number;
  /** Gain g of the network's weights: its kernels have the variance g² / inputs. */
  readonly weights: number;
  /** Fate of a signal with these weights; absent if theory has no answer, as for weights of 0. */
  readonly field?: MeanField;
  /** Variance of z in the next layer, for MAP_POINTS variances from e^−LN_EDGE to e^LN_EDGE. */
  readonly map: Float64Array;
}

/** Returns the numbers of an activation with the weights and biases of network A. */
export function numbersOf({ state, data, runners }: Lab, activation: PointwiseActivation): Numbers {
  const { options } = runners[0]!;
  const { layers } = explainModel(modelOptions(state, options, data));
  const weights =
    layers[options.depth > 1 ? 1 : 0]!.kernelStd *
    Math.sqrt(options.depth > 1 ? options.width : data.inputSize);
  const [scale, biasVariance] = [weights ** 2, options.biasStd ** 2];
  const { second, slopeSecond } = gaussianMoments(activation, 1);
  const field = attempt(() => meanField({ activation, scale, biasVariance }));
  return {
    gain: 1 / Math.sqrt(second),
    gradientGain: 1 / Math.sqrt(slopeSecond),
    weights,
    map: evenly(LN_EDGE, MAP_POINTS).map(
      (ln) => scale * gaussianMoments(activation, Math.exp(ln)).second + biasVariance,
    ),
    ...(field && { field }),
  };
}

/** Returns theory's ln mean squares by layer for network A with a drawn activation. */
export function expectedOfCurve({ state, data, runners }: Lab, activation: Curve): Expected {
  const { options } = runners[0]!;
  const { depth, width, biasStd } = options;
  const { layers } = explainModel(modelOptions(state, options, data));
  const variance = (l: number) => layers[l]!.kernelStd ** 2;
  // The first layer sees the inputs, whatever the activation is.
  const forward = expectedSignals(state, options, data).forward.slice();
  const backward = new Float64Array(depth + 1);
  const slopes: number[] = [];
  for (let l = 0; l < depth; l++) {
    const { second, slopeSecond } = momentsAt(activation, Math.exp(forward[l]!));
    slopes.push(slopeSecond);
    // Biases of the output layer are 0.
    const bias = l + 1 < depth ? biasStd ** 2 : 0;
    forward[l + 1] = Math.log(width * variance(l + 1) * second + bias);
  }
  for (let l = depth - 1; l >= 0; l--) {
    const behind = l === depth - 1 ? data.classes || 1 : width;
    backward[l] = backward[l + 1]! + Math.log(behind * variance(l + 1) * slopes[l]!);
  }
  return { forward, backward };
}

/** Returns E[f²] and E[f′²] at any variance. A signal of variance 0 is 0 everywhere; after an overflow both are NaN. */
function momentsAt(
  curve: Curve,
  variance: number,
): { readonly second: number; readonly slopeSecond: number } {
  if (variance === 0) return { second: curve.value(0) ** 2, slopeSecond: curve.derivative(0) ** 2 };
  if (!Number.isFinite(variance)) return { second: Number.NaN, slopeSecond: Number.NaN };
  return gaussianMoments(curve, variance);
}

/** Gains between which the edge of chaos is sought. */
const GAINS = [0.05, 50] as const;
/** Halvings of the interval between the logarithms of the gains. */
const BISECTIONS = 24;

/**
 * Seeks the gain at which gradients neither vanish nor explode. It returns undefined if there is none between GAINS.
 * Unlike `criticalGain` it yields after each bisection, because a drawn function takes about a second.
 */
export function* edgeOfChaos(
  activation: PointwiseActivation,
  biasVariance: number,
): Generator<undefined, number | undefined> {
  let [low, high] = GAINS.map(Math.log) as [number, number];
  const phaseAt = (lnGain: number) =>
    meanField({ activation, scale: Math.exp(2 * lnGain), biasVariance }).phase;
  if (phaseAt(low) !== 'ordered' || phaseAt(high) !== 'chaotic') return undefined;
  for (let i = 0; i < BISECTIONS; i++) {
    yield undefined;
    const middle = (low + high) / 2;
    const phase = phaseAt(middle);
    if (phase === 'critical') return Math.exp(middle);
    if (phase === 'ordered') low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

function attempt<Value>(compute: () => Value): Value | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
