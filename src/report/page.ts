/** What a report is, and the page it becomes: which kind came, one or several side by side. */
import { show } from '../errors.js';
import type { Diagnosis, History } from '../index.js';
import type { Propagation } from '../theory/index.js';
import { diagnosisPage } from './diagnosis.js';
import { type ExperimentReport, experimentPage } from './experiment.js';
import { historyPage } from './history.js';
import { propagationPage } from './propagation.js';
import type { Run } from './runs.js';
import type { Page, Section } from './sections.js';

/** Reports of one kind side by side, on the same scales; a label each. */
export interface Comparison {
  readonly labels: readonly string[];
  readonly reports: readonly Diagnosis[] | readonly Propagation[] | readonly History[];
}

export type Report =
  | Diagnosis
  | Propagation
  | History
  | Comparison
  | ExperimentReport
  | Page
  | readonly Section[];

type Kind = 'diagnosis' | 'propagation' | 'history';

const kinds = {
  diagnosis: { title: 'Diagnosis', page: diagnosisPage },
  propagation: { title: 'Propagation', page: propagationPage },
  history: { title: 'History', page: historyPage },
} as const;

const EXPECTED =
  'a diagnosis, a propagation, a history, { labels, reports } of one of these kinds, what an experiment comes to, a page or an array of sections';
const sectionKinds: readonly unknown[] = ['prose', 'table', 'bands', 'curves', 'histograms'];

/** @throws TypeError if it is none of the kinds, or compares different ones; RangeError if labels and reports are not as many */
export function pageOf(report: Report): Page {
  if (Array.isArray(report)) return { kind: 'page', title: 'Report', sections: sectionsOf('report', report) };
  const { kind, labels, reports, tables, charts } = fields('report', report);
  if (kind === 'page') {
    sectionsOf('report.sections', (report as Page).sections);
    return report as Page;
  }
  if (labels !== undefined || reports !== undefined) return comparisonPage(labels, reports);
  if (kind === undefined && Array.isArray(tables) && Array.isArray(charts)) {
    return experimentPage(report as ExperimentReport);
  }
  const found = kindOf('report', report);
  return { kind: 'page', title: kinds[found].title, ...pageOfRuns(found, [{ label: undefined, report }]) };
}

function comparisonPage(labels: unknown, reports: unknown): Page {
  if (!Array.isArray(reports) || reports.length === 0) {
    throw new TypeError(`report.reports: expected an array of reports, got ${show(reports)}`);
  }
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string')) {
    throw new TypeError(`report.labels: expected an array of strings, got ${show(labels)}`);
  }
  if (labels.length !== reports.length) {
    throw new RangeError(`report.labels: expected ${reports.length}, one a report, got ${labels.length}`);
  }
  const found = reports.map((report, i) => kindOf(`report.reports[${i}]`, report));
  const other = found.findIndex((kind) => kind !== found[0]);
  if (other > 0) {
    throw new TypeError(
      `report.reports[${other}]: expected a ${found[0]} like reports[0], got a ${found[other]}`,
    );
  }
  const runs = reports.map((report, i) => ({ label: labels[i] as string, report }));
  return { kind: 'page', title: labels.join(' beside '), ...pageOfRuns(found[0]!, runs) };
}

function pageOfRuns(kind: Kind, runs: readonly Run<unknown>[]): Omit<Page, 'kind' | 'title'> {
  return kinds[kind].page(runs as readonly Run<never>[]);
}

/** By its kind, or, of a history, which has none, by its loss. */
function kindOf(argument: string, report: unknown): Kind {
  const { kind, layers, loss } = fields(argument, report);
  if (kind === 'diagnosis' || kind === 'propagation') {
    if (Array.isArray(layers) && layers.length > 0) return kind;
    throw new TypeError(`${argument}.layers: expected those of a ${kind}, got ${show(layers)}`);
  }
  if (kind === undefined && Array.isArray(loss)) return 'history';
  const came = kind === undefined ? show(report) : `an object of kind ${show(kind)}`;
  throw new TypeError(`${argument}: expected ${EXPECTED}, got ${came}`);
}

function sectionsOf(argument: string, sections: unknown): readonly Section[] {
  if (!Array.isArray(sections)) {
    throw new TypeError(`${argument}: expected an array of sections, got ${show(sections)}`);
  }
  for (const [i, section] of sections.entries()) {
    const { kind } = fields(`${argument}[${i}]`, section);
    if (!sectionKinds.includes(kind)) {
      throw new TypeError(
        `${argument}[${i}].kind: expected one of ${sectionKinds.join(', ')}, got ${show(kind)}`,
      );
    }
  }
  return sections;
}

function fields(argument: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${argument}: expected ${EXPECTED}, got ${show(value)}`);
}
