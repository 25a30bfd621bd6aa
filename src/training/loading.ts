import type { Network } from '../network/network.js';
import { copyRows, type Resident } from './inputs.js';
import { type CheckedLoss, smoothing } from './losses.js';
import type { CheckedTargets, Samples } from './samples.js';

/** Inputs, targets and, where rows do not count alike, a weight a row: checked, and of equal length. */
export interface TrainingData {
  readonly x: Samples;
  readonly y: CheckedTargets;
  readonly weights: Float64Array | undefined;
  /** Where x lies in the network's memory, while it does. */
  resident?: Resident | undefined;
}

/** Which rows of some data: start … start + rows, in `order` where there is one. */
export interface Stretch {
  readonly order: Uint32Array | undefined;
  readonly start: number;
  readonly rows: number;
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
  const { words, elements, elementBytes } = network.backend;
  if (classes !== undefined) {
    const labels = network.labels / 4;
    for (let r = 0; r < rows; r++)
      words[labels + r] = classes[order === undefined ? start + r : order[start + r]!]!;
  }
  const { units } = network.last;
  if (values !== undefined) copyRows(elements, network.targets / elementBytes, values, units, stretch);
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
