import type { MetricName } from '../metrics/index.js';
import { isPenalized } from '../optimizers/step.js';
import type { Compiled, Measures } from './batch.js';
import type { EpochEvent } from './callbacks.js';
import type { StepRecord } from './diagnostics.js';

/** One number an epoch, as in `Measures`. A metric is there when it was compiled in, a penalty where there are penalties. */
export type Curves = { readonly loss: number[]; readonly penalty?: number[] } & {
  readonly [Metric in MetricName]?: number[];
};

export type History = Curves & {
  /** There when the fit had validation data, or a validationSplit. */
  readonly validation?: Curves;
  /**
   * There when a callback of a batch said 'stop': the last number of every curve is then that of an epoch that was begun, over
   * the batches and rows given here. The next fit on the same data goes on with it, and its history has the whole epoch,
   * unless early stopping has put other weights back.
   */
  readonly partial?: { readonly epoch: number; readonly batches: number; readonly samples: number };
  /**
   * The epoch that the fit began anew, though an earlier fit had begun it: on other data, or in batches of another size or order.
   * What that fit trained stays in the weights.
   */
  readonly restartedEpoch?: number;
  /** The epoch whose weights early stopping took for the best. */
  readonly bestEpoch?: number;
  /** There when the fit was asked for `diagnostics`. */
  readonly diagnostics?: readonly StepRecord[];
};

export type ValidatedHistory = History & { readonly validation: Curves };

export function emptyHistory({ metrics, optimizer }: Compiled, validated: boolean): History {
  const curves = (): Curves => ({
    loss: [],
    ...(isPenalized(optimizer) && { penalty: [] }),
    ...Object.fromEntries(metrics.map(({ name }) => [name, []])),
  });
  return validated ? { ...curves(), validation: curves() } : curves();
}

/** Adds an epoch's numbers to the curves. */
export function record(history: History, event: EpochEvent): void {
  append(history, event);
  if (history.validation && event.validation) append(history.validation, event.validation);
}

function append(curves: Curves, measures: Measures): void {
  for (const [name, values] of Object.entries(curves)) {
    // Beside the curves stand, in a history, those of the validation data.
    if (Array.isArray(values)) values.push(measures[name as keyof Measures]!);
  }
}
