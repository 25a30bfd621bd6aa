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
    const [forward, backward] = factors(signals, depth);
    return `${who}: z ${fate(forward)} over ${depth} layers, the gradient ${fate(backward)} on its way back`;
  });
  return `${parts.join('; ')}.`;
}

/**
 * Returns the factors on the root mean squares: of z from the first to the last hidden layer, and of the gradient from the output
 * to layer 1.
 */
export function factors({ measured }: SignalsFrame, depth: number): [forward: number, backward: number] {
  const { z, gradient } = measured!;
  const ratio = (squares: Float64Array, from: number, to: number) => Math.sqrt(squares[to]! / squares[from]!);
  return [ratio(z.meanSquare, 0, depth - 1), ratio(gradient.meanSquare, depth, 0)];
}

function fate(factor: number): string {
  if (!Number.isFinite(factor) || factor === 0) return 'is lost';
  if (factor < VANISHES) return `dies (× ${digits(factor)})`;
  if (factor > EXPLODES) return `explodes (× ${digits(factor)})`;
  return `keeps its size (× ${digits(factor)})`;
}
