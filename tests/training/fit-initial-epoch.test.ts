/** The number of the first epoch: initialEpoch, and epochs far from 0. */
import { describe, expect, it } from 'vitest';
import { MLP, sgd, stepDecay } from '../../src/index.js';
import { classifier, epochLog, rejection, x, y } from '../support/fits.js';

describe('initialEpoch', () => {
  it('replaces the count, on which shuffles and schedules by epoch depend', async () => {
    const optimizer = sgd({ learningRate: stepDecay({ initialLearningRate: 0.4, every: 1, factor: 0.5 }) });
    const once = classifier({ optimizer });
    await once.fit(x, y, { epochs: 1, batchSize: 5 });
    const after = once.getWeights();
    await once.fit(x, y, { epochs: 2, batchSize: 5 });
    const other = classifier({ optimizer });
    other.setWeights(after);
    const log = epochLog();
    await other.fit(x, y, { initialEpoch: 1, epochs: 2, batchSize: 5, ...log.on });
    expect(other.getWeights()).toEqual(once.getWeights());
    expect(log.events.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(other.epoch).toBe(3);
    await other.fit(x, y, { initialEpoch: 0 });
    expect(other.epoch).toBe(1);
  });

  it.each([-1, 0.5, Number.NaN])('%d is refused', async (initialEpoch) => {
    const error = await rejection(classifier().fit(x, y, { initialEpoch }));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/^initialEpoch: expected a whole number ≥ 0/);
  });
});

describe('epochs far from 0', () => {
  const far = 0x8000000000000;

  it('count by one up to the largest initialEpoch, and can be saved', async () => {
    const model = classifier();
    await model.fit(x, y, { initialEpoch: far, epochs: 2 });
    expect(model.epoch).toBe(far + 2);
    const loaded = MLP.load(model.save());
    await loaded.fit(x, y, { epochs: 3 });
    expect(loaded.epoch).toBe(far + 5);
  });

  it.each([far + 1, Number.MAX_SAFE_INTEGER])(
    'are refused if they would not count exactly: %d',
    async (initialEpoch) => {
      const model = classifier();
      const error = await rejection(model.fit(x, y, { initialEpoch }));
      expect((error as Error).message).toMatch(
        /^initialEpoch: expected a whole number up to 2251799813685248, got/,
      );
      expect(model.epoch).toBe(0);
    },
  );

  it('end when a callback stops them, however many were asked for', async () => {
    const model = classifier();
    await model.fit(x, y, { epochs: 2 });
    const onEpochEnd = ({ epoch }: { epoch: number }) => (epoch === 4 ? 'stop' : undefined);
    await model.fit(x, y, { epochs: Number.MAX_SAFE_INTEGER, onEpochEnd });
    expect(model.epoch).toBe(4);
  });
});
