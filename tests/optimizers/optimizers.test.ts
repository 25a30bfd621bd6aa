/** Optimizers as plain data: their options, and what is refused. */
import { describe, expect, it } from 'vitest';
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  lion,
  MLP,
  nadam,
  rmsprop,
  sgd,
  warmup,
} from '../../src/index.js';
import { checkOptimizer } from '../../src/optimizers/index.js';
import type { Optimizer, OptimizerName, OptimizerOptions } from '../../src/optimizers/step.js';
import { type Case, compiled, untyped, x, y } from '../support/refusals.js';

const common = { l1: 0, l2: 0, decay: 'kernels', clipNorm: null, clipValue: null };
const moments = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * Published defaults: learning rates and hyperparameters of Keras 3, epsilons and momentumDecay of PyTorch 2 (its Adagrad's is
 * 1e-10). Adadelta and Adamax have all defaults from PyTorch. An optimizer without a row does not compile.
 */
const published = {
  sgd: { make: sgd, options: { learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0 } },
  adagrad: { make: adagrad, options: { learningRate: 0.001, epsilon: 1e-10, weightDecay: 0 } },
  rmsprop: {
    make: rmsprop,
    options: { learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-8, centered: false, weightDecay: 0 },
  },
  adadelta: { make: adadelta, options: { learningRate: 1, rho: 0.9, epsilon: 1e-6, weightDecay: 0 } },
  adamax: { make: adamax, options: { ...moments, learningRate: 0.002, weightDecay: 0 } },
  adam: { make: adam, options: { ...moments, amsgrad: false, weightDecay: 0 } },
  adamw: { make: adamw, options: { ...moments, amsgrad: false, weightDecay: 0.004 } },
  nadam: { make: nadam, options: { ...moments, momentumDecay: 0.004, weightDecay: 0 } },
  lion: { make: lion, options: { learningRate: 0.001, beta1: 0.9, beta2: 0.99, weightDecay: 0 } },
} as const satisfies Record<OptimizerName, { make: (options?: never) => Optimizer; options: object }>;

describe.each(Object.entries(published))('%s', (key, row) => {
  const name = key as OptimizerName;
  const make = row.make as (options?: Partial<OptimizerOptions>) => Optimizer;
  const expected = { name, ...row.options };

  it('has the published defaults, by its constructor and by its name', () => {
    expect(make()).toEqual({ ...expected, ...common });
    expect(checkOptimizer('optimizer', name)).toEqual(make());
    expect(checkOptimizer('optimizer', { name })).toEqual(make());
  });

  it('is frozen, and the same after JSON', () => {
    const optimizer = make({ learningRate: 0.25, clipNorm: 2, decay: 'all', l2: 0.5 });
    expect(optimizer).toMatchObject({ learningRate: 0.25, clipNorm: 2, decay: 'all', l2: 0.5 });
    expect(Object.isFrozen(optimizer)).toBe(true);
    const back = checkOptimizer('optimizer', JSON.parse(JSON.stringify(optimizer)));
    expect(back).toEqual(optimizer);
    expect(Object.isFrozen(back)).toBe(true);
  });

  it('trains a model by its name and lowers the loss', () => {
    const model = compiled({ seed: 1 });
    model.compile({ loss: 'crossEntropy', optimizer: name });
    const before = model.evaluate(x, y).loss;
    for (let step = 0; step < 100; step++) model.trainOnBatch(x, y);
    expect(model.evaluate(x, y).loss).toBeLessThan(before);
  });
});

describe('epsilon converted from Keras', () => {
  /** Keras 3: Adam is m lr √(1 − β2ᵗ) / (1 − β1ᵗ) / (√v + ε), RMSprop lr g / √(s + ε); the gradient g stays what it is. */
  const [g, epsilon, rate] = [2e-7, 1e-7, 0.001];
  /** Takes one step of a bias of 0 whose mean squared error has the gradient g. */
  const firstStep = (optimizer: ReturnType<typeof adam> | ReturnType<typeof rmsprop>) => {
    const layers = [{ units: 1, kernelInitializer: 'zeros' }] as const;
    const model = new MLP({ inputSize: 1, layers, backend: 'javascript64' });
    model.compile({ loss: 'meanSquaredError', optimizer });
    model.trainOnBatch([[0]], [[-g / 2]]);
    return -model.getWeights()[0]!.bias[0]!;
  };

  it("gives the first step of Keras's Adam", () => {
    const [m, v] = [0.1 * g, 0.001 * g * g];
    const ofKeras = (m * rate * Math.sqrt(0.001)) / 0.1 / (Math.sqrt(v) + epsilon);
    expect(firstStep(adam({ epsilon: epsilon / Math.sqrt(1 - 0.999) })) / ofKeras).toBeCloseTo(1, 12);
    expect(firstStep(adam({ epsilon })) / ofKeras).toBeGreaterThan(10);
  });

  it("gives nearly the small first step of Keras's RMSprop", () => {
    const ofKeras = (rate * g) / Math.sqrt(0.1 * g * g + epsilon);
    expect(firstStep(rmsprop({ epsilon: Math.sqrt(epsilon) })) / ofKeras).toBeCloseTo(1, 3);
    expect(firstStep(rmsprop({ epsilon })) / ofKeras).toBeGreaterThan(100);
  });
});

it('an undefined option has its default', () => {
  expect(sgd(untyped({ momentum: undefined }))).toEqual(sgd());
});

it('a schedule without its defaults receives them', () => {
  const plain = { name: 'warmup', steps: 2, next: 0.1 };
  const made = sgd({ learningRate: warmup({ steps: 2, next: 0.1 }) });
  expect(checkOptimizer('optimizer', { name: 'sgd', learningRate: plain })).toEqual(made);
  expect(Object.isFrozen(sgd({ learningRate: untyped(plain) }).learningRate)).toBe(true);
  const model = new MLP({ inputSize: 2, layers: [{ units: 1 }] });
  const learningRate = untyped<number>({ name: 'stepDecay', initialLearningRate: 0.1, every: 1 });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate }) });
  model.trainOnBatch([[1, 2]], [[1]]);
  expect(model.getWeights()[0]!.kernel.every(Number.isFinite)).toBe(true);
});

it('compiling again resets the optimizer, whatever the batches before', () => {
  const train = (model: ReturnType<typeof compiled>) => {
    model.compile({ loss: 'crossEntropy', optimizer: adam({ amsgrad: true }) });
    for (let step = 0; step < 3; step++) model.trainOnBatch(x, y);
    return model.getWeights();
  };
  const fresh = compiled({ seed: 4 });
  const start = fresh.getWeights();
  const expected = train(fresh);
  const used = compiled({ seed: 4 });
  for (const optimizer of ['lion', 'rmsprop', 'sgd'] as const) {
    used.compile({ loss: 'crossEntropy', optimizer });
    used.trainOnBatch(x, y);
    used.predict(x);
  }
  used.setWeights(start);
  expect(train(used)).toEqual(expected);
});

it('weight decay applies to kernels, and to biases only if asked', () => {
  // The gradient is 0: one unit whose output is its target.
  const weights = (decay: 'kernels' | 'all') => {
    const model = new MLP({ inputSize: 3, layers: [{ units: 1 }] });
    model.setWeights([{ kernel: [1, 2, 4], bias: [8] }]);
    model.compile({
      loss: 'meanSquaredError',
      optimizer: adamw({ learningRate: 0.5, weightDecay: 0.5, decay }),
    });
    model.trainOnBatch([[0, 0, 0]], [[8]]);
    return model.getWeights()[0];
  };
  expect(weights('kernels')).toEqual({ kernel: Float32Array.of(0.75, 1.5, 3), bias: Float32Array.of(8) });
  expect(weights('all')).toEqual({ kernel: Float32Array.of(0.75, 1.5, 3), bias: Float32Array.of(6) });
});

describe('an optimizer refuses', () => {
  const check = (value: unknown) => () => checkOptimizer('optimizer', value);
  const outside = (name: string, values: readonly number[]): Case[] =>
    values.map((value) => [
      `${name} ${value}`,
      check({ name: 'rmsprop', [name]: value }),
      RangeError,
      new RegExp(`^optimizer\\.${name}: expected`),
    ]);
  const cases: Case[] = [
    ['an unknown name', check('adm'), TypeError, /^optimizer: unknown name 'adm'; did you mean 'adam'/],
    ['an unknown name inside', check({ name: 'adm' }), TypeError, /^optimizer\.name: .*'adam'/],
    ['no name', check({ learningRate: 1 }), TypeError, /^optimizer: expected an optimizer, .* got an object/],
    ['null', check(null), TypeError, /^optimizer: expected an optimizer, .*got null/],
    [
      'the constructor itself',
      check(sgd),
      TypeError,
      /^optimizer: expected an optimizer, .*got function sgd/,
    ],
    [
      'another’s option',
      check({ name: 'sgd', beta1: 0.9 }),
      TypeError,
      /^optimizer\.beta1: unknown option; .*nesterov/,
    ],
    [
      'an option misspelt',
      () => adam(untyped({ beta_1: 0.9 })),
      TypeError,
      /^adam\.beta_1: .*did you mean 'beta1'/,
    ],
    ['a learning rate in words', () => adam(untyped({ learningRate: '0.1' })), TypeError, /^learningRate: /],
    [
      'a schedule that is none',
      () => adam(untyped({ learningRate: {} })),
      TypeError,
      /^learningRate\.name: expected one of constantSchedule/,
    ],
    ['amsgrad 1', () => adam(untyped({ amsgrad: 1 })), TypeError, /^amsgrad: expected true or false, got 1/],
    ['an unknown scope', () => sgd(untyped({ decay: 'biases' })), TypeError, /^decay: .*Known: kernels, all/],
    [
      'nesterov alone',
      () => sgd({ nesterov: true }),
      RangeError,
      /^momentum: expected a number > 0, which nesterov needs/,
    ],
    ['clipNorm undefined by a word', () => sgd(untyped({ clipNorm: 'none' })), TypeError, /^clipNorm: /],
    ...outside('learningRate', [0, -1, NaN, Infinity, 1e-46, 1e39]),
    ...outside('rho', [-0.1, 1, NaN]),
    ...outside('momentum', [-0.1, 1, 2]),
    ...outside('epsilon', [-1e-9, NaN, 1e39]),
    ...outside('weightDecay', [-1, Infinity]),
    ...outside('l1', [-1, NaN]),
    ...outside('l2', [-1, NaN]),
    ...outside('clipNorm', [0, -1, 1e-46, Infinity]),
    ...outside('clipValue', [0, -1, NaN]),
    ['beta1 1', () => nadam({ beta1: 1 }), RangeError, /^beta1: expected a number ≥ 0 and < 1, got 1/],
    ['beta2 −1', () => lion({ beta2: -1 }), RangeError, /^beta2: /],
    ['momentumDecay −1', () => nadam({ momentumDecay: -1 }), RangeError, /^momentumDecay: /],
    ['a Map of optimizer options', () => sgd(untyped(new Map())), TypeError, /^sgd: .*got an object \(Map\)/],
    [
      'learningRate 0 as f32',
      () => sgd({ learningRate: 1e-46 }),
      RangeError,
      /^learningRate: expected a number > 0/,
    ],
    [
      'learningRate infinite as f32',
      () => sgd({ learningRate: 1e39 }),
      RangeError,
      /^learningRate: .*32-bit float/,
    ],
    [
      'learningRate 0',
      () => sgd({ learningRate: 0 }),
      RangeError,
      /^learningRate: expected a number > 0, got 0/,
    ],
    ['learningRate NaN', () => sgd({ learningRate: Number.NaN }), RangeError, /^learningRate: /],
  ];
  it.each(cases)('%s', (_, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });

  it('but accepts options that only look odd', () => {
    adam({ epsilon: 0, beta1: 0, beta2: 0 });
    lion({ clipNorm: null, clipValue: 1e30, weightDecay: 3 });
    nadam({ momentumDecay: 0 });
  });
});
