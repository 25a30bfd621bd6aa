/** Histograms as text: a line of blocks each, and beside it the standard deviation as a number and as a bar. */
import { binRange, rebinned, usable } from './bins.js';
import { formatFinite } from './numbers.js';
import type { HistogramPanel, HistogramRow, Histograms } from './sections.js';
import { SPREAD, spreadEnds, spreadRange, spreadShare } from './spreads.js';
import { BLOCKS, GAP, solidBar } from './text-charts.js';
import { cut, padEnd, padStart, printable, widthOf, wrap, wrapBeside } from './width.js';

/** A label takes at most this part of a line, a third. Longer ones go on below, as those of curves do. */
const LABELS_PER_LINE = 3;
const LEAST_HISTOGRAM = 8;
const MOST_HISTOGRAM = 24;
const LEAST_BAR = 6;
const MOST_BAR = 16;

/** Widths of the parts of a panel; number and bar are 0 without standard deviations. */
interface Widths {
  readonly blocks: number;
  readonly number: number;
  readonly bar: number;
}

export function histogramLines(chart: Histograms, columns: number): string[] {
  const { panels } = chart;
  const most = Math.floor(columns / LABELS_PER_LINE);
  const labels = panels.flatMap(({ rows }) => rows.flatMap(({ label }) => wrap(printable(label), most)));
  const labelWidth = Math.max(1, ...labels.map(widthOf));
  const number = Math.max(0, ...panels.flatMap(({ rows }) => rows.map((row) => widthOf(numberOf(row)))));
  // Number and bar, with a space before each.
  const extra = number > 0 ? number + 2 + LEAST_BAR : 0;
  const fitting = Math.max(1, Math.floor((columns - labelWidth) / (GAP + LEAST_HISTOGRAM + extra)));
  const lines: string[] = [];
  for (let first = 0; first < panels.length; first += fitting) {
    const beside = panels.slice(first, first + fitting);
    const room = Math.floor((columns - labelWidth) / beside.length) - GAP;
    if (first > 0) lines.push('');
    lines.push(...groupLines(chart, beside, labelWidth, widthsOf(room, number)));
  }
  return lines.map((line) => cut(line, columns));
}

/** Divides the columns of a panel. On a narrow line the bar is left out, and then the number. */
function widthsOf(room: number, number: number): Widths {
  const none = { blocks: Math.max(1, Math.min(MOST_HISTOGRAM, room)), number: 0, bar: 0 };
  const left = room - number - 1;
  if (number === 0 || left < LEAST_HISTOGRAM) return none;
  if (left < LEAST_HISTOGRAM + 1 + LEAST_BAR)
    return { blocks: Math.min(MOST_HISTOGRAM, left), number, bar: 0 };
  const bar = Math.max(LEAST_BAR, Math.min(MOST_BAR, Math.floor((left - 1) / 2)));
  return { blocks: Math.min(MOST_HISTOGRAM, left - 1 - bar), number, bar };
}

function groupLines(
  chart: Histograms,
  panels: readonly HistogramPanel[],
  labelWidth: number,
  widths: Widths,
): string[] {
  const width = widths.blocks + (widths.number && 1 + widths.number) + (widths.bar && 1 + widths.bar);
  const row = (start: string, cells: readonly string[]) =>
    [padEnd(start, labelWidth), ...cells.map((cell) => padEnd(cut(cell, width), width))].join(
      ' '.repeat(GAP),
    );
  const heads = panels.some(({ label }) => label)
    ? wrapBeside(
        panels.map(({ label = '' }) => label),
        width,
      ).map((cells) => row('', cells))
    : [];
  const length = Math.max(...panels.map(({ rows }) => rows.length));
  const body = Array.from({ length }, (_, i) => i).flatMap((i) => {
    const { label = '', caption = '' } = panels.find(({ rows }) => rows[i])?.rows[i] ?? {};
    const cells = panels.map((panel) => cellOf(chart, panel, i, widths));
    // The caption has room only if no other panel follows, and repeats the number if there is one.
    const said = chart.panels.length === 1 && widths.number === 0 ? printable(caption) : '';
    const [first = '', ...rest] = wrap(printable(label), labelWidth);
    return [`${row(first, cells)}${' '.repeat(GAP)}${said}`, ...rest];
  });
  const axes =
    widths.bar > 0
      ? [
          row(
            '',
            panels.map((panel) => axisOf(chart, panel, widths)),
          ),
        ]
      : [];
  return [...heads, ...body, ...axes].map((line) => line.trimEnd());
}

function cellOf(
  chart: Histograms,
  panel: HistogramPanel,
  i: number,
  { blocks, number, bar }: Widths,
): string {
  const row = panel.rows[i];
  if (!row) return '';
  const drawn = blocksOf(chart, panel, i, blocks);
  if (number === 0 || row.std === undefined || !usable(row.histogram)) return drawn;
  const range = spreadRange(chart, panel);
  const share = range && spreadShare(row.std, range);
  const solid = bar > 0 && share !== undefined ? ` ${solidBar(share, bar)}` : '';
  return `${padEnd(drawn, blocks)} ${padStart(numberOf(row), number)}${solid}`;
}

function numberOf({ std }: HistogramRow): string {
  return std === undefined ? '' : formatFinite(std);
}

/** Ends of the axis of the bars, below them as far as there is room. */
function axisOf(chart: Histograms, panel: HistogramPanel, { blocks, number, bar }: Widths): string {
  const range = spreadRange(chart, panel);
  if (!range) return '';
  const width = blocks + 1 + number + 1 + bar;
  const ends = spreadEnds(range);
  const words = [`${SPREAD}, logarithmic: ${ends}`, `sd, logarithmic: ${ends}`, `sd ${ends}`];
  return padStart(words.find((text) => widthOf(text) <= width) ?? ends, width);
}

function blocksOf(chart: Histograms, panel: HistogramPanel, row: number, width: number): string {
  const found = panel.rows[row];
  if (!found) return '';
  const range = binRange(chart, panel, row);
  if (!range || !usable(found.histogram)) return printable(found.caption ?? 'nothing finite');
  const counts = rebinned(found.histogram, range, width);
  const most = Math.max(...counts);
  return counts.map((count) => BLOCKS[Math.ceil((8 * count) / most)]!).join('');
}
