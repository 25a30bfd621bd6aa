import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';
import { exponentials, indexOfMaximum } from './softmax.js';

/** Gradients smaller than this are stored as 0: denormals would slow the next gemm many times over. */
const SMALLEST_GRADIENT = 1e-30;

/** p = softmax(z), dz = (p − onehot(label)) / rows; returns Σ_r −ln p[r][label]. */
export function softmax_cross_entropy(
  { elements, words, shift }: Memory,
  dz: Address,
  p: Address,
  z: Address,
  labels: Address,
  rows: number,
  columns: number,
): number {
  if (columns === 0) return 0;
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const gradient = (dz >>> shift) + r * columns;
    const probability = (p >>> shift) + r * columns;
    const logit = (z >>> shift) + r * columns;
    const label = words[(labels >>> 2) + r]!;

    const top = indexOfMaximum(elements, logit, columns);
    // Taken before the exponentials, which may be written onto z.
    const shortfall = elements[logit + top]! - elements[logit + label]!;
    const rest = exponentials(elements, probability, logit, columns, top);
    const total = elements[probability + top]! + rest;
    loss += Math.log1p(rest) + shortfall;

    for (let c = 0; c < columns; c++) {
      const share = elements[probability + c]! / total;
      elements[probability + c] = share;
      // p[top] − 1 = −rest / total, without the cancellation.
      const difference = c !== label ? share : c === top ? -rest / total : share - 1;
      elements[gradient + c] = flush(difference / rows);
    }
  }
  return loss;
}

/** p = softmax(z), dz = (p · Σt − t) / rows; returns Σ_r Σ_c −t ln p. */
export function softmax_cross_entropy_rows(
  { elements, shift }: Memory,
  dz: Address,
  p: Address,
  z: Address,
  targets: Address,
  rows: number,
  columns: number,
): number {
  if (columns === 0) return 0;
  let loss = 0;
  for (let r = 0; r < rows; r++) {
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
      // 0 · ln 0 is 0: a logit of −∞ costs nothing where nothing was expected.
      if (t !== 0) shortfall += t * (maximum - elements[logit + c]!);
      if (c !== top) otherTargets += t;
    }
    const rest = exponentials(elements, probability, logit, columns, top);
    const total = elements[probability + top]! + rest;
    const targetSum = elements[target + top]! + otherTargets;
    loss += targetSum * Math.log1p(rest) + shortfall;

    for (let c = 0; c < columns; c++) {
      const share = elements[probability + c]! / total;
      elements[probability + c] = share;
      // For the largest, p · Σt − t with p = 1 − rest / total, without the cancellation.
      const difference =
        c === top ? otherTargets - targetSum * (rest / total) : share * targetSum - elements[target + c]!;
      elements[gradient + c] = flush(difference / rows);
    }
  }
  return loss;
}

/** da = 2 (a − t) / n; returns Σ (a − t)². */
export function mean_squared_error(
  { elements, shift }: Memory,
  da: Address,
  a: Address,
  targets: Address,
  n: number,
): number {
  const to = da >>> shift;
  const from = a >>> shift;
  const target = targets >>> shift;
  const factor = 2 / n;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const difference = elements[from + i]! - elements[target + i]!;
    elements[to + i] = factor * difference;
    sum += difference * difference;
  }
  return sum;
}

function flush(gradient: number): number {
  return gradient < SMALLEST_GRADIENT && gradient > -SMALLEST_GRADIENT ? 0 : gradient;
}
