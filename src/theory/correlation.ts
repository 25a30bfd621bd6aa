/** Correlation of two inputs from layer to layer of a random network at infinite width. */
import { knownKeys, numberAt, positiveNumber, show } from '../errors.js';
import { formatDigits } from '../format.js';
import { ln } from '../numbers/elementary.js';
import { withinReach } from './gaussian.js';
import {
  CRITICAL,
  checkInput,
  checkMap,
  type MeanFieldOptions,
  settledVariance,
  type VarianceMapOptions,
} from './mean-field.js';
import { meanSquare, pairMoments } from './pairs.js';
import type { Pointwise } from './pointwise.js';

/** Options of `correlationMap`. */
export interface CorrelationMapOptions extends VarianceMapOptions {
  /**
   * Variance q of the preactivations, the same for both inputs, > 0. Default: the fixed point of the variance that inputs of
   * variance 1 lead to. A signal that dies or explodes has its limit there.
   */
  readonly variance?: number;
}

/** Options of `correlationField`. */
export interface CorrelationFieldOptions extends MeanFieldOptions {
  /** Correlation of the two inputs, 0 to 1; default 0. */
  readonly inputCorrelation?: number;
}

/** Fate of the correlation of two inputs in an infinitely deep network, as returned by `correlationField`. */
export interface CorrelationField {
  /** Variance q* of the preactivations at which the correlations are computed, as `meanField` returns it. */
  readonly variance: number;
  /** Correlation c* to which two inputs converge with depth. At 1 the network no longer tells them apart. */
  readonly fixedPoint: number;
  /** Slope of the map at c*, the factor per layer on a small distance from c*. Where c* is 1 it is χ₁ of `meanField`. */
  readonly slope: number;
  /** Number of layers over which the distance from c* changes by a factor of e, ξ_c = |1 / ln slope|; Infinity if it stays. */
  readonly depthScale: number;
}

/**
 * Returns the map of the correlation of two inputs from one layer's preactivations to the next's, at infinite width:
 * c ↦ (scale · E[f(u) f(v)] + biasVariance) / (scale · E[f(u)²] + biasVariance), for u and v ~ N(0, q) with correlation c. Poole
 * et al. 2016, eq. 5. For relu and other powers of z it is the arc-cosine kernel of Cho & Saul 2009 in closed form.
 *
 * @returns  a function of c, −1 to 1
 * @throws TypeError   if an option is missing, unknown or of the wrong type
 * @throws RangeError  if `scale` or `variance` is not > 0 and finite, or `biasVariance` not ≥ 0 and finite, or if E[f²] gives two
 *                     inputs no correlation, because all preactivations are 0 or infinite
 */
export function correlationMap(options: CorrelationMapOptions): (c: number) => number {
  knownKeys('options', options, ['activation', 'scale', 'biasVariance', 'variance']);
  const { f, scale, biasVariance } = checkMap(options);
  const variance =
    options.variance === undefined
      ? settledVariance(f, scale, biasVariance, 1)
      : positiveNumber('variance', options.variance);
  const at = layerAt(f, scale, biasVariance, variance);
  return (c) => at(checkCorrelation('c', c, -1)).next;
}

/**
 * Finds the correlation to which two inputs converge with depth, and how fast. In the ordered phase it is 1, and the network no
 * longer tells inputs apart beyond a few depth scales; in the chaotic phase it is below 1, and similar inputs are driven apart.
 * Schoenholz et al. 2017 (arXiv 1611.01232) trained networks of up to about six depth scales.
 *
 * Linear layers without biases keep the correlation of the inputs. Relu with scale 2 is critical: its slope at 1 is 1, and the
 * distance from 1 falls as 9π² / 2l² with the layer l instead of exponentially.
 *
 * @throws TypeError   if an option is missing, unknown or of the wrong type
 * @throws RangeError  if a number is out of range, or if E[f²] gives two inputs no correlation
 */
export function correlationField(options: CorrelationFieldOptions): CorrelationField {
  knownKeys('options', options, ['activation', 'scale', 'biasVariance', 'inputVariance', 'inputCorrelation']);
  const { f, scale, biasVariance } = checkMap(options);
  const inputVariance = checkInput(options.inputVariance);
  const inputs = checkCorrelation('inputCorrelation', options.inputCorrelation ?? 0, 0);
  const variance = settledVariance(f, scale, biasVariance, inputVariance);
  const at = layerAt(f, scale, biasVariance, variance);
  const start = (scale * inputVariance * inputs + biasVariance) / (scale * inputVariance + biasVariance);
  const fixedPoint = converged((c) => at(c).next, start, at(1).slope);
  const { slope } = at(fixedPoint);
  const critical = Math.abs(slope - 1) <= CRITICAL;
  const depthScale = critical ? Infinity : slope <= 0 ? 0 : 1 / Math.abs(ln(slope));
  return Object.freeze({ variance, fixedPoint, slope, depthScale });
}

/** Returns a function that computes the next layer's correlation and its slope at c. */
function layerAt(f: Pointwise, scale: number, biasVariance: number, variance: number) {
  const explodes = variance === Infinity;
  // Beyond the range of the quadrature, ratios are those at its end; those of a power of z hold at any variance.
  const inner = f.homogeneous && !explodes && variance > 0 ? variance : withinReach(f, variance);
  // A bias is lost beside a signal that explodes.
  const whole = scale * meanSquare(f, inner) + (explodes ? 0 : biasVariance);
  if (!(whole > 0 && whole < Infinity)) {
    const at = formatDigits(inner, 3);
    throw new RangeError(
      `activation: expected preactivations > 0 and finite, to have a correlation, got scale · E[f²] + biasVariance = ${whole} for ${f.shown} at a variance of ${at}`,
    );
  }
  return (c: number) => {
    const { difference, slope } = pairMoments(f, inner, c);
    // Rounding may lead beyond −1 and 1.
    const next = Math.min(1, Math.max(-1, 1 - (scale * difference) / whole));
    return { next, slope: (scale * slope) / whole };
  };
}

/** Distance from 1 at which the slope of the map is measured by a difference, for functions that jump. */
const NEAR = 1e-6;
/** Distance within which the map counts as the identity. */
const SAME = 1e-6;
const BISECTIONS = 40;

/**
 * Returns the correlation that the map leads to from a start ≥ 0. The map is a power series with coefficients ≥ 0 (Daniely et
 * al. 2016), hence convex. If its slope at 1 exceeds 1, it has one fixed point below 1, and everything but 1 goes there.
 */
function converged(map: (c: number) => number, start: number, slopeAt1: number): number {
  if (start === 1) return 1;
  // The derivative of a jump is not in E[f′²], but the difference quotient, which is no larger than the slope, has it.
  const quotient = (1 - map(1 - NEAR)) / NEAR;
  if (slopeAt1 <= 1 + CRITICAL && quotient <= 1 + CRITICAL + NEAR) {
    return Math.abs(map(start) - start) <= SAME && Math.abs(map(start / 2) - start / 2) <= SAME ? start : 1;
  }
  let [low, high] = [0, 1];
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (map(middle) > middle) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function checkCorrelation(argument: string, value: unknown, least: -1 | 0): number {
  const number = numberAt(argument, value);
  if (number >= least && number <= 1) return number;
  throw new RangeError(`${argument}: expected a number from ${least} to 1, got ${show(value)}`);
}
