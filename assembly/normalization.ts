/** Input scaling: x ↦ factor · x, x ↦ (x − mean) / std, and the constant of an affine scaling. */
import { bias_gradient } from './bias';

/** y = factor · x; y may be x. */
export function scale(y: usize, x: usize, n: usize, factor: f32): void {
  const end = x + (n << 2),
    vectorEnd = x + ((n & ~3) << 2);
  const factors = f32x4.splat(factor);
  while (x < vectorEnd) {
    v128.store(y, f32x4.mul(v128.load(x), factors));
    x += 16;
    y += 16;
  }
  while (x < end) {
    store<f32>(y, load<f32>(x) * factor);
    x += 4;
    y += 4;
  }
}

/** y[r][c] = (x[r][c] − mean[c]) / std[c]; y may be x. */
export function standardize(y: usize, x: usize, mean: usize, std: usize, rows: usize, columns: usize): void {
  const vectorBytes = (columns & ~3) << 2,
    rowBytes = columns << 2;
  for (; rows > 0; rows--) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) {
      const centred = f32x4.sub(v128.load(x + c), v128.load(mean + c));
      v128.store(y + c, f32x4.div(centred, v128.load(std + c)));
    }
    for (; c < rowBytes; c += 4) {
      store<f32>(y + c, (load<f32>(x + c) - load<f32>(mean + c)) / load<f32>(std + c));
    }
    y += rowBytes;
    x += rowBytes;
  }
}

/**
 * out[c] = bias[c] + offset · Σ_r kernel[r][c]. For inputs s·x + offset, (s·x)·W + out is the preactivation. The offset is never
 * added to x, so that an input of 0 stays 0.
 */
export function offset_bias(
  out: usize,
  bias: usize,
  kernel: usize,
  rows: usize,
  columns: usize,
  offset: f32,
): void {
  bias_gradient(out, kernel, rows, columns);
  const end = out + (columns << 2);
  while (out < end) {
    store<f32>(out, load<f32>(bias) + offset * load<f32>(out));
    out += 4;
    bias += 4;
  }
}

/** dw[r][c] += offset · db[c], the share of the offset in the kernel gradient. */
export function offset_gradient(dw: usize, db: usize, rows: usize, columns: usize, offset: f32): void {
  const vectorBytes = (columns & ~3) << 2,
    rowBytes = columns << 2;
  const offsets = f32x4.splat(offset);
  for (; rows > 0; rows--) {
    let c: usize = 0;
    for (; c < vectorBytes; c += 16) {
      v128.store(dw + c, f32x4.add(v128.load(dw + c), f32x4.mul(offsets, v128.load(db + c))));
    }
    for (; c < rowBytes; c += 4) store<f32>(dw + c, load<f32>(dw + c) + offset * load<f32>(db + c));
    dw += rowBytes;
  }
}
