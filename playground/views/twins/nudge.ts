/** Where a nudge goes: which array of which layer, and at which index. */
import type { NetworkState, State } from '../../engine/state.js';
import { own, type Place } from './fields.js';

export interface Spot {
  readonly layer: number;
  readonly tensor: 'kernel' | 'bias';
  readonly index: number;
}

/** Table of the places. Weights into and out of unit 1 have index 0. */
const spots: Record<Exclude<Place, 'none'>, (depth: number) => Spot> = {
  in: () => ({ layer: 0, tensor: 'kernel', index: 0 }),
  bias: () => ({ layer: 0, tensor: 'bias', index: 0 }),
  // Without a second hidden layer, the weights above the first lead to the output.
  middle: (depth) => ({ layer: Math.min(1, depth), tensor: 'kernel', index: 0 }),
  out: (depth) => ({ layer: depth, tensor: 'kernel', index: 0 }),
};

/** Returns the nudged weight and by how much; undefined if none is. */
export function nudgeOf(state: State, { depth }: NetworkState): (Spot & { readonly by: number }) | undefined {
  const place = (state.own.place ?? own.place.initial) as Place;
  const by = Number(state.own.nudge ?? own.nudge.initial);
  return place === 'none' ? undefined : { ...spots[place](depth), by };
}
