/** Callbacks that end a fit: by 'stop', or by an error. */
import { describe, expect, it, vi } from 'vitest';
import type { BatchEvent } from '../../src/index.js';
import { scribe } from '../support/callbacks.js';
import { classifier, rejection, stateOf, x, y } from '../support/fits.js';

describe("'stop'", () => {
  it('ends the fit after the batch that returned it, and calls all callbacks', async () => {
    const log: unknown[][] = [];
    const model = classifier();
    const history = await model.fit(x, y, {
      epochs: 4,
      batchSize: 6,
      callbacks: [
        { onBatchEnd: ({ epoch, batch }) => (epoch === 2 && batch === 3 ? 'stop' : undefined) },
        scribe(log, 'b'),
      ],
    });
    expect(log.slice(-2)).toMatchObject([
      ['b', 'batch', { epoch: 2, batch: 3, samples: 18 }],
      ['b', 'end'],
    ]);
    expect([model.epoch, model.step]).toEqual([1, 7]);
    // The last entry is the partial epoch, over the batches so far.
    const losses = log.flatMap(([, what, event]) => (what === 'batch' ? [(event as BatchEvent).loss] : []));
    const [first, second, third] = losses.slice(-3) as [number, number, number];
    expect(history.loss).toHaveLength(2);
    expect(history.loss[1]).toBeCloseTo((first + second + third) / 3, 12);
    expect(history.partial).toEqual({ epoch: 2, batches: 3, samples: 18 });
  });

  it('records every curve of a partial epoch, also those of the validation data', async () => {
    const model = classifier({ metrics: ['accuracy', 'f1'] });
    const history = await model.fit(x, y, {
      batchSize: 6,
      validationData: [x, y],
      onBatchEnd: ({ batch }) => (batch === 2 ? 'stop' : undefined),
    });
    const { loss, accuracy, f1, validation } = history;
    expect([loss, accuracy, f1].map((curve) => curve!.length)).toEqual([1, 1, 1]);
    const measured = model.evaluate(x, y);
    expect(validation).toEqual({ loss: [measured.loss], accuracy: [measured.accuracy], f1: [measured.f1] });
    expect(history.partial).toEqual({ epoch: 1, batches: 2, samples: 12 });
  });

  it('leaves no entry after a batch whose rows all weigh 0, because nothing was measured', async () => {
    const model = classifier();
    const open = () => [
      { x, y, sampleWeight: y.map(() => 0) },
      { x, y },
    ];
    const history = await model.fit(open, { onBatchEnd: () => 'stop' });
    expect(history).toEqual({ kind: 'history', loss: [] });
    expect((await model.fit(open)).loss).toHaveLength(1);
  });

  it('ends the fit after the epoch that returned it', async () => {
    const log: unknown[][] = [];
    const model = classifier();
    const history = await model.fit(x, y, {
      epochs: 4,
      callbacks: [{ onEpochEnd: ({ epoch }) => (epoch === 2 ? 'stop' : 'go') }, scribe(log, 'b')],
    });
    expect(log.slice(-2)).toMatchObject([
      ['b', 'epoch', { epoch: 2 }],
      ['b', 'end'],
    ]);
    expect(history.loss).toHaveLength(2);
    expect(model.epoch).toBe(2);
  });
});

describe('a callback that throws', () => {
  const thrown = new Error('enough');
  const fail = () => {
    throw thrown;
  };

  it.each(['onFitBegin', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const)(
    'ends the fit with its own error in %s; the others hear of the end, and the next fit continues',
    async (name) => {
      const model = classifier();
      const onFitEnd = vi.fn();
      const options = { epochs: 2, batchSize: 6, callbacks: [{ [name]: fail }, { onFitEnd }] };
      expect(await rejection(model.fit(x, y, options))).toBe(thrown);
      expect(onFitEnd).toHaveBeenCalledTimes(1);
      const epochs = 3 - model.epoch;
      await model.fit(x, y, { epochs, batchSize: 6 });
      const undisturbed = classifier();
      await undisturbed.fit(x, y, { epochs: 3, batchSize: 6 });
      expect(stateOf(model)).toEqual(stateOf(undisturbed));
    },
  );

  it('keeps the original error if onFitEnd throws too', async () => {
    const options = { onBatchEnd: fail, callbacks: [{ onFitEnd: () => expect.fail('later') }] };
    expect(await rejection(classifier().fit(x, y, options))).toBe(thrown);
  });
});
