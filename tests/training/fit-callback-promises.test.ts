/** Callbacks that return promises are awaited, one after another, and their rejections end the fit. */
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import type { Callback } from '../../src/index.js';
import { classifier, rejection, stateOf, x, y } from '../support/fits.js';

describe('callbacks that return promises', () => {
  const names = ['onFitBegin', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const;

  it('awaits all four one after another, and does not change the training', async () => {
    const log: string[] = [];
    const model = classifier();
    const slow = (what: string) => async () => {
      log.push(`${what} begins`);
      await sleep(2);
      log.push(`${what} ends, step ${model.step}`);
    };
    const callback: Callback = Object.fromEntries(names.map((name) => [name, slow(name)]));
    const note = Object.fromEntries(names.map((name) => [name, () => void log.push(`then ${name}`)]));
    await model.fit(x, y, { batchSize: 12, callbacks: [callback, note] });
    const told = (name: string, step: number) => [
      `${name} begins`,
      `${name} ends, step ${step}`,
      `then ${name}`,
    ];
    expect(log).toEqual([
      ...told('onFitBegin', 0),
      ...told('onBatchEnd', 1),
      ...told('onBatchEnd', 2),
      ...told('onEpochEnd', 2),
      ...told('onFitEnd', 2),
    ]);
    const undisturbed = classifier();
    await undisturbed.fit(x, y, { batchSize: 12 });
    expect(stateOf(model)).toEqual(stateOf(undisturbed));
  });

  it.each([
    ['onBatchEnd', 1, 1],
    ['onEpochEnd', 2, 2],
  ] as const)("ends the fit on a promise of 'stop': %s", async (name, step, losses) => {
    const model = classifier();
    const stop = async () => {
      await sleep(1);
      return 'stop';
    };
    const later = vi.fn();
    const callbacks = [{ [name]: stop }, { [name]: later }];
    const { loss } = await model.fit(x, y, { epochs: 3, batchSize: 12, callbacks });
    expect(model.step).toBe(step);
    expect(loss).toHaveLength(losses - Number(name === 'onEpochEnd'));
    expect(later).toHaveBeenCalledTimes(1);
  });

  it('awaits thenables of a library or another realm', async () => {
    const model = classifier();
    // biome-ignore lint/suspicious/noThenProperty: this is what is tested
    const thenable = { then: (resolve: (answer: string) => void) => void setTimeout(resolve, 1, 'stop') };
    await model.fit(x, y, { epochs: 3, onEpochEnd: () => thenable });
    expect(model.epoch).toBe(1);
    const foreign = () => runInNewContext("Promise.resolve('stop')") as Promise<string>;
    await model.fit(x, y, { epochs: 3, onEpochEnd: foreign });
    expect(model.epoch).toBe(2);
  });

  it.each(names)(
    'ends the fit with the error of a rejected promise of %s, and leaves none unhandled',
    async (name) => {
      const unhandled: unknown[] = [];
      const note = (error: unknown) => void unhandled.push(error);
      process.on('unhandledRejection', note);
      const thrown = new Error('enough');
      const fail = async () => {
        await sleep(1);
        throw thrown;
      };
      const model = classifier();
      const later = vi.fn();
      const onFitEnd = vi.fn();
      const callbacks = [{ [name]: fail }, { [name]: later }, { onFitEnd }];
      expect(await rejection(model.fit(x, y, { epochs: 2, callbacks }))).toBe(thrown);
      await sleep(5);
      process.off('unhandledRejection', note);
      expect(unhandled).toEqual([]);
      expect(onFitEnd).toHaveBeenCalledTimes(1);
      expect(later).toHaveBeenCalledTimes(Number(name === 'onFitEnd'));
    },
  );

  it.each(names.slice(0, 3))(
    'does not wait for a pending promise of %s once a signal aborts',
    async (name) => {
      const unhandled: unknown[] = [];
      const note = (error: unknown) => void unhandled.push(error);
      process.on('unhandledRejection', note);
      const controller = new AbortController();
      const onFitEnd = vi.fn();
      const hang = async () => {
        setTimeout(() => controller.abort('enough'), 2);
        await sleep(10);
        throw new Error('late');
      };
      const callbacks = [{ [name]: hang }, { onFitEnd }];
      expect(await rejection(classifier().fit(x, y, { callbacks, signal: controller.signal }))).toBe(
        'enough',
      );
      expect(onFitEnd).toHaveBeenCalledTimes(1);
      await sleep(20);
      process.off('unhandledRejection', note);
      expect(unhandled).toEqual([]);
    },
  );

  it.each(names.slice(0, 3))(
    'calls no further callback if a promise of %s outlasts the fit',
    async (name) => {
      const controller = new AbortController();
      const log: string[] = [];
      const first = async () => {
        controller.abort('enough');
        await sleep(2);
        log.push('late');
      };
      const second = { [name]: () => void log.push('told'), onFitEnd: () => void log.push('end') };
      const callbacks = [{ [name]: first }, second];
      expect(await rejection(classifier().fit(x, y, { callbacks, signal: controller.signal }))).toBe(
        'enough',
      );
      await sleep(10);
      expect(log).toEqual(['end', 'late']);
    },
  );

  it('runs all batches of an epoch in one turn of the queue without promises', async () => {
    // The clock stands still, so the fit never yields to the event loop.
    vi.spyOn(performance, 'now').mockReturnValue(0);
    let batches = 0;
    const fit = classifier().fit(x, y, { batchSize: 1, epochs: 2, onBatchEnd: () => void batches++ });
    const counts = new Set<number>();
    for (let turn = 0; turn < 100; turn++) {
      await null;
      counts.add(batches);
    }
    await fit;
    vi.restoreAllMocks();
    expect([...counts].every((count) => count % y.length === 0)).toBe(true);
    expect(counts).toContain(2 * y.length);
  });
});
