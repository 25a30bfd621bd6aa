import type { Address } from '../kernels.js';
import { sigmoid_forward } from './activations.js';
import type { Kernel, Memory } from './memory.js';
import { exponentials, indexOfMaximum, sigmoid, softplus } from './softmax.js';

/** Gradients smaller than this are stored as 0, because denormals would slow the next gemm many times over. */
const SMALLEST_GRADIENT = 1e-30;

/** p = softmax(z), dz = w · share · (p − onehot(label)); returns Σ_r −w_r ln p[r][label]. */
export const softmax_cross_entropy: Kernel<'softmax_cross_entropy'> = (
  memory,
  dz,
  p,
  z,
  labels,
  rows,
  columns,
  weights,
  share,
) => {
  if (columns === 0) return 0;
  const { elements, words, shift } = memory;
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const weight = weightOf(memory, weights, r);
    const gradient = (dz >>> shift) + r * columns;
    const probability = (p >>> shift) + r * columns;
    const logit = (z >>> shift) + r * columns;
    const label = words[(labels >>> 2) + r]!;

    const top = indexOfMaximum(elements, logit, columns);
    // Read before the exponentials, which may overwrite z.
    const shortfall = elements[logit + top]! - elements[logit + label]!;
    const rest = exponentials(elements, probability, logit, columns, top);
    const total = elements[probability + top]! + rest;
    loss += times(weight, Math.log1p(rest) + shortfall);

    for (let c = 0; c < columns; c++) {
      const part = elements[probability + c]! / total;
      elements[probability + c] = part;
      // p[top] − 1 = −rest / total, without the cancellation.
      const difference = c !== label ? part : c === top ? -rest / total : part - 1;
      elements[gradient + c] = flush(times(weight, share * difference));
    }
  }
  return loss;
};

/** p = softmax(z), dz = w · share · (p · Σt − t); returns Σ_r w_r Σ_c −t ln p. */
export const softmax_cross_entropy_rows: Kernel<'softmax_cross_entropy_rows'> = (
  memory,
  dz,
  p,
  z,
  targets,
  rows,
  columns,
  weights,
  share,
) => {
  if (columns === 0) return 0;
  const { elements, shift } = memory;
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const weight = weightOf(memory, weights, r);
    const gradient = (dz >>> shift) + r * columns;
    const probability = (p >>> shift) + r * columns;
    const logit = (z >>> shift) + r * columns;
    const target = (targets >>> shift) + r * columns;

    const top = indexOfMaximum(elements, logit, columns);
    const maximum = elements[logit + top]!;
    let shortfall = 0;
    let otherTargets = 0;
    for (let c = 0; c < columns; c++) {
      const t = elements[target + c]!;
      // 0 · ln 0 counts as 0: a logit of −∞ adds nothing where the target is 0.
      if (t !== 0) shortfall += t * (maximum - elements[logit + c]!);
      if (c !== top) otherTargets += t;
    }
    const rest = exponentials(elements, probability, logit, columns, top);
    const total = elements[probability + top]! + rest;
    const targetSum = elements[target + top]! + otherTargets;
    loss += times(weight, targetSum * Math.log1p(rest) + shortfall);

    for (let c = 0; c < columns; c++) {
      const part = elements[probability + c]! / total;
      elements[probability + c] = part;
      // The largest entry's difference is p · Σt − t with p = 1 − rest / total, rearranged so that nothing cancels.
      const difference =
        c === top ? otherTargets - targetSum * (rest / total) : part * targetSum - elements[target + c]!;
      elements[gradient + c] = flush(times(weight, share * difference));
    }
  }
  return loss;
};

/** p = σ(z), dz = w · share · (p − t); returns Σ_r w_r Σ_c −t ln p − (1 − t) ln(1 − p). */
export const sigmoid_cross_entropy: Kernel<'sigmoid_cross_entropy'> = (
  memory,
  dz,
  p,
  z,
  targets,
  rows,
  columns,
  weights,
  share,
) => {
  const loss = elementwise(memory, dz, z, targets, rows, columns, weights, (logit, t, weight) => {
    // 1 − p is σ(−z) and −ln p is ln(1 + e^−z), so that a confident answer keeps its digits.
    const gradient = times(1 - t, sigmoid(logit)) - times(t, sigmoid(-logit));
    return [
      times(t, softplus(-logit)) + times(1 - t, softplus(logit)),
      flush(times(weight, share * gradient)),
    ];
  });
  sigmoid_forward(memory, p, z, rows * columns, 0);
  return loss;
};

/** da = 2 · w · share · (a − t); returns Σ_r w_r Σ_c (a − t)². */
export const squared_error: Kernel<'squared_error'> = (
  memory,
  da,
  a,
  targets,
  rows,
  columns,
  weights,
  share,
) => {
  return elementwise(memory, da, a, targets, rows, columns, weights, (value, t, weight) => {
    const difference = value - t;
    return [difference * difference, times(weight, 2 * share * difference)];
  });
};

/** da = w · share · sign(a − t); returns Σ_r w_r Σ_c |a − t|. */
export const absolute_error: Kernel<'absolute_error'> = (
  memory,
  da,
  a,
  targets,
  rows,
  columns,
  weights,
  share,
) => {
  return elementwise(memory, da, a, targets, rows, columns, weights, (value, t, weight) => [
    Math.abs(value - t),
    times(weight, share * Math.sign(value - t)),
  ]);
};

/** Huber loss of d = a − t: ½d² where |d| ≤ δ, else δ(|d| − ½δ). da = w · share · its derivative. */
export const huber: Kernel<'huber'> = (memory, da, a, targets, rows, columns, weights, share, delta) => {
  return elementwise(memory, da, a, targets, rows, columns, weights, (value, t, weight) => {
    const difference = value - t;
    const size = Math.abs(difference);
    return size <= delta
      ? [0.5 * size * size, times(weight, share * difference)]
      : [delta * (size - 0.5 * delta), times(weight, share * delta * Math.sign(difference))];
  });
};

/** Returns Σ_r w_r Σ_c of the losses that `at` gives for each element, and stores the gradients that it gives. */
function elementwise(
  memory: Memory,
  gradients: Address,
  values: Address,
  targets: Address,
  rows: number,
  columns: number,
  weights: Address,
  at: (value: number, target: number, weight: number) => [loss: number, gradient: number],
): number {
  const { elements, shift } = memory;
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const weight = weightOf(memory, weights, r);
    for (let i = r * columns; i < (r + 1) * columns; i++) {
      const [loss, gradient] = at(
        elements[(values >>> shift) + i]!,
        elements[(targets >>> shift) + i]!,
        weight,
      );
      elements[(gradients >>> shift) + i] = gradient;
      sum += times(weight, loss);
    }
  }
  return sum;
}

function weightOf({ elements, shift }: Memory, weights: Address, row: number): number {
  return weights === 0 ? 1 : elements[(weights >>> shift) + row]!;
}

/** weight · value, and 0 for a weight of 0 even if the value is infinite or NaN. */
function times(weight: number, value: number): number {
  return weight === 0 ? 0 : weight * value;
}

function flush(gradient: number): number {
  return gradient < SMALLEST_GRADIENT && gradient > -SMALLEST_GRADIENT ? 0 : gradient;
}
