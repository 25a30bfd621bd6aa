/**
 * Powers, a cosine, an arccosine and a logarithm in f64. They use only + − × ÷ √, which every engine rounds alike, because the results scale
 * every training step.
 */

import { exponentOf, powerOfTwo } from './exponents.js';

/** ln 2 in two parts; k · LN2_HIGH is exact for every exponent k. */
export const LN2_HIGH = 6.9314718036912382e-1;
export const LN2_LOW = 1.9082149292705877e-10;

/** Unevaluated sum of two doubles with |low| ≤ ulp(high)/2: about 106 bits. */
interface Pair {
  readonly high: number;
  readonly low: number;
}

/** 2²⁷ + 1; the product with it splits a double into halves of 26 bits (Veltkamp). */
const SPLITTER = 134217729;
/** Bound of the result. Above it the product with SPLITTER could overflow, so that the result counts as infinite. */
const LARGEST = 1e300;
/** Number of fraction bits of the exponent. base^(2⁻⁶⁴) is 1 to less than an ulp for every finite base. */
const FRACTION_BITS = 64;
/** Last term of sin x for |x| ≤ π/4; the next one is below 1e-19. */
const LAST_SINE_TERM = 17;
/** Last term of artanh t for |t| ≤ 0.1716; the next one is below 1e-19. */
const LAST_ARTANH_TERM = 23;

/**
 * scale · base^(numerator/denominator), within an ulp; Infinity above 1e300. The whole part of the exponent is done by squaring,
 * its fraction bit by bit by square roots, so that not even the quotient is rounded.
 *
 * @param scale        > 0
 * @param base         > 0
 * @param numerator    whole number ≥ 0
 * @param denominator  whole number ≥ 1
 */
export function scaledPower(scale: number, base: number, numerator: number, denominator: number): number {
  let result: Pair = { high: scale, low: 0 };
  let rest = numerator % denominator;
  let square: Pair = { high: base, low: 0 };
  for (let whole = (numerator - rest) / denominator; whole > 0; whole = Math.floor(whole / 2)) {
    if (whole % 2 === 1) result = times(result, square);
    if (whole > 1) square = times(square, square);
  }
  let root: Pair = { high: base, low: 0 };
  for (let bit = 0; bit < FRACTION_BITS && rest > 0; bit++) {
    root = squareRoot(root);
    rest *= 2;
    if (rest >= denominator) {
      rest -= denominator;
      result = times(result, root);
    }
  }
  return result.high;
}

/**
 * (1 + cos(π · part/whole)) / 2, which falls from 1 to 0, with an absolute error of 3e-16 and a relative one of 1e-15. It is
 * 1 − sin² in the first half and sin² of the rest in the second, so that nothing cancels.
 *
 * @param part  0 ≤ part ≤ whole
 */
export function cosineFall(part: number, whole: number): number {
  const early = part <= whole / 2;
  const x = (Math.PI / 2) * ((early ? part : whole - part) / whole);
  let sum = 1;
  for (let n = LAST_SINE_TERM; n > 1; n -= 2) sum = 1 - ((x * x) / (n * (n - 1))) * sum;
  const sine = x * sum;
  return early ? 1 - sine * sine : sine * sine;
}

/**
 * ln x with a relative error of 1e-15; −∞ at 0, NaN below. It writes x as 2^k m with m close to 1 and uses
 * ln m = 2 artanh((m − 1) / (m + 1)).
 *
 * @param x  ≥ 0
 */
export function ln(x: number): number {
  if (x === 0) return -Infinity;
  if (x === Infinity || !(x > 0)) return x > 0 ? x : NaN;
  let k = exponentOf(x);
  // In two factors, because 2^−k itself may overflow, or be a denormal.
  const half = Math.floor(-k / 2);
  let m = x * powerOfTwo(half) * powerOfTwo(-k - half);
  if (m > Math.SQRT2) {
    m /= 2;
    k++;
  }
  const t = (m - 1) / (m + 1);
  const square = t * t;
  let sum = 0;
  for (let n = LAST_ARTANH_TERM; n > 1; n -= 2) sum = square * (1 / n + sum);
  return k * LN2_HIGH + (2 * t * (1 + sum) + k * LN2_LOW);
}

/** ln(1 + u) for 0 ≤ u ≤ 1 with a relative error of 1e-15. The part of u that is lost in 1 + u is added again. */
export function lnOnePlus(u: number): number {
  const sum = 1 + u;
  return ln(sum) + (u - (sum - 1)) / sum;
}

/** Numerator of fdlibm's rational approximation of (asin x − x) / x³ in x², for |x| ≤ ½; the lowest power comes last. */
const ARCSINE_ABOVE = [
  3.4793310759602117e-5, 7.915349942898145e-4, -4.0055534500679411e-2, 2.0121253213486293e-1,
  -3.2556581862240092e-1, 1.6666666666666666e-1,
] as const;
/** Denominator of the same. */
const ARCSINE_BELOW = [
  7.7038150555901935e-2, -6.8828397160545329e-1, 2.0209457602335057, -2.4033949117344142, 1,
] as const;

/** arccos x with an error of two ulp, by fdlibm's approximation of the arcsine; NaN outside [−1, 1]. */
export function arccosine(x: number): number {
  if (Math.abs(x) <= 0.5) return Math.PI / 2 - arcsine(x);
  // Near an end, the arcsine of half the chord keeps all digits.
  const angle = 2 * arcsine(Math.sqrt((1 - Math.abs(x)) / 2));
  return x > 0 ? angle : Math.PI - angle;
}

/** arcsin x for |x| ≤ ½. */
function arcsine(x: number): number {
  const square = x * x;
  const polynomial = (coefficients: readonly number[]) =>
    coefficients.reduce((sum, coefficient) => sum * square + coefficient, 0);
  return x + x * square * (polynomial(ARCSINE_ABOVE) / polynomial(ARCSINE_BELOW));
}

function times(a: Pair, b: Pair): Pair {
  const product = a.high * b.high;
  if (product > LARGEST) return { high: Infinity, low: 0 };
  return normalised(product, productError(a.high, b.high, product) + (a.high * b.low + a.low * b.high));
}

/** Square root of a pair: one Newton step from the rounded root, whose residue is exact. */
function squareRoot(a: Pair): Pair {
  const root = Math.sqrt(a.high);
  const square = root * root;
  const residue = a.high - square - productError(root, root, square) + a.low;
  return normalised(root, residue / (2 * root));
}

/** Exact a · b − product, where product is a · b rounded (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const bHigh = upperHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function upperHalf(a: number): number {
  const shifted = SPLITTER * a;
  return shifted - (shifted - a);
}

function normalised(high: number, low: number): Pair {
  const sum = high + low;
  return { high: sum, low: low - (sum - high) };
}
