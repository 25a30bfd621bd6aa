import { formatDigits } from '../format.js';
import type { TensorStatistics } from './diagnosis.js';

/** Formats a number with two digits, which is enough to compare. */
export function short(value: number): string {
  return formatDigits(value, 2);
}

/** Formats a number with three digits, so that 255 remains recognizable as the end of a range. */
export function exact(value: number): string {
  return formatDigits(value, 3);
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Formats the standard deviation, as 'sd 2.6e-6', and the mean if it is larger. */
export function sizeInWords({ mean, std }: Pick<TensorStatistics, 'mean' | 'std'>): string {
  return `sd ${short(std)}${Math.abs(mean) > std ? ` around a mean of ${short(mean)}` : ''}`;
}

/** Formats a ratio as '0.88 of' or '16 times'. */
export function ratioInWords(ratio: number): string {
  return `${short(ratio)} ${ratio < 1 ? 'of' : 'times'}`;
}

/** Joins at most eight names. */
export function listed(names: readonly (number | string)[]): string {
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
}

/** Joins the choices as 'a, b or c', without those that are false. */
export function either(...choices: readonly (string | false)[]): string {
  const there = choices.filter((choice) => choice !== false);
  return there.length < 2 ? there.join() : `${there.slice(0, -1).join(', ')} or ${there.at(-1)}`;
}
