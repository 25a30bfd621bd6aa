/** Page of a fit's history: the loss and each metric by epoch, training beside validation. */
import { counted } from '../errors.js';
import type { History, MeasureCurves } from '../index.js';
import { formatFinite } from './numbers.js';
import { recordCharts } from './records.js';
import { byRun, labelled, type Run, tables } from './runs.js';
import type { Curves, LinePanel, Page, Series, Table } from './sections.js';

/** Measures from 0 to 1 that are shown as percentages. */
const shares: readonly string[] = ['accuracy', 'topKAccuracy', 'precision', 'recall', 'f1'];

/** Returns true if a measure is shown as a percentage. */
export function isShare(measure: string): boolean {
  return shares.includes(measure);
}

export function historyPage(runs: readonly Run<History>[]): Omit<Page, 'kind' | 'title'> {
  const names = [...new Set(runs.flatMap(({ report }) => measuresOf(report)))];
  return {
    summary: runs.map(({ label, report }) => labelled(label, summary(report))),
    sections: [
      ...names.map((name) => chartOf(name, runs)),
      ...recordCharts(runs),
      ...tables(runs, epochTable),
    ],
  };
}

/** Names of the measures: 'loss', then the metrics in compiled order. */
function measuresOf(history: History): string[] {
  return Object.keys(history).filter((name) => name !== 'diagnostics' && isCurve(history[name as 'loss']));
}

function isCurve(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' || item === null);
}

function chartOf(name: string, runs: readonly Run<History>[]): Curves {
  const share = isShare(name);
  return {
    kind: 'curves',
    title: `${inWords(name)} by epoch`,
    x: { label: 'epoch' },
    y: { label: inWords(name).toLowerCase(), ...(share && { format: 'share' }) },
    panels: byRun(runs, (history) => panelOf(name, history)),
  };
}

function panelOf(name: string, history: History): LinePanel | undefined {
  const of = (label: string, curves: MeasureCurves | undefined): Series[] => {
    const y = curves?.[name as 'loss'];
    return y ? [{ label, y }] : [];
  };
  const series = [...of('training', history), ...of('validation', history.validation)];
  return series.length > 0 ? { series } : undefined;
}

function summary(history: History): string {
  const epochs = history.loss.length;
  if (epochs === 0) return 'No epoch was finished.';
  const last = (curves: MeasureCurves) => formatFinite(curves.loss.at(-1));
  const { validation, bestEpoch, partial } = history;
  const validated = validation ? `, validation loss ${last(validation)}` : '';
  const best = bestEpoch === undefined ? '' : ` Early stopping chose epoch ${bestEpoch} as the best.`;
  const stopped = partial
    ? `, the last one stopped after ${counted(partial.batches, 'batch', 'batches')}`
    : '';
  return `${counted(epochs, 'epoch')}${stopped}; final loss ${last(history)}${validated}.${best}`;
}

function epochTable(history: History): Table & { title: string } {
  const { validation } = history;
  const names = measuresOf(history);
  const columns = (of: string, curves: MeasureCurves | undefined) =>
    names.flatMap((name) => {
      const values = curves?.[name as 'loss'];
      const format = isShare(name) ? 'share' : 'number';
      return values
        ? [{ column: { label: `${of}${inWords(name).toLowerCase()}`, format } as const, values }]
        : [];
    });
  const all = [...columns('', history), ...columns('validation ', validation)];
  return {
    kind: 'table',
    title: 'Epochs',
    only: 'picture',
    columns: ['epoch', ...all.map(({ column }) => column)],
    rows: history.loss.map((_, epoch) => [epoch + 1, ...all.map(({ values }) => values[epoch])]),
  };
}

/** Turns 'meanAbsoluteError' into 'Mean absolute error'. */
export function inWords(name: string): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
