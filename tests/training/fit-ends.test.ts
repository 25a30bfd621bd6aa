/** A fit that an error ends: it keeps the best weights, and the error carries the history so far. */
import { describe, expect, it, vi } from 'vitest';
import {
  adam,
  type BackendName,
  type Callback,
  type EpochEvent,
  type FitOptions,
  isFitFailure,
  MLP,
  sgd,
} from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { batchesOf, classifier, rejection, stateOf, x, y } from '../support/fits.js';
import { untyped } from '../support/refusals.js';

/** Labels shifted by one: what improves the loss on y worsens it on these, so that epoch 1 is the best. */
const other = Uint8Array.from(y, (label) => (label + 1) % 3);
const reason = new Error('enough');

/**
 * Two weights and a step of 0.9 on a full batch, by hand. The error of the first shrinks to a tenth in every epoch; that of the
 * second, 1e-3 at first, grows by 1.7. The loss falls to epoch 3 and then grows beyond f32.
 */
const twoRows = { x: Float32Array.of(1, 0, 0, Math.sqrt(3)), y: Float32Array.of(1, 1e-3) };
function diverging(backend: BackendName = 'wasm') {
  const layers = [{ units: 1, useBias: false, kernelInitializer: 'zeros' }] as const;
  const model = new MLP<BackendName>({ inputSize: 2, layers, backend });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.9 }) });
  return model;
}

/** Object that throws on every access. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Classifier with everything that a step changes, and a record of it after every epoch. */
function watched() {
  const layers = [
    { units: 6, activation: 'relu', batchNorm: true },
    { units: 3, activation: 'softmax' },
  ] as const;
  const model = classifier({ optimizer: adam({ learningRate: 0.05 }), metrics: ['accuracy'] }, { layers });
  const states: ReturnType<typeof stateOf>[] = [];
  const events: EpochEvent[] = [];
  const callback: Callback = {
    onEpochEnd(event) {
      states.push(stateOf(model));
      events.push(event);
    },
  };
  const options = {
    epochs: 30,
    batchSize: 6,
    validationData: [x, other],
    earlyStopping: { patience: 30 },
  } as const;
  return { model, states, events, options: { ...options, callbacks: [callback] } };
}

describe('the best weights are restored, and the error says how far the fit came', () => {
  const throwing = () => {
    throw reason;
  };
  type Fit = (given: ReturnType<typeof watched>) => Promise<unknown>;
  const cases: [what: string, run: Fit, endedIn: number, message: RegExp][] = [
    [
      'a callback of a batch that throws',
      ({ model, options }) =>
        model.fit(x, y, { ...options, onBatchEnd: ({ epoch }) => (epoch === 4 ? throwing() : 'go') }),
      4,
      /^enough$/,
    ],
    [
      'a callback of an epoch that throws',
      ({ model, options }) =>
        model.fit(x, y, { ...options, onEpochEnd: ({ epoch }) => (epoch === 3 ? throwing() : 'go') }),
      3,
      /^enough$/,
    ],
    [
      'a stream that fails',
      ({ model, options: { batchSize: _, ...options } }) =>
        model.fit((epoch) => (epoch < 9 ? batchesOf(6) : throwing()), options),
      9,
      /^enough$/,
    ],
    [
      'a batch of a stream that is not finite',
      ({ model, options: { batchSize: _, ...options } }) =>
        model.fit(function* (epoch) {
          yield* batchesOf(6);
          if (epoch === 9) yield { x: x.map(() => Number.NaN), y };
        }, options),
      9,
      /^batch 5: x: row 0, column 0 is NaN/,
    ],
    [
      'inputs on which training is not finite',
      ({ model, options: { batchSize: _, ...options } }) =>
        model.fit(function* (epoch) {
          yield* batchesOf(6);
          if (epoch === 9) yield { x: x.map((value) => 3e38 * Math.sign(value)), y };
        }, options),
      9,
      /^layers\[0\]: .* \(epoch 9, batch 5\)$/,
    ],
    [
      'a validation that fails',
      ({ model, options }) => {
        const { network } = internalsOf(model);
        const { reserve } = network;
        let validations = 0;
        vi.spyOn(network, 'reserve').mockImplementation(function (this: unknown, rows, backward) {
          if (backward === 0 && model.epoch > 0 && ++validations > 2) throw reason;
          return reserve.call(network, rows, backward);
        });
        return model.fit(x, y, options);
      },
      4,
      /^enough$/,
    ],
  ];

  it.each(cases)('after %s', async (_what, run, endedIn, message) => {
    const given = watched();
    const { model, states, events } = given;
    const error = await rejection(run(given));
    expect((error as Error).message).toMatch(message);
    // These are the events of the callbacks, epoch by epoch.
    const losses = events.map(({ validation }) => validation!.loss);
    const best = losses.indexOf(Math.min(...losses));
    expect(best).toBeLessThan(losses.length - 1);
    const { weights, blocks, scalars } = states[best]!;
    expect(stateOf(model)).toMatchObject({ weights, blocks, scalars, epoch: losses.length });
    expect(states.at(-1)!.weights).not.toEqual(weights);
    if (!isFitFailure(error)) return expect.fail('no history');
    expect(error.history).toEqual({
      kind: 'history',
      loss: events.map(({ loss }) => loss),
      accuracy: events.map(({ accuracy }) => accuracy),
      validation: { loss: losses, accuracy: events.map(({ validation }) => validation!.accuracy) },
      bestEpoch: best + 1,
    });
    expect(error.epoch).toBe(endedIn);
  });

  it.each([
    ['the training loss', undefined],
    ['the validation loss', [twoRows.x, twoRows.y] as const],
  ])('training that diverges, watched by %s, ends with the best weights', async (_what, validationData) => {
    const model = diverging();
    const losses: number[] = [];
    const options = { epochs: 1000, batchSize: 2, earlyStopping: { patience: 1000 } };
    const error = await rejection(
      model.fit(twoRows.x, twoRows.y, {
        ...options,
        ...(validationData && { validationData }),
        onEpochEnd: ({ loss, validation }) => void losses.push(validation?.loss ?? loss),
      }),
    );
    expect(error).toMatchObject({ name: 'NonFiniteError', layer: 0 });
    if (!isFitFailure(error)) return expect.fail('no history');
    const best = Math.min(...losses);
    expect(losses.at(-1)).toBeGreaterThan(1e30);
    expect(error.history.bestEpoch).toBe(1 + losses.indexOf(best));
    expect(error.epoch).toBe(losses.length + 1);
    expect(model.evaluate(twoRows.x, twoRows.y).loss).toBe(best);
    // The next fit starts from those weights.
    const { loss } = await model.fit(twoRows.x, twoRows.y, { batchSize: 2 });
    expect(loss[0]).toBe(best);
  });
});

describe('a training measure belongs to the weights before the steps of its epoch', () => {
  it('restores those weights bit for bit, for a full batch, when patience ends the fit', async () => {
    const model = diverging();
    const { loss, bestEpoch } = await model.fit(twoRows.x, twoRows.y, {
      epochs: 100,
      batchSize: 2,
      earlyStopping: { monitor: 'loss' },
    });
    expect(bestEpoch).toBe(loss.length - 5);
    expect(model.evaluate(twoRows.x, twoRows.y).loss).toBe(Math.min(...loss));
  });

  it('keeps the weights after the last epoch if they are better still, though nothing measured them', async () => {
    const model = classifier();
    const { loss, bestEpoch } = await model.fit(x, y, { epochs: 5, batchSize: 23, earlyStopping: {} });
    const plain = classifier();
    await plain.fit(x, y, { epochs: 5, batchSize: 23 });
    expect(bestEpoch).toBe(5);
    expect(stateOf(model)).toEqual(stateOf(plain));
    expect(model.evaluate(x, y).loss).toBeLessThan(loss[4]!);
  });

  it('drops the weights after the last epoch if they are worse', async () => {
    const model = diverging();
    // Epoch 3 is the best, and its last step makes the loss worse.
    const all = await diverging().fit(twoRows.x, twoRows.y, { epochs: 9, batchSize: 2 });
    const best = all.loss.indexOf(Math.min(...all.loss)) + 1;
    await model.fit(twoRows.x, twoRows.y, { epochs: best, batchSize: 2, earlyStopping: {} });
    expect(all.loss[best]).toBeGreaterThan(all.loss[best - 1]!);
    expect(model.evaluate(twoRows.x, twoRows.y).loss).toBe(all.loss[best - 1]);
  });

  it('compares on the weighted training rows if others are held out', async () => {
    const sampleWeight = Array.from(y, (_, r) => 1 + (r % 4));
    const options = { batchSize: 6, sampleWeight, validationSplit: 0.3, earlyStopping: { monitor: 'loss' } };
    const model = classifier({ optimizer: sgd({ learningRate: 3 }) });
    const weights: ReturnType<typeof model.getWeights>[] = [model.getWeights()];
    const { bestEpoch } = await model.fit(x, y, {
      ...options,
      epochs: 9,
      earlyStopping: { monitor: 'loss' },
      onEpochEnd: () => void weights.push(model.getWeights()),
    });
    const [before, after] = [weights[bestEpoch! - 1]!, weights[bestEpoch!]!];
    expect([before, after]).toContainEqual(model.getWeights());
  });

  it('restores the weights before the best epoch of a stream, which is not read twice', async () => {
    const stream = () => [twoRows];
    const model = diverging();
    const { loss } = await model.fit(stream, { epochs: 20, earlyStopping: {} });
    expect(model.evaluate(twoRows.x, twoRows.y).loss).toBe(Math.min(...loss));
    // A fit that ended without an error at its best epoch keeps what it learned.
    const improving = classifier();
    await improving.fit(() => batchesOf(6), { epochs: 3, earlyStopping: {} });
    const plain = classifier();
    await plain.fit(() => batchesOf(6), { epochs: 3 });
    expect(stateOf(improving)).toEqual(stateOf(plain));
  });
});

describe('an abort', () => {
  it('keeps weights and the interrupted epoch, and puts the history on its reason', async () => {
    const { model, states, options } = watched();
    const controller = new AbortController();
    const onBatchEnd: FitOptions['onBatchEnd'] = ({ epoch, batch }) => {
      if (epoch !== 3 || batch !== 2) return;
      states.push(stateOf(model));
      controller.abort(reason);
    };
    const error = await rejection(model.fit(x, y, { ...options, onBatchEnd, signal: controller.signal }));
    expect(error).toBe(reason);
    expect(stateOf(model)).toEqual(states.at(-1));
    expect(isFitFailure(error) && [error.epoch, error.history.loss.length]).toEqual([3, 2]);
  });

  it('is recognized without a reason, and is not confused with another error', async () => {
    const plain = watched();
    const signal = { aborted: false };
    const abort = ({ epoch }: EpochEvent) => {
      signal.aborted = epoch === 3;
    };
    await rejection(plain.model.fit(x, y, { ...plain.options, signal, onEpochEnd: abort }));
    expect(stateOf(plain.model)).toEqual(plain.states[2]);
    const failed = watched();
    const controller = new AbortController();
    const fail = ({ epoch }: EpochEvent) => {
      if (epoch !== 3) return;
      controller.abort();
      throw reason;
    };
    await rejection(
      failed.model.fit(x, y, { ...failed.options, signal: controller.signal, onEpochEnd: fail }),
    );
    expect(failed.model.getWeights()).toEqual(failed.states[0]!.weights);
  });
});

describe('a thrown value', () => {
  const fitThatThrows = (thrown: unknown, epoch = 2, callbacks: Callback[] = []) =>
    classifier().fit(x, y, {
      epochs: 3,
      callbacks,
      onEpochEnd: (event) => {
        if (event.epoch === epoch) throw thrown;
      },
    });

  it.each([
    ['a string', 'enough'],
    ['null', null],
    ['undefined', undefined],
    ['a frozen error', Object.freeze(new Error('cold'))],
    ['a sealed error', Object.seal(new Error('shut'))],
  ])('%s is unchanged; onFitEnd receives the history', async (_what, thrown) => {
    const ends: unknown[] = [];
    const onFitEnd = (event: unknown) => void ends.push(event);
    const keys = Object.getOwnPropertyNames(Object(thrown));
    expect(await rejection(fitThatThrows(thrown, 2, [{ onFitEnd }]))).toBe(thrown);
    expect(isFitFailure(thrown)).toBe(false);
    expect(Object.getOwnPropertyNames(Object(thrown))).toEqual(keys);
    expect(ends).toEqual([
      { history: { kind: 'history', loss: [expect.any(Number), expect.any(Number)] }, error: thrown },
    ]);
  });

  it.each([
    [
      'an error whose history is a getter that throws',
      Object.defineProperty(new Error('mine'), 'history', {
        get() {
          throw new Error('the getter');
        },
      }),
    ],
    [
      'a proxy whose traps throw',
      new Proxy(new Error('mine'), {
        getOwnPropertyDescriptor() {
          throw new Error('the trap');
        },
      }),
    ],
    ['a revoked proxy', revoked()],
  ])('%s is thrown as it is', async (_what, thrown) => {
    let caught: unknown;
    await fitThatThrows(thrown, 2).catch((error: unknown) => {
      caught = error;
    });
    // toBe would look at the value to print it.
    expect(caught === thrown).toBe(true);
    expect(isFitFailure(thrown)).toBe(false);
  });

  it('carries the history without early stopping too, but not in a log', async () => {
    const error = await rejection(fitThatThrows(new Error('once')));
    if (!isFitFailure(error)) return expect.fail('no history');
    const once = await classifier().fit(x, y, { epochs: 2 });
    expect(error.history).toEqual(once);
    expect(error.epoch).toBe(2);
    expect(Object.keys(error)).toEqual([]);
  });

  it('carries the history of the second fit if it is thrown twice', async () => {
    const error = new Error('again');
    await rejection(fitThatThrows(error, 2));
    await rejection(fitThatThrows(error, 1));
    expect(isFitFailure(error) && [error.epoch, error.history.loss.length]).toEqual([1, 1]);
  });

  it('keeps its own properties', async () => {
    const error = Object.assign(new Error('mine'), { epoch: 'the third', history: 'long' });
    await rejection(fitThatThrows(error));
    expect({ ...error }).toEqual({ epoch: 'the third', history: 'long' });
    expect(isFitFailure(error)).toBe(false);
  });

  it('carries the history if onFitBegin or onFitEnd throws it', async () => {
    const fail = () => {
      throw new Error('here');
    };
    const first = await rejection(classifier().fit(x, y, { callbacks: [{ onFitBegin: fail }] }));
    expect(isFitFailure(first) && [first.epoch, first.history]).toEqual([1, { kind: 'history', loss: [] }]);
    const last = await rejection(classifier().fit(x, y, { epochs: 2, callbacks: [{ onFitEnd: fail }] }));
    expect(isFitFailure(last) && [last.epoch, last.history.loss.length]).toEqual([2, 2]);
  });

  it('carries no history if it is about the arguments', async () => {
    const error = await rejection(classifier().fit(x, y, untyped({ epochs: -1 })));
    expect(error).toBeInstanceOf(RangeError);
    expect(isFitFailure(error)).toBe(false);
    for (const value of [undefined, null, 'text', 3, {}]) expect(isFitFailure(value)).toBe(false);
  });
});

it('onFitEnd receives what fit returns, after the best weights were restored', async () => {
  const { model, states, options } = watched();
  const ends: unknown[] = [];
  const onFitEnd: Callback['onFitEnd'] = (event) => {
    ends.push(event, model.getWeights());
  };
  const history = await model.fit(x, y, { ...options, callbacks: [...options.callbacks, { onFitEnd }] });
  expect(ends).toEqual([{ history }, states[0]!.weights]);
});
