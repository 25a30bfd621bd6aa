/**
 * Softmax and its cross-entropy. Loss, summed over the batch in f64, and gradient are computed together from the logits:
 * ℓ = ln Σ e^(z − max) + max − z[label], so that no logarithm of a probability is taken.
 *
 * `weights` has one float per row, or is 0 if every row has the weight 1. A row of weight 0 adds 0, whatever its values are.
 */
import { flush } from './flush';
import { softmaxLanes } from './softmax-lanes';
import { exponentials, logOfSum, multiply, rowMaximum, softmaxRow } from './softmax-row';

/**
 * Largest numbers of columns for which four rows at once are faster. Cross-entropy is 2.2 times as fast at 3 columns, 1.5 times
 * at 10 and 1.2 at 16; softmax alone 1.8 times at 3, and slower at 8 (Node 20 and 26).
 */
const LOSS_LANES: usize = 16;
const SOFTMAX_LANES: usize = 7;

/** p[r] = softmax(z[r]); p may be z. */
export function softmax_forward(p: usize, z: usize, rows: usize, columns: usize): void {
  const rowBytes = columns << 2;
  for (; columns <= SOFTMAX_LANES && rows >= 4; rows -= 4) {
    softmaxLanes(0, p, z, 0, columns, 0, 0, 0);
    p += 4 * rowBytes;
    z += 4 * rowBytes;
  }
  for (; rows > 0; rows--) {
    softmaxRow(p, z, columns);
    p += rowBytes;
    z += rowBytes;
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
  let row: usize = 0;
  for (; columns <= LOSS_LANES && row + 4 <= rows; row += 4) {
    loss = softmaxLanes(dz, p, z, labels, columns, weights == 0 ? 0 : weights + (row << 2), share, loss);
    p += 4 * rowBytes;
    z += 4 * rowBytes;
    dz += 4 * rowBytes;
    labels += 16;
  }
  for (; row < rows; row++) {
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
