import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';

/** y = bits ≥ threshold ? x · factor : 0. */
export function dropout(
  { elements, words, shift }: Memory,
  y: Address,
  x: Address,
  bits: Address,
  n: number,
  threshold: number,
  factor: number,
): void {
  const to = y >>> shift;
  const from = x >>> shift;
  const word = bits >>> 2;
  for (let i = 0; i < n; i++) {
    elements[to + i] = words[word + i]! >= threshold ? elements[from + i]! * factor : 0;
  }
}
