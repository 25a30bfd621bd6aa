/** A chart as its panels and its legend: what `toSVG` and `toHTML` lay out, each in its own way. */
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

/** What panels may take. */
export interface Space {
  readonly width: number;
  /** Of a panel of lines; histograms take what they need. */
  readonly height: number;
}

const GAP = 12;
/** Narrower panels go below each other instead. */
const LEAST_WIDTH = { lines: 300, histograms: 170 } as const;

/** How many of so many stand beside each other, and how wide each is. */
export function columnsOf(kind: 'lines' | 'histograms', panels: number, width: number) {
  const fitting = Math.floor((width + GAP) / (LEAST_WIDTH[kind] + GAP));
  const count = Math.max(1, Math.min(panels, fitting));
  return { count, gap: GAP, width: Math.floor((width - (count - 1) * GAP) / count) };
}

/** A chart of one panel, which leaves room for another beside it. */
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
  // One line, which the axis names, needs no legend.
  return { legend: legend.length > 1 ? legend : [], panels };
}
