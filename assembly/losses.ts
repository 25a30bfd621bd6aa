/**
 * Softmax and its cross-entropy. Loss, summed over the batch in f64, and gradient are computed together from the logits:
 * ℓ = ln Σ e^(z − max) + max − z[label], so that no logarithm of a probability is taken.
 *
 * `weights` has one float per row, or is 0 if every row has the weight 1. A row of weight 0 adds 0, whatever its values are.
 */
import { flush, flush4 } from './flush';
import { promoteHigh, promoteLow } from './simd/arithmetic';
import { exp } from './simd/exp';
import { loadLanes, storeLanes } from './simd/lanes';
import { logScalar } from './simd/log';

/** p[r] = softmax(z[r]); p may be z. */
export function softmax_forward(p: usize, z: usize, rows: usize, columns: usize): void {
  for (; rows > 0; rows--) {
    const sum = exponentials(p, z, rowMaximum(z, columns), columns);
    multiply(p, 0, columns, <f32>(1 / sum));
    p += columns << 2;
    z += columns << 2;
  }
}

/** Writes p = softmax(z) and dz = w · share · (p − onehot(label)); returns Σ w · ℓ. Labels are u32. */
export function softmax_cross_entropy(
  dz: usize,
  p: usize,
  z: usize,
  labels: usize,
  rows: usize,
  columns: usize,
  weights: usize,
  share: f64,
): f64 {
  if (columns == 0) return 0;
  const rowBytes = columns << 2;
  let loss: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const weight = weightOf(weights, row), factor = weight * share;
    const at = <usize>load<u32>(labels) << 2;
    const wanted = load<f32>(z + at);
    const maximum = rowMaximum(z, columns);
    const sum = exponentials(p, z, maximum, columns);
    if (weight != 0) loss += weight * (logOfSum(sum) + (<f64>maximum - <f64>wanted));
    // p − 1 comes from the values of the other classes; as an f32 difference it would be 0 for every confident right answer.
    const excess = (<f64>load<f32>(p + at) - sum) / sum;
    multiply(p, dz, columns, <f32>(1 / sum), <f32>(factor / sum));
    store<f32>(dz + at, flush(<f32>(excess * factor)));
    if (weight == 0) memory.fill(dz, 0, rowBytes);
    p += rowBytes;
    z += rowBytes;
    dz += rowBytes;
    labels += 4;
  }
  return loss;
}

/** Softmax and its cross-entropy for rows of target probabilities t: dz = w · share · (p · Σt − t). */
export function softmax_cross_entropy_rows(
  dz: usize,
  p: usize,
  z: usize,
  targets: usize,
  rows: usize,
  columns: usize,
  weights: usize,
  share: f64,
): f64 {
  if (columns == 0) return 0;
  const rowBytes = columns << 2;
  let loss: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const weight = weightOf(weights, row), factor = weight * share;
    const maximum = rowMaximum(z, columns);
    let mass: f64 = 0;
    // Σ t (maximum − z). The rest of the loss is ln Σ e^(z − maximum), once per unit of mass.
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const target = <f64>load<f32>(targets + c);
      mass += target;
      // A class with target 0 adds nothing, even if its logit is −∞.
      if (target != 0 && weight != 0) loss += weight * (target * (<f64>maximum - <f64>load<f32>(z + c)));
    }
    const sum = exponentials(p, z, maximum, columns);
    if (weight != 0) loss += weight * (mass * logOfSum(sum));
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const excess = <f64>load<f32>(p + c) * mass - <f64>load<f32>(targets + c) * sum;
      store<f32>(dz + c, flush(<f32>((excess / sum) * factor)));
    }
    if (weight == 0) memory.fill(dz, 0, rowBytes);
    multiply(p, 0, columns, <f32>(1 / sum));
    p += rowBytes;
    z += rowBytes;
    dz += rowBytes;
    targets += rowBytes;
  }
  return loss;
}

// @ts-ignore: decorator
@inline
function weightOf(weights: usize, row: usize): f64 {
  return weights == 0 ? 1 : <f64>load<f32>(weights + (row << 2));
}

/** Largest value of a row. It may skip a NaN, which then shows in the exponentials. */
function rowMaximum(z: usize, columns: usize): f32 {
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
function exponentials(out: usize, z: usize, maximum: f32, columns: usize): f64 {
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
function logOfSum(sum: f64): f64 {
  const rounded = <f32>sum;
  return <f64>logScalar(rounded) + (sum - <f64>rounded) / <f64>rounded;
}

/** p *= share; unless dz is 0, dz = gradient · the old p. */
function multiply(p: usize, dz: usize, columns: usize, share: f32, gradient: f32 = 0): void {
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
