/**
 * The normal distribution in f64 from additions and products alone. The host's Math.exp differs between engines, and results of
 * this file go into draws.
 */

import { LN2_HIGH, LN2_LOW } from './elementary.js';
import { powerOfTwo } from './exponents.js';

const SQRT_2_PI = 2.5066282746310002;
/** Terms of the series of e^r for |r| ≤ ln 2 / 2; the fourteenth is below 1e-17. */
const TERMS = 14;
/** Size of z beyond which the continued fraction takes fewer terms than the series. */
const TAIL = 3;

/** e^x with a relative error of 1e-15; 0 below −745, ∞ above 709.8. */
export function exp(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.8) return Infinity;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = TERMS; n > 0; n--) sum = 1 + (r / n) * sum;
  // 2^k in two factors, because 2^k itself may overflow, or be a denormal.
  const half = Math.floor(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** φ(z), the density of N(0, 1) at z. */
export function density(z: number): number {
  return exp(-0.5 * z * z) / SQRT_2_PI;
}

/** Φ(z), the probability of N(0, 1) below z, with an error of 1e-15 that is relative in the lower tail. */
export function cumulative(z: number): number {
  if (z === -Infinity) return 0;
  if (z === Infinity) return 1;
  if (z < -TAIL) return density(z) / millsFraction(-z);
  if (z > TAIL) return 1 - density(z) / millsFraction(z);
  // Φ(z) = ½ + φ(z)(z + z³/3 + z⁵/15 + …), Abramowitz & Stegun 26.2.11; all terms have one sign.
  let term = z;
  let sum = z;
  for (let n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

/** φ(z)/Φ(−z) for z > 3 as z + 1/(z + 2/(z + 3/(z + …))), Abramowitz & Stegun 26.2.14. */
function millsFraction(z: number): number {
  let fraction = z;
  for (let n = 100; n > 0; n--) fraction = z + n / fraction;
  return fraction;
}
