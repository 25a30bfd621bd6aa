import type { Kernel } from './memory.js';

// The rows are a draw and therefore have the same bits in every backend. assembly/linalg.ts writes down the algorithm. Whatever is
// rounded to f32 there is rounded to f32 here, in `javascript64` too.
const f32 = Math.fround;

/** Rows in a block of reflections. */
const BLOCK = 32;
/** Rows and columns are padded to a multiple of this. */
const FILL = 8;

/** Bytes of scratch that `orthonormal_rows` uses. They equal those of WebAssembly, so that all backends have one memory layout. */
export const orthonormal_rows_scratch: Kernel<'orthonormal_rows_scratch'> = (_memory, rows, columns) => {
  return 4 * ((padded(rows) + 2 * BLOCK) * padded(columns) + 2 * BLOCK * BLOCK + BLOCK);
};

/** Turns normal draws a[rows×columns], rows ≤ columns, into orthonormal rows, Haar distributed, in place (Stewart 1980). */
export const orthonormal_rows: Kernel<'orthonormal_rows'> = (
  { elements, words, shift },
  a,
  rows,
  columns,
  scratch,
) => {
  const height = padded(rows);
  const width = padded(columns);
  const from = a >>> shift;
  let used = scratch;
  const floats = (n: number) => {
    used += 4 * n;
    return new Float32Array(words.buffer, used - 4 * n, n);
  };
  const matrix = floats(height * width);
  const transposed = floats(BLOCK * width);
  const updates = floats(BLOCK * width);
  const products = floats(BLOCK * BLOCK);
  const minusT = floats(BLOCK * BLOCK);
  const taus = floats(BLOCK);

  for (let next = height; next > 0; ) {
    const first = (next - 1) & -BLOCK;
    const size = next - first;
    const wide = width - first;
    const corner = first * width + first;
    const block = matrix.subarray(first * width, next * width).fill(0);
    for (let i = 0; i < size; i++) {
      const k = first + i;
      const x = k < rows ? elements.subarray(from + k * columns + k, from + (k + 1) * columns) : [];
      taus[i] = makeReflector(block.subarray(i * width + k), x);
    }
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < wide; c++) transposed[c * size + i] = matrix[corner + i * width + c]!;
    }
    // V·Vᵀ has as many columns as Vᵀ, `updates` as many as V.
    addProduct(products.fill(0), 0, size, matrix, corner, width, transposed, 0, size, size, size, wide);
    makeMinusT(minusT, products, taus, size);
    addProduct(updates.fill(0), 0, wide, minusT, 0, size, matrix, corner, width, size, wide, size);
    block.fill(0);
    for (let i = 0; i < size; i++) matrix[corner + i * width + i] = taus[i]! > 0 ? -1 : 1;
    for (let r = first; r < height; r++) {
      const row = r * width + first;
      addProduct(products.fill(0, 0, size), 0, size, matrix, row, width, transposed, 0, size, 1, size, wide);
      addProduct(matrix, row, width, products, 0, size, updates, 0, wide, 1, wide, size);
    }
    next = first;
  }
  for (let r = 0; r < rows; r++) {
    elements.set(matrix.subarray(r * width, r * width + columns), from + r * columns);
  }
};

function padded(count: number): number {
  return Math.ceil(count / FILL) * FILL;
}

/** Writes the Householder vector v of x unless x is 0. Returns tau with the sign of the first entry. */
function makeReflector(v: Float32Array, x: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += x[i]! * x[i]!;
  if (squares === 0) return 0;
  const norm = Math.sqrt(squares);
  // Adding the norm with the sign of the first entry avoids cancellation.
  const head = x[0]! < 0 ? x[0]! - norm : x[0]! + norm;
  const inverse = 1 / head;
  v[0] = 1;
  for (let i = 1; i < x.length; i++) v[i] = x[i]! * inverse;
  return f32(head / norm);
}

/** Computes −T, lower triangular, from V·Vᵀ and the taus, so that H_{e−1} ⋯ H_s = I − Vᵀ·T·V. */
function makeMinusT(minusT: Float32Array, gram: Float32Array, taus: Float32Array, size: number): void {
  minusT.fill(0);
  for (let j = 0; j < size; j++) {
    const row = j * size;
    minusT[row + j] = -Math.abs(taus[j]!);
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0;
      for (let k = i + 1; k <= j; k++) sum += minusT[row + k]! * gram[k * size + i]!;
      minusT[row + i] = -Math.abs(taus[i]!) * sum;
    }
  }
}

/** C[rows×columns] += A·B, each element one chain in f32. A matrix is an array, the index of its first entry and a row stride. */
function addProduct(
  c: Float32Array,
  cAt: number,
  cStride: number,
  a: Float32Array,
  aAt: number,
  aStride: number,
  b: Float32Array,
  bAt: number,
  bStride: number,
  rows: number,
  columns: number,
  k: number,
): void {
  for (let r = 0; r < rows; r++) {
    const row = aAt + r * aStride;
    // Four chains at a time; `columns` is a multiple of 4.
    for (let j = 0; j < columns; j += 4) {
      const to = cAt + r * cStride + j;
      let c0 = c[to]!;
      let c1 = c[to + 1]!;
      let c2 = c[to + 2]!;
      let c3 = c[to + 3]!;
      for (let p = 0, at = bAt + j; p < k; p++, at += bStride) {
        const x = a[row + p]!;
        c0 = f32(c0 + f32(x * b[at]!));
        c1 = f32(c1 + f32(x * b[at + 1]!));
        c2 = f32(c2 + f32(x * b[at + 2]!));
        c3 = f32(c3 + f32(x * b[at + 3]!));
      }
      c[to] = c0;
      c[to + 1] = c1;
      c[to + 2] = c2;
      c[to + 3] = c3;
    }
  }
}
