import type { Kernel } from './memory.js';
import { workspace } from './workspace.js';

/** a[r][c] = z > 0 ? z : slopes[c · stride] · z. */
export const prelu_forward: Kernel<'prelu_forward'> = (
  { elements, shift },
  a,
  z,
  slopes,
  rows,
  columns,
  stride,
) => {
  const slope = slopes >>> shift;
  let to = a >>> shift;
  let from = z >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const x = elements[from++]!;
      elements[to++] = x > 0 ? x : elements[slope + c * stride]! * x;
    }
  }
};

/** dz = da · (z > 0 ? 1 : slope); dslopes[c · stride] = Σ da · min(z, 0) over all elements that share the slope. */
export const prelu_backward: Kernel<'prelu_backward'> = (
  { elements, shift },
  dz,
  dslopes,
  da,
  z,
  slopes,
  rows,
  columns,
  stride,
) => {
  const count = stride === 0 ? 1 : columns;
  const sums = workspace(count).fill(0, 0, count);
  const slope = slopes >>> shift;
  let to = dz >>> shift;
  let from = da >>> shift;
  let at = z >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const x = elements[at++]!;
      const gradient = elements[from++]!;
      elements[to++] = x > 0 ? gradient : gradient * elements[slope + c * stride]!;
      sums[c * stride]! += gradient * Math.min(x, 0);
    }
  }
  for (let c = 0; c < count; c++) elements[(dslopes >>> shift) + c] = sums[c]!;
};
