/** The unit that has a bias of the visitor's, and that bias. */
import { number } from '../../engine/fields.js';

export const own = {
  layer: number('l', 'layer of the unit', { low: 1, high: 50, whole: true }, 1),
  unit: number('u', 'unit', { low: 1, high: 512, whole: true }, 1),
  /** 0 leaves the bias as it is drawn. */
  bias: number('c', 'bias of the unit', { low: -30, high: 30 }, 0),
} as const;
