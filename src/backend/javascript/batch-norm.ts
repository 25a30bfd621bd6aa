import type { Kernel } from './memory.js';
import { workspace } from './workspace.js';

/** Mean and biased variance of each column; NaN without rows. Only the WebAssembly kernel uses the scratch. */
export const column_moments: Kernel<'column_moments'> = (
  { elements, shift },
  mean,
  variance,
  x,
  rows,
  columns,
  _scratch,
) => {
  const centres = mean >>> shift;
  const spreads = variance >>> shift;
  const from = x >>> shift;
  // Means first, then squares around the mean in doubles rather than the stored one, so that equal values have a variance of 0.
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
};

/** out = 1 / √(variance + epsilon). */
export const inverse_deviation: Kernel<'inverse_deviation'> = (
  { elements, shift },
  out,
  variance,
  n,
  epsilon,
) => {
  const to = out >>> shift;
  const from = variance >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = 1 / Math.sqrt(elements[from + i]! + epsilon);
};

/** y = gamma · ((x − mean) · inverse) + beta. */
export const batch_norm_forward: Kernel<'batch_norm_forward'> = (
  { elements, shift },
  y,
  x,
  mean,
  inverse,
  gamma,
  beta,
  rows,
  columns,
) => {
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
};

/** dbeta[c] = Σ_r dy, dgamma[c] = Σ_r dy · x̂. */
export const batch_norm_gradients: Kernel<'batch_norm_gradients'> = (
  { elements, shift },
  dgamma,
  dbeta,
  dy,
  x,
  mean,
  inverse,
  rows,
  columns,
  _scratch,
) => {
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
};

/** dx = gamma · inverse · (dy − share · (dbeta + x̂ · dgamma)). */
export const batch_norm_backward: Kernel<'batch_norm_backward'> = (
  { elements, shift },
  dx,
  dy,
  x,
  mean,
  inverse,
  gamma,
  dgamma,
  dbeta,
  rows,
  columns,
  share,
) => {
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
};

/** y = keep · y + add · x. */
export const blend: Kernel<'blend'> = ({ elements, shift }, y, x, n, keep, add) => {
  const to = y >>> shift;
  const from = x >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = keep * elements[to + i]! + add * elements[from + i]!;
};
