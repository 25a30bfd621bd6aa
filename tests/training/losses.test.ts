/** Losses as users name and configure them: options, means, smoothing, training on every build. */
import { describe, expect, it } from 'vitest';
import { crossEntropy, huber, type Loss, Rng, sgd } from '../../src/index.js';
import { checkLoss, type LossName, lossNames } from '../../src/training/losses.js';
import { expectBlock } from '../support/compare.js';
import { arrangements, build, normalInputs, oracle, randomClasses, type Task } from '../support/networks.js';

const ROWS = 12;
const x = normalInputs(ROWS, 4);
const optimizer = sgd({ learningRate: 0.1 });

const task = (loss: Loss, activation: 'softmax' | 'sigmoid' | 'identity', units = 3): Task => ({
  inputSize: 4,
  layers: [
    { units: 8, activation: 'tanh' },
    { units, activation },
  ],
  loss,
  optimizer,
});

const fit = { epochs: 60, batchSize: 5 };
const binary = new Rng(14).uniform(3 * ROWS).map((v) => Math.round(v));

interface Row {
  readonly loss: Loss;
  readonly activation: 'softmax' | 'sigmoid' | 'identity';
  readonly y: () => Float32Array | Uint8Array;
  /** Loss of all rows from the model's predictions, in f64. */
  readonly value: (outputs: ArrayLike<number>, y: ArrayLike<number>) => number;
}

const sum = (values: ArrayLike<number>, term: (value: number, i: number) => number) =>
  Array.from(values).reduce((total, value, i) => total + term(value, i), 0);
/** Mean over all elements of a function of a − t. */
const elements = (f: (d: number) => number) => (outputs: ArrayLike<number>, y: ArrayLike<number>) =>
  sum(outputs, (a, i) => f(a - y[i]!)) / outputs.length;
const numbers = { activation: 'identity', y: () => normalInputs(ROWS, 3, 13) } as const;

/** Table of the losses by closed formula, with data to train on. A loss without a row does not compile. */
const table = {
  crossEntropy: {
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    activation: 'softmax',
    y: () => randomClasses(ROWS, 3),
    value: (p, y) =>
      -sum(p, (share, i) => (0.1 / 3 + (y[Math.floor(i / 3)] === i % 3 ? 0.9 : 0)) * Math.log(share)) / ROWS,
  },
  binaryCrossEntropy: {
    loss: 'binaryCrossEntropy',
    activation: 'sigmoid',
    y: () => binary,
    value: (p, y) => -sum(p, (share, i) => Math.log(y[i] === 1 ? share : 1 - share)) / p.length,
  },
  meanSquaredError: { loss: 'meanSquaredError', ...numbers, value: elements((d) => d * d) },
  squaredError: { loss: 'squaredError', ...numbers, value: elements((d) => 3 * d * d) },
  meanAbsoluteError: { loss: 'meanAbsoluteError', ...numbers, value: elements(Math.abs) },
  huber: {
    loss: huber({ delta: 0.3 }),
    ...numbers,
    value: elements((d) => (Math.abs(d) <= 0.3 ? (d * d) / 2 : 0.3 * (Math.abs(d) - 0.15))),
  },
} satisfies Record<LossName, Row>;

describe('a loss with options', () => {
  it('is plain frozen data with its defaults filled in', () => {
    expect(crossEntropy()).toEqual({ name: 'crossEntropy', labelSmoothing: 0 });
    expect(huber({ delta: 3 })).toEqual({ name: 'huber', delta: 3 });
    expect(Object.isFrozen(crossEntropy()) && Object.isFrozen(huber())).toBe(true);
    expect(checkLoss('loss', JSON.parse(JSON.stringify(huber({ delta: 3 }))))).toEqual(huber({ delta: 3 }));
  });

  it.each(lossNames)('%s may be given by its name, or by an object of that name', (name) => {
    const checked = checkLoss('loss', name);
    expect(checked).toEqual(checkLoss('loss', { name }));
    expect(checked.name).toBe(name);
    expect(Object.isFrozen(checked)).toBe(true);
  });

  it('has its defaults if given by name', () => {
    expect(checkLoss('loss', 'huber')).toEqual(huber());
    expect(checkLoss('loss', { name: 'crossEntropy' })).toEqual(crossEntropy());
  });

  it.each([
    [() => crossEntropy({ labelSmoothing: 1 }), RangeError, /^labelSmoothing: .*, 1, got 1/],
    [() => crossEntropy({ labelSmoothing: -0.1 }), RangeError, /^labelSmoothing: .* got -0.1/],
    [() => crossEntropy({ labelSmoothing: NaN }), RangeError, /^labelSmoothing: /],
    [() => crossEntropy({ labelSmoothing: '0.1' as never }), TypeError, /^labelSmoothing: /],
    [
      () => crossEntropy({ smoothing: 0.1 } as never),
      TypeError,
      /^crossEntropy\.smoothing: .*labelSmoothing/,
    ],
    [() => huber({ delta: 0 }), RangeError, /^delta: expected a number > 0, got 0/],
    [() => huber({ delta: 1e-50 }), RangeError, /^delta: /],
    [() => huber({ delta: Infinity }), RangeError, /^delta: /],
    [() => huber({ delta: null as never }), TypeError, /^delta: /],
    [() => checkLoss('loss', { name: 'huber', delta: -1 }), RangeError, /^loss\.delta: /],
    [() => checkLoss('loss', { name: 'hubert' }), TypeError, /^loss\.name: .*'huber'/],
    [() => checkLoss('loss', { name: 'squaredError', delta: 1 }), TypeError, /^loss\.delta: unknown option/],
    [() => checkLoss('loss', {}), TypeError, /^loss: expected one of crossEntropy, /],
    [() => checkLoss('loss', undefined), TypeError, /^loss: expected one of .* got undefined/],
  ])('refuses %s', (run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});

describe.each(arrangements)('on $name', (arrangement) => {
  const { tolerance, trajectoryTolerance } = arrangement;

  it.each(Object.values<Row>(table))('$loss is the mean of its formula, whatever the batches', (row) => {
    const { loss, activation, y, value } = row;
    const model = build(task(loss, activation), arrangement);
    const outputs = Float64Array.from(model.predict(x));
    const expected = value(outputs, y());
    expectBlock([model.evaluate(x, y()).loss], [expected], tolerance);
    expectBlock([model.gradients(x, y()).loss], [expected], tolerance);
  });

  it("a model of one weight has the lectures' squared error, (ŷ − y)² and 2x(ŷ − y)", () => {
    const model = build(
      { ...task('squaredError', 'identity'), layers: [{ units: 2 }], inputSize: 1 },
      arrangement,
    );
    model.setWeights([{ kernel: [3, -1], bias: [0, 0] }]);
    // ŷ is (6, −2), y is (1, 0): 25 + 4, and 2 · 2 · 5, 2 · 2 · (−2).
    const { loss, layers } = model.gradients([[2]], [[1, 0]]);
    expectBlock([loss, ...layers[0]!.kernel], [29, 20, -8], tolerance);
  });

  it.each([
    ['soft labels', [0.3, 0.75, 0.5, 0.1, 0.9, 0.6]],
    ['hard ones', [0, 1, 1, 0, 0, 1]],
    ['both', [0, 0.25, 1, 0.5, 0.125, 0]],
  ])(
    'binaryCrossEntropy has the derivative (p − t) / (p (1 − p)) with respect to the probabilities: %s',
    (_, labels) => {
      const layers = [{ units: 2, activation: 'sigmoid' }] as const;
      const loss = 'binaryCrossEntropy';
      const model = build({ inputSize: 4, layers, loss, optimizer }, arrangement);
      const three = x.subarray(0, 12);
      const p = Float64Array.from(model.predict(three));
      const weights = [1, 3, 0.5];
      const mean = (1 + 3 + 0.5) / 3;
      for (const sampleWeight of [undefined, weights]) {
        const { layers: found } = model.gradients(
          three,
          Float64Array.from(labels),
          sampleWeight && { sampleWeight },
        );
        const expected = Array.from(p, (share, i) => {
          const weight = sampleWeight === undefined ? 1 : weights[Math.floor(i / 2)]! / mean;
          return ((share - labels[i]!) / (share * (1 - share)) / p.length) * weight;
        });
        expectBlock(found[0]!.activation, expected, tolerance);
      }
    },
  );

  it('crossEntropy smooths class indices as PyTorch does', () => {
    // PyTorch 1.13, cross_entropy(z, labels, label_smoothing=0.1) in f64, and of rows with 0.3. The kernel is the
    // identity, so that the inputs are the logits.
    const logits = [
      [0.5, -1, 2],
      [0, 0, 0],
      [3, 1, -2],
    ];
    const smoothed = (labelSmoothing: number) => {
      const loss = crossEntropy({ labelSmoothing });
      const layers = [{ units: 3, activation: 'softmax' }] as const;
      const model = build({ inputSize: 3, layers, loss, optimizer }, arrangement);
      model.setWeights([{ kernel: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] }]);
      return model;
    };
    const byLabel = smoothed(0.1).gradients(logits, [2, 1, 2]);
    expectBlock([byLabel.loss], [2.1187007174620587], tolerance);
    const dz = [
      0.04731901960223445, 0.0019264133124513708, -0.04924543291468584, 0.1, -0.2, 0.1, 0.2807557539099181,
      0.028388773733892078, -0.3091445276438102,
    ];
    expectBlock(byLabel.layers[0]!.preactivation, dz, tolerance);
    const rows = [
      [0.2, 0.3, 0.5],
      [1, 0, 0],
      [0.25, 0.5, 0.25],
    ];
    expectBlock([smoothed(0.3).evaluate(logits, rows).loss], [1.6792562730176137], tolerance);
  });

  it('smoothed targets equal targets smoothed by hand', () => {
    const labels = randomClasses(ROWS, 3);
    const [off, on] = [0.2 / 3, 0.8 + 0.2 / 3];
    const rows = Array.from(labels, (label) => [0, 1, 2].map((c) => (c === label ? on : off)));
    const start = (loss: Loss) => {
      const model = build(task(loss, 'softmax'), arrangement);
      model.compile({ loss, optimizer, metrics: ['accuracy'] });
      return model;
    };
    const [smoothing, plain] = [start(crossEntropy({ labelSmoothing: 0.2 })), start('crossEntropy')];
    const [actual, expected] = [smoothing.gradients(x, labels), plain.gradients(x, rows)];
    expectBlock([actual.loss], [expected.loss], tolerance);
    expectBlock(actual.input, expected.input, tolerance);
    actual.layers.forEach((layer, l) => {
      for (const tensor of ['kernel', 'bias', 'preactivation', 'activation'] as const) {
        expectBlock(layer[tensor], expected.layers[l]![tensor], tolerance);
      }
    });
    // Accuracy uses the labels as they were given.
    expect(smoothing.evaluate(x, labels).accuracy).toBe(plain.evaluate(x, rows).accuracy);
    expectBlock([smoothing.trainOnBatch(x, labels).loss], [plain.trainOnBatch(x, rows).loss], tolerance);
  });

  it('the derivative by a sigmoid output is that by its logit over p (1 − p)', () => {
    const { layers } = build(task('binaryCrossEntropy', 'sigmoid'), arrangement).gradients(x, binary);
    const p = build(task('binaryCrossEntropy', 'sigmoid'), arrangement).predict(x);
    const product = Array.from(layers[1]!.activation, (g, i) => g * p[i]! * (1 - p[i]!));
    expectBlock(product, layers[1]!.preactivation, tolerance);
  });

  it.each(Object.values<Row>(table))(
    '$loss with $activation trains as in f64',
    async ({ loss, activation, y }: Row) => {
      const [model, reference] = [arrangement, oracle].map((each) => build(task(loss, activation), each));
      const [history, expected] = [await model!.fit(x, y(), fit), await reference!.fit(x, y(), fit)];
      expectBlock(history.loss, expected.loss, 10 * trajectoryTolerance);
      expect(history.loss.at(-1)).toBeLessThan(0.8 * history.loss[0]!);
    },
  );
});

describe('compile refuses', () => {
  it.each([
    [
      'binary cross-entropy without sigmoid',
      task('binaryCrossEntropy', 'identity'),
      /^loss: .* needs a 'sigmoid'/,
    ],
    ['a Huber loss on softmax', task('huber', 'softmax'), /^loss: 'huber' does not go with a 'softmax'/],
  ])('%s', (_, wrong, message) => {
    expect(() => build(wrong, oracle)).toThrow(message);
  });

  it.each([-0.5, 1.5])('fit refuses binary targets of %d', (value) => {
    const y = binary.slice();
    y[7] = value;
    const model = build(task('binaryCrossEntropy', 'sigmoid'), oracle);
    expect(() => model.evaluate(x, y)).toThrow(
      `y: row 2, column 1 is ${value}; a binary label is from 0 to 1`,
    );
  });
});
