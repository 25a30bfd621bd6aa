/**
 * The normal distribution in f64, from additions and products alone: the host's Math.exp differs from engine
 * to engine, and what is computed here goes into draws.
 */

import { LN2_HIGH, LN2_LOW } from './elementary.js';
import { powerOfTwo } from './exponents.js';

const SQRT_2_PI = 2.5066282746310002;
/** 1/k! for the terms of e^r, |r| ≤ ln 2 / 2: the fourteenth is below 1e-17. */
const TERMS = 14;
/** Beyond this size of z the continued fraction takes fewer terms than the series. */
const TAIL = 3;

/** e^x, to 1e-15 relative; 0 below −745, ∞ above 709.8. */
export function exp(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.8) return Infinity;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = TERMS; n > 0; n--) sum = 1 + (r / n) * sum;
  // 2^k in two steps, since 2^k itself may be beyond the finite, or below the normal numbers.
  const half = Math.floor(k / 2);
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** φ(z), the density of N(0, 1). */
export function density(z: number): number {
  return exp(-0.5 * z * z) / SQRT_2_PI;
}

/** Φ(z), the share of N(0, 1) below z: to 1e-15, in the lower tail relative to its own size. */
export function cumulative(z: number): number {
  if (z === -Infinity) return 0;
  if (z === Infinity) return 1;
  if (z < -TAIL) return density(z) / millsFraction(-z);
  if (z > TAIL) return 1 - density(z) / millsFraction(z);
  // Φ(z) = ½ + φ(z)(z + z³/3 + z⁵/15 + …): Abramowitz & Stegun 26.2.11, all terms of one sign.
  let term = z;
  let sum = z;
  for (let n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
    term *= (z * z) / n;
    sum += term;
  }
  return 0.5 + density(z) * sum;
}

/** φ(z)/Φ(−z) for z > 3: z + 1/(z + 2/(z + 3/(z + …))), Abramowitz & Stegun 26.2.14. */
function millsFraction(z: number): number {
  let fraction = z;
  for (let n = 100; n > 0; n--) fraction = z + n / fraction;
  return fraction;
}
