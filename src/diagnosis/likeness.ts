/** Comparison of the rows of a tensor: whether a layer tells inputs apart. */
import type { Elements } from '../backend/names.js';

/** Likeness of the rows of a tensor. */
export interface Likeness {
  /** Standard deviation of each column over the rows, as root mean square over the columns. */
  readonly unitStd: number;
  /** Mean cosine of two rows, over all pairs of different rows that are not 0; undefined with fewer than two such rows. */
  readonly correlation: number | undefined;
}

/**
 * Compares the rows of a tensor, in f64.
 *
 * @param values  rows of `columns` values, one after another
 * @param offset  added to every value first; default 0
 */
export function likenessOf(values: Elements, columns: number, offset = 0): Likeness {
  const rows = values.length / columns;
  const sums = new Float64Array(columns);
  const directions = new Float64Array(columns);
  let squares = 0;
  let directed = 0;
  for (let start = 0; start < values.length; start += columns) {
    let square = 0;
    for (let c = 0; c < columns; c++) {
      const value = values[start + c]! + offset;
      square += value * value;
      // Relative to the first row, so that equal rows have a deviation of exactly 0.
      const deviation = values[start + c]! - values[c]!;
      sums[c]! += deviation;
      squares += deviation * deviation;
    }
    if (!(square > 0) || square === Infinity) continue;
    directed++;
    const inverse = 1 / Math.sqrt(square);
    for (let c = 0; c < columns; c++) directions[c]! += (values[start + c]! + offset) * inverse;
  }
  let means = 0;
  let resultant = 0;
  for (let c = 0; c < columns; c++) {
    means += (sums[c]! / rows) * (sums[c]! / rows);
    resultant += directions[c]! * directions[c]!;
  }
  const variance = Math.max(0, squares / rows - means);
  return { unitStd: Math.sqrt(variance / columns), correlation: meanCosine(resultant, directed) };
}

/**
 * Returns the mean cosine of two of n vectors; undefined for fewer than two.
 *
 * @param resultant  squared norm of the sum of the n unit vectors, which is n plus the cosines of all ordered pairs
 */
export function meanCosine(resultant: number, n: number): number | undefined {
  return n < 2 ? undefined : (resultant - n) / (n * (n - 1));
}
