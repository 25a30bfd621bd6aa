/** Phases in words. */
import { letters, networkState, type State } from '../../engine/state.js';
import { digits } from '../../page/numbers.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Piece, Place } from './engine.js';

/** Distance of χ₁ from 1 that counts as critical in words: over 20 layers it is a factor of 1.2. */
const NEARLY = 0.01;

export function words({ state, frame }: ViewProps<Frame, Piece>): string {
  if (!frame) return 'The networks are being drawn.';
  return frame.places.map((place, n) => placeWords(state, place, n)).join(' ');
}

/** Returns the phase of a network and what it means for its depth. */
export function placeWords(state: State, place: Place | undefined, n: number): string {
  const { depth, batchNorm } = networkState(state, n);
  if (!place) {
    const why = batchNorm !== 'none' ? 'with a batch norm' : 'whose weights are not random';
    return `Theory has no phase for network ${letters[n]}, ${why}.`;
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
  const factors = `a layer multiplies the variance of gradients by ${digits(chi)}, ${depth} layers by ${digits(chi ** depth)}`;
  const fate = chi < 1 ? 'they vanish' : 'they explode';
  // Where the signal itself dies or explodes, χ₁ does not decide what becomes of correlations.
  if (fixedPoint === 0 || fixedPoint === Number.POSITIVE_INFINITY) return `${factors}; ${fate}`;
  return `${factors}; ${fate}, and ${chi < 1 ? 'two inputs become alike' : 'like inputs are torn apart'}`;
}
