/** The sentence about the signals of the networks. */
import { letters, networkState } from '../../engine/state.js';
import type { SignalsFrame } from '../../engine/theory.js';
import { digits } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import { startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame } from './engine.js';

/** Beyond these factors from the first layer to the last hidden one, a signal counts as lost. */
const VANISHES = 0.01;
const EXPLODES = 100;

export function words({ state, frame }: ViewProps<Frame>): string {
  if (!frame) return BEING_MADE;
  const parts = frame.map((signals, n) => {
    const who = `${letters[n]} (${startName(networkState(state, n))})`;
    const { depth } = networkState(state, n);
    if (!signals.measured) return `${who}: the signal overflows`;
    const { z, gradient } = signals.measured;
    const forward = fate(z.meanSquare, 0, depth - 1, [
      depth === 1 ? 'in its one layer' : `over ${depth} layers`,
      `of ${depth}`,
    ]);
    const backward = fate(gradient.meanSquare, depth, 0, ['on its way back', 'on its way back']);
    return `${who}: z ${forward}, the gradient ${backward}`;
  });
  return `${parts.join('; ')}.`;
}

/**
 * Returns the factors on the root mean squares: of z from the first to the last hidden layer, and of the gradient from the output
 * to layer 1.
 */
export function factors({ measured }: SignalsFrame, depth: number): [forward: number, backward: number] {
  const { z, gradient } = measured!;
  return [ratio(z.meanSquare, 0, depth - 1), ratio(gradient.meanSquare, depth, 0)];
}

function ratio(squares: Float64Array, from: number, to: number): number {
  return Math.sqrt(squares[to]! / squares[from]!);
}

/**
 * Describes the way of a signal between two layers: its fate, and the layer from which it is lost for good.
 *
 * @param ways  words for the way of a signal that is kept, and words after the layer at which one is lost
 */
function fate(
  squares: Float64Array,
  from: number,
  to: number,
  [whole, rest]: readonly [string, string],
): string {
  const factor = ratio(squares, from, to);
  if (isKept(factor)) return `keeps its size ${whole} (× ${digits(factor)})`;
  const step = Math.sign(to - from);
  let layer = to;
  while (layer !== from && !isKept(ratio(squares, from, layer - step))) layer -= step;
  const what = factor > EXPLODES ? 'explodes' : factor < VANISHES ? 'dies' : 'is lost';
  return `${what} at layer ${layer + 1} ${rest} (× ${digits(factor)})`;
}

function isKept(factor: number): boolean {
  return factor >= VANISHES && factor <= EXPLODES;
}
