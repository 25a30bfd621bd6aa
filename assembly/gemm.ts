/** Matrix products as kernels. gemm-product.ts has the blocking, gemm-tile.ts the arithmetic. */
import { product } from './gemm-product';
import { rowTimesMatrix } from './gemm-row';

export { gemm_scratch } from './gemm-product';

/** C[m×n] = A[m×k] · B[k×n]. C overlaps neither A, B nor scratch. */
export function gemm_nn(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, scratch: usize): void {
  if (m == 1) rowTimesMatrix(c, a, b, n, k);
  else product(c, n << 2, a, k << 2, 4, b, n << 2, 4, m, n, k, scratch);
}

/** C[m×n] = A[m×k] · Bᵀ, B stored [n×k]. C overlaps neither A, B nor scratch. */
export function gemm_nt(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, scratch: usize): void {
  product(c, n << 2, a, k << 2, 4, b, 4, k << 2, m, n, k, scratch);
}

/** C[m×n] = Aᵀ · B[k×n], A stored [k×m]. C overlaps neither A, B nor scratch. */
export function gemm_tn(c: usize, a: usize, b: usize, m: usize, n: usize, k: usize, scratch: usize): void {
  if (m == 1) rowTimesMatrix(c, a, b, n, k);
  // If B is a column, C is a column too, and Aᵀ is read along its rows.
  else if (n == 1) rowTimesMatrix(c, b, a, m, k);
  else product(c, n << 2, a, 4, m << 2, b, n << 2, 4, m, n, k, scratch);
}

/** m rows of `gemm_tn`, the part of one thread: `a` is the address of the first of m columns of a matrix stored [k×stored]. */
export function gemm_tn_rows(
  c: usize,
  a: usize,
  b: usize,
  m: usize,
  n: usize,
  k: usize,
  stored: usize,
  scratch: usize,
): void {
  product(c, n << 2, a, 4, stored << 2, b, n << 2, 4, m, n, k, scratch);
}
