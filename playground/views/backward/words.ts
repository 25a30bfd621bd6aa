/** The sentence about the gradients: the layer where each dies or explodes, and the factor to blame. */
import { letters, networkState } from '../../engine/state.js';
import { digits } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import { nameOf, startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame } from './engine.js';
import { type Fate, fateOf } from './fate.js';

export function words({ state, frame }: ViewProps<Frame>): string {
  if (!frame) return BEING_MADE;
  const parts = frame.map(({ measured }, n) => {
    const options = networkState(state, n);
    const who = `${letters[n]} (${nameOf(options.activation)}, ${startName(options)})`;
    return measured
      ? `${who}: the gradient ${fateWords(fateOf(measured), measured.sizes.length)}`
      : `${who}: the gradient overflows`;
  });
  return `${parts.join('. ')}.`;
}

/** Returns a fate as the end of a sentence whose subject is the gradient. */
export function fateWords(fate: Fate, layers: number): string {
  const { kind, layer, ratio, blame } = fate;
  const where = `layer ${layer + 1} of ${layers}`;
  if (kind === 'keeps') return `keeps its size down to layer 1 (× ${digits(ratio)})`;
  if (!Number.isFinite(ratio)) return 'is 0 at the output already';
  const what = ratio === 0 ? `is 0 at ${where}` : `${kind} at ${where} (× ${digits(ratio)})`;
  return `${what}, because of ${blameWords(blame, fate)}`;
}

function blameWords(blame: Fate['blame'], { weights, slope }: Fate): string {
  const [w, s] = [`the weights (× ${digits(weights)} a layer)`, `the slope (× ${digits(slope)} a layer)`];
  return blame === 'both' ? `${w} and ${s}` : blame === 'weights' ? w : s;
}
