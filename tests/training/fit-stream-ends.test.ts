/** End of a stream: it is closed, or fails, or is left after an abort, and nothing of it is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { batchesOf, classifier, rejection, stateOf, x, y } from '../support/fits.js';
import { watchedStream } from '../support/streams.js';

describe('a stream is closed', () => {
  it('by itself when it was read to its end', async () => {
    const { seen, open } = watchedStream(batchesOf(5));
    await classifier().fit(open);
    expect(seen).toEqual({ asked: 6, closed: 0 });
  });

  const reason = new Error('enough');
  it.each([
    ['a callback that stops the fit', (): string => 'stop', undefined],
    [
      'a callback that throws',
      (): string => {
        throw reason;
      },
      reason,
    ],
  ] as const)('by %s', async (_what, onBatchEnd, error) => {
    const { seen, open } = watchedStream(batchesOf(5));
    const fit = classifier().fit(open, { onBatchEnd });
    expect(
      await fit.then(
        () => undefined,
        (caught: unknown) => caught,
      ),
    ).toBe(error);
    expect(seen).toEqual({ asked: 1, closed: 1 });
  });

  it('by an abort, a bad batch and training that fails', async () => {
    const controller = new AbortController();
    const aborted = watchedStream(batchesOf(5));
    const onBatchEnd = () => controller.abort(reason);
    expect(await rejection(classifier().fit(aborted.open, { signal: controller.signal, onBatchEnd }))).toBe(
      reason,
    );
    const bad = watchedStream([{ x, y: [9] }]);
    await rejection(classifier().fit(bad.open));
    const failing = watchedStream([{ x: x.map(() => 3e38), y }]);
    const layers = [{ units: 3, activation: 'softmax', kernelInitializer: 'ones' }] as const;
    await rejection(classifier({}, { layers }).fit(failing.open));
    expect([aborted.seen, bad.seen, failing.seen]).toEqual(Array(3).fill({ asked: 1, closed: 1 }));
  });

  it('without hiding the original error if closing throws', async () => {
    const open = async function* () {
      try {
        yield* batchesOf(5);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: this is what is tested
        throw new Error('closing');
      }
    };
    const onBatchEnd = () => {
      throw reason;
    };
    expect(await rejection(classifier().fit(open, { onBatchEnd }))).toBe(reason);
  });
});

describe('a stream that fails', () => {
  it.each([
    [0, 0],
    [2, 2],
  ])('after %i batches rejects with its own error, and the taken steps stay', async (batches, steps) => {
    const failure = new Error('the line is dead');
    const model = classifier();
    const open = async function* () {
      yield* batchesOf(5).slice(0, batches);
      throw failure;
    };
    expect(await rejection(model.fit(open))).toBe(failure);
    expect(model.step).toBe(steps);
    await model.fit(() => batchesOf(5));
    const once = classifier();
    await once.fit(() => batchesOf(5));
    expect(stateOf(model)).toEqual(stateOf(once));
  });
});

describe('a stream that never yields', () => {
  it.each(['a timer', 'the stream itself'])('is not awaited once %s aborts', async (who) => {
    const controller = new AbortController();
    const model = classifier();
    const open = async function* () {
      // A loop, because yield* would await once more before it continues.
      for (const batch of batchesOf(5).slice(0, 2)) yield batch;
      if (who === 'a timer') setTimeout(() => controller.abort('enough'), 5);
      else controller.abort('enough');
      await new Promise(() => {});
    };
    expect(await rejection(model.fit(open, { signal: controller.signal }))).toBe('enough');
    expect(model.step).toBe(2);
    await model.fit(() => batchesOf(5));
    const once = classifier();
    await once.fit(() => batchesOf(5));
    expect(stateOf(model)).toEqual(stateOf(once));
  });

  it('disturbs nothing if it fails later, when nobody listens', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', note);
    const controller = new AbortController();
    const open = async function* () {
      yield batchesOf(5)[0]!;
      controller.abort('enough');
      await sleep(5);
      throw new Error('late');
    };
    expect(await rejection(classifier().fit(open, { signal: controller.signal }))).toBe('enough');
    await sleep(20);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

it('a fit keeps nothing of a stream, not even of an aborted epoch', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const model = classifier({ metrics: ['accuracy', 'f1'] });
  const held: WeakRef<object>[] = [];
  const open = function* () {
    for (const batch of batchesOf(5)) {
      held.push(new WeakRef(batch.x), new WeakRef(batch.y), new WeakRef(batch));
      yield batch;
    }
  };
  await model.fit(open, { epochs: 2 });
  await model.fit(open, { epochs: 2, onBatchEnd: ({ batch }) => (batch === 3 ? 'stop' : undefined) });
  // A WeakRef holds its object until the task that made it is over.
  await sleep(0);
  collect();
  expect(held.length).toBeGreaterThan(30);
  expect(held.filter((ref) => ref.deref() !== undefined)).toEqual([]);
  expect(model.epoch).toBe(2);
});
