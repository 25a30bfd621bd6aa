/** Tests what a target scaling learns from data, and when. */
import { describe, expect, it, vi } from 'vitest';
import {
  type BackendName,
  diagnose,
  explainModel,
  findNonFinite,
  gradientCheck,
  lsuv,
  type MLP,
  Rng,
  ShapeError,
} from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { COLUMNS, make, ROWS, silentWarnings, UNITS, x, y } from '../support/scaled-targets.js';

silentWarnings();

describe('the learned scaling', () => {
  it('comes from the training rows only', async () => {
    const model = make('zScore');
    const validated = new Set(new Rng(3).split('validation').permutation(ROWS).slice(0, 15));
    const trained = Array.from({ length: ROWS }, (_, r) => r).filter((r) => !validated.has(r));
    await model.fit(x, y, { epochs: 0, validationSplit: 0.25 });
    const only = make('zScore');
    only.adapt(
      trained.map((r) => x.subarray(r * COLUMNS, (r + 1) * COLUMNS)),
      trained.map((r) => y.subarray(r * UNITS, (r + 1) * UNITS)),
    );
    expectSame(model.predict(x), only.predict(x));
    const all = make('zScore');
    all.adapt(x, y);
    expect(model.predict(x)).not.toEqual(all.predict(x));
  });

  it('stays as the first fit learned it, until it is adapted again', async () => {
    const model = make('zScore');
    await model.fit(x, y, { epochs: 0 });
    const outputs = model.predict(x);
    const doubled = y.map((value) => 2 * value);
    await model.fit(x, doubled, { epochs: 0 });
    model.adapt(x);
    expectSame(model.predict(x), outputs);
    model.adapt(x, doubled);
    const twice = outputs.map((value) => 2 * value);
    expectBlock(model.predict(x), twice, 1e-6);
  });

  it('must be known before any other call that needs it', async () => {
    const message =
      /^targetScaling: 'zScore' depends on the training targets; call model\.adapt\(x, y\) or model\.fit first/;
    const calls: [string, (model: MLP<BackendName>) => unknown][] = [
      ['predict', (model) => model.predict(x)],
      ['evaluate', (model) => model.evaluate(x, y)],
      ['gradients', (model) => model.gradients(x, y)],
      ['trainOnBatch', (model) => model.trainOnBatch(x, y)],
      ['diagnose', (model) => diagnose(model, x, y)],
      ['findNonFinite', (model) => findNonFinite(model, x, y)],
      ['gradientCheck', (model) => gradientCheck(model, x, y)],
    ];
    for (const [name, call] of calls) {
      const model = make('zScore');
      expect(() => call(model), name).toThrow(message);
      model.adapt(x);
      expect(() => call(model), name).toThrow(message);
      model.adapt(x, y);
      expect(() => call(model), name).not.toThrow();
    }
    const model = make('zScore');
    const stream = () => [{ x, y }];
    const onFitBegin = vi.fn();
    await expect(model.predictAsync(x)).rejects.toThrow(message);
    await expect(model.evaluateAsync(x, y)).rejects.toThrow(message);
    await expect(model.fit(stream, { callbacks: [{ onFitBegin }] })).rejects.toThrow(message);
    expect(onFitBegin).not.toHaveBeenCalled();
    // Calls that use only inputs need no targets.
    expect(diagnose(model, x).rows).toBe(ROWS);
    expect(() => lsuv(model, x)).not.toThrow();
    expect(explainModel(model.config).layers).toHaveLength(2);
    model.adapt(x, y);
    const inMemory = make('zScore');
    await inMemory.fit(x, y, { batchSize: ROWS, shuffle: false });
    lsuv(inMemory, x);
    const { loss } = await model.fit(stream);
    expect(loss[0]).toBeGreaterThan(0);
  });

  it('restarts an interrupted epoch if it is learned again', async () => {
    const model = make('zScore');
    await model.fit(x, y, { callbacks: [{ onBatchEnd: () => 'stop' }] });
    model.adapt(x, y);
    const batches: number[] = [];
    await model.fit(x, y, { onBatchEnd: ({ batch }) => void batches.push(batch) });
    expect(batches).toEqual([1, 2]);
  });

  it('tells gradientCheck where the kinks of the loss are', () => {
    const model = make('zScore', { layers: [{ units: 1, kernelInitializer: 'zeros' }] });
    model.compile({ loss: 'meanAbsoluteError' });
    const constant = new Float64Array(ROWS).fill(5);
    model.adapt(x, constant);
    // Every output is 0, and so is every scaled target.
    const { masked } = gradientCheck(model, x, constant);
    expect(masked).toBe(COLUMNS + 1);
  });

  it('stays unchanged after an error', async () => {
    const model = make('zScore', { inputScaling: 'zScore' });
    const wrong = y.slice(UNITS);
    expect(() => model.adapt(x, wrong)).toThrow(ShapeError);
    expect(() => model.predict(x)).toThrow(/inputScaling 'zScore' depends/);
    model.adapt(x, y);
    const outputs = model.predict(x);
    expect(() =>
      model.adapt(
        x.map((value) => 2 * value),
        wrong,
      ),
    ).toThrow(ShapeError);
    expectSame(model.predict(x), outputs);
    const bytes = make('zScore', { inputScaling: 'unit' });
    // The validation data do not fit the scaling that x would have fitted.
    const validationData = [new Uint8Array(x.length), y] as const;
    await expect(bytes.fit(x, y, { validationData })).rejects.toThrow(/^validationData\[0\]/);
    bytes.adapt(x);
    expect(() => bytes.predict(x)).toThrow(/^targetScaling/);
  });
});
