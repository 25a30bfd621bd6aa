/** Descriptions of charts in a sentence or two, for readers who cannot see them. */
import { formatFinite, fromAxis, type Numeric, toAxis } from './numbers.js';
import { placesOf } from './scales.js';
import type { Axis, Bands, Chart, Curves, HistogramPanel, LinePanel, Series } from './sections.js';

export function chartInWords(chart: Chart): string {
  return chart.panels.map((panel) => panelInWords(chart, panel)).join(' ');
}

/** Describes one of the chart's panels. */
export function panelInWords(chart: Chart, panel: Chart['panels'][number]): string {
  const words =
    chart.kind === 'histograms'
      ? histogramsInWords(panel as HistogramPanel)
      : linesInWords(chart, panel as LinePanel);
  return panel.label === undefined ? words : `${panel.label}: ${words}`;
}

function linesInWords({ x, y }: Bands | Curves, panel: LinePanel): string {
  const lines = panel.series.map((series) => {
    const places = placesOf(panel, series);
    const at = (index: number) => plain(places[index]!);
    const last = series.y.length - 1;
    if (last < 0) return `${series.label}, no values`;
    if (last === 0) return `${series.label} ${value(series.y[0], y)} at ${x.label} ${at(0)}`;
    const [least, largest] = extremePlaces(series, y);
    const path = `${series.label} ${value(series.y[0], y)} at ${x.label} ${at(0)}, ${value(series.y[last], y)} at ${at(last)}`;
    const turns = [
      ...(largest !== undefined && largest > 0 && largest < last
        ? [`largest ${value(series.y[largest], y)} at ${at(largest)}`]
        : []),
      ...(least !== undefined && least > 0 && least < last
        ? [`least ${value(series.y[least], y)} at ${at(least)}`]
        : []),
    ];
    return [path, ...turns].join(', ');
  });
  return `${y.label} by ${x.label}: ${lines.join('; ')}.`;
}

/** Formats a place on the x axis, which may have rounding errors. */
function plain(place: number): string {
  return String(Number(place.toPrecision(6))).replace('-', '−');
}

function value(of: Numeric, axis: Axis): string {
  return fromAxis(toAxis(of, axis.scale), axis);
}

function extremePlaces({ y }: Series, { scale }: Axis): readonly (number | undefined)[] {
  const places = y.map((of, i) => ({ at: toAxis(of, scale), i })).filter(({ at }) => Number.isFinite(at));
  const sorted = places.sort((a, b) => a.at - b.at);
  return [sorted[0]?.i, sorted.at(-1)?.i];
}

const ROWS = 12;

function histogramsInWords({ rows }: HistogramPanel): string {
  const said = rows.slice(0, ROWS).map(({ label, histogram, caption }) => {
    if (!histogram) return `${label} ${caption ?? 'nothing'}`;
    const from = `${label} from ${formatFinite(histogram.low)} to ${formatFinite(histogram.high)}`;
    return caption ? `${from}, ${caption}` : from;
  });
  const rest = rows.length > ROWS ? `; and ${rows.length - ROWS} more` : '';
  return `a histogram each of ${said.join('; ')}${rest}.`;
}
