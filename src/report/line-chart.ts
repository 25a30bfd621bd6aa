/** Panel of lines and bands, and the samples of its legend, drawn by Plot. */
import { areaY, dot, lineY, ruleY, text } from './libraries.js';
import { nonFiniteName, toAxis } from './numbers.js';
import { draw, type Picture, type PlotOptions, roughWidth } from './plot.js';
import { extremes, placesOf, type Range, rangeOf, ticksOf, wholeTicks } from './scales.js';
import type { Bands, Curves, LinePanel, Series } from './sections.js';
import { lineStyles, palettes } from './theme.js';

type LineChart = Bands | Curves;
type Marks = NonNullable<PlotOptions['marks']>;

interface Style {
  readonly colour: string;
  readonly dash: string;
  /** Marker of the points; theory and references have none. */
  readonly symbol?: (typeof lineStyles)[number]['symbol'];
  readonly strokeWidth: number;
  readonly bandOpacity: number;
}

/** Entry of a legend. */
export interface Sample {
  readonly label: string;
  readonly picture: Picture;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Gaps as long as dashes, so that a line below shows. */
const THEORY_DASH = '4 4';
const REFERENCE_DASH = '1.5 3';
/** Maximum number of points with markers; more would run into each other. */
const MOST_POINTS = 24;
const PIXELS_A_TICK = { x: 44, y: 22 };
const MARGIN = { top: 24, right: 14, bottom: 34 };

/** Draws one of the chart's panels. */
export function linePanel(chart: LineChart, panel: LinePanel, width: number, height: number): Picture {
  const shared = chart.sameScale !== false;
  const range = rangeOf(chart, shared ? chart.panels : [panel]);
  const xRange = extremes((shared ? chart.panels : [panel]).flatMap(xOf));
  const ticks = ticksOf(range, chart.y, (height - MARGIN.top - MARGIN.bottom) / PIXELS_A_TICK.y);
  const marginLeft = Math.max(34, 14 + Math.max(0, ...ticks.map(({ label }) => roughWidth(label))));
  const labels = new Map(ticks.map(({ at, label }) => [at, label]));
  const styles = stylesOf(panel);
  return draw(width, height, {
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft,
    x: {
      label: chart.x.label,
      labelArrow: 'none',
      domain: xDomain(xRange),
      ...xTicks(panel, xRange, width - marginLeft),
    },
    y: {
      label: chart.y.label,
      labelArrow: 'none',
      domain: [range.low, range.high],
      ticks: [...labels.keys()],
      tickFormat: (at: number) => labels.get(at) ?? '',
      grid: true,
    },
    marks: [
      ...limitMarks(chart, range),
      ...panel.series.flatMap((series, i) => seriesMarks(pointsOf(chart, panel, series), styles[i]!)),
      ...panel.series.flatMap((_, i) => nonFiniteMarks(chart, panel, range, i)),
    ],
  } as PlotOptions);
}

function xOf(panel: LinePanel): number[] {
  return panel.series.flatMap((series) => placesOf(panel, series));
}

/** Domain of the x axis. A single place has room on both sides. */
function xDomain({ low, high }: Range): [number, number] {
  if (low < high) return [low, high];
  return Number.isFinite(low) ? [low - 1, low + 1] : [0, 1];
}

/** Ticks of the x axis. Layers and epochs are whole numbers; for other quantities Plot chooses. */
function xTicks(panel: LinePanel, range: Range, width: number) {
  const values = xOf(panel);
  if (values.length === 0) return { ticks: [] };
  if (!values.every(Number.isInteger)) return { ticks: Math.floor(width / PIXELS_A_TICK.x) };
  return { ticks: wholeTicks(range, width / PIXELS_A_TICK.x), tickFormat: String };
}

function pointsOf({ y: axis }: LineChart, panel: LinePanel, series: Series): Point[] {
  const at = (value: number | undefined) => finiteOrNaN(toAxis(value, axis.scale));
  return placesOf(panel, series).map((x, i) => ({
    x,
    y: at(series.y[i]),
    low: at(series.low?.[i]),
    high: at(series.high?.[i]),
  }));
}

/** Replaces infinities by NaN. Plot breaks a line at NaN but would draw to infinity. */
function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

/**
 * Styles of the series. Theory is dashed. Beside one measured series it has a colour of its own; beside several it has that
 * of the text, since dashes in a line's own colour would be invisible where theory agrees.
 */
function stylesOf({ series }: LinePanel): Style[] {
  const measured = series.filter(({ role }) => role === undefined).length;
  let place = -1;
  return series.map(({ role }) => {
    // Styles repeat after five series.
    if (role === undefined) place = (place + 1) % lineStyles.length;
    const { series: colours } = palettes.light;
    if (role === 'reference')
      return { colour: 'currentColor', dash: REFERENCE_DASH, strokeWidth: 1.5, bandOpacity: 0.08 };
    if (role === 'theory') {
      return {
        colour: measured > 1 ? 'currentColor' : colours[1]!,
        dash: THEORY_DASH,
        strokeWidth: measured > 1 ? 1 : 1.5,
        bandOpacity: 0.12,
      };
    }
    return { colour: colours[place]!, ...lineStyles[place]!, strokeWidth: 2.5, bandOpacity: 0.28 };
  });
}

function seriesMarks(
  points: readonly Point[],
  { colour, dash, symbol, strokeWidth, bandOpacity }: Style,
): Marks {
  const banded = points.some(({ low, high }) => low <= high);
  const edge = {
    x: 'x',
    stroke: colour,
    strokeWidth: 0.75,
    strokeOpacity: 0.7,
    strokeDasharray: dash || 'none',
  };
  // A single value between two that are not finite is drawn as a point, since it makes no line.
  const marked =
    symbol && (points.length <= MOST_POINTS || points.some((point, i) => alone(points, point, i)));
  return [
    ...(banded
      ? [
          areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: bandOpacity }),
          lineY(points, { ...edge, y: 'low' }),
          lineY(points, { ...edge, y: 'high' }),
        ]
      : []),
    lineY(points, { x: 'x', y: 'y', stroke: colour, strokeWidth, strokeDasharray: dash || 'none' }),
    ...(marked
      ? [
          dot(
            points.filter(({ y }) => !Number.isNaN(y)),
            { x: 'x', y: 'y', symbol, fill: colour, r: 3 },
          ),
        ]
      : []),
  ] as Marks;
}

function alone(points: readonly Point[], { y }: Point, i: number): boolean {
  const missing = (point: Point | undefined) => point === undefined || Number.isNaN(point.y);
  return !Number.isNaN(y) && missing(points[i - 1]) && missing(points[i + 1]);
}

function limitMarks({ limits = [], y }: LineChart, { low, high }: Range): Marks {
  const inside = limits
    .map(({ y: at, label }) => ({ at: toAxis(at, y.scale), label }))
    .filter(({ at }) => at > low && at < high);
  return [
    ruleY(inside, { y: 'at', stroke: 'currentColor', strokeDasharray: '1 2' }),
    text(inside, {
      y: 'at',
      text: 'label',
      frameAnchor: 'left',
      textAnchor: 'start',
      dx: 4,
      dy: -6,
      fontSize: 9,
    }),
  ] as Marks;
}

/** Marks for NaN, infinity and, on a logarithmic axis, 0. Each is named where it begins, at the nearest edge. */
function nonFiniteMarks(chart: LineChart, panel: LinePanel, range: Range, series: number): Marks {
  const { y, label } = panel.series[series]!;
  const xs = placesOf(panel, panel.series[series]!);
  const names = y.map((value) => nameOf(value, chart.y.scale));
  const said = names.flatMap((name, i) => {
    if (name === undefined || name === names[i - 1]) return [];
    const end = names.findIndex((other, j) => j > i && other !== name);
    const last = (end < 0 ? names.length : end) - 1;
    const places = last > i ? `${name} (${xs[i]}–${xs[last]})` : name;
    const words = panel.series.length > 1 ? `${label}: ${places}` : places;
    return [{ x: xs[i], above: name === '∞', early: i < names.length / 2, words }];
  });
  const sides = [true, false].flatMap((above) => [true, false].map((early) => ({ above, early })));
  return sides.map(({ above, early }) =>
    text(
      said.filter((word) => word.above === above && word.early === early),
      {
        x: 'x',
        y: () => (above ? range.high : range.low),
        text: 'words',
        fontWeight: 600,
        // Anchored inwards, so that no word leaves the picture.
        textAnchor: early ? 'start' : 'end',
        // Marks of several series stand below each other.
        dy: (above ? 1 : -1) * (8 + 12 * series),
      },
    ),
  ) as Marks;
}

function nameOf(value: number | null, scale: LineChart['y']['scale']): string | undefined {
  const place = toAxis(value, scale);
  if (Number.isFinite(place)) return undefined;
  return place === -Infinity && scale !== undefined && scale !== 'linear' ? '0' : nonFiniteName(place);
}

/** Legend of a chart, measured series first. A label has the same style in all panels. */
export function legendOf({ panels }: LineChart): Sample[] {
  const samples = new Map<string, Sample & { readonly role: boolean }>();
  for (const panel of panels) {
    const styles = stylesOf(panel);
    for (const [i, { label, role, y, low }] of panel.series.entries()) {
      if (samples.has(label)) continue;
      const picture = sample(styles[i]!, low !== undefined, y.length <= MOST_POINTS);
      samples.set(label, { label, picture, role: role !== undefined });
    }
  }
  return [...samples.values()].sort((a, b) => Number(a.role) - Number(b.role));
}

const SAMPLE = { width: 34, height: 14 };

function sample(style: Style, banded: boolean, pointed: boolean): Picture {
  const ends = [0, 0.5, 1].map((x) => ({
    x,
    y: 0.5,
    low: banded ? 0.1 : Number.NaN,
    high: banded ? 0.9 : Number.NaN,
  }));
  const line = seriesMarks(ends, { ...style, symbol: undefined } as unknown as Style);
  const { symbol, colour } = style;
  const point = symbol && pointed ? [dot([ends[1]], { x: 'x', y: 'y', symbol, fill: colour, r: 3 })] : [];
  const axes = { axis: null, domain: [0, 1] };
  return draw(SAMPLE.width, SAMPLE.height, {
    margin: 1,
    x: axes,
    y: axes,
    marks: [...line, ...point],
  } as PlotOptions);
}
