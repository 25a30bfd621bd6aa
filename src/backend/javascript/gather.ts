import type { Kernel } from './memory.js';

/** y[r] = source[order[r]] for rows of `columns` elements; y[r] = source[r] if `order` is 0. */
export const gather_rows: Kernel<'gather_rows'> = (
  { elements, words, shift },
  y,
  source,
  order,
  rows,
  columns,
) => {
  let to = y >>> shift;
  for (let r = 0; r < rows; r++) {
    let from = (source >>> shift) + (order === 0 ? r : words[(order >>> 2) + r]!) * columns;
    for (const end = to + columns; to < end; to++) elements[to] = elements[from++]!;
  }
};

/** y[r] = factor · source[order[r]] for rows of bytes. If `order` is 0, y and source may end at the same address. */
export const gather_bytes: Kernel<'gather_bytes'> = (
  { elements, words, bytes, shift },
  y,
  source,
  order,
  rows,
  columns,
  factor,
) => {
  let to = y >>> shift;
  for (let r = 0; r < rows; r++) {
    let from = source + (order === 0 ? r : words[(order >>> 2) + r]!) * columns;
    for (const end = to + columns; to < end; to++) elements[to] = factor * bytes[from++]!;
  }
};
