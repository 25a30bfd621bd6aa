/** Targets and metrics of a fit: those that are refused, and those that are measured. */
import { describe, expect, it } from 'vitest';
import {
  type BackendName,
  type CompileOptions,
  MLP,
  NonFiniteError,
  ShapeError,
  sgd,
} from '../../src/index.js';
import {
  accuracy,
  f1,
  meanAbsoluteError,
  precision,
  r2,
  recall,
  rocAuc,
  rootMeanSquaredError,
  topKAccuracy,
} from '../../src/metrics/index.js';
import { classifier, FEATURES, line, rejection, stateOf, x, y } from '../support/fits.js';
import { type Case, untyped } from '../support/refusals.js';

describe('labels are refused', () => {
  const of = (loss: 'binaryCrossEntropy' | 'meanSquaredError', targets: unknown) => () => {
    const activation = loss === 'meanSquaredError' ? 'identity' : 'sigmoid';
    const model = new MLP({ inputSize: FEATURES, layers: [{ units: 2, activation }] });
    model.compile({ loss });
    return model.fit(x, untyped<number[]>(targets));
  };
  const pairs = (value: unknown) => Array.from(y, (_, r) => [0, r === 7 ? value : 1]);
  const cases: Case[] = [
    [
      '2 for a binary unit',
      of('binaryCrossEntropy', pairs(2)),
      RangeError,
      /^y: row 7, column 1 is 2; a binary label/,
    ],
    ['−1 for a binary unit', of('binaryCrossEntropy', pairs(-1)), RangeError, /^y: row 7, column 1 is -1/],
    [
      'one per row for two units',
      of('binaryCrossEntropy', y),
      ShapeError,
      /^y: expected 23 rows of 2 values, got 23 values/,
    ],
    ['too many rows', of('meanSquaredError', [...pairs(1), [0, 0]]), ShapeError, /^y: .*got 24 rows/],
    ['infinity', of('meanSquaredError', pairs(Infinity)), NonFiniteError, /^y: row 7, column 1 is Infinity/],
    ['booleans', of('meanSquaredError', pairs(true)), TypeError, /^y\[7\]\[1\]: expected a number, got true/],
    ['strings', of('meanSquaredError', Array.from(y, String)), TypeError, /^y\[0\]: expected a number/],
  ];
  it.each(cases)('%s', async (_what, run, kind, message) => {
    const error = await rejection(run() as Promise<unknown>);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });
});

describe('compiled metrics', () => {
  const labels = Array.from(y);
  const bits = labels.flatMap((label) => [label % 2, Number(label > 0)]);
  const values = labels.flatMap((label, r) => [label, Math.sin(r)]);
  const sides = (outputs: ArrayLike<number>) => Array.from(outputs, (value) => Number(value > 0.5));
  const column = (all: ArrayLike<number>, c: number) => Array.from(y, (_, r) => all[2 * r + c]!);
  const cases = [
    {
      of: 'classes',
      compile: { loss: 'crossEntropy' },
      layer: { units: 3, activation: 'softmax' },
      targets: labels,
      metrics: [
        'accuracy',
        { name: 'topKAccuracy', k: 2 },
        'precision',
        'recall',
        { name: 'f1', average: 'weighted' },
        'rocAuc',
      ],
      measure: (p: ArrayLike<number>) => ({
        accuracy: accuracy(labels, p, { classes: 3 }),
        topKAccuracy: topKAccuracy(labels, p, { k: 2, classes: 3 }),
        precision: precision(labels, p, { classes: 3 }),
        recall: recall(labels, p, { classes: 3 }),
        f1: f1(labels, p, { classes: 3, average: 'weighted' }),
        rocAuc: rocAuc(labels, p, { classes: 3 }),
      }),
    },
    {
      of: 'labels of their own',
      compile: { loss: 'binaryCrossEntropy' },
      layer: { units: 2, activation: 'sigmoid' },
      targets: bits,
      metrics: ['accuracy', 'f1', 'rocAuc'],
      measure: (p: ArrayLike<number>) => ({
        accuracy: accuracy(bits, sides(p)),
        f1: [0, 1].reduce(
          (sum, c) => sum + f1(column(bits, c), sides(column(p, c)), { average: 'binary', classes: 2 }) / 2,
          0,
        ),
        rocAuc: [0, 1].reduce((sum, c) => sum + rocAuc(column(bits, c), column(p, c)) / 2, 0),
      }),
    },
    {
      of: 'values',
      compile: { loss: 'meanSquaredError' },
      layer: { units: 2, activation: 'identity' },
      targets: values,
      metrics: ['meanAbsoluteError', 'rootMeanSquaredError', 'r2'],
      measure: (p: ArrayLike<number>) => ({
        meanAbsoluteError: meanAbsoluteError(values, p),
        rootMeanSquaredError: rootMeanSquaredError(values, p),
        r2: (r2(column(values, 0), column(p, 0)) + r2(column(values, 1), column(p, 1))) / 2,
      }),
    },
  ] as const;

  it.each(cases)('equal the public functions on the outputs of predict for $of', async (given) => {
    const { compile, layer, metrics, targets, measure } = given;
    const model = classifier({ ...compile, metrics }, { layers: [{ units: 6, activation: 'tanh' }, layer] });
    await model.fit(x, targets, { epochs: 3 });
    const { loss, ...measured } = model.evaluate(x, targets);
    const expected = Object.entries(measure(model.predict(x)));
    expect(Object.keys(measured)).toEqual(expected.map(([name]) => name));
    for (const [name, value] of expected) expect(measured[name as 'f1']).toBeCloseTo(value, 12);
    expect(Number.isFinite(loss)).toBe(true);
  });

  it.each(cases)(
    'are in the history for $of: for the batches before their steps and for validation data',
    async (given) => {
      const { compile, layer, metrics, targets, measure } = given;
      const optimizer = sgd({ learningRate: 1e-30 });
      const model = classifier({ ...compile, metrics, optimizer }, { layers: [layer] });
      const validationData = [x, targets] as const;
      const history = await model.fit(x, targets, { batchSize: 5, epochs: 2, validationData });
      for (const [name, value] of Object.entries(measure(model.predict(x)))) {
        for (const curves of [history, history.validation]) {
          expect(curves[name as 'f1']).toHaveLength(2);
          expect(curves[name as 'f1']![1]).toBeCloseTo(value, 6);
        }
      }
    },
  );
});

describe('metrics are refused with the reason, and the compiled ones stay', () => {
  const sigmoid = (units: number) =>
    classifier({ loss: 'binaryCrossEntropy' }, { layers: [{ units, activation: 'sigmoid' }] });
  const two = () => classifier({}, { layers: [{ units: 2, activation: 'softmax' }] });
  const cases: [string, () => MLP<BackendName>, CompileOptions['loss'], unknown, RegExp][] = [
    [
      'r2 of classes',
      classifier,
      'crossEntropy',
      ['r2'],
      /^metrics\[0\]: 'r2' does not measure classes of which one is right; accuracy, .*rocAuc do$/,
    ],
    [
      'f1 of values',
      line,
      'meanSquaredError',
      ['f1'],
      /^metrics\[0\]: 'f1' does not measure values; meanAbsoluteError, rootMeanSquaredError, r2 do$/,
    ],
    [
      'accuracy of values',
      line,
      'huber',
      ['r2', 'accuracy'],
      /^metrics\[1\]: 'accuracy' does not measure values/,
    ],
    [
      'top k of labels of their own',
      () => sigmoid(3),
      'binaryCrossEntropy',
      ['topKAccuracy'],
      /^metrics\[0\]: 'topKAccuracy' does not measure labels that are 0 or 1/,
    ],
    [
      'the top 5 of 3',
      classifier,
      'crossEntropy',
      ['topKAccuracy'],
      /^metrics\[0\]: 'topKAccuracy' with k 5 of 3 classes is always 1/,
    ],
    [
      'the top 3 of 3',
      classifier,
      'crossEntropy',
      [{ name: 'topKAccuracy', k: 3 }],
      /^metrics\[0\]: .* k 3 of 3 classes/,
    ],
    [
      'binary of 3 classes',
      classifier,
      'crossEntropy',
      [{ name: 'f1', average: 'binary' }],
      /^metrics\[0\]: average 'binary' needs two classes or one sigmoid unit, got 3 units/,
    ],
    [
      'binary of 2 sigmoids',
      () => sigmoid(2),
      'binaryCrossEntropy',
      [{ name: 'recall', average: 'binary' }],
      /^metrics\[0\]: average 'binary' .* 2 units/,
    ],
    [
      'twice the same',
      classifier,
      'crossEntropy',
      ['f1', 'accuracy', 'f1'],
      /^metrics\[2\]: 'f1' is already in the list/,
    ],
    [
      'one name in two forms',
      two,
      'crossEntropy',
      ['f1', { name: 'f1', average: 'binary' }],
      /^metrics\[1\]: 'f1' is already in the list/,
    ],
    [
      'an unknown name',
      classifier,
      'crossEntropy',
      ['acuracy'],
      /^metrics\[0\]: unknown name 'acuracy'; did you mean 'accuracy'/,
    ],
    [
      'an option of another',
      classifier,
      'crossEntropy',
      [{ name: 'f1', k: 2 }],
      /^metrics\[0\]\.k: unknown option/,
    ],
    [
      'an unknown average',
      classifier,
      'crossEntropy',
      [{ name: 'f1', average: 'mean' }],
      /^metrics\[0\]\.average: unknown name 'mean'/,
    ],
    [
      'k of 0',
      classifier,
      'crossEntropy',
      [{ name: 'topKAccuracy', k: 0 }],
      /^metrics\[0\]\.k: expected a whole number ≥ 1/,
    ],
    [
      'no array',
      classifier,
      'crossEntropy',
      'accuracy',
      /^metrics: expected an array of metrics, got 'accuracy'/,
    ],
    [
      'a function',
      classifier,
      'crossEntropy',
      [accuracy],
      /^metrics\[0\]: expected a name or an object with a name/,
    ],
  ];
  it.each(cases)('%s', (_what, make, loss, metrics, message) => {
    const [model, undisturbed] = [make(), make()];
    expect(() => model.compile({ loss, metrics: untyped<[]>(metrics), optimizer: 'adam' })).toThrow(message);
    expect(stateOf(model)).toEqual(stateOf(undisturbed));
  });

  it('accepts binary averages for two classes or one sigmoid unit', () => {
    const binary = [{ name: 'f1', average: 'binary' }] as const;
    expect(() => two().compile({ loss: 'crossEntropy', metrics: binary })).not.toThrow();
    expect(() => sigmoid(1).compile({ loss: 'binaryCrossEntropy', metrics: binary })).not.toThrow();
  });
});
