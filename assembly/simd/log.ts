/**
 * ln x on four floats, after FreeBSD's e_logf.c: x = 2^k m, m in [√½, √2), f = m − 1, s = f / (2 + f),
 * ln m = f − (f²/2 − s (f²/2 + R(s²))). Largest error 1 ULP. `minusTwiceLog` is never fused: normal draws use it.
 */
import { LN2_HIGH, LN2_LOW, LOG_1, LOG_2, LOG_3, SQRT_HALF_BITS } from '../draw-coefficients';
import { constant, multiplyAdd } from './arithmetic';

// Constants of −2 ln x.
const HIGH: usize = memory.data<f32>([-2 * <f32>LN2_HIGH], 4);
const LOW: usize = memory.data<f32>([2 * <f32>LN2_LOW], 4);
const L1: usize = memory.data<f32>([2 * <f32>LOG_1], 4);
const L2: usize = memory.data<f32>([2 * <f32>LOG_2], 4);
const L3: usize = memory.data<f32>([2 * <f32>LOG_3], 4);
const HALF: usize = memory.data<f32>([0.5], 4);
const MANTISSA: usize = memory.data<u32>([0x7fffff], 4);
const ONE: usize = memory.data<f32>([1], 4);
const TWO: usize = memory.data<f32>([2], 4);
/**
 * (ln(1 + f) / s − 2) / s² = 2/3 + 2/5 s² + …, minimax of degree 3 in s² on [0, 1/9]; its error of 2.8e-7 becomes 1.5e-8 in ln.
 */
const P0: usize = memory.data<f32>([0.66666638851165771484375], 4);
const P1: usize = memory.data<f32>([0.4000779092311859130859375], 4);
const P2: usize = memory.data<f32>([0.2823112905025482177734375], 4);
const P3: usize = memory.data<f32>([0.2688437402248382568359375], 4);
const SPLIT: usize = memory.data<i32>([<i32>SQRT_HALF_BITS], 4);

/**
 * −2 ln(x · 2^shift) for a positive, finite, normal x. Box–Muller needs the factor −2. Because it is a power of two, it is part
 * of the constants, and f² replaces f²/2, without changing a digit.
 */
// @ts-ignore: decorator
@inline
export function minusTwiceLog(x: v128, shift: i32): v128 {
  const apart = i32x4.sub(x, i32x4.splat(SQRT_HALF_BITS - (shift << 23)));
  const k = f32x4.convert_i32x4_s(i32x4.shr_s(apart, 23));
  const f = f32x4.sub(i32x4.add(v128.and(apart, constant(MANTISSA)), constant(SPLIT)), constant(ONE));
  const s = f32x4.div(f, f32x4.add(constant(TWO), f));
  const t = f32x4.mul(s, s);
  let r = f32x4.add(constant(L2), f32x4.mul(t, constant(L3)));
  r = f32x4.mul(t, f32x4.add(constant(L1), f32x4.mul(t, r)));
  const h = f32x4.mul(f, f);
  const correction = f32x4.add(f32x4.mul(s, f32x4.add(h, r)), f32x4.mul(k, constant(LOW)));
  return f32x4.add(f32x4.mul(k, constant(HIGH)), f32x4.sub(f32x4.sub(h, correction), f32x4.add(f, f)));
}

/** ln(x · 2^shift) for a positive, finite, normal x; ln 1 is +0. */
// @ts-ignore: decorator
@inline
export function logNormal(x: v128, shift: i32): v128 {
  return f32x4.sub(f32x4.splat(0), f32x4.mul(minusTwiceLog(x, shift), constant(HALF)));
}

/** ln x of one float: −∞ at ±0, NaN below, ∞ at ∞. Denormals are exact to the same bound. */
export function logScalar(x: f32): f32 {
  if (!(x > 0) || x == Infinity) return x == 0 ? -Infinity : x < 0 ? NaN : x;
  // 2⁻¹²⁶ is the smallest normal float.
  const denormal = x < 1.17549435e-38;
  const value = logNormal(f32x4.splat(denormal ? x * 16777216 : x), denormal ? -24 : 0);
  return f32x4.extract_lane(value, 0);
}

/** ln(1 + f) for 0 ≤ f ≤ 1 as f − s (f − R(s²)), so that small terms are rounded last. Largest error 1.5 ULP. */
// @ts-ignore: decorator
@inline
export function log1p(f: v128): v128 {
  const s = f32x4.div(f, f32x4.add(constant(TWO), f));
  const t = f32x4.mul(s, s);
  let p = multiplyAdd(t, constant(P3), constant(P2));
  p = multiplyAdd(t, p, constant(P1));
  p = multiplyAdd(t, p, constant(P0));
  return f32x4.sub(f, f32x4.mul(s, f32x4.sub(f, f32x4.mul(t, p))));
}
