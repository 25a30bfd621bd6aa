/** Tests that options of models, fits and reports count as they were at the first read. */
import { describe, expect, it } from 'vitest';
import { type FitOptions, MLP, type MLPOptions, philox4x32, recommended, sgd } from '../../src/index.js';
import { classificationReport } from '../../src/metrics/index.js';
import { phaseTable, statistics } from '../../src/theory/index.js';
import { far, growing, labels, made, outcome, ROWS, stateOf, turning, x } from '../support/hostile.js';
import { untyped } from '../support/refusals.js';

it('fit uses its options of the first read', async () => {
  const options: FitOptions = {
    epochs: 2,
    validationData: [x, labels],
    classWeight: { 1: 3 },
    sampleWeight: labels.map((label) => 1 + label),
    earlyStopping: { patience: 3 },
    callbacks: [{ onEpochEnd: () => undefined }],
    diagnostics: { everySteps: 1 },
  };
  const turned = {};
  for (const [name, value] of Object.entries(options)) {
    let reads = 0;
    Object.defineProperty(turned, name, { get: () => (reads++ === 0 ? value : undefined), enumerable: true });
  }
  const [model, honest] = [made(), made()];
  expect(await model.fit(x, labels, turned)).toEqual(await honest.fit(x, labels, options));
  expect(stateOf(model)).toEqual(stateOf(honest));
});

it('fit uses its callbacks, and a report its names, of the first read', async () => {
  const epochs: number[] = [];
  const callback = { onEpochEnd: ({ epoch }: { readonly epoch: number }) => void epochs.push(epoch) };
  await made().fit(x, labels, { callbacks: turning([callback], 5) });
  expect(epochs).toEqual([1]);
  const names = ['a', 'b', 'c'];
  expect(classificationReport(labels, labels, { names: turning(names, 5) })).toEqual(
    classificationReport(labels, labels, { names }),
  );
});

describe('options', () => {
  /** Puts every part of an object behind a getter that gives the right value `reads` times, and `other` from then on. */
  const turned = (value: unknown, other: unknown, reads: number): unknown => {
    if (Array.isArray(value))
      return turning(
        value.map((part) => turned(part, other, reads)),
        other,
        reads,
      );
    if (typeof value !== 'object' || value === null) return value;
    const left = new Map<string, number>();
    return Object.defineProperties(
      {},
      Object.fromEntries(
        Object.entries(value).map(([key, part]) => {
          const own = turned(part, other, reads);
          const get = () => {
            const before = left.get(key) ?? 0;
            left.set(key, before + 1);
            return before < reads ? own : other;
          };
          return [key, { get, enumerable: true }];
        }),
      ),
    );
  };
  const options: MLPOptions = {
    inputSize: 2,
    layers: [
      {
        units: 4,
        activation: { name: 'leakyRelu', negativeSlope: 0.2 },
        batchNorm: { momentum: 0.5 },
        dropout: 0.1,
      },
      { units: 2, activation: { name: 'prelu', initialSlope: 0.3 }, kernelInitializer: 'heUniform' },
    ],
    inputScaling: { mean: [1, 2], std: [3, 4] },
    targetScaling: { mean: [1, 2], std: [3, 4] },
    seed: 7,
  };
  const compile = { loss: { name: 'huber', delta: 2 }, optimizer: sgd({ learningRate: 0.1 }) } as const;

  it.each([1, 2, 3])(
    'give a model of one version as a whole, or none, if they change after read %i',
    async (reads) => {
      let models = 0;
      for (const other of [1e6, far, -1, undefined, Number.NaN, 'relu', [far]]) {
        const model = await outcome(() => {
          const given = new MLP(untyped<MLPOptions>(turned(options, other, reads)));
          given.compile(turned(compile, other, reads) as typeof compile);
          return given;
        });
        // The error must name an option; it must not come from the engine.
        if (model instanceof Error)
          expect(model.message).toMatch(
            /^(options|layers|inputScaling|targetScaling|loss|optimizer|learningRate|seed|inputSize)/,
          );
        else {
          models++;
          const given = model as MLP;
          const honest = new MLP(untyped<MLPOptions>(given.config));
          honest.compile(compile);
          expect(given.predict(x)).toEqual(honest.predict(x));
          expect(MLP.load(given.save()).predict(x)).toEqual(honest.predict(x));
          expect(given.trainOnBatch(x, new Float32Array(2 * ROWS)).loss).toBeGreaterThan(0);
        }
      }
      expect(models).toBeGreaterThan(0);
    },
  );

  it('lists are read up to the length that they have at first', () => {
    const layers = growing(options.layers as object[]);
    expect(new MLP(untyped<MLPOptions>({ ...options, layers })).config).toEqual(new MLP(options).config);
    expect(statistics.mean(growing([1, 2, 6]))).toBe(3);
    expect(philox4x32(growing([1, 2, 3, 4]), growing([5, 6]))).toEqual(philox4x32([1, 2, 3, 4], [5, 6]));
    const hidden = growing([3, 4]);
    expect(recommended({ inputSize: 2, classes: 2, hidden }).config.layers.map(({ units }) => units)).toEqual(
      [3, 4, 2],
    );
    expect(phaseTable({ activation: 'tanh', gains: growing([1, 2]), biasStds: growing([0]) })).toHaveLength(
      2,
    );
  });
});
