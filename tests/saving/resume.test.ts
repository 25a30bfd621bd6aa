/** A model saved in the middle of an epoch continues it, with equal weights and the history of the whole epoch. */
import { describe, expect, it } from 'vitest';
import { type BackendName, type FitOptions, MLP } from '../../src/index.js';
import { arrangements } from '../support/networks.js';
import { readPlainly } from '../support/safetensors.js';
import { descriptionOf } from '../support/saved.js';
import { dataOf, fitting, type Kind, kinds, make, ROWS } from '../support/saved-kinds.js';

const names = [
  'batch norm behind the activation, dropout',
  'softmax, smoothed labels',
  'softmax on shares, with metrics of all rows',
  'sigmoid, with metrics of all rows',
  'huber, with metrics of all rows',
  'adam',
  'reduceOnPlateau',
  'zScore of floats',
  'targets by zScore, with metrics of all rows',
];
const interrupted = names.map((name) => kinds.find((kind) => kind.name === name)!);
const oneUnit: Kind = {
  name: 'one output, with a metric of all rows',
  options: { layers: [{ units: 3, activation: 'tanh' }, { units: 1 }] },
  compile: { metrics: ['r2'] },
  y: Float32Array.from({ length: ROWS }, (_, r) => r / ROWS),
};

/** Returns weights, history and the whole state after two epochs without saving. */
async function uninterrupted(kind: Kind) {
  const model = make(kind);
  const history = await model.fit(...dataOf(kind), fitting);
  return { history, file: model.save() };
}

const loadOf = (file: Uint8Array) => MLP.load<BackendName>(file, { backend: 'wasm' });

describe.each([...interrupted, oneUnit])('$name', (kind) => {
  const data = dataOf(kind);

  it('continues after it is saved at any batch of the first epoch', async () => {
    const never = await uninterrupted(kind);
    const files: Uint8Array[] = [];
    const model = make(kind);
    await model.fit(...data, {
      ...fitting,
      epochs: 1,
      callbacks: [{ onBatchEnd: () => void files.push(model.save()) }],
    });
    expect(files).toHaveLength(4);
    for (const file of files) {
      const loaded = loadOf(file);
      expect(loaded.epoch).toBe(0);
      expect(loaded.save()).toEqual(file);
      expect(await loaded.fit(...data, fitting)).toEqual(never.history);
      expect(loaded.save()).toEqual(never.file);
    }
  });

  it('continues after it is stopped and saved, twice', async () => {
    const never = await uninterrupted(kind);
    let model = make(kind);
    const stopAfter = (batch: number): FitOptions => ({
      ...fitting,
      callbacks: [{ onBatchEnd: (event) => (event.batch === batch ? 'stop' : undefined) }],
    });
    for (const batch of [1, 3]) {
      await model.fit(...data, stopAfter(batch));
      model = loadOf(model.save());
    }
    expect(await model.fit(...data, fitting)).toEqual(never.history);
    expect(model.save()).toEqual(never.file);
  });
});

describe('an interrupted epoch', () => {
  const kind = interrupted[2]!;
  const [x, y] = dataOf(kind);
  const begun = async () => {
    const model = make(kind);
    await model.fit(x, y, { ...fitting, callbacks: [{ onBatchEnd: () => 'stop' }] });
    return model;
  };

  it('continues after an abort', async () => {
    const never = await uninterrupted(kind);
    const model = make(kind);
    const controller = new AbortController();
    const abort = { onBatchEnd: () => controller.abort(new Error('enough')) };
    const aborted = model.fit(x, y, { ...fitting, signal: controller.signal, callbacks: [abort] });
    await expect(aborted).rejects.toThrow('enough');
    const loaded = loadOf(model.save());
    expect(await loaded.fit(x, y, fitting)).toEqual(never.history);
  });

  it('continues on a stream too', async () => {
    const rows = (from: number, to: number) => ({
      x: (x as Float32Array).slice(from * 3, to * 3),
      y: (y as Float32Array).slice(from * 2, to * 2),
    });
    const stream = () => [rows(0, 10), rows(10, 17), rows(17, ROWS)];
    const [model, never] = [make(kind), make(kind)];
    await model.fit(stream, { epochs: 2, callbacks: [{ onBatchEnd: () => 'stop' }] });
    const loaded = loadOf(model.save());
    expect(await loaded.fit(stream, { epochs: 2 })).toEqual(await never.fit(stream, { epochs: 2 }));
    expect(loaded.save()).toEqual(never.save());
  });

  it('restarts with other batches, as it does without saving', async () => {
    const [saved, unsaved] = [loadOf((await begun()).save()), await begun()];
    const others = { epochs: 1, batchSize: 5 };
    expect(await saved.fit(x, y, others)).toEqual(await unsaved.fit(x, y, others));
    expect(saved.save()).toEqual(unsaved.save());
  });

  it('keeps its outputs in the file until it ends, and never with the weights alone', async () => {
    const model = await begun();
    const kept = (file: Uint8Array) =>
      Object.entries(readPlainly(file).tensors)
        .filter(([name]) => name.startsWith('epoch.'))
        .map(([name, { shape }]) => [name, shape]);
    expect(kept(model.save())).toEqual([
      ['epoch.outputs', [7, 2]],
      ['epoch.targets', [7]],
    ]);
    expect(kept(model.save({ weightsOnly: true }))).toEqual([]);
    await model.fit(x, y, { ...fitting, epochs: 1 });
    expect(kept(model.save())).toEqual([]);
    expect(descriptionOf(model.save())).toMatchObject({ training: { epoch: 1, begun: null } });
  });

  it('continues on another backend, up to rounding', async () => {
    const never = await uninterrupted(kind);
    for (const { backend } of arrangements) {
      const loaded = MLP.load<BackendName>((await begun()).save(), { backend });
      const { loss } = await loaded.fit(x, y, fitting);
      for (const [e, value] of loss.entries()) expect(value).toBeCloseTo(never.history.loss[e]!, 5);
    }
  });
});
