import { describe, expect, it } from 'vitest';
import { iris } from '../../src/data/index.js';
import { heNormal, MLP, type Rng, randomNormal, sgd, zeros } from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { arrangements, build, normalInputs, randomClasses } from '../support/networks.js';

const classification = {
  inputSize: 6,
  layers: [
    { units: 9, activation: 'relu' },
    { units: 3, activation: 'softmax' },
  ],
  loss: 'crossEntropy',
  optimizer: sgd({ learningRate: 0.1 }),
} as const;

const x = normalInputs(50, 6);
const y = randomClasses(50, 3);

function accurate(options: Partial<ConstructorParameters<typeof MLP<'wasm'>>[0]> = {}) {
  const { inputSize, layers, loss, optimizer } = classification;
  const model = new MLP({ inputSize, layers, seed: 3, ...options });
  model.compile({ loss, optimizer, metrics: ['accuracy'] });
  return model;
}

describe('the starting weights', () => {
  it('are equal on every backend', () => {
    const [first, ...others] = arrangements.map((arrangement) =>
      build(classification, arrangement).getWeights(),
    );
    for (const weights of others) {
      for (const [l, { kernel }] of weights.entries())
        expect(Array.from(kernel)).toEqual(Array.from(first![l]!.kernel));
    }
  });

  it('depend on the seed', () => {
    const kernel = (seed: number) => accurate({ seed }).getWeights()[0]!.kernel;
    expect(kernel(1)).toEqual(kernel(1));
    expect(kernel(1)).not.toEqual(kernel(2));
  });

  it('differ between layers that share one initializer object', () => {
    const shared = heNormal();
    const layer = { units: 8, kernelInitializer: shared };
    const weights = new MLP({ inputSize: 8, layers: [layer, layer] }).getWeights();
    expect(weights[0]!.kernel).not.toEqual(weights[1]!.kernel);
  });

  it('stay the same if a layer is inserted in between', () => {
    const before = new MLP({
      inputSize: 4,
      layers: [{ units: 8 }, { units: 8 }, { units: 3 }],
      seed: 9,
    }).getWeights();
    const after = new MLP({
      inputSize: 4,
      layers: [{ units: 8 }, { units: 8 }, { units: 8 }, { units: 3 }],
      seed: 9,
    }).getWeights();
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).toEqual(before[1]);
    expect(after[3]).toEqual(before[2]);
  });

  it('are He normal before relu and Glorot uniform elsewhere', () => {
    const layers = [
      { units: 300, activation: 'relu' },
      { units: 300, activation: 'tanh' },
    ] as const;
    const [relu, tanh] = new MLP({ inputSize: 300, layers }).getWeights();
    expect(deviation(relu!.kernel)).toBeCloseTo(Math.sqrt(2 / 300), 3);
    expect(deviation(tanh!.kernel)).toBeCloseTo(Math.sqrt(2 / 600), 3);
    expect(Math.max(...tanh!.kernel)).toBeLessThan(Math.sqrt(6 / 600));
    expect(relu!.bias.every((value) => value === 0)).toBe(true);
  });
});

describe('training', () => {
  it('in two fits equals one fit, bit for bit', async () => {
    const once = accurate();
    await once.fit(x, y, { epochs: 4, batchSize: 7 });
    const twice = accurate();
    await twice.fit(x, y, { epochs: 1, batchSize: 7 });
    await twice.fit(x, y, { epochs: 3, batchSize: 7 });
    expect(twice.getWeights()).toEqual(once.getWeights());
    expect(twice.epoch).toBe(4);
  });

  it('on one batch of all rows equals trainOnBatch', async () => {
    const fitted = accurate();
    await fitted.fit(x, y, { epochs: 3, batchSize: 50, shuffle: false });
    const stepped = accurate();
    for (let step = 0; step < 3; step++) stepped.trainOnBatch(x, y);
    expect(fitted.getWeights()).toEqual(stepped.getWeights());
  });

  it('reports means over all rows, including the small last batch', async () => {
    const model = accurate({ layers: [{ units: 3, activation: 'softmax', kernelInitializer: 'zeros' }] });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 1e-30 }), metrics: ['accuracy'] });
    const history = await model.fit(x, y, { batchSize: 33, validationData: [x, y] });
    const share = y.filter((label) => label === 0).length / 50;
    expect(history.loss[0]).toBeCloseTo(Math.log(3), 6);
    expect(history.accuracy![0]).toBeCloseTo(share, 12);
    expect(history.validation.accuracy![0]).toBeCloseTo(share, 12);
    expect(history.validation.loss[0]).toBeCloseTo(Math.log(3), 6);
  });

  it('reports every batch and epoch', async () => {
    const batches: string[] = [];
    const epochs: unknown[] = [];
    const history = await accurate().fit(x, y, {
      epochs: 2,
      batchSize: 20,
      validationData: [x, y],
      onBatchEnd: ({ epoch, batch, batches: of, samples }) =>
        batches.push(`${epoch}:${batch}/${of} ${samples}`),
      onEpochEnd: ({ epoch, loss, validation }) => epochs.push([epoch, loss, validation?.loss]),
    });
    expect(batches).toEqual(['1:1/3 20', '1:2/3 40', '1:3/3 50', '2:1/3 20', '2:2/3 40', '2:3/3 50']);
    expect(epochs).toEqual([1, 2].map((e) => [e, history.loss[e - 1], history.validation.loss[e - 1]]));
  });

  it('learns iris, with inputs scaled to mean 0 and deviation 1', async () => {
    const model = new MLP({
      inputSize: 4,
      layers: [
        { units: 16, activation: 'tanh' },
        { units: 3, activation: 'softmax' },
      ],
      inputScaling: 'zScore',
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }), metrics: ['accuracy'] });
    await model.fit(iris.x, iris.y, { epochs: 60, batchSize: 16 });
    expect(model.evaluate(iris.x, iris.y).accuracy).toBeGreaterThan(0.96);
  });

  it('finds a line with a linear network', async () => {
    const inputs = normalInputs(200, 2);
    const targets = Float32Array.from(
      { length: 200 },
      (_, r) => 3 * inputs[2 * r]! - 2 * inputs[2 * r + 1]! + 0.5,
    );
    const model = new MLP({ inputSize: 2, layers: [{ units: 1 }] });
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
    await model.fit(inputs, targets, { epochs: 60, batchSize: 20 });
    const [{ kernel, bias }] = model.getWeights() as [ReturnType<typeof model.getWeights>[number]];
    expectBlock([...kernel, ...bias], [3, -2, 0.5], 1e-4);
  });

  it('passes gradients through fifty layers, and a start of zeros moves none of their kernels', async () => {
    const deep = (kernelInitializer: ReturnType<typeof zeros>) =>
      new MLP({
        inputSize: 6,
        layers: [
          ...Array.from({ length: 50 }, () => ({
            units: 10,
            activation: 'relu' as const,
            kernelInitializer,
          })),
          { units: 3, activation: 'softmax', kernelInitializer },
        ],
      });
    for (const [initializer, moves] of [
      [heNormal(), true],
      [zeros(), false],
    ] as const) {
      const model = deep(initializer);
      model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.1 }) });
      const before = model.getWeights()[0]!.kernel;
      model.trainOnBatch(x, y);
      expect(model.getWeights()[0]!.kernel.some((value, i) => value !== before[i])).toBe(moves);
    }
  });

  it('allows reading, but not writing, while a fit is awaited', async () => {
    const model = accurate();
    let during: unknown;
    const fit = model.fit(x, y, {
      batchSize: 10,
      onBatchEnd: () => {
        model.predict(x);
        during = [
          () => model.trainOnBatch(x, y),
          () => model.setWeights([]),
          () => model.compile({ loss: 'crossEntropy' }),
        ].map((write) => {
          try {
            write();
            return 'wrote';
          } catch (error) {
            return (error as Error).message.includes('being fitted');
          }
        });
      },
    });
    await expect(model.fit(x, y)).rejects.toThrow(/being fitted/);
    await fit;
    expect(during).toEqual([true, true, true]);
    const undisturbed = accurate();
    await undisturbed.fit(x, y, { batchSize: 10 });
    expect(model.getWeights()).toEqual(undisturbed.getWeights());
  });

  it('can continue after a callback threw', async () => {
    const model = accurate();
    const stop = () => {
      throw new Error('enough');
    };
    await expect(model.fit(x, y, { onBatchEnd: stop })).rejects.toThrow('enough');
    await model.fit(x, y);
    expect(model.epoch).toBe(1);
  });
});

describe('predictions', () => {
  it.each(arrangements)('on $name do not depend on the other rows', (arrangement) => {
    const model = build({ ...classification, inputSize: 300 }, arrangement);
    const rows = normalInputs(1300, 300);
    const all = model.predict(rows);
    for (const r of [0, 1, 1023, 1024, 1299]) {
      const alone = model.predict(rows.slice(300 * r, 300 * (r + 1)));
      expect(alone).toEqual(all.slice(3 * r, 3 * (r + 1)));
    }
  });

  it('are probabilities after softmax, and copies', () => {
    const model = accurate();
    const first = model.predict(x);
    for (let r = 0; r < 50; r++)
      expect(first[3 * r]! + first[3 * r + 1]! + first[3 * r + 2]!).toBeCloseTo(1, 6);
    const kept = first.slice();
    model.predict(normalInputs(5000, 6));
    expect(first).toEqual(kept);
    expect(model.predict(new Float32Array(0))).toEqual(new Float32Array(0));
  });

  it('are the same for rows in any form', () => {
    const rows = Array.from({ length: 50 }, (_, r) => Array.from(x.slice(6 * r, 6 * (r + 1))));
    const model = accurate();
    const expected = model.predict(x);
    for (const form of [rows, Float64Array.from(x), rows.map((row) => Float32Array.from(row))]) {
      expect(model.predict(form)).toEqual(expected);
    }
  });

  it('are the same for class indices, one-hot rows and arrays of rows', () => {
    const oneHot = Array.from(y, (label) => [0, 1, 2].map((c) => Number(c === label)));
    const expected = accurate().evaluate(x, y);
    for (const form of [Array.from(y), Int32Array.from(y), oneHot, Float32Array.from(oneHot.flat())]) {
      const { loss, accuracy } = accurate().evaluate(x, form);
      expect(loss).toBeCloseTo(expected.loss, 6);
      expect(accuracy).toBe(expected.accuracy);
    }
  });

  it('survive a round trip of the weights', () => {
    const model = accurate({ seed: 1 });
    const other = accurate({ seed: 2 });
    other.setWeights(model.getWeights());
    expect(other.predict(x)).toEqual(model.predict(x));
  });
});

describe('gradients', () => {
  it('with respect to the softmax output are −t / (p · rows)', () => {
    const model = accurate();
    const p = model.predict(x);
    const { activation } = model.gradients(x, y).layers[1]!;
    const expected = p.map((value, i) => (y[Math.floor(i / 3)] === i % 3 ? -1 / (value * 50) : 0));
    expectBlock(activation, expected, 1e-6);
  });
});

describe('a custom initializer', () => {
  it('may be any function of the form', () => {
    const halves = Object.assign(
      (shape: readonly number[]) => new Float32Array(shape[0]! * (shape[1] ?? 1)).fill(0.5),
      {
        config: { name: 'halves' },
      },
    );
    const model = new MLP({ inputSize: 2, layers: [{ units: 3, kernelInitializer: halves }] });
    expect(model.getWeights()[0]!.kernel).toEqual(new Float32Array(6).fill(0.5));
  });

  it('may return the same array again and again', () => {
    const buffer = new Float32Array(9);
    const make = (_: readonly number[], rng: Rng) => rng.normal(9, { out: buffer });
    const reused = Object.assign(make, { config: { name: 'reused' } });
    const layer = { units: 3, kernelInitializer: reused };
    const [first, second] = new MLP({ inputSize: 3, layers: [layer, layer] }).getWeights();
    expect(first!.kernel).not.toEqual(second!.kernel);
  });

  it('receives the fans of its layer, for the bias too', () => {
    const seen: unknown[] = [];
    const spy = Object.assign(
      (shape: readonly number[], rng: Rng, options = {}) => {
        seen.push([shape, options]);
        return randomNormal()(shape as [number], rng);
      },
      { config: { name: 'spy' } },
    );
    new MLP({ inputSize: 5, layers: [{ units: 4, kernelInitializer: spy, biasInitializer: spy }] });
    const fans = { fanIn: 5, fanOut: 4 };
    expect(seen).toEqual([
      [[5, 4], fans],
      [[4], fans],
    ]);
  });
});

function deviation(values: ArrayLike<number>): number {
  const all = Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length);
}
