/** Start of the view: tanh on both sides of the critical line. */
import type { State } from '../../engine/state.js';

export const start: Partial<State> = {
  depth: 20,
  width: 64,
  activation: 'tanh',
  init: 'gain',
  size: 0.8,
  biasStd: 0.3,
  batchNorm: 'none',
  dropout: 0,
  networks: [{}, { size: 2.4 }],
};
