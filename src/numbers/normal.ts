/**
 * The normal distribution in f64 from additions and products alone. The host's Math.exp differs between engines, and results of
 * this file go into draws.
 */

import { LN2_HIGH, LN2_LOW } from './elementary.js';
import { powerOfTwo } from './exponents.js';

const SQRT_2_PI = 2.5066282746310002;
/** Coefficients of fdlibm's approximation of 2 + r − r (e^r + 1) / (e^r − 1) in r², the lowest power first. */
const P1 = 1.6666666666666602e-1;
const P2 = -2.7777777777015593e-3;
const P3 = 6.6137563214379344e-5;
const P4 = -1.6533902205465252e-6;
const P5 = 4.1381367970572385e-8;
/** Size of r up to which the approximation holds, a little above ln 2 / 2. */
const REDUCED = 0.347;

/** e^x with a relative error of 3e-16; 0 below −745, ∞ above 709.8. */
export function exp(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.8) return Infinity;
  const k = Math.floor(x / Math.LN2 + 0.5);
  const result = 1 + expm1Near0(x - k * LN2_HIGH - k * LN2_LOW);
  if (k > -1000 && k < 1000) return result * powerOfTwo(k);
  // 2^k in two factors, because 2^k itself may overflow, or be a denormal.
  const half = Math.floor(k / 2);
  return result * powerOfTwo(half) * powerOfTwo(k - half);
}

/** e^x − 1 with a relative error of 1e-15. */
export function expm1(x: number): number {
  return Math.abs(x) < REDUCED ? expm1Near0(x) : exp(x) - 1;
}

/** e^r − 1 for |r| ≤ REDUCED. */
function expm1Near0(r: number): number {
  const square = r * r;
  const c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
  return r + (r * c) / (2 - c);
}

/** tanh x with a relative error of 1e-15. */
export function tanh(x: number): number {
  const fall = expm1(-2 * Math.abs(x));
  return (Math.sign(x) * fall) / -(2 + fall);
}

/** φ(z), the density of N(0, 1) at z. */
export function density(z: number): number {
  return exp(-0.5 * z * z) / SQRT_2_PI;
}

/** Φ(z), the probability of N(0, 1) below z, with an error of 1e-15 that is relative in the lower tail. */
export function cumulative(z: number): number {
  return z < 0 ? upperTail(-z) : 1 - upperTail(z);
}

/** Largest y with a tail that is not 0: beyond, e^(−y²/2) is 0. */
const REACH = 40;
/** Below this y, where Φ(−y) is not small, the series is used; from it on, the trapezoidal rule. */
const SERIES = 0.5;
/** Step of the trapezoidal rule; its error has the weight e^(−(π/h)²) = 7e-18. */
const H = 0.5;
/** Weights e^(−(kh)²) of the rule; the last is 4e-19. */
let weights: readonly number[] | undefined;

/**
 * Φ(−y) for y ≥ 0. From ½ on it is the trapezoidal rule on erfc x = (2x e^(−x²) / π) ∫₀^∞ e^(−t²) / (t² + x²) dt with the contribution
 * of the pole at t = ix removed (Chiarella & Reichel 1968; the rule meets no pole past x = π/h).
 */
function upperTail(y: number): number {
  if (y > REACH) return 0;
  const square = y * y;
  if (y < SERIES) {
    // ½ − φ(y)(y + y³/3 + y⁵/15 + …), Abramowitz & Stegun 26.2.11; all terms have one sign.
    let term = y;
    let sum = y;
    for (let n = 3; term > 1e-18 * sum; n += 2) {
      term *= square / n;
      sum += term;
    }
    return 0.5 - density(y) * sum;
  }
  weights ??= Array.from({ length: 13 }, (_, i) => exp(-((i + 1) * H) * ((i + 1) * H)));
  const x = y / Math.SQRT2;
  let sum = 1 / square;
  for (let k = weights.length; k > 0; k--) sum += weights[k - 1]! / (k * H * (k * H) + square / 2);
  const pole = x < Math.PI / H ? 1 / expm1((2 * Math.PI * x) / H) : 0;
  return (density(y) * (2 * H * x * sum)) / SQRT_2_PI - pole;
}
