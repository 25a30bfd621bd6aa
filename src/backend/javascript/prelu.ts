import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';
import { workspace } from './workspace.js';

/** a[r][c] = z > 0 ? z : slopes[c · stride] · z. */
export function prelu_forward(
  { elements, shift }: Memory,
  a: Address,
  z: Address,
  slopes: Address,
  rows: number,
  columns: number,
  stride: number,
): void {
  const slope = slopes >>> shift;
  let to = a >>> shift;
  let from = z >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const x = elements[from++]!;
      elements[to++] = x > 0 ? x : elements[slope + c * stride]! * x;
    }
  }
}

/** dz = da · (z > 0 ? 1 : slope); dslopes[c · stride] = Σ da · min(z, 0) over what shares the slope. */
export function prelu_backward(
  { elements, shift }: Memory,
  dz: Address,
  dslopes: Address,
  da: Address,
  z: Address,
  slopes: Address,
  rows: number,
  columns: number,
  stride: number,
): void {
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
}
