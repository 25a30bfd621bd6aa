import type { Address, Kernels } from './backend/kernels.js';
import { finiteF32, knownKeys, show } from './errors.js';

/** An optimizer as plain data: its name and its options, frozen. */
export interface Optimizer {
  readonly name: 'sgd';
  readonly learningRate: number;
}

/**
 * Stochastic gradient descent: θ ← θ − learningRate · ∇. PyTorch's SGD, Keras's SGD without momentum.
 *
 * @param learningRate  > 0, default 0.01 (Keras)
 * @throws RangeError   if learningRate is not a finite number > 0
 */
export function sgd(options: { learningRate?: number } = {}): Optimizer {
  knownKeys('sgd', options, ['learningRate']);
  const { learningRate = 0.01 } = options;
  // As a 32-bit float, in which the step is taken: what rounds to 0 would train nothing.
  if (!(Math.fround(finiteF32('learningRate', learningRate)) > 0)) {
    throw new RangeError(`learningRate: expected a number > 0, got ${learningRate}`);
  }
  return Object.freeze({ name: 'sgd', learningRate });
}

/** @throws TypeError if it is no optimizer, RangeError if an option is out of range. */
export function checkOptimizer(argument: string, value: unknown): Optimizer {
  if (value === 'sgd') return sgd();
  if (typeof value !== 'object' || value === null || (value as Optimizer).name !== 'sgd') {
    throw new TypeError(
      `${argument}: expected an optimizer, such as sgd({ learningRate: 0.01 }), got ${show(value)}`,
    );
  }
  const { name: _, ...options } = value as Optimizer;
  return sgd(options);
}

/** One step over the whole parameter block. */
export function step(
  kernels: Kernels,
  optimizer: Optimizer,
  parameters: Address,
  gradients: Address,
  n: number,
): void {
  kernels.sgd(parameters, gradients, n, optimizer.learningRate);
}
