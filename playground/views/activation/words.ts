/** The sentence about an activation. */
import { digits } from '../../page/numbers.js';
import { nameOf } from '../../page/words.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Piece } from './engine.js';

const fates = {
  ordered: 'gradients vanish with depth',
  critical: 'gradients keep their size',
  chaotic: 'gradients explode with depth',
} as const;

/** Returns the name of the function that is shown. */
export function nameOfShown(state: ViewProps['state'], isDrawn: boolean): string {
  return isDrawn ? 'Your function' : nameOf(state.activation);
}

export function words({ state, frame }: ViewProps<Frame, Piece | undefined>): string {
  if (!frame) return 'Theory is being computed.';
  const { gain, field, weights } = frame.numbers;
  const who = nameOfShown(state, frame.isDrawn);
  const keeps = Number.isFinite(gain)
    ? `${who} needs weights of gain ${digits(gain)} to keep a signal of variance 1`
    : `${who} is 0 everywhere, and no gain keeps a signal`;
  if (!field) return `${keeps}.`;
  const { fixedPoint, chi, phase } = field;
  const end =
    fixedPoint === 0
      ? 'dies'
      : Number.isFinite(fixedPoint)
        ? `settles at variance ${digits(fixedPoint)}`
        : 'explodes';
  // A drawn function has a note about the batch norm under its picture.
  const norm =
    state.batchNorm !== 'none' && !frame.isDrawn ? ' These numbers leave out the batch norm of A.' : '';
  const pace = phase === 'critical' ? '' : `: each layer multiplies their variance by ${digits(chi)}`;
  return `${keeps}. With the present gain of ${digits(weights)} the signal ${end}, and ${fates[phase]}${pace}. This is the ${phase} phase.${norm}`;
}
