/** Field of the link: the number of layers that the visitor has followed the gradient back. */
import { number } from '../../engine/fields.js';

/** Highest number of layers. It means all layers, whatever the depth is. */
export const ALL = 50;

export const own = {
  back: number('b', 'layers back', { low: 0, high: ALL, whole: true }, ALL),
} as const;
