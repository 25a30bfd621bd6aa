import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';

/** y[i] = factor · x[i]. */
export function scale({ elements, shift }: Memory, y: Address, x: Address, n: number, factor: number): void {
  const to = y >>> shift;
  const from = x >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = factor * elements[from + i]!;
}

/** y[r][c] = (x[r][c] − mean[c]) / std[c]. */
export function standardize(
  { elements, shift }: Memory,
  y: Address,
  x: Address,
  mean: Address,
  std: Address,
  rows: number,
  columns: number,
): void {
  const centre = mean >>> shift;
  const spread = std >>> shift;
  let to = y >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      elements[to++] = (elements[from++]! - elements[centre + c]!) / elements[spread + c]!;
    }
  }
}
