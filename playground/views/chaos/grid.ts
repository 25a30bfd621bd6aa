/** Gains of the weights and deviations of the biases on the phase map, for engine and page. */
import type { ActivationChoice } from '../../engine/state.js';

const COLUMNS = 20;
const ROWS = 11;
const MOST_BIAS = 1.5;
/** Largest gain for the other activations. */
const USUAL_GAIN = 3.2;
/** Largest gain for activations whose slope is at most ¼. */
const LARGE_GAIN = 16;

/** Axes of the map. Each point stands for the cell around it. */
export interface Grid {
  /** Gains σ_w, ascending and evenly spread. */
  readonly gains: readonly number[];
  /** Deviations σ_b of the biases, ascending from 0 and evenly spread. */
  readonly biasStds: readonly number[];
}

/** Returns the axes for an activation. */
export function gridOf(activation: ActivationChoice): Grid {
  const most = activation === 'sigmoid' || activation === 'hardSigmoid' ? LARGE_GAIN : USUAL_GAIN;
  return {
    gains: Array.from({ length: COLUMNS }, (_, i) => ((i + 1) * most) / COLUMNS),
    biasStds: Array.from({ length: ROWS }, (_, i) => (i * MOST_BIAS) / (ROWS - 1)),
  };
}
