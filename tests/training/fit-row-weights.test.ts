/** Weights of rows and classes count like repeated rows. */
import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError, sgd } from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { classifier, FEATURES, line, ROWS, rejection, stateOf, x, y } from '../support/fits.js';

/** Rows repeated by their weights, which is the meaning of whole weights. */
const counts = Array.from(y, (_, r) => r % 4);

const repeated = counts.flatMap((count, r) => Array<number>(count).fill(r));

const repeatedX = repeated.map((r) => x.slice(r * FEATURES, (r + 1) * FEATURES));

const repeatedY = repeated.map((r) => y[r]!);

/** One step over all rows, so that only the order of sums differs. */
const oneStep = { batchSize: 1000, shuffle: false, epochs: 3 };

describe('sample weights', () => {
  const exact = { backend: 'javascript64', seed: 5 } as const;

  it.each([
    ['crossEntropy', 'softmax', 3, y, repeatedY],
    ['binaryCrossEntropy', 'sigmoid', 1, y.map((c) => c % 2), repeatedY.map((c) => c % 2)],
    ['meanSquaredError', 'identity', 1, y, repeatedY],
    ['squaredError', 'identity', 1, y, repeatedY],
    ['huber', 'identity', 1, y, repeatedY],
  ] as const)(
    'equal repeated rows if they are whole, for %s',
    async (loss, activation, units, targets, again) => {
      const layers = [
        { units: 5, activation: 'tanh' },
        { units, activation },
      ] as const;
      const weighted = classifier({ loss }, { ...exact, layers });
      const longer = classifier({ loss }, { ...exact, layers });
      const history = await weighted.fit(x, targets, { ...oneStep, sampleWeight: counts });
      const expected = await longer.fit(repeatedX, again, oneStep);
      expectBlock(history.loss, expected.loss, 1e-12);
      for (const [l, { kernel, bias }] of weighted.getWeights().entries()) {
        expectBlock(kernel, longer.getWeights()[l]!.kernel, 1e-12);
        expectBlock(bias, longer.getWeights()[l]!.bias, 1e-12);
      }
      const evaluated = weighted.evaluate(x, targets, { sampleWeight: counts });
      expectBlock([evaluated.loss], [longer.evaluate(repeatedX, again).loss], 1e-12);
    },
  );

  it('make the loss of an epoch the mean over Σw, whatever the batches', async () => {
    const target = Float32Array.from(y);
    const sampleWeight = Array.from(y, (_, r) => 0.25 * r);
    const sum = sampleWeight.reduce((a, b) => a + b);
    const expected = sampleWeight.reduce((a, w, r) => a + w * target[r]! * target[r]!, 0) / sum;
    const history = await line().fit(new Float32Array(ROWS), target, { batchSize: 4, sampleWeight });
    expect(history.loss[0]).toBeCloseTo(expected, 10);
  });

  it('do not matter in their scale: twice the weights give the same step', async () => {
    const [once, twice] = [classifier({}, exact), classifier({}, exact)];
    await once.fit(x, y, { ...oneStep, sampleWeight: counts });
    await twice.fit(x, y, { ...oneStep, sampleWeight: counts.map((weight) => 8 * weight) });
    expect(twice.getWeights()).toEqual(once.getWeights());
  });

  it('hide a row from training, loss and evaluation if they are 0, and change nothing if they are 1', async () => {
    const wild = x.slice();
    for (let i = 0; i < FEATURES; i++) wild[5 * FEATURES + i] = 1e6 * (i - 1);
    const sampleWeight = Array.from(y, (_, r) => Number(r !== 5));
    const [calm, stormy, plain, ones] = [classifier(), classifier(), classifier(), classifier()];
    const options = { batchSize: 6, epochs: 2 };
    const history = await stormy.fit(wild, y, { ...options, sampleWeight });
    expect(history).toEqual(await calm.fit(x, y, { ...options, sampleWeight }));
    expect(stateOf(stormy)).toEqual(stateOf(calm));
    expect(stormy.evaluate(wild, y, { sampleWeight })).toEqual(calm.evaluate(x, y, { sampleWeight }));
    await plain.fit(x, y, options);
    await ones.fit(x, y, { ...options, sampleWeight: Array.from(y, () => 1) });
    expect(stateOf(ones)).toEqual(stateOf(plain));
  });

  it('are accepted as the third part of validation data', async () => {
    const model = classifier();
    const { validation } = await model.fit(x, y, { validationData: [x, y, counts] });
    expect(validation.loss[0]).toBe(model.evaluate(x, y, { sampleWeight: counts }).loss);
    expect(validation.loss[0]).not.toBe(model.evaluate(x, y).loss);
  });

  it('do not change metrics', () => {
    const model = classifier({ metrics: ['accuracy'] });
    expect(model.evaluate(x, y, { sampleWeight: counts }).accuracy).toBe(model.evaluate(x, y).accuracy);
  });
});

describe('class weights of class indices', () => {
  const classWeight = [0.5, 3, 0];
  const byRow = Array.from(y, (label) => classWeight[label]!);

  it.each([
    ['an array', classWeight, y],
    ['a typed array', Float32Array.from(classWeight), y],
    ['an object, whose other classes weigh 1', { 0: 0.5, 1: 3, 2: 0 }, y],
  ])('given as %s equal weights of the rows', async (_what, given, targets) => {
    const [byClass, bySample] = [classifier(), classifier()];
    const options = { batchSize: 6, epochs: 2 };
    expect(await byClass.fit(x, targets, { ...options, classWeight: given })).toEqual(
      await bySample.fit(x, targets, { ...options, sampleWeight: byRow }),
    );
    expect(stateOf(byClass)).toEqual(stateOf(bySample));
    const measured = byClass.evaluate(x, targets, { classWeight: given });
    expect(measured).toEqual(bySample.evaluate(x, targets, { sampleWeight: byRow }));
  });

  it('multiply the weights of the rows', () => {
    const model = classifier();
    const product = counts.map((count, r) => count * byRow[r]!);
    const both = model.evaluate(x, y, { classWeight, sampleWeight: counts });
    expect(both).toEqual(model.evaluate(x, y, { sampleWeight: product }));
    expect(model.evaluate(x, y, { classWeight: { 1: 3 } })).toEqual(
      model.evaluate(x, y, { sampleWeight: Array.from(y, (label) => (label === 1 ? 3 : 1)) }),
    );
  });

  it('weigh the two classes of one sigmoid unit', () => {
    const layers = [{ units: 1, activation: 'sigmoid' }] as const;
    const model = classifier({ loss: 'binaryCrossEntropy' }, { layers });
    const labels = Array.from(y, (label) => label % 2);
    expect(model.evaluate(x, labels, { classWeight: [2, 5] })).toEqual(
      model.evaluate(x, labels, { sampleWeight: labels.map((label) => (label === 1 ? 5 : 2)) }),
    );
  });

  it('apply to training only: the loss on held-out rows is that of evaluate', async () => {
    const options = { validationSplit: 0.5, seed: 5 };
    const model = classifier();
    const plain = classifier({ optimizer: sgd({ learningRate: 1e-30 }) });
    const weighted = classifier({ optimizer: sgd({ learningRate: 1e-30 }) });
    const { seed: _, ...fit } = options;
    const expected = await plain.fit(x, y, fit);
    const history = await weighted.fit(x, y, { ...fit, classWeight: [1, 7, 2] });
    expect(history.validation).toEqual(expected.validation);
    expect(history.loss).not.toEqual(expected.loss);
    const given = await model.fit(x, y, { classWeight: [1, 7, 2], validationData: [x, y] });
    expect(given.validation.loss[0]).toBe(model.evaluate(x, y).loss);
  });
});

describe('fit, trainOnBatch, evaluate and gradients refuse weights, and nothing changes', () => {
  const weights = (change: (all: unknown[]) => unknown) => ({ sampleWeight: change(Array.from(y, () => 1)) });
  const at4 = (value: unknown) => weights((all) => all.fill(value, 4, 5));
  const cases: [string, object, new (...all: never[]) => Error, RegExp][] = [
    [
      'too few',
      weights((all) => all.slice(1)),
      ShapeError,
      /^sampleWeight: expected 23 weights, one per row, got 22/,
    ],
    ['NaN', at4(Number.NaN), NonFiniteError, /^sampleWeight: weight 4 is NaN/],
    ['infinite as f32', at4(1e39), NonFiniteError, /^sampleWeight: weight 4 is 1e\+39/],
    ['below 0', at4(-1), RangeError, /^sampleWeight: weight 4 is -1, expected a number ≥ 0/],
    ['a string', at4('1'), TypeError, /^sampleWeight\[4\]: expected a number, got '1'/],
    [
      'a hole',
      weights((all) => Object.assign([], { 22: 1, length: all.length })),
      TypeError,
      /^sampleWeight\[0\]: /,
    ],
    ['no array', { sampleWeight: 1 }, TypeError, /^sampleWeight: expected 23 numbers, one per row, got 1/],
    ['all 0', weights((all) => all.fill(0)), RangeError, /^sampleWeight: every row weighs 0/],
    ['all 0 as f32', weights((all) => all.fill(1e-60)), RangeError, /^sampleWeight: every row weighs 0/],
    [
      'classes too few',
      { classWeight: [1, 2] },
      ShapeError,
      /^classWeight: expected 3 weights, one per class, got 2/,
    ],
    [
      'a class too many',
      { classWeight: { 3: 1 } },
      RangeError,
      /^classWeight\[3\]: expected a class from 0 to 2/,
    ],
    [
      'a class below 0',
      { classWeight: [1, -2, 1] },
      RangeError,
      /^classWeight\[1\]: expected a weight ≥ 0, got -2/,
    ],
    ['a Map', { classWeight: new Map([[0, 5]]) }, TypeError, /^classWeight: .* got an object \(Map\)/],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is refused
    ['a hole', { classWeight: [1, , 1] }, TypeError, /^classWeight\[1\]: .* got undefined/],
    [
      'a class in hexadecimal',
      { classWeight: { '0x1': 5 } },
      RangeError,
      /^classWeight\['0x1'\]: expected a class from 0 to 2$/,
    ],
    [
      'a class without a name',
      { classWeight: { '': 5 } },
      RangeError,
      /^classWeight\[''\]: expected a class/,
    ],
    ['a class of NaN', { classWeight: { 1: Number.NaN } }, RangeError, /^classWeight\[1\]: /],
    ['a class by its name', { classWeight: { setosa: 1 } }, RangeError, /^classWeight\['setosa'\]: /],
    ['classes of null', { classWeight: null }, TypeError, /^classWeight: expected an array or an object/],
    [
      'infinite as a product',
      { classWeight: [1e30, 1e30, 1e30], ...weights((all) => all.fill(1e30)) },
      NonFiniteError,
      /^sampleWeight: weight 0 times that of its class is 1\.0.*e\+60, infinite/,
    ],
  ];
  it.each(cases)('%s', async (_what, given, kind, message) => {
    const model = classifier();
    const before = stateOf(model);
    for (const method of ['trainOnBatch', 'evaluate', 'gradients'] as const) {
      expect(() => model[method](x, y, given)).toThrow(kind);
      expect(() => model[method](x, y, given)).toThrow(message);
    }
    const error = await rejection(model.fit(x, y, given));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
    expect(stateOf(model)).toEqual(before);
  });

  it('refuses class weights for a loss without classes, or with several labels', async () => {
    const several = classifier(
      { loss: 'binaryCrossEntropy' },
      { layers: [{ units: 2, activation: 'sigmoid' }] },
    );
    for (const model of [line(), several]) {
      const error = await rejection(model.fit(x, y, { classWeight: [1, 1] }));
      expect((error as Error).message).toMatch(/^classWeight: the loss has no classes; use sampleWeight/);
    }
  });

  it('names the weights of validation data in the error', async () => {
    const error = await rejection(classifier().fit(x, y, { validationData: [x, y, [1]] }));
    expect((error as Error).message).toMatch(/^validationData\[2\]: expected 23 weights/);
  });
});
