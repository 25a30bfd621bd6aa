/**
 * Size below which a gradient becomes 0. A confident output leaves denormals in the gradient, and the following gemms ran forty
 * times slower on them.
 */
const FLUSHED: f32 = 1e-30;

/** Returns 0 for a gradient below this size, otherwise the gradient. */
// @ts-ignore: decorator
@inline
export function flush(x: f32): f32 {
  return abs(x) < FLUSHED ? 0 : x;
}

/** Flushes four floats. NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function flush4(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(FLUSHED)));
}
