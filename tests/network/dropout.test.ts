/** Dropout in a network: which outputs it drops, how it scales the others, and that only training uses it. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  type LayerOptions,
  MLP,
  type MLPOptions,
  Rng,
  sgd,
} from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { arrangements, normalInputs, randomClasses } from '../support/networks.js';

const WORD = 2 ** 32;

/** Kept units by the public streams alone: true if word i of (seed, 'dropout', layer, step) reaches the rate. */
function kept(seed: number | string, layer: number, step: number, rate: number, n: number): boolean[] {
  const words = new Rng(seed).split('dropout').split(layer).split(step).bits(n);
  return Array.from(words, (word) => word >= Math.floor(rate * WORD));
}

/**
 * Network whose gradients show its masks. Under kernels of ones, dL/da is 0 for a dropped unit; for a kept unit it is the
 * gradient from above times the factor.
 */
function transparent(
  rates: readonly number[],
  units: number,
  options: Partial<MLPOptions<BackendName>> = {},
): MLP<BackendName> {
  const layers: LayerOptions[] = [
    ...rates.map((dropout) => ({ units, dropout, kernelInitializer: 'ones' as const })),
    { units: 1, kernelInitializer: 'ones' },
  ];
  const model = new MLP<BackendName>({ inputSize: 1, layers, seed: 21, ...options });
  model.compile({ loss: 'squaredError', optimizer: sgd({ learningRate: 1e-9 }) });
  return model;
}

/** Returns 0 for a dropped unit, otherwise the factor of its output. */
function maskOf(model: MLP<BackendName>, layer: number, rows: number): number[] {
  const gradients = model.gradients(new Float32Array(rows).fill(1), new Float32Array(rows).fill(-1e4), {
    training: true,
  });
  const { activation } = gradients.layers[layer]!;
  const above = gradients.layers[layer + 1]!.preactivation;
  const [units, unitsAbove] = [activation.length / rows, above.length / rows];
  return Array.from(activation, (value, i) => {
    const row = Math.floor(i / units);
    let sum = 0;
    for (let c = 0; c < unitsAbove; c++) sum += above[row * unitsAbove + c]!;
    return value / sum;
  });
}

describe.each(arrangements)('on $name', ({ backend, arithmetic, tolerance }) => {
  it.each([0.05, 0.2, 0.5, 0.9])('drops %d of the outputs, within 5σ, and keeps the mean', (rate) => {
    const [rows, units] = [40, 500];
    const n = rows * units;
    const mask = maskOf(transparent([rate], units, { backend, arithmetic }), 0, rows);
    const dropped = mask.filter((factor) => factor === 0).length;
    expect(Math.abs(dropped - n * rate)).toBeLessThan(5 * Math.sqrt(n * rate * (1 - rate)));
    const factors = mask.filter((factor) => factor !== 0);
    expectBlock(factors, Array(factors.length).fill(1 / (1 - rate)), tolerance);
    const mean = mask.reduce((sum, factor) => sum + factor, 0) / n;
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(rate / (1 - rate) / n));
  });

  it('depends on seed, layer and step only, and is the same on any other backend', () => {
    const [rows, units, rates] = [7, 33, [0.3, 0.6]] as const;
    for (const seed of [21, 'twenty-one']) {
      const model = transparent(rates, units, { backend, arithmetic, seed });
      for (let step = 0; step < 3; step++) {
        for (const [layer, rate] of rates.entries()) {
          const expected = kept(seed, layer, step, rate, rows * units);
          expect(maskOf(model, layer, rows).map((factor) => factor !== 0)).toEqual(expected);
        }
        model.trainOnBatch(new Float32Array(rows).fill(1), new Float32Array(rows));
      }
    }
  });

  it('does not affect predict and evaluate, nor gradients unless they are asked for training', () => {
    const make = (dropout: number) => {
      const layers: LayerOptions[] = [
        { units: 9, activation: 'tanh', dropout },
        { units: 8, activation: 'relu', dropout },
        { units: 3, activation: 'softmax' },
      ];
      const model = new MLP<BackendName>({ inputSize: 5, layers, backend, arithmetic });
      model.compile({ loss: 'crossEntropy' });
      return model;
    };
    const [x, y] = [normalInputs(20, 5), randomClasses(20, 3)];
    const [dropping, plain] = [make(0.5), make(0)];
    expectSame(dropping.predict(x), plain.predict(x));
    expect(dropping.evaluate(x, y)).toEqual(plain.evaluate(x, y));
    expect(dropping.gradients(x, y)).toEqual(plain.gradients(x, y));
    expect(plain.gradients(x, y, { training: true })).toEqual(plain.gradients(x, y));
    expect(dropping.gradients(x, y, { training: true }).loss).not.toBe(plain.gradients(x, y).loss);
    // gradients shows the mask that the next step uses.
    expect(dropping.trainOnBatch(x, y).loss).toBe(make(0.5).gradients(x, y, { training: true }).loss);
  });
});

it('masks of other steps, layers and seeds agree no more than by chance', () => {
  const n = 20_000;
  const rate = 0.5;
  const first = kept(1, 0, 0, rate, n);
  const others = [kept(1, 0, 1, rate, n), kept(1, 1, 0, rate, n), kept(2, 0, 0, rate, n)];
  for (const other of others) {
    const agreeing = first.filter((keep, i) => keep === other[i]).length;
    expect(Math.abs(agreeing - n / 2)).toBeLessThan((5 * Math.sqrt(n)) / 2);
  }
});

describe('a step in training, computed by hand in f64', () => {
  const [rows, inputs, rates] = [11, 5, [0.4, 0.25]] as const;
  const x = normalInputs(rows, inputs);
  const y = normalInputs(rows, 2, 13);
  const layers: LayerOptions[] = [
    { units: 6, activation: 'tanh', dropout: rates[0], batchNorm: { position: 'after', epsilon: 0.01 } },
    { units: 4, activation: 'tanh', dropout: rates[1], batchNorm: { epsilon: 0.01 } },
    { units: 2 },
  ];
  const make = () => {
    const model = new MLP({ inputSize: inputs, layers, seed: 5, backend: 'javascript64' });
    model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
    return model;
  };

  /** Kernel, batch norm of the batch, tanh, dropout; or the batch norm after the tanh. */
  function lossByHand(weights: ReturnType<ReturnType<typeof make>['getWeights']>, step: number): number {
    let values = Array.from(x);
    for (const [l, { kernel, bias, gamma, beta }] of weights.entries()) {
      const fanIn = values.length / rows;
      const units = bias.length;
      const normalize = (v: readonly number[]) =>
        v.map((value, i) => {
          const column = v.filter((_, j) => j % units === i % units);
          const mean = column.reduce((sum, entry) => sum + entry, 0) / rows;
          const variance = column.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / rows;
          return (gamma![i % units]! * (value - mean)) / Math.sqrt(variance + 0.01) + beta![i % units]!;
        });
      values = Array.from({ length: rows * units }, (_, i) => {
        const [r, c] = [Math.floor(i / units), i % units];
        return bias[c]! + dot(values.slice(r * fanIn, (r + 1) * fanIn), kernel, units, c);
      });
      if (l === 0) values = normalize(values.map(Math.tanh));
      if (l === 1) values = normalize(values).map(Math.tanh);
      const rate = rates[l];
      if (rate === undefined) continue;
      const mask = kept(5, l, step, rate, values.length);
      values = values.map((value, i) => (mask[i] ? value / (1 - rate) : 0));
    }
    return values.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0) / values.length;
  }

  it('has the loss that the streams’ masks give, step after step', () => {
    const model = make();
    for (let step = 0; step < 4; step++) {
      const expected = lossByHand(model.getWeights(), step);
      expectBlock([model.gradients(x, y, { training: true }).loss], [expected], 1e-13);
      expectBlock([model.trainOnBatch(x, y).loss], [expected], 1e-13);
    }
  });

  it('has the gradients that differences of that loss give', () => {
    const model = make();
    model.trainOnBatch(x, y);
    const weights = model.getWeights();
    const { layers: gradients } = model.gradients(x, y, { training: true });
    for (const [l, tensors] of weights.entries()) {
      for (const name of ['kernel', 'bias', 'gamma', 'beta'] as const) {
        const values = tensors[name];
        if (values === undefined) continue;
        const differences = Array.from(values, (here, i) => {
          const [above, below] = [here + 1e-5, here - 1e-5].map((moved) => {
            values[i] = moved;
            return lossByHand(weights, 1);
          });
          values[i] = here;
          return (above! - below!) / 2e-5;
        });
        const scale = Math.max(...gradients[l]!.kernel.map(Math.abs));
        expectBlock([...gradients[l]![name]!, scale], [...differences, scale], 1e-8);
      }
    }
  });
});

function dot(row: readonly number[], kernel: ArrayLike<number>, units: number, c: number): number {
  return row.reduce((sum, value, k) => sum + value * kernel[k * units + c]!, 0);
}

describe('two fits with dropout', () => {
  const [x, y] = [normalInputs(50, 5), randomClasses(50, 3)];
  const layers: LayerOptions[] = [
    { units: 9, activation: 'prelu', dropout: 0.3, batchNorm: true },
    { units: 8, activation: 'gelu', dropout: 0.5, batchNorm: { position: 'after' }, useBias: false },
    { units: 3, activation: 'softmax' },
  ];
  const make = (backend: BackendName) => {
    const model = new MLP<BackendName>({ inputSize: 5, layers, backend, seed: 2 });
    model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }) });
    return model;
  };

  it.each(['wasm', 'javascript', 'javascript64'] as const)(
    'equal one fit, bit for bit, on %s',
    async (backend) => {
      const [once, twice] = [make(backend), make(backend)];
      const whole = await once.fit(x, y, { epochs: 5, batchSize: 16 });
      const parts = [];
      for (const epochs of [2, 3]) parts.push(await twice.fit(x, y, { epochs, batchSize: 16 }));
      expect(parts.flatMap(({ loss }) => loss)).toEqual(whole.loss);
      expect(twice.getWeights()).toEqual(once.getWeights());
      expectSame(twice.predict(x), once.predict(x));
    },
  );

  it('use the same masks with a reading call in between', () => {
    const [reading, quiet] = [make('wasm'), make('wasm')];
    for (let step = 0; step < 3; step++) {
      reading.predict(normalInputs(1500, 5));
      reading.gradients(x, y, { training: true });
      expect(reading.trainOnBatch(x, y)).toEqual(quiet.trainOnBatch(x, y));
    }
    expect(reading.getWeights()).toEqual(quiet.getWeights());
  });
});
