/** Scores of predictions, beside those of a baseline without a network. */
import { formatNumber } from '../../format.js';
import type { Measures } from '../../index.js';
import {
  accuracy,
  type ClassificationReport,
  classificationReport,
  meanAbsoluteError,
  r2,
  rootMeanSquaredError,
} from '../../metrics/index.js';
import { ln } from '../../numbers/elementary.js';
import { visible } from '../../visible.js';
import { listed } from '../output.js';
import { classCounts } from './class-counts.js';
import { likeliest, ofEachClass } from './class-probabilities.js';
import type { Rows, Task } from './data.js';
import { type Member, type Model, rowsAt } from './fitting.js';

/** Rows with a model's predictions for them. */
export interface Judged extends Rows {
  /** Probabilities of all classes per row, or the predicted numbers. */
  readonly outputs: Float64Array;
  /** Compiled loss and metrics. */
  readonly measures: Measures;
}

/** Baseline that ignores the inputs: the shares of the classes, or the mean of the target. */
export interface Baseline {
  readonly words: string;
  readonly measures: Readonly<Record<string, number>>;
}

type Learned = Pick<Task, 'classNames' | 'target'>;

export async function judge(model: Model, { x, y, rows }: Rows, learned: Learned): Promise<Judged> {
  const measures = await model.evaluateAsync(x, y);
  const predicted = await model.predictAsync(x);
  const outputs =
    learned.classNames === undefined ? Float64Array.from(predicted) : ofEachClass(predicted, rows);
  return { x, y, rows, outputs, measures };
}

/**
 * Collects all validation rows, each with the prediction of the network that did not train on it. The loss, and metrics that
 * predictions alone do not determine, are means over the networks, weighted by rows.
 */
export async function judgeMembers(members: readonly Member[], task: Task): Promise<Judged> {
  const parts = [];
  for (const { model, validation } of members) parts.push(await judge(model, rowsAt(task, validation), task));
  if (parts.length === 1) return parts[0]!;
  const order = Uint32Array.from(members.flatMap(({ validation }) => Array.from(validation)));
  const outputs = new Float64Array(parts.reduce((sum, part) => sum + part.outputs.length, 0));
  let at = 0;
  for (const part of parts) {
    outputs.set(part.outputs, at);
    at += part.outputs.length;
  }
  const rows = rowsAt(task, order);
  return { ...rows, outputs, measures: pooled(parts, rows, outputs) };
}

/** Computes the metrics of all predictions together, for those whose name alone defines them. */
const ofAll: Readonly<
  Record<string, (y: ArrayLike<number>, outputs: Float64Array, units: number) => number>
> = {
  accuracy: (y, outputs, units) => accuracy(y, likeliest(outputs, units)),
  r2: (y, outputs, units) => r2(y, outputs, { outputs: units }),
  rootMeanSquaredError: (y, outputs) => rootMeanSquaredError(y, outputs),
  meanAbsoluteError: (y, outputs) => meanAbsoluteError(y, outputs),
};

function pooled(parts: readonly Judged[], { y, rows }: Rows, outputs: Float64Array): Measures {
  const names = Object.keys(parts[0]!.measures) as (keyof Measures)[];
  const entries = names.map((name) => {
    const byRows = parts.reduce((sum, part) => sum + (part.measures[name]! * part.rows) / rows, 0);
    return [name, ofAll[name]?.(y, outputs, outputs.length / rows) ?? byRows] as const;
  });
  return Object.fromEntries(entries) as unknown as Measures;
}

/**
 * Computes the baseline: it always predicts the largest class of the training rows, with the class shares as probabilities, or
 * always their mean.
 *
 * @param trained  targets of the training rows
 */
export function baselineOf(trained: Task['y'], { y, rows }: Rows, { classNames }: Learned): Baseline {
  if (classNames === undefined) {
    const outputs = y.length / rows;
    const means = new Float64Array(outputs);
    for (const [i, value] of trained.entries()) means[i % outputs]! += (value * outputs) / trained.length;
    const answers = Float64Array.from(y, (_, i) => means[i % outputs]!);
    return {
      words: 'always the mean',
      measures: { rootMeanSquaredError: rootMeanSquaredError(y, answers), r2: r2(y, answers, { outputs }) },
    };
  }
  const counts = classCounts(trained, classNames.length);
  const most = counts.indexOf(Math.max(...counts));
  let loss = 0;
  let right = 0;
  for (const label of y) {
    loss -= ln(counts[label]! / trained.length) / rows;
    if (label === most) right++;
  }
  return { words: `always '${classNames[most]}'`, measures: { loss, accuracy: right / rows } };
}

/** Computes recall and related scores of each class; empty if numbers are learned. */
export function classReport(
  { y, outputs }: Judged,
  { classNames }: Learned,
): ClassificationReport | undefined {
  if (classNames === undefined) return undefined;
  return classificationReport(y, likeliest(outputs, classNames.length), { names: classNames });
}

/** Ratio of the largest class to the smallest from which accuracy says little. */
const UNEQUAL = 2;
/** Largest number of classes in a line; of more, those with the least recall are shown. */
const MOST_LISTED = 8;

/** Formats the quality of a model in lines: its measures, the baseline's, and each class if their sizes differ much. */
export function inWords(
  what: string,
  judged: Judged,
  baseline: Baseline,
  learned: Learned & { readonly weighted: boolean },
): string[] {
  const { measures, rows } = judged;
  const lines = [
    `${rows} ${rows === 1 ? what.replace('rows', 'row') : what}: ${listed(measures)}`,
    `${visible(baseline.words)}: ${numbers(baseline.measures)}`,
  ];
  const report = classReport(judged, learned);
  const seen = report?.classes.filter(({ support }) => support > 0) ?? [];
  const balanced = seen.reduce((sum, { recall }) => sum + recall / seen.length, 0);
  if (seen.length > 0) {
    const supports = seen.map(({ support }) => support);
    if (Math.max(...supports) >= UNEQUAL * Math.min(...supports)) {
      const worst = [...seen].sort((a, b) => a.recall - b.recall).slice(0, MOST_LISTED);
      const shown = seen.filter((one) => worst.includes(one));
      const which = shown.length < seen.length ? `the least recall of ${seen.length} classes` : 'recall';
      const each = shown.map(({ name, recall }) => `${visible(name)} ${formatNumber(recall)}`).join(', ');
      lines.push(`balanced accuracy ${formatNumber(balanced)}; ${which}: ${each}`);
    }
  }
  // Class weights trade accuracy for recall.
  if (!(learned.weighted ? balanced > 1 / seen.length : isBetter(measures, baseline))) {
    lines.push('no better than that: the columns may be unrelated to the target, or the rows too few');
  }
  return lines;
}

function isBetter(measures: Measures, { measures: base }: Baseline): boolean {
  if (measures.r2 !== undefined) return measures.r2 > Math.max(0, base.r2 ?? 0);
  // Losses of different kinds are not comparable.
  const { accuracy } = measures;
  return accuracy === undefined || accuracy > base.accuracy! || measures.loss < base.loss!;
}

function numbers(measures: Baseline['measures']): string {
  return Object.entries(measures)
    .map(([name, value]) => `${name} ${formatNumber(value)}`)
    .join(', ');
}
