/** The nudge that sets one unit apart from its twins. */
import { choice, number } from '../../engine/fields.js';

/** Places of the nudged parameter. Each belongs to unit 1 of a layer. */
export const places = ['none', 'in', 'bias', 'middle', 'out'] as const;
export type Place = (typeof places)[number];

export const own = {
  place: choice('p', 'nudged weight', places, 'none'),
  nudge: number('g', 'size of the nudge', { low: 0.000001, high: 1 }, 0.01),
} as const;
