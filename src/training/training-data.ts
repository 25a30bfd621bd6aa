import type { Address } from '../backend/kernels.js';
import type { Samples } from '../network/rows.js';
import type { Weighting } from './sample-weights.js';
import type { CheckedTargets } from './samples.js';

/** Checked inputs and targets, with weights if there are any, all with the same number of rows. */
export interface TrainingData {
  readonly x: Samples;
  readonly y: CheckedTargets;
  readonly weights: Weighting | undefined;
  /** Place of x in the network's memory, while it is there. */
  resident?: Resident | undefined;
}

/** Range of rows, from `start` to `start + rows`: positions in `order` if there is one, otherwise row numbers. */
export interface Stretch {
  readonly order: Uint32Array | undefined;
  readonly start: number;
  readonly rows: number;
}

/** Inputs in the network's memory during a fit: raw bytes, or scaled floats. */
export interface Resident {
  readonly address: Address;
  /** Offset that the first layer's bias must add. */
  readonly inputOffset: number;
}
