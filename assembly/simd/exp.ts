/**
 * e^x on four floats: x = n ln 2 + r with |r| ≤ ln 2 / 2. e^r is a minimax polynomial of degree 6 (3.3e-9 relative), multiplied
 * by 2^n, which is made from its bits. Largest error 1.1 ULP.
 */
import { LN2_HIGH, LN2_LOW } from '../draw-coefficients';
import { constant, demote, multiplyAdd } from './arithmetic';

/** Last float whose e^x is a normal float; ln of 2⁻¹²⁶ is −87.336545. */
const LOWEST: usize = memory.data<f32>([-87.33654], 4);
/** Bounds of z in the logistic function. At the first, half of 2^n is infinite; beyond the second, it would be a denormal. */
const LOGISTIC_LOWEST: usize = memory.data<f32>([-89.5], 4);
const LOGISTIC_HIGHEST: usize = memory.data<f32>([86.9], 4);
const MINUS_LOG2_E: usize = memory.data<f32>([-1.44269504], 4);
/** ROUNDER plus the stored exponent of ½, so that the low bits of a rounded number are the exponent of 2^(n−1). */
const BIASED_ROUNDER: usize = memory.data<f32>([12583038], 4);
const LN2_HIGH_PART: usize = memory.data<f32>([<f32>LN2_HIGH], 4);
const LN2_LOW_PART: usize = memory.data<f32>([<f32>LN2_LOW], 4);
const HALF: usize = memory.data<f32>([0.5], 4);
const LOG2_E: usize = memory.data<f32>([1.44269504], 4);
/** 1.5 · 2²³; adding it rounds to a whole number, which is then in the low bits. */
const ROUNDER: usize = memory.data<f32>([12582912], 4);
const MINUS_LN2_HIGH: usize = memory.data<f32>([-<f32>LN2_HIGH], 4);
const MINUS_LN2_LOW: usize = memory.data<f32>([-<f32>LN2_LOW], 4);
const LOG2_E_DOUBLE: usize = memory.data<f64>([1.4426950408889634], 8);
/** 1.5 · 2⁵². */
const ROUNDER_DOUBLE: usize = memory.data<f64>([6755399441055744], 8);
const LN2_DOUBLE: usize = memory.data<f64>([0.6931471805599453], 8);
const ONE: usize = memory.data<f32>([1], 4);
/** Stored exponent of 1; adding n gives that of 2^n. */
const EXPONENT: usize = memory.data<i32>([127], 4);
const P2: usize = memory.data<f32>([0.4999999105930328369140625], 4);
const P3: usize = memory.data<f32>([0.16666521131992340087890625], 4);
const P4: usize = memory.data<f32>([4.16689626872539520263671875e-2], 4);
const P5: usize = memory.data<f32>([8.368670009076595306396484375e-3], 4);
const MINUS_P3: usize = memory.data<f32>([-0.16666521131992340087890625], 4);
const MINUS_P5: usize = memory.data<f32>([-8.368670009076595306396484375e-3], 4);
const P6: usize = memory.data<f32>([1.378246466629207134246826171875e-3], 4);

/** x / ln 2, rounded to a whole number n in the low bits. */
// @ts-ignore: decorator
@inline
function rounded(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, constant(LOG2_E)), constant(ROUNDER));
}

/** x − n ln 2. */
// @ts-ignore: decorator
@inline
function fraction(x: v128, n: v128): v128 {
  return multiplyAdd(n, constant(MINUS_LN2_LOW), multiplyAdd(n, constant(MINUS_LN2_HIGH), x));
}

/** e^r − 1 for |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function expm1OfFraction(r: v128): v128 {
  let p = multiplyAdd(r, constant(P6), constant(P5));
  p = multiplyAdd(r, p, constant(P4));
  p = multiplyAdd(r, p, constant(P3));
  p = multiplyAdd(r, p, constant(P2));
  return multiplyAdd(f32x4.mul(r, r), p, r);
}

/** 2^n for n from −126 to 127, where n is the low bits of a rounded number; 0 for n = −127. */
// @ts-ignore: decorator
@inline
function powerOfTwo(shifted: v128): v128 {
  return i32x4.shl(i32x4.add(shifted, constant(EXPONENT)), 23);
}

/**
 * ½ (1 + e^−z), of which sigmoid is half the reciprocal; +∞ for z below −89.07, NaN for NaN. Beyond 86.9, e^−z is 1.8e-38.
 *
 * It takes fewer and shorter steps than `exp`, because the loops over it wait for the chain of dependent operations: r is minus
 * the fraction, so that z is not negated, and the polynomial is summed in pairs (Estrin 1960). Halves stand for ones, because
 * 2^128 would be infinite although e^88.7 is not.
 */
// @ts-ignore: decorator
@inline
export function halfOnePlusExpOfMinus(z: v128): v128 {
  z = f32x4.pmin(f32x4.pmax(z, constant(LOGISTIC_LOWEST)), constant(LOGISTIC_HIGHEST));
  const shifted = f32x4.add(f32x4.mul(z, constant(MINUS_LOG2_E)), constant(BIASED_ROUNDER));
  const n = f32x4.sub(shifted, constant(BIASED_ROUNDER));
  const r = multiplyAdd(n, constant(LN2_LOW_PART), multiplyAdd(n, constant(LN2_HIGH_PART), z));
  const square = f32x4.mul(r, r);
  const low = multiplyAdd(r, constant(MINUS_P3), constant(P2));
  const high = multiplyAdd(square, constant(P6), multiplyAdd(r, constant(MINUS_P5), constant(P4)));
  const p = f32x4.add(f32x4.sub(f32x4.mul(square, multiplyAdd(square, high, low)), r), constant(ONE));
  return multiplyAdd(p, i32x4.shl(shifted, 23), constant(HALF));
}

/** e^x for x ≤ 88; undefined above. 0 below −87.33654, where e^x is not a normal float; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const clamped = f32x4.pmax(x, constant(LOWEST));
  const shifted = rounded(clamped);
  const p = expm1OfFraction(fraction(clamped, f32x4.sub(shifted, constant(ROUNDER))));
  const value = f32x4.mul(f32x4.add(p, constant(ONE)), powerOfTwo(shifted));
  return v128.andnot(value, f32x4.lt(x, constant(LOWEST)));
}

/** e^x − 1 for x ≤ 0 as 2^n (e^r − 1) + (2^n − 1). Near 0, n is 0 and nothing cancels. Largest error 1.1 ULP. */
export function expm1(x: v128): v128 {
  x = f32x4.pmax(x, constant(LOWEST));
  const shifted = rounded(x);
  const p = expm1OfFraction(fraction(x, f32x4.sub(shifted, constant(ROUNDER))));
  const power = powerOfTwo(shifted);
  return multiplyAdd(p, power, f32x4.sub(power, constant(ONE)));
}

/**
 * e^x of the four doubles in `low` and `high`, as floats. An x of 80 rounded to an f32 would cost 32 ULP, so that n ln 2 is
 * subtracted in f64 and only the rest is rounded. Largest error 1.1 ULP; 0 below −87.68. x is from −88.3 to 88, or NaN.
 */
// @ts-ignore: decorator
@inline
export function expOfDoubles(low: v128, high: v128): v128 {
  const shiftedLow = roundedDouble(low), shiftedHigh = roundedDouble(high);
  const r = demote(fractionOfDouble(low, shiftedLow), fractionOfDouble(high, shiftedHigh));
  const shifted = v128.shuffle<i32>(shiftedLow, shiftedHigh, 0, 2, 4, 6);
  return f32x4.mul(f32x4.add(expm1OfFraction(r), constant(ONE)), powerOfTwo(shifted));
}

// @ts-ignore: decorator
@inline
function roundedDouble(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, v128.load64_splat(LOG2_E_DOUBLE)), v128.load64_splat(ROUNDER_DOUBLE));
}

// @ts-ignore: decorator
@inline
function fractionOfDouble(x: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, v128.load64_splat(ROUNDER_DOUBLE));
  return f64x2.sub(x, f64x2.mul(n, v128.load64_splat(LN2_DOUBLE)));
}
