/** Φ⁻¹ in f64, one value at a time, for normal draws that are cut at any bounds. */
import {
  LN2_HIGH_64, LN2_LOW_64, LOG64_1, LOG64_2, LOG64_3, LOG64_4, LOG64_5, LOG64_6, LOG64_7,
  QUANTILE_A0, QUANTILE_A1, QUANTILE_A2, QUANTILE_A3, QUANTILE_A4, QUANTILE_A5, QUANTILE_A6, QUANTILE_A7,
  QUANTILE_B1, QUANTILE_B2, QUANTILE_B3, QUANTILE_B4, QUANTILE_B5, QUANTILE_B6, QUANTILE_B7,
  QUANTILE_C0, QUANTILE_C1, QUANTILE_C2, QUANTILE_C3, QUANTILE_C4, QUANTILE_C5, QUANTILE_C6, QUANTILE_C7,
  QUANTILE_D1, QUANTILE_D2, QUANTILE_D3, QUANTILE_D4, QUANTILE_D5, QUANTILE_D6, QUANTILE_D7,
  QUANTILE_E0, QUANTILE_E1, QUANTILE_E2, QUANTILE_E3, QUANTILE_E4, QUANTILE_E5, QUANTILE_E6, QUANTILE_E7,
  QUANTILE_F1, QUANTILE_F2, QUANTILE_F3, QUANTILE_F4, QUANTILE_F5, QUANTILE_F6, QUANTILE_F7,
} from './draw-coefficients';

const A: usize = memory.data<f64>([QUANTILE_A0, QUANTILE_A1, QUANTILE_A2, QUANTILE_A3, QUANTILE_A4, QUANTILE_A5, QUANTILE_A6, QUANTILE_A7]);
const B: usize = memory.data<f64>([1, QUANTILE_B1, QUANTILE_B2, QUANTILE_B3, QUANTILE_B4, QUANTILE_B5, QUANTILE_B6, QUANTILE_B7]);
const C: usize = memory.data<f64>([QUANTILE_C0, QUANTILE_C1, QUANTILE_C2, QUANTILE_C3, QUANTILE_C4, QUANTILE_C5, QUANTILE_C6, QUANTILE_C7]);
const D: usize = memory.data<f64>([1, QUANTILE_D1, QUANTILE_D2, QUANTILE_D3, QUANTILE_D4, QUANTILE_D5, QUANTILE_D6, QUANTILE_D7]);
const E: usize = memory.data<f64>([QUANTILE_E0, QUANTILE_E1, QUANTILE_E2, QUANTILE_E3, QUANTILE_E4, QUANTILE_E5, QUANTILE_E6, QUANTILE_E7]);
const F: usize = memory.data<f64>([1, QUANTILE_F1, QUANTILE_F2, QUANTILE_F3, QUANTILE_F4, QUANTILE_F5, QUANTILE_F6, QUANTILE_F7]);

/** z with Φ(z) = c for 0 < c < 1. */
export function quantile(c: f64): f64 {
  const q = c - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  const r = sqrt(-log(q < 0 ? c : 1 - c));
  const z = r <= 5
    ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6)
    : polynomial(E, r - 5) / polynomial(F, r - 5);
  return q < 0 ? -z : z;
}

/** Evaluates a polynomial of eight coefficients, the constant one first, by Horner's rule. */
function polynomial(coefficients: usize, x: f64): f64 {
  let sum = load<f64>(coefficients, 56);
  for (let at = coefficients + 48; at >= coefficients; at -= 8) sum = load<f64>(at) + x * sum;
  return sum;
}

/** ln x for a normal x > 0. */
function log(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  // Subtracting the bits of √½ splits x into 2^k · m with m in [√½, √2).
  const exponent = (bits - 0x3fe6a09e667f3bcd) >> 52;
  const f = reinterpret<f64>(bits - (exponent << 52)) - 1;
  const k = <f64>exponent;
  const s = f / (2 + f);
  const t = s * s;
  let r = LOG64_6 + t * LOG64_7;
  r = LOG64_5 + t * r;
  r = LOG64_4 + t * r;
  r = LOG64_3 + t * r;
  r = LOG64_2 + t * r;
  r = t * (LOG64_1 + t * r);
  const h = 0.5 * f * f;
  return k * LN2_HIGH_64 - ((h - (s * (h + r) + k * LN2_LOW_64)) - f);
}
