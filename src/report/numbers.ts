/**
 * Logarithms and number formats of reports. Pictures do not promise bits, so they may use the host's logarithm, whose last
 * place differs between engines.
 */
import { formatCount, formatNumber, formatShare, NONE } from '../format.js';
import type { Axis, Cell, Column } from './sections.js';

/** Number of a report; null stands for NaN and infinity, which JSON lacks. */
export type Numeric = number | null | undefined;

/** Returns NaN for a missing value, and for null, which is JSON's form of a number that is not finite. */
export function known(value: Numeric): number {
  return value ?? Number.NaN;
}

export const log10 = Math.log10;

/** Number with the given logarithm to the base of ten. */
export const powerOfTen = (logarithm: number): number => 10 ** logarithm;

/** Position of a value on an axis, in units of the axis: decades if it is logarithmic. */
export function toAxis(value: Numeric, scale: Axis['scale']): number {
  if (typeof value !== 'number') return Number.NaN;
  if (scale === 'ln') return value / Math.LN10;
  return scale === 'log' ? log10(value) : value;
}

/** Label of a position on an axis. */
export function fromAxis(place: number, { scale = 'linear', format = 'number' }: Axis): string {
  if (scale !== 'linear') return formatLog10(place);
  return format === 'share' ? formatFiniteShare(place) : formatFinite(place);
}

/** Exponent beyond which a power of ten leaves f64 or loses digits as a denormal. */
const DOUBLES = 300;

/** Formats a number of any size, given by its logarithm to the base of ten: '2.7e-65'. */
export function formatLog10(logarithm: number): string {
  if (logarithm === -Infinity) return '0';
  if (!Number.isFinite(logarithm)) return nonFiniteName(logarithm);
  if (Math.abs(logarithm) < DOUBLES) return formatFinite(powerOfTen(logarithm));
  const exponent = Math.floor(logarithm);
  return `${powerOfTen(logarithm - exponent).toFixed(1)}e${exponent}`;
}

/** Formats a number with three significant digits, NaN and infinities by name. */
export function formatFinite(value: Numeric): string {
  if (typeof value !== 'number') return NONE;
  return Number.isFinite(value)
    ? formatNumber(value).replace('-', '−').replace('e−', 'e-')
    : nonFiniteName(value);
}

export function nonFiniteName(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '∞' : '−∞';
}

/** Formats a share as a percentage without trailing zeros: '12.5 %', '95 %'. NaN and infinities are named. */
export function formatFiniteShare(value: Numeric): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return formatFinite(value);
  return formatShare(value).replace('.0 %', ' %');
}

/**
 * Formats a column of a table. If all numbers are whole, they are shown in full, since they are counts or indices. Numbers
 * that three digits show exactly get no trailing zeros.
 */
export function formatColumn(column: string | Column, cells: readonly Cell[]): string[] {
  const numbers = cells.filter((cell) => typeof cell === 'number' && Number.isFinite(cell)) as number[];
  const whole = numbers.every(Number.isSafeInteger);
  const { format = whole ? 'count' : 'number' } = typeof column === 'string' ? {} : column;
  const written = cells.map((cell) => formatCell(cell, format));
  const short = format === 'number' && numbers.every((value) => value === Number(value.toPrecision(3)));
  return short
    ? written.map((text, i) => (typeof cells[i] === 'number' ? withoutZeros(text) : text))
    : written;
}

/** Removes trailing zeros: '0.100' becomes '0.1', and '1.0e-6' becomes '1e-6'. */
export function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text;
}

function formatCell(cell: Cell, format: NonNullable<Column['format']>): string {
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'string') return cell;
  if (typeof cell !== 'number') return NONE;
  if (!Number.isFinite(cell)) return nonFiniteName(cell);
  if (format === 'share') return formatFiniteShare(cell);
  if (format === 'number') return formatFinite(cell);
  const digits = format === 'precise' ? Number(cell.toPrecision(6)) : cell;
  return (format === 'count' ? formatCount(cell) : String(digits)).replace(/^-/, '−').replace('e+', 'e');
}
