import { elements } from '../arrays.js';
import { isArray, knownKeys, notNegativeNumber, positiveNumber, show } from '../errors.js';
import { ln } from '../numbers/elementary.js';
import { momentsAt } from './gaussian.js';
import { type Pointwise, type PointwiseActivation, pointwise } from './pointwise.js';

/** Options of `varianceMap`. */
export interface VarianceMapOptions {
  /**
   * Activation of every layer: a name, the result of leakyRelu() and the like, a function of one number, or
   * { value, derivative, kinks }.
   */
  readonly activation: PointwiseActivation;
  /** Kernel variance times fanIn, > 0: σ_w², or varianceScaling's `scale` with mode 'fanIn'. He's is 2, LeCun's is 1. */
  readonly scale: number;
  /** Variance of the biases, σ_b², ≥ 0; default 0. */
  readonly biasVariance?: number;
}

/** Options of `meanField`. */
export interface MeanFieldOptions extends VarianceMapOptions {
  /** Variance of the inputs, > 0; default 1. The signal starts at q = scale · inputVariance + biasVariance. */
  readonly inputVariance?: number;
}

/** Names of the phases, by the fate of gradients: they vanish, keep their size, or explode. */
export const phases = ['ordered', 'critical', 'chaotic'] as const;
/** Phase of a random network: gradients vanish ('ordered'), keep their size ('critical') or explode ('chaotic'). */
export type Phase = (typeof phases)[number];

/** Fate of a signal in an infinitely deep network, as returned by `meanField`. */
export interface MeanField {
  /** Variance q* to which preactivations converge with depth: 0 if the signal dies, Infinity if it explodes. */
  readonly fixedPoint: number;
  /** Factor per layer on the variance of gradients and on the distance of two similar inputs: χ₁ = scale · E[f′²] at q*. */
  readonly chi: number;
  /**
   * Number of layers over which the variance of gradients changes by a factor of e, |1 / ln χ₁|: Infinity if it stays, 0 if
   * χ₁ is 0.
   */
  readonly depthScale: number;
  /** Phase by χ₁: gradients vanish below 1 and explode above. */
  readonly phase: Phase;
}

/** Tolerance for χ₁ = 1 and for q′ = q, above the error of the fixed points, which bisections find to 1e-9. */
export const CRITICAL = 1e-6;
/**
 * A variance below SINKING that shrinks by less than CRITICAL per layer counts as 0; one above RISING that grows as slowly
 * counts as ∞.
 */
const SINKING = 1e-4;
const RISING = 1e4;
/** Variances that count as 0 and as ∞, where the search ends. */
const DIES = 1e-18;
const EXPLODES = 1e18;
/** Number of bisections of an interval of ln q, or of the interval of all gains: to 1e-9 and 1e-8. */
const BISECTIONS = 30;

/**
 * Returns the map of the preactivations' variance from one layer to the next at infinite width, q ↦ scale · E[f(√q z)²] +
 * biasVariance. Poole et al. 2016, eq. 3.
 *
 * @returns  a function of q ≥ 0
 * @throws TypeError   if an option is missing, unknown or of the wrong type
 * @throws RangeError  if `scale` is not > 0 and finite, or `biasVariance` not ≥ 0 and finite
 */
export function varianceMap(options: VarianceMapOptions): (q: number) => number {
  knownKeys('options', options, ['activation', 'scale', 'biasVariance']);
  const { f, scale, biasVariance } = checkMap(options);
  return (q) => step(f, scale, biasVariance, notNegativeNumber('q', q));
}

/**
 * Finds the variance to which a signal converges with depth, and what happens to its gradients there. If there are several
 * fixed points, it is the one that the input's variance leads to; relu with scale 2 keeps any variance. Poole et al. 2016;
 * Schoenholz et al. 2017 (arXiv 1611.01232).
 *
 * @throws TypeError   if an option is missing, unknown or of the wrong type
 * @throws RangeError  if `scale` or `inputVariance` is not > 0 and finite, or `biasVariance` not ≥ 0 and finite
 */
export function meanField(options: MeanFieldOptions): MeanField {
  knownKeys('options', options, ['activation', 'scale', 'biasVariance', 'inputVariance']);
  const { f, scale, biasVariance } = checkMap(options);
  return fate(f, scale, biasVariance, checkInput(options.inputVariance));
}

/** Options of `criticalGain`. */
export interface CriticalGainOptions {
  /** Variance of the biases, σ_b², ≥ 0; default 0. */
  readonly biasVariance?: number;
  /** Variance of the inputs, > 0; default 1. */
  readonly inputVariance?: number;
}

const LEAST_GAIN = 1e-3;
const MOST_GAIN = 1e3;

/**
 * Finds the gain at the edge of chaos: the smallest σ_w = √scale at which gradients do not vanish with depth, χ₁ = 1. It is
 * √2 for relu and 1 for tanh without bias. With gelu the signal dies below a gain and explodes above it, so that χ₁ jumps
 * past 1; the result is then the gain of the jump.
 *
 * @param activation  a name, the result of leakyRelu() and the like, a function of one number, or
 *                    { value, derivative, kinks }
 * @throws TypeError   if activation is none of these, or an option is unknown or of the wrong type
 * @throws RangeError  if an option is out of range, or gradients vanish at every gain from 0.001 to 1000, as with 'step', or
 *                     at none
 */
export function criticalGain(activation: PointwiseActivation, options: CriticalGainOptions = {}): number {
  knownKeys('options', options, ['biasVariance', 'inputVariance']);
  const { f, biasVariance } = checkMap({ ...options, activation, scale: 1 });
  const inputVariance = checkInput(options.inputVariance);
  // The threshold is just below 1, where χ₁ crosses at an angle. Above the critical gain it may leave 1 along a tangent, as
  // with tanh.
  const vanishes = (g: number) => fate(f, g * g, biasVariance, inputVariance).chi < 1 - CRITICAL / 10;
  let [low, high] = [LEAST_GAIN, MOST_GAIN];
  if (!vanishes(low) || vanishes(high)) {
    const when = vanishes(low) ? 'every' : 'no';
    throw new RangeError(
      `activation: expected a gain at which χ₁ is 1, but gradients of ${f.shown} vanish at ${when} gain from ${low} to ${high}`,
    );
  }
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = Math.sqrt(low * high);
    if (vanishes(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Options of `phaseTable`. */
export interface PhaseTableOptions {
  /** Activation of every layer, as in {@link VarianceMapOptions}. */
  readonly activation: PointwiseActivation;
  /** Gains σ_w = √scale, each > 0. */
  readonly gains: readonly number[];
  /** Standard deviations σ_b of the biases, each ≥ 0; default [0]. */
  readonly biasStds?: readonly number[];
  /** Variance of the inputs, > 0; default 1. */
  readonly inputVariance?: number;
}

/** Mean field of one pair of gain and bias deviation. */
export interface PhaseTableRow extends MeanField {
  /** Gain σ_w of this row. */
  readonly gain: number;
  /** Standard deviation σ_b of the biases of this row. */
  readonly biasStd: number;
}

/**
 * Computes the phase diagram over (σ_w, σ_b): one row for each gain with each standard deviation of the bias, gains
 * outermost.
 *
 * @throws TypeError   if an option is missing, unknown or of the wrong type
 * @throws RangeError  if a gain or `inputVariance` is not > 0 and finite, or a bias deviation not ≥ 0 and finite
 */
export function phaseTable(options: PhaseTableOptions): PhaseTableRow[] {
  knownKeys('options', options, ['activation', 'gains', 'biasStds', 'inputVariance']);
  const f = pointwise(options.activation);
  const gains = numbers('gains', options.gains, positiveNumber);
  const biasStds = numbers('biasStds', options.biasStds ?? [0], notNegativeNumber);
  const inputVariance = checkInput(options.inputVariance);
  return gains.flatMap((gain) =>
    biasStds.map((biasStd) =>
      Object.freeze({ gain, biasStd, ...fate(f, gain * gain, biasStd * biasStd, inputVariance) }),
    ),
  );
}

function fate(f: Pointwise, scale: number, biasVariance: number, inputVariance: number): MeanField {
  const fixedPoint = settledVariance(f, scale, biasVariance, inputVariance);
  const chi = scale * momentsAt(f, fixedPoint).slopeSecond;
  const critical = Math.abs(chi - 1) <= CRITICAL;
  return Object.freeze({
    fixedPoint,
    chi,
    depthScale: critical ? Infinity : chi === 0 ? 0 : 1 / Math.abs(ln(chi)),
    phase: critical ? 'critical' : chi < 1 ? 'ordered' : 'chaotic',
  });
}

/** Returns the variance of the preactivations that inputs of a variance lead to: 0 if the signal dies, Infinity if it explodes. */
export function settledVariance(f: Pointwise, scale: number, biasVariance: number, inputVariance: number) {
  return settle((q) => step(f, scale, biasVariance, q), scale * inputVariance + biasVariance);
}

function step(f: Pointwise, scale: number, biasVariance: number, q: number): number {
  return scale * momentsAt(f, q).second + biasVariance;
}

/**
 * Finds the fixed point that the map leads to from `start`. It marches by factors of 2 until the map turns, then bisects ln
 * q.
 */
function settle(map: (q: number) => number, start: number): number {
  const ratio = map(start) / start;
  if (Math.abs(ratio - 1) <= CRITICAL) return start;
  const factor = ratio > 1 ? 2 : 0.5;
  const goesOn = (growth: number) => (ratio > 1 ? growth > 1 : growth < 1);
  let near = start;
  let far = start * factor;
  for (let growth = map(far) / far; goesOn(growth); growth = map(far) / far) {
    const slow = Math.abs(growth - 1) < CRITICAL;
    if (far > EXPLODES || (far > RISING && slow)) return Infinity;
    if (far < DIES || (far < SINKING && slow)) return 0;
    near = far;
    far *= factor;
  }
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = Math.sqrt(near * far);
    if (goesOn(map(middle) / middle)) near = middle;
    else far = middle;
  }
  return Math.sqrt(near * far);
}

/** Checks the options of a map. @throws TypeError or RangeError that opens with the option's name */
export function checkMap({ activation, scale, biasVariance = 0 }: VarianceMapOptions) {
  const f = pointwise(activation);
  positiveNumber('scale', scale);
  notNegativeNumber('biasVariance', biasVariance);
  return { f, scale, biasVariance };
}

/** Checks the variance of the inputs; default 1. @throws TypeError or RangeError that opens with `inputVariance` */
export function checkInput(inputVariance: unknown = 1): number {
  return positiveNumber('inputVariance', inputVariance);
}

function numbers(argument: string, values: unknown, check: typeof positiveNumber): number[] {
  if (!isArray(values)) throw new TypeError(`${argument}: expected an array of numbers, got ${show(values)}`);
  return elements(values, values.length).map((value, i) => check(`${argument}[${i}]`, value));
}
