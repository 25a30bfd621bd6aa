/** PReLU, the rectifier with learned slopes: one per column (stride 1) or one for all columns (stride 0). */
import { demote, promoteHigh, promoteLow } from './simd/arithmetic';
import { loadLanes, storeLanes } from './simd/lanes';

// @ts-ignore: decorator
@inline
function slopesAt(slopes: usize, left: isize, stride: usize): v128 {
  return stride ? loadLanes(slopes, left) : v128.load32_splat(slopes);
}

/** a[r][c] = z > 0 ? z : slopes[c · stride] · z; a may be z. */
export function prelu_forward(a: usize, z: usize, slopes: usize, rows: usize, columns: usize, stride: usize): void {
  const zero = f32x4.splat(0), step = stride << 4, rest = columns << 2;
  for (; rows > 0; rows--) {
    let to = a, from = z, at = slopes;
    for (let left = <isize>columns; left > 0; left -= 4) {
      const x = loadLanes(from, left);
      const sloped = f32x4.mul(x, slopesAt(at, left, stride));
      storeLanes(to, v128.bitselect(x, sloped, f32x4.gt(x, zero)), left);
      to += 16; from += 16; at += step;
    }
    a += rest; z += rest;
  }
}

/**
 * dz = da · (z > 0 ? 1 : slope) and dslopes[c] = Σ_r da · min(z, 0), with products and sums in f64 over ascending rows. With
 * stride 0 the slope's gradient is the sum over columns, added from left to right. dz may be da or z.
 */
export function prelu_backward(
  dz: usize,
  dslopes: usize,
  da: usize,
  z: usize,
  slopes: usize,
  rows: usize,
  columns: usize,
  stride: usize,
): void {
  const zero = f32x4.splat(0), rowBytes = columns << 2, size = rows * rowBytes;
  let total: f64 = 0;
  // Four columns at a time down all rows, so that their sums stay in registers.
  for (let left = <isize>columns; left > 0; left -= 4) {
    const slope = slopesAt(slopes, left, stride);
    let low = f64x2.splat(0), high = low;
    for (let row: usize = 0; row < size; row += rowBytes) {
      const x = loadLanes(z + row, left);
      const gradient = loadLanes(da + row, left);
      storeLanes(dz + row, v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(x, zero)), left);
      const negative = f32x4.pmin(x, zero);
      low = f64x2.add(low, f64x2.mul(promoteLow(gradient), promoteLow(negative)));
      high = f64x2.add(high, f64x2.mul(promoteHigh(gradient), promoteHigh(negative)));
    }
    if (stride) {
      storeLanes(dslopes, demote(low, high), left);
      dslopes += 16; slopes += 16;
    } else {
      // The lanes beyond the last column are +0.
      total += f64x2.extract_lane(low, 0);
      total += f64x2.extract_lane(low, 1);
      total += f64x2.extract_lane(high, 0);
      total += f64x2.extract_lane(high, 1);
    }
    dz += 16; da += 16; z += 16;
  }
  if (!stride) store<f32>(dslopes, <f32>total);
}
