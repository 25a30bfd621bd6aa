/** Sentences about the twins: the number of units in each layer that are alike. */
import { letters, networkState } from '../../engine/state.js';
import { BEING_MADE, timeWords } from '../../page/phrases.js';
import { startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame, TwinsFrame } from './engine.js';
import { ALONE, differentUnits } from './groups.js';

export function words({ state, frame, networks }: ViewProps<Frame>): string {
  if (!frame) return BEING_MADE;
  const parts = frame.map((twins, n) => {
    const who = frame.length === 1 ? '' : `${letters[n]} (${startName(networkState(state, n))}): `;
    return who + networkWords(twins);
  });
  return `${timeWords(networks[0]?.step ?? 0)}, ${parts.join('; ')}.`;
}

function networkWords({ groups }: TwinsFrame): string {
  if (groups.every((units) => units.every((group) => group === ALONE))) return 'every unit is different';
  return groups.map((units, l) => `layer ${l + 1} ${layerWords(units)}`).join(', ');
}

/** Returns the end of a sentence about a layer, such as "has 2 different units of 6". */
export function layerWords(units: ArrayLike<number>): string {
  const count = differentUnits(units);
  if (count === units.length) return units.length === 1 ? 'has one unit' : `has ${count} different units`;
  if (count === 1) return `has ${units.length} twins, which do the work of one unit`;
  return `has ${count} different units of ${units.length}`;
}

/** Returns the units of each group, counted from 1. */
export function membersOf(units: ArrayLike<number>): number[][] {
  const all = Array.from(units);
  const most = Math.max(ALONE, ...all);
  return Array.from({ length: most + 1 }, (_, g) =>
    all.flatMap((group, unit) => (group === g ? [unit + 1] : [])),
  );
}
