import type { Elements } from '../names.js';
import type { Kernel } from './memory.js';
import { workspace } from './workspace.js';

/** Bytes of scratch that a gemm may use: 0, because packing uses an array of doubles outside this memory. */
export const gemm_scratch: Kernel<'gemm_scratch'> = () => {
  return 0;
};

/** C[m×n] = A[m×k] · B[k×n]. */
export const gemm_nn: Kernel<'gemm_nn'> = ({ elements, shift }, c, a, b, m, n, k) => {
  multiply(elements, c >>> shift, a >>> shift, k, 1, b >>> shift, n, 1, m, n, k);
};

/** C[m×n] = A[m×k] · Bᵀ, B stored [n×k]. */
export const gemm_nt: Kernel<'gemm_nt'> = ({ elements, shift }, c, a, b, m, n, k) => {
  multiply(elements, c >>> shift, a >>> shift, k, 1, b >>> shift, 1, k, m, n, k);
};

/** C[m×n] = Aᵀ · B[k×n], A stored [k×m]. */
export const gemm_tn: Kernel<'gemm_tn'> = ({ elements, shift }, c, a, b, m, n, k) => {
  multiply(elements, c >>> shift, a >>> shift, 1, m, b >>> shift, n, 1, m, n, k);
};

/** C[m×n] = m rows of Aᵀ · B: `a` is the address of the first of m columns of a matrix stored [k×stored]. */
export const gemm_tn_rows: Kernel<'gemm_tn_rows'> = ({ elements, shift }, c, a, b, m, n, k, stored) => {
  multiply(elements, c >>> shift, a >>> shift, 1, stored, b >>> shift, n, 1, m, n, k);
};

/**
 * C[m×n] = A · B for any strides. Entry (i, p) of A is at a + i·aRow + p·aStep, entry (p, j) of B is at
 * b + p·bStep + j·bColumn. Every entry of C is one chain over ascending p on every path.
 */
function multiply(
  elements: Elements,
  c: number,
  a: number,
  aRow: number,
  aStep: number,
  b: number,
  bStep: number,
  bColumn: number,
  m: number,
  n: number,
  k: number,
): void {
  // Packing pays from the second row on. A product with one column is the transposed product with one row.
  if (m === 1) multiplyVector(elements, c, a, aStep, b, bStep, bColumn, n, k);
  else if (n === 1) multiplyVector(elements, c, b, bStep, a, aStep, aRow, m, k);
  else multiplyTiles(elements, c, a, aRow, aStep, b, bStep, bColumn, m, n, k);
}

/**
 * Computes C in tiles of 2 rows and 4 columns. Eight sums, two factors and their products fill sixteen registers; larger
 * tiles spill. Four columns of B at a time are packed as doubles, so that the inner loop reads them in order, already
 * converted, from the first-level cache.
 *
 * A tile that crosses an edge repeats the last row or column. Both copies compute the same number and store it in the same
 * place, so that the edges need no code of their own.
 */
function multiplyTiles(
  elements: Elements,
  c: number,
  a: number,
  aRow: number,
  aStep: number,
  b: number,
  bStep: number,
  bColumn: number,
  m: number,
  n: number,
  k: number,
): void {
  const end = 4 * k;
  const strip = workspace(end);
  for (let j = 0; j < n; j += 4) {
    const j1 = Math.min(j + 1, n - 1);
    const j2 = Math.min(j + 2, n - 1);
    const j3 = Math.min(j + 3, n - 1);

    let b0 = b + j * bColumn;
    let b1 = b + j1 * bColumn;
    let b2 = b + j2 * bColumn;
    let b3 = b + j3 * bColumn;
    for (let q = 0; q < end; q += 4) {
      strip[q] = elements[b0]!;
      strip[q + 1] = elements[b1]!;
      strip[q + 2] = elements[b2]!;
      strip[q + 3] = elements[b3]!;
      b0 += bStep;
      b1 += bStep;
      b2 += bStep;
      b3 += bStep;
    }

    for (let i = 0; i < m; i += 2) {
      const i1 = Math.min(i + 1, m - 1);
      let a0 = a + i * aRow;
      let a1 = a + i1 * aRow;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let q = 0; q < end; q += 4) {
        const y0 = strip[q]!;
        const y1 = strip[q + 1]!;
        const y2 = strip[q + 2]!;
        const y3 = strip[q + 3]!;
        const x0 = elements[a0]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        const x1 = elements[a1]!;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
        a0 += aStep;
        a1 += aStep;
      }
      const c0 = c + i * n;
      const c1 = c + i1 * n;
      elements[c0 + j] = s00;
      elements[c0 + j1] = s01;
      elements[c0 + j2] = s02;
      elements[c0 + j3] = s03;
      elements[c1 + j] = s10;
      elements[c1 + j1] = s11;
      elements[c1 + j2] = s12;
      elements[c1 + j3] = s13;
    }
  }
}

/** c[j] = Σ_p v[p·vStep] · M[p·step + j·column]. Four columns side by side hide the latency of the additions. */
function multiplyVector(
  elements: Elements,
  c: number,
  v: number,
  vStep: number,
  matrix: number,
  step: number,
  column: number,
  n: number,
  k: number,
): void {
  for (let j = 0; j < n; j += 4) {
    const j1 = Math.min(j + 1, n - 1);
    const j2 = Math.min(j + 2, n - 1);
    const j3 = Math.min(j + 3, n - 1);
    let y0 = matrix + j * column;
    let y1 = matrix + j1 * column;
    let y2 = matrix + j2 * column;
    let y3 = matrix + j3 * column;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let p = 0; p < k; p++) {
      const x = elements[v + p * vStep]!;
      s0 += x * elements[y0]!;
      s1 += x * elements[y1]!;
      s2 += x * elements[y2]!;
      s3 += x * elements[y3]!;
      y0 += step;
      y1 += step;
      y2 += step;
      y3 += step;
    }
    elements[c + j] = s0;
    elements[c + j1] = s1;
    elements[c + j2] = s2;
    elements[c + j3] = s3;
  }
}
