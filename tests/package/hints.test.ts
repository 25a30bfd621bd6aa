/** Names of other libraries, and constructors that were not called, get an error that says what to write instead. */
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { adam, cosineDecay, heNormal, initializerFromConfig, MLP, Rng, warmup } from '../../src/index.js';
import { initializerNames, named } from '../../src/initializers/index.js';
import { metricNames } from '../../src/metrics/table.js';
import { activationNames } from '../../src/network/activations.js';
import { progressBar } from '../../src/node/index.js';
import { optimizerNames } from '../../src/optimizers/index.js';
import { scheduleNames } from '../../src/schedules/kinds.js';
import { lossNames } from '../../src/training/losses.js';

type Use = (value: never) => unknown;
const layers = [{ units: 2, activation: 'softmax' }] as const;
const model = (options: object) => new MLP({ inputSize: 2, layers, ...options } as never);
const layer = (options: object) => model({ layers: [{ units: 2, ...options }] });
const compile = (options: object) => model({}).compile({ loss: 'crossEntropy', ...options } as never);
const train = (options: object) => {
  const made = new MLP({ inputSize: 2, layers });
  made.compile({ loss: 'crossEntropy', metrics: ['accuracy'] });
  return made.fit([[0, 1]], [1], options as never);
};
const of = (key: string) => ({ [key]: 1 });

/** Names of other libraries and their equivalents here, by the place where they are written. */
const places: Record<string, readonly [use: (name: string) => unknown, names: Record<string, string>]> = {
  loss: [
    (name) => compile({ loss: name }),
    {
      mse: 'meanSquaredError',
      MSELoss: 'meanSquaredError',
      'keras.losses.MeanSquaredError': 'meanSquaredError',
      mae: 'meanAbsoluteError',
      L1Loss: 'meanAbsoluteError',
      bce: 'binaryCrossEntropy',
      BCEWithLogitsLoss: 'binaryCrossEntropy',
      binary_crossentropy: 'binaryCrossEntropy',
      categoricalCrossentropy: 'crossEntropy',
      CategoricalCrossentropy: 'crossEntropy',
      sparse_categorical_crossentropy: 'crossEntropy',
      'torch.nn.CrossEntropyLoss': 'crossEntropy',
      NLLLoss: 'crossEntropy',
      SmoothL1Loss: 'huber',
      HuberLoss: 'huber',
    },
  ],
  metric: [
    (name) => compile({ metrics: [name] }),
    {
      acc: 'accuracy',
      sparse_categorical_accuracy: 'accuracy',
      auc: 'rocAuc',
      AUC: 'rocAuc',
      roc_auc_score: 'rocAuc',
      rmse: 'rootMeanSquaredError',
      mse: 'rootMeanSquaredError',
      mae: 'meanAbsoluteError',
      f1_score: 'f1',
      top_k_categorical_accuracy: 'topKAccuracy',
      R2Score: 'r2',
    },
  ],
  activation: [
    (name) => layer({ activation: name }),
    {
      LeakyReLU: 'leakyRelu',
      leaky_relu: 'leakyRelu',
      hard_sigmoid: 'hardSigmoid',
      Hardswish: 'hardSwish',
      ReLU: 'relu',
      'tf.nn.relu': 'relu',
      'nn.SiLU': 'silu',
      Swish: 'swish',
      gelu_tanh: 'geluTanh',
      gelu_new: 'geluTanh',
      logistic: 'sigmoid',
      heaviside: 'step',
    },
  ],
  initializer: [
    (name) => layer({ kernelInitializer: name }),
    {
      glorot_uniform: 'glorotUniform',
      GlorotUniform: 'glorotUniform',
      xavier_uniform_: 'xavierUniform',
      he_normal: 'heNormal',
      kaiming_normal_: 'kaimingNormal',
      lecun_uniform: 'lecunUniform',
      RandomNormal: 'randomNormal',
      trunc_normal_: 'truncatedNormal',
      variance_scaling: 'varianceScaling',
      eye_: 'identity',
      orthogonal_: 'orthogonal',
      zeros_: 'zeros',
      xavier: 'glorotUniform',
      he: 'heNormal',
    },
  ],
  optimizer: [
    (name) => compile({ optimizer: name }),
    {
      SGD: 'sgd',
      'torch.optim.Adam': 'adam',
      AdamW: 'adamw',
      RMSprop: 'rmsprop',
      Nadam: 'nadam',
      Lion: 'lion',
    },
  ],
  schedule: [
    (name) => adam({ learningRate: { name } as never }),
    {
      CosineAnnealingLR: 'cosineDecay',
      cosine_decay: 'cosineDecay',
      StepLR: 'stepDecay',
      ExponentialLR: 'exponentialDecay',
      ReduceLROnPlateau: 'reduceOnPlateau',
      OneCycleLR: 'oneCycle',
      LinearLR: 'warmup',
    },
  ],
  'option of adam': [
    (name) => adam(of(name)),
    {
      lr: 'learningRate',
      learning_rate: 'learningRate',
      beta_1: 'beta1',
      eps: 'epsilon',
      weight_decay: 'weightDecay',
      clipnorm: 'clipNorm',
      global_clipnorm: 'clipNorm',
      clipvalue: 'clipValue',
    },
  ],
  'option of cosineDecay': [
    (name) => cosineDecay(of(name) as never),
    {
      lr: 'initialLearningRate',
      learning_rate: 'initialLearningRate',
      initial_learning_rate: 'initialLearningRate',
      T_max: 'decaySteps',
    },
  ],
  'option of the model': [
    (name) => model(of(name)),
    {
      input_shape: 'inputSize',
      inputShape: 'inputSize',
      input_dim: 'inputSize',
      in_features: 'inputSize',
      random_state: 'seed',
      n_jobs: 'threads',
      skip_zeros: 'skipZeros',
    },
  ],
  'option of a layer': [
    (name) => layer(of(name)),
    {
      size: 'units',
      neurons: 'units',
      nodes: 'units',
      out_features: 'units',
      use_bias: 'useBias',
      bias: 'useBias',
      kernel_initializer: 'kernelInitializer',
      weightInit: 'kernelInitializer',
      BatchNormalization: 'batchNorm',
      dropout_rate: 'dropout',
    },
  ],
  'option of compile': [
    (name) => compile(of(name)),
    { criterion: 'loss', optimiser: 'optimizer', metric: 'metrics', loss_fn: 'loss' },
  ],
  'option of fit': [
    (name) => train(of(name)),
    {
      batch_size: 'batchSize',
      nb_epoch: 'epochs',
      num_epochs: 'epochs',
      validation_split: 'validationSplit',
      validation_data: 'validationData',
      class_weight: 'classWeight',
      max_iter: 'epochs',
      initial_epoch: 'initialEpoch',
    },
  ],
  'measure to monitor': [
    (name) => train({ earlyStopping: { monitor: name }, validationSplit: 0.5 }),
    {
      val_loss: 'validation.loss',
      val_acc: 'validation.accuracy',
      val_accuracy: 'validation.accuracy',
      acc: 'accuracy',
    },
  ],
};

async function messageOf(use: () => unknown): Promise<string> {
  try {
    await use();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe.each(Object.entries(places))('%s', (_, [use, names]) => {
  it.each(Object.entries(names))('answers %s with %s', async (given, meant) => {
    const message = await messageOf(() => use(given));
    expect(message).toContain(`did you mean '${meant}'?`);
  });
});

describe('snake_case and PascalCase', () => {
  const snake = (name: string) => name.replace(/[A-Z0-9]/g, (c) => `_${c.toLowerCase()}`);
  const pascal = (name: string) => name[0]!.toUpperCase() + name.slice(1);
  const all: [string, readonly string[], (name: string) => unknown][] = [
    ['losses', lossNames, places.loss![0]],
    ['metrics', metricNames, places.metric![0]],
    ['activations', activationNames, places.activation![0]],
    ['initializers', initializerNames, places.initializer![0]],
    ['optimizers', optimizerNames, places.optimizer![0]],
    ['schedules', scheduleNames, places.schedule![0]],
  ];
  it.each(all)('get an error with the right name for %s', async (_, names, use) => {
    for (const name of names) {
      for (const spelled of [snake(name), pascal(name)]) {
        if (names.includes(spelled)) continue;
        expect(await messageOf(() => use(spelled))).toContain(`did you mean '${name}'?`);
      }
    }
  });
});

describe('a constructor that was not called', () => {
  const inSchedules = [
    (made: never) => adam({ learningRate: made }),
    (made: never) => warmup({ steps: 2, next: made }),
  ];
  const makers = library as unknown as Record<string, () => unknown>;
  const cases = Object.entries(named).map(([name, make]): [string, () => unknown, readonly Use[]] => [
    `${name}()`,
    make,
    [
      (made) => layer({ kernelInitializer: made }),
      (made) => layer({ biasInitializer: made }),
      (made) => initializerFromConfig(made),
    ],
  ]);
  for (const name of optimizerNames)
    cases.push([`${name}()`, makers[name]!, [(made) => compile({ optimizer: made })]]);
  for (const name of scheduleNames) {
    // A warm-up cannot follow a warm-up, and the error says so.
    const uses = name === 'warmup' ? inSchedules.slice(0, 1) : inSchedules;
    cases.push([`${name}({ … })`, makers[name]!, uses]);
  }
  for (const name of ['leakyRelu', 'elu', 'prelu'] as const) {
    cases.push([
      `${name}()`,
      makers[name]!,
      [(made) => layer({ activation: made }), (made) => library.gain(made)],
    ]);
  }
  for (const name of ['crossEntropy', 'huber'] as const)
    cases.push([`${name}()`, makers[name]!, [(made) => compile({ loss: made })]]);
  cases.push(['progressBar()', progressBar, [(made) => train({ callbacks: [made] })]]);
  cases.push(['new Rng(seed)', Rng as never, [(made) => heNormal()([2, 2], made)]]);

  it.each(cases)('%s', async (call, make, uses) => {
    for (const use of uses) {
      const message = await messageOf(() => use(make as never));
      expect(message).toMatch(/: expected .*, got function /);
      expect(message.endsWith(`call it: ${call}`), message).toBe(true);
    }
  });

  it.each(['randomNormal', 'heNormal', 'xavierUniform', 'orthogonal'] as const)('draw: %s', async (name) => {
    const message = await messageOf(() => named.drawThenScale({ draw: named[name] as never }));
    expect(message).toBe(`draw: expected an initializer, got function ${name}; call it: ${name}()`);
  });

  it('is distinguished from a function of the user, whatever its name', () => {
    const ones = (shape: readonly number[]) => new Float32Array(shape.reduce((a, b) => a * b)).fill(1);
    const heNormal = (shape: readonly number[]) => ones(shape);
    expect(Array.from(layer({ kernelInitializer: heNormal }).getWeights()[0]!.kernel)).toEqual([1, 1, 1, 1]);
  });

  it('gets an error with its name if it is a metric', async () => {
    const accuracy = () => 1;
    expect(await messageOf(() => compile({ metrics: [accuracy] }))).toMatch(/write its name: 'accuracy'$/);
  });
});

it('suggests the nearest spelling for a name without an alias', async () => {
  expect(await messageOf(() => layer({ activation: 'reluu' }))).toContain("did you mean 'relu'?");
  expect(await messageOf(() => adam(of('learningRatte')))).toContain("did you mean 'learningRate'?");
});
