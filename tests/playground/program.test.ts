import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState, type State } from '../../playground/engine/state.js';

// Within the repository, so that Node finds evenkeel by its own name.
const folder = fileURLToPath(new URL('../../build/playground-programs/', import.meta.url));
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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
  it.each(Object.entries(states))('prints the losses of the screen for %s', (name, change) => {
    const lab = new Lab();
    lab.set({ ...initialState, ...change });
    lab.run(17);
    lab.set({ ...lab.state, rate: 0.01 });
    lab.run(12);
    const file = `${folder}${name.replaceAll(' ', '-')}.mjs`;
    writeFileSync(file, lab.program('https://example.org/#d=xor'));
    const printed = execFileSync(process.execPath, [file], { encoding: 'utf8' });
    const losses = [...printed.matchAll(/loss: ([^,\s}]+)/g)].map(([, loss]) => Number(loss));
    expect(losses).toEqual(lab.runners.flatMap((runner) => [runner.score()!.loss, runner.score()!.testLoss]));
  });
});
