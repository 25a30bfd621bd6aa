/** Fields of the two inputs in the link: directions and a length on the plane, or rows of the test data. */
import { number } from '../../engine/fields.js';

export const own = {
  angle: number('a', 'angle between the inputs', { low: 0, high: 179, whole: true }, 60),
  turn: number('t', 'direction of input 1', { low: -180, high: 180, whole: true }, 20),
  length: number('l', 'length of both', { low: 0.2, high: 4 }, 2),
  first: number('i', 'row of input 1', { low: 0, high: 499, whole: true }, 0),
  second: number('j', 'row of input 2', { low: 0, high: 499, whole: true }, 1),
} as const;
