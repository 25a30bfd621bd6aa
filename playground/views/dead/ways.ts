/** Ways to kill ReLU units, each with the options that do it and the options that cure it. */
import type { State } from '../../engine/state.js';

export interface Way {
  readonly name: string;
  /** Sentence that says why units die. */
  readonly why: string;
  readonly kills: Partial<State>;
  readonly cure: string;
  readonly cures: Partial<State>;
  /** True if units die only after some steps of training. */
  readonly trains?: boolean;
}

/** State that all ways begin from: a small ReLU network that learns well. */
export const healthy: Partial<State> = {
  data: 'circles',
  scaling: 'auto',
  depth: 1,
  width: 8,
  activation: 'relu',
  init: 'heNormal',
  biasStd: 0,
  optimizer: 'sgd',
  rate: 0.03,
  batch: 32,
  // With other seeds, one unit of a layer of 8 may be dead by chance.
  seed: 3,
  networks: [{}],
  own: { layer: 1, unit: 1, bias: 0 },
};

export const ways: readonly Way[] = [
  {
    name: 'by a bias',
    why: 'A bias far below 0 holds the sum of one unit below 0, whatever the input is.',
    kills: { ...healthy, own: { layer: 1, unit: 1, bias: -10 } },
    cure: 'Set its bias to 0',
    cures: { own: { layer: 1, unit: 1, bias: 0 } },
  },
  {
    name: 'by the learning rate',
    why: 'Steps that are too long throw the weights so far that the sums end below 0 on all rows.',
    kills: { ...healthy, rate: 10 },
    cure: 'Start again at a learning rate of 0.03',
    cures: { rate: 0.03 },
    trains: true,
  },
  {
    name: 'by raw bytes',
    why: 'Pixels from 0 to 255 make sums and gradients so large that the first steps kill units, even at a small learning rate.',
    kills: { ...healthy, data: 'digits', scaling: 'none', rate: 0.01 },
    cure: 'Scale the pixels to −1 … 1',
    cures: { scaling: 'auto' },
    trains: true,
  },
];

/** Returns true if the state has the options of a change. Only the sign of a bias counts. */
export function has(state: State, change: Partial<State>): boolean {
  return Object.entries(change).every(([name, value]) => {
    const present = state[name as keyof State];
    if (name === 'own') {
      const { bias = 0 } = value as Record<string, number>;
      return Math.sign(Number(state.own.bias ?? 0)) === Math.sign(bias);
    }
    return JSON.stringify(present) === JSON.stringify(value);
  });
}
