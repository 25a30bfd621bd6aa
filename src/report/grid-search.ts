/** Page of a grid search: the best point, the mean of each point with its standard deviation, and all scores. */
import { counted } from '../errors.js';
import { inWords, isShare } from './history.js';
import { formatFinite, formatFiniteShare, known } from './numbers.js';
import { byRun, labelled, type Run, tables } from './runs.js';
import type { Cell, Column, Curves, LinePanel, Page, Table } from './sections.js';

/** Result of `gridSearch` of `evenkeel/node`. */
export interface GridSearchReport {
  /** Kind of the report. */
  readonly kind: 'gridSearch';
  /** Measure that ranks the points. */
  readonly score: string;
  /** Points in the order of the grid. */
  readonly points: readonly {
    /** Value of each place of the grid. */
    readonly parameters: Readonly<Record<string, unknown>>;
    /** Mean score over the folds; NaN if a fit failed. */
    readonly mean: number;
    /** Standard deviation over the folds. */
    readonly std: number;
    /** Score of each fold. */
    readonly scores: readonly number[];
    /** Reason why a fit has no score. */
    readonly failure?: string;
  }[];
  /** Point with the best mean; absent if all failed. */
  readonly best?: GridSearchReport['points'][number];
}

export function gridSearchPage(runs: readonly Run<GridSearchReport>[]): Omit<Page, 'kind' | 'title'> {
  const scores = [...new Set(runs.map(({ report }) => report.score))];
  return {
    summary: runs.map(({ label, report }) => labelled(label, summary(report))),
    sections: [...scores.map((score) => chartOf(score, runs)), ...tables(runs, pointTable)],
  };
}

function summary({ score, points, best }: GridSearchReport): string {
  const count = counted(points.length, 'point');
  if (best === undefined) return `None of ${count} has a score: every one had a fit that failed.`;
  const format = isShare(score) ? formatFiniteShare : formatFinite;
  const folds = counted(best.scores.length, 'fold');
  const parameters = Object.entries(best.parameters).map(([place, value]) => `${place} ${cellOf(value)}`);
  const at = parameters.length > 0 ? ` Its parameters are ${parameters.join(', ')}.` : '';
  const values = `mean ${format(best.mean)}, standard deviation ${format(best.std)} over ${folds}`;
  return `Point ${bestIndex(points, best) + 1} of ${points.length} has the best ${name(score)}: ${values}.${at}`;
}

/** Index of the best point. Of several equal means, the first one is the best. */
function bestIndex(
  points: GridSearchReport['points'],
  best: NonNullable<GridSearchReport['best']> | undefined,
): number {
  return best === undefined ? -1 : points.findIndex(({ mean }) => mean === best.mean);
}

/** Name of a measure within a sentence: 'mean absolute error'. */
function name(score: string): string {
  return inWords(score).toLowerCase();
}

function chartOf(score: string, runs: readonly Run<GridSearchReport>[]): Curves {
  const share = isShare(score);
  return {
    kind: 'curves',
    title: `${inWords(score)} by point`,
    note: 'Mean over the folds, with a band of one standard deviation on either side.',
    x: { label: 'point' },
    y: { label: name(score), ...(share && { format: 'share' }) },
    panels: byRun(runs, (report) => (report.score === score ? panelOf(report) : undefined)),
  };
}

function panelOf({ points, score }: GridSearchReport): LinePanel {
  const band = (sign: number) => points.map(({ mean, std }) => known(mean) + sign * known(std));
  return {
    series: [{ label: name(score), y: points.map(({ mean }) => known(mean)), low: band(-1), high: band(1) }],
  };
}

function pointTable({ score, points, best }: GridSearchReport): Table & { title: string } {
  const first = points[0]!;
  const places = Object.keys(first.parameters);
  const scored = (label: string): Column => ({ label, format: isShare(score) ? 'share' : 'number' });
  const failed = points.some(({ failure }) => failure !== undefined);
  const bestAt = bestIndex(points, best);
  return {
    kind: 'table',
    title: 'Points',
    note: 'Two points differ only if their means are further apart than about sd / √folds of both.',
    columns: [
      'point',
      ...places,
      scored('mean'),
      scored('sd'),
      ...first.scores.map((_, fold) => scored(`fold ${fold + 1}`)),
      'best',
      ...(failed ? ['failure'] : []),
    ],
    rows: points.map(({ parameters, mean, std, scores, failure }, p) => [
      p + 1,
      ...places.map((place) => cellOf(parameters[place])),
      known(mean),
      known(std),
      ...scores.map(known),
      p === bestAt ? 'best' : '',
      ...(failed ? [failure ?? ''] : []),
    ]),
  };
}

/** Cell of a parameter. Configs and lists are written as JSON; numbers are written in full. */
function cellOf(value: unknown): Cell {
  return typeof value === 'string' ? value : String(JSON.stringify(value));
}
