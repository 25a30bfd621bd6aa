/** Tests that training uses scaled targets, and that predictions and metrics have the unit of the targets. */
import { describe, expect, it } from 'vitest';
import { adam, gradientCheck, huber, MLP, type TargetScaling } from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { arrangements } from '../support/networks.js';
import {
  COLUMNS,
  column,
  deviation,
  make,
  mean,
  measured,
  ROWS,
  silentWarnings,
  UNITS,
  x,
  y,
} from '../support/scaled-targets.js';

/** Scaled targets by definition: (y − centre) / spread, output by output. */
const definitions: readonly [name: string, TargetScaling, centre: number[], spread: number[]][] = [
  ['zScore', 'zScore', [0, 1].map((c) => mean(column(c))), [0, 1].map((c) => deviation(column(c)))],
  [
    'unit',
    'unit',
    [0, 1].map((c) => Math.min(...column(c))),
    [0, 1].map((c) => Math.max(...column(c)) - Math.min(...column(c))),
  ],
  ['given for each output', { mean: [4e5, 0.5], std: [1e5, 2] }, [4e5, 0.5], [1e5, 2]],
  ['given for all', { mean: 100, std: 1e4 }, [100, 100], [1e4, 1e4]],
];

silentWarnings();

describe.each(definitions)('%s', (_, scaling, centre, spread) => {
  const scaled = y.map((value, i) => (value - centre[i % UNITS]!) / spread[i % UNITS]!);
  const restored = (outputs: ArrayLike<number>) =>
    Float64Array.from(outputs, (value, i) => value * spread[i % UNITS]! + centre[i % UNITS]!);
  const each = (values: ArrayLike<number>, c: number) => Array.from(values).filter((_, i) => i % UNITS === c);

  it.each(arrangements)('on $name trains as on targets that were scaled by hand', async (arrangement) => {
    const { backend, arithmetic, trajectoryTolerance: tolerance } = arrangement;
    const model = make(scaling, { backend, arithmetic });
    const plain = make('none', { backend, arithmetic });
    const history = await model.fit(x, y, { epochs: 3, validationData: [x, y] });
    const expected = await plain.fit(x, scaled, { epochs: 3, validationData: [x, scaled] });
    expectBlock(history.loss, expected.loss, tolerance);
    expectBlock(history.validation.loss, expected.validation.loss, tolerance);
    for (const [l, { kernel, bias }] of model.getWeights().entries()) {
      expectBlock(kernel, plain.getWeights()[l]!.kernel, tolerance);
      expectBlock(bias, plain.getWeights()[l]!.bias, tolerance);
    }
    expectBlock([model.trainOnBatch(x, y).loss], [plain.trainOnBatch(x, scaled).loss], tolerance);
    expectBlock([model.evaluate(x, y).loss], [plain.evaluate(x, scaled).loss], tolerance);
    const gradients = model.gradients(x, y);
    const byHand = plain.gradients(x, scaled);
    expectBlock([gradients.loss], [byHand.loss], tolerance);
    for (const [l, { kernel, activation }] of gradients.layers.entries()) {
      expectBlock(kernel, byHand.layers[l]!.kernel, tolerance);
      expectBlock(activation, byHand.layers[l]!.activation, tolerance);
    }
    expectBlock(gradients.input, byHand.input, tolerance);
  });

  it.each(arrangements)('on $name predicts in the unit of the targets', async ({ backend, tolerance }) => {
    const model = make(scaling, { backend });
    const plain = make('none', { backend });
    await model.fit(x, y, { epochs: 1 });
    plain.setWeights(model.getWeights());
    const outputs = model.predict(x);
    const expected = restored(plain.predict(x));
    for (const c of [0, 1]) expectBlock(each(outputs, c), each(expected, c), tolerance);
    expectSame(await model.predictAsync(x), outputs);
    expectSame(model.predict(x.subarray(0, COLUMNS)), outputs.subarray(0, UNITS));
  });

  it('measures in the unit of the targets', async () => {
    const model = make(scaling, { backend: 'javascript64' });
    const history = await model.fit(x, y, { epochs: 1, validationData: [x, y] });
    const outputs = model.predict(x);
    const errors = [0, 1].map((c) => each(outputs, c).map((value, r) => value - column(c)[r]!));
    const all = errors.flat();
    const share = (c: number) =>
      errors[c]!.reduce((sum, e) => sum + e * e, 0) / (ROWS * deviation(column(c)) ** 2);
    const expected = {
      rootMeanSquaredError: Math.sqrt(mean(all.map((e) => e * e))),
      meanAbsoluteError: mean(all.map(Math.abs)),
      r2: 1 - (share(0) + share(1)) / 2,
    };
    const { loss: _, ...measures } = model.evaluate(x, y);
    const { loss: __, ...asynchronous } = await model.evaluateAsync(x, y);
    const { loss: ___, ...validation } = history.validation;
    for (const [name, value] of Object.entries(expected)) {
      expectBlock([measures[name as 'r2']!], [value], 1e-9, name);
      expectBlock([validation[name as 'r2']![0]!], [value], 1e-9, name);
    }
    expect(asynchronous).toEqual(measures);
  });

  it('gives the same bits with two threads', async () => {
    const wide = { layers: [{ units: 256, activation: 'relu' as const }, { units: UNITS }] };
    const [one, two] = [make(scaling, wide), make(scaling, { ...wide, threads: 2 })];
    const [history, shared] = [await one.fit(x, y), await two.fit(x, y)];
    expect(shared).toEqual(history);
    expectSame(await two.predictAsync(x), one.predict(x));
    two.close();
  });

  it('passes the gradient check', async () => {
    const model = make(scaling, { backend: 'wasm' });
    model.compile({ loss: huber({ delta: 0.7 }) });
    await model.fit(x, y, { epochs: 1 });
    const { worst, masked, layers } = gradientCheck(model, x, y);
    expect(worst).toBeLessThan(1e-6);
    expect(layers.flatMap(({ tensors }) => tensors).reduce((n, { checked }) => n + checked, 0)).toBe(
      32 - masked,
    );
    expect(masked).toBeLessThan(16);
  });

  it('survives a file, the config and folding, and continues training bit for bit', async () => {
    const options = {
      layers: [{ units: 5, activation: 'relu' as const, batchNorm: true }, { units: UNITS }],
    };
    const never = make(scaling, options);
    await never.fit(x, y, { epochs: 3 });
    const model = make(scaling, options);
    await model.fit(x, y, { epochs: 1 });
    const loaded = MLP.load(model.save());
    expectSame(loaded.predict(x), model.predict(x));
    expect(loaded.evaluate(x, y)).toEqual(model.evaluate(x, y));
    await loaded.fit(x, y, { epochs: 2 });
    expect(loaded.save()).toEqual(never.save());
    expectSame(MLP.load(model.save({ weightsOnly: true })).predict(x), model.predict(x));
    for (const backend of ['javascript', 'javascript64'] as const) {
      const there = MLP.load(model.save(), { backend });
      for (const c of [0, 1]) expectBlock(each(there.predict(x), c), each(model.predict(x), c), 1e-5);
    }
    for (const c of [0, 1]) expectBlock(each(model.folded().predict(x), c), each(model.predict(x), c), 1e-5);
    const again = new MLP(JSON.parse(JSON.stringify(model.config)));
    expect(again.config.targetScaling).toEqual(scaling);
    again.compile(measured);
    await again.fit(x, y, { epochs: 3 });
    expect(again.getWeights()).toEqual(never.getWeights());
  });
});

it('a sigmoid output reaches targets of unit scale', async () => {
  const model = make('unit', {
    layers: [
      { units: 8, activation: 'tanh' },
      { units: UNITS, activation: 'sigmoid' },
    ],
  });
  model.compile({ ...measured, optimizer: adam({ learningRate: 0.02 }) });
  await model.fit(x, y, { epochs: 300 });
  expect(model.evaluate(x, y).r2).toBeGreaterThan(0.5);
  const [low, high] = [Math.min(...column(0)), Math.max(...column(0))];
  const prices = model.predict(x).filter((_, i) => i % UNITS === 0);
  expect(prices.every((price) => price >= low && price <= high)).toBe(true);
});
