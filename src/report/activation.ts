/** Page of an activation: its curve with its derivative, formulas, and what it does to signals. */
import type { ActivationExplanation } from '../index.js';
import { formatFinite } from './numbers.js';
import { labelled, type Run, tables } from './runs.js';
import type { LinePanel, Page, Table } from './sections.js';

export function activationPage(runs: readonly Run<ActivationExplanation>[]): Omit<Page, 'kind' | 'title'> {
  return {
    summary: runs.map(({ label, report }) =>
      // The summary begins with the name, which is the usual label.
      labelled(label === report.name ? undefined : label, summary(report)),
    ),
    sections: [
      {
        kind: 'curves',
        title: 'Activation and derivative',
        x: { label: 'z' },
        y: { label: 'f(z), f′(z)' },
        text: 'plot',
        panels: runs.map(({ label, report }) => panelOf(label, report)),
      },
      ...tables(runs, factTable),
    ],
  };
}

function summary({ name, formula, derivative, source }: ActivationExplanation): string {
  return `${name} (${source}): f(z) = ${formula}; f′(z) = ${derivative}.`;
}

function panelOf(label: string | undefined, { curves }: ActivationExplanation): LinePanel {
  const { z, value, derivative } = curves;
  return {
    ...(label !== undefined && { label }),
    x: z,
    series: [
      { label: 'f(z)', y: value },
      { label: 'f′(z)', y: derivative },
    ],
  };
}

function factTable(report: ActivationExplanation): Table & { title: string } {
  const { range, kinks, gain, chi, fixedPoints } = report;
  return {
    kind: 'table',
    title: 'Properties',
    note: 'Flat: |f′| is below a hundredth of its largest. For z ~ N(0, 1), kernels with the gain keep E[f²] from layer to layer and multiply the variance of gradients by χ₁ per layer.',
    columns: ['property', { label: 'value', format: 'precise' }],
    rows: [
      ['values', `from ${formatFinite(range[0])} to ${formatFinite(range[1])}`],
      ['kinks at z', kinks.length > 0 ? kinks.map(formatFinite).join(', ') : 'none'],
      ['flat', flat(report)],
      ['gain', gain],
      ['χ₁', chi],
      ['variances kept', kept(fixedPoints)],
    ],
  };
}

function flat({ saturation: { below, above } }: ActivationExplanation): string {
  const sides = [
    ...(below === undefined ? [] : [`below ${formatFinite(below)}`]),
    ...(above === undefined ? [] : [`above ${formatFinite(above)}`]),
  ];
  return sides.length > 0 ? sides.join(', ') : 'nowhere';
}

function kept(points: ActivationExplanation['fixedPoints']): string {
  if (points === 'all') return 'all';
  const said = points.map(
    ({ variance, stable }) => `${formatFinite(variance)} (${stable ? 'stable' : 'unstable'})`,
  );
  return said.join(', ');
}
