/** The sentence about a lesson, for screen readers. */
import type { State } from '../../engine/state.js';
import { pictures } from './pictures.js';

export function words({ state }: { readonly state: Pick<State, 'own'> }): string {
  const lesson = state.own.lesson ?? 0;
  return lesson === 0 ? `There are ${pictures.length} lessons.` : `Lesson ${lesson} of ${pictures.length}.`;
}
