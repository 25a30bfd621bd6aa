/** Tests the one warning about targets that should be scaled. */
import { describe, expect, it } from 'vitest';
import { MLP, Rng } from '../../src/index.js';
import { COLUMNS, make, ROWS, silentWarnings, x } from '../support/scaled-targets.js';

const warn = silentWarnings();

describe('one warning is given for targets that vary widely and are not scaled', () => {
  const wide = (deviation: number) =>
    Float64Array.from({ length: 2 * ROWS }, (_, i) =>
      i % 2 === 0 ? 0 : i % 4 === 1 ? deviation : -deviation,
    );
  const message =
    /^evenkeel: y: the standard deviation of output 1 is 31, .*set targetScaling: 'zScore' in the options of the model$/;

  it('per model', async () => {
    for (const model of [make('none'), make('none')]) {
      warn().mockClear();
      await model.fit(x, wide(31), { epochs: 0 });
      await model.fit(x, wide(31), { epochs: 0 });
      model.trainOnBatch(x, wide(1e4));
      expect(warn()).toHaveBeenCalledTimes(1);
      expect(warn()).toHaveBeenCalledWith(expect.stringMatching(message));
    }
  });

  it('for a stream and a batch too', async () => {
    await make('none').fit(
      () => [
        { x, y: wide(31) },
        { x, y: wide(31) },
      ],
      { epochs: 2 },
    );
    expect(warn()).toHaveBeenCalledTimes(1);
    make('none').trainOnBatch(x, wide(31));
    expect(warn()).toHaveBeenCalledTimes(2);
  });

  it('for targets that lie close together, but far from 0', async () => {
    // Adam takes two million steps of 0.001 to get there: R² is −47 000 after 200 epochs.
    const years = wide(10).map((value, i) => value + (i % 2 === 0 ? 2000 : 0));
    await make('none').fit(x, years, { epochs: 1 });
    expect(warn().mock.calls.flat()).toEqual([
      expect.stringMatching(/^evenkeel: y: the mean of output 0 is 2000, .*targetScaling: 'zScore'/),
    ]);
    await make('zScore').fit(x, years, { epochs: 1 });
    await make('none').fit(
      x,
      wide(10).map((value) => value - 25),
      { epochs: 1 },
    );
    expect(warn()).toHaveBeenCalledTimes(1);
  });

  it('but not up to 30, nor for scaled targets, validation data or classes', async () => {
    await make('none').fit(x, wide(30), { epochs: 1 });
    await make('zScore').fit(x, wide(31), { epochs: 1 });
    await make({ mean: 0, std: 1 }).fit(x, wide(31), { epochs: 0 });
    await make('none').fit(x, wide(1), { epochs: 1, validationData: [x, wide(1e3)] });
    make('none').evaluate(x, wide(1e3));
    const heldOut = new Rng(3).split('validation').permutation(ROWS).slice(0, 15);
    const split = Float64Array.from({ length: 2 * ROWS }, (_, i) =>
      heldOut.includes(Math.floor(i / 2)) ? 1e3 : 0,
    );
    await make('none').fit(x, split, { validationSplit: 0.25 });
    const classifier = new MLP({ inputSize: COLUMNS, layers: [{ units: 200, activation: 'softmax' }] });
    classifier.compile({ loss: 'crossEntropy' });
    await classifier.fit(
      x,
      Uint8Array.from({ length: ROWS }, (_, r) => 3 * r),
    );
    expect(warn()).not.toHaveBeenCalled();
  });
});
