/** A laboratory's results as a page: what agrees with what is expected, tables, charts and notes. */
import type { Histogram } from '../index.js';
import type { Axis, Cell, Page, Prose, Section, Series, Table } from './sections.js';

/** One figure beside the one that is known. */
export interface ExperimentFigure {
  readonly name: string;
  readonly ours: number | null;
  readonly expected: number | null;
  readonly tolerance: number;
  readonly agrees: boolean;
  /** As it is printed elsewhere. */
  readonly printed?: number;
}

export interface ExperimentHistograms {
  readonly kind: 'histograms';
  readonly title: string;
  readonly panels: readonly {
    readonly name: string;
    readonly series: readonly (Histogram & { readonly name: string })[];
  }[];
  /** What shares a range of values: nothing (default), series of one name, or all. */
  readonly range?: 'row' | 'all';
}

export interface ExperimentCurves {
  readonly kind: 'curves';
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Default 'linear'. */
  readonly scale?: Axis['scale'];
  readonly series: readonly {
    readonly name: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly low?: readonly number[];
    readonly high?: readonly number[];
    readonly theory?: readonly number[];
  }[];
}

/** What an experiment of `evenkeel/lab` comes to. */
export interface ExperimentReport {
  readonly id: string;
  readonly title: string;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly Cell[])[];
  }[];
  readonly comparisons: readonly ExperimentFigure[];
  readonly charts: readonly (ExperimentHistograms | ExperimentCurves)[];
  readonly notes: readonly string[];
}

export function experimentPage(report: ExperimentReport): Page {
  const { id, title, tables, charts, notes } = report;
  return {
    kind: 'page',
    title: `${id}: ${title}`,
    ...agreement(report),
    sections: [
      ...tables.map((table): Table => ({ kind: 'table', ...table })),
      ...charts.map((chart) => (chart.kind === 'histograms' ? histogramSection(chart) : curveSection(chart))),
      ...notesSection(notes),
      ...figureTables(report),
    ],
  };
}

function agreement({ options = {}, comparisons }: ExperimentReport): Pick<Page, 'summary' | 'healthy'> {
  const given = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  const said = given.length > 0 ? [`${given.join(', ')}.`] : [];
  if (comparisons.length === 0) return { summary: said };
  const agreeing = comparisons.filter(({ agrees }) => agrees).length;
  const all = agreeing === comparisons.length;
  const count = all ? `All ${agreeing}` : `${agreeing} of ${comparisons.length}`;
  return { summary: [...said, `${count} figures agree with what is expected.`], healthy: all };
}

/** In text only the figures that do not agree: there may be a hundred. */
function figureTables({ comparisons }: ExperimentReport): Table[] {
  const other = comparisons.filter(({ agrees }) => !agrees);
  return [
    ...(other.length > 0 ? [figureTable('What does not agree', other, 'text')] : []),
    ...(comparisons.length > 0 ? [figureTable('Beside what is expected', comparisons, 'picture')] : []),
  ];
}

function figureTable(title: string, figures: readonly ExperimentFigure[], only: 'text' | 'picture'): Table {
  const printed = figures.some((figure) => figure.printed !== undefined);
  const precise = (label: string) => ({ label, format: 'precise' }) as const;
  return {
    kind: 'table',
    title,
    only,
    columns: [
      'figure',
      precise('ours'),
      precise('expected'),
      'within',
      ...(printed ? [precise('printed')] : []),
      'agrees',
    ],
    rows: figures.map((figure) => [
      figure.name,
      figure.ours,
      figure.expected,
      figure.tolerance,
      ...(printed ? [figure.printed] : []),
      figure.agrees,
    ]),
  };
}

function histogramSection({ kind, title, panels, range }: ExperimentHistograms): Section {
  return {
    kind,
    title,
    ...(range && { range }),
    panels: panels.map(({ name: label, series }) => ({
      label,
      rows: series.map(({ name, ...histogram }) => ({ label: name, histogram })),
    })),
  };
}

/** By layer in text a bar each, by epoch or anything else a line of blocks. */
function curveSection({ title, x, y, scale = 'linear', series }: ExperimentCurves): Section {
  const lines = series.flatMap(({ name, theory, ...measured }): Series[] => [
    { ...measured, label: name },
    ...(theory ? [{ label: 'theory', role: 'theory', x: measured.x, y: theory } as const] : []),
  ]);
  const kind = x === 'layer' ? 'bands' : 'curves';
  return { kind, title, x: { label: x }, y: { label: y, scale }, panels: [{ series: lines }] };
}

function notesSection(notes: readonly string[]): Prose[] {
  return notes.length > 0 ? [{ kind: 'prose', title: 'Notes', text: notes }] : [];
}
