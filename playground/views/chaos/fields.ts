/** Field of the phase map in the link: which network a click makes. */
import { choice } from '../../engine/fields.js';

export const own = {
  target: choice('n', 'a click makes network', ['A', 'B'], 'A'),
} as const;
