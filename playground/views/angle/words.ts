/** Sentences about the angles. */
import { letters, networkState, type State } from '../../engine/state.js';
import { digits } from '../../page/numbers.js';
import { BEING_MADE } from '../../page/phrases.js';
import { startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Piece } from './engine.js';

/** An angle that moves by more degrees than this opens or closes. */
const CHANGE = 5;
/** Correlations that differ by less are the same. */
const SAME = 1e-6;

/** Theory's answer for a network. The worker sends it in pieces. */
export type Theory = Omit<Piece, 'network'>;

/** Returns theory's answers for the networks, as far as their pieces have come. */
export function theories(pieces: readonly Piece[], networks: number): Theory[] {
  const found: Theory[] = Array.from({ length: networks }, () => ({}));
  for (const { network, ...part } of pieces) if (network < networks) Object.assign(found[network]!, part);
  return found;
}

/** Returns the angle of a cosine in degrees. */
export function degrees(cosine: number): number {
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

/** Returns the angle of a cosine in words, such as "60°"; a dash if there is none. */
export function shown(cosine: number): string {
  return Number.isNaN(cosine) ? '–' : `${digits(Math.round(degrees(cosine)))}°`;
}

export function words({ state, frame, pieces, networks }: ViewProps<Frame, Piece>): string {
  if (!frame) return BEING_MADE;
  const known = theories(pieces, frame.networks.length);
  const parts = frame.networks.map((_, n) => networkWords(state, frame, known[n]!, n, networks[n]?.step));
  return `Two inputs are ${shown(frame.inputs.cosine)} apart. ${parts.join('. ')}.`;
}

/** Describes the angle in the last layer of a network, beside theory's for the network before its training. */
export function networkWords(
  state: State,
  frame: Frame,
  { line, field }: Theory,
  n: number,
  step = 0,
): string {
  const options = networkState(state, n);
  const last = frame.networks[n]!.cosines.at(-1) ?? Number.NaN;
  const who = `In ${letters[n]} (${startName(options)})`;
  if (Number.isNaN(last)) return `${who} the signal is lost`;
  const change = degrees(last) - degrees(frame.inputs.cosine);
  const fate =
    change < -CHANGE ? 'the angle closes to' : change > CHANGE ? 'the angle opens to' : 'the angle stays at';
  const expected =
    line?.length === options.depth + 1
      ? `; ${step > 0 ? 'for the start ' : ''}theory expects ${shown(line.at(-1)!)}`
      : '';
  // If the map is the identity, the correlation stays, and there is no pace to tell.
  const isKept = field && line && Math.abs(field.fixedPoint - line[1]!) < SAME;
  const end = field
    ? ` and, after many layers, ${shown(field.fixedPoint)}${isKept ? '' : paceWords(field.depthScale)}`
    : '';
  return `${who} ${fate} ${shown(last)} in layer ${options.depth}${expected}${expected && end}`;
}

function paceWords(depthScale: number): string {
  if (!Number.isFinite(depthScale)) return ', ever more slowly';
  return depthScale < 0.5
    ? ''
    : ` (the distance from it falls to a third every ${digits(depthScale * Math.log(3), 2)} layers)`;
}
