/** Streams: data that come batch by batch. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FitOptions, NonFiniteError, ShapeError } from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import {
  batchesOf,
  classifier,
  epochLog,
  FEATURES,
  ROWS,
  rejection,
  stateOf,
  x,
  y,
} from '../support/fits.js';
import { type Case, untyped } from '../support/refusals.js';
import { type Batch, watchedStream } from '../support/streams.js';

describe('a stream', () => {
  const forms: [string, () => AsyncIterable<Batch> | Iterable<Batch>][] = [
    ['an array', () => batchesOf(5)],
    [
      'a generator',
      function* () {
        yield* batchesOf(5);
      },
    ],
    [
      'an async generator',
      async function* () {
        for (const batch of batchesOf(5)) {
          await sleep(0);
          yield batch;
        }
      },
    ],
    ['an iterator written by hand', watchedStream([]).open],
    ['a ReadableStream', () => new ReadableStream({ start: (c) => fill(c) }) as AsyncIterable<Batch>],
  ];

  function fill(controller: { enqueue(batch: Batch): void; close(): void }) {
    for (const batch of batchesOf(5)) controller.enqueue(batch);
    controller.close();
  }

  it.each(forms)(
    'equals the same data in memory, unshuffled, bit for bit, if it is %s',
    async (what, open) => {
      const streamed = classifier({ metrics: ['accuracy', 'rocAuc'] });
      const kept = classifier({ metrics: ['accuracy', 'rocAuc'] });
      const [streamLog, memoryLog] = [epochLog(), epochLog()];
      const byHand = what === 'an iterator written by hand';
      const opened = () => (byHand ? watchedStream(batchesOf(5)).open() : open());
      const history = await streamed.fit(opened, { epochs: 3, ...streamLog.on });
      const expected = await kept.fit(x, y, { epochs: 3, batchSize: 5, shuffle: false, ...memoryLog.on });
      expect(history).toEqual(expected);
      expect(streamLog.events).toEqual(memoryLog.events);
      expect(stateOf(streamed)).toEqual(stateOf(kept));
    },
  );

  it('is opened again for each epoch, with its number, and read to its end', async () => {
    const epochs: number[] = [];
    const model = classifier();
    const open = (epoch: number) => {
      epochs.push(epoch);
      return batchesOf(5);
    };
    await model.fit(open, { epochs: 2 });
    await model.fit(open, { epochs: 2 });
    await model.fit(open, { epochs: 1, initialEpoch: 10 });
    expect(epochs).toEqual([1, 2, 3, 4, 11]);
    expect(model.step).toBe(25);
  });

  it('may fill one buffer again and again, and yield batches of any size', async () => {
    const rows = [7, 1, 12, 3];
    const ends = rows.map((_, b) => rows.slice(0, b + 1).reduce((sum, n) => sum + n, 0));
    const parts = ends.map((end, b) => ({
      x: x.slice((end - rows[b]!) * FEATURES, end * FEATURES),
      y: y.slice(end - rows[b]!, end),
    }));
    const apart = classifier();
    await apart.fit(() => parts, { epochs: 2 });
    const shared = classifier();
    const buffer = new Float32Array(x.length);
    await shared.fit(
      function* () {
        for (const part of parts) {
          buffer.set(part.x);
          yield { x: buffer.subarray(0, part.x.length), y: part.y };
        }
      },
      { epochs: 2 },
    );
    expect(stateOf(shared)).toEqual(stateOf(apart));
  });

  it('applies weights of rows and classes like data in memory', async () => {
    const sampleWeight = Array.from(y, (_, r) => r % 3);
    const classWeight = { 1: 4 };
    const parts = batchesOf(5).map((batch, b) => ({
      ...batch,
      sampleWeight: sampleWeight.slice(5 * b, 5 * b + 5),
    }));
    const streamed = classifier();
    const kept = classifier();
    // Data in memory divide a gradient by the mean weight of all rows. A stream does not know it, so this one is given 1.
    const mean = sampleWeight.reduce((sum, w, r) => sum + w * (y[r] === 1 ? 4 : 1), 0) / ROWS;
    const relative = parts.map((part) => ({ ...part, sampleWeight: part.sampleWeight.map((w) => w / mean) }));
    const options = { sampleWeight, classWeight, batchSize: 5, shuffle: false };
    const history = await kept.fit(x, y, options);
    expectBlock((await streamed.fit(() => relative, { classWeight })).loss, history.loss, 1e-6);
    const [actual, expected] = [streamed, kept].map((model) => model.predict(x));
    expectBlock(actual!, expected!, 1e-6);
  });

  it('works with validation data, metrics and early stopping', async () => {
    const options = { epochs: 20, earlyStopping: { patience: 2 } };
    const other = y.map((label) => (label + 1) % 3);
    const streamed = classifier({ metrics: ['f1'] });
    const kept = classifier({ metrics: ['f1'] });
    const history = await streamed.fit(() => batchesOf(5), { ...options, validationData: [x, other] });
    const memory = { ...options, batchSize: 5, shuffle: false, validationData: [x, other] as const };
    expect(history).toEqual(await kept.fit(x, y, memory));
    expect(history.validation.f1).toHaveLength(history.loss.length);
    expect(stateOf(streamed)).toEqual(stateOf(kept));
  });

  it('chooses the scaling of bytes if it yields bytes; a scaling that learns from floats needs adapt', async () => {
    const bytes = batchesOf(23).map((batch) => ({ ...batch, x: Uint8Array.from(x, (v) => 20 * v + 99) }));
    const streamed = classifier({}, { inputScaling: 'unit' });
    const kept = classifier({}, { inputScaling: 'unit' });
    await streamed.fit(() => bytes);
    await kept.fit(bytes[0]!.x, y, { shuffle: false });
    expect(stateOf(streamed)).toEqual(stateOf(kept));
    for (const inputScaling of ['unit', 'zScore'] as const) {
      const model = classifier({}, { inputScaling });
      const error = await rejection(model.fit(() => batchesOf(5)));
      expect((error as Error).message).toMatch(
        /^batch 1: x: inputScaling '.*' depends on the training data; call model\.adapt/,
      );
      model.adapt(x);
      await model.fit(() => batchesOf(5));
      const whole = classifier({}, { inputScaling });
      await whole.fit(x, y, { batchSize: 5, shuffle: false });
      expect(stateOf(model)).toEqual(stateOf(whole));
    }
  });
});

describe('a batch of a stream is checked when it arrives', () => {
  const good = batchesOf(5);
  const bad = (batch: unknown) => () =>
    classifier().fit(() => untyped<Batch[]>([...good.slice(0, 2), batch]));
  const second = { x: x.slice(0, 8), y: [0, 1] };
  const cases: Case[] = [
    ['no object', bad(7), TypeError, /^batch 3: expected an object, got 7/],
    ['a pair', bad([x, y]), TypeError, /^batch 3: expected an object, got Array/],
    ['an unknown name', bad({ ...second, weight: [1, 1] }), TypeError, /^batch 3\.weight: unknown option/],
    ['no x', bad({ y: [0, 1] }), TypeError, /^batch 3: x: expected a Float32Array.* got undefined/],
    [
      'x that is no rows',
      bad({ ...second, x: x.slice(0, 7) }),
      ShapeError,
      /^batch 3: x: 7 values are not rows/,
    ],
    ['no rows', bad({ x: [], y: [] }), ShapeError, /^batch 3: x: expected at least one row/],
    [
      'NaN',
      bad({ ...second, x: x.slice(0, 8).fill(Number.NaN, 5) }),
      NonFiniteError,
      /^batch 3: x: row 1, column 1/,
    ],
    ['too few labels', bad({ ...second, y: [0] }), ShapeError, /^batch 3: y: expected 2 class indices/],
    ['a label too large', bad({ ...second, y: [0, 3] }), RangeError, /^batch 3: y: row 1 is 3/],
    [
      'too few weights',
      bad({ ...second, sampleWeight: [1] }),
      ShapeError,
      /^batch 3: sampleWeight: expected 2/,
    ],
  ];
  it.each(cases)('%s', async (_what, run, kind, message) => {
    const error = await rejection(run() as Promise<unknown>);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses a single row for a batch norm', async () => {
    const layers = [{ units: 3, activation: 'softmax', batchNorm: true }] as const;
    const error = await rejection(
      classifier({}, { layers }).fit(() => [...good.slice(0, 2), { x: [x.slice(0, 4)], y: [0] }]),
    );
    expect((error as Error).message).toMatch(/^batch 3: x: batchNorm needs batches of 2 or more rows/);
  });

  it('keeps the batches before it, and the next fit resumes behind them', async () => {
    const model = classifier();
    await rejection(model.fit(() => [...good.slice(0, 2), { ...good[2]!, y: [9] }]));
    expect([model.epoch, model.step]).toEqual([0, 2]);
    await model.fit(() => good);
    const once = classifier();
    await once.fit(() => good);
    expect(stateOf(model)).toEqual(stateOf(once));
  });
});

describe('fit refuses', () => {
  const cases: [string, unknown, RegExp][] = [
    ['a stream without a batch', () => [], /^x: the stream of epoch 1 held no batch/],
    ['a function that returns nothing', () => undefined, /^x: expected the function to return an iterable/],
    [
      'one that returns a promise of a stream',
      async () => batchesOf(5),
      /^x: expected .* got an object \(Promise\)/,
    ],
    ['a stream that is no function', batchesOf(5)[Symbol.iterator](), /^x: expected a Float32Array/],
  ];
  it.each(cases)('%s', async (_what, open, message) => {
    const model = classifier();
    const error = await rejection(model.fit(untyped<() => Batch[]>(open)));
    expect((error as Error).message).toMatch(message);
    await model.fit(() => batchesOf(5));
  });

  it.each(['batchSize', 'shuffle', 'validationSplit', 'sampleWeight'])(
    '%s together with a stream',
    async (option) => {
      const error = await rejection(
        classifier().fit(() => batchesOf(5), untyped<FitOptions>({ [option]: 1 })),
      );
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(new RegExp(`^options\\.${option}: unknown option`));
    },
  );

  it('refuses options as a third argument, which would be ignored', async () => {
    const model = classifier();
    const open = () => batchesOf(5);
    const error = await rejection(model.fit(untyped(open), untyped(undefined), { epochs: 3 }));
    expect((error as Error).message).toMatch(/^options: a stream brings its own y/);
  });
});
