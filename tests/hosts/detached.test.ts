/** Tests that errors name arrays whose memory was transferred or made shorter. */
import { describe, expect, it } from 'vitest';
import { oneHot, take } from '../../src/data/index.js';
import { type FitOptions, MLP, Rng, sgd } from '../../src/index.js';
import { accuracy } from '../../src/metrics/index.js';
import { fitModel } from '../../src/training/fit.js';
import { internalsOf } from '../../src/training/internals.js';
import { labels, made, outcome, x } from '../support/hostile.js';

describe('memory that was detached', () => {
  const detached = <A extends Float32Array | Uint8Array | Uint32Array>(values: A): A => {
    structuredClone(values.buffer, { transfer: [values.buffer as ArrayBuffer] });
    return values;
  };
  const gone = /: expected values, got 0; the buffer of the array was transferred or made shorter$/;
  const long = () => Float32Array.from({ length: 64 }, (_, i) => i);
  /** Fits 32 rows whose batches are read one by one, as for data that are too large to be copied. */
  const fitUnbrought = (x: Float32Array, y: Float32Array | Uint8Array, options: FitOptions) => {
    const { compiled, ...rest } = internalsOf(made());
    return fitModel({ ...rest, compiled: compiled! }, x, y, options, 0);
  };
  const cases: readonly (readonly [name: string, run: (model: MLP) => unknown])[] = [
    ['predict', (model) => model.predict(detached(x.slice()))],
    ['predictAsync', (model) => model.predictAsync(detached(long()))],
    ['a row', (model) => model.predict([[1, 2], detached(Float32Array.of(1, 2))])],
    ['adapt', (model) => model.adapt(detached(x.slice()))],
    ['evaluate, x', (model) => model.evaluate(detached(x.slice()), labels)],
    ['evaluate, y', (model) => model.evaluate(x, detached(Uint32Array.from(labels)))],
    ['fit', (model) => model.fit(detached(x.slice()), labels)],
    ['sampleWeight', (model) => model.evaluate(x, labels, { sampleWeight: detached(new Float32Array(6)) })],
    ['classWeight', (model) => model.evaluate(x, labels, { classWeight: detached(new Float32Array(3)) })],
    ['setWeights', (model) => model.setWeights([{ kernel: detached(new Float32Array(8)) }, {}])],
    ['load', () => MLP.load(detached(made().save()))],
    [
      'load, a buffer',
      () => {
        const { buffer } = made().save();
        structuredClone(buffer, { transfer: [buffer] });
        return MLP.load(buffer);
      },
    ],
    ['a metric', () => accuracy(detached(Uint8Array.from(labels)), labels)],
    ['out', () => new Rng(1).normal(4, { out: detached(new Float32Array(4)) })],
    ['oneHot', () => oneHot(detached(Uint8Array.from(labels)))],
    ['take', () => take(detached(x.slice()), [])],
  ];

  it.each(cases)('is named in the error of %s', async (_, run) => {
    const error = await outcome(() => run(made()));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(gone);
  });

  /** Makes good labels or targets whose reading detaches the memory of another array. */
  const taking = <T>(values: readonly T[], away: Float32Array | Uint8Array): T[] =>
    Object.defineProperty([...values], 0, {
      get: () => {
        if (away.length > 0) detached(away);
        return values[0];
      },
      enumerable: true,
    });

  /** Labels of more than 64 bytes, which are copied at once, so that nothing can detach them. */
  const many = Array.from({ length: 64 }, (_, r) => r % 3);
  it.each([
    ['fit', (xs, model) => model.fit(xs, taking(many, xs))],
    [
      'fit of validated data',
      (xs, model) => model.fit(xs, many, { validationData: [xs.slice(), taking(many, xs)] }),
    ],
    ['adapt', (xs, model) => model.adapt(xs, taking(many, xs))],
    [
      'fit after onFitBegin',
      (xs, model) => model.fit(xs, many, { callbacks: [{ onFitBegin: () => void detached(xs) }] }),
    ],
  ] as readonly (readonly [string, (xs: Float32Array | Uint8Array, model: MLP) => unknown])[])(
    'is named if it is detached while other arguments are read: %s',
    async (_, run) => {
      for (const [xs, inputScaling] of [
        [Float32Array.from({ length: 128 }, (_, i) => i), 'zScore'],
        [Uint8Array.from({ length: 128 }, (_, i) => i), 'symmetric'],
      ] as const) {
        const layers = [{ units: 1 }];
        const model = new MLP({ inputSize: 2, layers, inputScaling, targetScaling: 'zScore' });
        model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }) });
        const before = model.save();
        const error = await outcome(() => run(xs, model));
        expect(error).toBeInstanceOf(RangeError);
        expect((error as Error).message).toMatch(gone);
        expect(model.save()).toEqual(before);
      }
    },
  );

  it('is named if it is detached during a fit whose data are not copied', async () => {
    for (const name of ['x', 'y'] as const) {
      const given = { x: long(), y: new Float32Array(96).fill(1 / 3) };
      const options = { batchSize: 2, onBatchEnd: () => void detached(given[name]) };
      const error = (await outcome(() => fitUnbrought(given.x, given.y, options))) as Error;
      expect(error.message).toMatch(gone);
      expect(error.message).toMatch(new RegExp(`^${name}:`));
    }
  });

  it('is named as validation data', async () => {
    const [xs, ys] = [
      Float32Array.from({ length: 128 }, (_, i) => i),
      Uint8Array.from({ length: 64 }, (_, r) => r % 3),
    ];
    const options: FitOptions = { validationData: [xs, ys], onBatchEnd: () => void detached(xs) };
    const error = (await outcome(() => made().fit(x, labels, options))) as Error;
    expect(error.message).toMatch(gone);
    expect(error.message).toMatch(/^validationData\[0\]: /);
  });

  it('is named if a resizable buffer shrinks between batches', async () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void };
    const y = Uint8Array.from({ length: 32 }, (_, r) => r % 3);
    const buffer = new Resizable(256, { maxByteLength: 1024 });
    const tracking = new Float32Array(buffer);
    const resizedTo = (bytes: number) =>
      outcome(() => fitUnbrought(tracking, y, { batchSize: 2, onBatchEnd: () => buffer.resize(bytes) }));
    // A buffer that grows has as many rows as before.
    expect(await resizedTo(512)).toMatchObject({ loss: [expect.any(Number)] });
    buffer.resize(256);
    expect(((await resizedTo(128)) as Error).message).toMatch(gone);
  });

  it('an empty array has no rows and no memory that could be detached', () => {
    expect(made().predict(new Float32Array(0))).toHaveLength(0);
    expect(made().predict([])).toHaveLength(0);
  });
});
