/** The sentence about the race. */
import { letters } from '../../engine/state.js';
import { digits, percent } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import { differenceWords, nameOf, shortName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';

/** From this test accuracy on, a network has learned the data. */
const LEARNED = 0.95;

export function words({ state, networks }: ViewProps): string {
  if (networks.length === 0) return BEING_MADE;
  const parts = networks.map(({ score, failure }, n) => {
    const who = `${letters[n]} (${shortName(state, n)})`;
    if (failure) return `${who} has overflowed`;
    if (score?.testAccuracy === undefined) return `${who} is at a loss of ${digits(score?.loss)}`;
    return score.testAccuracy >= LEARNED
      ? `${who} has learned the ${nameOf(state.data)}: ${percent(score.testAccuracy)} right`
      : `${who} is at ${percent(score.testAccuracy)}, loss ${digits(score.loss)}`;
  });
  const differences = networks.length === 2 ? ` ${differenceWords(state, 1)}.` : '';
  return `${parts.join('; ')}.${differences}`;
}
