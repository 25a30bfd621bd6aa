/**
 * Page of a diagnosis: verdict and advice, a table by layer, standard deviations against depth, histograms, dead and
 * saturated units.
 */
import { layerInWords } from '../format.js';
import type { Diagnosis, LayerDiagnosis, TensorStatistics } from '../index.js';
import { formatFinite, formatFiniteShare, known } from './numbers.js';
import { byQuantity, byRun, labelled, type Quantity, type Run, tables } from './runs.js';
import type { Column, HistogramPanel, LinePanel, Page, Section, Table } from './sections.js';

const PLACE = { label: 'layer' };
/** Update ratio that training at a good rate tends to have (CS231n, "Babysitting the learning process"). */
const USUAL_UPDATE = 1e-3;

type Tensor = (layer: LayerDiagnosis) => TensorStatistics | undefined;

const tensors: readonly { label: string; of: Tensor }[] = [
  { label: 'preactivation', of: (layer) => layer.preactivation },
  { label: 'activation', of: (layer) => layer.activation },
  { label: 'dL/dz', of: (layer) => layer.gradient },
  { label: 'kernel gradient', of: (layer) => layer.kernelGradient },
];

const spreads: readonly Quantity<Diagnosis, LinePanel>[] = [
  {
    label: 'preactivation',
    panel: ({ layers }) =>
      panel(layers, [
        { label: 'measured', y: layers.map(({ preactivation }) => known(preactivation.std)) },
        {
          label: 'theory',
          role: 'theory',
          y: layers.map(({ predicted }) => known(predicted.preactivationStd)),
        },
      ]),
  },
  {
    label: 'dL/dz',
    panel: ({ layers }) =>
      layers.some(({ gradient }) => gradient)
        ? panel(layers, [
            { label: 'measured', y: layers.map(({ gradient }) => known(gradient?.std)) },
            {
              label: 'theory',
              role: 'theory',
              y: layers.map(({ predicted }) => known(predicted.gradientStd)),
            },
          ])
        : undefined,
  },
];

export function diagnosisPage(runs: readonly Run<Diagnosis>[]): Omit<Page, 'kind' | 'title'> {
  return {
    summary: runs.map(({ label, report }) => labelled(label, summary(report))),
    healthy: runs.every(({ report }) => report.verdict === 'healthy'),
    sections: [
      ...advice(runs),
      ...tables(runs, layerTable),
      ...tables(runs, likenessTable),
      ...byQuantity(runs, spreads, (quantity, panels) => ({
        kind: 'bands',
        title: `Standard deviation by layer${quantity ? `: ${quantity}` : ''}`,
        x: PLACE,
        y: { label: 'standard deviation', scale: 'log' },
        // One run shows two quantities, several runs show the same one.
        sameScale: runs.length > 1,
        panels,
      })),
      ...likeness(runs),
      ...histograms(runs),
      {
        kind: 'bands',
        title: 'Dead and saturated units by layer',
        note: 'Dead: units that are constant on every row. Saturated: activations whose derivative is below a hundredth of its largest.',
        only: 'picture',
        x: PLACE,
        y: { label: 'share', format: 'share', domain: [0, 1] },
        panels: byRun(runs, ({ layers }) =>
          panel(layers, [
            { label: 'dead', y: layers.map(({ deadFraction }) => known(deadFraction)) },
            { label: 'saturated', y: layers.map(({ saturatedFraction }) => known(saturatedFraction)) },
          ]),
        ),
      },
      ...updates(runs),
      ...tables(runs, inputTable),
    ],
  };
}

function summary({ verdict, rows, loss, layers, batchNorm }: Diagnosis): string {
  // Running statistics, which predictions use, need no mention.
  const how = batchNorm === 'batch' ? ', batch norms by their own statistics' : '';
  const measured = `${layers.length} layers on ${rows} rows${how}`;
  return `${verdict} (${measured}${loss === undefined ? '' : `, loss ${formatFinite(loss)}`}).`;
}

function advice(runs: readonly Run<Diagnosis>[]): Section[] {
  const text = runs.flatMap(({ label, report }) => report.advice.map((line) => labelled(label, line)));
  return text.length > 0 ? [{ kind: 'prose', title: 'What to change', text }] : [];
}

function layerTable({ layers }: Diagnosis): Table & { title: string } {
  const columns: (string | Column)[] = [
    'layer',
    'shape',
    'activation',
    'sd of z',
    'theory',
    'sd of dL/dz',
    'theory',
    { label: 'dead', format: 'share' },
    { label: 'satu- rated', format: 'share' },
    'update ratio',
  ];
  const rows = layers.map((layer, l) => [
    layerInWords(l),
    `${layer.fanIn}→${layer.units}`,
    layer.activationName,
    layer.preactivation.std,
    layer.predicted.preactivationStd,
    layer.gradient?.std,
    layer.predicted.gradientStd,
    layer.deadFraction,
    layer.saturatedFraction,
    layer.updateRatio,
  ]);
  // Columns that need targets are left out without them.
  const kept = columns.flatMap((_, c) => (c < 5 || rows.some((row) => row[c] !== undefined) ? [c] : []));
  const at = <T>(cells: readonly T[]) => kept.map((c) => cells[c] as T);
  return { kind: 'table', title: 'Layers', columns: at(columns), rows: rows.map(at) };
}

/** Table of how far each layer still tells inputs apart. */
function likenessTable({ layers }: Diagnosis): Table & { title: string } {
  return {
    kind: 'table',
    title: 'Inputs told apart',
    note: 'The sd of a unit is over the rows. The sd of z also counts how units differ. At a mean cosine of 1, all inputs look alike.',
    columns: ['layer', 'sd of z', 'sd of a unit', 'mean cosine', 'theory'],
    rows: layers.map(({ preactivation, unitStd, correlation, predicted }, l) => [
      layerInWords(l),
      preactivation.std,
      unitStd,
      correlation,
      predicted.correlation,
    ]),
  };
}

function histograms(runs: readonly Run<Diagnosis>[]): Section[] {
  const quantities = tensors.map(
    ({ label, of }): Quantity<Diagnosis, HistogramPanel> => ({
      label,
      panel: ({ layers }) =>
        layers.some((layer) => of(layer))
          ? { rows: layers.map((layer, l) => histogramRow(layerInWords(l), of(layer))) }
          : undefined,
    }),
  );
  return byQuantity(runs, quantities, (quantity, panels) => ({
    kind: 'histograms',
    title: `Histograms by layer${quantity ? `: ${quantity}` : ''}`,
    range: runs.length > 1 ? 'row' : 'own',
    // One run shows several quantities, several runs show the same one.
    sameScale: runs.length > 1,
    panels,
  }));
}

function histogramRow(label: string, tensor: TensorStatistics | undefined) {
  if (!tensor) return { label, caption: 'not measured' };
  const { count, std, nonFinite, histogram } = tensor;
  if (nonFinite === 0)
    return { label, histogram, caption: `sd ${formatFinite(known(std))}`, std: known(std) };
  const share = nonFinite < count ? `${formatFiniteShare(nonFinite / count)} not finite` : 'none finite';
  return { label, histogram, caption: share };
}

function likeness(runs: readonly Run<Diagnosis>[]): Section[] {
  const panels = byRun(runs, ({ layers }) =>
    layers.some(({ correlation }) => known(correlation) > -1)
      ? panel(layers, [
          { label: 'measured', y: layers.map(({ correlation }) => known(correlation)) },
          {
            label: 'theory',
            role: 'theory',
            y: layers.map(({ predicted }) => known(predicted.correlation)),
          },
        ])
      : undefined,
  );
  if (panels.length === 0) return [];
  const title = 'Mean cosine of two inputs by layer';
  const note = 'At 1 a layer no longer tells inputs apart, except by their size.';
  const y = { label: 'cosine of the preactivations', domain: [0, 1] } as const;
  return [{ kind: 'bands', title, note, only: 'picture', x: PLACE, y, panels }];
}

function updates(runs: readonly Run<Diagnosis>[]): Section[] {
  const panels = byRun(runs, ({ layers }) =>
    layers.some(({ updateRatio }) => updateRatio !== undefined)
      ? panel(layers, [{ label: 'step / kernel', y: layers.map(({ updateRatio }) => known(updateRatio)) }])
      : undefined,
  );
  if (panels.length === 0) return [];
  const limits = [{ y: USUAL_UPDATE, label: 'usual' }];
  const y = { label: 'size of a step / size of the kernel', scale: 'log' } as const;
  return [{ kind: 'bands', title: 'Update ratio by layer', only: 'picture', x: PLACE, y, panels, limits }];
}

function inputTable({ inputs }: Diagnosis): Table & { title: string } {
  const { given, scaled } = inputs;
  const rows = Object.entries({ given, scaled }).map(([name, tensor]) => [
    name,
    tensor.mean,
    tensor.std,
    tensor.min,
    tensor.max,
    tensor.nonFinite,
  ]);
  return {
    kind: 'table',
    title: 'Inputs',
    columns: ['', 'mean', 'sd', 'least', 'largest', 'not finite'],
    rows,
  };
}

function panel(layers: readonly LayerDiagnosis[], series: LinePanel['series']): LinePanel {
  return { x: layers.map((_, l) => l + 1), series };
}
