import type { Address, Elements } from '../kernels.js';
import type { Memory } from './memory.js';
import { workspace } from './workspace.js';

/** y[r][c] = x[r][c] + bias[c]. */
export function bias_add(
  { elements, shift }: Memory,
  y: Address,
  x: Address,
  bias: Address,
  rows: number,
  columns: number,
): void {
  const b = bias >>> shift;
  let to = y >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) elements[to++] = elements[from++]! + elements[b + c]!;
  }
}

/** db[c] = Σ_r dz[r][c]. */
export function bias_gradient(
  { elements, shift }: Memory,
  db: Address,
  dz: Address,
  rows: number,
  columns: number,
): void {
  const sums = columnSums(elements, dz >>> shift, rows, columns);
  const to = db >>> shift;
  for (let c = 0; c < columns; c++) elements[to + c] = sums[c]!;
}

/** out[c] = bias[c] + offset · Σ_r kernel[r][c]. */
export function offset_bias(
  { elements, shift }: Memory,
  out: Address,
  bias: Address,
  kernel: Address,
  rows: number,
  columns: number,
  offset: number,
): void {
  const sums = columnSums(elements, kernel >>> shift, rows, columns);
  const to = out >>> shift;
  const from = bias >>> shift;
  for (let c = 0; c < columns; c++) elements[to + c] = elements[from + c]! + offset * sums[c]!;
}

/** dw[r][c] += offset · db[c]. */
export function offset_gradient(
  { elements, shift }: Memory,
  dw: Address,
  db: Address,
  rows: number,
  columns: number,
  offset: number,
): void {
  const from = db >>> shift;
  let to = dw >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) elements[to++]! += offset * elements[from + c]!;
  }
}

/** Row by row, because a column's entries lie apart; in doubles, because a sum is rounded only at the store. */
function columnSums(elements: Elements, x: number, rows: number, columns: number): Float64Array {
  const sums = workspace(columns);
  sums.fill(0, 0, columns);
  let from = x;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) sums[c]! += elements[from++]!;
  }
  return sums;
}
