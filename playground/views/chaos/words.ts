/** Sentences about the phases of the networks. */
import { letters, networkState, type State } from '../../engine/state.js';
import { digits } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Piece, Place } from './engine.js';

/** Distance of χ₁ from 1 up to which the words call a network critical. Over 20 layers, 1.01 becomes a factor of 1.2. */
const NEARLY = 0.01;

export function words({ state, frame }: ViewProps<Frame, Piece>): string {
  if (!frame) return BEING_MADE;
  return frame.places.map((place, n) => placeWords(state, place, n)).join(' ');
}

/** Returns the phase of a network, and its consequence at the network's depth. */
export function placeWords(state: State, place: Place | undefined, n: number): string {
  const { depth, batchNorm } = networkState(state, n);
  if (!place) {
    const why = batchNorm !== 'none' ? 'it has a batch norm' : 'its weights are not random';
    return `Theory has no phase for network ${letters[n]}, because ${why}.`;
  }
  const { gain, biasStd, chi, fixedPoint } = place;
  const who = `${letters[n]} (σ_w ${digits(gain)}, σ_b ${digits(biasStd)})`;
  const signal =
    fixedPoint === 0
      ? ', and the signal dies out'
      : fixedPoint === Number.POSITIVE_INFINITY
        ? ', and the signal explodes'
        : '';
  return `${who} is ${phaseWords(chi)}: ${gradientWords(place, depth)}${signal}.`;
}

export function phaseWords(chi: number): string {
  if (Math.abs(chi - 1) <= NEARLY) return 'at the edge of chaos';
  return chi < 1 ? 'in the ordered phase' : 'in the chaotic phase';
}

function gradientWords({ chi, fixedPoint }: Place, depth: number): string {
  if (Math.abs(chi - 1) <= NEARLY) return 'gradients keep their size';
  const all = depth === 1 ? '' : `, ${depth} layers by ${digits(chi ** depth)}`;
  const factors = `a layer multiplies the variance of gradients by ${digits(chi)}${all}`;
  const fate = chi < 1 ? 'they vanish' : 'they explode';
  // If the signal itself dies or explodes, χ₁ does not decide whether inputs become alike.
  if (fixedPoint === 0 || fixedPoint === Number.POSITIVE_INFINITY) return `${factors}; ${fate}`;
  return `${factors}; ${fate}, and ${chi < 1 ? 'two inputs become alike' : 'similar inputs are torn apart'}`;
}
