/** Panel of histograms below each other, drawn by Plot. */
import { rectY, ruleX, ruleY, text } from '@observablehq/plot';
import { binRange, edgesOf, usable } from './bins.js';
import { formatFinite } from './numbers.js';
import { draw, type Picture, type PlotOptions, roughWidth } from './plot.js';
import type { HistogramPanel, Histograms } from './sections.js';
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
const LABEL_AT_MOST = 14;
const CAPTION_AT_MOST = 18;
const LABEL_GAP = 12;
/** Upper end of a row, in heights of the fullest bin. */
const CEILING = 1.08;
/** Lower end of a row, with room for the ends of the range. */
const FLOOR = -0.4;

/** Draws one of the chart's panels. */
export function histogramPanel(chart: Histograms, panel: HistogramPanel, width: number): Picture {
  const { rows } = panel;
  const spacious = rows.length <= MOST_SPACIOUS;
  const labels = rows.map(({ label }) => cut(label, LABEL_AT_MOST));
  const indexes = rows.map((_, row) => row);
  const captions = rows.map(({ caption = '' }, row) => ({ row, text: cut(caption, CAPTION_AT_MOST) }));
  const fy = 'row';
  const small = { fontSize: 9.5, fillOpacity: 0.85 };
  const beside = { fy, frameAnchor: 'left', textAnchor: 'end', dx: -LABEL_GAP / 2 } as const;
  return draw(width, 14 + rows.length * (spacious ? SPACIOUS : DENSE), {
    marginTop: 6,
    marginRight: 6,
    marginBottom: 8,
    marginLeft:
      LABEL_GAP +
      Math.max(
        0,
        ...labels.map((label) => roughWidth(label)),
        ...captions.map(({ text }) => roughWidth(text, small.fontSize)),
      ),
    x: { axis: null, domain: [0, 1] },
    y: { axis: null, domain: [spacious ? FLOOR : 0, CEILING] },
    fy: {
      domain: indexes,
      axis: null,
      padding: 0.06,
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
      ...(spacious ? endMarks(chart, panel, small) : []),
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

function endMarks(chart: Histograms, panel: HistogramPanel, small: object) {
  const ends = panel.rows.flatMap((_, row) => {
    const range = binRange(chart, panel, row);
    return range ? [{ row, low: formatFinite(range.low), high: formatFinite(range.high) }] : [];
  });
  return [
    text(ends, { ...small, fy: 'row', text: 'low', frameAnchor: 'bottom-left' }),
    text(ends, { ...small, fy: 'row', text: 'high', frameAnchor: 'bottom-right' }),
  ];
}
