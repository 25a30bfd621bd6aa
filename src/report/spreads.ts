/** Bars that compare the widths of histograms, on a logarithmic axis from one power of ten to another. */
import { fromAxis, log10, withoutZeros } from './numbers.js';
import { extremes, type Range, type Tick, wholeTicks } from './scales.js';
import type { HistogramPanel, Histograms } from './sections.js';

/** Name of the axis. */
export const SPREAD = 'standard deviation';

/** Range of the bars of a panel, in whole decades; undefined if no row has a standard deviation > 0. */
export function spreadRange(
  { panels, sameScale = true }: Histograms,
  panel: HistogramPanel,
): Range | undefined {
  const rows = (sameScale ? panels : [panel]).flatMap((one) => one.rows);
  const decades = rows.flatMap(({ std }) => (isWidth(std) ? [log10(std)] : []));
  if (decades.length === 0) return undefined;
  const { low, high } = extremes(decades);
  // The lowest end lies below every bar, so that each of them is visible.
  const from = Math.ceil(low) - 1;
  return { low: from, high: Math.max(from + 1, Math.ceil(high)) };
}

/** Length of a bar as a share of the axis; undefined without a standard deviation > 0. */
export function spreadShare(std: number | null | undefined, { low, high }: Range): number | undefined {
  return isWidth(std) ? (log10(std) - low) / (high - low) : undefined;
}

/** Ticks of the axis at powers of ten, placed as shares of it. */
export function spreadTicks(range: Range, most: number): Tick[] {
  const { low, high } = range;
  return wholeTicks({ low, high }, most).map((at) => ({
    at: (at - low) / (high - low),
    label: powerLabel(at),
  }));
}

/** Both ends of the axis in words: `1e-4 to 100`. */
export function spreadEnds({ low, high }: Range): string {
  return `${powerLabel(low)} to ${powerLabel(high)}`;
}

function powerLabel(decade: number): string {
  return Math.abs(decade) > 3 ? `1e${decade}` : withoutZeros(fromAxis(decade, { label: '', scale: 'log' }));
}

function isWidth(std: number | null | undefined): std is number {
  return typeof std === 'number' && std > 0 && Number.isFinite(std);
}
