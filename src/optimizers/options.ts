/** Options of the optimizers, one interface each. The rows in step.ts have the defaults. */
import type { OptimizerOptions } from './step.js';

/** Options that every optimizer takes. `OptimizerOptions` says in which order a step applies them. */
export type CommonOptimizerOptions = Partial<OptimizerOptions>;

/** Options of sgd. */
export interface SgdOptions extends CommonOptimizerOptions {
  /** Learning rate > 0, or a schedule; default 0.01 (Keras). */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Share of the previous step that is repeated, in [0, 1); default 0 (Keras). */
  readonly momentum?: number;
  /** True for a step that looks ahead: w −= learningRate · (g + momentum · v); default false (Keras). It needs a momentum > 0. */
  readonly nesterov?: boolean;
}

/** Options of adagrad. */
export interface AdagradOptions extends CommonOptimizerOptions {
  /** Learning rate > 0, or a schedule; default 0.001 (Keras; PyTorch and the paper take larger ones). */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Number ≥ 0 added to √Σg²; default 1e-10 (PyTorch). Keras adds its own, 1e-7, under the root. */
  readonly epsilon?: number;
}

/** Options of rmsprop. */
export interface RmspropOptions extends CommonOptimizerOptions {
  /** Learning rate > 0, or a schedule; default 0.001 (Keras). */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Decay per step of the running mean of g², in [0, 1); default 0.9 (Keras). */
  readonly rho?: number;
  /** Momentum of the divided gradient, in [0, 1); default 0 (Keras). */
  readonly momentum?: number;
  /** Number ≥ 0 added to the root; default 1e-8 (PyTorch). Keras adds its own, 1e-7, under the root. */
  readonly epsilon?: number;
  /** True to subtract the squared running mean of g under the root; default false (Keras). */
  readonly centered?: boolean;
}

/** Options of adadelta. */
export interface AdadeltaOptions extends CommonOptimizerOptions {
  /** Factor of the step > 0, or a schedule; default 1 (PyTorch and the paper). Keras's 0.001 makes steps a thousand times smaller. */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Decay per step of both running means, in [0, 1); default 0.9 (PyTorch; Keras 0.95). */
  readonly rho?: number;
  /** Number ≥ 0 added under both roots; default 1e-6 (PyTorch; Keras 1e-7). Its root is the size of the first steps. */
  readonly epsilon?: number;
}

/** Options that the optimizers with two moments share. */
export interface MomentOptions extends CommonOptimizerOptions {
  /** Learning rate > 0, or a schedule; default 0.001 (Keras). */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Decay per step of the running mean of g, in [0, 1); default 0.9 (Keras). */
  readonly beta1?: number;
  /** Decay per step of the running mean of g², in [0, 1); default 0.999 (Keras). */
  readonly beta2?: number;
  /**
   * Number ≥ 0 added to the corrected root √v̂; default 1e-8 (PyTorch). Keras adds its own, 1e-7, to √v. That equals
   * epsilon / √(1 − beta2ᵗ) here, which is 32 times as much at the first step.
   */
  readonly epsilon?: number;
}

/** Options of adam. */
export interface AdamOptions extends MomentOptions {
  /** True to divide by the largest v so far (Reddi et al. 2018); default false (Keras). */
  readonly amsgrad?: boolean;
}

/** Options of adamw. */
export interface AdamwOptions extends AdamOptions {
  /** Decoupled decay ≥ 0: w *= 1 − learningRate · weightDecay before the step; default 0.004 (Keras). */
  readonly weightDecay?: number;
}

/** Options of nadam. */
export interface NadamOptions extends MomentOptions {
  /** Speed with which the momentum approaches beta1, ≥ 0; default 0.004 (PyTorch). */
  readonly momentumDecay?: number;
}

/** Options of adamax. */
export interface AdamaxOptions extends CommonOptimizerOptions {
  /** Learning rate > 0, or a schedule; default 0.002 (PyTorch and the paper; Keras 0.001). */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Decay per step of the running mean of g, in [0, 1); default 0.9. */
  readonly beta1?: number;
  /** Decay per step of the largest |g|, in [0, 1); default 0.999. */
  readonly beta2?: number;
  /** Number ≥ 0 added to |g|; default 1e-8 (PyTorch). Keras adds its own, 1e-7, to the largest |g|. */
  readonly epsilon?: number;
}

/** Options of lion. */
export interface LionOptions extends CommonOptimizerOptions {
  /** Learning rate > 0, or a schedule; default 0.001 (Keras). */
  readonly learningRate?: OptimizerOptions['learningRate'];
  /** Share of m in the step, in [0, 1); default 0.9 (Keras, the paper). */
  readonly beta1?: number;
  /** Decay per step of m, in [0, 1); default 0.99 (Keras, the paper). */
  readonly beta2?: number;
}
