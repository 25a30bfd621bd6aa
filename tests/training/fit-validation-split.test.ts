/** validationSplit: the rows that it holds out, and the measurements on them. */
import { describe, expect, it } from 'vitest';
import { adam, type FitOptions, type Metric, sgd } from '../../src/index.js';
import { internalsOf } from '../../src/training/internals.js';
import { classifier, FEATURES, line, ROWS, rejection, x, y } from '../support/fits.js';
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
  it.each([0.05, 0.25, 0.5, 0.95])('%d: puts every row into exactly one part', async (share) => {
    const { trained, validated } = await split(share);
    expect(validated).toHaveLength(BITS * share);
    expect([...trained, ...validated].sort((a, b) => a - b)).toEqual(
      Array.from({ length: BITS }, (_, r) => r),
    );
  });

  it('depends on the seed only: not on the fit or the batch size', async () => {
    const { validated } = await split(0.5);
    expect((await split(0.5, 1, { batchSize: 3 })).validated).toEqual(validated);
    expect((await split(0.5, 1, { initialEpoch: 5 })).validated).toEqual(validated);
    expect((await split(0.5, 2)).validated).not.toEqual(validated);
    // The rows are not a slice of the data, which may be sorted.
    expect(validated).not.toEqual(Array.from({ length: 10 }, (_, r) => r));
    expect(validated).not.toEqual(Array.from({ length: 10 }, (_, r) => r + 10));
  });

  it.each([0.05, 0.25, 0.5, 0.95])(
    '%d: takes the last rows without a shuffle, whatever the seed',
    async (share) => {
      const first = BITS - BITS * share;
      for (const seed of [1, 2]) {
        const { trained, validated } = await split(share, seed, { shuffle: false, batchSize: 3 });
        expect(trained).toEqual(Array.from({ length: first }, (_, r) => r));
        expect(validated).toEqual(Array.from({ length: BITS * share }, (_, r) => first + r));
      }
    },
  );

  it.each([1e-9, 0.01, 0.024])('keeps one row, the fewest possible, for %d of 20 rows', async (share) => {
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

  it('trains in the order of the rows without a shuffle', async () => {
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

  it('fits the scaling to the training rows only, also with a shuffle', async () => {
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
    // This includes the scaling, which is therefore fitted to the training rows.
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
      /^validationSplit: expected a share in \(0, 1\), got 0/,
    ],
    ['1', fitted({ validationSplit: 1 }), RangeError, /^validationSplit: .* got 1/],
    ['−0.1', fitted({ validationSplit: -0.1 }), RangeError, /^validationSplit: /],
    ['NaN', fitted({ validationSplit: Number.NaN }), RangeError, /^validationSplit: /],
    ['a string', fitted({ validationSplit: '0.1' }), TypeError, /^validationSplit: /],
    [
      'beside validationData',
      fitted({ validationSplit: 0.1, validationData: [x, y] }),
      RangeError,
      /^validationSplit: cannot be combined with validationData/,
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
  it.each(cases)('refuses %s', async (_what, run, kind, message) => {
    const error = await rejection(run() as Promise<unknown>);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
  });

  it('keeps the weights of the held-out rows out of the steps', async () => {
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

  it('refuses a split that leaves a batch norm one row to train on', async () => {
    const layers = [{ units: 3, activation: 'softmax', batchNorm: true }] as const;
    const error = await rejection(
      classifier({}, { layers }).fit(x, y, { validationSplit: 6 / 23, batchSize: 4 }),
    );
    expect((error as Error).message).toMatch(/^batchSize: the last batch of 17 rows would be 1 row/);
  });
});
