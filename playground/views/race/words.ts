/** The sentence about the race. */
import type { NetworkAnswer } from '../../engine/messages.js';
import { letters } from '../../engine/state.js';
import { count, digits, percent } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import { differenceWords, nameOf, shortName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';

/** From this test accuracy on, a network has learned the data. */
const LEARNED = 0.95;
/** Loss whose first step tells which network learns faster. */
const LOW = 0.1;

export function words({ state, networks }: ViewProps): string {
  if (networks.length === 0) return BEING_MADE;
  const parts = networks.map(({ score, failure, curves }, n) => {
    const who = `${letters[n]} (${shortName(state, n)})`;
    if (failure) return `${who} has overflowed`;
    if (score?.testAccuracy === undefined) return `${who} is at a loss of ${digits(score?.loss)}`;
    return score.testAccuracy >= LEARNED
      ? `${who} has learned ${state.data === 'table' ? 'your table' : `the ${nameOf(state.data)}`}: ${percent(score.testAccuracy)} right${paceWords(curves)}`
      : `${who} is at ${percent(score.testAccuracy)}, loss ${digits(score.loss)}`;
  });
  const differences = networks.length === 2 ? ` ${differenceWords(state, 1)}.` : '';
  return `${parts.join('; ')}.${differences}`;
}

/** Says after how many steps the loss was first below LOW, so that two networks that both learn can be compared. */
function paceWords(curves: NetworkAnswer['curves']): string {
  const first = curves?.loss.findIndex((loss) => loss < LOW) ?? -1;
  return first < 0 ? '' : `, with a loss below ${LOW} after ${count(curves!.step[first]!)} steps`;
}
