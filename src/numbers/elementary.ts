/**
 * Powers, a cosine and a logarithm in f64 from + − × ÷ √ alone, which every engine rounds alike: what is computed
 * here scales every step of a training.
 */

import { powerOfTwo, SMALLEST_NORMAL } from './exponents.js';

/** ln 2 in two parts: k · LN2_HIGH is exact for every exponent k. */
export const LN2_HIGH = 6.9314718036912382e-1;
export const LN2_LOW = 1.9082149292705877e-10;

/** An unevaluated sum of two doubles, |low| ≤ ulp(high)/2: about 106 bits. */
interface Pair {
  readonly high: number;
  readonly low: number;
}

/** 2²⁷ + 1: the product with it cuts a double into halves of 26 bits (Veltkamp). */
const SPLITTER = 134217729;
/** Above this the product with SPLITTER could overflow, so that it counts as infinite. */
const LARGEST = 1e300;
/** base^(2⁻⁶⁴) is 1 to less than an ulp of a double for every finite base. */
const FRACTION_BITS = 64;
/** sin x for |x| ≤ π/4: the term after x¹⁷ is below 1e-19. */
const LAST_SINE_TERM = 17;
/** artanh t for |t| ≤ 0.1716: the term after t²³ is below 1e-19. */
const LAST_ARTANH_TERM = 23;

/**
 * scale · base^(numerator/denominator), within an ulp: the whole part of the exponent by squaring, its fraction,
 * bit by bit, by square roots, so that not even the quotient is rounded. Infinity above 1e300.
 *
 * @param scale        > 0
 * @param base         > 0
 * @param numerator    whole, ≥ 0
 * @param denominator  whole, ≥ 1
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
 * (1 + cos(π · part/whole)) / 2, which falls from 1 to 0, to 3e-16 absolutely and 1e-15 of itself.
 * As 1 − sin² before the middle and as sin² of what is left behind it, so that nothing cancels.
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
 * ln x, to 1e-15 of itself; −∞ at 0, NaN below. x = 2^k m with m beside 1, and ln m = 2 artanh((m − 1) / (m + 1)).
 *
 * @param x  ≥ 0
 */
export function ln(x: number): number {
  if (x === 0) return -Infinity;
  if (x === Infinity || !(x > 0)) return x > 0 ? x : NaN;
  // 2⁶⁴ lifts the numbers below the normal ones among them.
  const small = x < SMALLEST_NORMAL;
  let k = small ? -64 : 0;
  let m = small ? x * powerOfTwo(64) : x;
  for (let step = 512; step >= 1; step /= 2) {
    const power = powerOfTwo(step);
    if (m >= power) {
      m /= power;
      k += step;
    } else if (m * power < 2) {
      m *= power;
      k -= step;
    }
  }
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

function times(a: Pair, b: Pair): Pair {
  const product = a.high * b.high;
  if (product > LARGEST) return { high: Infinity, low: 0 };
  return normalised(product, productError(a.high, b.high, product) + (a.high * b.low + a.low * b.high));
}

/** One step of Newton from the rounded root, whose residue is exact. */
function squareRoot(a: Pair): Pair {
  const root = Math.sqrt(a.high);
  const square = root * root;
  const residue = a.high - square - productError(root, root, square) + a.low;
  return normalised(root, residue / (2 * root));
}

/** a · b − product, exactly, where product is a · b rounded (Dekker 1971). */
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
