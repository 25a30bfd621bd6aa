/** The worked example in a sentence. */
import { digits } from '../../page/numbers.js';
import type { ViewProps } from '../pages.js';
import type { Frame, Numbers } from './engine.js';

export function words({ frame, networks }: ViewProps<Frame>): string {
  if (!frame) return 'The network is being made.';
  if (!frame.numbers) return `A number has left what 32 bits hold: ${frame.problem}`;
  const { loss, nextLoss } = frame.numbers;
  const step = networks[0]?.step ?? 0;
  const steps = step === 0 ? 'At the start' : `After ${step} ${step === 1 ? 'step' : 'steps'}`;
  const dead = deadUnits(frame.numbers).map((j) => ` ${deadWords(frame.numbers!, j)}`);
  return `${steps} the loss is ${digits(loss)}, and the next step makes it ${digits(nextLoss)}.${dead.join('')}`;
}

/** Hidden units through which no gradient passes, although one arrives. */
export function deadUnits({ hidden: { a, zGradient, aGradient } }: Numbers): number[] {
  return [...a.keys()].filter((j) => a[j] === 0 && zGradient[j] === 0 && aGradient[j] !== 0);
}

function deadWords({ hidden: { z } }: Numbers, j: number): string {
  return `Unit h${j + 1} is dead: its sum is ${digits(z[j])}, so it passes 0 on, and its weights have gradient 0.`;
}
