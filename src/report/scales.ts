/** Range and ticks of a chart's axis, for text and pictures. */
import { formatLog10, log10, powerOfTen, toAxis, withoutZeros } from './numbers.js';
import type { Axis, Bands, Curves, LinePanel, Series } from './sections.js';

export interface Range {
  readonly low: number;
  readonly high: number;
  /** True if there are no finite values. */
  readonly empty?: true;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const MARGIN = 0.04;
/** Half the range around a single value, in units of the axis: on a logarithmic axis half a decade. */
const ALONE = 0.5;

/** Range of the y axis that includes the finite values of these panels, in units of the axis. */
export function rangeOf({ y }: Bands | Curves, panels: readonly LinePanel[]): Range {
  const values = panels
    .flatMap(({ series }) => series.flatMap(({ y: line, low = [], high = [] }) => [...line, ...low, ...high]))
    .concat(y.domain ?? [])
    .map((value) => toAxis(value, y.scale))
    .filter(Number.isFinite);
  if (values.length === 0) return { low: 0, high: 1, empty: true };
  const { low, high } = extremes(values);
  if (y.domain && low === toAxis(y.domain[0], y.scale) && high === toAxis(y.domain[1], y.scale)) {
    return { low, high };
  }
  if (high - low < 1e-9 * Math.max(1, Math.abs(high))) {
    const half = y.scale && y.scale !== 'linear' ? ALONE : ALONE * (Math.abs(high) || 1);
    return { low: low - half, high: high + half };
  }
  const margin = MARGIN * (high - low);
  // Without negative values, the axis begins at zero or above.
  const floor = (y.scale ?? 'linear') === 'linear' && low >= 0 ? 0 : -Infinity;
  return { low: Math.max(low - margin, floor), high: high + margin };
}

export function extremes(values: Iterable<number>): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** Round numbers inside the range, at most about `most`. */
export function ticksOf(range: Range, axis: Axis, most: number): Tick[] {
  if (range.empty) return [];
  if ((axis.scale ?? 'linear') !== 'linear') {
    return logTicks(range, most).map((at) => ({ at, label: powerLabel(at) }));
  }
  const ticks = multiples(range.low, range.high, roundStep((range.high - range.low) / most));
  return ticks.map((at) => ({ at, label: plainLabel(at, axis) }));
}

/** Label of a value. Rounding errors next to a round number are removed. */
function plainLabel(at: number, { format }: Axis): string {
  const shown = Number((format === 'share' ? 100 * at : at).toPrecision(6));
  return format === 'share' ? `${shown} %` : String(shown).replace(/^-/, '−').replace('e+', 'e');
}

/**
 * Ticks of a logarithmic axis: powers of ten; within two decades, 1, 2 and 5 of each; within half a decade, round numbers.
 */
function logTicks({ low, high }: Range, most: number): number[] {
  const span = high - low;
  if (span >= 2) return multiples(low, high, Math.max(1, roundStep(span / most)));
  if (span < 0.5) {
    const [least, largest] = [powerOfTen(low), powerOfTen(high)];
    return multiples(least, largest, roundStep((largest - least) / most)).map(log10);
  }
  return multiples(Math.floor(low), high, 1)
    .flatMap((decade) => [decade, decade + log10(2), decade + log10(5)])
    .filter((at) => at >= low && at <= high);
}

/** Whole numbers inside the range. */
export function wholeTicks({ low, high }: Range, most: number): number[] {
  const step = Math.max(1, roundStep((high - low) / most));
  const ticks = multiples(low, high, step);
  // Steps larger than 1 skip 1, where counting begins.
  return step > 1 && low === 1 ? [1, ...ticks] : ticks;
}

/** Smallest of 1, 2, 5, 10, 20… times a power of ten that is at least `least`. */
function roundStep(least: number): number {
  const power = powerOfTen(Math.floor(log10(least)));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({ length: count }, (_, i) => (first + i) * step + 0);
}

const PLAIN = 3;

function powerLabel(at: number): string {
  if (Number.isInteger(at) && Math.abs(at) > PLAIN) return `1e${at}`;
  return withoutZeros(formatLog10(at));
}

/** Positions of a series' values on the x axis; by default counted from 1. */
export function placesOf(panel: LinePanel, { x = panel.x, y }: Series): number[] {
  return y.map((_, i) => x?.[i] ?? i + 1);
}
