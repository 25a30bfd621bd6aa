/** Angles in words, made from the numbers. */
import { letters, networkState, type State } from '../../engine/state.js';
import { digits } from '../../page/numbers.js';
import { startName } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Piece } from './engine.js';

/** Degrees that count as a change. */
const CHANGE = 5;
const SAME = 1e-6;

/** Theory's answer for a network, put together from its pieces. */
export type Theory = Omit<Piece, 'network'>;

/** Puts the pieces of each network together. */
export function theories(pieces: readonly Piece[], networks: number): Theory[] {
  const found: Theory[] = Array.from({ length: networks }, () => ({}));
  for (const { network, ...part } of pieces) if (network < networks) Object.assign(found[network]!, part);
  return found;
}

/** Returns the angle of a cosine in degrees. */
export function degrees(cosine: number): number {
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

export function shown(cosine: number): string {
  return Number.isNaN(cosine) ? '–' : `${digits(Math.round(degrees(cosine)))}°`;
}

export function words({ state, frame, pieces, networks }: ViewProps<Frame, Piece>): string {
  if (!frame) return 'The networks are being drawn.';
  const known = theories(pieces, frame.networks.length);
  const parts = frame.networks.map((_, n) => networkWords(state, frame, known[n]!, n, networks[n]?.step));
  return `Two inputs are ${shown(frame.inputs.cosine)} apart. ${parts.join('. ')}.`;
}

/** Returns what becomes of the angle in a network. Theory is of its start, whatever the training has done since. */
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
  // Where the map is the identity, there is no way to go.
  const isKept = field && line && Math.abs(field.fixedPoint - line[1]!) < SAME;
  const end = field
    ? ` and, far down, ${shown(field.fixedPoint)}${isKept ? '' : paceWords(field.depthScale)}`
    : '';
  return `${who} ${fate} ${shown(last)} in layer ${options.depth}${expected}${expected && end}`;
}

function paceWords(depthScale: number): string {
  if (!Number.isFinite(depthScale)) return ', ever more slowly';
  return depthScale < 0.5
    ? ''
    : ` (the rest falls to a third every ${digits(depthScale * Math.log(3), 2)} layers)`;
}
