/** Memory of a model under calls of all sizes: what grows, what is laid out again, and what must stay. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { adam, type BackendName, type LayerOptions, MLP, type Optimizer, sgd } from '../../src/index.js';
import { expectSame } from '../support/compare.js';
import { arrangements, normalInputs, randomClasses } from '../support/networks.js';

const INPUTS = 9;
const x = normalInputs(3000, INPUTS);
const y = randomClasses(3000, 3);
const bytes = Uint8Array.from(x, (value) => Math.max(0, Math.min(255, 128 + 60 * value)));
const rows = <A extends Float32Array | Uint8Array>(values: A, n: number, columns = INPUTS) =>
  values.subarray(0, n * columns) as A;

const layers: LayerOptions[] = [
  { units: 40, activation: 'prelu', dropout: 0.3, batchNorm: { position: 'after' } },
  { units: 30, activation: 'gelu', dropout: 0.2, batchNorm: true, useBias: false },
  { units: 3, activation: 'softmax' },
];

describe.each(arrangements)('on $name', ({ backend, arithmetic }) => {
  const make = (optimizer: Optimizer = adam({ learningRate: 0.01 }), more = {}) => {
    const model = new MLP<BackendName>({
      inputSize: INPUTS,
      layers,
      backend,
      arithmetic,
      seed: 7,
      inputScaling: 'symmetric',
      ...more,
    });
    model.compile({ loss: 'crossEntropy', optimizer, metrics: ['accuracy'] });
    return model;
  };
  type Model = ReturnType<typeof make>;

  /** Every call that makes room, from a few rows to many and back, between steps of training. */
  const readings: ((model: Model) => unknown)[] = [
    (model) => model.predict(rows(bytes, 1)),
    (model) => model.evaluate(rows(bytes, 700), rows(y, 700, 1)),
    (model) => model.gradients(rows(bytes, 50), rows(y, 50, 1)),
    (model) => model.predict(rows(bytes, 3000)),
    (model) => model.gradients(rows(bytes, 400), rows(y, 400, 1), { training: true }),
    (model) => model.evaluate(rows(bytes, 2), rows(y, 2, 1)),
  ];

  it('reading calls of any size between steps of any size leave no trace', () => {
    const [reading, quiet] = [make(), make()];
    for (const [step, read] of readings.entries()) {
      read(reading);
      const n = [16, 64, 2, 200, 33, 1200][step]!;
      const batch = [rows(bytes, n), rows(y, n, 1)] as const;
      expect(reading.trainOnBatch(...batch)).toEqual(quiet.trainOnBatch(...batch));
    }
    expect(reading.getWeights()).toEqual(quiet.getWeights());
  });

  it('their answers do not depend on earlier calls', () => {
    const used = make();
    for (const n of [8, 300]) used.trainOnBatch(rows(bytes, n), rows(y, n, 1));
    for (const read of readings) {
      const fresh = make();
      fresh.setWeights(used.getWeights());
      // Dropout depends on the step.
      const [actual, expected] = [used, fresh].map((model) =>
        read === readings[4] ? model.gradients(rows(bytes, 400), rows(y, 400, 1)) : read(model),
      );
      expect(actual).toEqual(expected);
    }
  });

  it('compiling again resets the optimizer and keeps the weights', () => {
    // The optimizer goes from no state to three and back. The batch's buffers lie behind the states and move with them.
    const model = make(sgd());
    const batch = [rows(bytes, 64), rows(y, 64, 1)] as const;
    for (let step = 0; step < 3; step++) model.trainOnBatch(...batch);
    model.predict(rows(bytes, 2000));
    const weights = model.getWeights();
    const outputs = model.predict(rows(bytes, 100));
    for (const optimizer of [adam({ amsgrad: true }), sgd({ learningRate: 0.1 }), adam()]) {
      model.setWeights(weights);
      model.compile({ loss: 'crossEntropy', optimizer });
      expect(model.step).toBe(0);
      expect(model.getWeights()).toEqual(weights);
      expectSame(model.predict(rows(bytes, 100)), outputs);
      const fresh = make(optimizer);
      fresh.setWeights(weights);
      for (let step = 0; step < 3; step++) {
        expect(model.trainOnBatch(...batch).loss).toBe(fresh.trainOnBatch(...batch).loss);
      }
      expect(model.getWeights()).toEqual(fresh.getWeights());
    }
  });

  it('has room for the gradient that a loss writes without a backward pass', () => {
    const wide = make(undefined, { layers: [{ units: 500, activation: 'softmax' }] });
    const labels = rows(y, 1000, 1);
    const { loss } = wide.evaluate(rows(bytes, 1000), labels);
    expect(wide.gradients(rows(bytes, 1000), labels).loss).toBe(loss);
  });

  it('two models used alternately compute what each computes alone', () => {
    const options = [{ seed: 1 }, { seed: 2, inputScaling: 'unit' as const }];
    const alone = options.map((more) => {
      const model = make(undefined, more);
      for (const n of [30, 500, 60]) model.trainOnBatch(rows(bytes, n), rows(y, n, 1));
      return model.getWeights();
    });
    const models = options.map((more) => make(undefined, more));
    for (const n of [30, 500, 60]) {
      for (const model of models) model.trainOnBatch(rows(bytes, n), rows(y, n, 1));
      models[0]!.predict(rows(bytes, 1500));
    }
    expect(models.map((model) => model.getWeights())).toEqual(alone);
  });

  it('two fits awaited together compute what each computes alone', async () => {
    const options = { epochs: 2, batchSize: 50 };
    const trained = (model: Model) => model.fit(rows(bytes, 500), rows(y, 500, 1), options);
    const alone = make();
    const expected = await trained(alone);
    const models = [make(), make()];
    const histories = await Promise.all(models.map(trained));
    for (const [m, model] of models.entries()) {
      expect(histories[m]).toEqual(expected);
      expect(model.getWeights()).toEqual(alone.getWeights());
    }
  });
});

describe('a layout for which memory has no room', () => {
  afterEach(() => vi.restoreAllMocks());

  const batch = (n: number) => [rows(x, n), rows(y, n, 1)] as const;
  /** Runs with a memory that cannot grow. The call must fail. */
  const withoutRoom = (run: () => unknown) => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Memory: { prototype: { grow(pages: number): number } } };
    };
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('no room');
    });
    expect(run).toThrow(/^memory: /);
    expect(grow).toHaveBeenCalled();
    grow.mockRestore();
  };
  const make = () => {
    const model = new MLP({ inputSize: INPUTS, layers, seed: 7 });
    model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 0.01 }) });
    return model;
  };
  type Model = ReturnType<typeof make>;

  it.each<[what: string, large: (model: Model) => unknown]>([
    ['of rows to run forward', (model) => model.predict(x)],
    ['of rows to run backward', (model) => model.gradients(...batch(3000))],
    ['of a batch to train on', (model) => model.trainOnBatch(...batch(3000))],
  ])('%s lays the previous one out again', (_, large) => {
    const [model, quiet] = [make(), make()];
    for (const each of [model, quiet]) each.trainOnBatch(...batch(16));
    for (let again = 0; again < 2; again++) {
      withoutRoom(() => large(model));
      expect(model.predict(rows(x, 16))).toEqual(quiet.predict(rows(x, 16)));
      expect(model.evaluate(...batch(16))).toEqual(quiet.evaluate(...batch(16)));
      expect(model.gradients(...batch(16))).toEqual(quiet.gradients(...batch(16)));
      expect(model.trainOnBatch(...batch(16))).toEqual(quiet.trainOnBatch(...batch(16)));
    }
    expect(model.predict(x)).toEqual(quiet.predict(x));
  });
});
