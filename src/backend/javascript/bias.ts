import type { Elements } from '../names.js';
import type { Kernel } from './memory.js';
import { workspace } from './workspace.js';

/** y[r][c] = x[r][c] + bias[c]. */
export const bias_add: Kernel<'bias_add'> = ({ elements, shift }, y, x, bias, rows, columns) => {
  const b = bias >>> shift;
  let to = y >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) elements[to++] = elements[from++]! + elements[b + c]!;
  }
};

/** db[c] = Σ_r dz[r][c]. */
export const bias_gradient: Kernel<'bias_gradient'> = ({ elements, shift }, db, dz, rows, columns) => {
  const sums = columnSums(elements, dz >>> shift, rows, columns);
  const to = db >>> shift;
  for (let c = 0; c < columns; c++) elements[to + c] = sums[c]!;
};

/** out[c] = bias[c] + offset · Σ_r kernel[r][c]. */
export const offset_bias: Kernel<'offset_bias'> = (
  { elements, shift },
  out,
  bias,
  kernel,
  rows,
  columns,
  offset,
) => {
  const sums = columnSums(elements, kernel >>> shift, rows, columns);
  const to = out >>> shift;
  const from = bias >>> shift;
  for (let c = 0; c < columns; c++) elements[to + c] = elements[from + c]! + offset * sums[c]!;
};

/** dw[r][c] += offset · db[c]. */
export const offset_gradient: Kernel<'offset_gradient'> = (
  { elements, shift },
  dw,
  db,
  rows,
  columns,
  offset,
) => {
  const from = db >>> shift;
  let to = dw >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) elements[to++]! += offset * elements[from + c]!;
  }
};

/** Sums each column. It goes row by row, because the entries of a column lie apart, and in doubles, to round only at the store. */
function columnSums(elements: Elements, x: number, rows: number, columns: number): Float64Array {
  const sums = workspace(columns);
  sums.fill(0, 0, columns);
  let from = x;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) sums[c]! += elements[from++]!;
  }
  return sums;
}
