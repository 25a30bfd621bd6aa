/** Number formats of messages, tables and progress lines. */

/** Shown in place of a missing value. */
export const NONE = '–';

const LEAST_PLAIN = 0.001;
const MOST_PLAIN = 100_000;
/** Number from which zeros are hard to count, so that a power of ten is shown. */
const MOST_IN_FULL = 1e6;

/** Formats a number to three significant digits and keeps zeros at the end, for columns: `0.0120`, `25.3`, `1.2e-7`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < LEAST_PLAIN || size >= MOST_PLAIN) return value.toExponential(1).replace('e+', 'e');
  return size < 100 ? value.toPrecision(3) : value.toFixed(0);
}

/**
 * Formats a number to some significant digits without zeros at the end, for sentences: `0.012`, `25.3`; from a million on as a
 * power: `1.5e6`.
 */
export function formatDigits(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < MOST_IN_FULL ? String(rounded) : rounded.toExponential().replace('e+', 'e');
}

/**
 * Names a layer in advice, tables and pictures, where layers count from 1: `layer 1`. Errors and the `name` of a layer have its
 * path in the options instead, whose index counts from 0: `layers[0]`.
 *
 * @param index  index in the array of layers, from 0
 */
export function layerInWords(index: number): string {
  return `layer ${index + 1}`;
}

/** Formats a loss to at most three decimals: `0.123`, `2.301`, `15.42`, `312.4`. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value >= MOST_PLAIN) return value.toExponential(1).replace('e+', 'e');
  if (value >= 1000) return value.toFixed(0);
  if (value >= 100) return value.toFixed(1);
  return value.toFixed(value >= 10 ? 2 : 3);
}

/** Formats a share as a percentage: `95.8 %`. A share below 1 never shows as 100 %, and a share above 0 never as 0 %. */
export function formatShare(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const percent = 100 * value;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  if (percent < 100 && percent >= 99.95) return '> 99.9 %';
  return `${percent.toFixed(1)} %`;
}

/** Formats a count in groups of three digits: `60 000`. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ') : NONE;
}

/** Formats a duration, given in seconds: `42 s`, `3 min 05 s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
