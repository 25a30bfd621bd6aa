/** Numbers as the tables and the progress lines write them: short, of one look. */

/** Stands for a value that is not there. */
export const NONE = '–';

const LEAST_PLAIN = 0.001;
const MOST_PLAIN = 100_000;

/** Three significant digits: `0.0123`, `25.3`, `1.2e-7`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < LEAST_PLAIN || size >= MOST_PLAIN) return value.toExponential(1).replace('e+', 'e');
  return size < 100 ? value.toPrecision(3) : value.toFixed(0);
}

/** Three decimals while they matter: `0.123`, `2.301`, `15.42`, `312.4`. */
export function formatLoss(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value >= MOST_PLAIN) return value.toExponential(1).replace('e+', 'e');
  if (value >= 1000) return value.toFixed(0);
  if (value >= 100) return value.toFixed(1);
  return value.toFixed(value >= 10 ? 2 : 3);
}

/** A share as per cent: `95.8 %`. */
export function formatShare(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : NONE;
}

/** A count with its thousands apart: `60 000`. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ') : NONE;
}

/** A duration in seconds: `42 s`, `3 min 05 s`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return NONE;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
