/** Page of an experiment's results: agreement with expected figures, tables, charts and notes. */
import type { Histogram } from '../index.js';
import { formatFinite } from './numbers.js';
import type { Axis, Cell, Page, Prose, Section, Series, Table } from './sections.js';

/** Figure of an experiment beside its expected value. */
export interface ExperimentFigure {
  /** Name of the figure. */
  readonly name: string;
  /** Our figure; null if there is none. */
  readonly ours: number | null;
  /** Expected figure; null if there is none. */
  readonly expected: number | null;
  /** Largest difference that counts as agreement. */
  readonly tolerance: number;
  /** True if both are null or differ by at most the tolerance. */
  readonly agrees: boolean;
  /** Value printed in the source. */
  readonly printed?: number;
}

/** Histograms of an experiment. */
export interface ExperimentHistograms {
  /** Kind of the chart. */
  readonly kind: 'histograms';
  /** Title of the chart. */
  readonly title: string;
  /** Panels, from left to right. */
  readonly panels: readonly {
    /** Title of the panel. */
    readonly name: string;
    /** Histograms, from top to bottom. */
    readonly series: readonly (Histogram & {
      /** Name of the histogram. */
      readonly name: string;
      /** Standard deviation of the counted values. */
      readonly std?: number;
    })[];
  }[];
  /** Common range of values: of series with equal names ('row'), of all, or of none (default). */
  readonly range?: 'row' | 'all';
}

/** Curves of an experiment. */
export interface ExperimentCurves {
  /** Kind of the chart. */
  readonly kind: 'curves';
  /** Title of the chart. */
  readonly title: string;
  /** Label of the x axis. */
  readonly x: string;
  /** Label of the y axis. */
  readonly y: string;
  /** Scale of the y axis; default 'linear'. */
  readonly scale?: Axis['scale'];
  /** Curves of the chart. All arrays of a curve have the length of its `x`. */
  readonly series: readonly {
    /** Name of the curve. */
    readonly name: string;
    /** Positions on the x axis. */
    readonly x: readonly number[];
    /** Values of the curve. */
    readonly y: readonly number[];
    /** Lower edge of the band. */
    readonly low?: readonly number[];
    /** Upper edge of the band. */
    readonly high?: readonly number[];
    /** Values that theory predicts. */
    readonly theory?: readonly number[];
  }[];
}

/** Result of an experiment of `evenkeel/lab`. */
export interface ExperimentReport {
  /** Kind of the report. */
  readonly kind: 'experiment';
  /** Number of the experiment, such as 'X1'. */
  readonly id: string;
  /** Title of the experiment. */
  readonly title: string;
  /** Question that the experiment answers. */
  readonly question?: string;
  /** Options of the run. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** Tables of the result. */
  readonly tables: readonly {
    /** Title above the table. */
    readonly title: string;
    /** Heads of the columns. */
    readonly columns: readonly string[];
    /** Cells, row by row. */
    readonly rows: readonly (readonly Cell[])[];
  }[];
  /** Our figures beside the expected ones. */
  readonly comparisons: readonly ExperimentFigure[];
  /** Charts of the result. */
  readonly charts: readonly (ExperimentHistograms | ExperimentCurves)[];
  /** Remarks on the figures, one sentence or more each. */
  readonly notes: readonly string[];
  /** True if the experiment was stopped before its end. */
  readonly interrupted?: boolean;
}

export function experimentPage(report: ExperimentReport): Page {
  const { id, title, question, tables, charts, notes } = report;
  return {
    kind: 'page',
    title: `${id}: ${title}`,
    ...(question !== undefined && { question }),
    ...agreement(report),
    sections: [
      ...charts.map((chart) => (chart.kind === 'histograms' ? histogramSection(chart) : curveSection(chart))),
      ...tables.map((table): Table => ({ kind: 'table', ...table })),
      ...notesSection(notes),
      ...figureTables(report),
    ],
  };
}

const PARTLY = 'Interrupted: this is what was computed until then.';
const BARELY = 'Interrupted before anything was computed.';

function agreement({
  options = {},
  comparisons,
  tables,
  interrupted = false,
}: ExperimentReport): Pick<Page, 'summary' | 'healthy'> {
  const given = Object.entries(options).map(([name, value]) => `${name} ${value}`);
  const said = [
    ...(given.length > 0 ? [`${given.join(', ')}.`] : []),
    ...(interrupted ? [tables.length > 0 ? PARTLY : BARELY] : []),
  ];
  // The tables at the end say how many figures agree. The summary says it only if one disagrees.
  if (comparisons.every(({ agrees }) => agrees)) return { summary: said };
  return { summary: [...said, verdictOf(comparisons)], healthy: false };
}

function verdictOf(comparisons: readonly ExperimentFigure[]): string {
  const agreeing = comparisons.filter(({ agrees }) => agrees).length;
  const count = agreeing === comparisons.length ? `All ${agreeing}` : `${agreeing} of ${comparisons.length}`;
  return `${count} figures agree with what is expected.`;
}

/** Maximum number of figures that text lists in full; there may be a hundred. */
const MOST_IN_TEXT = 24;
const FURTHEST_IN_TEXT = 12;

/**
 * Tables of the figures. If there are many, text shows those that disagree and those that come closest to it.
 */
function figureTables({ comparisons }: ExperimentReport): Table[] {
  const title = 'Figures beside the expected ones';
  if (comparisons.length === 0) return [];
  const note = verdictOf(comparisons);
  if (comparisons.length <= MOST_IN_TEXT) return [{ ...figureTable(title, comparisons), note }];
  const disagreeing = comparisons.filter(({ agrees }) => !agrees).length;
  const shown = [...comparisons]
    .sort((a, b) => Number(a.agrees) - Number(b.agrees) || distance(b) - distance(a))
    .slice(0, Math.max(FURTHEST_IN_TEXT, disagreeing));
  return [
    {
      ...figureTable(`${title}: the ${shown.length} furthest off of ${comparisons.length}`, shown, 'text'),
      note,
    },
    { ...figureTable(title, comparisons, 'picture'), note },
  ];
}

/** Distance from the expected value, in tolerances. */
function distance({ ours, expected, tolerance }: ExperimentFigure): number {
  const difference = ours === null || expected === null ? 0 : Math.abs(ours - expected);
  return difference === 0 ? 0 : difference / tolerance;
}

function figureTable(title: string, figures: readonly ExperimentFigure[], only?: Table['only']): Table {
  const printed = figures.some((figure) => figure.printed !== undefined);
  const precise = (label: string) => ({ label, format: 'precise' }) as const;
  return {
    kind: 'table',
    title,
    ...(only && { only }),
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
      rows: series.map(({ name, std, ...histogram }) => ({
        label: name,
        histogram,
        ...(std !== undefined && { caption: `sd ${formatFinite(std)}`, std }),
      })),
    })),
  };
}

/** Maximum number of layers that text shows as bars if there are several series. */
const MOST_BARS = 12;

/** Section of curves. In text, a few layers become one bar each; epochs and other things become a line of blocks. */
function curveSection({ title, x, y, scale = 'linear', series }: ExperimentCurves): Section {
  const lines = series.flatMap(({ name, theory, ...measured }): Series[] => [
    { ...measured, label: name },
    ...(theory ? [{ label: 'theory', role: 'theory', x: measured.x, y: theory } as const] : []),
  ]);
  const few = series.every(({ x }) => x.length <= MOST_BARS);
  const kind = x === 'layer' && few ? 'bands' : 'curves';
  return { kind, title, x: { label: x }, y: { label: y, scale }, panels: [{ series: lines }] };
}

function notesSection(notes: readonly string[]): Prose[] {
  return notes.length > 0 ? [{ kind: 'prose', title: 'Notes', text: notes }] : [];
}
