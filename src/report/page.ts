/** Kinds of reports and the pages they become, alone or side by side. */
import { isArray, isRevoked, show } from '../errors.js';
import type {
  ActivationExplanation,
  Diagnosis,
  GradientCheck,
  History,
  InitializerExplanation,
  ModelExplanation,
} from '../index.js';
import type { ClassificationReport } from '../metrics/index.js';
import type { Propagation } from '../theory/index.js';
import { activationPage } from './activation.js';
import { classificationPage, gradientCheckPage } from './checks.js';
import { diagnosisPage } from './diagnosis.js';
import { type ExperimentReport, experimentPage } from './experiment.js';
import { initializerPage, modelPage } from './explanation.js';
import { type GridSearchReport, gridSearchPage } from './grid-search.js';
import { historyPage } from './history.js';
import { propagationPage } from './propagation.js';
import type { Run } from './runs.js';
import type { Page, Section } from './sections.js';
import { type FiveStartsReport, fiveStartsPage, type RecipeReport, recipePage } from './trainings.js';

/** Several reports of one kind, shown side by side on the same scales, with one label each. */
export interface SideBySide {
  /** Kind of the report; may be left out. */
  readonly kind?: 'comparison';
  /** Name of each report, in the order of `reports`. */
  readonly labels: readonly string[];
  /** Reports of one kind. */
  readonly reports:
    | readonly Diagnosis[]
    | readonly Propagation[]
    | readonly History[]
    | readonly ModelExplanation[]
    | readonly InitializerExplanation[]
    | readonly ActivationExplanation[]
    | readonly GradientCheck[]
    | readonly ClassificationReport[]
    | readonly GridSearchReport[]
    | readonly FiveStartsReport[]
    | readonly RecipeReport[];
}

/** Anything that `toText`, `toSVG` and `toHTML` can show. */
export type Report =
  | Diagnosis
  | Propagation
  | History
  | ModelExplanation
  | InitializerExplanation
  | ActivationExplanation
  | GradientCheck
  | ClassificationReport
  | GridSearchReport
  | FiveStartsReport
  | RecipeReport
  | SideBySide
  | ExperimentReport
  | Page
  | readonly Section[];

/** Kind of report that can stand alone or side by side. */
interface KindOfReport {
  /** Name in errors. */
  readonly called: string;
  readonly title: string;
  readonly page: (runs: readonly Run<never>[]) => Omit<Page, 'kind' | 'title'>;
  /** Field with the list that the page shows. */
  readonly listed: string;
  /** True if the list may be empty, as that of a training that stops in its first epoch. */
  readonly mayBeEmpty?: boolean;
}

const kinds = {
  diagnosis: { called: 'a diagnosis', title: 'Diagnosis', page: diagnosisPage, listed: 'layers' },
  propagation: { called: 'a propagation', title: 'Propagation', page: propagationPage, listed: 'layers' },
  history: { called: 'a history', title: 'History', page: historyPage, listed: 'loss', mayBeEmpty: true },
  modelExplanation: {
    called: 'a model explanation',
    title: 'Model before training',
    page: modelPage,
    listed: 'layers',
  },
  initializerExplanation: {
    called: 'an initializer explanation',
    title: 'Initializer',
    page: initializerPage,
    listed: 'shape',
  },
  activationExplanation: {
    called: 'an activation explanation',
    title: 'Activation',
    page: activationPage,
    listed: 'range',
  },
  gradientCheck: {
    called: 'a gradient check',
    title: 'Gradient check',
    page: gradientCheckPage,
    listed: 'layers',
  },
  classificationReport: {
    called: 'a classification report',
    title: 'Classification report',
    page: classificationPage,
    listed: 'classes',
  },
  gridSearch: { called: 'a grid search', title: 'Grid search', page: gridSearchPage, listed: 'points' },
  fiveStarts: { called: "fiveStarts' result", title: 'Five starts', page: fiveStartsPage, listed: 'starts' },
  recipe: {
    called: "a recipe's result",
    title: 'Recipe',
    page: recipePage,
    listed: 'epochs',
    mayBeEmpty: true,
  },
} as const satisfies Record<SideBySide['reports'][number]['kind'], KindOfReport>;

type Kind = keyof typeof kinds;

/** Lists in words all that a report can be. */
function expected(): string {
  const called = Object.values(kinds).map((kind) => kind.called);
  return `${called.join(', ')}, { labels, reports } of one of these kinds, an experiment's result, a page or an array of sections`;
}

const sectionKinds: readonly unknown[] = ['prose', 'table', 'bands', 'curves', 'histograms'];

/**
 * Returns the page of a report. @throws TypeError if it is of no known kind, or compares different kinds; RangeError if
 * labels and reports differ in number
 */
export function pageOf(report: Report): Page {
  if (isArray(report)) return { kind: 'page', title: 'Report', sections: sectionsOf('report', report) };
  const { kind, labels, reports, tables, charts } = fields('report', report);
  if (kind === 'page') {
    sectionsOf('report.sections', (report as Page).sections);
    return report as Page;
  }
  if (kind === 'comparison' || labels !== undefined || reports !== undefined) {
    return comparisonPage(labels, reports);
  }
  if (kind === 'experiment') {
    checkList('report.tables', 'an experiment', tables);
    checkList('report.charts', 'an experiment', charts);
    return experimentPage(report as ExperimentReport);
  }
  const found = kindOf('report', report);
  return { kind: 'page', title: kinds[found].title, ...pageOfRuns(found, [{ label: undefined, report }]) };
}

function comparisonPage(labels: unknown, reports: unknown): Page {
  if (!isArray(reports) || reports.length === 0) {
    throw new TypeError(`report.reports: expected an array of reports, got ${show(reports)}`);
  }
  if (!isArray(labels) || !labels.every((label) => typeof label === 'string')) {
    throw new TypeError(`report.labels: expected an array of strings, got ${show(labels)}`);
  }
  if (labels.length !== reports.length) {
    throw new RangeError(`report.labels: expected ${reports.length}, one per report, got ${labels.length}`);
  }
  const found = reports.map((report, i) => kindOf(`report.reports[${i}]`, report));
  const other = found.findIndex((kind) => kind !== found[0]);
  if (other > 0) {
    throw new TypeError(
      `report.reports[${other}]: expected ${kinds[found[0]!].called} like reports[0], got ${kinds[found[other]!].called}`,
    );
  }
  const runs = reports.map((report, i) => ({ label: labels[i] as string, report }));
  return {
    kind: 'page',
    title: labels.join(labels.length > 3 ? ', ' : ' beside '),
    ...pageOfRuns(found[0]!, runs),
  };
}

function pageOfRuns(kind: Kind, runs: readonly Run<unknown>[]): Omit<Page, 'kind' | 'title'> {
  return kinds[kind].page(runs as readonly Run<never>[]);
}

function kindOf(argument: string, report: unknown): Kind {
  const given = fields(argument, report);
  const found = (Object.keys(kinds) as Kind[]).find((kind) => kind === given.kind);
  if (found === undefined) {
    const came = given.kind === undefined ? show(report) : `an object of kind ${show(given.kind)}`;
    throw new TypeError(`${argument}: expected ${expected()}, got ${came}`);
  }
  const { called, listed, mayBeEmpty = false }: KindOfReport = kinds[found];
  const list = checkList(`${argument}.${listed}`, called, given[listed]);
  if (list.length === 0 && !mayBeEmpty) {
    throw new TypeError(`${argument}.${listed}: expected those of ${called}, got none`);
  }
  return found;
}

function checkList(argument: string, of: string, value: unknown): readonly unknown[] {
  if (isArray(value)) return value;
  throw new TypeError(`${argument}: expected those of ${of}, got ${show(value)}`);
}

function sectionsOf(argument: string, sections: unknown): readonly Section[] {
  if (!isArray(sections)) {
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
  return sections as Section[];
}

function fields(argument: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !isRevoked(value))
    return value as Readonly<Record<string, unknown>>;
  throw new TypeError(`${argument}: expected ${expected()}, got ${show(value)}`);
}
