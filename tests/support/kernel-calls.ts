/** Observes which kernels a model runs, which its results must not show. */
import type { Kernels } from '../../src/backend/kernels.js';
import type { Internals } from '../../src/training/internals.js';

/** Records from now on the operands of every call that a model makes of one kernel. */
export function watchKernel(
  { network: { backend } }: Internals,
  name: 'sparse_nn' | 'sparse_tn' | 'gather_rows' | 'gather_bytes',
): number[][] {
  const calls: number[][] = [];
  const { kernels } = backend;
  const kernel = kernels[name] as (...operands: number[]) => void;
  const watched = (...operands: number[]) => {
    calls.push(operands);
    kernel(...operands);
  };
  // The exports of WebAssembly cannot be replaced one by one.
  Object.defineProperty(backend, 'kernels', {
    value: { ...kernels, [name]: watched } satisfies Kernels,
    configurable: true,
  });
  return calls;
}
