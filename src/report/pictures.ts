/** Panels and legend of a chart, which `toSVG` and `toHTML` lay out in their own ways. */
import { histogramPanel } from './histogram-chart.js';
import { legendOf, linePanel, type Sample } from './line-chart.js';
import type { Picture } from './plot.js';
import type { Chart } from './sections.js';
import { panelInWords } from './words.js';

export interface DrawnPanel extends Picture {
  readonly label: string | undefined;
  readonly words: string;
}

export interface DrawnChart {
  readonly legend: readonly Sample[];
  readonly panels: readonly DrawnPanel[];
}

/** Space for panels, in pixels. */
export interface Space {
  readonly width: number;
  /** Height of a line panel; histograms have their own height. */
  readonly height: number;
}

/** Space between two panels, in pixels. */
export const GAP = 12;
/** Minimum width; narrower panels go below each other. */
const LEAST_WIDTH = { lines: 300, histograms: 170 } as const;

/** Number of panels beside each other, and the width of each. */
export function columnsOf(kind: 'lines' | 'histograms', panels: number, width: number) {
  const fitting = Math.floor((width + GAP) / (LEAST_WIDTH[kind] + GAP));
  const count = Math.max(1, Math.min(panels, fitting));
  return { count, gap: GAP, width: Math.floor((width - (count - 1) * GAP) / count) };
}

/** Returns true for a chart with one panel, which leaves room for another chart beside it. */
export function isHalf({ panels }: Chart): boolean {
  return panels.length === 1;
}

export function panelKind({ kind }: Chart): 'lines' | 'histograms' {
  return kind === 'histograms' ? 'histograms' : 'lines';
}

export function drawChart(chart: Chart, space: Space): DrawnChart {
  const { width } = columnsOf(panelKind(chart), chart.panels.length, space.width);
  const drawn = (picture: Picture, panel: Chart['panels'][number]): DrawnPanel => ({
    ...picture,
    label: panel.label,
    words: panelInWords(chart, panel),
  });
  if (chart.kind === 'histograms') {
    const panels = chart.panels.map((panel) => drawn(histogramPanel(chart, panel, width), panel));
    return { legend: [], panels };
  }
  const panels = chart.panels.map((panel) => drawn(linePanel(chart, panel, width, space.height), panel));
  const legend = legendOf(chart);
  // A single line needs no legend, since the axis names it.
  return { legend: legend.length > 1 ? legend : [], panels };
}
