/** Sentences about the worked example. */
import { digits } from '../../page/numbers.js';
import { timeWords } from '../../page/phrases.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Numbers } from './engine.js';

export function words({ frame, networks }: ViewProps<Frame>): string {
  if (!frame) return 'The network is being made.';
  if (!frame.numbers) return `A number has overflowed: ${frame.problem}`;
  const { loss, nextLoss } = frame.numbers;
  const when = timeWords(networks[0]?.step ?? 0, 'At the start');
  const dead = deadUnits(frame.numbers).map((j) => ` ${deadWords(frame.numbers!, j)}`);
  return `${when} the loss is ${digits(loss)}, and the next step makes it ${digits(nextLoss)}.${dead.join('')}`;
}

/** Returns the indices of the hidden units that a gradient reaches but does not pass. */
export function deadUnits({ hidden: { a, zGradient, aGradient } }: Numbers): number[] {
  return [...a.keys()].filter((j) => a[j] === 0 && zGradient[j] === 0 && aGradient[j] !== 0);
}

function deadWords({ hidden: { z } }: Numbers, j: number): string {
  return `Unit h${j + 1} is dead: its sum is ${digits(z[j])}, so it passes 0 on, and its weights have gradient 0.`;
}
