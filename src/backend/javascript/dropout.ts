import type { Kernel } from './memory.js';

/** y = bits ≥ threshold ? x · factor : 0. */
export const dropout: Kernel<'dropout'> = ({ elements, words, shift }, y, x, bits, n, threshold, factor) => {
  const to = y >>> shift;
  const from = x >>> shift;
  const word = bits >>> 2;
  for (let i = 0; i < n; i++) {
    elements[to + i] = words[word + i]! >= threshold ? elements[from + i]! * factor : 0;
  }
};
