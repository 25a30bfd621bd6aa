/** Softmax of one row. */
import { flush4 } from './flush';
import { promoteHigh, promoteLow } from './simd/arithmetic';
import { exp } from './simd/exp';
import { loadLanes, storeLanes } from './simd/lanes';
import { logScalar } from './simd/log';

/** p = softmax(z) of one row. */
export function softmaxRow(p: usize, z: usize, columns: usize): void {
  const sum = exponentials(p, z, rowMaximum(z, columns), columns);
  multiply(p, 0, columns, <f32>(1 / sum));
}

/** Largest value of a row. It may skip a NaN, which then shows in the exponentials. */
export function rowMaximum(z: usize, columns: usize): f32 {
  const end = z + (columns << 2), vectorEnd = z + ((columns & ~3) << 2);
  let largest = f32x4.splat(-Infinity);
  while (z < vectorEnd) {
    largest = f32x4.pmax(largest, v128.load(z));
    z += 16;
  }
  while (z < end) {
    largest = f32x4.pmax(largest, v128.load32_splat(z));
    z += 4;
  }
  largest = f32x4.pmax(largest, v128.shuffle<f64>(largest, largest, 1, 0));
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));
  return f32x4.extract_lane(largest, 0);
}

/** out = e^(z − maximum). Returns the sum in f64: of even and of odd lanes, then of the last columns mod 4 one by one. */
export function exponentials(out: usize, z: usize, maximum: f32, columns: usize): f64 {
  const shift = f32x4.splat(maximum);
  let sums = f64x2.splat(0), e = sums;
  for (let left = <isize>columns; left > 0; left -= 4) {
    e = exp(f32x4.sub(loadLanes(z, left), shift));
    storeLanes(out, e, left);
    if (left >= 4) sums = f64x2.add(f64x2.add(sums, promoteLow(e)), promoteHigh(e));
    out += 16;
    z += 16;
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  const rest = columns & 3;
  if (rest > 0) sum += <f64>f32x4.extract_lane(e, 0);
  if (rest > 1) sum += <f64>f32x4.extract_lane(e, 1);
  if (rest > 2) sum += <f64>f32x4.extract_lane(e, 2);
  return sum;
}

/** ln of a sum ≥ 1: the f32 logarithm plus a first-order correction for rounding the sum to f32. */
export function logOfSum(sum: f64): f64 {
  const rounded = <f32>sum;
  return <f64>logScalar(rounded) + (sum - <f64>rounded) / <f64>rounded;
}

/** p *= share; unless dz is 0, dz = gradient · the old p. */
export function multiply(p: usize, dz: usize, columns: usize, share: f32, gradient: f32 = 0): void {
  const shares = f32x4.splat(share), gradients = f32x4.splat(gradient);
  for (let left = <isize>columns; left > 0; left -= 4) {
    const e = loadLanes(p, left);
    storeLanes(p, f32x4.mul(e, shares), left);
    p += 16;
    if (dz == 0) continue;
    storeLanes(dz, flush4(f32x4.mul(e, gradients)), left);
    dz += 16;
  }
}
