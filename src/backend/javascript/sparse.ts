import type { Address } from '../kernels.js';
import type { Kernel, Memory } from './memory.js';

/** Number of x[0..n) that are neither +0 nor −0. */
export const count_nonzeros: Kernel<'count_nonzeros'> = ({ elements, shift }, x, n) => {
  const start = x >>> shift;
  let count = 0;
  for (let i = start; i < start + n; i++) if (elements[i] !== 0) count++;
  return count;
};

/** Bytes of the index of a matrix with `nonzeros` entries that are not 0. */
export const index_bytes: Kernel<'index_bytes'> = (_, rows, _columns, nonzeros) => {
  return 4 * (rows + 1 + nonzeros);
};

/**
 * Writes the index of x[rows×columns]: for each row the word at which its list begins, then the word after the last list, then
 * the lists one after another. A list has the columns of the entries that are not 0, ascending.
 */
export const index_rows: Kernel<'index_rows'> = ({ elements, words, shift }, index, x, rows, columns) => {
  const begins = index >>> 2;
  let list = begins + rows + 1;
  for (let r = 0, i = x >>> shift; r < rows; r++) {
    words[begins + r] = list;
    for (let c = 0; c < columns; c++) if (elements[i++] !== 0) words[list++] = c;
  }
  words[begins + rows] = list;
};

/** Writes the index of xᵀ from that of x[rows×columns]. */
export const index_columns: Kernel<'index_columns'> = ({ words }, index, byRows, rows, columns) => {
  const ends = (index >>> 2) + 1;
  const begins = byRows >>> 2;
  words.fill(0, ends, ends + columns);
  const last = words[begins + rows]!;
  // Count the length of each list. Then store where each list begins, and move that on with each entry to where the list ends.
  for (let p = words[begins]!; p < last; p++) words[ends + words[p]!]!++;
  let next = ends + columns;
  words[ends - 1] = next;
  for (let end = ends; end < ends + columns; end++) {
    const length = words[end]!;
    words[end] = next;
    next += length;
  }
  for (let r = 0; r < rows; r++) {
    const end = words[begins + r + 1]!;
    for (let p = words[begins + r]!; p < end; p++) words[words[ends + words[p]!]!++] = r;
  }
};

/** C[m×n] = A[m×k] · B[k×n]; `index` is that of A. */
export const sparse_nn: Kernel<'sparse_nn'> = (memory, c, a, index, b, m, n, k) => {
  multiply(memory, c, a, k, 1, index, b, m, n);
};

/** C[m×n] = Aᵀ · B[k×n], A stored [k×m]; `index` is that of Aᵀ. */
export const sparse_tn: Kernel<'sparse_tn'> = (memory, c, a, index, b, m, n) => {
  multiply(memory, c, a, 1, m, index, b, m, n);
};

/** Each entry of C is the chain of the gemm without the terms that are 0. A tile at the edge repeats the last column. */
function multiply(
  { elements, words, shift }: Memory,
  c: Address,
  a: Address,
  aRow: number,
  aStep: number,
  index: Address,
  b: Address,
  m: number,
  n: number,
): void {
  const begins = index >>> 2;
  const matrix = b >>> shift;
  let target = c >>> shift;
  for (let i = 0; i < m; i++, target += n) {
    const row = (a >>> shift) + i * aRow;
    const begin = words[begins + i]!;
    const end = words[begins + i + 1]!;
    for (let j = 0; j < n; j += 4) {
      const j1 = Math.min(j + 1, n - 1);
      const j2 = Math.min(j + 2, n - 1);
      const j3 = Math.min(j + 3, n - 1);
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let p = begin; p < end; p++) {
        const at = words[p]!;
        const x = elements[row + at * aStep]!;
        const y = matrix + at * n;
        s0 += x * elements[y + j]!;
        s1 += x * elements[y + j1]!;
        s2 += x * elements[y + j2]!;
        s3 += x * elements[y + j3]!;
      }
      elements[target + j] = s0;
      elements[target + j1] = s1;
      elements[target + j2] = s2;
      elements[target + j3] = s3;
    }
  }
}
