/** Which rows a fit trains and validates on, and what each of them counts. */
import { describe, expect, it } from 'vitest';
import { adam, type FitOptions, type Metric, NonFiniteError, ShapeError, sgd } from '../../src/index.js';
import { internalsOf } from '../../src/mlp.js';
import { expectBlock } from '../support/compare.js';
import { classifier, FEATURES, line, ROWS, rejection, stateOf, x, y } from '../support/fits.js';
import { normalInputs } from '../support/networks.js';
import { type Case, untyped } from '../support/refusals.js';

/** Outputs stay 0, so a loss of squares is the mean of the targets' squares: 2^r for row r, which tell its rows. */
const BITS = 20;
const powers = Float64Array.from({ length: BITS }, (_, r) => Math.sqrt(2 ** r));
const zeros = new Float64Array(BITS);

function rowsOf(meanSquare: number, count: number): number[] {
  const bits = Math.round(meanSquare * count);
  expect(Math.abs(meanSquare * count - bits)).toBeLessThan(0.2);
  return Array.from({ length: BITS }, (_, r) => r).filter((r) => (bits >> r) & 1);
}

async function split(share: number, seed = 1, options: FitOptions = {}) {
  const history = await line({}, { seed, backend: untyped('javascript64') }).fit(zeros, powers, {
    validationSplit: share,
    ...options,
  });
  const validated = Math.round(BITS * share);
  return {
    validated: rowsOf(history.validation!.loss[0]!, validated),
    trained: rowsOf(history.loss[0]!, BITS - validated),
  };
}

describe('validationSplit', () => {
  it.each([0.05, 0.25, 0.5, 0.95])(
    '%d: every row is trained or validated on, none on both',
    async (share) => {
      const { trained, validated } = await split(share);
      expect(validated).toHaveLength(BITS * share);
      expect([...trained, ...validated].sort((a, b) => a - b)).toEqual(
        Array.from({ length: BITS }, (_, r) => r),
      );
    },
  );

  it('follows from the seed: the same in every fit and batch size, another for another seed', async () => {
    const { validated } = await split(0.5);
    expect((await split(0.5, 1, { batchSize: 3 })).validated).toEqual(validated);
    expect((await split(0.5, 1, { initialEpoch: 5 })).validated).toEqual(validated);
    expect((await split(0.5, 2)).validated).not.toEqual(validated);
    // No slice of the data, which may be sorted.
    expect(validated).not.toEqual(Array.from({ length: 10 }, (_, r) => r));
    expect(validated).not.toEqual(Array.from({ length: 10 }, (_, r) => r + 10));
  });

  it.each([0.05, 0.25, 0.5, 0.95])(
    '%d without a shuffle is the last rows, whatever the seed',
    async (share) => {
      const first = BITS - BITS * share;
      for (const seed of [1, 2]) {
        const { trained, validated } = await split(share, seed, { shuffle: false, batchSize: 3 });
        expect(trained).toEqual(Array.from({ length: first }, (_, r) => r));
        expect(validated).toEqual(Array.from({ length: BITS * share }, (_, r) => first + r));
      }
    },
  );

  it.each([1e-9, 0.01, 0.024])('%d of 20 rows is one row, as few as can be', async (share) => {
    for (const shuffle of [true, false]) {
      const history = await line({}, { backend: untyped('javascript64') }).fit(zeros, powers, {
        validationSplit: share,
        shuffle,
      });
      const validated = rowsOf(history.validation.loss[0]!, 1);
      expect(validated).toHaveLength(1);
      expect(rowsOf(history.loss[0]!, BITS - 1)).toHaveLength(BITS - 1);
      if (!shuffle) expect(validated).toEqual([BITS - 1]);
    }
  });

  it('without a shuffle goes through the rows as they came', async () => {
    const { trained } = await split(0.25, 1, { shuffle: false });
    const losses: number[] = [];
    await line({}, { seed: 1 }).fit(zeros, powers, {
      validationSplit: 0.25,
      shuffle: false,
      batchSize: 1,
      onBatchEnd: ({ loss }) => void losses.push(loss),
    });
    expect(losses.map((loss) => Math.round(Math.log2(loss)))).toEqual(trained);
  });

  it('with a shuffle too lets the scaling learn from the rows that are trained on alone', async () => {
    const { trained } = await split(0.25);
    const inputs = normalInputs(BITS, 1);
    const [whole, apart] = [1, 1].map((seed) => line({}, { seed, inputScaling: 'zScore' }));
    await whole!.fit(inputs, inputs, { validationSplit: 0.25 });
    apart!.adapt(Float32Array.from(trained, (r) => inputs[r]!));
    expect(internalsOf(whole!).scaler.statistics).toEqual(internalsOf(apart!).scaler.statistics);
  });

  it('trains as a fit on those rows alone, validated on the others', async () => {
    const { trained, validated } = await split(0.25, 1, { shuffle: false });
    const inputs = normalInputs(BITS, 1);
    const pick = (rows: number[], values: Float32Array) => Float32Array.from(rows, (r) => values[r]!);
    const targets = inputs.map((value) => 2 * value + 1);
    const optimizer = adam({ learningRate: 0.05 });
    const metrics: Metric[] = ['r2'];
    const [whole, apart] = [1, 1].map((seed) =>
      line({ optimizer, metrics }, { seed, inputScaling: 'zScore' }),
    );
    const options = { epochs: 3, shuffle: false, batchSize: 4 };
    const history = await whole!.fit(inputs, targets, { ...options, validationSplit: 0.25 });
    const validationData = [pick(validated, inputs), pick(validated, targets)] as const;
    const expected = await apart!.fit(pick(trained, inputs), pick(trained, targets), {
      ...options,
      validationData,
    });
    expect(history).toEqual(expected);
    // The scaling too, which is therefore fitted to the rows that are trained on.
    expect(whole!.predict(inputs)).toEqual(apart!.predict(inputs));
  });

  const fitted =
    (options: object, rows = ROWS) =>
    () =>
      classifier().fit(x.slice(0, rows * FEATURES), y.slice(0, rows), untyped<FitOptions>(options));
  const cases: Case[] = [
    [
      '0',
      fitted({ validationSplit: 0 }),
      RangeError,
      /^validationSplit: expected a share of \(0, 1\), got 0/,
    ],
    ['1', fitted({ validationSplit: 1 }), RangeError, /^validationSplit: .* got 1/],
    ['−0.1', fitted({ validationSplit: -0.1 }), RangeError, /^validationSplit: /],
    ['NaN', fitted({ validationSplit: Number.NaN }), RangeError, /^validationSplit: /],
    ['a string', fitted({ validationSplit: '0.1' }), TypeError, /^validationSplit: /],
    [
      'beside validationData',
      fitted({ validationSplit: 0.1, validationData: [x, y] }),
      RangeError,
      /^validationSplit: validationData is given too/,
    ],
    [
      'of a single row',
      fitted({ validationSplit: 0.1 }, 1),
      RangeError,
      /^validationSplit: 0\.1 of 1 rows leaves none to train/,
    ],
    [
      'of nearly all',
      fitted({ validationSplit: 0.9 }, 4),
      RangeError,
      /^validationSplit: 0\.9 of 4 rows leaves none to train/,
    ],
    [
      'whose rows to validate on all weigh 0',
      fitted({ validationSplit: 0.1, sampleWeight: Array.from(y, (_, r) => Number(r === 5)) }),
      RangeError,
      /^sampleWeight of the rows to (validate|train) on: every row weighs 0/,
    ],
  ];
  it.each(cases)('%s is refused', async (_what, run, kind, message) => {
    const error = await rejection(run() as Promise<unknown>);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });

  it('keeps the weights of the rows kept back out of the steps', async () => {
    const { validated } = await split(0.3, 4);
    expect(validated.length).toBe(6);
    const trainedOn = async (ofValidated: number, ofTrained: number) => {
      const model = line(
        { optimizer: sgd({ learningRate: 0.1 }) },
        { seed: 4, backend: untyped('javascript64') },
      );
      const sampleWeight = Array.from(powers, (_, r) =>
        validated.includes(r) ? ofValidated : (1 + (r % 3)) * ofTrained,
      );
      await model.fit(zeros, powers, { validationSplit: 0.3, batchSize: 4, sampleWeight });
      return model.getWeights();
    };
    expect(await trainedOn(100, 1)).toEqual(await trainedOn(1, 1));
    expect(await trainedOn(1, 4)).toEqual(await trainedOn(1, 1));
  });

  it('that leaves a batch norm one row to train on is refused', async () => {
    const layers = [{ units: 3, activation: 'softmax', batchNorm: true }] as const;
    const error = await rejection(
      classifier({}, { layers }).fit(x, y, { validationSplit: 6 / 23, batchSize: 4 }),
    );
    expect((error as Error).message).toMatch(/^batchSize: the last batch of 17 rows would be 1 row/);
  });
});

/** Rows repeated by their weights, which is what whole weights mean. */
const counts = Array.from(y, (_, r) => r % 4);
const repeated = counts.flatMap((count, r) => Array<number>(count).fill(r));
const repeatedX = repeated.map((r) => x.slice(r * FEATURES, (r + 1) * FEATURES));
const repeatedY = repeated.map((r) => y[r]!);
/** One step over all rows, so that the order of sums is all that differs. */
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
    'that are whole equal rows that come again, for %s',
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

  it('do not matter as a whole: twice the weights are the same step', async () => {
    const [once, twice] = [classifier({}, exact), classifier({}, exact)];
    await once.fit(x, y, { ...oneStep, sampleWeight: counts });
    await twice.fit(x, y, { ...oneStep, sampleWeight: counts.map((weight) => 8 * weight) });
    expect(twice.getWeights()).toEqual(once.getWeights());
  });

  it('of 0 make a row go unseen, in training, loss and evaluation, and of 1 are none', async () => {
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

  it('go with validation data as their third', async () => {
    const model = classifier();
    const { validation } = await model.fit(x, y, { validationData: [x, y, counts] });
    expect(validation.loss[0]).toBe(model.evaluate(x, y, { sampleWeight: counts }).loss);
    expect(validation.loss[0]).not.toBe(model.evaluate(x, y).loss);
  });

  it('leave metrics as they are', () => {
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
  ])('as %s are weights of the rows', async (_what, given, targets) => {
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

  it('of one sigmoid unit are those of its two classes', () => {
    const layers = [{ units: 1, activation: 'sigmoid' }] as const;
    const model = classifier({ loss: 'binaryCrossEntropy' }, { layers });
    const labels = Array.from(y, (label) => label % 2);
    expect(model.evaluate(x, labels, { classWeight: [2, 5] })).toEqual(
      model.evaluate(x, labels, { sampleWeight: labels.map((label) => (label === 1 ? 5 : 2)) }),
    );
  });

  it('count in training only: the loss on rows kept back is that of evaluate', async () => {
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

describe('weights are refused by fit, trainOnBatch, evaluate and gradients, and nothing changes:', () => {
  const weights = (change: (all: unknown[]) => unknown) => ({ sampleWeight: change(Array.from(y, () => 1)) });
  const at4 = (value: unknown) => weights((all) => all.fill(value, 4, 5));
  const cases: [string, object, new (...all: never[]) => Error, RegExp][] = [
    [
      'too few',
      weights((all) => all.slice(1)),
      ShapeError,
      /^sampleWeight: expected 23 weights, one a row, got 22/,
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
    ['no array', { sampleWeight: 1 }, TypeError, /^sampleWeight: expected 23 numbers, one a row, got 1/],
    ['all 0', weights((all) => all.fill(0)), RangeError, /^sampleWeight: every row weighs 0/],
    ['all 0 as f32', weights((all) => all.fill(1e-60)), RangeError, /^sampleWeight: every row weighs 0/],
    [
      'classes too few',
      { classWeight: [1, 2] },
      ShapeError,
      /^classWeight: expected 3 weights, one a class, got 2/,
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

  it('class weights of a loss without classes, or of several labels', async () => {
    const several = classifier(
      { loss: 'binaryCrossEntropy' },
      { layers: [{ units: 2, activation: 'sigmoid' }] },
    );
    for (const model of [line(), several]) {
      const error = await rejection(model.fit(x, y, { classWeight: [1, 1] }));
      expect((error as Error).message).toMatch(/^classWeight: the loss has no classes; use sampleWeight/);
    }
  });

  it('of validation data, by their name', async () => {
    const error = await rejection(classifier().fit(x, y, { validationData: [x, y, [1]] }));
    expect((error as Error).message).toMatch(/^validationData\[2\]: expected 23 weights/);
  });
});

it('labels are those that came, whatever becomes of them while a fit is awaited', async () => {
  const given = Uint8Array.from(y);
  const [disturbed, quiet] = [classifier({ metrics: ['accuracy'] }), classifier({ metrics: ['accuracy'] })];
  const options: FitOptions = { epochs: 3, batchSize: 5, validationData: [x, given] };
  // No such class: it would lead the loss out of its row.
  const history = await disturbed.fit(x, given, { ...options, onBatchEnd: () => void given.fill(255) });
  expect(history).toEqual(await quiet.fit(x, y, { ...options, validationData: [x, y] }));
  expect(stateOf(disturbed)).toEqual(stateOf(quiet));
});

describe('labels as a column', () => {
  const column = Array.from(y, (label) => [label]);
  const replaced = (row: number, by: number[]) => column.map((own, r) => (r === row ? by : own));

  it.each<[what: string, y: readonly ArrayLike<number>[]]>([
    ['rows of one number', column],
    ['typed rows', column.map((row) => Uint8Array.from(row))],
    ['rows of both kinds', column.map((row, r) => (r % 2 === 0 ? row : Float32Array.from(row)))],
  ])('%s are class indices, in every call', async (_, given) => {
    const options = (labels: readonly ArrayLike<number>[] | typeof y): FitOptions => ({
      epochs: 2,
      classWeight: [1, 2, 3],
      validationData: [x, labels],
    });
    const [flat, other] = [classifier({ metrics: ['accuracy'] }), classifier({ metrics: ['accuracy'] })];
    expect(await other.fit(x, given, options(given))).toEqual(await flat.fit(x, y, options(y)));
    expect(other.trainOnBatch(x, given)).toEqual(flat.trainOnBatch(x, y));
    expect(other.evaluate(x, given)).toEqual(flat.evaluate(x, y));
    expect(other.gradients(x, given)).toEqual(flat.gradients(x, y));
    await other.fit(() => [{ x, y: given }]);
    await flat.fit(() => [{ x, y }]);
    expect(stateOf(other)).toEqual(stateOf(flat));
  });

  it.each<[what: string, y: unknown, message: RegExp]>([
    [
      'of a class that is none',
      replaced(3, [3]),
      /^y: row 3 is 3; expected a class index, a whole number from 0 to 2$/,
    ],
    ['of half a class', replaced(3, [0.5]), /^y: row 3 is 0\.5; expected a class index/],
    ['NaN', replaced(0, [Number.NaN]), /^y: row 0 is NaN; expected a class index/],
    ['text', replaced(2, untyped([untyped('1')])), /^y\[2\]\[0\]: expected a number, got '1'/],
    ['with a row of shares', replaced(4, [0, 1, 0]), /^y\[4\]: expected 1 values, got 3/],
    ['of too few rows', column.slice(1), /^y: expected 23 class indices or 23 rows of 3 values, got 22 rows/],
    // As many values as 23 rows of shares have.
    ['as long as shares', [...column, ...column, ...column], /^y: expected 23 class indices .*, got 69 rows/],
    ['below a row of shares', [[0, 1, 0], ...column.slice(1)], /^y\[1\]: expected 3 values, got 1/],
  ])('refused: %s', async (_, given, message) => {
    await expect(classifier().fit(x, untyped(given))).rejects.toThrow(message);
  });
});
