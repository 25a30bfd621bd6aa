/** The range of a chart's axis and its ticks, once for text and pictures. */
import { formatLog10, log10, powerOfTen, toAxis, withoutZeros } from './numbers.js';
import type { Axis, Bands, Curves, LinePanel, Series } from './sections.js';

export interface Range {
  readonly low: number;
  readonly high: number;
  /** Nothing finite lies in it. */
  readonly empty?: true;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const MARGIN = 0.04;
/** Half the range shown of a single value: of a logarithm half a decade. */
const ALONE = 0.5;

/** The range of the y axis that holds the finite values of these panels, in units of the axis. */
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
    const half = y.scale && y.scale !== 'linear' ? ALONE : ALONE * Math.max(Math.abs(high), Number.MIN_VALUE);
    return { low: low - half, high: high + half };
  }
  const margin = MARGIN * (high - low);
  // Where nothing is below zero, the axis is not either.
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

/** At most about `most` round numbers inside. */
export function ticksOf(range: Range, axis: Axis, most: number): Tick[] {
  if (range.empty) return [];
  if ((axis.scale ?? 'linear') !== 'linear') {
    return logTicks(range, most).map((at) => ({ at, label: powerLabel(at) }));
  }
  const ticks = multiples(range.low, range.high, roundStep((range.high - range.low) / most));
  return ticks.map((at) => ({ at, label: plainLabel(at, axis) }));
}

/** Binary fractions next to a round number are that number. */
function plainLabel(at: number, { format }: Axis): string {
  const shown = Number((format === 'share' ? 100 * at : at).toPrecision(6));
  return format === 'share' ? `${shown} %` : String(shown).replace(/^-/, '−').replace('e+', 'e');
}

/** Powers of ten; within two decades 1, 2 and 5 of each; within half of one, round numbers. */
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

/** Whole numbers inside a range. */
export function wholeTicks({ low, high }: Range, most: number): number[] {
  const step = Math.max(1, roundStep((high - low) / most));
  const ticks = multiples(low, high, step);
  // A step beyond 1 leaves out the first, from which is counted.
  return step > 1 && low === 1 ? [1, ...ticks] : ticks;
}

/** The least of 1, 2, 5, 10, 20… times a power of ten that is no less. */
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

/** Where the values of a series stand: counted from 1 where nothing else is said. */
export function placesOf(panel: LinePanel, { x = panel.x, y }: Series): number[] {
  return y.map((_, i) => x?.[i] ?? i + 1);
}
