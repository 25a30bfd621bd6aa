/** Tests that the recipes of the lab are the networks they claim to be, and that the numbers beside them are PyTorch's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rng, recommended } from '../../src/index.js';
import { expectedFashion } from '../../src/lab/expected/fashion.js';
import { isFashionMnist, recipeModel, recipeNames, recipes, trainRecipe } from '../../src/lab/recipes.js';

interface GoldenRun {
  config: {
    hidden: number[];
    act: string;
    norm: string;
    init: string;
    bn: boolean;
    opt: string;
    lr: number;
    batch: number;
    epochs: number;
  };
  test_acc: number[];
  train_acc: number[];
  train_loss: number[];
  first_batch_weight_grad_norms: number[];
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/fashion_experiments.json', import.meta.url), 'utf8'),
) as { runs: Record<string, GoldenRun> };

/** Names of input scalings in the file of PyTorch's runs, by the name in a config here. */
const inputWords: Record<string, string> = { symmetric: '-1_1', unit: '0_1', none: '0_255' };
const startWords: Record<string, string> = {
  torchLinear: 'torch',
  heNormal: 'he_n',
  glorotUniform: 'glorot_u',
  xavierSigmoid: 'sig16n',
  zeros: 'zero',
};

describe.each(recipeNames)('%s', (name) => {
  const expected = expectedFashion[name];
  const run = golden.runs[expected.run]!;
  const { epochs, optimizer } = recipes[name];

  it('has the numbers of that run, one per epoch', () => {
    expect(expected.testAccuracy).toEqual(run.test_acc.slice(0, epochs));
    expect(expected.trainAccuracy).toEqual(run.train_acc.slice(0, epochs));
    expect(expected.trainLoss).toEqual(run.train_loss.slice(0, epochs));
    expect(expected.testAccuracy).toHaveLength(epochs);
    const norms = run.first_batch_weight_grad_norms;
    expect(expected.gradientNorms).toHaveLength(norms.length);
    for (const [i, norm] of norms.entries()) {
      expect(Math.abs(expected.gradientNorms[i]! - norm)).toBeLessThanOrEqual(0.005 * norm);
    }
  });

  it('is the network that PyTorch trained', () => {
    const { layers, inputScaling } = recipeModel(name, 784).config;
    const hidden = layers.slice(0, -1);
    const { config } = run;
    expect(hidden.map(({ units }) => units)).toEqual(config.hidden);
    for (const { activation, batchNorm, kernelInitializer } of hidden) {
      expect(activation.name).toBe(config.act);
      expect(batchNorm !== false).toBe(config.bn);
      expect(startWords[kernelInitializer.name]).toBe(config.init);
    }
    expect(layers.at(-1)).toMatchObject({ units: 10, activation: { name: 'softmax' }, batchNorm: false });
    expect(typeof inputScaling === 'string' ? inputWords[inputScaling] : inputScaling).toEqual(
      config.norm === 'z' ? { kind: 'zScore', per: 'dataset' } : config.norm,
    );
    expect(optimizer).toMatchObject({ name: config.opt, learningRate: config.lr });
    expect(config.batch).toBe(128);
  });
});

describe('docs/fashion.md', () => {
  const text = readFileSync(new URL('../../docs/fashion.md', import.meta.url), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

  it('has a row for every recipe', () => {
    expect(rows.map((row) => row[1])).toEqual(recipeNames.map((name) => `\`${name}\``));
  });

  it.each(recipeNames)('lists %s with its epochs and with what PyTorch reaches', (name) => {
    const [, , , epochs, , theirs, , gradient] = rows.find((row) => row[1] === `\`${name}\``)!;
    const { testAccuracy, gradientNorms } = expectedFashion[name];
    expect(Number(epochs)).toBe(recipes[name].epochs);
    expect(Math.abs(Number(theirs) - 100 * testAccuracy.at(-1)!)).toBeLessThanOrEqual(0.0501);
    expect(Math.abs(Number(gradient) - gradientNorms[0])).toBeLessThanOrEqual(0.05 * gradientNorms[0]);
  });
});

describe('the recipes', () => {
  it('recommend what recommended() creates', () => {
    expect(recipeModel('recommended', 784).config).toEqual(
      recommended({ inputSize: 784, classes: 10 }).config,
    );
  });

  // The data have fewer rows than one batch, and two of each class.
  const count = 20;
  const images = {
    x: Uint8Array.from(new Rng(3).integers(count * 9, 256)),
    y: Uint8Array.from({ length: count }, (_, i) => i % 10),
    count,
    inputSize: 9,
  };

  it('measure all images after each epoch with the model as it predicts then', async () => {
    const epochs: unknown[] = [];
    const gradients: (readonly number[])[] = [];
    const model = recipeModel('sgd', 9, { seed: 2 });
    const { x, y } = images;
    const data = { train: images, test: images };
    const result = await trainRecipe(
      'sgd',
      data,
      { seed: 2, epochs: 2 },
      { onEpoch: (epoch) => epochs.push(epoch), onGradients: (norms) => gradients.push(norms) },
    );
    const wanted = [];
    let squares = 0;
    for (const g of model.gradients(x, y).layers[0]!.kernel) squares += g * g;
    for (let epoch = 1; epoch <= 2; epoch++) {
      await model.fit(x, y, { batchSize: 128 });
      const { loss, accuracy } = model.evaluate(x, y);
      wanted.push({ epoch, trainLoss: loss, trainAccuracy: accuracy, testAccuracy: accuracy });
    }
    expect(epochs).toEqual(wanted);
    expect(result).toEqual({ kind: 'recipe', name: 'sgd', gradientNorms: gradients[0], epochs: wanted });
    expect(gradients).toHaveLength(1);
    expect(gradients[0]).toHaveLength(2);
    expect(gradients[0]![0]).toBeCloseTo(Math.sqrt(squares), 6);
  });

  it('are compared only on Fashion-MNIST, recognized by its labels', () => {
    const y = new Uint8Array(60_000);
    const fashion = { x: new Uint8Array(), y, count: 60_000, inputSize: 784 };
    expect(isFashionMnist(fashion)).toBe(false);
    // Source: Xiao, Rasul & Vollgraf 2017, train-labels-idx1-ubyte from its ninth byte on.
    y.set([9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0, 6, 4]);
    expect(isFashionMnist(fashion)).toBe(true);
    expect(isFashionMnist({ ...fashion, count: 10_000 })).toBe(false);
    // The labels of MNIST begin differently.
    y.set([5, 0, 4, 1]);
    expect(isFashionMnist(fashion)).toBe(false);
  });
});
