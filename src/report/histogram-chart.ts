/** Panel of histograms below each other, drawn by Plot. */
import { binRange, edgesOf, usable } from './bins.js';
import { rectY, ruleX, ruleY, text } from './libraries.js';
import { formatFinite } from './numbers.js';
import { draw, type Picture, type PlotOptions, roughWidth } from './plot.js';
import type { Range } from './scales.js';
import type { HistogramPanel, Histograms } from './sections.js';
import { SPREAD, spreadRange, spreadShare, spreadTicks } from './spreads.js';
import { palettes } from './theme.js';
import { cut } from './width.js';

interface Bar {
  readonly row: number;
  readonly start: number;
  readonly end: number;
  readonly height: number;
}

/** Maximum number of rows for which each row shows the ends of its range. */
const MOST_SPACIOUS = 12;
const SPACIOUS = 50;
const DENSE = 30;
/** Heights of the bar that shows a row's standard deviation, and of the axis of these bars below all rows. */
const BAR = 14;
const AXIS = 34;
const PIXELS_A_TICK = 44;
/** Least number of characters in a line of a label. */
const LEAST_LABEL = 14;
/** In a wide panel, a label takes at most this part of the width, a third. */
const LABELS_PER_WIDTH = 3;
const CAPTION_AT_MOST = 18;
const LABEL_GAP = 12;
/** Upper end of a row, in heights of the fullest bin. */
const CEILING = 1.08;
/** Gap between rows, as a share of a row. */
const PADDING = 0.06;
/** Height of the ends of the range below a row, in pixels. */
const ENDS = 14;

/** Draws one of the chart's panels. */
export function histogramPanel(chart: Histograms, panel: HistogramPanel, width: number): Picture {
  const { rows } = panel;
  const spacious = rows.length <= MOST_SPACIOUS;
  const longest = Math.max(LEAST_LABEL, Math.floor(width / LABELS_PER_WIDTH / roughWidth('x')));
  const labels = rows.map(({ label }) => cut(label, longest));
  const indexes = rows.map((_, row) => row);
  const captions = rows.map(({ caption = '' }, row) => ({ row, text: cut(caption, CAPTION_AT_MOST) }));
  const fy = 'row';
  const small = { fontSize: 9.5, fillOpacity: 0.85 };
  const spreads = spreadRange(chart, panel);
  const below = (spacious ? ENDS : 0) + (spreads ? BAR : 0);
  const rowHeight = (spacious ? SPACIOUS : DENSE) + (spreads ? BAR : 0);
  // Lower end of a row, in heights of the fullest bin.
  const floor = (-CEILING * below) / (rowHeight * (1 - PADDING) - below);
  const marginLeft =
    LABEL_GAP +
    Math.max(
      0,
      ...labels.map((label) => roughWidth(label)),
      ...captions.map(({ text }) => roughWidth(text, small.fontSize)),
    );
  const beside = { fy, frameAnchor: 'left', textAnchor: 'end', dx: -LABEL_GAP / 2 } as const;
  return draw(width, 14 + rows.length * rowHeight + (spreads ? AXIS : 0), {
    marginTop: 6,
    marginRight: spreads ? 16 : 6,
    marginBottom: 8 + (spreads ? AXIS : 0),
    marginLeft,
    x: { domain: [0, 1], ...axisOf(spreads, width - marginLeft) },
    y: { axis: null, domain: [floor, CEILING] },
    fy: {
      domain: indexes,
      axis: null,
      padding: PADDING,
    },
    marks: [
      ruleY(
        indexes.map((row) => ({ row })),
        { fy, y: () => 0, strokeOpacity: 0.4 },
      ),
      rectY(barsOf(chart, panel), {
        fy,
        x1: 'start',
        x2: 'end',
        y1: () => 0,
        y2: 'height',
        fill: palettes.light.series[0],
        inset: 0,
      }),
      ruleX(zerosOf(chart, panel), {
        fy,
        x: 'x',
        y1: () => 0,
        y2: () => 1.1,
        strokeDasharray: '2 2',
        strokeOpacity: 0.8,
      }),
      text(
        labels.map((text, row) => ({ row, text })),
        { ...beside, text: 'text', dy: -6 },
      ),
      text(captions, { ...beside, ...small, text: 'text', dy: 7 }),
      ...(spacious ? endMarks(chart, panel, small, spreads ? -BAR : 0) : []),
      ...(spreads
        ? widthMarks(panel, spreads, floor, (BAR * (CEILING - floor)) / (rowHeight * (1 - PADDING)))
        : []),
    ],
  } as PlotOptions);
}

/** Bars whose heights are counts divided by that of the row's fullest bin. */
function barsOf(chart: Histograms, panel: HistogramPanel): Bar[] {
  return panel.rows.flatMap(({ histogram }, row) => {
    const range = binRange(chart, panel, row);
    if (!range || !usable(histogram)) return [];
    const most = Math.max(...histogram.counts);
    return histogram.counts.flatMap((count, bin) => {
      const [start, end] = edgesOf(histogram, bin, range);
      return count > 0 ? [{ row, start, end, height: count / most }] : [];
    });
  });
}

/** Dashed lines at zero, in rows whose range includes it. */
function zerosOf(chart: Histograms, panel: HistogramPanel) {
  return panel.rows.flatMap((_, row) => {
    const range = binRange(chart, panel, row);
    if (!range || !(range.low < 0 && range.high > 0)) return [];
    return [{ row, x: -range.low / (range.high - range.low) }];
  });
}

function endMarks(chart: Histograms, panel: HistogramPanel, small: object, dy: number) {
  const ends = panel.rows.flatMap((_, row) => {
    const range = binRange(chart, panel, row);
    return range ? [{ row, low: formatFinite(range.low), high: formatFinite(range.high) }] : [];
  });
  return [
    text(ends, { ...small, fy: 'row', text: 'low', frameAnchor: 'bottom-left', dy }),
    text(ends, { ...small, fy: 'row', text: 'high', frameAnchor: 'bottom-right', dy }),
  ];
}

/** Axis of the standard deviations, below all rows. */
function axisOf(spreads: Range | undefined, width: number) {
  if (!spreads) return { axis: null };
  const ticks = spreadTicks(spreads, width / PIXELS_A_TICK);
  const labels = new Map(ticks.map(({ at, label }) => [at, label]));
  return {
    axis: 'bottom' as const,
    label: `${SPREAD} (bars)`,
    labelArrow: 'none' as const,
    ticks: [...labels.keys()],
    tickFormat: (at: number) => labels.get(at) ?? '',
  };
}

/** Bars of the standard deviations, below the histograms of a panel. */
function widthMarks(panel: HistogramPanel, spreads: Range, floor: number, height: number) {
  const bars = panel.rows.flatMap(({ std }, row) => {
    const share = spreadShare(std, spreads);
    return share === undefined ? [] : [{ row, share }];
  });
  const places = { fy: 'row', x1: () => 0, y1: () => floor + 0.15 * height, y2: () => floor + 0.65 * height };
  return [rectY(bars, { ...places, x2: 'share', fill: palettes.light.series[1] })];
}
