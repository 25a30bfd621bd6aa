import { formatDigits } from '../format.js';
import type { TensorStatistics } from './diagnosis.js';

/** Two digits: enough to compare by. */
export function short(value: number): string {
  return formatDigits(value, 2);
}

/** Three digits, for ends of a range: 255 is to be known again. */
export function exact(value: number): string {
  return formatDigits(value, 3);
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** 'sd 2.6e-6', and the mean where that is what there is most of. */
export function sizeInWords({ mean, std }: Pick<TensorStatistics, 'mean' | 'std'>): string {
  return `sd ${short(std)}${Math.abs(mean) > std ? ` around a mean of ${short(mean)}` : ''}`;
}

/** '0.88 of', or '16 times'. */
export function ratioInWords(ratio: number): string {
  return `${short(ratio)} ${ratio < 1 ? 'of' : 'times'}`;
}

/** At most eight of them. */
export function listed(names: readonly (number | string)[]): string {
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
}

/** 'a, b or c' of those that are there; false stands for one that is not. */
export function either(...choices: readonly (string | false)[]): string {
  const there = choices.filter((choice) => choice !== false);
  return there.length < 2 ? there.join() : `${there.slice(0, -1).join(', ')} or ${there.at(-1)}`;
}
