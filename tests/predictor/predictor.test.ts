/** The predictor gives the bits of a folded model, and the numbers of the f64 oracle. */
import { describe, expect, it } from 'vitest';
import {
  type Activation,
  adam,
  elu,
  type InputScaling,
  type LayerOptions,
  leakyRelu,
  MLP,
  type MLPOptions,
  prelu,
  Rng,
  type TargetScaling,
} from '../../src/index.js';
import { activationNames } from '../../src/network/activations.js';
import { loadPredictor, loadPredictorWith } from '../../src/predictor/index.js';
import { javascript } from '../../src/predictor/javascript/index.js';
import { expectBlock } from '../support/compare.js';
import { normalInputs, randomClasses } from '../support/networks.js';

/** Tolerance of f32 against f64, relative to the largest value. */
const TOLERANCE = 1e-5;
/** Numbers of rows around the four that run at once and the sixteen that run at a time. */
const rowCounts = [1, 3, 4, 5, 15, 16, 17, 37] as const;

type Options = MLPOptions<'wasm'>;

const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);

/** Makes a model with weights that a few steps of training moved, so that no tensor has its initial value. */
function trained(
  options: Omit<Options, 'seed'>,
  classes = options.layers.at(-1)!.units,
  y?: Float32Array,
): MLP<'wasm'> {
  const model = new MLP<'wasm'>({ seed: 4, backend: 'wasm', ...options });
  const softmax = options.layers.at(-1)!.activation === 'softmax';
  model.compile({
    loss: softmax ? 'crossEntropy' : 'meanSquaredError',
    optimizer: adam({ learningRate: 0.05 }),
  });
  const x = normalInputs(24, options.inputSize);
  const targets = y ?? (softmax ? randomClasses(24, classes) : normalInputs(24, classes, 5));
  model.adapt(x, targets);
  for (let step = 0; step < 4; step++) model.trainOnBatch(x, targets);
  return model;
}

/** Checks bits against the folded model, and numbers against f64 and the JavaScript kernels. */
function expectSame(model: MLP<'wasm'>, inputs: readonly (Float32Array | Float64Array | Uint8Array)[]): void {
  const bytes = model.save();
  const predictor = loadPredictor(bytes);
  const folded = model.folded();
  const oracle = MLP.load(bytes, { backend: 'javascript64' });
  const plain = loadPredictorWith(javascript, bytes);
  for (const x of inputs) {
    const expected = folded.predict(x);
    const actual = predictor.predict(x);
    expect(bitsOf(actual)).toEqual(bitsOf(expected));
    const out = new Float32Array(actual.length);
    expect(predictor.predictInto(x, out)).toBe(out);
    expect(bitsOf(out)).toEqual(bitsOf(expected));
    expectBlock(actual, oracle.predict(x), TOLERANCE);
    expectBlock(plain.predict(x), oracle.predict(x), TOLERANCE);
  }
  predictor.dispose();
  plain.dispose();
}

const batches = (columns: number, seed = 3) =>
  rowCounts.map((rows) => new Rng(seed).normal(rows * columns, { std: 2 }));

const parametrized: Activation[] = [
  leakyRelu({ negativeSlope: 0.3 }),
  leakyRelu({ negativeSlope: -0.5 }),
  elu({ alpha: 0.7 }),
  prelu({ initialSlope: 0.1 }),
  prelu({ shared: true }),
];

describe('a predictor has the bits of the model', () => {
  it.each([...activationNames.filter((name) => name !== 'softmax'), ...parametrized])(
    'with the activation %j in a hidden and in the output layer',
    (activation) => {
      const layers = [9, 3].map((units) => ({ units, activation }));
      const options: Options = { inputSize: 5, layers, backend: 'wasm' };
      expectSame(activation === 'step' ? new MLP(options) : trained(options), batches(5));
    },
  );

  it.each([1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65, 97])(
    'with layers %i wide',
    (n) => {
      const layers: LayerOptions[] = [
        { units: n, activation: 'relu' },
        { units: n, activation: 'tanh' },
        { units: n + 1, activation: 'softmax' },
      ];
      expectSame(trained({ inputSize: n, layers }), batches(n));
    },
  );

  it('with a single layer, and with layers of very different width', () => {
    expectSame(trained({ inputSize: 130, layers: [{ units: 1 }] }), batches(130));
    const layers: LayerOptions[] = [
      { units: 200, activation: 'relu' },
      { units: 1, activation: 'relu' },
      { units: 70 },
    ];
    expectSame(trained({ inputSize: 1, layers }), batches(1));
  });

  it('of MNIST’s size, with rows that are dense, sparse or zero', () => {
    const layers: LayerOptions[] = [
      { units: 256, activation: 'relu' },
      { units: 10, activation: 'softmax' },
    ];
    const dense = normalInputs(9, 784);
    const sparse = dense.map((value, i) => (i % 7 === 0 ? value : 0));
    const mixed = dense.map((value, i) =>
      Math.floor(i / 784) % 2 === 0 || i % 5 === 0 ? value : i % 3 ? 0 : -0,
    );
    const all = [dense, sparse, mixed, new Float32Array(784), new Float32Array(5 * 784).fill(-0)];
    expectSame(trained({ inputSize: 784, layers }), [
      ...all,
      dense.subarray(0, 784),
      sparse.subarray(784, 1568),
    ]);
  });
});

const before: Partial<LayerOptions> = { batchNorm: true };
const after: Partial<LayerOptions> = { batchNorm: { position: 'after', momentum: 0.3, epsilon: 1e-3 } };
const output: LayerOptions = { units: 3, activation: 'softmax' };

describe('a predictor has the bits of the folded model', () => {
  it.each<[string, LayerOptions[]]>([
    ['batch norm before', [{ units: 6, activation: 'relu', ...before }, output]],
    ['batch norm after', [{ units: 6, activation: 'relu', ...after }, output]],
    ['batch norm after identity', [{ units: 6, ...after }, output]],
    ['batch norm before identity', [{ units: 6, ...before }, output]],
    [
      'batch norm before, without biases',
      [
        { units: 6, activation: 'tanh', useBias: false, ...before },
        { ...output, useBias: false },
      ],
    ],
    [
      'batch norm after, without biases',
      [
        { units: 6, activation: 'tanh', useBias: false, ...after },
        { ...output, useBias: false },
      ],
    ],
    [
      'batch norm of the logits',
      [
        { units: 6, activation: 'tanh' },
        { ...output, ...before },
      ],
    ],
    [
      'batch norm after, beneath before',
      [
        { units: 6, activation: 'gelu', ...after },
        { units: 4, activation: elu({ alpha: 0.7 }), ...before },
        { ...output, ...before },
      ],
    ],
    [
      'everything at once',
      [
        { units: 7, activation: 'prelu', dropout: 0.3, ...after },
        { units: 6, activation: prelu({ shared: true }), dropout: 0.2, useBias: false, ...before },
        { units: 5, dropout: 0.2, useBias: false, ...after },
        { units: 4, activation: 'sigmoid', useBias: false },
        output,
      ],
    ],
  ])('with %s', (_, layers) => {
    expectSame(trained({ inputSize: 5, layers }), batches(5));
  });
});

const bytesOf = (rows: number, columns: number) =>
  Uint8Array.from({ length: rows * columns }, (_, i) => (i % 3 === 0 ? 0 : (i * 89) % 256));

describe('a predictor scales inputs as the model does', () => {
  const layers: LayerOptions[] = [{ units: 33, activation: 'relu', useBias: false }, output];
  const floats = batches(5);
  const doubles = floats.map((batch) => Float64Array.from(batch, (value) => value + 1e-9));
  const images = rowCounts.map((rows) => bytesOf(rows, 5));

  it.each<[string, InputScaling]>([
    ['zScore', 'zScore'],
    ['zScore of the data set', { kind: 'zScore', per: 'dataset' }],
    ['tabular', 'tabular'],
    ['given numbers', { mean: [1, 2, -3, 0, 1e3], std: [1, 0.1, 3, 1e-3, 7] }],
    ['none', 'none'],
  ])('by %s, for floats, doubles and bytes', (_, inputScaling) => {
    expectSame(trained({ inputSize: 5, layers, inputScaling }), [...floats, ...doubles, ...images]);
  });

  it('by tabular, clipped at ±3', () => {
    const model = trained({ inputSize: 5, layers, inputScaling: 'tabular' });
    expectSame(model, [new Rng(9).normal(40, { std: 100 }), new Float64Array(20).fill(-1e30)]);
  });

  it.each(['unit', 'symmetric'] as const)('by %s, fitted to bytes, for bytes and floats', (inputScaling) => {
    const model = new MLP<'wasm'>({ inputSize: 5, layers, inputScaling, backend: 'wasm' });
    model.adapt(images[7]!);
    expectSame(model, [...images, ...floats, ...doubles]);
  });

  it.each(['unit', 'symmetric'] as const)('by %s, fitted to nothing, for bytes', (inputScaling) => {
    const model = new MLP<'wasm'>({ inputSize: 5, layers, inputScaling, backend: 'wasm' });
    expectSame(model, images);
    const predictor = loadPredictor(model.save());
    expect(() => predictor.predict(floats[0]!)).toThrow(/^x: inputScaling '.*' was fitted to nothing/);
    expect(() => model.predict(floats[0]!)).toThrow(/adapt/);
  });

  it.each(['unit', 'symmetric'] as const)('by %s, fitted to floats, for floats', (inputScaling) => {
    const model = trained({ inputSize: 5, layers, inputScaling });
    expectSame(model, [...floats, ...doubles]);
    const predictor = loadPredictor(model.save());
    expect(() => predictor.predict(images[0]!)).toThrow(/^x: inputScaling '.*' was fitted to floats/);
    expect(() => model.predict(images[0]!)).toThrow(TypeError);
  });

  it('in doubles for rows', () => {
    const model = trained({ inputSize: 2, layers, inputScaling: { mean: 1.7e9, std: 10 } });
    const rows = [
      [1.7e9 + 1, 1.7e9 - 3],
      [1.7e9 + 2, 1.7e9],
    ];
    expect(loadPredictor(model.save()).predict(rows)).toStrictEqual(model.predict(rows));
  });
});

describe('a predictor restores targets as the model does', () => {
  const layers: LayerOptions[] = [{ units: 9, activation: 'relu' }, { units: 2 }];
  it.each<TargetScaling>(['zScore', 'unit', { mean: [1e6, -3], std: [1e3, 0.1] }])('%j', (targetScaling) => {
    const y = new Rng(5).normal(48, { mean: 1e4, std: 300 });
    expectSame(trained({ inputSize: 5, layers, targetScaling }, 2, y), batches(5));
  });
});

describe('a predictor of a model in other arithmetic', () => {
  it('rounds the doubles of javascript64 as MLP.load does', () => {
    const layers: LayerOptions[] = [{ units: 6, activation: 'relu', ...before }, output];
    const model = new MLP({
      inputSize: 5,
      layers,
      backend: 'javascript64',
      inputScaling: { mean: 1, std: 3 },
    });
    const bytes = model.save();
    const loaded = MLP.load(bytes, { backend: 'wasm' }).folded();
    for (const x of batches(5)) expect(loadPredictor(bytes).predict(x)).toStrictEqual(loaded.predict(x));
  });

  it('is portable for a fused model', () => {
    const bytes = new MLP({ inputSize: 5, layers: [output], arithmetic: 'fused' }).save();
    const loaded = MLP.load(bytes, { backend: 'wasm', arithmetic: 'portable' });
    for (const x of batches(5)) expect(loadPredictor(bytes).predict(x)).toStrictEqual(loaded.predict(x));
  });

  it('is the same from a file without the training state', () => {
    const model = trained({ inputSize: 5, layers: [{ units: 4, ...before }, output] });
    const [x] = batches(5);
    const whole = loadPredictor(model.save()).predict(x!);
    expect(loadPredictor(model.save({ weightsOnly: true })).predict(x!)).toStrictEqual(whole);
    const { buffer } = model.save();
    expect(loadPredictor(buffer).predict(x!)).toStrictEqual(whole);
    expect(loadPredictor(Buffer.from(buffer)).predict(x!)).toStrictEqual(whole);
  });
});
