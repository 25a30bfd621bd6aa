/** Tests verdict and advice on networks by the weights that they start from. */
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import {
  constant,
  diagnose,
  MLP,
  randomNormal,
  recommended,
  sgd,
  tfjsHeNormal,
  torchLinear,
  zeros,
} from '../../src/index.js';
import { xavierSigmoid } from '../../src/lab/index.js';
import { diagnoses, type Stack, saying, stack } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 256;

describe('Figure 7.4, fifty ReLU layers of a hundred units', () => {
  it.each([
    [
      0.001,
      /^vanishing: layers\[3\]: preactivation sd 0.00\d+, expected 1.4; .* 0.22 of heNormal's: use heNormal/,
    ],
    [0.01, /^vanishing: layers\[1\d\]: .* 0.71 of heNormal's: use heNormal/],
    [0.02, /^healthy: $/],
    [0.1, /^exploding: layers\[\d\]: .* 2.2 times heNormal's: use heNormal/],
    [
      1,
      /^exploding: layers\[1\]: .* 7.1 times heNormal's: use heNormal\nlayers\[4\d\]: from here on values are not finite/,
    ],
  ])('σ² = %d', (variance, expected) => {
    const given: Stack = {
      activation: 'relu',
      depth: 50,
      width: 100,
      start: randomNormal({ stddev: Math.sqrt(variance) }),
    };
    for (const report of diagnoses(given)) expect(saying(report)).toMatch(expected);
  });

  it('vanishes with kernels as TF.js draws them, and names the cause', () => {
    const given: Stack = { activation: 'relu', depth: 50, width: 100, start: tfjsHeNormal() };
    for (const report of diagnoses(given)) {
      expect(saying(report)).toMatch(/^vanishing: .* 0.88 of heNormal's \(.*TF\.js.*\): use heNormal$/);
    }
  });
});

describe('healthy, without advice:', () => {
  it.each<[string, Stack]>([
    ['He and ReLU, shallow', { activation: 'relu', depth: 1, width: 256 }],
    ['He and ReLU, fifty deep', { activation: 'relu', depth: 50, width: 100 }],
    ['He and ReLU, narrow', { activation: 'relu', depth: 3, width: 12 }],
    ['Glorot and tanh', { activation: 'tanh', depth: 5, width: 200 }],
    ['LeCun and SELU', { activation: 'selu', depth: 10, width: 128 }],
    ['He and GELU', { activation: 'gelu', depth: 5, width: 128 }],
    ['two sigmoid layers', { activation: 'sigmoid', depth: 2, width: 128 }],
    ['seven with 16/n', { activation: 'sigmoid', depth: 7, width: 128, start: xavierSigmoid() }],
    ['PyTorch’s start, three deep', { activation: 'relu', depth: 3, width: 128, start: torchLinear() }],
    [
      'σ = 0.01, once a usual choice',
      { activation: 'relu', depth: 1, width: 784, start: randomNormal({ stddev: 0.01 }) },
    ],
  ])('%s', (_, given) => {
    for (let seed = 0; seed < 3; seed++) {
      for (const report of diagnoses({ ...given, seed })) expect(saying(report)).toBe('healthy: ');
    }
  });

  it('seven sigmoid layers with batch norm, in training', () => {
    const model = stack({ activation: 'sigmoid', depth: 7, width: 128, more: { batchNorm: true } });
    const report = diagnose(model, normalInputs(ROWS, 128), randomClasses(ROWS, 10), { training: true });
    expect(saying(report)).toBe('healthy: ');
  });

  it('the recommended net on iris, before and after training', async () => {
    const model = recommended({ inputSize: 4, classes: 3, hidden: [16], inputScaling: 'zScore' });
    model.adapt(iris.x);
    expect(saying(diagnose(model, iris.x, iris.y))).toBe('healthy: ');
    await model.fit(iris.x, iris.y, { epochs: 20, batchSize: 15 });
    expect(saying(diagnose(model, iris.x, iris.y))).toBe('healthy: ');
  });

  it('an output layer that starts from zeros, with and without a hidden layer', () => {
    const [x, y] = [normalInputs(ROWS, 8), randomClasses(ROWS, 3)];
    const output = { units: 3, activation: 'softmax', kernelInitializer: zeros() } as const;
    for (const hidden of [[], [{ units: 8, activation: 'relu' } as const]]) {
      const model = new MLP({ inputSize: 8, layers: [...hidden, output] });
      model.compile({ loss: 'crossEntropy' });
      expect(saying(diagnose(model, x, y))).toBe('healthy: ');
    }
  });
});

it('finds the vanishing gradient of seven sigmoid layers, and names cures', () => {
  for (const report of diagnoses({ activation: 'sigmoid', depth: 7, width: 128 })) {
    expect(report.verdict).toBe('vanishing');
    expect(report.advice[0]).toMatch(/^layers\[0\]: the gradient is .* of that at the output/);
    for (const cure of ['xavierSigmoid', 'batchNorm', 'tanh', 'relu'])
      expect(report.advice[0]).toContain(cure);
  }
});

it('blames the sigmoid, not the learning rate, even if steps are large', () => {
  const [report] = diagnoses({
    activation: 'sigmoid',
    depth: 7,
    width: 128,
    optimizer: sgd({ learningRate: 5 }),
  });
  expect(saying(report!)).toMatch(/^vanishing: layers\[0\]: .*the slope of sigmoid/);
});

it('finds hidden units that are copies after a start from zeros', () => {
  for (const report of diagnoses({ activation: 'relu', depth: 2, width: 16, start: zeros() })) {
    expect(saying(report)).toMatch(
      /^symmetric: layers\[0\]: 15 of 16 .* kernel is all zeros: start from random kernels/,
    );
  }
  const equal = diagnoses({ activation: 'tanh', depth: 1, width: 16, start: constant({ value: 0.1 }) });
  for (const report of equal) expect(saying(report)).toMatch(/^symmetric: .* start from random kernels/);
});

it('finds saturation with tanh, σ = 1 and 256 units', () => {
  for (const report of diagnoses({
    activation: 'tanh',
    depth: 2,
    width: 256,
    start: randomNormal({ stddev: 1 }),
  })) {
    expect(saying(report)).toMatch(
      /^saturated: layers\[0\]: 85 % .* sd 16; .* 16 times glorotUniform's: use/,
    );
    // P(|z| > 2.993) is 1 − 0.148 for z of deviation 16.
    expect(Math.abs(report.layers[0]!.saturatedFraction - 0.852)).toBeLessThan(0.02);
  }
});
