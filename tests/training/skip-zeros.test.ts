/** Skipping the first layer's zeros changes no bit of any result. */
import { describe, expect, it } from 'vitest';
import { adam, type BackendName, type InputScaling, MLP, type MLPOptions, Rng } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { expectSame } from '../support/compare.js';
import { watchKernel } from '../support/kernel-calls.js';
import { type Arrangement, arrangements, normalInputs, randomClasses } from '../support/networks.js';
import { untyped } from '../support/refusals.js';

const ROWS = 70;
const COLUMNS = 405;
const CLASSES = 5;
const y = randomClasses(ROWS, CLASSES);

/** Images on black with a given percentage of inked pixels. */
function images(percent: number): Uint8Array {
  const lots = new Rng(5).split('ink').integers(ROWS * COLUMNS, 100);
  return Uint8Array.from(new Rng(5).uniform(ROWS * COLUMNS, { low: 1, high: 256 }), (value, i) =>
    lots[i]! < percent ? Math.floor(value) : 0,
  );
}

function make({ backend, arithmetic }: Arrangement, options: Partial<MLPOptions<BackendName>>) {
  const model = new MLP<BackendName>({
    inputSize: COLUMNS,
    layers: [
      { units: 45, activation: 'relu' },
      { units: CLASSES, activation: 'softmax' },
    ],
    seed: 3,
    backend,
    arithmetic,
    ...options,
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam(), metrics: ['accuracy'] });
  return model;
}

/** Everything that a model computes for some data, and the result of a fit. */
async function results(model: MLP<BackendName>, x: Uint8Array | Float32Array) {
  if (x instanceof Float32Array) model.adapt(x);
  const { layers, input, loss } = model.gradients(x, y);
  const options = { epochs: 2, batchSize: 32, shuffle: false, validationData: [x, y] as const };
  const history = await model.fit(x, y, options);
  const batch = model.trainOnBatch(x.slice(0, 3 * COLUMNS), y.slice(0, 3));
  return [
    [loss, batch.loss, ...history.loss, ...history.validation.loss, model.evaluate(x, y).loss],
    ...layers.flatMap(({ kernel, bias }) => [kernel, bias]),
    input,
    model.predict(x),
    model.predict(x.slice(0, COLUMNS)),
    ...model.getWeights().flatMap(({ kernel, bias }) => [kernel, bias]),
  ];
}

async function expectNoDifference(
  arrangement: Arrangement,
  inputScaling: InputScaling,
  x: Uint8Array | Float32Array,
) {
  const skipping = make(arrangement, { inputScaling });
  const forward = watchKernel(internalsOf(skipping), 'sparse_nn');
  const backward = watchKernel(internalsOf(skipping), 'sparse_tn');
  const actual = await results(skipping, x);
  const expected = await results(make(arrangement, { inputScaling, skipZeros: false }), x);
  for (const [i, values] of expected.entries()) expectSame(actual[i]!, values, `result ${i}`);
  return { forward: forward.length, backward: backward.length };
}

describe.each(arrangements)('$name', (arrangement) => {
  it.each(['none', 'unit', 'symmetric'] as const)(
    '%s: equal results with a fifth of the pixels inked',
    async (scaling) => {
      const counts = await expectNoDifference(arrangement, scaling, images(20));
      // Every kind of call skipped zeros, gradients included.
      expect(counts.forward).toBeGreaterThan(12);
      expect(counts.backward).toBeGreaterThan(7);
    },
  );

  it.each([0, 100])('equal results with %i % of the pixels inked', async (percent) => {
    const { forward } = await expectNoDifference(arrangement, 'unit', images(percent));
    expect(forward > 0).toBe(percent === 0);
  });

  it('equal results for floats that are often 0 in one batch and never in the next', async () => {
    const x = Float32Array.from(images(30), (value, i) => (i < 32 * COLUMNS ? value / 255 : 1));
    const { forward, backward } = await expectNoDifference(arrangement, 'none', x);
    // Two epochs, the batch of three rows, and the prediction of one.
    expect({ forward, backward }).toEqual({ forward: 4, backward: 3 });
  });

  it('skips nothing with inputs scaled by mean and spread, where 0 is rare', async () => {
    const x = normalInputs(ROWS, COLUMNS);
    const counts = await expectNoDifference(arrangement, 'zScore', x);
    expect(counts).toEqual({ forward: 0, backward: 0 });
  });

  it('uses the dense products for a narrow first layer', () => {
    const layers = [{ units: 8 }, { units: CLASSES, activation: 'softmax' as const }];
    const model = make(arrangement, { layers });
    const skipped = watchKernel(internalsOf(model), 'sparse_nn');
    model.predict(images(5));
    expect(skipped).toEqual([]);
  });
});

it('skipZeros is true or false, is in the config, and is stored in a file', () => {
  const arrangement = arrangements[0]!;
  expect(() => make(arrangement, untyped({ skipZeros: 1 }))).toThrow(
    new TypeError('skipZeros: expected true or false, got 1'),
  );
  expect(make(arrangement, {}).config.skipZeros).toBe(true);
  const model = make(arrangement, { skipZeros: false });
  expect(MLP.load(model.save()).config.skipZeros).toBe(false);
  const skipped = watchKernel(internalsOf(model), 'sparse_nn');
  model.predict(images(5));
  expect(skipped).toEqual([]);
});
