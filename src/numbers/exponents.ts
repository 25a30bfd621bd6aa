/** Reads and writes the exponent of an f64 as bits. */
import { computed } from '../computed.js';

/** 2⁻¹⁰²², the smallest normal f64. */
export const SMALLEST_NORMAL = 2.2250738585072014e-308;
/** 2⁵⁴; the product with it makes a normal number of every denormal. */
const LIFT = 18014398509481984;
const LIFTED = 54;
const BIAS = 1023;

const double = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ computed(() => new Uint32Array(double.buffer));
/** Index of the word that has the sign and the exponent. */
const HIGH = /* @__PURE__ */ computed(() => (new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0));

/** ⌊log₂ |x|⌋ for a finite x that is not 0. */
export function exponentOf(x: number): number {
  if (Math.abs(x) < SMALLEST_NORMAL) return exponentOf(x * LIFT) - LIFTED;
  double[0] = x;
  return ((words[HIGH]! >>> 20) & 0x7ff) - BIAS;
}

/** 2^k for −1022 ≤ k ≤ 1023. It is read from a table, since an f64 that was just written as two words is slow to read. */
export function powerOfTwo(k: number): number {
  powers ??= allPowers();
  return powers[k + BIAS - 1]!;
}

let powers: Float64Array | undefined;

function allPowers(): Float64Array {
  const all = new Float64Array(2 * BIAS);
  for (let i = 0, power = SMALLEST_NORMAL; i < all.length; i++, power *= 2) all[i] = power;
  return all;
}
