/** The nudge that sets one unit apart from its twins. */
import type { NetworkState, State } from '../../engine/state.js';
import { ownValue } from '../own-value.js';
import type { Spot, WeightChange } from '../weight-change.js';
import { own, type Place } from './fields.js';

/** Table of the places. Weights into and out of unit 1 have index 0. */
const spots: Record<Exclude<Place, 'none'>, (depth: number) => Spot> = {
  in: () => ({ layer: 0, tensor: 'kernel', index: 0 }),
  bias: () => ({ layer: 0, tensor: 'bias', index: 0 }),
  // If there is one hidden layer, the weights above it lead to the output.
  middle: (depth) => ({ layer: Math.min(1, depth), tensor: 'kernel', index: 0 }),
  out: (depth) => ({ layer: depth, tensor: 'kernel', index: 0 }),
};

/** Returns the nudge of a network; undefined if there is none. */
export function nudgeOf(state: State, { depth }: NetworkState): WeightChange | undefined {
  const place = ownValue(state, own, 'place');
  if (place === 'none') return undefined;
  return { ...spots[place](depth), operator: '+=', value: ownValue(state, own, 'nudge') };
}
