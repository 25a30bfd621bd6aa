/** Fields of the link: the number of the lesson, and the values of its picture's controls. */
import { number } from '../../engine/fields.js';
import type { OwnFields } from '../../engine/state.js';
import { ownName, pictures } from './pictures.js';

/** Number of the lesson; 0 is the list. */
const lesson = number('n', 'lesson', { low: 0, high: pictures.length, whole: true }, 0);

export const own: OwnFields = {
  lesson,
  ...Object.fromEntries(
    pictures.flatMap(({ controls }, i) =>
      Object.entries(controls).map(([option, field]) => [ownName(i + 1, option), field]),
    ),
  ),
};
