/** Idioms of the loops in this folder. */

/**
 * acc + a·b, with two roundings in the portable build and one in the fused build. Draws never use it, because their bits are the
 * same in both builds.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, acc: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, acc);
  return f32x4.add(acc, f32x4.mul(a, b));
}

/**
 * The f32 at `address` in all four lanes. Constants stay in memory and are read at each use. V8 would build
 * `f32x4.splat(literal)` anew at every use, which made elementwise loops two to three times slower.
 */
// @ts-ignore: decorator
@inline
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}

/** Lanes 0 and 1 as doubles. */
// @ts-ignore: decorator
@inline
export function promoteLow(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** Lanes 2 and 3 as doubles. */
// @ts-ignore: decorator
@inline
export function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1));
}

/** Four doubles rounded to floats. */
// @ts-ignore: decorator
@inline
export function demote(low: v128, high: v128): v128 {
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
