/** Target scaling: training on scaled targets, predictions and metrics in the unit of the targets. */
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import {
  adam,
  type BackendName,
  diagnose,
  explainModel,
  findNonFinite,
  gradientCheck,
  huber,
  type LayerOptions,
  lsuv,
  MLP,
  type MLPOptions,
  Rng,
  ShapeError,
  sgd,
  type TargetScaling,
} from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { arrangements, normalInputs } from '../support/networks.js';

const ROWS = 60;
const COLUMNS = 3;
const UNITS = 2;
const x = normalInputs(ROWS, COLUMNS);
/** Targets of two outputs of very different size. */
const y = Float64Array.from(normalInputs(ROWS, UNITS, 5), (value, i) =>
  i % 2 === 0 ? 5e5 + 1e5 * (value + x[(i / 2) * COLUMNS]!) : 0.02 * value - 0.3,
);
const column = (c: number) => Array.from({ length: ROWS }, (_, r) => y[r * UNITS + c]!);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
const deviation = (values: readonly number[]) =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

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

const layers: LayerOptions[] = [{ units: 5, activation: 'tanh' }, { units: UNITS }];
const measured = {
  loss: 'meanSquaredError',
  optimizer: sgd({ learningRate: 0.05, momentum: 0.5 }),
  metrics: ['rootMeanSquaredError', 'meanAbsoluteError', 'r2'],
} as const;

function make(targetScaling: TargetScaling, options: Partial<MLPOptions> = {}) {
  const model = new MLP<BackendName>({ inputSize: COLUMNS, layers, targetScaling, seed: 3, ...options });
  model.compile(measured);
  return model;
}

let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => warn.mockRestore());

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

describe('the learned scaling', () => {
  it('comes from the training rows only', async () => {
    const model = make('zScore');
    const validated = new Set(new Rng(3).split('validation').permutation(ROWS).slice(0, 15));
    const trained = Array.from({ length: ROWS }, (_, r) => r).filter((r) => !validated.has(r));
    await model.fit(x, y, { epochs: 0, validationSplit: 0.25 });
    const only = make('zScore');
    only.adapt(
      trained.map((r) => x.subarray(r * COLUMNS, (r + 1) * COLUMNS)),
      trained.map((r) => y.subarray(r * UNITS, (r + 1) * UNITS)),
    );
    expectSame(model.predict(x), only.predict(x));
    const all = make('zScore');
    all.adapt(x, y);
    expect(model.predict(x)).not.toEqual(all.predict(x));
  });

  it('stays as the first fit learned it, until it is adapted again', async () => {
    const model = make('zScore');
    await model.fit(x, y, { epochs: 0 });
    const outputs = model.predict(x);
    const doubled = y.map((value) => 2 * value);
    await model.fit(x, doubled, { epochs: 0 });
    model.adapt(x);
    expectSame(model.predict(x), outputs);
    model.adapt(x, doubled);
    const twice = outputs.map((value) => 2 * value);
    expectBlock(model.predict(x), twice, 1e-6);
  });

  it('must be known before any other call that needs it', async () => {
    const message =
      /^targetScaling: 'zScore' depends on the training targets; call model\.adapt\(x, y\) or model\.fit first/;
    const calls: [string, (model: MLP<BackendName>) => unknown][] = [
      ['predict', (model) => model.predict(x)],
      ['evaluate', (model) => model.evaluate(x, y)],
      ['gradients', (model) => model.gradients(x, y)],
      ['trainOnBatch', (model) => model.trainOnBatch(x, y)],
      ['diagnose', (model) => diagnose(model, x, y)],
      ['findNonFinite', (model) => findNonFinite(model, x, y)],
      ['gradientCheck', (model) => gradientCheck(model, x, y)],
    ];
    for (const [name, call] of calls) {
      const model = make('zScore');
      expect(() => call(model), name).toThrow(message);
      model.adapt(x);
      expect(() => call(model), name).toThrow(message);
      model.adapt(x, y);
      expect(() => call(model), name).not.toThrow();
    }
    const model = make('zScore');
    const stream = () => [{ x, y }];
    const onFitBegin = vi.fn();
    await expect(model.predictAsync(x)).rejects.toThrow(message);
    await expect(model.evaluateAsync(x, y)).rejects.toThrow(message);
    await expect(model.fit(stream, { callbacks: [{ onFitBegin }] })).rejects.toThrow(message);
    expect(onFitBegin).not.toHaveBeenCalled();
    // Calls that use only inputs need no targets.
    expect(diagnose(model, x).rows).toBe(ROWS);
    expect(() => lsuv(model, x)).not.toThrow();
    expect(explainModel(model.config).layers).toHaveLength(2);
    model.adapt(x, y);
    const inMemory = make('zScore');
    await inMemory.fit(x, y, { batchSize: ROWS, shuffle: false });
    lsuv(inMemory, x);
    const { loss } = await model.fit(stream);
    expect(loss[0]).toBeGreaterThan(0);
  });

  it('restarts an interrupted epoch if it is learned again', async () => {
    const model = make('zScore');
    await model.fit(x, y, { callbacks: [{ onBatchEnd: () => 'stop' }] });
    model.adapt(x, y);
    const batches: number[] = [];
    await model.fit(x, y, { onBatchEnd: ({ batch }) => void batches.push(batch) });
    expect(batches).toEqual([1, 2]);
  });

  it('tells gradientCheck where the kinks of the loss are', () => {
    const model = make('zScore', { layers: [{ units: 1, kernelInitializer: 'zeros' }] });
    model.compile({ loss: 'meanAbsoluteError' });
    const constant = new Float64Array(ROWS).fill(5);
    model.adapt(x, constant);
    // Every output is 0, and so is every scaled target.
    const { masked } = gradientCheck(model, x, constant);
    expect(masked).toBe(COLUMNS + 1);
  });

  it('stays unchanged after an error', async () => {
    const model = make('zScore', { inputScaling: 'zScore' });
    const wrong = y.slice(UNITS);
    expect(() => model.adapt(x, wrong)).toThrow(ShapeError);
    expect(() => model.predict(x)).toThrow(/inputScaling 'zScore' depends/);
    model.adapt(x, y);
    const outputs = model.predict(x);
    expect(() =>
      model.adapt(
        x.map((value) => 2 * value),
        wrong,
      ),
    ).toThrow(ShapeError);
    expectSame(model.predict(x), outputs);
    const bytes = make('zScore', { inputScaling: 'unit' });
    // The validation data do not fit the scaling that x would have fitted.
    const validationData = [new Uint8Array(x.length), y] as const;
    await expect(bytes.fit(x, y, { validationData })).rejects.toThrow(/^validationData\[0\]/);
    bytes.adapt(x);
    expect(() => bytes.predict(x)).toThrow(/^targetScaling/);
  });
});

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

describe('one warning is given for targets that vary widely and are not scaled', () => {
  const wide = (deviation: number) =>
    Float64Array.from({ length: 2 * ROWS }, (_, i) =>
      i % 2 === 0 ? 0 : i % 4 === 1 ? deviation : -deviation,
    );
  const message =
    /^evenkeel: y: the standard deviation of output 1 is 31, .*set targetScaling: 'zScore' in the options of the model$/;

  it('per model', async () => {
    for (const model of [make('none'), make('none')]) {
      warn.mockClear();
      await model.fit(x, wide(31), { epochs: 0 });
      await model.fit(x, wide(31), { epochs: 0 });
      model.trainOnBatch(x, wide(1e4));
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn).toHaveBeenCalledWith(expect.stringMatching(message));
    }
  });

  it('for a stream and a batch too', async () => {
    await make('none').fit(
      () => [
        { x, y: wide(31) },
        { x, y: wide(31) },
      ],
      { epochs: 2 },
    );
    expect(warn).toHaveBeenCalledTimes(1);
    make('none').trainOnBatch(x, wide(31));
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('for targets that lie close together, but far from 0', async () => {
    // Adam takes two million steps of 0.001 to get there: R² is −47 000 after 200 epochs.
    const years = wide(10).map((value, i) => value + (i % 2 === 0 ? 2000 : 0));
    await make('none').fit(x, years, { epochs: 1 });
    expect(warn.mock.calls.flat()).toEqual([
      expect.stringMatching(/^evenkeel: y: the mean of output 0 is 2000, .*targetScaling: 'zScore'/),
    ]);
    await make('zScore').fit(x, years, { epochs: 1 });
    await make('none').fit(
      x,
      wide(10).map((value) => value - 25),
      { epochs: 1 },
    );
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('but not up to 30, nor for scaled targets, validation data or classes', async () => {
    await make('none').fit(x, wide(30), { epochs: 1 });
    await make('zScore').fit(x, wide(31), { epochs: 1 });
    await make({ mean: 0, std: 1 }).fit(x, wide(31), { epochs: 0 });
    await make('none').fit(x, wide(1), { epochs: 1, validationData: [x, wide(1e3)] });
    make('none').evaluate(x, wide(1e3));
    const heldOut = new Rng(3).split('validation').permutation(ROWS).slice(0, 15);
    const split = Float64Array.from({ length: 2 * ROWS }, (_, i) =>
      heldOut.includes(Math.floor(i / 2)) ? 1e3 : 0,
    );
    await make('none').fit(x, split, { validationSplit: 0.25 });
    const classifier = new MLP({ inputSize: COLUMNS, layers: [{ units: 200, activation: 'softmax' }] });
    classifier.compile({ loss: 'crossEntropy' });
    await classifier.fit(
      x,
      Uint8Array.from({ length: ROWS }, (_, r) => 3 * r),
    );
    expect(warn).not.toHaveBeenCalled();
  });
});
