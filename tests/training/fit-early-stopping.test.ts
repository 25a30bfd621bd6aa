/** Early stopping: the epoch at which it ends a fit, and the weights that it keeps. */
import { describe, expect, it } from 'vitest';
import {
  adam,
  type BackendName,
  type CompileOptions,
  type EarlyStopping,
  type EpochEvent,
  type LayerWeights,
  MLP,
  type Monitor,
  reduceOnPlateau,
  sgd,
} from '../../src/index.js';
import { Watch } from '../../src/training/early-stopping.js';
import { internalsOf } from '../../src/training/internals.js';
import { classifier, rejection, stateOf, x, y } from '../support/fits.js';
import { type Case, untyped } from '../support/refusals.js';

/** Validation labels shifted by one, so that the validation loss rises while the training loss falls. */
const other = Uint8Array.from(y, (label) => (label + 1) % 3);

/** Fits with copies of the weights kept after every epoch. */
async function watched(model: MLP<BackendName>, earlyStopping: EarlyStopping, epochs = 30) {
  const events: EpochEvent[] = [];
  const weights: LayerWeights<Float32Array | Float64Array>[][] = [];
  const history = await model.fit(x, y, {
    epochs,
    batchSize: 6,
    validationData: [x, other],
    earlyStopping,
    onEpochEnd(event) {
      events.push(event);
      weights.push(model.getWeights());
    },
  });
  return { history, events, weights };
}

/** The rule as Keras has it, by hand: the best epoch, and the one after which patience has ended. */
function expected(values: readonly number[], patience: number, minDelta: number) {
  let best = 0;
  for (let e = 1; e < values.length; e++) {
    if (values[e]! < values[best]! - minDelta) best = e;
    if (e - best === patience) return { best: best + 1, last: e + 1 };
  }
  return { best: best + 1, last: values.length };
}

/**
 * Returns the weights with which a fit should end: those after the best epoch of the validation data. For the training data they
 * are those before or after the best epoch, whichever are better.
 *
 * @param weights  weights before the first epoch, then after each
 */
function ofBest(
  monitor: Monitor,
  best: number,
  weights: readonly LayerWeights<Float32Array | Float64Array>[][],
) {
  const [before, after] = [weights[best - 1]!, weights[best]!];
  if (monitor.startsWith('validation.')) return after;
  const metrics = ['accuracy', 'f1'] as const;
  const [first, second] = [before, after].map((given) => {
    const model = classifier({ metrics }, batchNormed);
    model.setWeights(given);
    const measures = model.evaluate(x, y);
    return monitor === 'loss' ? -measures.loss : measures[monitor as 'f1']!;
  });
  return second! >= first! ? after : before;
}

const batchNormed = {
  layers: [
    { units: 6, activation: 'relu', batchNorm: true },
    { units: 3, activation: 'softmax' },
  ],
} as const;

describe('early stopping', () => {
  const monitors: [Monitor, (event: EpochEvent) => number][] = [
    ['loss', (e) => e.loss],
    ['validation.loss', (e) => e.validation!.loss],
    ['accuracy', (e) => -e.accuracy!],
    ['validation.accuracy', (e) => -e.validation!.accuracy!],
    ['f1', (e) => -e.f1!],
    ['validation.rocAuc', (e) => -e.validation!.rocAuc!],
  ];
  describe.each(monitors)('on %s', (monitor, value) => {
    it.each([
      [1, 0],
      [3, 0],
      [2, 0.05],
    ])(
      'ends by the rule with patience %i and minDelta %d, with the right weights',
      async (patience, minDelta) => {
        const metrics = ['accuracy', 'f1', 'rocAuc'] as const;
        const options = { metrics, optimizer: adam({ learningRate: 0.05 }) };
        // This fit is never stopped, and records the measures that early stopping would have seen.
        const { events: all } = await watched(classifier(options, batchNormed), { patience: 1000 });
        const { best, last } = expected(all.map(value), patience, minDelta);
        const model = classifier(options, batchNormed);
        const initial = model.getWeights();
        const { history, events, weights } = await watched(model, { monitor, patience, minDelta });
        expect(events).toEqual(all.slice(0, last));
        expect(history.bestEpoch).toBe(best);
        expect(model.getWeights()).toEqual(ofBest(monitor, best, [initial, ...weights]));
        expect(model.epoch).toBe(last);
      },
    );
  });

  it('covers cases in which the best epoch is neither the first nor the last', async () => {
    const options = { metrics: ['accuracy'] as const, optimizer: adam({ learningRate: 0.05 }) };
    const earlyStopping = { monitor: 'accuracy', patience: 3 } as const;
    const { history } = await watched(classifier(options, batchNormed), earlyStopping);
    expect(history.bestEpoch).toBeGreaterThan(1);
    expect(history.bestEpoch).toBeLessThan(history.loss.length);
    expect(history.loss.length).toBeLessThan(30);
  });

  it('keeps the last weights with restoreBest: false, and still names the best epoch', async () => {
    const model = classifier({ optimizer: sgd({ learningRate: 0.5 }) }, batchNormed);
    const { history, weights } = await watched(model, { patience: 3, restoreBest: false });
    expect(history.bestEpoch).toBe(history.loss.length - 3);
    expect(model.getWeights()).toEqual(weights.at(-1));
    expect(model.getWeights()).not.toEqual(weights[history.bestEpoch! - 1]);
  });

  it('restores the best weights if the epochs end before patience does', async () => {
    const model = classifier({ optimizer: sgd({ learningRate: 0.5 }) }, batchNormed);
    const { history, weights } = await watched(model, {}, 4);
    expect(history.loss).toHaveLength(4);
    const { loss } = history.validation;
    const best = 1 + loss.indexOf(Math.min(...loss));
    expect(best).toBeLessThan(4);
    expect(history.bestEpoch).toBe(best);
    expect(model.getWeights()).toEqual(weights[best - 1]);
  });

  it('watches the validation loss if there are validation data, otherwise the loss, with patience 5', async () => {
    const { history } = await watched(classifier({ optimizer: sgd({ learningRate: 0.5 }) }), {});
    expect(history.bestEpoch).toBe(1);
    expect(history.loss).toHaveLength(6);
    const model = classifier();
    const alone = await model.fit(x, y, { epochs: 12, earlyStopping: {} });
    expect(alone.bestEpoch).toBe(12);
  });

  it("restores the best weights after another callback's stop, but not after an abort", async () => {
    const options = { optimizer: sgd({ learningRate: 0.5 }) };
    const [stopped, aborted] = [classifier(options), classifier(options)];
    const seen: unknown[] = [];
    const fit = { epochs: 9, batchSize: 6, validationData: [x, other] as const, earlyStopping: {} };
    const onEpochEnd = ({ epoch }: EpochEvent) => {
      seen.push(stopped.getWeights());
      return epoch === 3 ? 'stop' : undefined;
    };
    await stopped.fit(x, y, { ...fit, onEpochEnd });
    expect(stopped.getWeights()).toEqual(seen[0]);
    const abort = ({ epoch }: EpochEvent) => (epoch === 3 ? controller.abort() : undefined);
    const controller = new AbortController();
    await rejection(aborted.fit(x, y, { ...fit, signal: controller.signal, onEpochEnd: abort }));
    expect(aborted.getWeights()).toEqual(seen[2]);
  });

  it('watches each fit separately', async () => {
    const model = classifier({ optimizer: sgd({ learningRate: 0.5 }) });
    await watched(model, { patience: 1 });
    const { history } = await watched(model, { patience: 1 });
    expect(history.bestEpoch).toBe(3);
  });

  it('ends at the first epoch without an improvement with patience 0, as with patience 1', async () => {
    const make = () => classifier({ optimizer: sgd({ learningRate: 0.5 }) }, batchNormed);
    const [none, one] = [make(), make()];
    const first = await watched(none, { patience: 0 });
    const second = await watched(one, { patience: 1 });
    expect(first.history).toEqual(second.history);
    expect(first.history.loss).toHaveLength(first.history.bestEpoch! + 1);
    expect(stateOf(none)).toEqual(stateOf(one));
    // While every epoch improves, the fit continues.
    const improving = await classifier().fit(x, y, { epochs: 12, earlyStopping: { patience: 0 } });
    expect(improving.bestEpoch).toBe(12);
  });

  it('names no best epoch if no epoch was run', async () => {
    expect((await watched(classifier(), {}, 0)).history).not.toHaveProperty('bestEpoch');
  });
});

describe('NaN is no improvement', () => {
  it('ends the fit by patience, without a best epoch, if every epoch is NaN', async () => {
    // With one class only, there is no area under its curve.
    const model = classifier({ metrics: ['rocAuc'] });
    const ones = y.map(() => 1);
    const history = await model.fit(x, ones, {
      epochs: 9,
      earlyStopping: { monitor: 'rocAuc', patience: 3 },
    });
    expect(history.rocAuc).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(history).not.toHaveProperty('bestEpoch');
  });

  it('keeps the best number and counts epochs of NaN as waiting', () => {
    const { compiled, ...trained } = internalsOf(classifier());
    const watch = new Watch({ patience: 3 }, compiled!, false);
    const losses = [Infinity, 3, Number.NaN, 2, Number.NaN, 2, Number.NaN];
    const ended = losses.map((loss, e) => watch.see({ epoch: e + 1, loss, learningRate: 1 }, trained));
    expect(ended).toEqual([false, false, false, false, false, false, true]);
    expect(watch.bestEpoch).toBe(4);
  });
});

describe('the watched measure is checked before the first step', () => {
  const fitted = (options: object) => () => classifier().fit(x, y, untyped(options));
  const stopping = (earlyStopping: unknown) => fitted({ earlyStopping });
  const validated = { validationData: [x, y] };
  const cases: Case[] = [
    ['no object', stopping(null), TypeError, /^earlyStopping: expected an object, got null/],
    ['true', stopping(true), TypeError, /^earlyStopping: expected an object, got true/],
    ['an unknown option', stopping({ patient: 1 }), TypeError, /^earlyStopping\.patient: .*'patience'/],
    ['patience −1', stopping({ patience: -1 }), RangeError, /^earlyStopping\.patience: .* ≥ 0, got -1/],
    ['patience 1.5', stopping({ patience: 1.5 }), RangeError, /^earlyStopping\.patience: /],
    ['patience of a string', stopping({ patience: '5' }), TypeError, /^earlyStopping\.patience: /],
    ['minDelta −1', stopping({ minDelta: -1 }), RangeError, /^earlyStopping\.minDelta: .* ≥ 0, got -1/],
    ['minDelta NaN', stopping({ minDelta: Number.NaN }), RangeError, /^earlyStopping\.minDelta: /],
    ['restoreBest 1', stopping({ restoreBest: 1 }), TypeError, /^earlyStopping\.restoreBest: .*got 1/],
    ['no name', stopping({ monitor: 3 }), TypeError, /^earlyStopping\.monitor: expected one of loss, got 3/],
    ['Keras’s name', stopping({ monitor: 'val_loss' }), TypeError, /^earlyStopping\.monitor: unknown name/],
    [
      'a metric that was not compiled in',
      fitted({ ...validated, earlyStopping: { monitor: 'validation.f1' } }),
      TypeError,
      /^earlyStopping\.monitor: unknown name 'validation\.f1'; .*Known: loss, validation\.loss$/,
    ],
    [
      'validation data that are not there',
      stopping({ monitor: 'validation.loss' }),
      RangeError,
      /^earlyStopping\.monitor: 'validation\.loss' needs validationData or a validationSplit, but neither is given$/,
    ],
  ];
  it.each(cases)('%s', async (_what, run, kind, message) => {
    const error = await rejection(run() as Promise<unknown>);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });
});

describe('a schedule whose measure is missing is refused, and nothing changes', () => {
  const plateau = (monitor: string | undefined) => {
    const learningRate = reduceOnPlateau({
      initialLearningRate: 0.1,
      mode: 'min',
      ...(monitor && { monitor }),
    });
    return { optimizer: sgd({ learningRate }) };
  };
  const takesValidation =
    /^learningRate\.monitor: 'validation\.loss' needs validationData or a validationSplit/;
  const cases: [string, Partial<CompileOptions>, object, RegExp][] = [
    ['the default without validation data', plateau(undefined), {}, takesValidation],
    ['validation.loss by name', plateau('validation.loss'), {}, takesValidation],
    ['a metric not compiled in', plateau('f1'), {}, /^learningRate\.monitor: unknown name 'f1'/],
    [
      'one of the validation data not compiled in',
      { ...plateau('validation.f1'), metrics: ['accuracy'] },
      { validationSplit: 0.5 },
      /^learningRate\.monitor: unknown name 'validation\.f1'; .*Known: loss, accuracy, validation\.loss, validation\.accuracy$/,
    ],
  ];
  it.each(cases)('%s', async (_what, compile, options, message) => {
    const model = classifier(compile, { inputScaling: 'zScore' });
    const before = stateOf(model);
    for (const run of [() => model.fit(x, y, options), () => model.fit(() => [{ x, y }], {})]) {
      expect(((await rejection(run())) as Error).message).toMatch(/^learningRate\.monitor: /);
    }
    expect(((await rejection(model.fit(x, y, options))) as Error).message).toMatch(message);
    expect(stateOf(model)).toEqual(before);
    expect(() => model.predict(x)).toThrow(/adapt/);
  });

  it('follows the schedule with validation data, which trainOnBatch never needs', async () => {
    const model = classifier(plateau(undefined));
    model.trainOnBatch(x, y);
    await model.fit(x, y, { validationSplit: 0.5 });
    await model.fit(x, y, { validationData: [x, y] });
    const metered = classifier({ ...plateau('validation.f1'), metrics: ['f1'] });
    await metered.fit(x, y, { validationData: [x, y] });
    expect(metered.epoch).toBe(1);
  });
});

it('weights whose outputs are not finite are never the best, and do not end the fit', async () => {
  const layers = [{ units: 1, kernelInitializer: 'ones' }] as const;
  const model = new MLP({ inputSize: 1, layers });
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 1 }) });
  // The loss is 1e30, the gradient 2e30, and the outputs after the step are 2e45.
  const history = await model.fit(Float32Array.of(1e15), Float32Array.of(0), { earlyStopping: {} });
  expect(history.bestEpoch).toBe(1);
  expect(model.predict(Float32Array.of(3))).toEqual(Float32Array.of(3));
});
