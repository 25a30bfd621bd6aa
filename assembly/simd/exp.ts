/**
 * e^x on four floats: x = n ln 2 + r with |r| ≤ ln 2 / 2, e^r by a minimax polynomial of degree 6
 * (3.3e-9 relative), times 2^n put together from its bits. Largest error 1.1 ULP.
 */
import { LN2_HIGH, LN2_LOW } from '../draw-coefficients';
import { constant, demote, multiplyAdd, promoteHigh, promoteLow } from './arithmetic';

/** Beyond ln of the largest float (88.72283), so that e^x is infinite there, and within the exponents of 2^n. */
const HIGHEST: usize = memory.data<f32>([89], 4);
/** The x below which e^x is returned as 0: 1.8e-38, just above the denormals. */
const LOWEST: usize = memory.data<f32>([-86.9], 4);
const LOG2_E: usize = memory.data<f32>([1.44269504], 4);
/** 1.5 · 2²³: adding it rounds to a whole number, which then stands in the low bits. */
const ROUNDER: usize = memory.data<f32>([12582912], 4);
const MINUS_LN2_HIGH: usize = memory.data<f32>([-<f32>LN2_HIGH], 4);
const MINUS_LN2_LOW: usize = memory.data<f32>([-<f32>LN2_LOW], 4);
const ONE: usize = memory.data<f32>([1], 4);
const P2: usize = memory.data<f32>([0.4999999105930328369140625], 4);
const P3: usize = memory.data<f32>([0.16666521131992340087890625], 4);
const P4: usize = memory.data<f32>([4.16689626872539520263671875e-2], 4);
const P5: usize = memory.data<f32>([8.368670009076595306396484375e-3], 4);
const P6: usize = memory.data<f32>([1.378246466629207134246826171875e-3], 4);

/** x / ln 2, rounded to a whole number n that stands in the low bits. */
// @ts-ignore: decorator
@inline
function rounded(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, constant(LOG2_E)), constant(ROUNDER));
}

/** e^r − 1, r = x − n ln 2. */
// @ts-ignore: decorator
@inline
function fraction(x: v128, n: v128): v128 {
  const r = multiplyAdd(n, constant(MINUS_LN2_LOW), multiplyAdd(n, constant(MINUS_LN2_HIGH), x));
  let p = multiplyAdd(r, constant(P6), constant(P5));
  p = multiplyAdd(r, p, constant(P4));
  p = multiplyAdd(r, p, constant(P3));
  p = multiplyAdd(r, p, constant(P2));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** e^x, but 1.8e-38 for all x below −86.9: for callers that saturate anyway. +∞ above 88.72283, NaN for NaN. */
// @ts-ignore: decorator
@inline
export function expClamped(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, constant(HIGHEST)), constant(LOWEST));
  const shifted = rounded(x);
  const p = f32x4.add(fraction(x, f32x4.sub(shifted, constant(ROUNDER))), constant(ONE));
  // 2^(n−1), doubled by p + p: 2^128 itself would be infinite, and e^88.7 is not.
  const half = i32x4.shl(i32x4.add(shifted, i32x4.splat(126)), 23);
  return f32x4.mul(f32x4.add(p, p), half);
}

/** e^x: +∞ above 88.72283, 0 below −86.9, NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return v128.andnot(expClamped(x), f32x4.lt(x, constant(LOWEST)));
}

/** e^x − 1 for x ≤ 0, as 2^n (e^r − 1) + (2^n − 1): near 0, where n is 0, nothing cancels. Largest error 1.1 ULP. */
export function expm1(x: v128): v128 {
  x = f32x4.pmax(x, constant(LOWEST));
  const shifted = rounded(x);
  const p = fraction(x, f32x4.sub(shifted, constant(ROUNDER)));
  const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  return multiplyAdd(p, power, f32x4.sub(power, constant(ONE)));
}

/**
 * e^x of the four doubles in `low` and `high`, as floats: an x of 80 rounded to an f32 would cost 32 ULP.
 * e^(leading + rest) = e^leading (1 + rest). Largest error 1.6 ULP, limits as in `exp`; x must be finite or NaN.
 */
export function expOfDoubles(low: v128, high: v128): v128 {
  const leading = demote(low, high);
  const rest = demote(f64x2.sub(low, promoteLow(leading)), f64x2.sub(high, promoteHigh(leading)));
  const e = exp(leading);
  return multiplyAdd(e, rest, e);
}
