import * as c from '../../../assembly/draw-coefficients.js';
import { computed } from '../../computed.js';

/** The two words of √½ as an f64. */
const SQRT_HALF_HIGH = 0x3fe6a09e;
const SQRT_HALF_LOW = 0x667f3bcd;
const A = [
  c.QUANTILE_A0,
  c.QUANTILE_A1,
  c.QUANTILE_A2,
  c.QUANTILE_A3,
  c.QUANTILE_A4,
  c.QUANTILE_A5,
  c.QUANTILE_A6,
  c.QUANTILE_A7,
];
const B = [
  1,
  c.QUANTILE_B1,
  c.QUANTILE_B2,
  c.QUANTILE_B3,
  c.QUANTILE_B4,
  c.QUANTILE_B5,
  c.QUANTILE_B6,
  c.QUANTILE_B7,
];
const C = [
  c.QUANTILE_C0,
  c.QUANTILE_C1,
  c.QUANTILE_C2,
  c.QUANTILE_C3,
  c.QUANTILE_C4,
  c.QUANTILE_C5,
  c.QUANTILE_C6,
  c.QUANTILE_C7,
];
const D = [
  1,
  c.QUANTILE_D1,
  c.QUANTILE_D2,
  c.QUANTILE_D3,
  c.QUANTILE_D4,
  c.QUANTILE_D5,
  c.QUANTILE_D6,
  c.QUANTILE_D7,
];
const E = [
  c.QUANTILE_E0,
  c.QUANTILE_E1,
  c.QUANTILE_E2,
  c.QUANTILE_E3,
  c.QUANTILE_E4,
  c.QUANTILE_E5,
  c.QUANTILE_E6,
  c.QUANTILE_E7,
];
const F = [
  1,
  c.QUANTILE_F1,
  c.QUANTILE_F2,
  c.QUANTILE_F3,
  c.QUANTILE_F4,
  c.QUANTILE_F5,
  c.QUANTILE_F6,
  c.QUANTILE_F7,
];
/** Coefficients of the logarithm. */
const LOG = [c.LOG64_1, c.LOG64_2, c.LOG64_3, c.LOG64_4, c.LOG64_5, c.LOG64_6, c.LOG64_7];

/** z with Φ(z) = p for 0 < p < 1 (Wichura's AS 241), in the f64 operations and the order of the WebAssembly. */
export function quantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  const r = Math.sqrt(-logarithm(q < 0 ? p : 1 - p));
  const z =
    r <= 5 ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6) : polynomial(E, r - 5) / polynomial(F, r - 5);
  return q < 0 ? -z : z;
}

const double = /* @__PURE__ */ new Float64Array(1);
const halves = /* @__PURE__ */ computed(() => new Int32Array(double.buffer));

/** ln x for a normal x > 0. Math.log differs between engines. */
function logarithm(x: number): number {
  double[0] = x;
  // The high words decide. Where they are equal, the low words borrow.
  const borrow = halves[0]! >>> 0 < SQRT_HALF_LOW ? 1 : 0;
  const k = (halves[1]! - SQRT_HALF_HIGH - borrow) >> 20;
  halves[1]! -= k << 20;
  const f = double[0]! - 1;
  const s = f / (2 + f);
  const t = s * s;
  const r = t * polynomial(LOG, t);
  const h = 0.5 * f * f;
  return k * c.LN2_HIGH_64 - (h - (s * (h + r) + k * c.LN2_LOW_64) - f);
}

function polynomial(terms: readonly number[], x: number): number {
  let sum = terms[terms.length - 1]!;
  for (let i = terms.length - 2; i >= 0; i--) sum = terms[i]! + x * sum;
  return sum;
}
