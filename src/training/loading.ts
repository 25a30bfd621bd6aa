import type { Network } from '../network/network.js';
import type { InputScaler } from '../network/scaling.js';
import { type CheckedLoss, smoothing } from './losses.js';
import type { CheckedTargets, Samples } from './samples.js';

/** Rows narrower than this are copied value by value: making a view of each costs more. */
const NARROW = 64;

/** Inputs, targets and, where rows do not count alike, a weight a row: checked, and of equal length. */
export interface TrainingData {
  readonly x: Samples;
  readonly y: CheckedTargets;
  readonly weights: Float64Array | undefined;
}

/** Which rows of some data: start … start + rows, in `order` where there is one. */
export interface Stretch {
  readonly order: Uint32Array | undefined;
  readonly start: number;
  readonly rows: number;
}

/** Copies rows of x into the network's memory and scales them. */
export function loadInputs(network: Network, scaler: InputScaler, x: Samples, stretch: Stretch): void {
  const centring = scaler.centring(x);
  if (centring === undefined) {
    copyRows(network, network.x, x.values, x.columns, stretch);
    network.inputOffset = scaler.apply(x, network.x, stretch.rows);
  } else {
    copyCentred(network, x, centring, stretch);
    network.inputOffset = 0;
  }
}

/**
 * Copies labels or rows of targets into the network's memory, smoothed where the loss says so.
 *
 * @returns true where the loss is to go by class indices
 */
export function loadTargets(
  network: Network,
  loss: CheckedLoss,
  { classes, values }: CheckedTargets,
  stretch: Stretch,
): boolean {
  const { order, start, rows } = stretch;
  const { words } = network.backend;
  if (classes !== undefined) {
    const labels = network.labels / 4;
    for (let r = 0; r < rows; r++)
      words[labels + r] = classes[order === undefined ? start + r : order[start + r]!]!;
  }
  const { units } = network.last;
  if (values !== undefined) copyRows(network, network.targets, values, units, stretch);
  const share = smoothing(loss);
  if (share > 0) smoothTargets(network, classes !== undefined && values === undefined, share, rows);
  return values === undefined && share === 0;
}

/** t′ = (1 − s)·t + s/K: PyTorch's label_smoothing, of class indices and of rows alike. */
function smoothTargets(network: Network, byClass: boolean, share: number, rows: number): void {
  const { units } = network.last;
  const { words } = network.backend;
  const targets = network.view(network.targets, rows * units);
  const labels = network.labels / 4;
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < units; c++, i++) {
      const target = byClass ? Number(words[labels + r] === c) : targets[i]!;
      targets[i] = (1 - share) * target + share / units;
    }
  }
}

/**
 * Copies the rows' weights into the network's memory, where there are any.
 *
 * @returns Σ of the weights, as the kernels see them; one a row without weights
 */
export function loadWeights(
  network: Network,
  weights: Float64Array | undefined,
  { order, start, rows }: Stretch,
): number {
  if (weights === undefined) return rows;
  const view = network.view(network.weights, rows);
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    view[r] = weights[order === undefined ? start + r : order[start + r]!]!;
    sum += view[r]!;
  }
  return sum;
}

function copyCentred(
  network: Network,
  { values, columns }: Samples,
  { mean, std }: { readonly mean: Float64Array; readonly std: Float64Array },
  { order, start, rows }: Stretch,
): void {
  const { elements, elementBytes } = network.backend;
  let at = network.x / elementBytes;
  for (let r = start; r < start + rows; r++) {
    const from = (order === undefined ? r : order[r]!) * columns;
    for (let c = 0; c < columns; c++) elements[at++] = (values[from + c]! - mean[c]!) / std[c]!;
  }
}

function copyRows(
  network: Network,
  to: number,
  values: Samples['values'],
  columns: number,
  { order, start, rows }: Stretch,
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
