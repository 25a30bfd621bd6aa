import type { Backend } from '../../src/backend/kernels.js';
import { Rng } from '../../src/index.js';

/** Runs a product of 2 500 000 multiply-adds, which is large enough for threads to share it. */
export function largeProduct(backend: Backend, name: 'gemm_nn' | 'gemm_nt' | 'gemm_tn'): ArrayLike<number> {
  const [m, n, k] = [101, 153, 165];
  const { kernels, base } = backend;
  const [a, b, c] = [base, base + 4 * m * k, base + 4 * (m * k + k * n)];
  const scratch = Math.ceil((c + 4 * m * n) / 64) * 64;
  backend.reserve(scratch + kernels.gemm_scratch());
  backend.elements.set(new Rng(5).normal(m * k + k * n), a / 4);
  kernels[name](c, a, b, m, n, k, scratch);
  return backend.elements.slice(c / 4, c / 4 + m * n);
}
