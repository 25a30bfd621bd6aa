import { elements } from '../arrays.js';
import { knownKeys, notNegativeNumber, positiveNumber, show } from '../errors.js';
import { ln } from '../numbers/elementary.js';
import { momentsAt } from './gaussian.js';
import { type Pointwise, type PointwiseActivation, pointwise } from './pointwise.js';

export interface VarianceMapOptions {
  /** Activation of every layer: a name, leakyRelu() and the like, or a function of one number. */
  readonly activation: PointwiseActivation;
  /** The kernel's variance times fanIn, > 0: σ_w², and varianceScaling's `scale` with mode 'fanIn'; 2 is He's, 1 LeCun's. */
  readonly scale: number;
  /** Of the bias's values, ≥ 0: σ_b². Default 0. */
  readonly biasVariance?: number;
}

export interface MeanFieldOptions extends VarianceMapOptions {
  /** Of the input's values, > 0: where the signal starts, at q = scale · inputVariance + biasVariance. Default 1. */
  readonly inputVariance?: number;
}

export const phases = ['ordered', 'critical', 'chaotic'] as const;
export type Phase = (typeof phases)[number];

/** The fate of a signal in a network without end. */
export interface MeanField {
  /** q*, the variance of preactivations that layer upon layer comes to; 0 where it dies, Infinity where it explodes. */
  readonly fixedPoint: number;
  /** χ₁ = scale · E[f′²] at q*: the factor a layer on the variance of gradients, and on the distance of two near inputs. */
  readonly chi: number;
  /** |1 / ln χ₁|: layers over which that variance changes by a factor of e; Infinity where it does not, 0 where χ₁ is 0. */
  readonly depthScale: number;
  /** Gradients vanish (χ₁ < 1), stay, or explode. */
  readonly phase: Phase;
}

/** χ₁ this near to 1 is critical, and q this near to what it was stays: the f32 kernels and their quadrature keep 1e-7. */
const CRITICAL = 1e-6;
/** Below the one, a variance that sinks by less than CRITICAL a layer counts as 0; above the other, one that rises so slowly as ∞. */
const SINKING = 1e-4;
const RISING = 1e4;
/** Where the march up or down ends: as good as 0 and as ∞. */
const DIES = 1e-18;
const EXPLODES = 1e18;
/** Halvings of an interval of ln q, or of that of all gains: to 1e-9 and 1e-8. */
const BISECTIONS = 30;

/**
 * How the variance of preactivations goes from one layer to the next at infinite width:
 * q ↦ scale · E[f(√q z)²] + biasVariance. Poole et al. 2016, eq. 3.
 *
 * @returns  a function of q ≥ 0
 * @throws TypeError or RangeError that opens with the option
 */
export function varianceMap(options: VarianceMapOptions): (q: number) => number {
  knownKeys('options', options, ['activation', 'scale', 'biasVariance']);
  const { f, scale, biasVariance } = checkMap(options);
  return (q) => step(f, scale, biasVariance, notNegativeNumber('q', q));
}

/**
 * Where the variance of a signal ends, and what becomes of its gradients there. Of several fixed points it is the one that the
 * input's variance leads to: relu with scale 2 keeps what it starts with. Poole et al. 2016; Schoenholz et al. 2017
 * (arXiv 1611.01232).
 *
 * @throws TypeError or RangeError that opens with the option
 */
export function meanField(options: MeanFieldOptions): MeanField {
  knownKeys('options', options, ['activation', 'scale', 'biasVariance', 'inputVariance']);
  const { f, scale, biasVariance } = checkMap(options);
  return fate(f, scale, biasVariance, checkInput(options.inputVariance));
}

export interface CriticalGainOptions {
  /** Of the bias's values, ≥ 0; default 0. */
  readonly biasVariance?: number;
  /** Of the input's values, > 0; default 1. */
  readonly inputVariance?: number;
}

const LEAST_GAIN = 1e-3;
const MOST_GAIN = 1e3;

/**
 * The gain at the edge of chaos: the least σ_w = √scale at which gradients no longer vanish with depth, χ₁ = 1. √2 for relu,
 * 1 for tanh without bias. Where χ₁ jumps past 1, as with gelu, whose signal dies below and explodes above, it is where it
 * jumps.
 *
 * @throws RangeError  if gradients vanish at every gain from 0.001 to 1000, as with 'step', or at none
 */
export function criticalGain(activation: PointwiseActivation, options: CriticalGainOptions = {}): number {
  knownKeys('options', options, ['biasVariance', 'inputVariance']);
  const { f, biasVariance } = checkMap({ ...options, activation, scale: 1 });
  const inputVariance = checkInput(options.inputVariance);
  // Just below 1, where χ₁ meets it at an angle; above, it may leave it along a tangent, as that of tanh does.
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

export interface PhaseTableOptions {
  /** Activation of every layer: a name, leakyRelu() and the like, or a function of one number. */
  readonly activation: PointwiseActivation;
  /** σ_w = √scale of each row, > 0. */
  readonly gains: readonly number[];
  /** σ_b of each row, ≥ 0; default [0]. */
  readonly biasStds?: readonly number[];
  /** Of the input's values, > 0; default 1. */
  readonly inputVariance?: number;
}

export interface PhaseTableRow extends MeanField {
  readonly gain: number;
  readonly biasStd: number;
}

/** The phase diagram over (σ_w, σ_b): a row for each gain with each standard deviation of the bias, gains outermost. */
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
  const map = (q: number) => step(f, scale, biasVariance, q);
  const fixedPoint = settle(map, scale * inputVariance + biasVariance);
  const chi = scale * momentsAt(f, fixedPoint).slopeSecond;
  const critical = Math.abs(chi - 1) <= CRITICAL;
  return Object.freeze({
    fixedPoint,
    chi,
    depthScale: critical ? Infinity : chi === 0 ? 0 : 1 / Math.abs(ln(chi)),
    phase: critical ? 'critical' : chi < 1 ? 'ordered' : 'chaotic',
  });
}

function step(f: Pointwise, scale: number, biasVariance: number, q: number): number {
  return scale * momentsAt(f, q).second + biasVariance;
}

/** The fixed point that the map leads to from `start`: march by factors of 2 until it turns, then halve the interval of ln q. */
function settle(map: (q: number) => number, start: number): number {
  const ratio = map(start) / start;
  if (Math.abs(ratio - 1) <= CRITICAL) return start;
  const factor = ratio > 1 ? 2 : 0.5;
  const goesOn = (q: number) => (ratio > 1 ? map(q) > q : map(q) < q);
  let near = start;
  let far = start * factor;
  while (goesOn(far)) {
    const slow = Math.abs(map(far) / far - 1) < CRITICAL;
    if (far > EXPLODES || (far > RISING && slow)) return Infinity;
    if (far < DIES || (far < SINKING && slow)) return 0;
    near = far;
    far *= factor;
  }
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = Math.sqrt(near * far);
    if (goesOn(middle)) near = middle;
    else far = middle;
  }
  return Math.sqrt(near * far);
}

function checkMap({ activation, scale, biasVariance = 0 }: VarianceMapOptions) {
  const f = pointwise(activation);
  positiveNumber('scale', scale);
  notNegativeNumber('biasVariance', biasVariance);
  return { f, scale, biasVariance };
}

function checkInput(inputVariance: unknown = 1): number {
  return positiveNumber('inputVariance', inputVariance);
}

function numbers(argument: string, values: unknown, check: typeof positiveNumber): number[] {
  if (!Array.isArray(values))
    throw new TypeError(`${argument}: expected an array of numbers, got ${show(values)}`);
  return elements(values, values.length).map((value, i) => check(`${argument}[${i}]`, value));
}
