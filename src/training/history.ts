import type { MetricName } from '../metrics/table.js';
import { isPenalized } from '../optimizers/step.js';
import type { Compiled } from './compile.js';
import type { StepRecord } from './diagnostics.js';
import type { Measures } from './totals.js';

/** One number per epoch for each measure: the loss, the compiled metrics and, if the optimizer has penalties, `penalty`. */
export type MeasureCurves = {
  /** Loss of each epoch, without penalties. */
  readonly loss: number[];
  /** Penalty of each epoch; present if the optimizer has penalties. */
  readonly penalty?: number[];
} & {
  readonly [Metric in MetricName]?: number[];
};

/** History of a fit: the curves of its measures, and what happened on the way. */
export type History = MeasureCurves & {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'history';
  /** Curves of the validation data; present with validationData or validationSplit. */
  readonly validation?: MeasureCurves;
  /**
   * Extent of a partial epoch at the end of the fit. Present if onBatchEnd returned 'stop': the last number of every curve then
   * covers only the batches and rows given here. The next fit on the same data resumes that epoch, and its history covers the
   * whole epoch, unless early stopping has restored other weights.
   */
  readonly partial?: {
    /** Number of the partial epoch, from 1. */
    readonly epoch: number;
    /** Number of its completed batches. */
    readonly batches: number;
    /** Number of rows in these batches. */
    readonly samples: number;
  };
  /**
   * Number of the epoch that this fit restarted. Present if an earlier fit had begun the epoch on other data, or with batches of
   * another size or order. The weights keep the steps of the earlier fit.
   */
  readonly restartedEpoch?: number;
  /** Number of the best epoch; present with early stopping. */
  readonly bestEpoch?: number;
  /** Records of the layers; present with the option `diagnostics`. */
  readonly diagnostics?: readonly StepRecord[];
};

/** History of a fit with validation data, whose curves are always present. */
export type ValidatedHistory = History & { readonly validation: MeasureCurves };

/** Returns a history without epochs, with an empty curve for each measure. */
export function emptyHistory({ metrics, optimizer }: Compiled, validated: boolean): History {
  const curves = (): MeasureCurves => ({
    loss: [],
    ...(isPenalized(optimizer) && { penalty: [] }),
    ...Object.fromEntries(metrics.map(({ name }) => [name, []])),
  });
  return { kind: 'history', ...curves(), ...(validated && { validation: curves() }) };
}

/** Adds an epoch's numbers to the curves. */
export function record(history: History, measures: Measures & { readonly validation?: Measures }): void {
  append(history, measures);
  if (history.validation && measures.validation) append(history.validation, measures.validation);
}

function append(curves: MeasureCurves, measures: Measures): void {
  for (const [name, values] of Object.entries(curves)) {
    // A history also holds the curves of the validation data.
    if (Array.isArray(values)) values.push(measures[name as keyof Measures]!);
  }
}
