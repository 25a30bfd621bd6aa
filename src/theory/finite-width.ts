import { knownKeys, notNegativeNumber, positiveNumber, wholeNumber } from '../errors.js';
import { ln } from '../numbers/elementary.js';
import { meanLogGamma, varianceLogGamma } from '../numbers/gamma.js';
import { exp } from '../numbers/normal.js';
import { atOnce } from '../turns.js';
import { degreeAt, momentsAt, withinReach } from './gaussian.js';
import { type Pointwise, type PointwiseActivation, pointwise } from './pointwise.js';
import type { LogExpectation } from './propagation.js';

/** Options of `logVariance`. */
export interface LogVarianceOptions {
  /**
   * Activation of every hidden layer: a name, the result of leakyRelu() and the like, a function of one number, or
   * { value, derivative, kinks }.
   */
  readonly activation: PointwiseActivation;
  /** Variance of the hidden kernels' values, > 0. He's is 2 / width. */
  readonly kernelVariance: number;
  /** Variance of the output kernel's values, > 0; default `kernelVariance`. It differs for initializers that use fanOut. */
  readonly outputVariance?: number;
  /** Number of units of each hidden layer, ≥ 2. */
  readonly width: number;
  /** Number of hidden layers, 1 to 100 000. */
  readonly depth: number;
  /** Variance of the biases, ≥ 0; default 0. */
  readonly biasVariance?: number;
  /** Number of inputs, ≥ 1; default `width`. */
  readonly inputSize?: number;
  /** Variance of the inputs, > 0; default 1. */
  readonly inputVariance?: number;
}

/** Statistics of ln q at one layer. q is the variance of a unit's preactivation, given the layer before. */
interface Step {
  /** ln q at infinite width. */
  readonly logVariance: number;
  /** Shift of the mean of ln q at this width. */
  readonly shift: number;
  /** Variance of ln q at this width. */
  readonly spread: number;
  /** Derivative of the next layer's ln q by this layer's. */
  readonly contraction: number;
  /** Variance of the noise that this layer adds to the next layer's ln q. */
  readonly noise: number;
  /** Covariance of that noise with ln of the slopes' mean square. */
  readonly covariance: number;
  /** Share of the next layer's q that comes through its kernel; the rest is its bias. */
  readonly kept: number;
  readonly moments: LogMoments;
  /** E[z f f′]² / (q E[f²] E[f′²]) */
  readonly alignment: number;
  /** Derivatives of ln E[f′²] by ln q. */
  readonly slopeChange: Derivatives;
}

interface Derivatives {
  readonly first: number;
  readonly second: number;
}

/** Moments of an activation at one variance of z; `second` and `slopeSecond` are logarithms. */
interface LogMoments {
  readonly second: number;
  readonly slopeSecond: number;
  /** Var[f²] / E[f²]² */
  readonly spread: number;
  /** Var[(y f′)²] / E[(y f′)²]², with y ~ N(0, 1) */
  readonly slopeSpread: number;
  /** Covariance of f² and (y f′)², divided by the product of their means. */
  readonly covariance: number;
  /** E[f²] / (q E[f′²]); 0 without a slope. */
  readonly stiffness: number;
}

/** Step in ln q for derivatives by differences, whose rounding is divided by its square. */
const STEP = 0.1;

/**
 * Predicts ln variance of preactivations and gradients for each hidden layer: the expected value, and mean and spread over
 * random networks of this width. Inputs are N(0, inputVariance), kernels are normal, and the gradient is 1 at a single linear
 * output.
 *
 * The mean of n squared activations counts as a Gamma variable. A layer therefore shifts ln variance by about −κ/(2n) and
 * adds κ/n to its variance, with κ = E[f⁴]/E[f²]² − 1, which is 5 for relu. The derivative d ln q′/d ln q says how much of a
 * deviation the next layer keeps. Results are good to first order in 1/width while the spread is small. Where that
 * derivative is above 1, deviations grow from layer to layer and soon exceed what is predicted here.
 *
 * @returns  one entry per hidden layer, first layer first; variances are over the units of a layer
 * @throws TypeError   if an option is missing, unknown or of the wrong type
 * @throws RangeError  if a number is out of range
 */
export function logVariance(options: LogVarianceOptions): LogExpectation[] {
  return atOnce(logVarianceSteps(options));
}

/** Predicts the same as {@link logVariance}, but yields once per layer. @throws TypeError or RangeError that names the option */
export function* logVarianceSteps(options: LogVarianceOptions): Generator<void, LogExpectation[]> {
  knownKeys('options', options, [
    'activation',
    'kernelVariance',
    'outputVariance',
    'width',
    'depth',
    'biasVariance',
    'inputSize',
    'inputVariance',
  ]);
  const f = pointwise(options.activation);
  const width = wholeNumber('width', options.width, 2);
  const depth = checkDepth(options.depth);
  const kernelVariance = positiveNumber('kernelVariance', options.kernelVariance);
  const outputVariance = positiveNumber('outputVariance', options.outputVariance ?? kernelVariance);
  const inputSize = wholeNumber('inputSize', options.inputSize ?? width, 1);
  const inputVariance = positiveNumber('inputVariance', options.inputVariance ?? 1);
  const biasVariance = notNegativeNumber('biasVariance', options.biasVariance ?? 0);

  const lnKernel = ln(kernelVariance);
  const map: LayerMap = { f, lnScale: lnKernel + ln(width), lnBias: ln(biasVariance), width };
  const lnInput = lnKernel + ln(inputSize) + ln(inputVariance);
  const steps = yield* forwards(map, depth, inputSize, lnInput);
  const backward = yield* backwards(map, steps, ln(outputVariance));
  // The population variance of n normal values is q times a Gamma variable of mean 1 − 1/n.
  const centred = ln(1 - 1 / width);
  const shape = (width - 1) / 2;
  const shiftOfUnits = centred + meanLogGamma(shape);
  const spreadOfUnits = varianceLogGamma(shape);
  return steps.map(({ logVariance, shift, spread }, l) => ({
    forward: logVariance,
    forwardMean: moved(logVariance, shift + shiftOfUnits),
    forwardStd: Math.sqrt(spread + spreadOfUnits),
    backward: backward[l]!.logVariance,
    backwardMean: moved(backward[l]!.logVariance, backward[l]!.shift + centred),
    backwardStd: Math.sqrt(backward[l]!.spread),
  }));
}

/** Adds a shift. An infinite logarithm stays infinite, even if the shift is infinite with the other sign. */
function moved(logVariance: number, shift: number): number {
  return Number.isFinite(logVariance) ? logVariance + shift : logVariance;
}

/** Map of the variance from one layer to the next. */
interface LayerMap {
  readonly f: Pointwise;
  /** ln(width · kernelVariance) */
  readonly lnScale: number;
  readonly lnBias: number;
  readonly width: number;
}

function* forwards(
  map: LayerMap,
  depth: number,
  inputSize: number,
  lnInput: number,
): Generator<void, Step[]> {
  const { f, width } = map;
  const steps: Step[] = [];
  // |x|² is a Gamma variable of shape inputSize / 2; a bias dilutes it.
  let logVariance = lnOfSum(lnInput, map.lnBias);
  const share = exp(lnInput - logVariance);
  let shift = dilutedShift(inputSize / 2, share);
  let spread = share * share * varianceLogGamma(inputSize / 2);
  for (let l = 0; l < depth; l++) {
    yield;
    const around = [-STEP, 0, STEP].map((step) => logMoments(f, logVariance + step));
    const moments = around[1]!;
    const lnKept = map.lnScale + moments.second;
    const next = lnOfSum(lnKept, map.lnBias);
    // Infinite logarithms compare equal here, where their difference would be NaN.
    const kept = lnKept === next ? 1 : exp(lnKept - next);
    const shape = width / moments.spread;
    const noise = kept * kept * varianceLogGamma(shape);
    const covariance = (kept * moments.covariance) / width;
    const degree = f.homogeneous?.degree;
    const [stretch, slopeChange] =
      degree === undefined
        ? [derivatives(around.map(({ second }) => second)), derivatives(around.map((m) => m.slopeSecond))]
        : [constant(degree), constant(degree - 1)];
    const contraction = kept * stretch.first;
    const curvature = kept * (stretch.second + (1 - kept) * stretch.first * stretch.first);
    // E[z f f′] is E[f²] times d ln E[f²] / d ln q.
    const alignment = stretch.first * stretch.first * moments.stiffness;
    const passed = { contraction, noise, covariance, kept, alignment };
    steps.push({ logVariance, shift, spread, moments, slopeChange, ...passed });
    shift = contraction * shift + times(curvature, spread) / 2 + dilutedShift(shape, kept);
    spread = contraction * contraction * spread + noise;
    logVariance = next;
  }
  return steps;
}

/**
 * Returns the derivatives of the logarithm of a power of q, which is linear in ln q. They are exact at any q, where a difference
 * of large logarithms has no digits left.
 */
function constant(first: number): Derivatives {
  return { first, second: 0 };
}

/** Returns central differences of three values a STEP apart. */
function derivatives([below, middle, above]: readonly number[]): Derivatives {
  // A function without slope has gradient 0 at any q.
  if (middle === -Infinity) return { first: 0, second: 0 };
  return {
    first: (above! - below!) / (2 * STEP),
    second: (above! - 2 * middle! + below!) / (STEP * STEP),
  };
}

/** Returns the mean of ln(1 − share + share · X) for a Gamma variable X of mean 1, to second order in the spread of X. */
function dilutedShift(shape: number, share: number): number {
  return share * share * meanLogGamma(shape);
}

interface BackwardStep {
  readonly logVariance: number;
  readonly shift: number;
  readonly spread: number;
}

/**
 * Sums ln of the mean square gradient over the layers above. Each layer adds noise η of its own and c · δ, where δ is the
 * deviation of ln q there. From the last layer down the sum is kept as a · δ + N, with N independent of δ.
 */
function* backwards(
  map: LayerMap,
  steps: readonly Step[],
  lnOutput: number,
): Generator<void, BackwardStep[]> {
  const result: BackwardStep[] = new Array(steps.length);
  // Above the last hidden layer there is only the output.
  let logVariance = lnOutput - map.lnScale;
  let shift = 0;
  let slope = 0;
  let independent = 0;
  // (zᵀ dL/dz)² / (q |dL/dz|²) − 1. The kernel that made z from a also carries the gradient back, and changes its part along
  // a by this share.
  let tie = 0;
  for (let l = steps.length - 1; l >= 0; l--) {
    yield;
    const { moments, slopeChange, contraction, noise, covariance, ...q } = steps[l]!;
    const above = steps[l + 1];
    // (zᵀ dL/dz)² is at most width · q · |dL/dz|².
    const tied = above === undefined ? 0 : q.kept * (2 * above.slopeChange.first + above.alignment * tie);
    tie = Math.min(tied, map.width - 1);
    const shape = map.width / moments.slopeSpread;
    independent += varianceLogGamma(shape) + slope * slope * noise + 2 * slope * covariance;
    slope = slopeChange.first + slope * contraction;
    logVariance += map.lnScale + moments.slopeSecond;
    shift +=
      meanLogGamma(shape) + times(slopeChange.first, q.shift) + times(slopeChange.second, q.spread) / 2;
    shift += ((1 + moments.covariance) * tie) / map.width;
    result[l] = { logVariance, shift, spread: slope * slope * q.spread + independent };
  }
  return result;
}

function logMoments(f: Pointwise, logVariance: number): LogMoments {
  const variance = exp(logVariance);
  const inner = withinReach(f, variance);
  const { second, fourth, slopeSecond, slopeFourth, mixed } = momentsAt(f, inner);
  const noSlope = slopeSecond === 0;
  // Logarithms, since a deep network's variance leaves the range of f64.
  const outside = inner === variance ? 0 : logVariance - ln(inner);
  const degree = outside === 0 ? 0 : degreeAt(f, inner, second);
  const slopeDegree = degree === 0 ? 0 : degree - 1;
  return {
    second: ln(second) + times(degree, outside),
    slopeSecond: ln(slopeSecond) + times(slopeDegree, outside),
    // If f is almost constant, rounding could make this negative.
    spread: Math.max(0, fourth / (second * second) - 1),
    slopeSpread: noSlope ? 0 : (3 * slopeFourth) / (slopeSecond * slopeSecond) - 1,
    covariance: noSlope ? 0 : mixed / (second * slopeSecond) - 1,
    // The powers of q cancel unless f is constant there.
    stiffness: noSlope ? 0 : (second / (slopeSecond * inner)) * (degree === 0 ? exp(-outside) : 1),
  };
}

/** Returns a product in which 0 · ∞ is 0. Logarithms and spreads of deep networks can be infinite. */
function times(a: number, b: number): number {
  return a === 0 ? 0 : a * b;
}

/** ln(e^a + e^b) */
function lnOfSum(a: number, b: number): number {
  const [low, high] = a < b ? [a, b] : [b, a];
  return low === -Infinity ? high : high + ln(1 + exp(low - high));
}

/** Upper limit for depth. One layer takes a fraction of a millisecond, and more layers would seem to hang. */
const MOST_LAYERS = 100_000;

/** Returns a valid depth. @throws TypeError or RangeError that opens with `depth` */
export function checkDepth(value: unknown): number {
  const depth = wholeNumber('depth', value, 1);
  if (depth > MOST_LAYERS) throw new RangeError(`depth: expected at most ${MOST_LAYERS}, got ${depth}`);
  return depth;
}
