import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';
import { printedLosses } from './printed-losses.mjs';

const states: Record<string, Partial<State>> = {
  'the first race': {},
  'batch norm, dropout and a penalty': {
    data: 'blobs',
    batchNorm: 'before',
    dropout: 0.1,
    penalty: 'l2',
    networks: [{}, { optimizer: 'momentum' }],
  },
  'a regression with scaled inputs': { data: 'wave', scaling: 'zScore', biasStd: 0.1, networks: [{}] },
  'initializers with sizes': {
    init: 'gain',
    size: 1.2,
    networks: [{}, { init: 'constant', size: 0.1 }, { seed: 7 }],
  },
};

describe('the printed program', () => {
  it.each(Object.entries(states))('prints the losses of the screen for %s', (_, change) => {
    const lab = new Lab();
    lab.set({ ...initialState, ...change });
    lab.run(17);
    lab.set({ ...lab.state, rate: 0.01 });
    lab.run(12);
    expect(printedLosses(lab.program('https://example.org/#d=xor'))).toEqual(
      lab.runners.flatMap((runner) => [runner.score()!.loss, runner.score()!.testLoss]),
    );
  });
});
