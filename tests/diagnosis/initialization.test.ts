/** Tests verdict and advice on networks by the weights that they start from. */
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import {
  constant,
  diagnose,
  type LayerOptions,
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
      /^vanishing: layer 4: preactivation sd 0.00\d+, usual is 1.4; .* 0.22 of heNormal's size: use heNormal/,
    ],
    [0.01, /^vanishing: layer 1\d: .* 0.71 of heNormal's size: use heNormal/],
    [0.02, /^healthy: $/],
    [0.1, /^exploding: layer \d+: .* 2.2 times heNormal's size: use heNormal/],
    [
      1,
      /^exploding: layer 2: .* 7.[12] times heNormal's size: use heNormal\nlayer 4\d: from here on values are not finite/,
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
      expect(saying(report)).toMatch(/^vanishing: .* 0.88 of heNormal's size \(.*TF\.js.*\): use heNormal$/);
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

  it('seven sigmoid layers from 16/n, but for a remark that inputs become alike', () => {
    for (let seed = 0; seed < 3; seed++) {
      for (const report of diagnoses({
        activation: 'sigmoid',
        depth: 7,
        width: 128,
        start: xavierSigmoid(),
        seed,
      })) {
        expect(saying(report)).toMatch(/^healthy: layer 7: [^\n]*: inputs become alike; [^\n]*$/);
      }
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
    expect(report.advice[0]).toMatch(/^layer 1: the gradient is .* of that at the output/);
    for (const cure of ['xavierSigmoid', 'batchNorm', 'tanh', 'relu'])
      expect(report.advice[0]).toContain(cure);
  }
});

describe('the advice to start sigmoid layers from xavierSigmoid', () => {
  const advice = (kernelInitializer: NonNullable<LayerOptions['kernelInitializer']>, inputSize: number) => {
    const hidden: LayerOptions = { units: 128, activation: 'sigmoid', kernelInitializer };
    const layers = [...Array<LayerOptions>(7).fill(hidden), { units: 3, activation: 'softmax' } as const];
    return diagnose(new MLP({ inputSize, layers }), normalInputs(ROWS, inputSize)).advice.join('\n');
  };

  it('states the factor of the variance, which fans that differ make large', () => {
    // 16 / fanIn over 2 / (fanIn + fanOut) is 16 for 128→128 and 264 for 4→128; 512 uniform values are within a tenth.
    expect(advice('glorotUniform', 128)).toMatch(/xavierSigmoid, which has 16 (to 16 )?times the variance/);
    const [, least, most] = /has (\d+) to (\d+) times the variance/
      .exec(advice('glorotUniform', 4))!
      .map(Number);
    expect(least).toBe(16);
    expect(Math.abs(most! / 264 - 1)).toBeLessThan(0.1);
  });

  it('is given to a start that is poorer still, whatever its ratio to Glorot’s', () => {
    // PyTorch's kernels have variance 1 / 3n, a forty-eighth of 16 / n, although at 4→128 they exceed Glorot's.
    for (const inputSize of [4, 128])
      expect(advice('torchLinear', inputSize)).toMatch(/start from xavierSigmoid, which has 4[5-9]/);
  });

  it('is not given to that start itself, nor to a larger one', () => {
    for (const start of [xavierSigmoid(), randomNormal({ stddev: 0.3 })]) {
      expect(advice(start, 128)).not.toContain('xavierSigmoid');
    }
  });
});

it('blames the sigmoid, not the learning rate, even if steps are large', () => {
  const [report] = diagnoses({
    activation: 'sigmoid',
    depth: 7,
    width: 128,
    optimizer: sgd({ learningRate: 5 }),
  });
  expect(saying(report!)).toMatch(/^vanishing: layer 1: .*the slope of sigmoid/);
});

it('finds hidden units that are copies after a start from zeros', () => {
  for (const report of diagnoses({ activation: 'relu', depth: 2, width: 16, start: zeros() })) {
    expect(saying(report)).toMatch(
      /^symmetric: layer 1: 15 of 16 .* kernel is all zeros: start from random kernels/,
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
      /^saturated: layer 1: 85 % .* sd 16; .* 16 times glorotUniform's size: use/,
    );
    // P(|z| > 2.993) is 1 − 0.148 for z of deviation 16.
    expect(Math.abs(report.layers[0]!.saturatedFraction - 0.852)).toBeLessThan(0.02);
  }
});

describe('linear layers that multiply by a number', () => {
  const linear = (gain: number, units: number, depth = 10) => {
    const hidden: LayerOptions = { units, kernelInitializer: { name: 'identity', gain } };
    const layers = [...Array<LayerOptions>(depth).fill(hidden), { units: 1 }];
    return diagnose(new MLP({ inputSize: units, layers }), normalInputs(ROWS, units));
  };

  it.each([2, 3, 10, 40])('have their kernels named for 1.5 and 0.5, with %d units', (units) => {
    // 1.5¹⁰ is 58, 0.5¹⁰ is 0.001. A kernel g·I of n units has size g / √n, as Glorot's has 1 / √n.
    expect(saying(linear(1.5, units))).toMatch(
      /^exploding: .*; from layer 1 to layer \d the kernels have 1.5 times glorotUniform's size: use glorotUniform/,
    );
    expect(saying(linear(0.5, units))).toMatch(
      /^vanishing: .*; from layer 1 to layer \d the kernels have 0.5 of glorotUniform's size: use glorotUniform/,
    );
  });

  it('are not named for a size that four weights may have by chance', () => {
    expect(saying(linear(40, 2, 1))).toMatch(/the kernel of layer 1 has 40 times glorotUniform's size/);
    // A single draw of four weights may well be half as large as its initializer's.
    const hidden: LayerOptions = { units: 2, kernelInitializer: { name: 'identity', gain: 0.5 } };
    const small = new MLP({ inputSize: 2, layers: [hidden, { units: 1 }] });
    expect(
      diagnose(
        small,
        normalInputs(ROWS, 2).map((value) => value / 100),
      ).advice.join(),
    ).not.toContain('glorotUniform');
  });

  it('have a usual size of 1 in advice, and their predicted size in theory', () => {
    const { advice, layers } = linear(1.5, 10);
    expect(advice[0]).toMatch(/usual is 1;/);
    layers.slice(0, 10).forEach(({ predicted }, l) => {
      expect(Math.abs(predicted.preactivationStd / 1.5 ** (l + 1) - 1)).toBeLessThan(0.1);
    });
  });
});
