import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';

// The rows are a draw and so the same bits in every backend. The order of the operations is written
// down in assembly/linalg.ts; every one is rounded to f32 here as there, `javascript64` included.
const f32 = Math.fround;

/** The lanes of a sum: rows are filled up with zeros to a multiple of them. */
const LANES = 8;

/** Bytes of scratch that `orthogonalize` uses: the rows as f32, filled up to whole lanes, and a tau for each. */
export function orthogonalize_scratch(_memory: Memory, rows: number, columns: number): number {
  return 4 * rows * (strideOf(columns) + 1);
}

/** Makes the rows of a[rows×columns], rows ≤ columns, orthonormal in place: LQ by Householder reflections. */
export function orthogonalize(
  { elements, words, shift }: Memory,
  a: Address,
  rows: number,
  columns: number,
  scratch: Address,
): void {
  const stride = strideOf(columns);
  const matrix = new Float32Array(words.buffer, scratch, rows * (stride + 1));
  const taus = matrix.subarray(rows * stride);
  const from = a >>> shift;

  matrix.fill(0);
  for (let r = 0; r < rows; r++) {
    const row = from + r * columns;
    matrix.set(elements.subarray(row, row + columns), r * stride);
  }
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < r; k++) reflect(matrix, stride, r, k, taus[k]!);
    taus[r] = makeReflector(matrix, stride, columns, r);
  }
  // From below: a row of Q takes the place of its reflector and needs all those above.
  for (let r = rows - 1; r >= 0; r--) {
    startRow(matrix, stride, r, taus[r]!);
    for (let k = r - 1; k >= 0; k--) reflect(matrix, stride, r, k, taus[k]!);
  }
  for (let r = 0; r < rows; r++) {
    elements.set(matrix.subarray(r * stride, r * stride + columns), from + r * columns);
  }
}

function strideOf(columns: number): number {
  return Math.ceil(columns / LANES) * LANES;
}

/** Row k from column k on becomes v, what is before it 0. Returns tau with the sign of the first entry. */
function makeReflector(matrix: Float32Array, stride: number, columns: number, k: number): number {
  const row = k * stride;
  const diagonal = row + k;
  const end = row + columns;
  let squares = 0;
  for (let i = diagonal; i < end; i++) squares += matrix[i]! * matrix[i]!;
  matrix.fill(0, row, diagonal);
  if (squares === 0) {
    matrix.fill(0, diagonal, end);
    return 0;
  }
  const first = matrix[diagonal]!;
  const norm = Math.sqrt(squares);
  // The sign of the first entry, so that nothing cancels.
  const head = first < 0 ? first - norm : first + norm;
  const inverse = 1 / head;
  matrix[diagonal] = 1;
  for (let i = diagonal + 1; i < end; i++) matrix[i]! *= inverse;
  return f32(head / norm);
}

/** Row k as it was before it became a reflector, normalized. */
function startRow(matrix: Float32Array, stride: number, k: number, tau: number): void {
  const diagonal = k * stride + k;
  const end = (k + 1) * stride;
  for (let i = diagonal + 1; i < end; i++) matrix[i]! *= tau;
  matrix[diagonal] = tau > 0 ? tau - 1 : tau + 1;
}

/** Reflects row r by reflector k. */
function reflect(matrix: Float32Array, stride: number, r: number, k: number, signedTau: number): void {
  // In front of column k the reflector is 0, and adds nothing.
  const start = k - (k % LANES);
  const v = k * stride + start;
  const end = (k + 1) * stride;
  const ahead = (r - k) * stride;
  let d0 = 0;
  let d1 = 0;
  let d2 = 0;
  let d3 = 0;
  let d4 = 0;
  let d5 = 0;
  let d6 = 0;
  let d7 = 0;
  for (let i = v; i < end; i += LANES) {
    const j = i + ahead;
    d0 = f32(d0 + f32(matrix[i]! * matrix[j]!));
    d1 = f32(d1 + f32(matrix[i + 1]! * matrix[j + 1]!));
    d2 = f32(d2 + f32(matrix[i + 2]! * matrix[j + 2]!));
    d3 = f32(d3 + f32(matrix[i + 3]! * matrix[j + 3]!));
    d4 = f32(d4 + f32(matrix[i + 4]! * matrix[j + 4]!));
    d5 = f32(d5 + f32(matrix[i + 5]! * matrix[j + 5]!));
    d6 = f32(d6 + f32(matrix[i + 6]! * matrix[j + 6]!));
    d7 = f32(d7 + f32(matrix[i + 7]! * matrix[j + 7]!));
  }
  const even = f32(f32(d0 + d4) + f32(d2 + d6));
  const odd = f32(f32(d1 + d5) + f32(d3 + d7));
  const s = f32(f32(Math.abs(signedTau)) * f32(even + odd));
  for (let i = v; i < end; i++) matrix[i + ahead] = f32(matrix[i + ahead]! - f32(s * matrix[i]!));
}
