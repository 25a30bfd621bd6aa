/** Plot of curves in plain ASCII characters, with both axes. */
import { toAxis } from './numbers.js';
import { extremes, placesOf, type Range, rangeOf, type Tick, ticksOf } from './scales.js';
import type { Axis, Curves, LinePanel, Series } from './sections.js';
import { cut, padStart, printable, widthOf, wrap } from './width.js';

/** Marks of the series. The first ones are drawn over the later ones. */
const MARKS = ['*', '.', '+', 'o', 'x', '#'];
const MOST_WIDTH = 72;
const LEAST_WIDTH = 8;
/** A character is about twice as high as it is wide. */
const ASPECT = 4;
const MOST_HEIGHT = 17;
const LEAST_HEIGHT = 7;
const COLUMNS_A_TICK = 10;
const ROWS_A_TICK = 3;

/** Lines of a chart: its panels below each other, each with its marks. */
export function plotLines(chart: Curves, columns: number): string[] {
  const shared = chart.sameScale !== false;
  return chart.panels.flatMap((panel, i) => {
    const like = shared ? chart.panels : [panel];
    const lines = panelLines(chart, panel, rangeOf(chart, like), extremes(like.flatMap(xOf)), columns);
    return [
      ...(i > 0 ? [''] : []),
      ...(panel.label ? wrap(printable(panel.label), columns) : []),
      ...lines,
    ].map((line) => cut(line.trimEnd(), columns));
  });
}

function xOf(panel: LinePanel): number[] {
  return panel.series.flatMap((series) => placesOf(panel, series));
}

function panelLines(chart: Curves, panel: LinePanel, y: Range, x: Range, columns: number): string[] {
  if (!(x.low <= x.high) || y.empty) return ['nothing measured'];
  const across = x.low < x.high ? x : { low: x.low - 1, high: x.high + 1 };
  const labels = asciiTicks(y, chart.y, MOST_HEIGHT / ROWS_A_TICK).map(({ label }) => label.length);
  const margin = Math.max(...labels, 0) + 1;
  const width = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, columns - margin - 1));
  const height = Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, Math.floor(width / ASPECT)));
  const grid = new Grid(width, height, across, y);
  grid.axes();
  // In reverse, so that the first series stays on top.
  for (const [i, series] of [...panel.series.entries()].reverse()) {
    grid.line(pointsOf(chart, panel, series), MARKS[i % MARKS.length]!);
  }
  const yLabels = grid.rowLabels(asciiTicks(y, chart.y, height / ROWS_A_TICK));
  const rows = grid.rows().map((row, r) => `${padStart(yLabels[r] ?? '', margin - 1)} |${row}`);
  const xTicks = asciiTicks(across, { label: chart.x.label }, width / COLUMNS_A_TICK);
  const axis = `${' '.repeat(margin)}+${grid.columnMarks(xTicks)}`;
  const names = `${' '.repeat(margin + 1)}${grid.columnLabels(xTicks, printable(chart.x.label))}`;
  const legend = panel.series.map(({ label }, i) => `${MARKS[i % MARKS.length]} ${ascii(printable(label))}`);
  return [...rows, axis, names, `${' '.repeat(margin + 1)}${legend.join('   ')}`];
}

/** Replaces the minus sign and the prime, which not every terminal has. */
function ascii(text: string): string {
  return text.replaceAll('−', '-').replaceAll('′', "'");
}

function asciiTicks(range: Range, axis: Axis, most: number): Tick[] {
  return ticksOf(range, axis, most).map(({ at, label }) => ({ at, label: ascii(label) }));
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function pointsOf({ y: axis }: Curves, panel: LinePanel, series: Series): Point[] {
  return placesOf(panel, series).map((x, i) => ({ x, y: toAxis(series.y[i], axis.scale) }));
}

/** Characters of a plot, row 0 at the top. */
class Grid {
  readonly #cells: string[][];

  constructor(
    readonly width: number,
    readonly height: number,
    readonly x: Range,
    readonly y: Range,
  ) {
    this.#cells = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  }

  /** Draws the lines x = 0 and y = 0 where they cross the plot. */
  axes(): void {
    const column = this.#column(0);
    const row = this.#row(0);
    if (this.y.low < 0 && this.y.high > 0) this.#cells[row]!.fill('-');
    if (!(this.x.low < 0 && this.x.high > 0)) return;
    for (const cells of this.#cells) cells[column] = cells[column] === '-' ? '+' : '|';
  }

  /** Draws a line through points in ascending order of x. A value that is not finite leaves a gap. */
  line(points: readonly Point[], mark: string): void {
    for (const [i, point] of points.entries()) {
      if (!Number.isFinite(point.y)) continue;
      this.#set(this.#column(point.x), this.#row(point.y), mark);
      const next = points[i + 1];
      if (next !== undefined && Number.isFinite(next.y)) this.#join(point, next, mark);
    }
  }

  /** Fills the columns between two points, and each column from one row to the next. */
  #join(from: Point, to: Point, mark: string): void {
    const [first, last] = [this.#column(from.x), this.#column(to.x)];
    let before = this.#row(from.y);
    for (let column = first; column <= last; column++) {
      const at = this.x.low + ((column + 0.5) / this.width) * (this.x.high - this.x.low);
      const share = to.x > from.x ? Math.min(1, Math.max(0, (at - from.x) / (to.x - from.x))) : 1;
      const row = column === last ? this.#row(to.y) : this.#row(from.y + share * (to.y - from.y));
      const step = Math.sign(row - before);
      // The line is drawn up to the row where it ended in the column before, which is marked already.
      for (let r = before + (column === first ? 0 : step); r !== row; r += step) this.#set(column, r, mark);
      this.#set(column, row, mark);
      before = row;
    }
  }

  rows(): string[] {
    return this.#cells.map((row) => row.join(''));
  }

  rowLabels(ticks: readonly Tick[]): string[] {
    const labels: string[] = [];
    for (const { at, label } of ticks) labels[this.#row(at)] = label;
    return labels;
  }

  columnMarks(ticks: readonly Tick[]): string {
    const marks = new Array<string>(this.width).fill('-');
    for (const { at } of ticks) marks[this.#column(at)] = '+';
    return marks.join('');
  }

  /** Labels below the columns of their ticks, as far as there is room, and the name of the axis at the end. */
  columnLabels(ticks: readonly Tick[], name: string): string {
    let line = '';
    const room = this.width - widthOf(name) - 1;
    for (const { at, label } of ticks) {
      const start = this.#column(at) - Math.floor(label.length / 2);
      const from = line === '' ? Math.max(0, start) : start;
      if (from > line.length - (line === '' ? 1 : 0) && from + label.length <= room) {
        line = line.padEnd(from) + label;
      }
    }
    return `${line.padEnd(room + 1)}${name}`;
  }

  #set(column: number, row: number, mark: string): void {
    this.#cells[row]![column] = mark;
  }

  #column(x: number): number {
    return place((x - this.x.low) / (this.x.high - this.x.low), this.width);
  }

  #row(y: number): number {
    return this.height - 1 - place((y - this.y.low) / (this.y.high - this.y.low), this.height);
  }
}

/** Index of a share of a length that is divided into `count` cells. */
function place(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(share * count)));
}
