/** Effect of an awaited call on the model's threads, and on the signal that may end it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Callback, MLP } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { batchesOf, classifier, rejection, x, y } from '../support/fits.js';

const made: MLP[] = [];
afterEach(() => {
  for (const model of made.splice(0)) model.close();
});

function threaded() {
  const model = classifier({}, { threads: 2 }) as MLP;
  made.push(model);
  return { model, threads: internalsOf(model).network.backend.threads };
}

describe('threads are in use', () => {
  it('from the first callback of an awaited fit to its last, and at no other time', async () => {
    const { model, threads } = threaded();
    const seen: boolean[] = [];
    const note = () => void seen.push(threads.active);
    const callback: Callback = { onFitBegin: note, onBatchEnd: note, onEpochEnd: note, onFitEnd: note };
    expect(threads.active).toBe(false);
    await model.fit(x, y, { callbacks: [callback] });
    expect(seen).toEqual([true, true, true, true]);
    expect(threads.active).toBe(false);
  });

  it('until the last of several calls has ended', async () => {
    const { model, threads } = threaded();
    let end = () => {};
    const waiting = new Promise<void>((resolve) => {
      end = resolve;
    });
    const fit = model.fit(x, y, { onBatchEnd: () => waiting });
    await Promise.all([model.predictAsync(x), model.evaluateAsync(x, y)]);
    expect(threads.active).toBe(true);
    end();
    await fit;
    expect(threads.active).toBe(false);
  });

  it('no longer once a fit has failed', async () => {
    const { model, threads } = threaded();
    const fail = () => {
      throw new Error('enough');
    };
    await rejection(model.fit(x, y, { onBatchEnd: fail }));
    expect(threads.active).toBe(false);
    await rejection(model.fit(x, y, { epochs: -1 }));
    expect(threads.active).toBe(false);
  });

  it('by no synchronous call', () => {
    const { model, threads } = threaded();
    const open = () => {
      throw new Error(`active: ${threads.active}`);
    };
    model.trainOnBatch(x, y);
    model.predict(x);
    expect(threads.ready).toBe(1);
    expect(open).toThrow('active: false');
  });
});

describe('close', () => {
  it('is refused while a call is awaited, and the threads stay', async () => {
    const { model, threads } = threaded();
    const close = () => model.close();
    const refusals: string[] = [];
    const tried = () => {
      try {
        close();
      } catch (error) {
        refusals.push((error as Error).message);
      }
      expect(threads.reason).toBeUndefined();
    };
    await model.fit(x, y, { onBatchEnd: tried });
    const calls = [model.predictAsync(x), model.evaluateAsync(x, y)];
    tried();
    await Promise.all(calls);
    expect(refusals).toEqual([
      'close: the model is being fitted; await that call first',
      'close: the model is being asked to predict; await that call first',
    ]);
    close();
    expect(model.threads.reason).toMatch(/closed/);
  });
});

describe('a fit leaves no listener on its signal', () => {
  function counted() {
    const listeners: (() => void)[] = [];
    const signal = {
      aborted: false,
      reason: undefined as unknown,
      added: 0,
      addEventListener(_: 'abort', listener: () => void) {
        signal.added++;
        listeners.push(listener);
      },
      removeEventListener: (_: 'abort', listener: () => void) =>
        void listeners.splice(listeners.indexOf(listener), 1),
    };
    const abort = () => {
      signal.aborted = true;
      for (const listener of listeners.slice()) listener();
    };
    return { signal, listeners, abort };
  }
  const slow = async () => {
    await null;
  };

  it.each([
    [
      'of memory',
      (callback: Callback, signal: never) => classifier().fit(x, y, { callbacks: [callback], signal }),
    ],
    [
      'of a stream',
      (callback: Callback, signal: never) =>
        classifier().fit(() => batchesOf(5), { callbacks: [callback], signal }),
    ],
  ] as const)('%s, if it ends, fails or is aborted', async (_what, run) => {
    const ended = counted();
    await run({ onFitBegin: slow, onBatchEnd: slow, onEpochEnd: slow }, ended.signal as never);
    expect([ended.listeners.length, ended.signal.added > 2]).toEqual([0, true]);
    const failed = counted();
    const fail = () => Promise.reject(new Error('enough'));
    await rejection(run({ onBatchEnd: fail }, failed.signal as never));
    expect([failed.listeners.length, failed.signal.added > 0]).toEqual([0, true]);
    const aborted = counted();
    const hang = () => {
      queueMicrotask(aborted.abort);
      return new Promise(() => {});
    };
    await rejection(run({ onBatchEnd: hang }, aborted.signal as never));
    expect([aborted.listeners.length, aborted.signal.added > 0]).toEqual([0, true]);
  });
});
