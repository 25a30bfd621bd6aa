import type { Address } from '../kernels.js';
import type { Memory } from './memory.js';

/** parameters[i] −= learningRate · gradients[i]. */
export function sgd(
  { elements, shift }: Memory,
  parameters: Address,
  gradients: Address,
  n: number,
  learningRate: number,
): void {
  const p = parameters >>> shift;
  const g = gradients >>> shift;
  for (let i = 0; i < n; i++) elements[p + i]! -= learningRate * elements[g + i]!;
}
