/** One run or several side by side: every kind of report is written once, for a list of runs. */
import type { LinePanel, Section, Table } from './sections.js';

/** What was measured, and its label where it stands beside others. */
export interface Run<Report> {
  readonly label: string | undefined;
  readonly report: Report;
}

/** 'heNormal: sentence', or the sentence alone where there is nothing beside it. */
export function labelled(label: string | undefined, text: string): string {
  return label === undefined ? text : `${label}: ${text}`;
}

/** A quantity that has a panel of its own in each run. */
export interface Quantity<Report, Panel> {
  readonly label: string;
  /** undefined where the run did not measure it. */
  panel(report: Report): Panel | undefined;
}

/**
 * One run: its quantities beside each other in one chart. Several: a chart a quantity, the runs beside each other on the
 * same scales. `chart` makes a section of a title and its panels.
 */
export function byQuantity<Report, Panel extends { readonly label?: string }>(
  runs: readonly Run<Report>[],
  quantities: readonly Quantity<Report, Panel>[],
  chart: (title: string | undefined, panels: readonly Panel[]) => Section,
): Section[] {
  if (runs.length === 1) {
    const panels = quantities.flatMap(({ label, panel }) => named(label, panel(runs[0]!.report)));
    return panels.length > 0 ? [chart(undefined, panels)] : [];
  }
  return quantities.flatMap(({ label, panel }) => {
    const panels = runs.flatMap(({ label: run, report }) => named(run!, panel(report)));
    return panels.length > 0 ? [chart(label, panels)] : [];
  });
}

function named<Panel extends { readonly label?: string }>(label: string, panel: Panel | undefined): Panel[] {
  return panel ? [{ ...panel, label }] : [];
}

/** A panel a run, from 1 on or from where the lines say. */
export function byRun<Report>(
  runs: readonly Run<Report>[],
  panelOf: (report: Report) => LinePanel | undefined,
): LinePanel[] {
  return runs.flatMap(({ label, report }) => {
    const panel = panelOf(report);
    return panel ? [label === undefined ? panel : { ...panel, label }] : [];
  });
}

/** A table a run, its title ending in the run's label. */
export function tables<Report>(
  runs: readonly Run<Report>[],
  tableOf: (report: Report) => Table & { readonly title: string },
): Table[] {
  return runs.map(({ label, report }) => {
    const table = tableOf(report);
    return label === undefined ? table : { ...table, title: `${table.title}: ${label}` };
  });
}
