import type { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import type { Gemm } from '../backend/signatures.js';

/** Products of a layer in which its input takes part. */
export interface InputProducts {
  /** z[rows×units] = x[rows×fanIn] · kernel. */
  readonly forward: Gemm;
  /** dkernel[fanIn×units] = xᵀ · dz. */
  readonly kernelGradient: Gemm;
}

/**
 * Largest share of nonzero inputs at which zeros are skipped. On rows of Fashion-MNIST, skipping breaks even between 0.54 and 0.59
 * in portable and between 0.46 and 0.54 in fused arithmetic, and for 64 units a tenth below (Node 24 and 26; Node 20: 0.42). Both
 * arithmetics share a bound, so that fused, whose kernels are the faster ones, is never slower than portable.
 */
const DENSEST = 0.55;
const DENSEST_NARROW = 0.45;
/** Number of units below which a layer is narrow. */
const NARROW = 128;
/** Number of units that the kernel computes at once. For a narrower layer the index would cost as much as it saves. */
const LEAST_UNITS = 32;

/**
 * Products of the first layer. They skip zeros, such as black pixels, if a count of the batch says that this saves time. The bits
 * are those of the dense products; only the time differs.
 */
export class FirstProducts implements InputProducts {
  readonly #backend: Backend;
  readonly #fanIn: number;
  readonly #densest: number;
  #byRows: Address = 0;
  #byColumns: Address = 0;
  /** True if the last batch that was run forward is indexed by rows. */
  #indexed = false;

  constructor(backend: Backend, fanIn: number, units: number) {
    this.#backend = backend;
    this.#fanIn = fanIn;
    this.#densest = units < NARROW ? DENSEST_NARROW : DENSEST;
  }

  /** Returns true if skipping zeros can pay for a layer of so many units. */
  static pay(units: number): boolean {
    return units >= LEAST_UNITS;
  }

  /** Makes room for the indices of a batch: by rows for the forward pass, by columns for the backward pass. */
  layOut(arena: Arena, rows: number, backward: number): void {
    const { index_bytes } = this.#backend.kernels;
    const fanIn = this.#fanIn;
    this.#byRows = arena.bytes(index_bytes(rows, fanIn, this.#most(rows)));
    this.#byColumns = arena.bytes(index_bytes(fanIn, backward, this.#most(backward)));
    this.#indexed = false;
  }

  readonly forward: Gemm = (c, a, b, m, n, k, scratch) => {
    const { kernels } = this.#backend;
    this.#indexed = kernels.count_nonzeros(a, m * k) <= this.#most(m);
    if (!this.#indexed) {
      kernels.gemm_nn(c, a, b, m, n, k, scratch);
      return;
    }
    kernels.index_rows(this.#byRows, a, m, k);
    kernels.sparse_nn(c, a, this.#byRows, b, m, n, k, scratch);
  };

  /** Computes the kernel's gradient for the rows that were run forward last. */
  readonly kernelGradient: Gemm = (c, a, b, m, n, k, scratch) => {
    const { kernels } = this.#backend;
    if (!this.#indexed) {
      kernels.gemm_tn(c, a, b, m, n, k, scratch);
      return;
    }
    kernels.index_columns(this.#byColumns, this.#byRows, k, m);
    kernels.sparse_tn(c, a, this.#byColumns, b, m, n, k, scratch);
  };

  #most(rows: number): number {
    return Math.floor(this.#densest * rows * this.#fanIn);
  }
}
