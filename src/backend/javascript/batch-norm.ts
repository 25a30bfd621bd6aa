import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';
import { workspace } from './workspace.js';

/** Mean and biased variance of each column; NaN without rows. The scratch of the WebAssembly kernel is not needed here. */
export function column_moments(
  { elements, shift }: Memory,
  mean: Address,
  variance: Address,
  x: Address,
  rows: number,
  columns: number,
  _scratch: Address,
): void {
  const centres = mean >>> shift;
  const spreads = variance >>> shift;
  const from = x >>> shift;
  // Means, then squares. Around the mean in doubles, not as it is stored: equal values have a variance of 0.
  const sums = workspace(2 * columns).fill(0, 0, 2 * columns);
  for (let r = 0, i = from; r < rows; r++) {
    for (let c = 0; c < columns; c++) sums[c]! += elements[i++]!;
  }
  for (let c = 0; c < columns; c++) sums[c]! /= rows;
  for (let r = 0, i = from; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const deviation = elements[i++]! - sums[c]!;
      sums[columns + c]! += deviation * deviation;
    }
  }
  for (let c = 0; c < columns; c++) {
    elements[centres + c] = sums[c]!;
    elements[spreads + c] = sums[columns + c]! / rows;
  }
}

/** out = 1 / √(variance + epsilon). */
export function inverse_deviation(
  { elements, shift }: Memory,
  out: Address,
  variance: Address,
  n: number,
  epsilon: number,
): void {
  const to = out >>> shift;
  const from = variance >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = 1 / Math.sqrt(elements[from + i]! + epsilon);
}

/** y = gamma · ((x − mean) · inverse) + beta. */
export function batch_norm_forward(
  { elements, shift }: Memory,
  y: Address,
  x: Address,
  mean: Address,
  inverse: Address,
  gamma: Address,
  beta: Address,
  rows: number,
  columns: number,
): void {
  const centres = mean >>> shift;
  const inverses = inverse >>> shift;
  const gammas = gamma >>> shift;
  const betas = beta >>> shift;
  let to = y >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const normalized = (elements[from++]! - elements[centres + c]!) * elements[inverses + c]!;
      elements[to++] = elements[gammas + c]! * normalized + elements[betas + c]!;
    }
  }
}

/** dbeta[c] = Σ_r dy, dgamma[c] = Σ_r dy · x̂. */
export function batch_norm_gradients(
  { elements, shift }: Memory,
  dgamma: Address,
  dbeta: Address,
  dy: Address,
  x: Address,
  mean: Address,
  inverse: Address,
  rows: number,
  columns: number,
  _scratch: Address,
): void {
  const centres = mean >>> shift;
  const inverses = inverse >>> shift;
  const sums = workspace(2 * columns).fill(0, 0, 2 * columns);
  let upstream = dy >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const d = elements[upstream++]!;
      sums[c]! += d;
      sums[columns + c]! += d * (elements[from++]! - elements[centres + c]!) * elements[inverses + c]!;
    }
  }
  const gammas = dgamma >>> shift;
  const betas = dbeta >>> shift;
  for (let c = 0; c < columns; c++) {
    elements[betas + c] = sums[c]!;
    elements[gammas + c] = sums[columns + c]!;
  }
}

/** dx = gamma · inverse · (dy − share · (dbeta + x̂ · dgamma)). */
export function batch_norm_backward(
  { elements, shift }: Memory,
  dx: Address,
  dy: Address,
  x: Address,
  mean: Address,
  inverse: Address,
  gamma: Address,
  dgamma: Address,
  dbeta: Address,
  rows: number,
  columns: number,
  share: number,
): void {
  const centres = mean >>> shift;
  const inverses = inverse >>> shift;
  const scales = gamma >>> shift;
  const gammas = dgamma >>> shift;
  const betas = dbeta >>> shift;
  let to = dx >>> shift;
  let upstream = dy >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const inverseHere = elements[inverses + c]!;
      const normalized = (elements[from++]! - elements[centres + c]!) * inverseHere;
      const throughMoments = elements[betas + c]! + normalized * elements[gammas + c]!;
      elements[to++] = elements[scales + c]! * inverseHere * (elements[upstream++]! - share * throughMoments);
    }
  }
}

/** y = keep · y + add · x. */
export function blend(
  { elements, shift }: Memory,
  y: Address,
  x: Address,
  n: number,
  keep: number,
  add: number,
): void {
  const to = y >>> shift;
  const from = x >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = keep * elements[to + i]! + add * elements[from + i]!;
}
