import type { Compiled, Measures } from './batch.js';
import type { EpochEvent } from './training.js';

/** One number an epoch. */
export interface Curves {
  readonly loss: number[];
  /** There when compiled with metrics: ['accuracy']. */
  readonly accuracy?: number[];
}

export interface History extends Curves {
  /** There when validation data were given. */
  readonly validation?: Curves;
}

export interface ValidatedHistory extends History {
  readonly validation: Curves;
}

export function emptyHistory(compiled: Compiled, validated: boolean): History {
  const curves = (): Curves =>
    compiled.metrics.includes('accuracy') ? { loss: [], accuracy: [] } : { loss: [] };
  return validated ? { ...curves(), validation: curves() } : curves();
}

/** Adds an epoch's numbers to the curves. */
export function record(history: History, event: EpochEvent): void {
  append(history, event);
  if (history.validation && event.validation) append(history.validation, event.validation);
}

function append(curves: Curves, measures: Measures): void {
  curves.loss.push(measures.loss);
  if (measures.accuracy !== undefined) curves.accuracy?.push(measures.accuracy);
}
