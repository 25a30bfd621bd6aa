/**
 * Softmax and its cross-entropy: the sum over the batch in f64 and its gradient, together, on the logits:
 * ℓ = ln Σ e^(z − max) + max − z[label], so that no probability is ever taken the logarithm of.
 *
 * `weights`: a float a row, or 0 where every row weighs 1. A row of weight 0 brings 0, whatever stands in it.
 */
import { flush } from './flush';
import { exp } from './simd/exp';
import { logScalar } from './simd/log';

/** p[r] = softmax(z[r]); p may be z. */
export function softmax_forward(p: usize, z: usize, rows: usize, columns: usize): void {
  for (; rows > 0; rows--) {
    const sum = exponentials(p, z, rowMaximum(z, columns), columns);
    multiply(p, columns, <f32>(1 / sum));
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
    flushedMultiple(dz, p, columns, <f32>(factor / sum));
    // p − 1 from what the other classes hold: formed in f32 it is 0 for every confident right answer.
    store<f32>(dz + at, flush(<f32>(((<f64>load<f32>(p + at) - sum) / sum) * factor)));
    if (weight == 0) memory.fill(dz, 0, rowBytes);
    multiply(p, columns, <f32>(1 / sum));
    p += rowBytes;
    z += rowBytes;
    dz += rowBytes;
    labels += 4;
  }
  return loss;
}

/** The same for rows of target probabilities t: dz = w · share · (p · Σt − t). */
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
    // Σ t (maximum − z): the rest of the loss is ln Σ e^(z − maximum), once for each unit of mass.
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const target = <f64>load<f32>(targets + c);
      mass += target;
      // An unwanted class adds nothing, even where its logit is −∞.
      if (target != 0 && weight != 0) loss += weight * (target * (<f64>maximum - <f64>load<f32>(z + c)));
    }
    const sum = exponentials(p, z, maximum, columns);
    if (weight != 0) loss += weight * (mass * logOfSum(sum));
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const excess = <f64>load<f32>(p + c) * mass - <f64>load<f32>(targets + c) * sum;
      store<f32>(dz + c, flush(<f32>((excess / sum) * factor)));
    }
    if (weight == 0) memory.fill(dz, 0, rowBytes);
    multiply(p, columns, <f32>(1 / sum));
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

/** The largest of a row; a NaN may be passed over, it shows in the exponentials. */
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

/** out = e^(z − maximum); returns the sum, in f64. */
function exponentials(out: usize, z: usize, maximum: f32, columns: usize): f64 {
  const shift = f32x4.splat(maximum);
  const end = z + (columns << 2), vectorEnd = z + ((columns & ~3) << 2);
  let sums = f64x2.splat(0);
  while (z < vectorEnd) {
    const e = exp(f32x4.sub(v128.load(z), shift));
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(e));
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(v128.shuffle<f64>(e, e, 1, 1)));
    v128.store(out, e);
    out += 16;
    z += 16;
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  while (z < end) {
    const e = f32x4.extract_lane(exp(f32x4.sub(v128.load32_splat(z), shift)), 0);
    sum += <f64>e;
    store<f32>(out, e);
    out += 4;
    z += 4;
  }
  return sum;
}

/** ln of a sum ≥ 1: the f32 logarithm, and to first order what rounding the sum to f32 took away. */
function logOfSum(sum: f64): f64 {
  const rounded = <f32>sum;
  return <f64>logScalar(rounded) + (sum - <f64>rounded) / <f64>rounded;
}

function multiply(p: usize, n: usize, factor: f32): void {
  const end = p + (n << 2);
  while (p < end) {
    store<f32>(p, load<f32>(p) * factor);
    p += 4;
  }
}

function flushedMultiple(out: usize, x: usize, n: usize, factor: f32): void {
  const end = x + (n << 2);
  while (x < end) {
    store<f32>(out, flush(load<f32>(x) * factor));
    out += 4;
    x += 4;
  }
}
