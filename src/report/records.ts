/** Charts of a fit's layer records by step: standard deviations, dead units and update ratio, with one line per layer. */
import { layerInWords } from '../format.js';
import type { History, LayerRecord } from '../index.js';
import { byRun, type Run } from './runs.js';
import type { Axis, Curves, LinePanel } from './sections.js';
import { lineStyles } from './theme.js';

const quantities: readonly { readonly title: string; readonly y: Axis; of(layer: LayerRecord): number }[] = [
  {
    title: 'Preactivations by step',
    y: { label: 'standard deviation of z', scale: 'log' },
    of: (layer) => layer.preactivationStd,
  },
  {
    title: 'Gradients by step',
    y: { label: 'standard deviation of dL/dz', scale: 'log' },
    of: (layer) => layer.gradientStd,
  },
  {
    title: 'Update ratio by step',
    y: { label: 'size of a step / size of the kernel', scale: 'log' },
    of: (layer) => layer.updateRatio,
  },
  {
    title: 'Dead units by step',
    y: { label: 'share', format: 'share' },
    of: (layer) => layer.deadFraction,
  },
];

export function recordCharts(runs: readonly Run<History>[]): Curves[] {
  const recorded = runs.filter(({ report }) => (report.diagnostics?.length ?? 0) > 0);
  if (recorded.length === 0) return [];
  return quantities.map(({ title, y, of }) => ({
    kind: 'curves',
    title,
    x: { label: 'step' },
    y,
    panels: byRun(recorded, ({ diagnostics = [] }) => panelOf(diagnostics, of)),
  }));
}

function panelOf(
  records: NonNullable<History['diagnostics']>,
  of: (layer: LayerRecord) => number,
): LinePanel {
  const shown = spreadOut(records[0]!.layers.length, lineStyles.length);
  return {
    x: records.map(({ step }) => step),
    series: shown.map((l) => ({ label: layerInWords(l), y: records.map(({ layers }) => of(layers[l]!)) })),
  };
}

/** Indices of the first and the last line and, if there are more than can be told apart, of some between them. */
function spreadOut(count: number, most: number): number[] {
  const shown = Math.min(count, most);
  return Array.from({ length: shown }, (_, i) =>
    shown === 1 ? 0 : Math.round((i * (count - 1)) / (shown - 1)),
  );
}
