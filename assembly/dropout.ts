/** Dropout (Srivastava et al. 2014), inverted like PyTorch's: one loop for values going forward and gradients going backward. */

/**
 * y = bits[i] ≥ threshold ? x · factor : 0, for n floats and n u32 bits; y may be x. A dropped value becomes +0, even if it is
 * NaN or infinite.
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
