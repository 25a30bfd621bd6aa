import type { TargetKind } from '../metrics/table.js';
import { actsOnRows, rangeOf } from '../network/activations.js';
import type { Network } from '../network/network.js';
import { ln } from '../numbers/elementary.js';
import { columnMoments } from './statistics.js';

/** Predicted classes of a classifier. */
export interface PredictedClasses {
  readonly kind: 'classes';
  /** Class predicted most often. */
  readonly commonest: number;
  /** Number of rows predicted as another class. */
  readonly others: number;
  /**
   * Number of rows whose target is another class, and the loss of always predicting the targets' class shares; only with
   * targets.
   */
  readonly targets: { readonly others: number; readonly entropy: number } | undefined;
  /**
   * Largest standard deviation over the rows of any logit, after subtracting each row's mean logit. It is large for a
   * confident network too.
   */
  readonly spread: number;
}

/** Predicted numbers of each output, in the network's own scale. */
export interface PredictedValues {
  readonly kind: 'values';
  readonly outputs: readonly PredictedOutput[];
}

interface PredictedOutput {
  readonly mean: number;
  readonly std: number;
  /** Moments of the targets, and the mean squared error; only with targets. */
  readonly targets: { readonly mean: number; readonly std: number; readonly error: number } | undefined;
}

export type Predictions = PredictedClasses | PredictedValues;

/** Returns the meaning of the last layer's outputs, by the loss or, without one, by the range of its activation. */
export function kindOfOutputs({ last }: Network, ofLoss: TargetKind | undefined): 'classes' | 'values' {
  const { activation } = last.spec;
  const [lowest, highest] = rangeOf(activation);
  if (ofLoss !== undefined ? ofLoss === 'values' : lowest !== 0 || highest !== 1) return 'values';
  // Several independent outputs from 0 to 1 are separate labels.
  return actsOnRows(activation) || last.units === 1 ? 'classes' : 'values';
}

/**
 * Measures the outputs of the rows that were run forward, and compares them with their targets.
 *
 * @param targets  address of the rows' targets: class indices, or rows of the output's size; undefined without targets
 */
export function measurePredictions(
  network: Network,
  rows: number,
  kind: 'classes' | 'values',
  targets: 'labels' | 'rows' | undefined,
): Predictions {
  const { last, backend } = network;
  const { units } = last;
  const outputs = network.view(last.activation, rows * units);
  const given = targets === 'rows' ? network.view(network.targets, rows * units) : undefined;
  if (kind === 'values') return { kind, outputs: measureValues(outputs, given, units) };
  const classOf = (values: ArrayLike<number>, r: number) => largest(values, r, units);
  const predicted = counts(rows, units, (r) => classOf(outputs, r));
  const labels = backend.words.subarray(network.labels / 4, network.labels / 4 + rows);
  const commonest = predicted.indexOf(Math.max(...predicted));
  const actual =
    targets === undefined
      ? undefined
      : counts(rows, units, (r) => (given === undefined ? labels[r]! : classOf(given, r)));
  return {
    kind,
    commonest,
    others: rows - predicted[commonest]!,
    targets: actual && { others: rows - actual[commonest]!, entropy: entropy(actual, rows) },
    spread: Math.max(...columnMoments(logits(network, rows), units).map(({ std }) => std)),
  };
}

function measureValues(
  outputs: ArrayLike<number>,
  targets: ArrayLike<number> | undefined,
  units: number,
): PredictedOutput[] {
  const moments = columnMoments(outputs, units);
  if (targets === undefined) return moments.map((each) => ({ ...each, targets: undefined }));
  const errors = new Float64Array(units);
  for (let i = 0; i < outputs.length; i++) {
    const error = outputs[i]! - targets[i]!;
    errors[i % units]! += (error * error * units) / outputs.length;
  }
  return columnMoments(targets, units).map((target, c) => ({
    ...moments[c]!,
    targets: { ...target, error: errors[c]! },
  }));
}

/** Preactivations of the output layer minus each row's mean, on which no probability depends. */
function logits(network: Network, rows: number): Float64Array {
  const { units, preactivation } = network.last;
  const values = Float64Array.from(network.view(preactivation, rows * units));
  if (units === 1) return values;
  for (let start = 0; start < values.length; start += units) {
    const row = values.subarray(start, start + units);
    const mean = row.reduce((sum, value) => sum + value / units, 0);
    for (let c = 0; c < units; c++) row[c]! -= mean;
  }
  return values;
}

/** Class of a row: its largest value or, for a single probability, 1 from a half on. */
function largest(values: ArrayLike<number>, row: number, units: number): number {
  if (units === 1) return values[row]! >= 0.5 ? 1 : 0;
  let best = 0;
  for (let c = 1; c < units; c++) if (values[row * units + c]! > values[row * units + best]!) best = c;
  return best;
}

function counts(rows: number, units: number, classOf: (row: number) => number): number[] {
  const found = new Array<number>(Math.max(2, units)).fill(0);
  for (let r = 0; r < rows; r++) found[classOf(r)]!++;
  return found;
}

function entropy(found: readonly number[], rows: number): number {
  return found.reduce((sum, n) => (n === 0 ? sum : sum - (n / rows) * ln(n / rows)), 0);
}
