/** Pages of a gradient check and of a classification report: a table each. */
import { layerInWords } from '../format.js';
import type { GradientCheck } from '../index.js';
import type { ClassificationReport, ClassScores } from '../metrics/index.js';
import { formatFinite } from './numbers.js';
import { labelled, type Run, tables } from './runs.js';
import type { Page, Table } from './sections.js';

/** Largest difference of a gradient that is right, as `gradientCheck` documents it. */
const LARGEST_DIFFERENCE = 1e-6;

/** Shows the largest difference between gradients and finite differences, tensor by tensor. */
export function gradientCheckPage(runs: readonly Run<GradientCheck>[]): Omit<Page, 'kind' | 'title'> {
  const isRight = ({ worst }: GradientCheck) => worst !== null && worst < LARGEST_DIFFERENCE;
  return {
    summary: runs.map(({ label, report }) => {
      const verdict = isRight(report) ? 'The gradients are right' : 'The gradients are wrong';
      const worst = formatFinite(report.worst ?? Number.NaN);
      return labelled(label, `${verdict}: they differ from finite differences by at most ${worst}.`);
    }),
    healthy: runs.every(({ report }) => isRight(report)),
    sections: tables(runs, tensorTable),
  };
}

function tensorTable({ layers }: GradientCheck): Table & { title: string } {
  return {
    kind: 'table',
    title: 'Tensors',
    note: 'Relative differences. A parameter is masked if a kink lies between the two ends of its difference.',
    columns: ['layer', 'tensor', 'checked', 'masked', { label: 'largest difference', format: 'number' }],
    rows: layers.flatMap(({ tensors }, l) =>
      tensors.map(({ name, checked, masked, worst }) => [layerInWords(l), name, checked, masked, worst]),
    ),
  };
}

/** Shows precision, recall, F1 and support of each class, with the rows and columns of scikit-learn's `classification_report`. */
export function classificationPage(runs: readonly Run<ClassificationReport>[]): Omit<Page, 'kind' | 'title'> {
  return {
    summary: runs.map(({ label, report }) => {
      const { accuracy, weighted } = report;
      return labelled(label, `${digits(100 * accuracy, 1)} % of ${weighted.support} rows are right.`);
    }),
    sections: tables(runs, scoreTable),
  };
}

function scoreTable({ classes, accuracy, macro, weighted }: ClassificationReport): Table & { title: string } {
  const row = (name: string, { precision, recall, f1, support }: ClassScores) => [
    name,
    digits(precision),
    digits(recall),
    digits(f1),
    support,
  ];
  return {
    kind: 'table',
    title: 'Classes',
    columns: ['class', 'precision', 'recall', 'f1-score', 'support'],
    rows: [
      ...classes.map((scores) => row(scores.name, scores)),
      ['accuracy', '', '', digits(accuracy), weighted.support],
      row('macro avg', macro),
      row('weighted avg', weighted),
    ],
  };
}

/** Two decimals by default, as scikit-learn prints scores. */
function digits(value: number, decimals = 2): string {
  return value.toFixed(decimals);
}
