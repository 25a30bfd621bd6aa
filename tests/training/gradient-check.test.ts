/** Backpropagation against central differences in f64: every activation, every loss, with and without batch norm. */
import { describe, expect, it } from 'vitest';
import {
  type Activation,
  type BatchNormOptions,
  crossEntropy,
  elu,
  gradientCheck,
  huber,
  type LayerOptions,
  type Loss,
  leakyRelu,
  MLP,
  prelu,
  Rng,
  randomNormal,
  sgd,
  type Targets,
} from '../../src/index.js';
import { activationNames } from '../../src/network/activations.js';
import { lossNames } from '../../src/training/losses.js';
import { expectSame } from '../support/compare.js';
import { normalInputs, randomClasses } from '../support/networks.js';
import { type Case, compiled, x as someX, y as someY, untyped } from '../support/refusals.js';

const ROWS = 6;
const INPUTS = 4;
const OUTPUTS = 3;
/** Half of the bound in the documentation. */
const TOLERANCE = 5e-7;

const x = normalInputs(ROWS, INPUTS);
const classes = randomClasses(ROWS, OUTPUTS);
const labels = new Rng(15).uniform(ROWS * OUTPUTS);
const values = normalInputs(ROWS, OUTPUTS, 13);

/** Softmax is allowed before cross-entropy only, and no layer trains through a step. */
const trainable = activationNames.filter((name) => name !== 'softmax' && name !== 'step');
const activations: Activation[] = [
  ...trainable,
  leakyRelu({ negativeSlope: 0.3 }),
  leakyRelu({ negativeSlope: -0.5 }),
  elu({ alpha: 0.4 }),
  elu({ alpha: 2.5 }),
  prelu({ shared: true }),
  prelu({ initialSlope: -0.3 }),
];

interface Output {
  readonly loss: Loss;
  /** Activation that the loss demands; absent if it works with all. */
  readonly activation?: Activation;
  readonly y: Targets;
}
const outputs: Output[] = [
  { loss: 'crossEntropy', activation: 'softmax', y: classes },
  { loss: crossEntropy({ labelSmoothing: 0.2 }), activation: 'softmax', y: classes },
  { loss: 'crossEntropy', activation: 'softmax', y: labels },
  { loss: 'binaryCrossEntropy', activation: 'sigmoid', y: labels },
  { loss: 'meanSquaredError', y: values },
  { loss: 'squaredError', y: values },
  { loss: 'meanAbsoluteError', y: values },
  { loss: huber({ delta: 0.5 }), y: values },
];

interface Norm {
  readonly batchNorm: false | BatchNormOptions;
  readonly training: boolean;
}
const norms: Norm[] = [
  { batchNorm: false, training: false },
  { batchNorm: {}, training: false },
  { batchNorm: {}, training: true },
  { batchNorm: { position: 'after', epsilon: 0.1 }, training: false },
  { batchNorm: { position: 'after', epsilon: 0.1 }, training: true },
];

interface Arrangement extends Output, Norm {
  readonly hidden: Activation;
  readonly last: Activation;
}

/** Model 4-3-3-3 a few steps away from its start, so that no gamma is 1 and no beta, bias or running mean 0. */
function trained({ hidden, last, loss, y, batchNorm }: Arrangement) {
  const layer = { units: 3, activation: hidden, batchNorm };
  const layers: LayerOptions[] = [
    layer,
    { ...layer, useBias: false },
    { units: OUTPUTS, activation: last, batchNorm: batchNorm && { ...batchNorm, position: 'before' } },
  ];
  const model = new MLP({ inputSize: INPUTS, layers, seed: 6, backend: 'javascript64' });
  model.compile({ loss, optimizer: sgd({ learningRate: 0.02 }) });
  for (let step = 0; step < 3; step++) model.trainOnBatch(x, y);
  return model;
}

function expectRight(arrangement: Arrangement): { checked: number; masked: number } {
  const { y, training } = arrangement;
  const { worst, masked, layers } = gradientCheck(trained(arrangement), x, y, { training });
  expect(worst, JSON.stringify(arrangement)).toBeLessThan(TOLERANCE);
  const tensors = layers.flatMap((layer) => layer.tensors);
  return { checked: tensors.reduce((sum, { checked }) => sum + checked, 0), masked };
}

/** A kink within 1e-5 is rare: it masks at most one parameter in fifty of a row of the table. */
function expectFewMasked(counts: readonly { checked: number; masked: number }[]): void {
  const sum = (key: 'checked' | 'masked') => counts.reduce((total, count) => total + count[key], 0);
  expect(sum('masked')).toBeLessThan(sum('checked') / 50);
}

describe.each(activations.map((activation) => [activation]))('%j', (activation) => {
  it('agrees in hidden layers under every loss', () => {
    const counts = outputs.flatMap((output) =>
      norms.map((norm) =>
        expectRight({ ...output, ...norm, hidden: activation, last: output.activation ?? 'identity' }),
      ),
    );
    expectFewMasked(counts);
  });

  it('agrees at the output under every loss of values', () => {
    const counts = outputs
      .filter((output) => output.activation === undefined)
      .flatMap((output) =>
        norms
          .filter(({ batchNorm }) => batchNorm === false || batchNorm.position === undefined)
          .map((norm) => expectRight({ ...output, ...norm, hidden: 'tanh', last: activation })),
      );
    expectFewMasked(counts);
  });
});

it('the table leaves out no activation and no loss', () => {
  const named = (value: Activation | Loss) => (typeof value === 'string' ? value : value.name);
  expect([...activations.map(named), 'softmax', 'step']).toEqual(expect.arrayContaining(activationNames));
  expect(outputs.map(({ loss }) => named(loss))).toEqual(expect.arrayContaining(lossNames));
});

describe('the input’s gradient', () => {
  const STEP = 1e-5;
  const batchNorm = { momentum: 0.3 };

  it.each([
    ...outputs.map((output) => ({ ...output, batchNorm: false as const, training: false })),
    ...outputs.map((output) => ({ ...output, batchNorm, training: false })),
    ...outputs.map((output) => ({ ...output, batchNorm, training: true })),
  ])('agrees with differences: $loss, batch norm $batchNorm, training $training', (norm) => {
    const { activation: last = 'identity', y, training } = norm;
    const model = trained({ ...norm, hidden: 'gelu', last });
    const moved = Float64Array.from(x);
    const { input } = model.gradients(moved, y, { training });
    const scale = Math.max(...input.map(Math.abs));
    for (let i = 0; i < moved.length; i++) {
      const here = moved[i]!;
      const [above, below] = [here + STEP, here - STEP].map((value) => {
        moved[i] = value;
        return model.gradients(moved, y, { training }).loss;
      });
      moved[i] = here;
      expect(Math.abs((above! - below!) / (2 * STEP) - input[i]!)).toBeLessThan(1e-8 * Math.max(1, scale));
    }
  });
});

describe('a kink', () => {
  const zeroStart = (activation: Activation) => {
    const model = new MLP({
      inputSize: INPUTS,
      layers: [
        { units: 4, activation, kernelInitializer: 'zeros' },
        { units: 3, activation: 'softmax' },
      ],
    });
    model.compile({ loss: 'crossEntropy' });
    return gradientCheck(model, x, classes);
  };

  it.each(['relu', 'leakyRelu', 'prelu', 'elu', 'selu', 'softsign'] as const)(
    'masks %s at exactly 0 for parameters that move a preactivation, and checks the rest',
    (activation) => {
      const { worst, masked, layers } = zeroStart(activation);
      expect(worst).toBeLessThan(TOLERANCE);
      expect(masked).toBe(INPUTS * 4 + 4);
      expect(layers.map((layer) => layer.masked)).toEqual([20, 0]);
      const [kernel] = layers[0]!.tensors;
      expect(kernel).toEqual({ name: 'kernel', checked: 0, masked: 16, worst: 0 });
      expect(layers[1]!.tensors.map(({ checked }) => checked)).toEqual([12, 3]);
    },
  );

  it.each(['tanh', 'gelu', 'softplus', 'hardSwish', 'hardSigmoid'] as const)('%s has none at 0', (smooth) => {
    const { worst, masked } = zeroStart(smooth);
    expect(worst).toBeLessThan(TOLERANCE);
    expect(masked).toBe(0);
  });

  it.each([
    ['meanAbsoluteError', 0],
    [huber({ delta: 0.25 }), 0.25],
    [huber({ delta: 0.25 }), -0.25],
  ] as const)('is masked under %j if every output stands on it', (loss, target) => {
    const layers = [{ units: 2, kernelInitializer: 'zeros' as const }];
    const model = new MLP({ inputSize: INPUTS, layers });
    model.compile({ loss });
    const check = gradientCheck(model, x, new Float32Array(2 * ROWS).fill(target));
    expect(check).toMatchObject({ worst: 0, masked: INPUTS * 2 + 2 });
  });
});

it('the rounding of the loss is not counted as an error if all gradients vanish', () => {
  const zeros = { kernelInitializer: 'zeros' as const };
  const model = new MLP({
    inputSize: INPUTS,
    layers: [
      { units: 4, activation: 'tanh', ...zeros },
      { units: 3, activation: 'softmax', ...zeros },
    ],
  });
  model.compile({ loss: 'crossEntropy' });
  const balanced = Uint8Array.from({ length: ROWS }, (_, r) => r % 3);
  expect(gradientCheck(model, x, balanced).worst).toBeLessThan(TOLERANCE);
});

it('a batch norm that divides by a hundredth bends the loss, and is checked as exactly', () => {
  const model = new MLP({
    inputSize: INPUTS,
    layers: [
      { units: 4, activation: 'tanh', batchNorm: true, kernelInitializer: randomNormal({ stddev: 0.01 }) },
      { units: 3, activation: 'softmax' },
    ],
  });
  model.compile({ loss: 'crossEntropy' });
  expect(gradientCheck(model, x, classes, { training: true }).worst).toBeLessThan(TOLERANCE);
});

describe('the model', () => {
  it('stays untouched: weights, statistics, step, and its further training', () => {
    const make = () => {
      const model = new MLP({
        inputSize: INPUTS,
        layers: [
          { units: 6, activation: 'prelu', batchNorm: true, dropout: 0.3 },
          { units: 3, activation: 'softmax' },
        ],
        inputScaling: 'zScore',
      });
      model.compile({ loss: 'crossEntropy', optimizer: 'adam' });
      model.adapt(x);
      for (let step = 0; step < 3; step++) model.trainOnBatch(x, classes);
      return model;
    };
    const [model, twin] = [make(), make()];
    for (const training of [false, true]) {
      // Nothing of its own arithmetic, f32, remains in the answer.
      expect(gradientCheck(model, x, classes, { training }).worst).toBeLessThan(TOLERANCE);
    }
    expect(model.getWeights()).toEqual(twin.getWeights());
    expect([model.step, model.epoch]).toEqual([twin.step, twin.epoch]);
    for (const trained of [model, twin]) trained.trainOnBatch(x, classes);
    expect(model.getWeights()).toEqual(twin.getWeights());
    expectSame(model.predict(x), twin.predict(x));
  });

  it('may scale bytes, which the copy scales in the same way', () => {
    const bytes = Uint8Array.from({ length: ROWS * INPUTS }, (_, i) => (i * 71) % 256);
    const layers: LayerOptions[] = [
      { units: 4, activation: 'tanh', useBias: false },
      { units: 3, activation: 'softmax' },
    ];
    const model = new MLP({ inputSize: INPUTS, layers, inputScaling: 'symmetric' });
    model.compile({ loss: 'crossEntropy' });
    expect(gradientCheck(model, bytes, classes).worst).toBeLessThan(TOLERANCE);
  });
});

describe('samples', () => {
  it('limit the parameters of a tensor, and choose the same each time', () => {
    const model = compiled();
    const check = gradientCheck(model, someX, someY, { samples: 5 });
    const counts = check.layers.map(({ tensors }) => tensors.map(({ name, checked }) => [name, checked]));
    expect(counts).toEqual([
      [
        ['kernel', 5],
        ['bias', 4],
      ],
      [
        ['kernel', 5],
        ['bias', 3],
      ],
    ]);
    expect(gradientCheck(model, someX, someY, { samples: 5 })).toEqual(check);
  });
});

describe('gradientCheck refuses', () => {
  const run = (options: unknown) => () => gradientCheck(compiled(), someX, someY, untyped(options));
  const normalized = () =>
    compiled({ layers: [{ units: 3, activation: 'softmax' as const, batchNorm: true }] });
  const cases: Case[] = [
    [
      'no model',
      () => gradientCheck(untyped({}), someX, someY),
      TypeError,
      /^model: expected an MLP, got an object/,
    ],
    [
      'a model that was not compiled',
      () => gradientCheck(new MLP({ inputSize: 2, layers: [{ units: 3 }] }), someX, someY),
      Error,
      /^gradientCheck: call model\.compile/,
    ],
    ['options that are no object', run(3), TypeError, /^options: expected an object, got 3/],
    ['a misspelt option', run({ sample: 3 }), TypeError, /^options\.sample: .*did you mean 'samples'/],
    ['samples 0', run({ samples: 0 }), RangeError, /^samples: expected a whole number ≥ 1, got 0/],
    ['samples that are no number', run({ samples: '5' }), TypeError, /^samples: .*got '5'/],
    ['training 1', run({ training: 1 }), TypeError, /^training: expected true or false, got 1/],
    [
      'too few classes',
      () => gradientCheck(compiled(), someX, [0, 1]),
      RangeError,
      /^y: expected 3 class indices/,
    ],
    ['no rows', () => gradientCheck(compiled(), [], []), RangeError, /^x: expected at least one row/],
    [
      'one row under a batch norm in training',
      () => gradientCheck(normalized(), [[1, 2]], [0], { training: true }),
      RangeError,
      /^x: batchNorm needs batches of 2 or more rows, got 1/,
    ],
    [
      'a scaling that was not fitted',
      () => gradientCheck(compiled({ inputScaling: 'zScore' }), someX, someY),
      Error,
      /^x: inputScaling 'zScore' depends on the training data/,
    ],
  ];
  it.each(cases)('%s', (_what, refused, kind, message) => {
    expect(refused).toThrow(kind);
    expect(refused).toThrow(message);
  });

  it('but accepts one row with running statistics', () => {
    expect(gradientCheck(normalized(), [[1, 2]], [0]).worst).toBeLessThan(TOLERANCE);
  });
});
