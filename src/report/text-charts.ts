/** Charts as text: one bar per layer, one line of blocks per curve. */
import { formatFinite, fromAxis, toAxis } from './numbers.js';
import { placesOf, type Range, rangeOf, ticksOf } from './scales.js';
import type { Bands, Curves, LinePanel, Series } from './sections.js';
import { cut, padEnd, padStart, printable, widthOf, wrap, wrapBeside } from './width.js';

/** Blocks of growing height. */
export const BLOCKS = ' ▁▂▃▄▅▆▇█';
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/** Columns between two panels. */
export const GAP = 2;
/** Minimum width; narrower bars go below each other. */
const LEAST_BAR = 16;
const MOST_BAR = 48;

/** Series with its theory and its range on the axis. */
interface Strip {
  readonly label: string;
  /** Measured series; in a panel that measures nothing, one of theory or reference. */
  readonly shown: Series;
  readonly theory: Series | undefined;
  readonly x: readonly number[];
  readonly range: Range;
}

export function bandLines(chart: Bands, columns: number): string[] {
  const strips = stripsOf(chart);
  if (strips.length === 0) return ['nothing measured'];
  const labelWidth = Math.max(...strips.flatMap(({ x }) => x.map((place) => placeLabel(place).length)));
  const valueWidth = Math.max(
    ...strips.flatMap(({ shown }) => shown.y.map((_, i) => widthOf(valueAt(chart, shown, i)))),
  );
  const fixed = valueWidth + 1;
  const fitting = Math.max(1, Math.floor((columns - labelWidth) / (GAP + fixed + LEAST_BAR)));
  const lines: string[] = [];
  for (let first = 0; first < strips.length; first += fitting) {
    const beside = strips.slice(first, first + fitting);
    const bar = Math.min(MOST_BAR, Math.floor((columns - labelWidth) / beside.length) - GAP - fixed);
    if (first > 0) lines.push('');
    lines.push(...stripLines(chart, beside, { labelWidth, valueWidth, bar: Math.max(1, bar) }));
  }
  return [...lines, ...legend(strips)].map((line) => cut(line.trimEnd(), columns));
}

/** Strokes at the values of series that are not measured. */
const STROKES = { theory: '┃', reference: '┆' } as const;

/** Strips of a chart: every measured series with the theory that follows it. A panel that measures nothing shows all its series. */
function stripsOf(chart: Bands): Strip[] {
  const shared = chart.sameScale === false ? undefined : rangeOf(chart, chart.panels);
  return chart.panels.flatMap((panel) => {
    const range = shared ?? rangeOf(chart, [panel]);
    const measured = panel.series.filter(({ role }) => role === undefined);
    const shown = measured.length > 0 ? measured : panel.series;
    return shown.map((series) => ({
      label:
        shown.length === 1
          ? (panel.label ?? series.label)
          : [panel.label, series.label].filter(Boolean).join(', '),
      shown: series,
      theory: series.role === undefined ? theoryAfter(panel, series) : undefined,
      x: placesOf(panel, series),
      range,
    }));
  });
}

function theoryAfter({ series }: LinePanel, measured: Series): Series | undefined {
  const following = series.slice(series.indexOf(measured) + 1);
  const next = following.findIndex(({ role }) => role === undefined);
  return following.slice(0, next < 0 ? following.length : next).find(({ role }) => role === 'theory');
}

interface Widths {
  readonly labelWidth: number;
  readonly valueWidth: number;
  readonly bar: number;
}

function stripLines(
  chart: Bands,
  strips: readonly Strip[],
  { labelWidth, valueWidth, bar }: Widths,
): string[] {
  const row = (start: string, cells: readonly string[]) =>
    [padStart(start, labelWidth), ...cells.map((cell) => padEnd(cell, valueWidth + 1 + bar))].join(
      ' '.repeat(GAP),
    );
  const heads = wrapBeside(
    strips.map(({ label }) => label),
    valueWidth + 1 + bar,
  );
  const longest = strips.reduce((most, strip) => (strip.x.length > most.x.length ? strip : most));
  const rows = longest.x.map((_, i) =>
    row(
      placeLabel(longest.x[i]!),
      strips.map((strip) =>
        i < strip.shown.y.length
          ? `${padStart(valueAt(chart, strip.shown, i), valueWidth)} ${barAt(chart, strip, i, bar)}`
          : '',
      ),
    ),
  );
  const scales = strips.map(({ range }) => `${' '.repeat(valueWidth + 1)}${scaleLine(chart, range, bar)}`);
  return [...heads.map((cells) => row('', cells)), ...rows, row('', scales)];
}

function placeLabel(place: number): string {
  return Number.isInteger(place) ? String(place) : formatFinite(place);
}

function valueAt({ y }: Bands | Curves, series: Series, i: number): string {
  return fromAxis(toAxis(series.y[i], y.scale), y);
}

/** Draws a bar: full blocks up to a measured value, shades over the band, a stroke at a value of theory or reference. */
function barAt({ y }: Bands, { shown, theory, range }: Strip, i: number, bar: number): string {
  const place = (value: number | undefined) => {
    const share = (toAxis(value, y.scale) - range.low) / (range.high - range.low);
    return Math.min(1, Math.max(0, share)) * bar;
  };
  const end = place(shown.y[i]);
  const cells = new Array<string>(bar).fill(' ');
  const stroke = (at: number, mark: string) => {
    if (!Number.isNaN(at)) cells[Math.min(bar - 1, Math.floor(at))] = mark;
  };
  if (!Number.isNaN(end)) {
    if (shown.role === undefined) {
      const whole = Math.floor(end);
      cells.fill('█', 0, whole);
      const part = EIGHTHS[Math.floor((end - whole) * EIGHTHS.length)];
      if (whole < bar && part) cells[whole] = part;
    }
    const high = shown.high ? place(shown.high[i]) : Number.NaN;
    if (high > end) cells.fill('░', Math.min(Math.ceil(end), bar), Math.round(high));
  }
  if (shown.role !== undefined) stroke(end, STROKES[shown.role]);
  if (theory) stroke(place(theory.y[i]), STROKES.theory);
  return cells.join('');
}

/** Ticks of the axis below the bars, as many as have room. */
function scaleLine({ y }: Bands, range: Range, bar: number): string {
  const ticks = ticksOf(range, y, Math.max(2, bar / 9));
  let line = '';
  for (const { at, label } of ticks) {
    const place = Math.floor(((at - range.low) / (range.high - range.low)) * bar);
    const start = Math.min(place - Math.floor(label.length / 2), bar - label.length);
    if (start >= 0 && (line === '' || start > line.length)) line = padEnd(line, start) + label;
    else if (line === '' && label.length <= bar) line = label;
  }
  return line;
}

function legend(strips: readonly Strip[]): string[] {
  const roles = new Set(
    strips.flatMap(({ shown, theory }) => [shown.role, ...(theory ? [theory.role] : [])]),
  );
  const band = strips.some(({ shown }) => shown.high);
  const said = [
    ...(roles.has(undefined) ? ['█ measured'] : []),
    ...(band ? ['░ up to its 95 %'] : []),
    ...(['theory', 'reference'] as const).flatMap((role) =>
      roles.has(role) ? [`${STROKES[role]} ${role}`] : [],
    ),
  ];
  return band || !roles.has(undefined) || roles.size > 1 ? [said.join('   ')] : [];
}

export function curveLines(chart: Curves, columns: number): string[] {
  const shared = chart.sameScale === false ? undefined : rangeOf(chart, chart.panels);
  const rows = chart.panels.flatMap((panel) => {
    const range = shared ?? rangeOf(chart, [panel]);
    return panel.series.map((series) => {
      const name = printable([panel.label, series.label].filter(Boolean).join(', '));
      const label = wrap(name, Math.floor(columns / 3));
      const last = series.y.length - 1;
      const ends = last < 0 ? 'no values' : `${valueAt(chart, series, 0)} → ${valueAt(chart, series, last)}`;
      return { label, series, range, ends };
    });
  });
  const labelWidth = Math.max(0, ...rows.flatMap(({ label }) => label.map(widthOf)));
  const endsWidth = Math.max(0, ...rows.map(({ ends }) => widthOf(ends)));
  const room = Math.max(1, columns - labelWidth - endsWidth - 2 * GAP);
  const width = Math.min(room, Math.max(1, ...rows.map(({ series }) => series.y.length)));
  return rows.flatMap(({ label: [first = '', ...rest], series, range, ends }) => [
    cut(
      [padEnd(first, labelWidth), padEnd(curve(chart, series, range, width), width), ends]
        .join(' '.repeat(GAP))
        .trimEnd(),
      columns,
    ),
    ...rest,
  ]);
}

/** Draws one block per column, for a value or the mean of several, and '×' for what is not finite. */
function curve({ y }: Curves, series: Series, { low, high }: Range, width: number): string {
  const values = series.y.map((value) => toAxis(value, y.scale));
  const length = Math.min(width, values.length);
  return Array.from({ length }, (_, i) => {
    const start = Math.floor((i * values.length) / length);
    const shared = values.slice(start, Math.floor(((i + 1) * values.length) / length));
    const mean = shared.reduce((sum, value) => sum + value, 0) / shared.length;
    if (!Number.isFinite(mean)) return '×';
    return BLOCKS[1 + Math.min(7, Math.floor((8 * (mean - low)) / (high - low)))]!;
  }).join('');
}

/** Bar that fills a share of a width, to an eighth of a column. */
export function solidBar(share: number, width: number): string {
  const end = Math.min(1, Math.max(0, share)) * width;
  const whole = Math.floor(end);
  return '█'.repeat(whole) + EIGHTHS[Math.floor((end - whole) * EIGHTHS.length)]!;
}
