/** The recommended models: their parts, and that they learn. */
import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { MLP, recommended, recommendedOptions } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { untyped } from '../support/refusals.js';

describe('recommended', () => {
  it('is ReLU with batch norm on He normal, Adam at 1e-3, cross-entropy and accuracy', () => {
    const model = recommended({ inputSize: 784, classes: 10 });
    const { layers, ...rest } = model.config;
    expect(rest).toEqual({
      inputSize: 784,
      inputScaling: 'symmetric',
      targetScaling: 'none',
      seed: 0,
      arithmetic: 'portable',
      backend: 'wasm',
      skipZeros: true,
    });
    expect(layers).toMatchObject([
      {
        units: 256,
        activation: { name: 'relu' },
        batchNorm: { momentum: 0.1, epsilon: 1e-5, position: 'before' },
        kernelInitializer: { name: 'heNormal' },
        dropout: 0,
      },
      { units: 10, activation: { name: 'softmax' }, batchNorm: false },
    ]);
    const { loss, optimizer, metrics } = internalsOf(model).compiled!;
    expect(loss.name).toBe('crossEntropy');
    expect(optimizer).toMatchObject({ name: 'adam', learningRate: 1e-3 });
    expect(metrics.map(({ name }) => name)).toEqual(['accuracy']);
  });

  it('accepts other hidden layers, also none, another scaling, initializer and seed', () => {
    const options = { inputSize: 4, classes: 3, inputScaling: 'zScore', seed: 'a' } as const;
    const model = recommended({ ...options, hidden: [8, 6], kernelInitializer: 'glorotUniform' });
    expect(model.config.layers.map(({ units }) => units)).toEqual([8, 6, 3]);
    expect(model.config.layers.map(({ kernelInitializer }) => kernelInitializer.name)).toEqual([
      'glorotUniform',
      'glorotUniform',
      'glorotUniform',
    ]);
    expect([model.config.inputScaling, model.seed]).toEqual(['zScore', 'a']);
    expect(recommended({ ...options, hidden: [] }).config.layers).toHaveLength(1);
    expect(model).toBeInstanceOf(MLP);
  });

  it('runs on the given backend, and its numbers have that type', () => {
    const options = { inputSize: 4, classes: 3, inputScaling: 'zScore' } as const;
    const used = (['wasm', 'javascript', 'javascript64'] as const).map((backend) =>
      recommended({ ...options, backend }),
    );
    expect(used.map(({ backend }) => backend)).toEqual(['wasm', 'javascript', 'javascript64']);
    const doubles = recommended({ ...options, backend: 'javascript64' });
    doubles.adapt(iris.x);
    const outputs: Float64Array = doubles.predict(iris.x);
    expect(outputs).toHaveLength(450);
    const usual: 'wasm' | 'javascript' = recommended(options).backend;
    expect(usual).toBe('wasm');
    expect(() => recommended({ ...options, backend: untyped<'wasm'>('gpu') })).toThrow(
      /^backend: unknown name 'gpu'/,
    );
  });

  it('gives a table ReLU with dropout on tabular inputs, and a larger network for many rows', () => {
    const few = recommended({ data: 'table', inputSize: 9, classes: 4 });
    const many = recommended({ data: 'table', inputSize: 9, classes: 4, rows: 10_000 });
    expect([few, many].map(({ config }) => config.inputScaling)).toEqual(['tabular', 'tabular']);
    expect([few, many].map(({ config }) => config.targetScaling)).toEqual(['none', 'none']);
    for (const { config } of [few, many]) {
      expect(config.layers).toMatchObject([
        { activation: { name: 'relu' }, batchNorm: false, kernelInitializer: { name: 'heNormal' } },
        { units: 4, activation: { name: 'softmax' }, dropout: 0 },
      ]);
      expect(config.layers[0]!.dropout).toBeGreaterThan(0);
    }
    expect(few.config.layers[0]!.units).toBeLessThan(many.config.layers[0]!.units);
    const rate = (model: MLP) => internalsOf(model).compiled!.optimizer.learningRate as number;
    expect(rate(few)).toBeGreaterThan(rate(many));
    const fitFor = (rows?: number) =>
      recommendedOptions({ data: 'table', inputSize: 9, ...(rows !== undefined && { rows }) }).fit;
    expect(fitFor(9_999)).toEqual(fitFor());
    expect(fitFor(10_000).batchSize).toBeGreaterThan(fitFor().batchSize);
  });

  it('has batch norm only for classes of a table of many inputs and fewer rows', () => {
    const norms = (options: { inputSize: number; classes?: number; rows?: number }) =>
      recommended({ data: 'table', hidden: [8, 6], ...options }).config.layers.map(
        ({ batchNorm }) => batchNorm !== false,
      );
    expect(norms({ inputSize: 20, classes: 3 })).toEqual([true, true, false]);
    expect(norms({ inputSize: 200, classes: 2, rows: 9_999 })).toEqual([true, true, false]);
    expect(norms({ inputSize: 19, classes: 3 })).toEqual([false, false, false]);
    expect(norms({ inputSize: 20, classes: 3, rows: 10_000 })).toEqual([false, false, false]);
    expect(norms({ inputSize: 20 })).toEqual([false, false, false]);
  });

  it('consists of plain data that survive JSON, with the options of fit', () => {
    const options = { inputSize: 4, classes: 3, hidden: [8], seed: 5 };
    const { model, compile, fit } = JSON.parse(JSON.stringify(recommendedOptions(options)));
    expect(new MLP(model).config).toEqual(recommended(options).config);
    expect([compile.loss, compile.optimizer.learningRate]).toEqual(['crossEntropy', 1e-3]);
    expect(fit).toEqual({ epochs: 5, batchSize: 128 });
  });

  it('gives a regression its own output, scaled targets and squared error', () => {
    const model = recommended({ data: 'table', inputSize: 3, hidden: [5] });
    expect(model.config).toMatchObject({ targetScaling: 'zScore', layers: [{ units: 5 }, { units: 1 }] });
    const { loss, metrics } = internalsOf(model).compiled!;
    expect([loss.name, ...metrics.map(({ name }) => name)]).toEqual([
      'meanSquaredError',
      'rootMeanSquaredError',
      'r2',
    ]);
  });

  it.each([
    ['classes', () => recommended({ inputSize: 3 }), TypeError, /^classes: expected a whole number/],
    [
      'data',
      () => recommended({ inputSize: 3, classes: 2, data: untyped('tables') }),
      TypeError,
      /^data: .*'table'/,
    ],
    ['rows', () => recommended({ inputSize: 3, data: 'table', rows: -1 }), RangeError, /^rows: /],
  ] as const)('refuses %s', (_, make, kind, message) => {
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });

  it('learns unscaled iris', async () => {
    const model = recommended({ inputSize: 4, classes: 3, hidden: [32], inputScaling: 'zScore' });
    await model.fit(iris.x, iris.y, { epochs: 200, batchSize: 10 });
    expect(model.evaluate(iris.x, iris.y).accuracy).toBeGreaterThanOrEqual(0.96);
  });
});
