/** One run, or several side by side. Each kind of report has one implementation, which takes a list of runs. */
import type { LinePanel, Section, Table } from './sections.js';

/** Report of one run, with its label if it stands beside others. */
export interface Run<Report> {
  readonly label: string | undefined;
  readonly report: Report;
}

/** Prefixes a sentence with the run's label, if there is one: 'heNormal: sentence'. */
export function labelled(label: string | undefined, text: string): string {
  return label === undefined ? text : `${label}: ${text}`;
}

/** Quantity with a panel of its own in each run. */
export interface Quantity<Report, Panel> {
  readonly label: string;
  /** Returns the panel; undefined if the run did not measure the quantity. */
  panel(report: Report): Panel | undefined;
}

/**
 * Arranges panels into charts. One run gives one chart, with its quantities beside each other. Several runs give a chart per
 * quantity, with the runs beside each other on the same scales.
 *
 * @param chart  makes a section of a title and its panels
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

/** One panel per run; x counts from 1 unless the lines have their own x. */
export function byRun<Report>(
  runs: readonly Run<Report>[],
  panelOf: (report: Report) => LinePanel | undefined,
): LinePanel[] {
  return runs.flatMap(({ label, report }) => {
    const panel = panelOf(report);
    return panel ? [label === undefined ? panel : { ...panel, label }] : [];
  });
}

/** One table per run, with the run's label at the end of its title. */
export function tables<Report>(
  runs: readonly Run<Report>[],
  tableOf: (report: Report) => Table & { readonly title: string },
): Table[] {
  return runs.map(({ label, report }) => {
    const table = tableOf(report);
    return label === undefined ? table : { ...table, title: `${table.title}: ${label}` };
  });
}
