/** Pages of the lab's trainings: the network from five starts, and a recipe. */
import { counted } from '../errors.js';
import { formatFinite, formatFiniteShare } from './numbers.js';
import { byRun, labelled, type Run, tables } from './runs.js';
import type { Axis, Bands, Curves, LinePanel, Page, Section, Table } from './sections.js';

/** Result of `fiveStarts` of `evenkeel/lab`. */
export interface FiveStartsReport {
  /** Kind of the report. */
  readonly kind: 'fiveStarts';
  /** Measurements of each start, in order. */
  readonly starts: readonly {
    /** Name of the start. */
    readonly name: string;
    /** Standard deviation of the first hidden layer's preactivations, before training. */
    readonly firstStd: number;
    /** Standard deviation of the last hidden layer's preactivations, before training. */
    readonly lastStd: number;
    /** Euclidean norm of the gradient of layer 1's kernel, before training. */
    readonly gradientNorm: number;
    /** Results of the completed epochs. */
    readonly epochs: readonly {
      /** Epoch, counted from 1. */
      readonly epoch: number;
      /** Mean loss over the training batches. */
      readonly loss: number;
      /** Share of the test images that are classified correctly. */
      readonly testAccuracy: number;
    }[];
    /** Training speed. */
    readonly samplesPerSecond: number;
    /** Reason why the start was abandoned. */
    readonly failure?: string;
  }[];
}

/** Result of `trainRecipe` of `evenkeel/lab`. */
export interface RecipeReport {
  /** Kind of the report. */
  readonly kind: 'recipe';
  /** Name of the recipe. */
  readonly name: string;
  /** Norm of each kernel's gradient before training. */
  readonly gradientNorms: readonly number[];
  /** Measurements after each epoch. */
  readonly epochs: readonly {
    /** Epoch, counted from 1. */
    readonly epoch: number;
    /** Loss over the training images. */
    readonly trainLoss: number;
    /** Share of the training images that are classified correctly. */
    readonly trainAccuracy: number;
    /** Share of the test images that are classified correctly. */
    readonly testAccuracy: number;
  }[];
}

type StartReport = FiveStartsReport['starts'][number];

export function fiveStartsPage(runs: readonly Run<FiveStartsReport>[]): Omit<Page, 'kind' | 'title'> {
  const seriesOf =
    (of: (epoch: StartReport['epochs'][number]) => number) =>
    ({ starts }: FiveStartsReport) =>
      starts.map(({ name, epochs }) => ({ label: name, y: epochs.map(of) }));
  return {
    summary: runs.flatMap(({ label, report }) => startsInWords(report).map((text) => labelled(label, text))),
    sections: [
      ...chart(
        byEpoch('Training loss by epoch', { label: 'loss', scale: 'log' }),
        runs,
        seriesOf(({ loss }) => loss),
      ),
      ...chart(
        byEpoch('Test accuracy by epoch', { label: 'accuracy', format: 'share' }),
        runs,
        seriesOf(({ testAccuracy }) => testAccuracy),
      ),
      ...tables(runs, startTable),
    ],
  };
}

/** States the best start, then each start that was abandoned. */
function startsInWords({ starts }: FiveStartsReport): string[] {
  const finished = starts.filter(({ failure, epochs }) => failure === undefined && epochs.length > 0);
  const accuracy = (start: StartReport) => start.epochs.at(-1)!.testAccuracy;
  const best = finished.reduce<StartReport | undefined>(
    (best, start) => (best && accuracy(best) >= accuracy(start) ? best : start),
    undefined,
  );
  const failures = starts.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [`${name} was abandoned: ${failure}`],
  );
  if (best === undefined) return ['No start finished an epoch.', ...failures];
  const after = counted(best.epochs.length, 'epoch');
  const reached = formatFiniteShare(accuracy(best));
  return [`${best.name} has the highest test accuracy: ${reached} after ${after}.`, ...failures];
}

function startTable({ starts }: FiveStartsReport): Table & { title: string } {
  return {
    kind: 'table',
    title: 'Starts',
    note: "z: preactivation of the first and last hidden layer; gradient: norm of the gradient of layer 1's kernel; both before training. Loss and accuracy are those of the last epoch.",
    columns: [
      'start',
      'sd of first z',
      'sd of last z',
      'gradient',
      'epochs',
      'loss',
      { label: 'test accuracy', format: 'share' },
      { label: 'samples a second', format: 'count' },
    ],
    rows: starts.map(({ name, firstStd, lastStd, gradientNorm, epochs, samplesPerSecond }) => [
      name,
      firstStd,
      lastStd,
      gradientNorm,
      epochs.length,
      epochs.at(-1)?.loss,
      epochs.at(-1)?.testAccuracy,
      samplesPerSecond,
    ]),
  };
}

export function recipePage(runs: readonly Run<RecipeReport>[]): Omit<Page, 'kind' | 'title'> {
  return {
    summary: runs.map(({ label, report }) => labelled(label, recipeInWords(report))),
    sections: [
      ...chart(byEpoch('Training loss by epoch', { label: 'loss' }), runs, ({ epochs }) => [
        { label: 'training', y: epochs.map(({ trainLoss }) => trainLoss) },
      ]),
      ...chart(byEpoch('Accuracy by epoch', { label: 'accuracy', format: 'share' }), runs, ({ epochs }) => [
        { label: 'training', y: epochs.map(({ trainAccuracy }) => trainAccuracy) },
        { label: 'test', y: epochs.map(({ testAccuracy }) => testAccuracy) },
      ]),
      ...chart(
        {
          kind: 'bands',
          title: 'Gradients before training',
          x: { label: 'layer' },
          y: { label: "norm of the kernel's gradient", scale: 'log' },
        },
        runs,
        ({ gradientNorms }) => [{ label: 'gradient', y: gradientNorms }],
      ),
      ...tables(runs, epochTable),
    ],
  };
}

function recipeInWords({ name, epochs }: RecipeReport): string {
  const last = epochs.at(-1);
  if (last === undefined) return `${name}: no epoch was finished.`;
  const [train, test] = [last.trainAccuracy, last.testAccuracy].map(formatFiniteShare);
  const after = counted(epochs.length, 'epoch');
  return `${name} after ${after}: training loss ${formatFinite(last.trainLoss)}, training accuracy ${train}, test accuracy ${test}.`;
}

function epochTable({ epochs }: RecipeReport): Table & { title: string } {
  const share = (label: string) => ({ label, format: 'share' }) as const;
  return {
    kind: 'table',
    title: 'Epochs',
    columns: ['epoch', 'training loss', share('training accuracy'), share('test accuracy')],
    rows: epochs.map(({ epoch, trainLoss, trainAccuracy, testAccuracy }) => [
      epoch,
      trainLoss,
      trainAccuracy,
      testAccuracy,
    ]),
  };
}

/** Chart with a panel per run; none if no run has values for it. */
function chart<Report>(
  axes: Pick<Curves | Bands, 'kind' | 'title' | 'x' | 'y'>,
  runs: readonly Run<Report>[],
  seriesOf: (report: Report) => LinePanel['series'],
): Section[] {
  const panels = byRun(runs, (report) => {
    const series = seriesOf(report).filter(({ y }) => y.length > 0);
    return series.length > 0 ? { series } : undefined;
  });
  return panels.length > 0 ? [{ ...axes, panels }] : [];
}

function byEpoch(title: string, y: Axis) {
  return { kind: 'curves', title, x: { label: 'epoch' }, y } as const;
}
