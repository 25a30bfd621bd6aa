/** Batch normalization in a network: PyTorch's gradients, running statistics by the formula, and folding. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  type BatchNormOptions,
  type LayerOptions,
  MLP,
  type MLPOptions,
  sgd,
} from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { arrangements, normalInputs, oracle, randomClasses, transposed } from '../support/networks.js';

type Matrix = number[][];
type Parameters = Record<'W1' | 'W2', Matrix> & Record<'b1' | 'gamma' | 'beta' | 'b2', number[]>;
const golden = (
  JSON.parse(readFileSync(new URL('../golden/batchnorm.json', import.meta.url), 'utf8')) as {
    mlp_linear_bn_relu_linear_ce: {
      x: Matrix;
      labels: number[];
      parameters: Parameters;
      loss: number;
      grads: Parameters;
    };
  }
).mlp_linear_bn_relu_linear_ce;

const ROWS = 24;
const x = normalInputs(ROWS, 5);
const y = randomClasses(ROWS, 3);

function make<B extends BackendName = 'javascript64'>(
  layer: Partial<LayerOptions>,
  { output, ...options }: Partial<MLPOptions<B>> & { output?: Partial<LayerOptions> } = {},
) {
  const model = new MLP<B>({
    inputSize: 5,
    layers: [
      { units: 6, activation: 'tanh', batchNorm: true, ...layer },
      { units: 3, activation: 'softmax', ...output },
    ],
    backend: 'javascript64' as B,
    seed: 9,
    ...options,
  });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }) });
  return model;
}

/** Mean and unbiased variance of each column. */
function moments(values: ArrayLike<number>, columns: number) {
  const rows = values.length / columns;
  const columnsOf = (c: number) => Array.from({ length: rows }, (_, r) => values[r * columns + c]!);
  const mean = Array.from({ length: columns }, (_, c) => columnsOf(c).reduce((sum, v) => sum + v / rows, 0));
  const variance = mean.map((m, c) => columnsOf(c).reduce((sum, v) => sum + (v - m) ** 2, 0) / (rows - 1));
  return { mean, variance };
}

/** Returns x · kernel + bias of the first layer. */
function sums(model: MLP<BackendName>, inputs: ArrayLike<number>): number[] {
  const { kernel, bias } = model.getWeights()[0]!;
  const units = kernel.length / model.inputSize;
  return Array.from({ length: (inputs.length / model.inputSize) * units }, (_, i) => {
    const [r, c] = [Math.floor(i / units), i % units];
    let sum = bias[c] ?? 0;
    for (let k = 0; k < model.inputSize; k++)
      sum += inputs[r * model.inputSize + k]! * kernel[k * units + c]!;
    return sum;
  });
}

describe.each(arrangements)('on $name', ({ backend, arithmetic, tolerance }) => {
  it("gives PyTorch's loss and gradients for linear, batch norm, relu, linear, cross-entropy", () => {
    const { W1, b1, gamma, beta, W2, b2 } = golden.parameters;
    const model = new MLP<BackendName>({
      inputSize: 3,
      layers: [
        { units: 4, activation: 'relu', batchNorm: true },
        { units: 3, activation: 'softmax' },
      ],
      backend,
      arithmetic,
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.5 }) });
    const [running] = model.getWeights();
    const { runningMean, runningVariance } = running!;
    model.setWeights(
      [
        {
          kernel: W1.flat(),
          bias: b1,
          gamma,
          beta,
          runningMean: runningMean!,
          runningVariance: runningVariance!,
        },
        { kernel: W2.flat(), bias: b2 },
      ],
      { layout: 'torch' },
    );
    const { loss, layers } = model.gradients(golden.x, golden.labels, { training: true });
    const { grads } = golden;
    expectBlock([loss], [golden.loss], tolerance);
    expectBlock(layers[0]!.kernel, transposed(grads.W1), tolerance);
    expectBlock(layers[0]!.gamma!, grads.gamma, tolerance);
    expectBlock(layers[0]!.beta!, grads.beta, tolerance);
    expectBlock(layers[1]!.kernel, transposed(grads.W2), tolerance);
    expectBlock(layers[1]!.bias, grads.b2, tolerance);
    // Batch norm cancels the bias: its gradient is only rounding.
    const largest = Math.max(...grads.W1.flat().map(Math.abs));
    for (const gradient of layers[0]!.bias) expect(Math.abs(gradient)).toBeLessThan(tolerance * largest);

    const { loss: trained } = model.trainOnBatch(golden.x, golden.labels);
    expectBlock([trained], [golden.loss], tolerance);
    const moved = transposed(W1).map((w, i) => w - 0.5 * transposed(grads.W1)[i]!);
    expectBlock(model.getWeights()[0]!.kernel, moved, tolerance);
  });

  it.each([
    { layer: { batchNorm: { position: 'before' } } },
    { layer: { batchNorm: { position: 'after' } } },
    { layer: { batchNorm: true, useBias: false } },
    { layer: { activation: 'prelu', batchNorm: { position: 'after', epsilon: 0.1 } } },
  ] as { layer: Partial<LayerOptions> }[])('agrees with f64: $layer', ({ layer }) => {
    const options = { output: { batchNorm: true } };
    const model = make<BackendName>(layer, { ...options, backend, arithmetic });
    const exact = make<BackendName>(layer, { ...options, backend: oracle.backend });
    for (const trained of [model, exact]) trained.trainOnBatch(x, y);
    exact.setWeights(model.getWeights());
    for (const training of [false, true]) {
      const [actual, expected] = [model, exact].map((one) => one.gradients(x, y, { training }));
      expectBlock([actual!.loss], [expected!.loss], tolerance);
      expectBlock(actual!.input, expected!.input, tolerance);
      for (const [l, gradients] of expected!.layers.entries()) {
        const { preactivation, activation, ...parameters } = gradients;
        const got = actual!.layers[l]!;
        expectBlock(got.preactivation, preactivation, tolerance);
        expectBlock(got.activation, activation, tolerance);
        // Compared as one block, because a shift of a batch norm's input has only rounding as its gradient.
        const names = Object.keys(parameters) as (keyof typeof parameters)[];
        const flat = (of: typeof gradients) => names.flatMap((name) => [...of[name]!]);
        expectBlock(flat(got), flat(gradients), tolerance);
      }
    }
    expectBlock(model.predict(x), exact.predict(x), tolerance);
  });
});

describe.each([
  { position: 'before', momentum: 0.1 },
  { position: 'after', momentum: 0.1 },
  { position: 'before', momentum: 0.35 },
  { position: 'before', momentum: 1 },
] as const)('running statistics, $position the activation, momentum $momentum', ({ position, momentum }) => {
  it('start at 0 and 1, and move by momentum towards each batch’s mean and unbiased variance', () => {
    const model = make({ batchNorm: { position, momentum } });
    let mean = Array<number>(6).fill(0);
    let variance = Array<number>(6).fill(1);
    const expectRunning = () => {
      const { runningMean, runningVariance } = model.getWeights()[0]!;
      expectBlock(runningMean!, mean, 1e-14);
      expectBlock(runningVariance!, variance, 1e-14);
    };
    expectRunning();
    // The second batch has another size, and its own factor n / (n − 1).
    for (const rows of [ROWS, 7]) {
      const batch = x.slice(0, rows * 5);
      const z = sums(model, batch);
      const now = moments(position === 'before' ? z : z.map(Math.tanh), 6);
      model.trainOnBatch(batch, y.slice(0, rows));
      mean = mean.map((m, c) => (1 - momentum) * m + momentum * now.mean[c]!);
      variance = variance.map((v, c) => (1 - momentum) * v + momentum * now.variance[c]!);
      expectRunning();
    }
  });

  it('are used by predict and evaluate, whatever the batch', () => {
    const model = make({ batchNorm: { position, momentum, epsilon: 0.01 } });
    for (let step = 0; step < 3; step++) model.trainOnBatch(x, y);
    const { gamma, beta, runningMean, runningVariance } = model.getWeights()[0]!;
    const normalize = (v: number, c: number) =>
      (gamma![c]! * (v - runningMean![c]!)) / Math.sqrt(runningVariance![c]! + 0.01) + beta![c]!;
    const z = sums(model, x);
    const hidden = z.map((v, i) =>
      position === 'before' ? Math.tanh(normalize(v, i % 6)) : normalize(Math.tanh(v), i % 6),
    );
    const above = new MLP({
      inputSize: 6,
      layers: [{ units: 3, activation: 'softmax' }],
      backend: 'javascript64',
    });
    above.compile({ loss: 'crossEntropy' });
    above.setWeights(model.getWeights().slice(1));
    expectBlock(model.predict(x), above.predict(Float64Array.from(hidden)), 1e-14);
    expectBlock([model.evaluate(x, y).loss], [above.evaluate(Float64Array.from(hidden), y).loss], 1e-13);
    const alone = Array.from({ length: ROWS }, (_, r) => [...model.predict(x.slice(5 * r, 5 * r + 5))]);
    expectSame(model.predict(x), alone.flat());
  });

  it('stay unchanged in gradients, evaluate and predict, and if a step is not taken', () => {
    const model = make({ batchNorm: { position, momentum } }, { backend: 'wasm' as const });
    model.trainOnBatch(x, y);
    const before = model.getWeights();
    model.gradients(x, y, { training: true });
    model.gradients(x, y);
    model.evaluate(x, y);
    model.predict(x);
    // The squares of its deviations are infinite in f32.
    const far = x.map((v) => v * 1e25);
    if (position === 'before') expect(() => model.trainOnBatch(far, y)).toThrow(/; the step was not taken/);
    expect(model.getWeights()).toEqual(before);
  });
});

it('a step that would make a running variance infinite is not taken', () => {
  // The batch's variance, 2.6e38, is an f32. The unbiased variance of two rows is twice as large.
  const layers: LayerOptions[] = [
    { units: 1, batchNorm: { momentum: 1 }, kernelInitializer: 'ones' },
    { units: 2, activation: 'softmax' },
  ];
  const model = new MLP({ inputSize: 1, layers });
  model.compile({ loss: 'crossEntropy' });
  const before = model.getWeights();
  expect(() => model.trainOnBatch([[1.6e19], [-1.6e19]], [0, 1])).toThrow(
    /^layers\[0\]: a variance .* not finite/,
  );
  expect(model.getWeights()).toEqual(before);
});

describe('gradients', () => {
  it('are column sums for beta: of the gradients of the tensor to which it is added', () => {
    for (const position of ['before', 'after'] as const) {
      const { layers } = make({ batchNorm: { position } }).gradients(x, y, { training: true });
      const { beta, preactivation } = layers[0]!;
      const dz = layers[1]!.preactivation;
      const { kernel } = make({ batchNorm: { position } }).getWeights()[1]!;
      // The gradient by the layer's output is dz · Wᵀ of the layer above.
      const byOutput = Array.from({ length: ROWS * 6 }, (_, i) =>
        [0, 1, 2].reduce((sum, c) => sum + dz[Math.floor(i / 6) * 3 + c]! * kernel[(i % 6) * 3 + c]!, 0),
      );
      const through = position === 'before' ? preactivation : byOutput;
      const expected = Array.from({ length: 6 }, (_, c) =>
        Array.from({ length: ROWS }, (_, r) => through[r * 6 + c]!).reduce((sum, v) => sum + v),
      );
      expectBlock(beta!, expected, 1e-12);
    }
  });

  it('vanish for a constant shift and for scale through the batch’s statistics', () => {
    const { layers } = make({ useBias: true }).gradients(x, y, { training: true });
    const scale = Math.max(...layers[0]!.kernel.map(Math.abs));
    for (const gradient of layers[0]!.bias) expect(Math.abs(gradient)).toBeLessThan(1e-14 * scale);
  });
});

describe('a layer without a bias', () => {
  it('has no bias before or after training, and no gradient of one', () => {
    const model = make({ useBias: false });
    model.trainOnBatch(x, y);
    expect(model.getWeights()[0]!.bias).toHaveLength(0);
    expect(model.gradients(x, y).layers[0]!.bias).toHaveLength(0);
    expect(model.config.layers[0]!.useBias).toBe(false);
  });

  it('trains like one with a bias, because batch norm cancels it', () => {
    const [without, having] = [make({ useBias: false }), make({ useBias: true })];
    for (let step = 0; step < 5; step++) for (const model of [without, having]) model.trainOnBatch(x, y);
    for (const name of ['kernel', 'gamma', 'beta'] as const) {
      expectBlock(having.getWeights()[0]![name]!, without.getWeights()[0]![name]!, 1e-12);
    }
  });

  it.each(arrangements)('treats bytes scaled to [−1, 1] like their floats, $name', (arrangement) => {
    const { backend, arithmetic, tolerance } = arrangement;
    const bytes = Uint8Array.from({ length: ROWS * 5 }, (_, i) =>
      (i * i * 31) % 5 === 0 ? 0 : (i * 89) % 256,
    );
    const mapped = Float64Array.from(bytes, (byte) => byte / 127.5 - 1);
    for (const layer of [{ batchNorm: false }, { batchNorm: { position: 'after' } }, {}] as const) {
      const options = { backend, arithmetic } as const;
      const bare = { useBias: false, ...layer };
      const scaled = make<BackendName>(bare, { ...options, inputScaling: 'symmetric' });
      const plain = make<BackendName>(bare, options);
      expectBlock(scaled.predict(bytes), plain.predict(mapped), tolerance);
      for (const training of [false, true]) {
        const actual = scaled.gradients(bytes, y, { training });
        const expected = plain.gradients(mapped, y, { training });
        for (const [l, { kernel }] of expected.layers.entries()) {
          expectBlock(actual.layers[l]!.kernel, kernel, tolerance);
        }
        expectBlock(
          actual.input,
          expected.input.map((v) => v / 127.5),
          tolerance,
        );
      }
      for (let step = 0; step < 4; step++) {
        const expected = plain.trainOnBatch(mapped, y).loss;
        expectBlock([scaled.trainOnBatch(bytes, y).loss], [expected], tolerance);
      }
    }
  });
});

describe('options', () => {
  it('default to PyTorch’s: momentum 0.1, epsilon 1e-5, before the activation', () => {
    const { batchNorm } = make({ batchNorm: true }).config.layers[0]!;
    expect(batchNorm).toEqual({ momentum: 0.1, epsilon: 1e-5, position: 'before' });
    expect(make({ batchNorm: {} }).config).toEqual(make({ batchNorm: true }).config);
    const halves: BatchNormOptions = { momentum: 0.5, epsilon: 0.5 };
    expect(make({ batchNorm: halves }).config.layers[0]!.batchNorm).toEqual({
      ...halves,
      position: 'before',
    });
  });
});

describe('a batch of one row', () => {
  const refusing = () => make({}, { backend: 'wasm' as const });

  it('is refused by trainOnBatch and gradients in training', () => {
    const model = refusing();
    const before = model.getWeights();
    const message = /^x: batchNorm needs batches of 2 or more rows, got 1/;
    for (const run of [
      () => model.trainOnBatch(x.slice(0, 5), [0]),
      () => model.gradients(x.slice(0, 5), [0], { training: true }),
    ]) {
      expect(run).toThrow(expect.objectContaining({ name: 'ShapeError', argument: 'x' }));
      expect(run).toThrow(message);
    }
    expect(model.getWeights()).toEqual(before);
    expect(model.step).toBe(0);
    expect(model.gradients(x.slice(0, 5), [0]).loss).toBe(model.evaluate(x.slice(0, 5), [0]).loss);
  });

  it.each([
    { rows: ROWS, options: { batchSize: 1 }, message: /^batchSize: every batch would be 1 row/ },
    {
      rows: ROWS,
      options: { batchSize: 23 },
      message: /^batchSize: the last batch of 24 rows would be 1 row/,
    },
    { rows: 1, options: {}, message: /^batchSize: the last batch of 1 rows? would be 1 row/ },
    {
      rows: ROWS,
      options: { batchSize: 17, validationSplit: 0.25 },
      message: /^batchSize: the last batch of 18 rows would be 1 row/,
    },
  ])(
    'is refused by fit before anything changes: $rows rows, $options',
    async ({ rows, options, message }) => {
      const model = make({}, { backend: 'wasm' as const, inputScaling: 'zScore' as const });
      const before = model.getWeights();
      const refused = model.fit(x.slice(0, 5 * rows), y.slice(0, rows), { epochs: 1, ...options });
      await expect(refused).rejects.toThrow(RangeError);
      await expect(refused).rejects.toThrow(message);
      expect(model.getWeights()).toEqual(before);
      expect([model.step, model.epoch]).toEqual([0, 0]);
      // The scaling was not fitted either.
      expect(() => model.predict(x)).toThrow(/^x: inputScaling 'zScore' depends on the training data/);
    },
  );
});
