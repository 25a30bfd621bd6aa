/** Matrix products as three loops with one chain per element, and the chains that the builds promise. */

export interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export const variants = ['gemm_nn', 'gemm_nt', 'gemm_tn'] as const;
export type Variant = (typeof variants)[number];

/** Arithmetic of a build: adds a row x·b to the sums as the build rounds it, and rounds a sum when it is stored. */
export interface Chain {
  addRow(sums: Float64Array, x: number, b: ArrayLike<number>, from: number): void;
  store(sum: number): number;
}

// One loop for each rather than one loop with the rounding as a parameter, because that would not be inlined.
const inDoubles: Chain['addRow'] = (sums, x, b, from) => {
  for (let j = 0; j < sums.length; j++) sums[j]! += x * b[from + j]!;
};
const roundingTwice: Chain['addRow'] = (sums, x, b, from) => {
  for (let j = 0; j < sums.length; j++) sums[j] = Math.fround(sums[j]! + Math.fround(x * b[from + j]!));
};
const roundingOnce: Chain['addRow'] = (sums, x, b, from) => {
  for (let j = 0; j < sums.length; j++) sums[j] = multiplyAdd(sums[j]!, x, b[from + j]!);
};
const asItIs = (sum: number) => sum;

export const exact: Chain = { addRow: inDoubles, store: asItIs };

/** Returns the chain of a build; `fuses` says whether this engine's relaxed SIMD uses a fused instruction. */
export function chainOf(build: string, fuses: boolean): Chain {
  if (build === 'javascript64') return exact;
  if (build === 'javascript') return { addRow: inDoubles, store: Math.fround };
  return { addRow: build === 'fused' && fuses ? roundingOnce : roundingTwice, store: asItIs };
}

/** Computes C[m×n] = A[m×k] · B[k×n], both row-major, p ascending from +0. */
export function product(
  { addRow, store }: Chain,
  { m, n, k }: Shape,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const sums = c.subarray(i * n, (i + 1) * n);
    for (let p = 0; p < k; p++) addRow(sums, a[i * k + p]!, b, p * n);
  }
  return c.map(store);
}

/** Stores a matrix as a variant needs it. */
export function stored(
  x: ArrayLike<number>,
  rows: number,
  columns: number,
  transposed: boolean,
): ArrayLike<number> {
  if (!transposed) return x;
  const y = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) y[c * rows + r] = x[r * columns + c]!;
  }
  return y;
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * Computes sum + a·b, rounded to f32 once. The product of two floats is exact in f64. The sum is rounded to odd in f64 (Boldo &
 * Melquiond 2008), after which a second rounding is harmless.
 */
export function multiplyAdd(sum: number, a: number, b: number): number {
  const term = a * b;
  const total = term + sum;
  if (!Number.isFinite(total)) return Math.fround(total);
  const part = total - term;
  const error = term - (total - part) + (sum - part);
  double[0] = total;
  if (error !== 0 && (words[0]! & 1) === 0) {
    if (error > 0 === total > 0) words[0]!++;
    else if (words[0]!-- === 0) words[1]!--;
  }
  return Math.fround(double[0]!);
}
