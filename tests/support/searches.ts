/** A small search that the tests of grid search share, and a folder for its files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { adam, type MLPOptions, Rng } from '../../src/index.js';
import type { GridBase, GridSearchOptions } from '../../src/node/index.js';

/** Makes a folder for a test file that is deleted after its tests. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

// Two classes that a circle separates: one unit cannot learn that, eight can.
export const ROWS = 120;
export const x = new Rng(1).normal(2 * ROWS);
export const y = Array.from({ length: ROWS }, (_, r) => (x[2 * r]! ** 2 + x[2 * r + 1]! ** 2 > 1.4 ? 1 : 0));
export const model: MLPOptions = {
  inputSize: 2,
  layers: [
    { units: 1, activation: 'tanh' },
    { units: 2, activation: 'softmax' },
  ],
};
export const base: GridBase = {
  model,
  compile: { loss: 'crossEntropy', optimizer: adam({ learningRate: 0.05 }), metrics: ['accuracy'] },
  fit: { epochs: 15, batchSize: 16 },
};
export const options: GridSearchOptions = {
  base,
  grid: { 'model.layers.0.units': [1, 8], 'compile.optimizer.learningRate': [0.0001, 0.05] },
  folds: 3,
  workers: 1,
};
