/** Values that are finite but too large: no prediction, measure or statistic is silently NaN or infinite. */
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  type InputScaling,
  lsuv,
  MLP,
  type MLPOptions,
  NonFiniteError,
  sgd,
} from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const LARGE = 3.4e38;
/** Model in which row 2 overflows in the first layer. */
const x = [
  [1, 2],
  [3, 4],
  [LARGE, LARGE],
  [5, 6],
];
const good = x.map((row) => (row[0] === LARGE ? [7, 8] : row));
const y = [0, 1, 2, 0];

function made(options: Partial<MLPOptions<BackendName>> = {}) {
  const model = new MLP<BackendName>({
    inputSize: 2,
    layers: [
      { units: 4, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
    seed: 3,
    ...options,
  });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
  return model;
}

/** Returns a model of one layer with these weights. */
function linear(kernel: readonly number[], options: Partial<MLPOptions<BackendName>> = {}) {
  const model = new MLP<BackendName>({ inputSize: kernel.length, layers: [{ units: 1 }], ...options });
  model.setWeights([{ kernel: Float64Array.from(kernel), bias: [0] }]);
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
  return model;
}

async function refusal(call: () => unknown): Promise<NonFiniteError> {
  const error = await Promise.resolve()
    .then(call)
    .then(
      () => new Error('no error'),
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(NonFiniteError);
  return error as NonFiniteError;
}

describe.each<BackendName>(['wasm', 'javascript'])('%s: an output that is not finite', (backend) => {
  it.each<[what: string, call: (model: MLP<BackendName>) => unknown]>([
    ['predict', (model) => model.predict(x)],
    ['predictAsync', (model) => model.predictAsync(x)],
    ['evaluate', (model) => model.evaluate(x, y)],
    ['evaluateAsync', (model) => model.evaluateAsync(x, y)],
    ['folded', (model) => model.folded().predict(x)],
  ])('%s names the row, the output and the layer', async (_, call) => {
    const error = await refusal(() => call(made({ backend })));
    expect(error.message).toMatch(
      /^x: row 2: output 0 is NaN; layers\[\d\] is the first whose sums are beyond a 32-bit float$/,
    );
    expect(error).toMatchObject({ argument: 'x', value: Number.NaN, layer: expect.any(Number) });
  });

  it('names the row of validation data, given or split off', async () => {
    const given = await refusal(() => made({ backend }).fit(good, y, { validationData: [x, y] }));
    expect(given.message).toMatch(/^validationData\[0\]: row 2: output 0 is NaN; layers/);
    // The model's seed chooses among twenty rows, and each row is in one of both parts.
    const rows = Array.from({ length: 20 }, (_, r) => good[r % 4]!);
    const labels = rows.map((_, r) => r % 3);
    const places = await Promise.all(
      rows.map(async (_, r) => {
        const large = rows.map((row, i) => (i === r ? [LARGE, LARGE] : row));
        const options = { validationSplit: 0.5, batchSize: 20 };
        const { message } = await refusal(() => made({ backend }).fit(large, labels, options));
        return message.startsWith(`x: row ${r}: output 0 is NaN`) ? 'validated' : message.slice(0, 9);
      }),
    );
    expect(places.filter((place) => place === 'validated')).toHaveLength(10);
    expect(places.filter((place) => place === 'layers[0]')).toHaveLength(10);
  });

  it('names the row in a later chunk of rows', async () => {
    const many = new Float32Array(2 * 3000).fill(1);
    many.fill(LARGE, 2 * 2999);
    expect((await refusal(() => made({ backend }).predict(many))).message).toMatch(/^x: row 2999: output 0/);
  });

  it('leaves the model as it was', async () => {
    const model = made({ backend });
    const before = model.predict(good);
    await refusal(() => model.predict(x));
    await refusal(() => model.evaluate(x, y));
    expect(model.predict(good)).toEqual(before);
  });
});

describe('the error says where the value arose', () => {
  it('in the input scaling', async () => {
    const model = linear([1, 1], { inputScaling: { mean: [0, -LARGE], std: [1, 1] } });
    expect((await refusal(() => model.predict(Float32Array.of(0, 0, 1, LARGE)))).message).toBe(
      'x: row 1: output 0 is Infinity; scaled, its value 1 is beyond a 32-bit float',
    );
  });

  it('in a later layer', async () => {
    const model = new MLP({ inputSize: 1, layers: [{ units: 1 }, { units: 1 }] });
    const kernel = Float32Array.of(1e20);
    model.setWeights([
      { kernel, bias: [0] },
      { kernel, bias: [0] },
    ]);
    expect(await refusal(() => model.predict([[1e10]]))).toMatchObject({
      message: 'x: row 0: output 0 is Infinity; layers[1] is the first whose sums are beyond a 32-bit float',
      layer: 1,
      value: Infinity,
    });
  });

  it('in the unit of the targets', async () => {
    const model = linear([1], { targetScaling: { mean: 0, std: 1e30 } });
    expect((await refusal(() => model.predict([[1], [1e10]]))).message).toBe(
      'x: row 1: output 0 is Infinity; converted to the unit of the targets, it exceeds the range of a float',
    );
  });

  it('in the loss alone', async () => {
    const model = linear([1], { backend: 'javascript64' });
    const error = await refusal(() => model.evaluate([[1e200]], [[-1e200]]));
    expect(error.message).toBe('loss: it is Infinity, though all outputs for x are finite');
  });

  it('in f64', async () => {
    const model = linear([1, 1], { backend: 'javascript64' });
    expect(model.predict([[LARGE, LARGE]])[0]).toBe(2 * LARGE);
    expect((await refusal(() => model.predict([[1e308, 1e308]]))).message).toMatch(/beyond a 64-bit float$/);
  });

  it('predicts large values that are finite', () => {
    expect(linear([0.5]).predict([[LARGE]])[0]).toBe(Math.fround(0.5 * Math.fround(LARGE)));
  });
});

describe('statistics of a scaling that exceed a float are refused', () => {
  const wide = [
    [1, -LARGE],
    [2, LARGE],
  ];
  const spreads: [InputScaling, RegExp][] = [
    ['unit', /^x: the spread of column 1 is 6\.8e\+38, beyond what the scaling/],
  ];
  it.each(spreads)('by %s', async (inputScaling, message) => {
    const model = made({ inputScaling });
    expect((await refusal(() => model.adapt(wide))).message).toMatch(message);
    expect((await refusal(() => model.fit(wide, [0, 1]))).message).toMatch(message);
    // The scaling was fitted to nothing.
    expect(() => model.predict(wide)).toThrow(/call model\.adapt/);
    model.adapt(good);
    const before = model.predict(good);
    expect((await refusal(() => model.adapt(wide))).message).toMatch(message);
    expect(model.predict(good)).toEqual(before);
  });

  it('zScore and symmetric accept the largest floats', () => {
    for (const inputScaling of ['zScore', 'symmetric'] as const) {
      const model = linear([0, 1], { inputScaling });
      model.adapt(wide);
      expect([...model.predict(wide)].map((value) => Number(value.toFixed(5)))).toEqual([-1, 1]);
    }
  });

  it('in f64 and for targets, and the scaling of the inputs stays', async () => {
    const model = linear([0, 1], { backend: 'javascript64', inputScaling: 'zScore' });
    const far = [
      [1, -1e300],
      [2, 1e300],
    ];
    expect((await refusal(() => model.adapt(far))).message).toMatch(/^x: the spread of column 1 is Infinity/);
    const both = linear([1], { backend: 'javascript64', inputScaling: 'zScore', targetScaling: 'zScore' });
    expect((await refusal(() => both.fit([[1], [2]], [[-1e300], [1e300]]))).message).toMatch(
      /^y: the spread of column 0 is Infinity/,
    );
    expect(() => both.predict([[1]])).toThrow(/inputScaling 'zScore' depends on the training data/);
  });
});

it('lsuv says that x is too large, and changes nothing', async () => {
  const model = made();
  const before = model.getWeights();
  const error = await refusal(() => lsuv(untyped(model), x));
  expect(error.message).toMatch(/^layers\[0\]: its preactivations on x are not finite; rescale x/);
  expect(model.getWeights()).toEqual(before);
});

it('a folded batch norm that exceeds a float is refused, and the error names its layer', async () => {
  const model = new MLP({
    inputSize: 1,
    layers: [{ units: 2 }, { units: 1, batchNorm: { epsilon: 1e-12 } }],
  });
  const weights = model.getWeights();
  model.setWeights([weights[0]!, { ...weights[1]!, gamma: [1e38], runningVariance: [0] }]);
  expect((await refusal(() => model.folded())).message).toMatch(
    /^layers\[1\]: with its batchNorm folded in, value 0 of the kernel is -?\S+, beyond the numbers of backend 'wasm'$/,
  );
});
