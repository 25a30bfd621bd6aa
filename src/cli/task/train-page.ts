/** Page of `train --report`: the quality of the model, its dependence on the columns, and its training. */

import type { History } from '../../index.js';
import { confusionMatrix } from '../../metrics/index.js';
import { pageOf } from '../../report/page.js';
import type { Column, Page, Section, Table } from '../../report/sections.js';
import { likeliest } from './class-probabilities.js';
import type { Task } from './data.js';
import type { Influence } from './influence.js';
import { type Baseline, classReport, type Judged } from './scores.js';

export interface Training {
  readonly title: string;
  /** Description from the command. */
  readonly summary: readonly string[];
  readonly task: Task;
  /** Kind of the judged rows: 'test rows' or 'validation rows'. */
  readonly what: string;
  /** Judged rows; undefined if no rows were kept back. */
  readonly judged: Judged | undefined;
  readonly baseline: Baseline | undefined;
  readonly influences: readonly Influence[];
  /** Histories, one per network. */
  readonly histories: readonly History[];
}

export function trainingPage(training: Training): Page {
  const { title, summary, task, what, judged, baseline, influences } = training;
  const sections: Section[] = [
    ...(judged === undefined || baseline === undefined
      ? []
      : [
          scores(what, judged, baseline),
          ...(task.classNames === undefined
            ? task.targets.flatMap((_, t) => ofNumbers(judged, what, task.targets, t))
            : ofClasses(judged, task.classNames, what)),
        ]),
    ...(influences.length > 0 ? [influenceTable(influences)] : []),
    ...curves(training.histories),
  ];
  return { kind: 'page', title, summary, sections };
}

function scores(what: string, { measures }: Judged, baseline: Baseline): Table {
  const names = Object.keys(measures) as (keyof typeof measures)[];
  return {
    kind: 'table',
    title: `Scores on ${what}`,
    columns: ['measure', { label: 'model', format: 'number' }, { label: baseline.words, format: 'number' }],
    rows: names.map((name) => [name, measures[name], baseline.measures[name]]),
  };
}

const share = (label: string): Column => ({ label, format: 'share' });
/** Largest number of classes of a confusion matrix; a larger one is not readable. */
const MOST_CONFUSED = 12;

function ofClasses(judged: Judged, classNames: readonly string[], what: string): Section[] {
  const { y, outputs } = judged;
  const report = classReport(judged, { classNames, target: '' })!;
  const confused = confusionMatrix(y, likeliest(outputs, classNames.length), { classes: classNames.length });
  return [
    {
      kind: 'table',
      title: 'Classes',
      columns: ['class', 'rows', share('recall'), share('precision'), share('F1')],
      rows: report.classes.map(({ name, support, recall, precision, f1 }) => [
        name,
        support,
        recall,
        precision,
        f1,
      ]),
    },
    ...(classNames.length <= MOST_CONFUSED
      ? [
          {
            kind: 'table' as const,
            title: 'Predicted classes',
            note: `Rows of the ${what} by true class and predicted class.`,
            columns: ['true class', ...classNames],
            rows: confused.map((row, c) => [classNames[c], ...row]),
          },
        ]
      : []),
    ...calibration(judged, classNames.length),
  ];
}

const BINS = 10;

/** Groups rows by the probability of their predicted class, and shows how often that class is right in each group. */
function calibration({ y, outputs, rows }: Judged, classes: number): Section[] {
  const predicted = likeliest(outputs, classes);
  const bins = Array.from({ length: BINS }, () => ({ rows: 0, right: 0, probability: 0 }));
  for (const [r, label] of predicted.entries()) {
    const probability = outputs[r * classes + label]!;
    const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))]!;
    bin.rows++;
    bin.right += Number(label === y[r]);
    bin.probability += probability;
  }
  const filled = bins.filter((bin) => bin.rows > 0);
  const error = filled.reduce((sum, bin) => sum + Math.abs(bin.right - bin.probability) / rows, 0);
  return [
    {
      kind: 'table',
      title: 'Calibration',
      note: `Rows by the probability of their predicted class. A calibrated model is right as often as its probability says; this one is off by ${(100 * error).toFixed(1)} points on average.`,
      columns: ['rows', share('mean probability'), share('right')],
      rows: filled.map((bin) => [bin.rows, bin.probability / bin.rows, bin.right / bin.rows]),
    },
    ...(filled.length > 1
      ? [
          {
            kind: 'curves' as const,
            title: 'Right by probability',
            x: { label: 'probability of the predicted class' },
            y: { label: 'right', format: 'share' as const, domain: [0, 1] as const },
            panels: [
              {
                x: filled.map((bin) => bin.probability / bin.rows),
                series: [
                  { label: 'measured', y: filled.map((bin) => bin.right / bin.rows) },
                  {
                    label: 'calibrated',
                    role: 'reference' as const,
                    y: filled.map((bin) => bin.probability / bin.rows),
                  },
                ],
              },
            ],
          },
        ]
      : []),
  ];
}

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
/** Groups of predictions of equal size, from the lowest to the highest. */
const GROUPS = 10;

/** Shows the residuals of a target, which are true minus predicted values. */
function ofNumbers(judged: Judged, what: string, targets: readonly string[], t: number): Section[] {
  const { rows } = judged;
  const column = (values: ArrayLike<number>) =>
    Float64Array.from({ length: rows }, (_, r) => values[r * targets.length + t]!);
  const [y, outputs] = [column(judged.y), column(judged.outputs)];
  const of = targets.length === 1 ? '' : ` of ${targets[t]}`;
  const residuals = Float64Array.from(outputs, (output, r) => y[r]! - output);
  const sorted = residuals.slice().sort();
  const order = Array.from({ length: rows }, (_, r) => r).sort((a, b) => outputs[a]! - outputs[b]!);
  const groups = Array.from({ length: Math.min(GROUPS, rows) }, (_, g, all = Math.min(GROUPS, rows)) =>
    order.slice(Math.floor((g * rows) / all), Math.floor(((g + 1) * rows) / all)),
  );
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
  return [
    {
      kind: 'table',
      title: `Residuals${of}`,
      note: `True minus predicted values of the ${what}.`,
      columns: QUANTILES.map((q) => ({
        label: q === 0.5 ? 'median' : `${100 * q} %`,
        format: 'number' as const,
      })),
      rows: [QUANTILES.map((q) => sorted[Math.min(rows - 1, Math.floor(q * rows))])],
    },
    {
      kind: 'table',
      title: `Residuals by prediction${of}`,
      note: 'Rows from the lowest prediction to the highest. A mean far from 0 is a bias; a growing spread says that large predictions are less certain.',
      columns: [
        'rows',
        ...['mean prediction', 'mean truth', 'mean residual', 'root mean squared residual'].map((label) => ({
          label,
          format: 'number' as const,
        })),
      ],
      rows: groups.map((group) => [
        group.length,
        mean(group.map((r) => outputs[r]!)),
        mean(group.map((r) => y[r]!)),
        mean(group.map((r) => residuals[r]!)),
        Math.sqrt(mean(group.map((r) => residuals[r]! * residuals[r]!))),
      ]),
    },
  ];
}

/** Largest number of columns shown; further ones say little. */
const MOST_COLUMNS = 30;

function influenceTable(influences: readonly Influence[]): Table {
  const shown = influences.slice(0, MOST_COLUMNS);
  const more =
    influences.length > shown.length ? ` The ${shown.length} largest of ${influences.length}.` : '';
  return {
    kind: 'table',
    title: 'Influence of the columns',
    note: `Growth of the loss when the cells of a column are permuted among the rows, three times with the seed. Columns with the same information share their influence.${more}`,
    columns: ['column', { label: 'loss grows by', format: 'number' }, { label: '±', format: 'number' }],
    rows: shown.map(({ name, loss, deviation }) => [name, loss, deviation]),
  };
}

function curves(histories: readonly History[]): readonly Section[] {
  const [first] = histories;
  if (histories.length === 1) return pageOf(first!).sections;
  return pageOf({ labels: histories.map((_, n) => `network ${n + 1}`), reports: histories }).sections;
}
