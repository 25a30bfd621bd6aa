/** Loss and optimizer of TF.js and Keras, and the sentences about those that have no equal. */
import { describe, expect, it } from 'vitest';
import { fromTfjs, type TfjsFiles, tfjsInfo } from '../../src/tfjs/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { type TfjsFile, tfjsFiles } from '../support/tfjs-files.js';

const files = [...tfjsFiles('tfjs'), ...tfjsFiles('tfjs-converter')];
const partsOf = (name: string): TfjsFiles => {
  const { modelJson, weights } = files.find((file) => file.name === name) as TfjsFile;
  return { modelJson, weights };
};

/** Returns a network of one layer with a training of its own. */
function network(activation: string, units: number, trainingConfig: unknown, layer: object = {}): TfjsFiles {
  const config = { name: 'd', units, activation, use_bias: false, ...layer };
  return {
    modelJson: {
      modelTopology: { class_name: 'Sequential', config: { layers: [{ class_name: 'Dense', config }] } },
      weightsManifest: [
        { paths: ['w'], weights: [{ name: 'd/kernel', shape: [1, units], dtype: 'float32' }] },
      ],
      trainingConfig,
    },
    weights: new Uint8Array(4 * units),
  };
}
const compiledOf = (parts: TfjsFiles) => internalsOf(fromTfjs(parts)).compiled;
const sgd = { class_name: 'SGD', config: { learningRate: 0.5 } };
const adamConfig = {
  learning_rate: 0.01,
  beta_1: 0.8,
  beta_2: 0.99,
  epsilon: 1e-6,
  amsgrad: true,
  name: 'adam',
};

describe('compiled files', () => {
  it('gives the loss and optimizer of TF.js', () => {
    const parts = partsOf('compiled');
    expect(compiledOf(parts)).toMatchObject({
      loss: { name: 'crossEntropy', labelSmoothing: 0 },
      optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    });
    expect(tfjsInfo(parts)).toMatchObject({
      training: { loss: 'categorical_crossentropy', optimizer: 'Adam', isCompiled: true },
      notes: [],
    });
  });

  it('leaves a model uncompiled whose kernels have different penalties', () => {
    const parts = partsOf('keras3-compiled');
    expect(compiledOf(parts)).toBeUndefined();
    expect(tfjsInfo(parts)).toMatchObject({
      training: { loss: 'categorical_crossentropy', optimizer: 'Adam', isCompiled: false },
      notes: ['training: a model has the same penalty on all kernels, and those of the layers differ'],
    });
  });

  it('has no training for a model that was not compiled', () => {
    expect(tfjsInfo(partsOf('act-relu'))).not.toHaveProperty('training');
    expect(compiledOf(partsOf('act-relu'))).toBeUndefined();
  });

  it('names the regularizers and constraints that are left out', () => {
    expect(tfjsInfo(partsOf('regularized')).notes.join('\n')).toMatch(
      /Dense: a model has no kernel_constraint/,
    );
  });
});

describe.each<[unknown, string, number, object]>([
  ['meanSquaredError', 'linear', 1, { name: 'meanSquaredError' }],
  ['mean_squared_error', 'linear', 1, { name: 'meanSquaredError' }],
  ['mse', 'tanh', 2, { name: 'meanSquaredError' }],
  ['mae', 'linear', 1, { name: 'meanAbsoluteError' }],
  ['huber', 'linear', 1, { name: 'huber', delta: 1 }],
  [
    { class_name: 'Huber', config: { delta: 2, reduction: 'sum_over_batch_size' } },
    'linear',
    1,
    { name: 'huber', delta: 2 },
  ],
  ['categorical_crossentropy', 'softmax', 3, { name: 'crossEntropy', labelSmoothing: 0 }],
  [['sparseCategoricalCrossentropy'], 'softmax', 3, { name: 'crossEntropy', labelSmoothing: 0 }],
  [
    { out: { class_name: 'CategoricalCrossentropy', config: { from_logits: false, label_smoothing: 0.1 } } },
    'softmax',
    3,
    { name: 'crossEntropy', labelSmoothing: 0.1 },
  ],
  [{ class_name: 'function', config: 'binary_crossentropy' }, 'sigmoid', 2, { name: 'binaryCrossEntropy' }],
])('loss %j', (loss, activation, units, expected) => {
  it('has an equal', () => {
    const parts = network(activation, units, { loss, optimizer_config: sgd });
    expect(compiledOf(parts)).toMatchObject({
      loss: expected,
      optimizer: { name: 'sgd', learningRate: 0.5 },
    });
  });
});

describe.each<[string, object, object]>([
  ['SGD', {}, { name: 'sgd', learningRate: 0.01, momentum: 0 }],
  ['SGD', { learning_rate: 0.1, momentum: 0.9, nesterov: true }, { momentum: 0.9, nesterov: true }],
  ['SGD', { learning_rate: 0.1, momentum: 0, nesterov: true }, { momentum: 0, nesterov: false }],
  ['Momentum', { learningRate: 0.1, momentum: 0.8, useNesterov: false }, { name: 'sgd', momentum: 0.8 }],
  [
    'Adam',
    adamConfig,
    { name: 'adam', learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, amsgrad: true },
  ],
  ['Adam', { clipvalue: 0.5, global_clipnorm: 2, clipnorm: null }, { clipValue: 0.5, clipNorm: 2 }],
  ['AdamW', { weight_decay: 0.01 }, { name: 'adamw', weightDecay: 0.01, decay: 'all' }],
  ['Adamax', { learningRate: 0.1, beta1: 0.5, decay: 0 }, { name: 'adamax', beta1: 0.5, epsilon: 1e-7 }],
  ['Nadam', { learning_rate: 0.1 }, { name: 'nadam', learningRate: 0.1, momentumDecay: 1 }],
  ['Adadelta', { learningRate: 0.1, rho: 0.9, epsilon: 1e-5 }, { name: 'adadelta', rho: 0.9, epsilon: 1e-5 }],
  ['Lion', { beta_2: 0.95 }, { name: 'lion', beta1: 0.9, beta2: 0.95 }],
])('optimizer %s %j', (class_name, config, expected) => {
  it('has an equal', () => {
    const parts = network('linear', 1, { loss: 'mse', optimizer_config: { class_name, config } });
    expect(tfjsInfo(parts).notes).toEqual([]);
    expect(compiledOf(parts)!.optimizer).toMatchObject(expected);
  });
});

it('gives the penalty that all kernels have', () => {
  const kernel_regularizer = { class_name: 'L1L2', config: { l1: 0, l2: 0.01 } };
  const parts = network('linear', 1, { loss: 'mse', optimizer_config: sgd }, { kernel_regularizer });
  expect(compiledOf(parts)!.optimizer).toMatchObject({ l1: 0, l2: 0.01 });
});

describe('a training without an equal', () => {
  it.each<[string, unknown, object, string, number, object, RegExp]>([
    ['the loss', 'hinge', sgd, 'linear', 1, {}, /^training: a model has no loss 'hinge'$/],
    [
      'a loss named as a property of every object',
      'constructor',
      sgd,
      'linear',
      1,
      {},
      /no loss 'constructor'$/,
    ],
    [
      'logits',
      { class_name: 'CategoricalCrossentropy', config: { from_logits: true } },
      sgd,
      'linear',
      3,
      {},
      /^training: a model has no loss 'categorical_crossentropy' of logits/,
    ],
    [
      'a reduction',
      { class_name: 'MeanSquaredError', config: { reduction: 'sum' } },
      sgd,
      'linear',
      1,
      {},
      /with reduction 'sum'$/,
    ],
    [
      'the optimizer',
      'mse',
      { class_name: 'RMSprop', config: {} },
      'linear',
      1,
      {},
      /^training: a model has no optimizer 'RMSprop' with the same steps$/,
    ],
    [
      'the start of Adagrad',
      'mse',
      { class_name: 'Adagrad', config: {} },
      'linear',
      1,
      {},
      /no optimizer 'Adagrad' with the same steps$/,
    ],
    [
      'averaged weights',
      'mse',
      { class_name: 'Adam', config: { use_ema: true } },
      'linear',
      1,
      {},
      /no optimizer 'Adam' with use_ema$/,
    ],
    [
      'a norm per tensor',
      'mse',
      { class_name: 'Adam', config: { clipnorm: 1 } },
      'linear',
      1,
      {},
      /with clipnorm$/,
    ],
    [
      'a schedule',
      'mse',
      { class_name: 'Adam', config: { learning_rate: { class_name: 'CosineDecay', config: {} } } },
      'linear',
      1,
      {},
      /with this learning_rate$/,
    ],
    [
      'a rate of the wrong sign',
      'mse',
      { class_name: 'SGD', config: { learningRate: -1 } },
      'linear',
      1,
      {},
      /^training: optimizer\.learningRate: expected a number > 0, got -1$/,
    ],
    [
      'the output layer',
      'categorical_crossentropy',
      sgd,
      'linear',
      3,
      {},
      /^training: loss: 'crossEntropy' needs a 'softmax' output layer, got 'identity'$/,
    ],
    [
      'a frozen layer',
      'mse',
      sgd,
      'linear',
      1,
      { trainable: false },
      /Dense: the layer is frozen, and a model trains all its layers$/,
    ],
    [
      'a constraint',
      'mse',
      sgd,
      'linear',
      1,
      { kernel_constraint: { class_name: 'NonNeg' } },
      /Dense: a model has no kernel_constraint$/,
    ],
    [
      'another regularizer',
      'mse',
      sgd,
      'linear',
      1,
      { kernel_regularizer: { class_name: 'Orthogonal' } },
      /Dense: a model has no such kernel_regularizer$/,
    ],
  ])('leaves the model uncompiled: %s', (_, loss, optimizer_config, activation, units, layer, message) => {
    const parts = network(activation, units, { loss, optimizer_config }, layer);
    expect(compiledOf(parts)).toBeUndefined();
    const { notes, training } = tfjsInfo(parts);
    expect(training!.isCompiled).toBe(false);
    expect(notes).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    undefined,
    null,
    3,
    'text',
    [],
    { loss: 'mse' },
    { loss: {}, optimizer_config: sgd },
    { loss: [[]], optimizer_config: sgd },
  ])('is none: %j', (config) => {
    const parts = network('linear', 1, config);
    expect(tfjsInfo(parts)).not.toHaveProperty('training');
    expect(compiledOf(parts)).toBeUndefined();
  });
});
