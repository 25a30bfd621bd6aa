/** Sentences about dead units: their number, and the cause of one. */
import { letters, networkState } from '../../engine/state.js';
import { digits, percent } from '../../page/numbers.js';
import { BEING_MADE, timeWords } from '../../page/phrases.js';
import { nameOf } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame } from './engine.js';
import type { LayerUnits } from './form.js';

export function words({ state, frame, networks }: ViewProps<Frame>): string {
  if (!frame) return BEING_MADE;
  const parts = frame.map(({ layers, rows }, n) => {
    const who = frame.length === 1 ? '' : `${letters[n]}: `;
    if (!layers) return `${who}a number has overflowed`;
    const counts = layers.map(({ dead }) => dead.reduce((sum, one) => sum + one, 0));
    const units = layers.reduce((sum, { dead }) => sum + dead.length, 0);
    const count = counts.reduce((sum, one) => sum + one, 0);
    const name = nameOf(networkState(state, n).activation);
    if (count === 0) return `${who}all ${units} ${name} units live`;
    const [are, have, them] = count === 1 ? ['is', 'it has', 'it'] : ['are', 'they have', 'them'];
    return `${who}${count} of ${units} ${name} units ${are} dead: ${have} no slope on any of the ${rows} rows, so that no step reaches ${them}`;
  });
  return `${timeWords(networks[0]?.step ?? 0)}, ${parts.join('; ')}.`;
}

/** Returns the state of one unit in words, and its cause if it is dead. */
export function unitWords({ dead, low, high, sloping, bias }: LayerUnits, l: number, unit: number): string {
  const who = `Unit ${unit + 1} of layer ${l + 1}`;
  const range = `its sum lies between ${digits(low[unit])} and ${digits(high[unit])}`;
  if (!dead[unit])
    return `${who} lives: ${range}, and it has a slope on ${percent(sloping[unit])} of the rows.`;
  return `${who} is dead: ${range}, never above 0. ${cause(high[unit]!, bias[unit]!)}`;
}

/** Returns the cause that holds the sums of a dead unit below 0: its bias, or its weights. */
function cause(high: number, bias: number): string {
  const without = high - bias;
  if (bias < 0 && without > 0)
    return `Its bias of ${digits(bias)} holds it there: without it, the sum would reach ${digits(without)}.`;
  return `Its weights hold it there: even with a bias of 0, the sum would stay at ${digits(without)} or below.`;
}
