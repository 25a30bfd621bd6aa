/** How far back the visitor has followed the gradient. */
import { number } from '../../engine/fields.js';

/** Layers gone back from the output. The highest value means all, whatever the depth. */
export const ALL = 50;

export const own = {
  back: number('b', 'layers back', { low: 0, high: ALL, whole: true }, ALL),
} as const;
