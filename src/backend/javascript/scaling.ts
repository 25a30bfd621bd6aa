import type { Kernel } from './memory.js';

/** y[i] = factor · x[i]. */
export const scale: Kernel<'scale'> = ({ elements, shift }, y, x, n, factor) => {
  const to = y >>> shift;
  const from = x >>> shift;
  for (let i = 0; i < n; i++) elements[to + i] = factor * elements[from + i]!;
};

/** y[r][c] = (x[r][c] − mean[c]) / std[c]. */
export const standardize: Kernel<'standardize'> = ({ elements, shift }, y, x, mean, std, rows, columns) => {
  const centre = mean >>> shift;
  const spread = std >>> shift;
  let to = y >>> shift;
  let from = x >>> shift;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      elements[to++] = (elements[from++]! - elements[centre + c]!) / elements[spread + c]!;
    }
  }
};
