/** Test of X6 with a network whose numbers overflow: the other networks continue. */
import { expect, it, vi } from 'vitest';
import { NonFiniteError } from '../../src/index.js';
import { experiments } from '../../src/lab/index.js';
import type * as Recipes from '../../src/lab/recipes.js';

vi.mock('../../src/lab/recipes.js', async (original) => {
  const recipes = await original<typeof Recipes>();
  const trainRecipe: typeof Recipes.trainRecipe = async (name, data, options, run) => {
    const result = await recipes.trainRecipe(name, data, { ...options, epochs: 1 }, run);
    if (name === 'sgd') throw new NonFiniteError('loss: is NaN', { argument: 'loss' });
    return result;
  };
  return { ...recipes, trainRecipe };
});

it('keeps the epochs of a failed network, says why it failed, and trains the next one', async () => {
  const images = {
    x: new Uint8Array(80).map((_, i) => 3 * i),
    y: new Uint8Array(20),
    count: 20,
    inputSize: 4,
  };
  const { tables, notes, interrupted } = await experiments.X6.run({
    data: { train: images, test: images },
    epochs: 3,
    only: ['units'],
  });
  expect(tables[0]!.rows.map((row) => [row[0], row[3]])).toEqual([
    ['64 units', 1],
    ['256 units', 1],
    ['1024 units', 1],
  ]);
  expect(notes[0]).toBe('sgd was abandoned: loss: is NaN');
  expect(interrupted).toBeUndefined();
});
