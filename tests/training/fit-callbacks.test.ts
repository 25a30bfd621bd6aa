/** Callbacks of a fit: the events that they receive, their order, and what they may do. */
import { describe, expect, it } from 'vitest';
import {
  type BatchEvent,
  type Callback,
  type EpochEvent,
  type FitOptions,
  learningRateAt,
  lsuv,
  MLP,
  StateError,
  sgd,
  stepDecay,
  warmup,
} from '../../src/index.js';
import { scribe } from '../support/callbacks.js';
import { classifier, rejection, stateOf, x, y } from '../support/fits.js';
import { untyped } from '../support/refusals.js';

describe('callbacks are called', () => {
  it('calls them at the beginning, after every batch and epoch, and at the end', async () => {
    const log: unknown[][] = [];
    await classifier().fit(x, y, { epochs: 2, batchSize: 12, callbacks: [scribe(log, 'a')] });
    expect(log.map(([, what]) => what)).toEqual([
      'begin',
      ...['batch', 'batch', 'epoch'],
      ...['batch', 'batch', 'epoch'],
      'end',
    ]);
  });

  it('calls them in the given order, those of the options last', async () => {
    const log: unknown[][] = [];
    await classifier().fit(x, y, {
      batchSize: 23,
      callbacks: [scribe(log, 'a'), scribe(log, 'b')],
      onBatchEnd: () => void log.push(['own', 'batch']),
      onEpochEnd: () => void log.push(['own', 'epoch']),
    });
    expect(log.map(([name, what]) => `${name} ${what}`)).toEqual([
      ...['a begin', 'b begin', 'a batch', 'b batch', 'own batch'],
      ...['a epoch', 'b epoch', 'own epoch', 'a end', 'b end'],
    ]);
  });

  it('passes the counts of epochs, batches and rows, which continue in the next fit', async () => {
    const model = classifier();
    await model.fit(x, y, { epochs: 3, batchSize: 10 });
    const log: unknown[][] = [];
    await model.fit(x, y, { epochs: 2, batchSize: 10, callbacks: [scribe(log, 'a')] });
    expect(log[0]).toEqual(['a', 'begin', { firstEpoch: 4, lastEpoch: 5, batches: 3 }]);
    const batches = log.filter(([, what]) => what === 'batch').map(([, , event]) => event);
    expect(batches).toMatchObject(
      [4, 5].flatMap((epoch) =>
        [10, 20, 23].map((samples, b) => ({ epoch, batch: b + 1, batches: 3, samples })),
      ),
    );
    expect(model.step).toBe(15);
  });

  it('passes no count of batches for a stream', async () => {
    const log: unknown[][] = [];
    await classifier().fit(() => [{ x, y }], { callbacks: [scribe(log, 'a')] });
    expect(log[0]![2]).toEqual({ firstEpoch: 1, lastEpoch: 1, batches: undefined });
    expect(log[1]![2]).toMatchObject({ batch: 1, batches: undefined, samples: 23 });
  });

  it('passes the losses that trainOnBatch would have returned', async () => {
    const losses: number[] = [];
    const history = await classifier().fit(x, y, {
      batchSize: 12,
      shuffle: false,
      onBatchEnd: ({ loss }) => losses.push(loss),
    });
    const stepped = classifier();
    const expected = [
      stepped.trainOnBatch(x.slice(0, 48), y.slice(0, 12)).loss,
      stepped.trainOnBatch(x.slice(48), y.slice(12)).loss,
    ];
    expect(losses).toEqual(expected);
    expect(history.loss[0]).toBeCloseTo((12 * losses[0]! + 11 * losses[1]!) / 23, 12);
  });

  it('passes the numbers of the history, and those of evaluate for the validation data', async () => {
    const model = classifier({ metrics: ['accuracy', 'f1'] });
    const seen: EpochEvent[] = [];
    const measured: unknown[] = [];
    const history = await model.fit(x, y, {
      epochs: 3,
      validationData: [x, y],
      onEpochEnd(event) {
        seen.push(event);
        measured.push(model.evaluate(x, y));
      },
    });
    expect(seen.map(({ validation }) => validation)).toEqual(measured);
    for (const name of ['loss', 'accuracy', 'f1'] as const) {
      expect(seen.map((event) => event[name])).toEqual(history[name]);
      expect(seen.map(({ validation }) => validation![name])).toEqual(history.validation[name]);
    }
    expect(Object.keys(seen[0]!)).toEqual(['epoch', 'loss', 'accuracy', 'f1', 'validation', 'learningRate']);
  });

  it('calls begin and end of a fit of no epochs', async () => {
    const log: unknown[][] = [];
    await classifier().fit(x, y, { epochs: 0, callbacks: [scribe(log, 'a')] });
    expect(log).toEqual([
      ['a', 'begin', { firstEpoch: 1, lastEpoch: 0, batches: 1 }],
      ['a', 'end'],
    ]);
  });

  it('calls none if data or options are refused', async () => {
    const log: unknown[][] = [];
    const callbacks = [scribe(log, 'a')];
    await rejection(classifier().fit(x, y.slice(1), { callbacks }));
    await rejection(classifier().fit(x, y, { callbacks, epochs: -1 }));
    expect(log).toEqual([]);
  });
});

describe('the learning rate of an event', () => {
  it('is the constant rate', async () => {
    const rates: number[] = [];
    const note = ({ learningRate }: { learningRate: number }) => void rates.push(learningRate);
    await classifier().fit(x, y, { batchSize: 12, onBatchEnd: note, onEpochEnd: note });
    expect(rates).toEqual([0.1, 0.1, 0.1]);
  });

  const schedule = warmup({ steps: 3, next: stepDecay({ initialLearningRate: 0.4, factor: 0.5, every: 1 }) });

  it("is that of the batch's own step, and after an epoch that of the next step", async () => {
    const batches: BatchEvent[] = [];
    const epochs: EpochEvent[] = [];
    const optimizer = sgd({ learningRate: schedule });
    await classifier({ optimizer }).fit(x, y, {
      epochs: 3,
      batchSize: 12,
      onBatchEnd: (event) => void batches.push(event),
      onEpochEnd: (event) => void epochs.push(event),
    });
    // Computed by hand: thirds from 0 up to 0.4 · ½^epoch, two steps per epoch.
    const expected = [0, 0.4 / 3, (0.2 * 2) / 3, 0.2, 0.1, 0.1];
    for (const [b, { learningRate }] of batches.entries()) expect(learningRate).toBeCloseTo(expected[b]!, 12);
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([
      learningRateAt(schedule, { step: 2, epoch: 1 }),
      learningRateAt(schedule, { step: 4, epoch: 2 }),
      learningRateAt(schedule, { step: 6, epoch: 3 }),
    ]);
  });

  it('is the rate with which the step was taken', async () => {
    const scheduled = classifier({ optimizer: sgd({ learningRate: schedule }) });
    const rates: number[] = [];
    await scheduled.fit(x, y, {
      epochs: 2,
      batchSize: 23,
      shuffle: false,
      onBatchEnd: ({ learningRate }) => void rates.push(learningRate),
    });
    const byHand = classifier();
    for (const learningRate of rates.slice(1)) {
      byHand.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate }) });
      byHand.trainOnBatch(x, y);
    }
    expect(rates[0]).toBe(0);
    expect(scheduled.getWeights()).toEqual(byHand.getWeights());
  });
});

describe('callbacks are refused', () => {
  const twice: Callback = { onFitEnd: () => {} };
  it.each([
    [
      'twice the same',
      [twice, {}, twice],
      RangeError,
      /^callbacks\[2\]: the same callback is already at index 0/,
    ],
    ['no array', twice, TypeError, /^callbacks: expected an array/],
    ['a function', [() => {}], TypeError, /^callbacks\[0\]: expected an object/],
    ['an unknown event', [{ onEpochStart() {} }], TypeError, /^callbacks\[0\]\.onEpochStart: unknown option/],
    ['what is no function', [{ onFitEnd: 1 }], TypeError, /^callbacks\[0\]\.onFitEnd: expected a function/],
  ] as const)('%s', async (_what, callbacks, kind, message) => {
    const error = await rejection(classifier().fit(x, y, untyped<FitOptions>({ callbacks })));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });
});

describe('within a callback', () => {
  it('allows reading everything, which changes nothing', async () => {
    const model = classifier({ metrics: ['f1'] });
    const many = Float32Array.from({ length: 4 * 3000 }, (_, i) => x[i % x.length]!);
    const read = () => {
      model.predict(many);
      model.evaluate(x, y);
      model.gradients(x, y, { training: true });
      model.getWeights();
      MLP.load(model.save()).predict(x);
      model.folded();
    };
    await model.fit(x, y, { epochs: 2, batchSize: 6, onBatchEnd: read, onEpochEnd: read });
    const undisturbed = classifier({ metrics: ['f1'] });
    await undisturbed.fit(x, y, { epochs: 2, batchSize: 6 });
    expect(stateOf(model)).toEqual(stateOf(undisturbed));
  });

  it.each(['onFitBegin', 'onBatchEnd', 'onEpochEnd', 'onFitEnd'] as const)(
    'refuses changes to the model in %s',
    async (name) => {
      const model = classifier();
      const writes: [string, () => unknown][] = [
        ['trainOnBatch', () => model.trainOnBatch(x, y)],
        ['compile', () => model.compile({ loss: 'crossEntropy' })],
        ['setWeights', () => model.setWeights(model.getWeights())],
        ['adapt', () => model.adapt(x)],
        ['lsuv', () => lsuv(model, x)],
      ];
      const refusals: Promise<unknown>[] = [];
      const write = () => {
        for (const [method, run] of writes) {
          expect(run).toThrow(new StateError(`${method}: the model is being fitted; await that call first`));
        }
        refusals.push(rejection(model.fit(x, y)));
      };
      await model.fit(x, y, { epochs: 2, callbacks: [{ [name]: write }] });
      for (const error of await Promise.all(refusals)) {
        expect((error as Error).message).toBe('fit: the model is being fitted; await that call first');
      }
      expect(refusals.length).toBeGreaterThan(0);
      const undisturbed = classifier();
      await undisturbed.fit(x, y, { epochs: 2 });
      expect(stateOf(model)).toEqual(stateOf(undisturbed));
    },
  );

  it('one of two fits at once is refused, and the first goes on', async () => {
    const model = classifier();
    const [first, second] = await Promise.allSettled([
      model.fit(x, y, { epochs: 2 }),
      model.fit(x, y, { epochs: 2 }),
    ]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    expect(model.epoch).toBe(2);
  });

  it('options that are changed during the fit no longer count', async () => {
    const model = classifier();
    const weights = Array.from(y, () => 1);
    const options: Record<string, unknown> & { callbacks: Callback[] } = {
      epochs: 2,
      batchSize: 6,
      sampleWeight: weights,
      earlyStopping: {},
      callbacks: [],
    };
    const onBatchEnd = () => {
      Object.assign(options, { epochs: 100, batchSize: 1, shuffle: false, signal: AbortSignal.abort() });
      options.callbacks.push({ onBatchEnd: () => expect.fail('called') });
      weights.fill(Number.NaN);
    };
    await model.fit(x, y, Object.assign(options, { onBatchEnd }));
    const undisturbed = classifier();
    await undisturbed.fit(x, y, {
      epochs: 2,
      batchSize: 6,
      sampleWeight: Array.from(y, () => 1),
      earlyStopping: {},
    });
    expect(stateOf(model)).toEqual(stateOf(undisturbed));
  });
});
