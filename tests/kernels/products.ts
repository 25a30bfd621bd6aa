/** The matrix product as three loops with one chain an element, and the chains that the builds promise. */

export interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export const variants = ['gemm_nn', 'gemm_nt', 'gemm_tn'] as const;
export type Variant = (typeof variants)[number];

/** sum + a·b as a build rounds it, and what becomes of the sum when it is stored. */
export interface Chain {
  step(sum: number, a: number, b: number): number;
  store(sum: number): number;
}

const asItIs = (sum: number) => sum;
const inDoubles = (sum: number, a: number, b: number) => sum + a * b;

export const exact: Chain = { step: inDoubles, store: asItIs };
const roundedAtTheStore: Chain = { step: inDoubles, store: Math.fround };
const roundedTwice: Chain = { step: (sum, a, b) => Math.fround(sum + Math.fround(a * b)), store: asItIs };
const roundedOnce: Chain = { step: multiplyAdd, store: asItIs };

/** The chain of a build; `fuses` tells whether this engine's relaxed SIMD has a fused instruction under it. */
export function chainOf(build: string, fuses: boolean): Chain {
  if (build === 'javascript64') return exact;
  if (build === 'javascript') return roundedAtTheStore;
  return build === 'fused' && fuses ? roundedOnce : roundedTwice;
}

/** C[m×n] = A[m×k] · B[k×n], both row-major, p ascending from +0. */
export function product(
  { step, store }: Chain,
  { m, n, k }: Shape,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p]!;
      for (let j = 0; j < n; j++) c[i * n + j] = step(c[i * n + j]!, x, b[p * n + j]!);
    }
  }
  for (let i = 0; i < c.length; i++) c[i] = store(c[i]!);
  return c;
}

/** A matrix as a variant wants it stored. */
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
 * sum + a·b, rounded to f32 once. The product of two floats is exact in f64; the sum is rounded to odd there
 * (Boldo & Melquiond 2008), after which a second rounding does no harm.
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
