/** Tests that advice blames the initialization before the first step only. */
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  constant,
  diagnose,
  type LayerOptions,
  MLP,
  Rng,
  randomNormal,
  sgd,
  tfjsHeNormal,
  torchLinear,
} from '../../src/index.js';
import { START } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 400;

describe('after training, the initialization is not blamed', () => {
  const x = normalInputs(ROWS, 20, 9);
  const y = randomClasses(ROWS, 4);
  const stack = (activation: 'relu' | 'tanh' | 'sigmoid', depth: number, more: Partial<LayerOptions> = {}) =>
    new MLP<BackendName>({
      inputSize: 20,
      layers: [
        ...Array.from({ length: depth }, () => ({ units: 20, activation, ...more }) as LayerOptions),
        { units: 4, activation: 'softmax', ...more },
      ],
      seed: 3,
    });
  const cases = [
    ['too small kernels', () => stack('relu', 30, { kernelInitializer: tfjsHeNormal() }), 1e-6],
    [
      'vanishing kernels',
      () => stack('relu', 12, { kernelInitializer: randomNormal({ stddev: 0.05 }) }),
      1e-6,
    ],
    ['too large kernels', () => stack('relu', 5, { kernelInitializer: randomNormal({ stddev: 2 }) }), 1e-6],
    ['saturated tanh', () => stack('tanh', 3, { kernelInitializer: randomNormal({ stddev: 2 }) }), 1e-6],
    ['vanishing sigmoids', () => stack('sigmoid', 7, { kernelInitializer: torchLinear() }), 1e-4],
    ['biases below 0', () => stack('relu', 2, { biasInitializer: constant({ value: -20 }) }), 1e-4],
    ['equal weights', () => stack('tanh', 2, { kernelInitializer: constant({ value: 0.1 }) }), 1e-2],
  ] as const;

  it.each([false, true])('a start put back by setWeights is blamed again, diagnosed before: %s', (before) => {
    const make = cases[0]![1];
    const model = make();
    if (before) diagnose(model, x);
    const start = model.getWeights();
    model.setWeights(start.map(({ kernel, ...rest }) => ({ ...rest, kernel: kernel.map((w) => 2 * w) })));
    expect(diagnose(model, x).advice.join('\n')).not.toMatch(START);
    model.setWeights(start);
    expect(diagnose(model, x)).toEqual(diagnose(make(), x));
    expect(diagnose(model, x).advice.join('\n')).toMatch(START);
  });

  it.each(cases)('%s: are blamed before the first step, not after it', (_, make, learningRate) => {
    const model = make();
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
    const before = diagnose(model, x, y);
    expect(before.verdict).not.toBe('healthy');
    expect(before.advice.join('\n')).toMatch(START);
    model.trainOnBatch(x, y);
    const after = diagnose(model, x, y);
    // A vanishing signal may end in a constant answer, which is no fault before the first step.
    const verdicts = [before.verdict, 'collapsed'];
    expect(verdicts).toContain(after.verdict);
    expect(after.advice.join('\n')).not.toMatch(START);
    // A loaded model, a recompiled one and a copy by setWeights behave alike.
    const loaded = MLP.load(model.save());
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
    const copy = make();
    copy.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
    copy.setWeights(model.getWeights());
    for (const moved of [loaded, model, copy]) {
      const report = diagnose(moved, x, y);
      expect(verdicts).toContain(report.verdict);
      expect(report.advice.join('\n')).not.toMatch(START);
    }
  });

  it.each(cases)('%s: are blamed in a fresh model that was saved, or written back', (_, make) => {
    const model = make();
    const { advice } = diagnose(model, x);
    const loaded = MLP.load(model.save());
    expect(diagnose(loaded, x).advice).toEqual(advice);
    model.setWeights(model.getWeights());
    expect(diagnose(model, x).advice).toEqual(advice);
  });

  it('training is blamed for kernels that it made large', () => {
    const model = stack('tanh', 2);
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 500 }) });
    for (let step = 0; step < 20; step++) model.trainOnBatch(x, y);
    const report = diagnose(model, x, y);
    expect(report.verdict).toBe('saturated');
    expect(report.advice.join('\n')).toMatch(
      /training at a learning rate of 500 has brought the kernels? of layer 1.* times the initial size/,
    );
    expect(report.advice.join('\n')).toContain('lower the learning rate');
    expect(report.advice.join('\n')).not.toMatch(START);
  });

  it('a user’s own initializer is not blamed either', () => {
    const draw = (shape: readonly number[]) =>
      Float32Array.from(
        new Rng('own').normal(
          shape.reduce((a, b) => a * b, 1),
          { std: 3 },
        ),
      );
    const model = stack('tanh', 2, { kernelInitializer: draw as never });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 1e-3 }) });
    expect(diagnose(model, x, y).advice.join()).toMatch(START);
    model.trainOnBatch(x, y);
    expect(diagnose(model, x, y).advice.join()).not.toMatch(START);
  });
});

describe('a learning rate that is too high', () => {
  const x = normalInputs(100, 2, 3);
  const y = Float32Array.from({ length: 100 }, (_, r) => x[2 * r]! * x[2 * r + 1]!);
  const trained = (learningRate: number, steps: number, seed: number) => {
    const model = new MLP<BackendName>({
      inputSize: 2,
      layers: [{ units: 32, activation: 'relu' }, { units: 1 }],
      seed,
    });
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate }) });
    for (let step = 0; step < steps; step++) model.trainOnBatch(x, y);
    return model;
  };

  it.each([1, 3])('is blamed first and alone after every number of steps: %d', (learningRate) => {
    for (const seed of [0, 1, 2]) {
      for (const steps of [1, 2, 3]) {
        const model = trained(learningRate, steps, seed);
        for (const each of [model, MLP.load(model.save())]) {
          const { verdict, advice } = diagnose(each, x, y);
          expect(['exploding', 'dead']).toContain(verdict);
          expect(advice[0]).toMatch(
            /(a|the) learning rate of [13] (is too high|has brought .* times the initial size)/,
          );
          expect(advice.join('\n')).not.toMatch(START);
          // Outputs that training blew up are not the targets' fault.
          expect(advice.join('\n')).not.toContain('targets');
        }
      }
    }
  });

  it('is blamed without targets, by the size that the kernels had', () => {
    const { advice } = diagnose(trained(1, 2, 0), x);
    expect(advice[0]).toMatch(
      /training at a learning rate of 1 has brought the kernel of layer 1 to 35 times the initial size: lower/,
    );
  });

  it('leaves narrow targets to blame if the kernels are still of their size', () => {
    const narrow = y.map((value) => value / 1e4);
    const model = trained(1e-6, 3, 0);
    expect(diagnose(model, x, narrow).advice.join()).toContain('targets come unscaled');
  });
});
