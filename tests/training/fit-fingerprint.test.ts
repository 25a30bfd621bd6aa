/** An interrupted epoch resumes only on the same data. */

import { describe, expect, it } from 'vitest';
import { type BackendName, type FitOptions, type Inputs, MLP, type Targets } from '../../src/index.js';
import { fingerprint } from '../../src/training/fingerprint.js';
import type { TrainingData } from '../../src/training/training-data.js';
import { batchesOf, classifier, FEATURES, ROWS, stateOf, x, y } from '../support/fits.js';
import { normalInputs } from '../support/networks.js';

const stopAt =
  (last: number): FitOptions['onBatchEnd'] =>
  ({ batch }) =>
    batch === last ? 'stop' : undefined;

/** Returns a model that has trained on three batches of its second epoch. */
async function begun(options: FitOptions = {}): Promise<MLP<BackendName>> {
  const model = classifier({ metrics: ['f1'] });
  await model.fit(x, y, { batchSize: 5, ...options });
  await model.fit(x, y, { batchSize: 5, ...options, onBatchEnd: stopAt(3) });
  return model;
}

/** Returns the batches of the next fit, and what its history says. */
async function next(model: MLP<BackendName>, inputs: Inputs, targets: Targets, options: FitOptions = {}) {
  const batches: number[] = [];
  const onBatchEnd: FitOptions['onBatchEnd'] = ({ batch }) => void batches.push(batch);
  const { restartedEpoch } = await model.fit(inputs, targets, { batchSize: 5, ...options, onBatchEnd });
  return { batches, restartedEpoch };
}

const goneOn = { batches: [4, 5], restartedEpoch: undefined };
const anew = { batches: [1, 2, 3, 4, 5], restartedEpoch: 2 };
const weights = Array.from(y, (_, r) => 1 + (r % 3));
/** Returns copies with one value changed each. */
const changed = <A extends Float32Array | Uint8Array | number[]>(values: A, index: number, value: number) => {
  const copy = values.slice() as A;
  copy[index] = value;
  return copy;
};
const rows = Array.from({ length: ROWS }, (_, r) => Array.from(x.subarray(FEATURES * r, FEATURES * (r + 1))));

describe('an interrupted epoch resumes', () => {
  const same: [string, Inputs, Targets][] = [
    ['on the same arrays', x, y],
    ['on copies', x.slice(), y.slice()],
    ['on the same values as 64-bit floats', Float64Array.from(x), y],
    ['on the same values in rows', rows, Array.from(y)],
  ];
  it.each(same)('on %s', async (_what, inputs, targets) => {
    expect(await next(await begun(), inputs, targets)).toEqual(goneOn);
  });

  it('with the same weights', async () => {
    const options = { sampleWeight: weights, classWeight: [1, 2, 3] };
    const given = { ...options, sampleWeight: Float32Array.from(weights) };
    expect(await next(await begun(options), x, y, given)).toEqual(goneOn);
  });

  it('in a model that was saved and loaded', async () => {
    const model = MLP.load((await begun()).save());
    expect(await next(model, x, y)).toEqual(goneOn);
  });
});

describe('an interrupted epoch restarts, and the history says so', () => {
  const others: [string, Inputs, Targets, FitOptions?][] = [
    ['on other rows', normalInputs(ROWS, FEATURES).map((value) => -value), y],
    ['where the first value differs', changed(x, 0, 0.5), y],
    ['where the last value differs', changed(x, x.length - 1, 0.5), y],
    ['where one value differs in its last bit', changed(x, 40, x[40]! * (1 + 2 ** -23)), y],
    ['where a label differs', x, changed(y, 11, (y[11]! + 1) % 3)],
    ['where two rows are swapped', Float32Array.from([...x.slice(4, 8), ...x.slice(0, 4), ...x.slice(8)]), y],
    ['where labels are rows', x, Array.from(y, (label) => [0, 1, 2].map((c) => Number(c === label)))],
    ['where rows weigh', x, y, { sampleWeight: weights }],
    ['where classes weigh', x, y, { classWeight: [1, 2, 1] }],
    ['with another order', x, y, { shuffle: false }],
  ];
  it.each(others)('on %s', async (_what, inputs, targets, options) => {
    const model = await begun();
    const other = MLP.load(model.save());
    expect(await next(model, inputs, targets, options)).toEqual(anew);
    expect(await next(other, inputs, targets, options)).toEqual(anew);
    expect(stateOf(other)).toEqual(stateOf(model));
  });

  it('if one weight differs', async () => {
    const sampleWeight = changed(weights, 20, 9);
    expect(await next(await begun({ sampleWeight: weights }), x, y, { sampleWeight })).toEqual(anew);
  });

  it('but the history says nothing if no epoch was interrupted', async () => {
    const model = classifier();
    expect(await model.fit(x, y, { epochs: 2 })).not.toHaveProperty('restartedEpoch');
    expect(await model.fit(x.map(Math.abs), y)).not.toHaveProperty('restartedEpoch');
  });
});

describe('a stream is recognized by its first batch', () => {
  type Batches = ReturnType<typeof batchesOf>;
  async function resumed(first: () => Iterable<Batches[number]>, second: typeof first) {
    const model = classifier();
    await model.fit(first, { onBatchEnd: stopAt(3) });
    const batches: number[] = [];
    const onBatchEnd: FitOptions['onBatchEnd'] = ({ batch }) => void batches.push(batch);
    const { restartedEpoch } = await model.fit(second, { onBatchEnd });
    return { batches, restartedEpoch };
  }
  const stream = () => batchesOf(5);
  const restarted = { ...anew, restartedEpoch: 1 };

  it('and resumes if that is the same, even in one array that is filled again and again', async () => {
    expect(await resumed(stream, stream)).toEqual(goneOn);
    const reused = function* () {
      const inputs = new Float32Array(5 * FEATURES);
      for (const batch of batchesOf(5)) {
        inputs.set(batch.x as Float32Array);
        yield { x: inputs.subarray(0, (batch.x as Float32Array).length), y: batch.y };
      }
    };
    expect(await resumed(reused, reused)).toEqual(goneOn);
  });

  it('and restarts with that very batch if it is another', async () => {
    const other = x.map((value) => value + 1);
    expect(await resumed(stream, () => batchesOf(5, other))).toEqual(restarted);
    expect(await resumed(stream, () => batchesOf(5, x, changed(y, 0, (y[0]! + 1) % 3)))).toEqual(restarted);
    expect((await resumed(stream, () => batchesOf(6))).batches).toEqual([1, 2, 3, 4]);
    // One stream ends before the interrupted point, another exactly there.
    expect(await resumed(stream, () => stream().slice(0, 2))).toEqual({ batches: [1, 2], restartedEpoch: 1 });
    expect(await resumed(stream, () => stream().slice(0, 3))).toEqual({
      batches: [],
      restartedEpoch: undefined,
    });
    const model = classifier();
    await model.fit(x, y, { batchSize: 5, shuffle: false, onBatchEnd: stopAt(3) });
    expect(await model.fit(stream)).toHaveProperty('restartedEpoch', 1);
  });
});

describe('the fingerprint', () => {
  const data = (values: Float32Array, columns: number, classes: Uint32Array): TrainingData => ({
    x: { values, rows: values.length / columns, columns },
    y: { classes, rows: classes.length },
    weights: undefined,
  });

  /** The hash written again, with whole numbers of any size and with the bytes of each number by hand. */
  function reference(numbers: readonly number[]): string {
    const M = 0xffffffffn;
    let [low, high] = [0x9e3779b9n, 0x7f4a7c15n];
    for (const number of numbers) {
      const bits = new BigUint64Array(Float64Array.of(number).buffer)[0]!;
      let l = ((low ^ (bits & M)) * 0x85ebca6bn) & M;
      l ^= l >> 13n;
      let h = ((((high ^ (bits >> 32n)) & M) + l) * 0xc2b2ae35n) & M;
      h ^= h >> 16n;
      [low, high] = [l ^ h, h];
    }
    return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }

  it('is a 64-bit hash of sizes and values, in two halves of 32 bits', () => {
    const text = fingerprint(data(Float32Array.of(1, -2, 0.5, 3e8), 2, Uint32Array.of(1, 0)));
    // Each table contributes its length, its columns, its rows, and its last row once more.
    const numbers = [4, 2, 1, -2, 0.5, 3e8, 0.5, 3e8, 2, 1, 1, 0, 0, 0, 1, 0, 1];
    expect(text).toBe(reference(numbers));
    expect(text).toMatch(/^[0-9a-f]{16}$/);
  });

  it('covers some rows of large data, always the first and the last', () => {
    const [columns, count] = [8, 10_000];
    const values = normalInputs(count, columns);
    const labels = new Uint32Array(count);
    const before = fingerprint(data(values, columns, labels), 1000);
    let noticed = 0;
    for (let r = 0; r < count; r += 1) {
      const kept = values[r * columns + 3]!;
      values[r * columns + 3] = kept + 1;
      const differs = fingerprint(data(values, columns, labels), 1000) !== before;
      if (differs) noticed++;
      if (r === 0 || r === count - 1) expect(differs).toBe(true);
      values[r * columns + 3] = kept;
    }
    expect(noticed).toBeGreaterThan(100);
    expect(noticed).toBeLessThanOrEqual(1000 / columns + 1);
    expect(fingerprint(data(values.slice(0, -columns), columns, labels.slice(1)), 1000)).not.toBe(before);
  });

  it('covers the first and the last row even if rows are wider than its limit', () => {
    const values = normalInputs(3, 50);
    const labels = new Uint32Array(3);
    const before = fingerprint(data(values, 50, labels), 10);
    for (const index of [0, 49, 100, 149]) {
      expect(fingerprint(data(changed(values, index, 7), 50, labels), 10)).not.toBe(before);
    }
  });

  it('differs between many data that differ a little', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 3000; i++)
      seen.add(fingerprint(data(Float32Array.of(i, 0), 1, Uint32Array.of(0, 1))));
    for (let i = 1; i < 3000; i++)
      seen.add(fingerprint(data(Float32Array.of(0, i), 1, Uint32Array.of(0, 1))));
    expect(seen.size).toBe(5999);
  });
});
