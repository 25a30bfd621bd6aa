/** Pages of explanations: a model's expected signals, and an initializer's promised and drawn moments. */
import { layerInWords } from '../format.js';
import type { Histogram, InitializerExplanation, LayerExplanation, ModelExplanation } from '../index.js';
import { formatFinite, known } from './numbers.js';
import { byQuantity, labelled, type Quantity, type Run, tables } from './runs.js';
import type { HistogramPanel, LinePanel, Page, Table } from './sections.js';

/** Number of bins in the histogram of a draw. */
const BINS = 24;

const spreads: readonly Quantity<ModelExplanation, LinePanel>[] = [
  { label: 'preactivation', panel: ({ layers }) => spreadPanel(layers, 'preactivationStd') },
  { label: 'dL/dz', panel: ({ layers }) => spreadPanel(layers, 'gradientStd') },
];

/** Page of a model explanation: expected standard deviations of signal and gradient by layer, and what to change. */
export function modelPage(runs: readonly Run<ModelExplanation>[]): Omit<Page, 'kind' | 'title'> {
  const notes = runs.flatMap(({ label, report }) => report.notes.map((note) => labelled(label, note)));
  return {
    summary: runs.map(({ label, report }) => labelled(label, modelSummary(report))),
    healthy: notes.length === 0,
    sections: [
      ...(notes.length > 0 ? [{ kind: 'prose', title: 'What to change', text: notes } as const] : []),
      ...tables(runs, layerTable),
      ...byQuantity(runs, spreads, (quantity, panels) => ({
        kind: 'bands',
        title: `Expected standard deviation by layer${quantity ? `: ${quantity}` : ''}`,
        note: 'At infinite width. The standard deviation of dL/dz is relative to the last layer.',
        x: { label: 'layer' },
        y: { label: 'standard deviation', scale: 'log' },
        // One run shows two quantities, several runs show the same one.
        sameScale: runs.length > 1,
        panels,
      })),
    ],
  };
}

function modelSummary({ input, layers, notes }: ModelExplanation): string {
  const found = notes.length === 0 ? 'nothing to change' : `${notes.length} to change`;
  const given = `${input.size} inputs of mean ${formatFinite(known(input.mean))} and variance ${formatFinite(known(input.variance))}`;
  return `${layers.length} layers, ${given}: ${found}.`;
}

function spreadPanel(layers: readonly LayerExplanation[], of: 'preactivationStd' | 'gradientStd'): LinePanel {
  const series = [{ label: 'theory', role: 'theory', y: layers.map((layer) => known(layer[of])) } as const];
  return { x: layers.map((_, l) => l + 1), series };
}

function layerTable({ layers }: ModelExplanation): Table & { title: string } {
  return {
    kind: 'table',
    title: 'Layers',
    columns: [
      'layer',
      'shape',
      'activation',
      'initializer',
      'sd of kernel',
      'sd that keeps',
      'sd of z',
      'sd of dL/dz',
    ],
    rows: layers.map((layer, l) => [
      layerInWords(l),
      `${layer.fanIn}→${layer.units}`,
      layer.activationName,
      layer.initializerName,
      layer.kernelStd,
      layer.keepingStd,
      layer.preactivationStd,
      layer.gradientStd,
    ]),
  };
}

const draws: readonly Quantity<InitializerExplanation, HistogramPanel>[] = [
  {
    label: 'values',
    panel: ({ config, values, drawn }) => {
      const caption = `sd ${formatFinite(Math.sqrt(known(drawn.variance)))}`;
      return { rows: [{ label: config.name, histogram: histogramOf(values, drawn), caption }] };
    },
  },
];

/** Page of an initializer explanation: promised moments beside those of a draw, and a histogram of its values. */
export function initializerPage(runs: readonly Run<InitializerExplanation>[]): Omit<Page, 'kind' | 'title'> {
  return {
    summary: runs.map(({ label, report }) => labelled(label, initializerSummary(report))),
    sections: [
      ...tables(runs, promiseTable),
      ...byQuantity(runs, draws, (_, panels) => ({
        kind: 'histograms',
        title: 'Values',
        range: 'all',
        panels,
      })),
    ],
  };
}

function initializerSummary({ config, shape, expected }: InitializerExplanation): string {
  const source = expected ? `: ${expected.formula} (${expected.source})` : ', of your own';
  return `${config.name} for [${shape.join(', ')}]${source}.`;
}

function promiseTable({ expected, drawn }: InitializerExplanation): Table & { title: string } {
  return {
    kind: 'table',
    title: 'Promised and drawn',
    columns: ['', 'promised', 'drawn'],
    rows: [
      ['distribution', expected?.distribution, `${drawn.n} values`],
      ['mean', expected?.mean, drawn.mean],
      ['variance', expected?.variance, drawn.variance],
      ['largest size', expected?.limit, Math.max(Math.abs(drawn.min), Math.abs(drawn.max))],
    ],
  };
}

/**
 * Histogram from the smallest to the largest value. The values may be an object with a key per index, as JSON makes of a
 * typed array.
 */
function histogramOf(
  values: InitializerExplanation['values'],
  { min, max }: InitializerExplanation['drawn'],
): Histogram {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of Object.values(values)) {
    const bin = max > min ? Math.floor(((value - min) / (max - min)) * BINS) : 0;
    counts[Math.min(bin, BINS - 1)]!++;
  }
  return { low: min, high: max, counts };
}
