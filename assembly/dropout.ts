/** Dropout (Srivastava et al. 2014; inverted, as PyTorch's Dropout): the same loop runs forward on values and backward on gradients. */

/**
 * y = bits[i] ≥ threshold ? x · factor : 0, for n floats and n u32 bits; y may be x. What is dropped becomes +0, a NaN or an
 * infinity too.
 */
export function dropout(y: usize, x: usize, bits: usize, n: usize, threshold: u32, factor: f32): void {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~3) << 2);
  const thresholds = i32x4.splat(threshold),
    factors = f32x4.splat(factor);
  while (x < vectorEnd) {
    const kept = i32x4.ge_u(v128.load(bits), thresholds);
    v128.store(y, v128.and(kept, f32x4.mul(v128.load(x), factors)));
    x += 16;
    y += 16;
    bits += 16;
  }
  while (x < end) {
    store<f32>(y, load<u32>(bits) >= threshold ? load<f32>(x) * factor : 0);
    x += 4;
    y += 4;
    bits += 4;
  }
}
