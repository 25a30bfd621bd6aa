import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';

/** y[r] = source[order[r]], rows of so many elements; with `order` 0, source[r]. */
export function gather_rows(
  { elements, words, shift }: Memory,
  y: Address,
  source: Address,
  order: Address,
  rows: number,
  columns: number,
): void {
  let to = y >>> shift;
  for (let r = 0; r < rows; r++) {
    let from = (source >>> shift) + (order === 0 ? r : words[(order >>> 2) + r]!) * columns;
    for (const end = to + columns; to < end; to++) elements[to] = elements[from++]!;
  }
}

/** The same of rows of bytes, each times `factor`; with `order` 0, y and source may end at the same address. */
export function gather_bytes(
  { elements, words, bytes, shift }: Memory,
  y: Address,
  source: Address,
  order: Address,
  rows: number,
  columns: number,
  factor: number,
): void {
  let to = y >>> shift;
  for (let r = 0; r < rows; r++) {
    let from = source + (order === 0 ? r : words[(order >>> 2) + r]!) * columns;
    for (const end = to + columns; to < end; to++) elements[to] = factor * bytes[from++]!;
  }
}
