import type { Kernel } from './memory.js';

/** y[columns] = x[rows] · kernel[rows×columns] with x and y in f64. Each y is one chain over ascending rows. */
export const row_forward: Kernel<'row_forward'> = (
  { elements, doubles, shift },
  y,
  x,
  kernel,
  rows,
  columns,
) => {
  const to = y >>> 3;
  const from = x >>> 3;
  doubles.fill(0, to, to + columns);
  let weight = kernel >>> shift;
  for (let r = 0; r < rows; r++) {
    const value = doubles[from + r]!;
    for (let c = 0; c < columns; c++) doubles[to + c]! += value * elements[weight++]!;
  }
};

/** dx[rows] = kernel[rows×columns] · dy[columns] with dx and dy in f64. Each dx is one chain over ascending columns. */
export const row_backward: Kernel<'row_backward'> = (
  { elements, doubles, shift },
  dx,
  dy,
  kernel,
  rows,
  columns,
) => {
  const to = dx >>> 3;
  const from = dy >>> 3;
  let weight = kernel >>> shift;
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += doubles[from + c]! * elements[weight++]!;
    doubles[to + r] = sum;
  }
};
