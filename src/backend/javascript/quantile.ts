import * as coefficients from '../../../assembly/draw-coefficients.js';
import { computed } from '../../computed.js';

/** The two words of √½ as an f64. */
const SQRT_HALF_HIGH = 0x3fe6a09e;
const SQRT_HALF_LOW = 0x667f3bcd;
const A = /* @__PURE__ */ table('QUANTILE_A');
const B = /* @__PURE__ */ table('QUANTILE_B');
const C = /* @__PURE__ */ table('QUANTILE_C');
const D = /* @__PURE__ */ table('QUANTILE_D');
const E = /* @__PURE__ */ table('QUANTILE_E');
const F = /* @__PURE__ */ table('QUANTILE_F');
/** Coefficients 1 to 7 of the logarithm; index 0 does not exist. */
const LOG = /* @__PURE__ */ computed(() => table('LOG64_').slice(1));

/** z with Φ(z) = c for 0 < c < 1 (Wichura's AS 241), in the f64 operations and the order of the WebAssembly. */
export function quantile(c: number): number {
  const q = c - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  const r = Math.sqrt(-logarithm(q < 0 ? c : 1 - c));
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
  return k * coefficients.LN2_HIGH_64 - (h - (s * (h + r) + k * coefficients.LN2_LOW_64) - f);
}

function polynomial(terms: readonly number[], x: number): number {
  let sum = terms[terms.length - 1]!;
  for (let i = terms.length - 2; i >= 0; i--) sum = terms[i]! + x * sum;
  return sum;
}

/** The eight coefficients whose names begin with `prefix`. The first of a denominator is 1 and has no name. */
function table(prefix: string): number[] {
  const named = coefficients as unknown as Readonly<Record<string, number | undefined>>;
  return Array.from({ length: 8 }, (_, i) => named[`${prefix}${i}`] ?? 1);
}
