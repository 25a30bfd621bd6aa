import type { Network } from '../network/network.js';
import type { TargetScaler } from '../network/target-scaler.js';
import { copyCentred, copyRows, expectThere } from './inputs.js';
import { type CheckedLoss, smoothing } from './losses.js';
import { type Weighting, weighTargets } from './sample-weights.js';
import type { Stretch, TrainingData } from './training-data.js';

/**
 * Copies labels or rows of targets into the network's memory. Targets are scaled, and smoothed if the loss requires it. Class
 * weights that apply to the terms of a row are multiplied in.
 *
 * @returns true if the loss uses class indices
 */
export function loadTargets(
  network: Network,
  { statistics }: TargetScaler,
  loss: CheckedLoss,
  { y: { classes, values }, weights }: Pick<TrainingData, 'y' | 'weights'>,
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
  if (values !== undefined) {
    expectThere('y', values, rows);
    const at = network.targets / elementBytes;
    if (statistics === undefined) copyRows(elements, at, values, units, stretch);
    else copyCentred(elements, at, { values, columns: units }, statistics, stretch);
  }
  const share = smoothing(loss);
  if (share > 0) smoothTargets(network, classes !== undefined && values === undefined, share, rows);
  if (weights?.terms !== undefined) {
    weighTargets(network.view(network.targets, rows * units), weights.terms, units);
  }
  return values === undefined && share === 0;
}

/** Smooths targets: t′ = (1 − s)·t + s/K, as PyTorch's label_smoothing does for class indices and for rows. */
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
 * Copies the rows' weights into the network's memory, if there are any.
 *
 * @returns sum of the rows' weights in the denominator, rounded as in the kernels; without weights, the number of rows
 */
export function loadWeights(
  network: Network,
  weights: Weighting | undefined,
  { order, start, rows }: Stretch,
): number {
  if (weights === undefined) return rows;
  const view = network.view(network.weights, rows);
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const from = order === undefined ? start + r : order[start + r]!;
    // The value went through the network's memory, so it is rounded to the network's elements.
    view[r] = weights.counts[from]!;
    sum += view[r]!;
    view[r] = weights.rows[from]!;
  }
  return sum;
}

/** Returns true if no row of a stretch has a positive weight as a 32-bit float. */
export function weighsNothing(weighting: Weighting | undefined, { order, start, rows }: Stretch): boolean {
  if (weighting === undefined) return false;
  for (let r = start; r < start + rows; r++) {
    if (Math.fround(weighting.counts[order === undefined ? r : order[r]!]!) > 0) return false;
  }
  return true;
}
