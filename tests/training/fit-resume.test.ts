/** Resuming a fit is bit-identical to one uninterrupted fit. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import {
  adam,
  adamw,
  type BackendName,
  type CompileOptions,
  cosineDecay,
  crossEntropy,
  type FitOptions,
  type History,
  type LayerOptions,
  type MLP,
  nadam,
  oneCycle,
  reduceOnPlateau,
  rmsprop,
  type Schedule,
  sgd,
  stepDecay,
  warmup,
} from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { batchesOf, classifier, epochLog, rejection, stateOf, x, y } from '../support/fits.js';

const softmax: LayerOptions = { units: 3, activation: 'softmax' };

const layers = {
  plain: [{ units: 6, activation: 'tanh' }, softmax],
  dropout: [{ units: 6, activation: 'relu', dropout: 0.4 }, softmax],
  batchNorm: [{ units: 6, activation: 'relu', batchNorm: true }, softmax],
  prelu: [{ units: 6, activation: 'prelu' }, softmax],
} as const satisfies Record<string, readonly LayerOptions[]>;

interface Case {
  readonly what: string;
  readonly layers?: readonly LayerOptions[];
  readonly compile: Partial<CompileOptions>;
  readonly fit?: FitOptions;
}

/** Plateau that is soon reached, because no loss falls by 1000. */
const plateau = (monitor: string) =>
  reduceOnPlateau({ initialLearningRate: 0.1, factor: 0.5, patience: 1, minDelta: 1e3, monitor });

const by = (learningRate: Schedule) => ({ optimizer: sgd({ learningRate }) });

const cases: readonly Case[] = [
  { what: 'sgd with momentum', compile: { optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) } },
  { what: 'adam', compile: { optimizer: adam({ learningRate: 0.01 }) } },
  { what: 'nadam', compile: { optimizer: nadam({ learningRate: 0.01 }) } },
  { what: 'amsgrad with decay', compile: { optimizer: adamw({ learningRate: 0.01, amsgrad: true }) } },
  { what: 'centred rmsprop', compile: { optimizer: rmsprop({ centered: true, momentum: 0.5 }) } },
  { what: 'dropout', layers: layers.dropout, compile: {} },
  { what: 'batch norm', layers: layers.batchNorm, compile: { optimizer: adam() }, fit: { batchSize: 6 } },
  { what: 'slopes', layers: layers.prelu, compile: {} },
  {
    what: 'a schedule by step',
    compile: by(cosineDecay({ initialLearningRate: 0.4, decaySteps: 11 })),
  },
  {
    what: 'a schedule by epoch',
    compile: by(stepDecay({ initialLearningRate: 0.4, every: 1, factor: 0.5 })),
  },
  {
    what: 'a warm-up to one cycle',
    compile: by(warmup({ steps: 2, per: 'epoch', next: oneCycle({ maxLearningRate: 0.5, totalSteps: 9 }) })),
  },
  { what: 'a plateau of the loss', compile: by(plateau('loss')) },
  {
    what: 'a plateau of the validation loss',
    compile: by(plateau('validation.loss')),
    fit: { validationSplit: 0.3 },
  },
  {
    what: 'metrics, weights and validation data',
    compile: { metrics: ['accuracy', 'f1', 'rocAuc', { name: 'topKAccuracy', k: 2 }] },
    fit: { sampleWeight: Array.from(y, (_, r) => r % 4), classWeight: [1, 3, 0.5], validationData: [x, y] },
  },
  {
    what: 'class weights of smoothed labels',
    compile: { loss: crossEntropy({ labelSmoothing: 0.2 }) },
    fit: { sampleWeight: Array.from(y, (_, r) => 1 + (r % 4)), classWeight: [1, 3, 0.5] },
  },
  { what: 'data in order', compile: {}, fit: { shuffle: false } },
];

const EPOCHS = 4;

const make = ({ layers: given, compile }: Case) =>
  classifier(compile, given === undefined ? {} : { layers: given });

const optionsOf = ({ fit = {} }: Case) => ({ batchSize: 5, ...fit });

describe.each(cases)('with $what', (given) => {
  async function uninterrupted() {
    const model = make(given);
    const log = epochLog();
    const history = await model.fit(x, y, { ...optionsOf(given), ...log.on, epochs: EPOCHS });
    return { model, history, events: log.events };
  }

  it('two fits equal one', async () => {
    const once = await uninterrupted();
    const model = make(given);
    const first = await model.fit(x, y, { ...optionsOf(given), epochs: 1 });
    const second = await model.fit(x, y, { ...optionsOf(given), epochs: EPOCHS - 1 });
    expect(joined(first, second)).toEqual(once.history);
    expect(stateOf(model)).toEqual(stateOf(once.model));
  });

  it.each([
    [2, 2],
    [1, 1],
    [3, 4],
  ])(
    'a fit aborted in epoch %i after batch %i and resumed equals one never aborted',
    async (epoch, batch) => {
      const once = await uninterrupted();
      const model = make(given);
      const log = epochLog();
      await abortedAt(model, epoch, batch, { ...optionsOf(given), ...log.on, epochs: EPOCHS });
      expect(model.epoch).toBe(epoch - 1);
      expect(model.predict(x).every(Number.isFinite)).toBe(true);
      const rest = await model.fit(x, y, { ...optionsOf(given), ...log.on, epochs: EPOCHS - model.epoch });
      expect(log.events).toEqual(once.events);
      expect(rest).toEqual(lastEpochs(once.history, EPOCHS - epoch + 1));
      expect(stateOf(model)).toEqual(stateOf(once.model));
    },
  );
});

describe('an abort', () => {
  it('rejects with the given reason, whatever it is', async () => {
    for (const reason of [new Error('enough'), 'enough', 0, false]) {
      const signal = AbortSignal.abort(reason);
      expect(await rejection(classifier().fit(x, y, { signal }))).toBe(reason);
      const controller = new AbortController();
      const fit = classifier().fit(x, y, {
        signal: controller.signal,
        onBatchEnd: () => controller.abort(reason),
      });
      expect(await rejection(fit)).toBe(reason);
    }
  });

  it('without a reason rejects with an AbortError, as the platform does', async () => {
    expect(await rejection(classifier().fit(x, y, { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
    const plain = { aborted: true };
    expect(await rejection(classifier().fit(x, y, { signal: plain }))).toEqual(
      new Error('aborted: the signal gave no reason'),
    );
  });

  it('before the fit changes nothing, not even the input scaling, and calls no callback', async () => {
    const model = classifier({}, { inputScaling: 'zScore' });
    const before = stateOf(model);
    const called = () => expect.fail('called');
    const options = { signal: AbortSignal.abort(), onBatchEnd: called, callbacks: [{ onFitBegin: called }] };
    await rejection(model.fit(x, y, { ...options, initialEpoch: 7 }));
    expect(stateOf(model)).toEqual(before);
    expect(() => model.predict(x)).toThrow(/adapt/);
  });

  it('by a timer takes effect between batches, and the fit can resume', async () => {
    const controller = new AbortController();
    const model = classifier({ metrics: ['f1'] });
    const log = epochLog();
    const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }) => {
      if (epoch === 2 && batch === 3) setTimeout(() => controller.abort('time'), 0);
    };
    const options = { batchSize: 2, epochs: 1e9, signal: controller.signal, onBatchEnd, ...log.on };
    expect(await rejection(model.fit(x, y, options))).toBe('time');
    const epochs = 2;
    await model.fit(x, y, { batchSize: 2, epochs, ...log.on });
    const once = classifier({ metrics: ['f1'] });
    const all = epochLog();
    await once.fit(x, y, { batchSize: 2, epochs: model.epoch, ...all.on });
    expect(log.events).toEqual(all.events);
    expect(stateOf(model)).toEqual(stateOf(once));
  });

  it('gives the same result twice in one epoch, and after its last batch', async () => {
    const model = classifier();
    for (const batch of [1, 3, 5]) await abortedAt(model, 1, batch, { batchSize: 5 });
    let batches = 0;
    const history = await model.fit(x, y, { batchSize: 5, onBatchEnd: () => void batches++ });
    const once = classifier();
    expect(history).toEqual(await once.fit(x, y, { batchSize: 5 }));
    expect(stateOf(model)).toEqual(stateOf(once));
    // All batches were done; only the end of the epoch was missing.
    expect(batches).toBe(0);
  });

  it('in a callback of an epoch ends the fit after that epoch', async () => {
    const controller = new AbortController();
    const model = classifier();
    const onEpochEnd = () => controller.abort('enough');
    expect(await rejection(model.fit(x, y, { epochs: 3, signal: controller.signal, onEpochEnd }))).toBe(
      'enough',
    );
    expect(model.epoch).toBe(1);
    await model.fit(x, y, { epochs: 2 });
    const once = classifier();
    await once.fit(x, y, { epochs: 3 });
    expect(stateOf(model)).toEqual(stateOf(once));
  });

  it('leaves no listener behind', async () => {
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      reason: undefined as unknown,
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    };
    await classifier().fit(() => batchesOf(5), { signal, epochs: 2 });
    expect(listeners.size).toBe(0);
  });
});

describe("an epoch ended early by 'stop'", () => {
  it.each([2, 5])('resumes after batch %i', async (last) => {
    const model = classifier({ metrics: ['f1'] });
    const first = await model.fit(x, y, {
      batchSize: 5,
      epochs: 9,
      onBatchEnd: ({ batch }) => (batch === last ? 'stop' : undefined),
    });
    expect(first.partial).toEqual({ epoch: 1, batches: last, samples: Math.min(5 * last, 23) });
    const log = epochLog();
    await model.fit(x, y, { batchSize: 5, epochs: 2, ...log.on });
    const once = classifier({ metrics: ['f1'] });
    const all = epochLog();
    await once.fit(x, y, { batchSize: 5, epochs: 2, ...all.on });
    expect(log.events).toEqual(all.events);
    expect(stateOf(model)).toEqual(stateOf(once));
  });
});

describe('an interrupted epoch restarts', () => {
  /** Returns the batches of the next fit. */
  async function batchesAfter(change: (model: MLP<BackendName>) => void, options: FitOptions) {
    const model = classifier();
    await abortedAt(model, 1, 3, { batchSize: 5 });
    change(model);
    const batches: number[] = [];
    await model.fit(x, y, { batchSize: 5, ...options, onBatchEnd: ({ batch }) => void batches.push(batch) });
    return batches;
  }
  const none = () => {};

  it('for another batch size, another order or other rows', async () => {
    expect(await batchesAfter(none, {})).toEqual([4, 5]);
    expect(await batchesAfter(none, { batchSize: 6 })).toEqual([1, 2, 3, 4]);
    expect(await batchesAfter(none, { shuffle: false })).toEqual([1, 2, 3, 4, 5]);
    expect(await batchesAfter(none, { validationSplit: 0.1 })).toEqual([1, 2, 3, 4, 5]);
  });

  it('after compile, or for another initialEpoch', async () => {
    expect(await batchesAfter((model) => model.compile({ loss: 'crossEntropy' }), {})).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(await batchesAfter(none, { initialEpoch: 4 })).toEqual([1, 2, 3, 4, 5]);
    expect(await batchesAfter(none, { initialEpoch: 0 })).toEqual([4, 5]);
  });

  it('after early stopping restored the weights of an earlier epoch', async () => {
    const model = classifier();
    await model.fit(x, y, {
      batchSize: 5,
      epochs: 9,
      earlyStopping: {},
      onBatchEnd: ({ epoch, batch }) => (epoch === 3 && batch === 2 ? 'stop' : undefined),
    });
    const batches: number[] = [];
    await model.fit(x, y, { batchSize: 5, onBatchEnd: ({ batch }) => void batches.push(batch) });
    expect(batches).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a batch that fails midway', () => {
  /** Sums of every kind that an epoch keeps. */
  const make = () =>
    classifier(
      { metrics: ['accuracy', 'f1'], optimizer: adam({ l2: 0.01 }) },
      { layers: layers.batchNorm, backend: 'javascript' },
    );
  const options = { batchSize: 6, epochs: 2, sampleWeight: Array.from(y, (_, r) => 1 + (r % 3)) };

  it.each(['bias_add', 'count_correct', 'bias_gradient', 'largest_magnitude'] as const)(
    'in %s is not counted: the next fit resumes with it, as if nothing had happened',
    async (name) => {
      const once = make();
      const log = epochLog();
      await once.fit(x, y, { ...options, ...log.on });
      const model = make();
      const { kernels } = internalsOf(model).network.backend;
      const failure = new Error('a worker has not answered');
      const seen = epochLog();
      const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }) => {
        if (epoch !== 2 || batch !== 2) return;
        vi.spyOn(kernels, name).mockImplementationOnce(() => {
          throw failure;
        });
      };
      expect(await rejection(model.fit(x, y, { ...options, ...seen.on, onBatchEnd }))).toBe(failure);
      expect([model.epoch, model.step]).toEqual([1, 6]);
      const batches: number[] = [];
      await model.fit(x, y, {
        ...options,
        ...seen.on,
        epochs: 1,
        onBatchEnd: ({ batch }) => void batches.push(batch),
      });
      expect(batches).toEqual([3, 4]);
      expect(seen.events).toEqual(log.events);
      expect(stateOf(model)).toEqual(stateOf(once));
    },
  );
});

describe('a stream', () => {
  it('resumes after an abort behind the completed batches, and equals an uninterrupted one', async () => {
    const model = classifier({ metrics: ['f1'] });
    const log = epochLog();
    const controller = new AbortController();
    const opened: number[] = [];
    const stream = async function* (epoch: number) {
      opened.push(epoch);
      for (const batch of batchesOf(5)) {
        await sleep(0);
        yield batch;
      }
    };
    const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }) => {
      if (epoch === 2 && batch === 3) controller.abort('enough');
    };
    const options = { epochs: 3, signal: controller.signal, onBatchEnd, ...log.on };
    expect(await rejection(model.fit(stream, options))).toBe('enough');
    const batches: string[] = [];
    await model.fit(stream, {
      epochs: 2,
      onBatchEnd: ({ epoch, batch, samples }) => void batches.push(`${epoch}:${batch} ${samples}`),
      ...log.on,
    });
    expect(batches.slice(0, 3)).toEqual(['2:4 20', '2:5 23', '3:1 5']);
    expect(opened).toEqual([1, 2, 2, 3]);
    const once = classifier({ metrics: ['f1'] });
    const all = epochLog();
    await once.fit(stream, { epochs: 3, ...all.on });
    expect(log.events).toEqual(all.events);
    expect(stateOf(model)).toEqual(stateOf(once));
  });
});

/** Runs a fit that a callback aborts after a given batch. */
async function abortedAt(model: MLP<BackendName>, epoch: number, batch: number, options: FitOptions) {
  const controller = new AbortController();
  const reason = new Error('aborted on purpose');
  const onBatchEnd: FitOptions['onBatchEnd'] = (event) => {
    if (event.epoch === epoch && event.batch === batch) controller.abort(reason);
  };
  const fit = model.fit(x, y, { ...options, onBatchEnd, signal: controller.signal });
  expect(await rejection(fit)).toBe(reason);
}

function joined(first: History, second: History): History {
  const entries = Object.entries(first).map(([name, values]) => {
    if (name === 'kind') return [name, values];
    const others = second[name as 'loss'];
    return [
      name,
      Array.isArray(values) ? [...values, ...others] : joined(values as History, others as never),
    ];
  });
  return Object.fromEntries(entries);
}

function lastEpochs(history: History, n: number): History {
  const entries = Object.entries(history).map(([name, values]) => [
    name,
    name === 'kind' ? values : Array.isArray(values) ? values.slice(-n) : lastEpochs(values as History, n),
  ]);
  return Object.fromEntries(entries);
}
