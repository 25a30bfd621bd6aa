import { NonFiniteError } from './errors.js';
import { type LossName, loss as lossRow } from './losses.js';
import type { Network } from './network.js';
import { type Optimizer, type OptimizerState, step } from './optimizer-step.js';
import type { CheckedTargets, Samples } from './samples.js';
import type { InputScaler } from './scaling.js';

/** Rows narrower than this are copied value by value: making a view of each costs more. */
const NARROW = 64;

export const metricNames = ['accuracy'] as const;
export type MetricName = (typeof metricNames)[number];

/** What `compile` settled. */
export interface Compiled {
  readonly loss: LossName;
  readonly optimizer: Optimizer;
  /** Advances with every step. */
  readonly state: OptimizerState;
  readonly metrics: readonly MetricName[];
}

/** Loss and metrics: means over what was measured. */
export interface Measures {
  readonly loss: number;
  /** Share of rows whose largest output is the right class; there when compiled with metrics: ['accuracy']. */
  readonly accuracy?: number;
}

/** Inputs and targets of equal length, checked. */
export interface TrainingData {
  readonly x: Samples;
  readonly y: CheckedTargets;
}

/** Sums over batches, from which the means come. */
export class Totals {
  rows = 0;
  lossSum = 0;
  correct = 0;

  measures({ loss, metrics }: Compiled, units: number): Measures {
    const mean = this.lossSum / (this.rows * lossRow(loss).termsPerRow(units));
    return metrics.includes('accuracy') ? { loss: mean, accuracy: this.correct / this.rows } : { loss: mean };
  }
}

/** Copies rows start … start + rows of x, in `order` where there is one, into the network's memory and scales them. */
export function loadInputs(
  network: Network,
  scaler: InputScaler,
  x: Samples,
  order: Uint32Array | undefined,
  start: number,
  rows: number,
): void {
  const centring = scaler.centring(x);
  if (centring === undefined) {
    copyRows(network, network.x, x.values, x.columns, order, start, rows);
    network.inputOffset = scaler.apply(x, network.x, rows);
  } else {
    copyCentred(network, x, centring, order, start, rows);
    network.inputOffset = 0;
  }
}

function copyCentred(
  network: Network,
  { values, columns }: Samples,
  { mean, std }: { readonly mean: Float64Array; readonly std: Float64Array },
  order: Uint32Array | undefined,
  start: number,
  rows: number,
): void {
  const { elements, elementBytes } = network.backend;
  let at = network.x / elementBytes;
  for (let r = start; r < start + rows; r++) {
    const from = (order === undefined ? r : order[r]!) * columns;
    for (let c = 0; c < columns; c++) elements[at++] = (values[from + c]! - mean[c]!) / std[c]!;
  }
}

/** Runs rows forward and measures them, adding to `totals`; the output layer's gradient is then in place. */
export function measureBatch(
  network: Network,
  compiled: Compiled,
  data: TrainingData,
  order: Uint32Array | undefined,
  start: number,
  rows: number,
  totals: Totals,
): number {
  const { values, classes } = data.y;
  const byClass = values === undefined;
  const { kernels, words } = network.backend;
  const { units, output } = network.last;
  if (classes !== undefined) {
    const labels = network.labels / 4;
    for (let r = 0; r < rows; r++)
      words[labels + r] = classes[order === undefined ? start + r : order[start + r]!]!;
  }
  if (values !== undefined) copyRows(network, network.targets, values, units, order, start, rows);
  network.forward(rows, !lossRow(compiled.loss).takesLogits);
  const sum = network.loss(compiled.loss, rows, byClass);
  totals.rows += rows;
  totals.lossSum += sum;
  if (compiled.metrics.includes('accuracy')) {
    totals.correct += kernels.count_correct(output, network.labels, rows, units);
  }
  return sum / (rows * lossRow(compiled.loss).termsPerRow(units));
}

/** Means over all rows, chunk by chunk. */
export function evaluate(
  network: Network,
  scaler: InputScaler,
  compiled: Compiled,
  data: TrainingData,
): Measures {
  const totals = new Totals();
  const { chunkRows } = network;
  network.reserve(Math.min(chunkRows, data.x.rows), 0);
  for (let start = 0; start < data.x.rows; start += chunkRows) {
    const rows = Math.min(chunkRows, data.x.rows - start);
    loadInputs(network, scaler, data.x, undefined, start, rows);
    measureBatch(network, compiled, data, undefined, start, rows, totals);
  }
  return totals.measures(compiled, network.last.units);
}

/**
 * One step of training on rows start … start + rows.
 *
 * @returns the mean loss before the step
 * @throws NonFiniteError before the optimizer runs, so that the parameters are those before the batch
 */
export function trainBatch(
  network: Network,
  scaler: InputScaler,
  compiled: Compiled,
  data: TrainingData,
  order: Uint32Array | undefined,
  start: number,
  rows: number,
  totals: Totals,
): number {
  network.reserve(rows, rows);
  loadInputs(network, scaler, data.x, order, start, rows);
  const loss = measureBatch(network, compiled, data, order, start, rows, totals);
  network.backward(rows, false);
  const { kernels } = network.backend;
  const { gradients, count } = network.block;
  if (!Number.isFinite(loss) || kernels.count_non_finite(gradients, count) > 0)
    throw nonFinite(network, loss, rows);
  const { optimizer, state } = compiled;
  step(kernels, optimizer, network.block, state, optimizer.learningRate as number);
  return loss;
}

function nonFinite(network: Network, loss: number, rows: number): NonFiniteError {
  const { kernels } = network.backend;
  for (const [layer, { preactivation, units }] of network.layers.entries()) {
    const bad = kernels.count_non_finite(preactivation, rows * units);
    if (bad > 0) {
      const message = `layers[${layer}]: ${bad} of ${rows * units} preactivations are not finite, the loss is ${loss}; the step was not taken`;
      return new NonFiniteError(message, { layer });
    }
  }
  for (const [layer, { kernel, bias, fanIn, units }] of network.layers.entries()) {
    for (const [tensor, address, n] of [
      ['kernel', kernel, fanIn * units],
      ['bias', bias, units],
    ] as const) {
      const bad = kernels.count_non_finite(network.gradientOf(address), n);
      if (bad > 0) {
        const message = `layers[${layer}]: ${bad} of ${n} ${tensor} gradients are not finite, the loss is ${loss}; the step was not taken`;
        return new NonFiniteError(message, { layer });
      }
    }
  }
  return new NonFiniteError(`loss: it is ${loss}; the step was not taken`, { value: loss });
}

function copyRows(
  network: Network,
  to: number,
  values: Samples['values'],
  columns: number,
  order: Uint32Array | undefined,
  start: number,
  rows: number,
): void {
  const { elements, elementBytes } = network.backend;
  let at = to / elementBytes;
  if (order === undefined) {
    elements.set(values.subarray(start * columns, (start + rows) * columns), at);
    return;
  }
  for (let r = start; r < start + rows; r++, at += columns) {
    const from = order[r]! * columns;
    if (columns >= NARROW) elements.set(values.subarray(from, from + columns), at);
    else for (let c = 0; c < columns; c++) elements[at + c] = values[from + c]!;
  }
}
