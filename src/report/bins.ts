/** Ranges that histograms share, and histograms converted to other bins. */
import type { Histogram } from '../index.js';
import { extremes, type Range } from './scales.js';
import type { HistogramPanel, Histograms } from './sections.js';

/** Range of values that the axis of a histogram spans; undefined if there is no histogram. */
export function binRange(
  { range = 'own', panels }: Histograms,
  panel: HistogramPanel,
  row: number,
): Range | undefined {
  const { label, histogram } = panel.rows[row]!;
  if (!usable(histogram)) return undefined;
  const rows = range === 'own' ? [panel.rows[row]!] : panels.flatMap(({ rows }) => rows);
  const sharing = rows.filter((other) => range !== 'row' || other.label === label);
  const edges = sharing.flatMap(({ histogram: other }) => (usable(other) ? [other.low, other.high] : []));
  return extremes(edges);
}

/** Returns true if a histogram has a range and counts. A tensor without finite values has neither. */
export function usable(histogram: Histogram | undefined): histogram is Histogram {
  return (
    histogram !== undefined &&
    Number.isFinite(histogram.low) &&
    Number.isFinite(histogram.high) &&
    histogram.counts.some((count) => count > 0)
  );
}

/** Edges of a bin as shares of the range, 0 to 1. A single value gets a narrow bar, so that it is visible. */
export function edgesOf({ low, high, counts }: Histogram, bin: number, range: Range): [number, number] {
  const span = range.high - range.low;
  if (!(span > 0)) return [0.49, 0.51];
  const width = (high - low) / counts.length;
  const start = (low + bin * width - range.low) / span;
  const end = start + Math.max(width / span, 0.004);
  return [Math.min(start, 0.996), Math.min(end, 1)];
}

/** Counts over `parts` equal parts of a range. Each bin is spread evenly over the parts it covers. */
export function rebinned(histogram: Histogram, range: Range, parts: number): number[] {
  const counts = new Array<number>(parts).fill(0);
  for (const [bin, count] of histogram.counts.entries()) {
    const [start, end] = edgesOf(histogram, bin, range);
    const [first, last] = [start * parts, end * parts];
    for (let part = Math.floor(first); part < Math.min(last, parts); part++) {
      const covered = Math.min(last, part + 1) - Math.max(first, part);
      counts[part]! += (count * covered) / (last - first);
    }
  }
  return counts;
}
