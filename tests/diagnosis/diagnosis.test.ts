/**
 * Tests the measurements of `diagnose` against the model's own methods, and on models whose values follow by construction.
 */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  type Diagnosis,
  diagnose,
  type Inputs,
  type LayerOptions,
  leakyRelu,
  MLP,
  Rng,
  sgd,
  type Targets,
} from '../../src/index.js';
import { arrangements, normalInputs, randomClasses } from '../support/networks.js';
import { momentsOf } from '../support/stats.js';

const ROWS = 40;
const x = normalInputs(ROWS, 4);
const y = randomClasses(ROWS, 3);
const layers: readonly LayerOptions[] = [
  { units: 6, activation: 'relu' },
  { units: 5, activation: 'tanh', batchNorm: true, dropout: 0.3 },
  { units: 3, activation: 'softmax' },
];
const classifier = (backend: BackendName = 'wasm', given = layers) => {
  const model = new MLP<BackendName>({ inputSize: 4, layers: given, backend, seed: 2 });
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.5 }) });
  return model;
};
const rms = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

describe.each(arrangements)('on $name', ({ backend, tolerance }) => {
  it.each([false, true])('has the gradients of model.gradients, training %s', (training) => {
    const model = classifier(backend);
    const { loss, layers: expected } = model.gradients(x, y, { training });
    const report = diagnose(model, x, y, { training });
    expect(report.loss).toBe(loss);
    expect(report.rows).toBe(ROWS);
    report.layers.forEach((layer, l) => {
      for (const [found, values] of [
        [layer.gradient, expected[l]!.preactivation],
        [layer.kernelGradient, expected[l]!.kernel],
        [layer.kernel, model.getWeights()[l]!.kernel],
      ] as const) {
        const { mean, variance } = momentsOf(values);
        expect(Math.abs(found.std / Math.sqrt(variance) - 1)).toBeLessThan(1e-12);
        expect(Math.abs(found.mean - mean)).toBeLessThan(1e-12 * Math.sqrt(variance) + 1e-18);
        expect(found.count).toBe(values.length);
      }
    });
  });

  it('has the outputs of predict', () => {
    const model = classifier(backend);
    const { activation } = diagnose(model, x, undefined, { training: false }).layers[2]!;
    const { variance } = momentsOf(model.predict(x));
    expect(Math.abs(activation.std / Math.sqrt(variance) - 1)).toBeLessThan(tolerance);
    expect(activation.mean).toBeCloseTo(1 / 3, 6);
  });
});

describe('a diagnosis', () => {
  it('runs the example of the plan', () => {
    const report = diagnose(classifier(), x, y);
    expect(report.layers[0]!.preactivation.std).toBeGreaterThan(0);
    expect(report.layers[0]!.gradient!.std).toBeGreaterThan(0);
    expect(report.layers[0]!.deadFraction).toBe(0);
    expect(report.verdict).toBe('healthy');
    expect(report.advice).toEqual([]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('leaves every byte of the saved model unchanged', async () => {
    const model = classifier();
    await model.fit(x, y, { batchSize: 10 });
    const before = model.save();
    diagnose(model, x, y, { training: true });
    diagnose(model, x, y);
    diagnose(model, x);
    expect(model.save()).toEqual(before);
  });

  it('changes nothing in the middle of a fit', async () => {
    const [plain, watched] = [classifier(), classifier()];
    await plain.fit(x, y, { batchSize: 10, epochs: 2 });
    await watched.fit(x, y, { batchSize: 10, epochs: 2, onBatchEnd: () => void diagnose(watched, x, y) });
    expect(watched.save()).toEqual(plain.save());
  });

  it('has no gradients without targets, and then needs no loss', () => {
    const report = diagnose(new MLP({ inputSize: 4, layers }), x);
    expect(report).not.toHaveProperty('loss');
    for (const layer of report.layers) {
      for (const name of ['gradient', 'kernelGradient', 'updateRatio', 'gradientRatio']) {
        expect(layer).not.toHaveProperty(name);
      }
      expect(layer.predicted).not.toHaveProperty('gradientStd');
      expect(layer.predicted.gradientRatio).toBeGreaterThan(0);
    }
  });

  it('uses rows at equal distances if there are more than `rows`', () => {
    const model = classifier();
    const chosen = Array.from({ length: 10 }, (_, r) => [...x.subarray(16 * r, 16 * r + 4)]);
    const classes = y.filter((_, r) => r % 4 === 0);
    expect(diagnose(model, x, y, { rows: 10 })).toEqual(
      diagnose(model, Float32Array.from(chosen.flat()), classes),
    );
  });

  it('has the requested number of bins', () => {
    const { layers: found } = diagnose(classifier(), x, y, { bins: 7 });
    expect(found[0]!.gradient!.histogram.counts).toHaveLength(7);
  });

  it('measures sgd’s next update, and the learning rate for other optimizers', () => {
    const model = classifier();
    const { kernel } = model.gradients(x, y).layers[0]!;
    const expected = (0.5 * rms(kernel)) / rms(model.getWeights()[0]!.kernel);
    const { layers: found } = diagnose(model, x, y, { training: false });
    expect(found[0]!.updateRatio).toBeCloseTo(expected, 12);
    model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.25 }) });
    const { updateRatio } = diagnose(model, x, y).layers[0]!;
    expect(updateRatio).toBeCloseTo(0.25 / rms(model.getWeights()[0]!.kernel), 12);
  });

  it('measures norms of gradients against the last layer', () => {
    const model = classifier();
    const { layers: gradients } = model.gradients(x, y);
    const norm = (l: number) => rms(gradients[l]!.preactivation) * Math.sqrt(layers[l]!.units);
    const { layers: found } = diagnose(model, x, y, { training: false });
    expect(found[0]!.gradientRatio).toBeCloseTo(norm(0) / norm(2), 12);
  });

  it.each<[string, () => Diagnosis, RegExp]>([
    ['a wrong model', () => diagnose({} as never, x), /^model: /],
    ['an unknown option', () => diagnose(classifier(), x, y, { bin: 3 } as never), /^options\.bin: .*'bins'/],
    ['no bins', () => diagnose(classifier(), x, y, { bins: 0 }), /^bins: /],
    ['bins beyond any memory', () => diagnose(classifier(), x, y, { bins: 1e9 }), /^bins: expected at most/],
    ['no rows', () => diagnose(classifier(), x, y, { rows: 0 }), /^rows: /],
    ['a number for training', () => diagnose(classifier(), x, y, { training: 1 as never }), /^training: /],
    ['targets without a loss', () => diagnose(new MLP({ inputSize: 4, layers }), x, y), /compile/],
    ['a scaling that is not fitted', () => diagnose(scaled('zScore'), x), /adapt/],
    ['one row for a batch norm', () => diagnose(classifier(), x, y, { rows: 1, training: true }), /^x: /],
    ['too few targets', () => diagnose(classifier(), x, [1]), /^y: /],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

function scaled(inputScaling: 'zScore' | 'symmetric') {
  return new MLP({ inputSize: 4, layers, inputScaling });
}

describe('inputs', () => {
  it('are measured as given and as scaled', () => {
    const bytes = Uint8Array.of(0, 51, 7, 255, 255, 204, 7, 0);
    const { inputs } = diagnose(scaled('symmetric'), bytes);
    expect(inputs.given).toMatchObject({ min: 0, max: 255 });
    expect(inputs.scaled.min).toBe(-1);
    expect(inputs.scaled.max).toBeCloseTo(1, 6);
    expect(inputs.scaled.mean).toBeCloseTo((0 + 51 + 7 + 255 + 255 + 204 + 7 + 0) / 8 / 127.5 - 1, 6);
    expect(inputs.constantFeatures).toEqual([2]);
  });

  it('have no constant feature if there is one row', () => {
    expect(diagnose(classifier(), [[1, 2, 3, 4]]).inputs.constantFeatures).toEqual([]);
  });

  it('report features that dwarf the others', () => {
    const wide = normalInputs(ROWS, 4).map((value, i) => (i % 4 === 2 ? 1000 * value : value));
    expect(diagnose(classifier(), wide).inputs.largeFeatures).toEqual([2]);
    expect(diagnose(classifier(), x).inputs.largeFeatures).toEqual([]);
  });
});

/** Makes a model with the given first layer; each column is a unit. */
function withFirst(columns: readonly (readonly number[])[], bias: readonly number[], options: LayerOptions) {
  const model = new MLP<BackendName>({
    inputSize: columns[0]!.length,
    layers: [options, { units: 2 }],
    seed: 1,
  });
  const [, second] = model.getWeights();
  const kernel = columns[0]!.flatMap((_, i) => columns.map((column) => column[i]!));
  model.setWeights([{ kernel, bias }, second!]);
  return model;
}
const first = (model: MLP<BackendName>, given: Inputs, targets?: Targets) =>
  diagnose(model, given, targets).layers[0]!;

describe('units', () => {
  it('are dead exactly where they are so by construction', () => {
    const columns = [
      [1, -1],
      [0, 0],
      [3, 2],
      [-1, 2],
    ];
    const model = withFirst(columns, [0, -1, -100, 0], { units: 4, activation: 'relu' });
    expect(first(model, normalInputs(50, 2))).toMatchObject({ deadUnits: [1, 2], deadFraction: 0.5 });
    const words = diagnose(model, normalInputs(50, 2)).advice.join('\n');
    expect(words).toContain('layer 1: 2 of 4 relu units (2, 3) are dead');
    const leaky = withFirst(columns, [0, -1, -100, 0], { units: 4, activation: leakyRelu() });
    expect(first(leaky, normalInputs(50, 2)).deadUnits).toEqual([]);
  });

  it('are dead for a sigmoid if its derivative is 0 on every row, for hardSigmoid only on one side', () => {
    const columns = [
      [1, 0],
      [1, 0],
      [1000, 0],
    ];
    const rows = Float32Array.of(1, 0, -1, 0, 2, 0);
    const bias = [0, 300, 0];
    expect(first(withFirst(columns, bias, { units: 3, activation: 'sigmoid' }), rows).deadUnits).toEqual([1]);
    const hard = withFirst(columns, bias, { units: 3, activation: 'hardSigmoid' });
    // The last unit is 0 or 1 and still distinguishes rows.
    expect(first(hard, rows).deadUnits).toEqual([1]);
  });

  it('die for prelu with slope 0 as for relu', () => {
    const model = new MLP<BackendName>({
      inputSize: 1,
      layers: [{ units: 3, activation: 'prelu' }, { units: 1 }],
    });
    const [one, two] = model.getWeights();
    model.setWeights([{ ...one!, kernel: [1, -1, -1], slopes: [0, 0, 0.5] }, two!]);
    expect(first(model, [[1], [2]]).deadUnits).toEqual([1]);
  });

  it('are counted if saturated', () => {
    // tanh′ < 0.01 if |z| > 2.993; z is each row's x.
    const model = withFirst([[1]], [0], { units: 1, activation: 'tanh' });
    expect(first(model, [[0], [2.98], [-3], [40]]).saturatedFraction).toBe(0.5);
    const relu = withFirst([[1]], [0], { units: 1, activation: 'relu' });
    expect(first(relu, [[-1], [-2]]).saturatedFraction).toBe(0);
  });

  it('are copies if their columns, biases and rows of the next kernel are equal', () => {
    const model = new MLP<BackendName>({ inputSize: 2, layers: [{ units: 4 }, { units: 2 }] });
    const kernel = [1, 2, 1, 1, 3, 4, 3, 3];
    const find = (bias: readonly number[], next: readonly number[]) => {
      model.setWeights([
        { kernel, bias },
        { kernel: next, bias: [0, 0] },
      ]);
      return first(model, x).symmetricUnits;
    };
    const same = [5, 6, 7, 8, 5, 6, 5, 6];
    expect(find([0, 0, 0, 0], same)).toEqual([2, 3]);
    expect(find([0, 0, 1, 0], same)).toEqual([3]);
    expect(find([0, 0, 0, 0], [5, 6, 7, 8, 5, 7, 5, 6])).toEqual([3]);
    expect(find([0, 0, 1, 2], same)).toEqual([]);
    expect(diagnose(model, x).layers[1]!.symmetricUnits).toEqual([]);
  });
});

describe('predicted', () => {
  const wide = (activation: LayerOptions['activation'], more: Partial<LayerOptions> = {}) =>
    new MLP<BackendName>({
      inputSize: 400,
      layers: [
        ...Array.from({ length: 3 }, () => ({ units: 400, activation, ...more }) as LayerOptions),
        { units: 10, activation: 'softmax' },
      ],
      seed: 9,
    });
  const inputs = normalInputs(300, 400);
  const targets = randomClasses(300, 10);

  it('are √2 with He and ReLU, and √(1/3) from layer to layer', () => {
    // By hand: 784 · 2/784 · E[x²] = 2, and relu halves the mean square that He doubles. Uniform inputs with E[x²] = 1/3 give
    // 2/3.
    for (const [given, expected] of [
      [inputs, Math.SQRT2],
      [new Rng(1).uniform(300 * 400), Math.sqrt(2 / 3)],
    ] as const) {
      for (const { predicted } of diagnose(wide('relu'), given).layers.slice(0, 3)) {
        expect(Math.abs(predicted.preactivationStd / expected - 1)).toBeLessThan(0.02);
      }
    }
  });

  // Tolerance is the spread of a network with 400 units: 5/n per layer and factor in ln variance, so that four deviations of
  // three layers are at most ±40 % of the standard deviation.
  it.each(['relu', 'tanh', 'selu', 'gelu', 'sigmoid', 'elu', 'prelu', 'softplus'] as const)(
    'are near the measured values with %s, forward and backward',
    (activation) => {
      const model = wide(activation);
      model.compile({ loss: 'crossEntropy' });
      for (const { preactivation, gradient, gradientRatio, predicted } of diagnose(model, inputs, targets)
        .layers) {
        expect(Math.abs(Math.log(preactivation.std / predicted.preactivationStd))).toBeLessThan(0.2);
        expect(Math.abs(Math.log(gradient!.std / predicted.gradientStd!))).toBeLessThan(0.2);
        expect(Math.abs(Math.log(gradientRatio! / predicted.gradientRatio))).toBeLessThan(0.2);
      }
    },
  );

  it.each([
    ['a bias of 1', { biasInitializer: { name: 'constant', value: 1 } }, false],
    ['random biases', { biasInitializer: { name: 'randomNormal', stddev: 1 } }, false],
    ['a batch norm before', { batchNorm: true }, true],
    ['a batch norm after', { batchNorm: { position: 'after' } }, true],
    ['dropout', { dropout: 0.5 }, true],
    ['running statistics of 0 and 1', { batchNorm: true }, false],
  ] as const)('take %s into account', (_, more, training) => {
    const model = wide('relu', more);
    model.compile({ loss: 'crossEntropy' });
    for (const { preactivation, gradient, predicted } of diagnose(model, inputs, targets, { training })
      .layers) {
      // If rows are alike, ten outputs are only ten values.
      const allowed = preactivation.count === 3000 ? 4 / Math.sqrt(2 * 10) : 0.2;
      expect(Math.abs(Math.log(preactivation.std / predicted.preactivationStd))).toBeLessThan(allowed);
      expect(Math.abs(Math.log(gradient!.std / predicted.gradientStd!))).toBeLessThan(0.2);
    }
  });

  it('take running means into account that are larger than random kernels would make them', () => {
    // With every weight 0.1 and x = 3 ± 1, z has mean 64 · 0.3 = 19.2 and variance 64 · 0.01.
    const model = new MLP({
      inputSize: 64,
      layers: [{ units: 8, activation: 'relu', batchNorm: true }, { units: 1 }],
    });
    const [first, last] = model.getWeights();
    const running = { runningMean: new Array(8).fill(19.2), runningVariance: new Array(8).fill(0.64) };
    model.setWeights([{ ...first!, ...running, kernel: new Array(64 * 8).fill(0.1) }, last!]);
    const rows = new Rng(4).normal(64 * 1000, { mean: 3 });
    const [{ preactivation, predicted }] = diagnose(model, rows).layers as [Diagnosis['layers'][number]];
    expect(Math.abs(preactivation.std - 1)).toBeLessThan(0.1);
    expect(Math.abs(predicted.preactivationStd - 1)).toBeLessThan(0.1);
  });
});
