/** Tests that arrays of data that change between reads count as they were when they were checked. */
import { describe, expect, it } from 'vitest';
import { oneHot, readCsv, take, trainTestSplit } from '../../src/data/index.js';
import type { FitOptions, MLP } from '../../src/index.js';
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  meanAbsoluteError,
  rocAuc,
} from '../../src/metrics/index.js';
import {
  far,
  growing,
  labels,
  lying,
  made,
  outcome,
  ROWS,
  rows,
  stateOf,
  turning,
  x,
} from '../support/hostile.js';
import { untyped } from '../support/refusals.js';

type Call = (model: MLP, x: number[][], y: number[]) => unknown;
const calls: readonly (readonly [name: string, call: Call])[] = [
  ['evaluate', (model, x, y) => model.evaluate(x, y)],
  ['evaluateAsync', (model, x, y) => model.evaluateAsync(x, y)],
  ['trainOnBatch', (model, x, y) => model.trainOnBatch(x, y)],
  ['gradients', (model, x, y) => model.gradients(x, y)],
  ['fit', (model, x, y) => model.fit(x, y, { epochs: 2, batchSize: 4 })],
  ['fit, validated', (model, x, y) => model.fit(x, y, { validationSplit: 0.4, batchSize: 2 })],
  ['validationData', (model, xs, y) => model.fit(x, labels, { validationData: [xs, y] })],
  ['a stream', (model, x, y) => model.fit(() => [{ x, y }])],
];

describe.each(calls)('%s', (_, call) => {
  const honest = made();
  const expected = outcome(() => call(honest, rows, labels));

  it.each([
    ['an index beyond the labels', far],
    ['a negative index', -far],
    ['NaN', Number.NaN],
    ['a text', '2'],
    ['nothing', undefined],
  ])('uses the labels of the first read, even if they become %s', async (_what, other) => {
    const model = made();
    expect(await outcome(() => call(model, rows, turning(labels, other)))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('uses the inputs of the first read', async () => {
    const model = made();
    const inner = rows.map((row) => turning(row, Number.NaN));
    expect(await outcome(() => call(model, turning(inner, undefined), labels))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('reads a length once', async () => {
    const model = made();
    expect(await outcome(() => call(model, growing(rows), growing(labels)))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });

  it('uses the length that a typed array has, not the one it reports', async () => {
    const model = made();
    const given = [lying(Float32Array.from(x), 4), lying(Uint16Array.from(labels), 2)] as const;
    expect(await outcome(() => call(model, untyped(given[0]), untyped(given[1])))).toEqual(await expected);
    expect(stateOf(model)).toEqual(stateOf(honest));
  });
});

describe('labels in shared memory', () => {
  it('are those of the check if they are changed between the check and the step of a streamed batch', async () => {
    const honest = made();
    await honest.fit(() => [{ x, y: labels }]);
    for (let ticks = 0; ticks < 12; ticks++) {
      const model = made();
      const y = new Uint32Array(new SharedArrayBuffer(4 * ROWS));
      y.set(labels);
      const write = async () => {
        for (let tick = 0; tick < ticks; tick++) await undefined;
        y.fill(far);
      };
      const result = await outcome(() =>
        model.fit(function* () {
          void write();
          yield { x, y };
        }),
      );
      // Changes before the check are refused. Otherwise all is as if nothing had changed.
      if (result instanceof Error) expect(result.message).toMatch(/^batch 1: y: row 0 is 268369920/);
      else expect(stateOf(model)).toEqual(stateOf(honest));
    }
  });

  it('are those of the start of the fit if a callback changes them', async () => {
    const [honest, model] = [made(), made()];
    const y = Uint8Array.from(labels);
    await honest.fit(x, labels, { epochs: 3, batchSize: 2 });
    await model.fit(x, y, { epochs: 3, batchSize: 2, onBatchEnd: () => void y.fill(255) });
    expect(stateOf(model)).toEqual(stateOf(honest));
  });
});

describe('weights of rows and classes', () => {
  it('are those of the first read', () => {
    const sampleWeight = labels.map((_, r) => 1 + r);
    const model = made();
    const expected = model.evaluate(x, labels, { sampleWeight, classWeight: [1, 2, 3] });
    const given = { sampleWeight: turning(sampleWeight, -1), classWeight: turning([1, 2, 3], Infinity) };
    expect(model.evaluate(x, labels, given)).toEqual(expected);
    const long = { sampleWeight: growing(sampleWeight), classWeight: growing([1, 2, 3]) };
    expect(model.evaluate(x, labels, long)).toEqual(expected);
  });

  it('are read once in a fit with a validation split', async () => {
    const sampleWeight = labels.map((_, r) => 1 + r);
    const options: FitOptions = { validationSplit: 0.4, epochs: 2 };
    const [honest, model] = [made(), made()];
    const expected = await honest.fit(x, labels, { ...options, sampleWeight });
    expect(await model.fit(x, labels, { ...options, sampleWeight: turning(sampleWeight, 0) })).toEqual(
      expected,
    );
  });
});

describe('metrics', () => {
  const truth = [0, 2, 1, 2, 0, 1];
  const scores = truth.map((c) => [0, 1, 2].map((i) => (i === c ? 0.6 : 0.2)));
  it('use the values of the first read', () => {
    expect(confusionMatrix(turning(truth, far), turning(labels, far))).toEqual(
      confusionMatrix(truth, labels),
    );
    expect(accuracy(growing(truth), growing(labels))).toBe(accuracy(truth, labels));
    const hostile = growing(
      turning(
        scores.map((row) => growing(turning(row, Number.NaN))),
        undefined,
      ),
    );
    expect(classificationReport(turning(truth, -1), hostile)).toEqual(classificationReport(truth, scores));
    expect(rocAuc(turning(truth, far), scores)).toBe(rocAuc(truth, scores));
    expect(meanAbsoluteError(turning(truth, Number.NaN), growing(labels))).toBe(
      meanAbsoluteError(truth, labels),
    );
    const arrayLike = { ...turning(truth, far), length: truth.length };
    expect(accuracy(untyped(arrayLike), labels)).toBe(accuracy(truth, labels));
  });
});

describe('evenkeel/data', () => {
  it('oneHot, take and trainTestSplit use the values of the first read', () => {
    expect(oneHot(turning(labels, far))).toEqual(oneHot(labels));
    expect(oneHot(growing(labels))).toEqual(oneHot(labels));
    expect(take(x, turning([3, 1], far), 2)).toEqual(take(x, [3, 1], 2));
    expect(take(growing(rows), growing([3, 1]))).toEqual([rows[3], rows[1]]);
    const options = { stratify: true, testSize: 0.5 };
    expect(trainTestSplit(growing(rows), turning(labels, far), options)).toEqual(
      trainTestSplit(rows, labels, options),
    );
  });

  it('readCsv uses the categories of `like` of the first read', () => {
    const table = readCsv('a,b\n1,u\n2,v\n', { target: 'b' });
    const like = (categories: string[]) => ({
      columns: {
        features: table.columns.features,
        target: { name: 'b', kind: 'category', categories } as const,
      },
    });
    const text = 'a,b\n3,v\n';
    expect(readCsv(text, { like: like(turning(['u', 'v'], 7)) })).toEqual(
      readCsv(text, { like: like(['u', 'v']) }),
    );
  });
});
