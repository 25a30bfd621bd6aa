/** The twins in a sentence: which units are alike, and what set them apart. */
import { letters, networkState } from '../../engine/state.js';
import { startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame, TwinsFrame } from './engine.js';
import { ALONE, differentUnits } from './groups.js';

export function words({ state, frame, networks }: ViewProps<Frame>): string {
  if (!frame) return 'The networks are being drawn.';
  const step = networks[0]?.step ?? 0;
  const when = step === 0 ? 'Before training' : `After ${step} ${step === 1 ? 'step' : 'steps'}`;
  const parts = frame.map((twins, n) => {
    const who = frame.length === 1 ? '' : `${letters[n]} (${startName(networkState(state, n))}): `;
    return who + networkWords(twins);
  });
  return `${when}, ${parts.join('; ')}.`;
}

function networkWords({ groups }: TwinsFrame): string {
  if (groups.every((units) => units.every((group) => group === ALONE))) return 'every unit is different';
  return groups.map((units, l) => `layer ${l + 1} ${layerWords(units)}`).join(', ');
}

/** Returns what a layer has, such as "has 2 different units of 6: units 2 to 6 are twins". */
export function layerWords(units: ArrayLike<number>): string {
  const count = differentUnits(units);
  if (count === units.length) return units.length === 1 ? 'has one unit' : `has ${count} different units`;
  if (count === 1) return `has ${units.length} twins, which do the work of one unit`;
  return `has ${count} different units of ${units.length}`;
}

/** Returns the members of each group, counted from 1. */
export function membersOf(units: ArrayLike<number>): number[][] {
  const all = Array.from(units);
  const most = Math.max(ALONE, ...all);
  return Array.from({ length: most + 1 }, (_, g) =>
    all.flatMap((group, unit) => (group === g ? [unit + 1] : [])),
  );
}
