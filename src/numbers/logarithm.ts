/** Natural logarithm and powers of two in f64 from + − × ÷ and bits alone: Math.log differs from engine to engine. */

/** ln 2 in two parts: k · HIGH is exact for every exponent k. */
const LN2_HIGH = 6.9314718036912382e-1;
const LN2_LOW = 1.9082149292705877e-10;
/** 2 artanh f = 2 (f + f³/3 + …), |f| ≤ 0.1716: the term after this one is below 1e-17 of the sum. */
const LAST_TERM = 19;
/** 2⁵⁴ makes a normal number of every denormal. */
const LIFT = 18014398509481984;
const LIFTED = 54;
const BIAS = 1023;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** Which of the two words has the sign and the exponent. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** ln x, to 2e-16 of itself or absolutely; −∞ of 0, NaN below. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return Infinity;
  if (x < SMALLEST_NORMAL) return ln(x * LIFT) - LIFTED * Math.LN2;
  let exponent = exponentOf(x);
  double[0] = x;
  words[HIGH] = (words[HIGH]! & 0xfffff) | (BIAS << 20);
  let mantissa = double[0]!;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const f = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let n = LAST_TERM; n > 1; n -= 2) sum = (sum + 1 / n) * f * f;
  // f itself last, since it is nearly all of the sum.
  return exponent * LN2_HIGH + (2 * f + (2 * f * sum + exponent * LN2_LOW));
}

/** ⌊log₂ |x|⌋ of a finite x that is not 0. */
export function exponentOf(x: number): number {
  if (Math.abs(x) < SMALLEST_NORMAL) return exponentOf(x * LIFT) - LIFTED;
  double[0] = x;
  return ((words[HIGH]! >>> 20) & 0x7ff) - BIAS;
}

/** 2^k, −1022 ≤ k ≤ 1023. */
export function powerOfTwo(k: number): number {
  words[1 - HIGH] = 0;
  words[HIGH] = (k + BIAS) << 20;
  return double[0]!;
}
