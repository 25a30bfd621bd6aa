/** Tests target scaling on constant, huge and distant targets. */
import { describe, expect, it } from 'vitest';
import { adam, type TargetScaling } from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { arrangements, normalInputs } from '../support/networks.js';
import { COLUMNS, make, ROWS, silentWarnings, UNITS, x, y } from '../support/scaled-targets.js';

silentWarnings();

describe('targets that are hard to scale', () => {
  it.each(['zScore', 'unit'] as const)('%s: constant targets are only centred', async (scaling) => {
    // 0.1 is not an f64, so that its mean over the rows and its deviation have a rounding error.
    for (const value of [0, 0.1, 5e5, -1e30]) {
      const model = make(scaling);
      const { loss } = await model.fit(x, new Float64Array(ROWS * UNITS).fill(value), { epochs: 200 });
      expect(loss.at(-1)).toBeLessThan(1e-2);
      const answers = model.predict(x);
      for (const answer of answers) {
        expect(Math.abs(answer - value)).toBeLessThan(Math.max(0.5, 1e-6 * Math.abs(value)));
      }
    }
  });

  it.each(arrangements)('on $name targets around 1e30 are learned', async ({ backend, tolerance }) => {
    const huge = y.map((value, i) => (i % 2 === 0 ? value * 1e25 : value));
    const [plain, model] = [make('zScore', { backend }), make('zScore', { backend })];
    const expected = await plain.fit(x, y, { epochs: 2 });
    const history = await model.fit(x, huge, { epochs: 2 });
    expectBlock(history.loss, expected.loss, 10 * tolerance);
    expectBlock(history.r2!, expected.r2!, 10 * tolerance);
    expect(model.predict(x).every(Number.isFinite)).toBe(true);
  });

  it.each(arrangements)(
    'on $name targets whose digits an f32 would lose are learned',
    async ({ backend }) => {
      const around = (centre: number) =>
        Float64Array.from({ length: ROWS * UNITS }, (_, i) => centre + x[Math.floor(i / 2) * COLUMNS]!);
      const [near, far] = [make('zScore', { backend }), make('zScore', { backend })];
      const expected = await near.fit(x, around(0), { epochs: 3 });
      const history = await far.fit(x, around(1.7e9), { epochs: 3 });
      expectBlock(history.loss, expected.loss, 2e-5);
      expectBlock(history.r2!, expected.r2!, 2e-5);
      expectBlock(history.rootMeanSquaredError!, expected.rootMeanSquaredError!, 2e-5);
    },
  );

  it('javascript64 restores every digit', () => {
    const model = make({ mean: 3, std: 4 }, { backend: 'javascript64', layers: [{ units: UNITS }] });
    model.setWeights([{ kernel: new Float64Array(COLUMNS * UNITS), bias: [0.1, 1e-9] }]);
    expectSame(model.predict(x).subarray(0, 2), [0.1 * 4 + 3, 1e-9 * 4 + 3]);
  });
});

it('targets around 5e5 are learned, which adam does not reach otherwise', async () => {
  const rows = 200;
  const inputs = normalInputs(rows, COLUMNS, 21);
  const prices = Float64Array.from(
    { length: rows },
    (_, r) => 5e5 + 1e5 * (inputs[r * COLUMNS]! - 0.5 * inputs[r * COLUMNS + 1]! ** 2),
  );
  const trained = async (targetScaling: TargetScaling, optimizer = adam()) => {
    const model = make(targetScaling, { layers: [{ units: 16, activation: 'relu' }, { units: 1 }] });
    model.compile({ loss: 'meanSquaredError', optimizer, metrics: ['r2'] });
    await model.fit(inputs, prices, { epochs: 200 });
    return model.evaluate(inputs, prices).r2!;
  };
  expect(await trained('none')).toBeLessThan(-5);
  expect(await trained('zScore')).toBeGreaterThan(0.9);
  expect(await trained('unit', adam({ learningRate: 0.01 }))).toBeGreaterThan(0.9);
});
