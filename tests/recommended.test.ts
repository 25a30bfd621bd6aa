/** The lectures' pipeline in one call: what it is made of, and that it learns. */
import { describe, expect, it } from 'vitest';
import { iris } from '../src/data/index.js';
import { MLP, recommended } from '../src/index.js';
import { internalsOf } from '../src/mlp.js';
import { untyped } from './refusals.js';

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

  it('takes other hidden layers, none too, another scaling, initializer and seed', () => {
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

  it('runs on the backend that it is told, and its numbers are of that kind by type', () => {
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

  it('learns iris as it comes', async () => {
    const model = recommended({ inputSize: 4, classes: 3, hidden: [32], inputScaling: 'zScore' });
    await model.fit(iris.x, iris.y, { epochs: 200, batchSize: 10 });
    expect(model.evaluate(iris.x, iris.y).accuracy).toBeGreaterThanOrEqual(0.96);
  });
});
