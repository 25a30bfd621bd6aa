/** Start of the view: tanh in its ordered and in its chaotic phase. */
import type { State } from '../../engine/state.js';

export const start: Partial<State> = {
  depth: 20,
  width: 100,
  activation: 'tanh',
  init: 'gain',
  size: 1,
  biasStd: 0.2,
  batchNorm: 'none',
  networks: [{}, { size: 2 }],
};
