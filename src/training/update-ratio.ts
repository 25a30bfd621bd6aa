import type { Optimizer } from '../optimizers/step.js';

/**
 * Size of a step over that of the kernel it changes, as root mean squares: of sgd by the gradient, momentum left out; the others divide
 * by the gradient's own size, so that a step is of the learning rate's.
 */
export function updateRatio(
  { name }: Optimizer,
  learningRate: number,
  gradient: number,
  kernel: number,
): number {
  return (learningRate * (name === 'sgd' ? gradient : 1)) / kernel;
}
