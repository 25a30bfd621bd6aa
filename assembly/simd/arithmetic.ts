/** The two idioms every loop here needs. */

/**
 * acc + a·b: two roundings in the portable build, one in the fused build. Draws never use it, so that
 * they are the same bits in both.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, acc: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, acc);
  return f32x4.add(acc, f32x4.mul(a, b));
}

/**
 * The f32 at `address` in all four lanes. Constants stay in memory and are read where they are used:
 * V8 builds `f32x4.splat(literal)` anew at every use, which made elementwise loops two to three times slower.
 */
// @ts-ignore: decorator
@inline
export function constant(address: usize): v128 {
  return v128.load32_splat(address);
}
