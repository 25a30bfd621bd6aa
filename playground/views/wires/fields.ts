/** Numbers of the worked example, which the visitor can change, and the options that its network needs. */
import { number } from '../../engine/fields.js';
import type { State } from '../../engine/state.js';

const EDGE = 100;
const value = (name: string, initial: number) => number(name, name, { low: -EDGE, high: EDGE }, initial);

/**
 * Example E15 of the lectures: one flower, two hidden units, three classes. The kernels are m and w, the biases bm and bw; m12
 * leads from input 1 to hidden unit 2.
 */
export const own = {
  x1: value('x1', 1.5),
  x2: value('x2', 0.2),
  label: number('y', 'true class', { low: 1, high: 3, whole: true }, 1),
  m11: value('m11', 0.86),
  m12: value('m12', -1.04),
  m21: value('m21', 0.41),
  m22: value('m22', -0.65),
  bm1: value('bm1', 0),
  bm2: value('bm2', 0),
  w11: value('w11', 0.32),
  w12: value('w12', 0.25),
  w13: value('w13', 0.14),
  w21: value('w21', -0.47),
  w22: value('w22', -1.06),
  w23: value('w23', 0.063),
  bw1: value('bw1', 0),
  bw2: value('bw2', 0),
  bw3: value('bw3', 0),
} as const;
export type Name = keyof typeof own;

/** Names of the parameters, in the order of the library's arrays. */
export const parameters = [
  { kernel: ['m11', 'm12', 'm21', 'm22'], bias: ['bm1', 'bm2'] },
  { kernel: ['w11', 'w12', 'w13', 'w21', 'w22', 'w23'], bias: ['bw1', 'bw2', 'bw3'] },
] as const satisfies readonly { kernel: readonly Name[]; bias: readonly Name[] }[];

/** Options that the example's network needs. The visitor may change only its activation and learning rate. */
export const fixed: Partial<State> = {
  data: 'blobs',
  networks: [{}],
  depth: 1,
  width: 2,
  init: 'heNormal',
  biasStd: 0,
  batchNorm: 'none',
  dropout: 0,
  optimizer: 'sgd',
  batch: 1,
  penalty: 'none',
  scaling: 'auto',
  seed: 1,
};
