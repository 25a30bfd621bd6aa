/** Fields of the link: a unit, and the bias that the visitor gives it. */
import { number } from '../../engine/fields.js';

export const own = {
  layer: number('l', 'layer of the unit', { low: 1, high: 50, whole: true }, 1),
  unit: number('u', 'unit', { low: 1, high: 512, whole: true }, 1),
  /** Bias of the unit; 0 leaves the first bias as it is. */
  bias: number('c', 'bias of the unit', { low: -30, high: 30 }, 0),
} as const;
