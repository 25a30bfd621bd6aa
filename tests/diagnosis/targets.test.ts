/** Tests the findings about targets that the outputs do not reach, and about their loss. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  diagnose,
  type LayerOptions,
  MLP,
  type MLPOptions,
  type Optimizer,
  Rng,
  sgd,
} from '../../src/index.js';
import { network, START, saying } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 400;

describe('targets of another scale than the outputs', () => {
  const x = normalInputs(ROWS, 3, 5);
  const line = (scale: number, offset: number) =>
    Float64Array.from({ length: ROWS }, (_, r) => offset + scale * (x[3 * r]! - x[3 * r + 1]!));

  it.each([
    ['prices', 1e5, 5e5, /the standard deviation of output 0 is 1\.\de5|\d{6}/],
    ['far off', 1, 1000, /the mean of output 0 is 1000/],
    ['enormous', 1e8, 0, /the standard deviation of output 0 is/],
    [
      'tiny',
      1e-4,
      0,
      /the standard deviation of output 0 is 0\.0001\d*, but that of the network's output is/,
    ],
  ] as const)('%s: are unscaled, and targetScaling helps', (_, scale, offset, seen) => {
    const report = diagnose(network(), x, line(scale, offset));
    expect(report.verdict).toBe('unscaled');
    expect(report.advice[0]).toMatch(/^the targets come unscaled, .*: use targetScaling 'zScore'$/);
    expect(report.advice[0]).toMatch(seen);
    const scaled = network({ targetScaling: 'zScore' });
    scaled.adapt(x, line(scale, offset));
    expect(saying(diagnose(scaled, x, line(scale, offset)))).toBe('healthy: ');
  });

  it.each([0.5, 1, 10])('are healthy with a deviation of %d', (scale) => {
    expect(saying(diagnose(network(), x, line(scale, 0)))).toBe('healthy: ');
  });

  it('are unscaled until the network has learned them', async () => {
    const y = line(100, 300);
    const model = network({ layers: [{ units: 1 }] }, adam({ learningRate: 1 }));
    await model.fit(x, y, { epochs: 1 });
    expect(diagnose(model, x, y).verdict).toBe('unscaled');
    await model.fit(x, y, { epochs: 100 });
    expect(diagnose(model, x, y).verdict).toBe('healthy');
  });

  it('are reported if they differ from the data that the scaling was fitted on', () => {
    const model = network({ targetScaling: 'zScore' });
    model.adapt(x, line(1, 0));
    const { verdict, advice } = diagnose(model, x, line(1e6, 0));
    expect(verdict).toBe('unscaled');
    expect(advice[0]).toMatch(
      /^the targets are scaled, .* differ from the data that the scaling was fitted on/,
    );
    expect(advice.join()).not.toContain('use targetScaling');
  });

  it('are named by output, and by a last layer that cannot reach them', () => {
    const both = Float64Array.from({ length: 2 * ROWS }, (_, i) => (i % 2 === 0 ? x[i]! : 1e6 * x[i]!));
    const two = network({ layers: [{ units: 8, activation: 'relu' }, { units: 2 }] });
    expect(diagnose(two, x, both).advice[0]).toContain('output 1');
    const positive = network({
      layers: [
        { units: 8, activation: 'relu' },
        { units: 1, activation: 'softplus' },
      ],
    });
    expect(diagnose(positive, x, line(1e3, 1e4)).advice[0]).toContain(
      "activation 'identity' in the last layer",
    );
  });
});

describe('an absurd loss', () => {
  it('over classes is not healthy', () => {
    const layers: LayerOptions[] = [{ units: 3, activation: 'softmax' }];
    const model = network({ layers });
    const [only] = model.getWeights();
    model.setWeights([{ ...only!, kernel: only!.kernel.map((value) => 1e3 * value) }]);
    const { verdict, advice } = diagnose(model, normalInputs(ROWS, 3), randomClasses(ROWS, 3));
    expect(verdict).toBe('exploding');
    expect(advice[0]).toMatch(/^the loss is \d+, but equal probabilities for all classes would give 1\.1; /);
    expect(advice.join()).not.toMatch(START);
  });

  it('over numbers is not healthy', () => {
    const model = network({ layers: [{ units: 1 }] });
    const [only] = model.getWeights();
    model.setWeights([{ ...only!, bias: [500] }]);
    const { verdict, advice } = diagnose(model, normalInputs(ROWS, 3), new Rng(2).normal(ROWS));
    expect(verdict).toBe('exploding');
    expect(advice[0]).toMatch(/^the error of output 0 has size 500, but its targets have size/);
  });
});

describe('targets far apart', () => {
  const rows = 256;
  const x = normalInputs(rows, 3);
  const prices = Float64Array.from({ length: rows }, (_, r) => 5e5 + 1e5 * x[3 * r]!);
  const unscaled =
    /^the targets come unscaled, the standard deviation of output 0 is \d{5,6}: use targetScaling 'zScore'$/;
  const model = (optimizer: Optimizer, options: Partial<MLPOptions<'wasm'>> = {}) => {
    const made = new MLP({
      inputSize: 3,
      layers: [{ units: 16, activation: 'relu' }, { units: 1 }],
      ...options,
    });
    made.compile({ loss: 'meanSquaredError', optimizer });
    made.adapt(x, prices);
    return made;
  };

  it('are not healthy', () => {
    const { verdict, advice } = diagnose(model(adam()), x, prices);
    expect(verdict).toBe('unscaled');
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(unscaled);
  });

  it('are blamed for steps that are too large, instead of the learning rate', () => {
    const { verdict, advice } = diagnose(model(sgd({ learningRate: 0.01 })), x, prices);
    expect(verdict).toBe('exploding');
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(
      /^layer 1: the next step is .* times as large as its kernel; the targets come unscaled/,
    );
    expect(advice[0]).not.toContain('learning rate');
  });

  it.each(['zScore', 'unit'] as const)('are healthy with targetScaling %s', (targetScaling) => {
    for (const optimizer of [adam(), sgd({ learningRate: 0.01 })]) {
      const { verdict, advice } = diagnose(model(optimizer, { targetScaling }), x, prices);
      expect([verdict, advice]).toEqual(['healthy', []]);
    }
  });

  it('are not reported for classes, or without targets', () => {
    expect(diagnose(model(adam()), x).advice).toEqual([]);
    const classifier = new MLP({ inputSize: 3, layers: [{ units: 200, activation: 'softmax' }] });
    classifier.compile({ loss: 'crossEntropy' });
    expect(diagnose(classifier, x, randomClasses(rows, 200)).advice).toEqual([]);
  });
});
