/** Tests of the cross-validated search: its results and its refusals. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { kFold, take } from '../../src/data/index.js';
import { adam, heNormal, huber, MLP, sgd } from '../../src/index.js';
import { type GridSearchOptions, gridSearch } from '../../src/node/index.js';
import { untyped } from '../support/refusals.js';
import { base, model, options, ownFolder, ROWS, x, y } from '../support/searches.js';

const folder = ownFolder();

describe('targets that are numbers', () => {
  const prices = Float64Array.from({ length: ROWS }, (_, r) => 5e5 + 1e5 * x[2 * r]!);
  const regression: GridSearchOptions = {
    base: {
      model: { inputSize: 2, layers: [{ units: 4, activation: 'relu' }, { units: 1 }] },
      compile: { loss: 'meanSquaredError', optimizer: adam({ learningRate: 0.01 }), metrics: ['r2'] },
      fit: { epochs: 20, batchSize: 16 },
    },
    grid: { 'model.targetScaling': ['none', 'zScore', { mean: 5e5, std: 1e5 }] },
    folds: 2,
    workers: 1,
  };

  it('are scaled by statistics of each training fold', async () => {
    const { points, best } = await gridSearch(x, prices, regression);
    const [, scaled] = points;
    const hand = await Promise.all(
      kFold(ROWS, { folds: 2 }).map(async ({ train, test }) => {
        const own = new MLP({ ...regression.base.model, targetScaling: 'zScore' });
        own.compile(regression.base.compile);
        await own.fit(take(x, train, 2), take(prices, train), regression.base.fit ?? {});
        return own.evaluate(take(x, test, 2), take(prices, test)).r2!;
      }),
    );
    expect(scaled!.scores).toEqual(hand);
    expect(scaled!.mean).toBeGreaterThan(0.5);
    expect(points[0]!.mean).toBeLessThan(-5);
    expect(best!.mean).toBe(Math.max(...points.map(({ mean }) => mean)));
  });

  it('cause one warning per search if they are not scaled', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const unscaled = { ...regression, grid: { 'model.layers.0.units': [1, 4] } };
    await gridSearch(x, prices, unscaled);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/^evenkeel: y: .*targetScaling/));
    warn.mockClear();
    const grid = { 'model.targetScaling': ['zScore', 'unit'] };
    await gridSearch(x, prices, { ...regression, grid });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('are not compared by losses of different scales', async () => {
    const message = /^score: 'loss' differs in unit .*\{"model\.targetScaling":"zScore"\}; compile a metric/;
    await expect(gridSearch(x, prices, { ...regression, score: 'loss' })).rejects.toThrow(message);
    const unmeasured = { ...regression.base, compile: { loss: 'meanSquaredError' } } as const;
    await expect(gridSearch(x, prices, { ...regression, base: unmeasured })).rejects.toThrow(message);
    const same = { 'compile.loss': ['huber', huber()] };
    expect((await gridSearch(x, prices, { ...regression, grid: same, score: 'loss' })).score).toBe('loss');
    const losses = { 'compile.loss': ['meanSquaredError', 'meanAbsoluteError'] };
    await expect(gridSearch(x, prices, { ...regression, grid: losses, score: 'loss' })).rejects.toThrow(
      /^score: 'loss' differs in unit .*meanAbsoluteError/,
    );
  });
});

describe('gridSearch', () => {
  it('measures each point on the rows that it was not trained on, like a search by hand', async () => {
    const { kind, points, best, score } = await gridSearch(x, y, options);
    expect(kind).toBe('gridSearch');
    expect(score).toBe('accuracy');
    expect(points.map(({ parameters }) => Object.values(parameters))).toEqual([
      [1, 0.0001],
      [1, 0.05],
      [8, 0.0001],
      [8, 0.05],
    ]);
    const [first, second] = model.layers;
    const hand = await Promise.all(
      kFold(ROWS, { folds: 3 }).map(async ({ train, test }) => {
        const own = new MLP({ ...model, layers: [{ ...first!, units: 8 }, second!] });
        own.compile(base.compile);
        await own.fit(take(x, train, 2), take(y, train), base.fit ?? {});
        return own.evaluate(take(x, test, 2), take(y, test)).accuracy!;
      }),
    );
    expect(points[3]!.scores).toEqual(hand);
    expect(points[3]!.mean).toBeCloseTo((hand[0]! + hand[1]! + hand[2]!) / 3, 12);
    expect(best).toEqual(points[3]);
    expect(best!.mean).toBeGreaterThan(points[1]!.mean + 0.1);
  });

  it('takes the smallest loss as the best, and stores initializers by their config', async () => {
    const { best, points } = await gridSearch(x, y, {
      ...options,
      grid: { 'model.layers.0.kernelInitializer': [heNormal(), 'zeros'] },
      score: 'loss',
    });
    expect(best!.mean).toBe(Math.min(...points.map(({ mean }) => mean)));
    expect(points[0]!.parameters).toEqual({ 'model.layers.0.kernelInitializer': heNormal().config });
    expect(JSON.parse(JSON.stringify(points))).toEqual(points);
  });

  it('trains whole layer lists, rows as arrays, and targets as rows', async () => {
    const rows = Array.from({ length: ROWS }, (_, r) => [x[2 * r]!, x[2 * r + 1]!]);
    const targets = y.map((label) => (label === 0 ? [1, 0] : [0, 1]));
    const lists = [model.layers, [{ units: 8, activation: 'relu' }, ...model.layers]];
    const { points } = await gridSearch(rows, targets, { ...options, grid: { 'model.layers': lists } });
    expect(points.map(({ scores }) => scores.length)).toEqual([3, 3]);
    const flat = await gridSearch(x, y, { ...options, grid: { 'model.layers': lists } });
    expect(points.map(({ scores }) => scores)).toEqual(flat.points.map(({ scores }) => scores));
  });

  it('reports a fit whose numbers overflow, and continues', async () => {
    const { points, best } = await gridSearch(x, x, {
      ...options,
      base: {
        model: { inputSize: 2, layers: [{ units: 2 }] },
        compile: { loss: 'meanSquaredError', optimizer: 'sgd' },
        fit: { epochs: 30 },
      },
      grid: {
        'compile.optimizer': [
          { name: 'sgd', learningRate: 1e30 },
          { name: 'sgd', learningRate: 0.01 },
        ],
      },
    });
    expect(points[0]!.failure).toMatch(/epoch/);
    expect(points[0]!.mean).toBeNaN();
    expect(best).toBe(points[1]);
  });
});

it('accepts an object that occurs in several places of the base', async () => {
  const layer = { units: 2, activation: 'softmax' } as const;
  const optimizer = sgd();
  const { points } = await gridSearch(x, y, {
    ...options,
    base: {
      model: { inputSize: 2, layers: [layer] },
      compile: { loss: 'crossEntropy', optimizer },
      fit: { epochs: 1 },
    },
    grid: {
      'model.layers': [[layer], [{ units: 2 }, layer], [layer]],
      'compile.optimizer': [optimizer, optimizer],
    },
  });
  expect(points).toHaveLength(6);
});

it('refuses to stratify targets in rows', async () => {
  const targets = y.map((label) => (label === 0 ? [1, 0] : [0, 1]));
  const call = gridSearch(x, targets, { ...options, stratify: true });
  await expect(call).rejects.toThrow(/^stratify: expected one class index per row in y/);
});

/** Creates an object that holds at `key` an object that holds itself there. */
function circle(value: object, key: string): object {
  const inner: Record<string, unknown> = {};
  inner[key] = inner;
  return { ...value, [key]: inner };
}

function around(): object {
  const outer: Record<string, unknown> = {};
  outer.a = [{ b: outer }];
  return outer;
}

function ownList(): unknown[] {
  const list: unknown[] = [{ units: 1 }];
  list.push(list);
  return list;
}

describe('gridSearch refuses, before it trains or writes', () => {
  const file = join(folder, 'never.jsonl');
  it.each<[string, Partial<Record<keyof GridSearchOptions, unknown>>, RegExp]>([
    ['a file that is no path', { file: 1 }, /^file: expected a path, got 1/],
    ['an unknown option', { fold: 3 } as object, /^options.fold: .*'folds'/],
    [
      'a place outside of base',
      { grid: { 'layers.0.units': [1] } },
      /^grid\['layers.0.units'\]: expected a place/,
    ],
    ['a place that is not there', { grid: { 'model.layers.7.units': [1] } }, /expected a place/],
    ['an index too far', { grid: { 'model.layers.2': [{ units: 1 }] } }, /expected an index below 2/],
    ['a prototype', { grid: { 'model.__proto__.units': [1] } }, /expected a place/],
    [
      'an unknown option of a layer',
      { grid: { 'model.layers.0.unit': [1] } },
      /unit: unknown option.*with \{/,
    ],
    [
      'a value the model refuses',
      { grid: { 'model.layers.0.units': [1, 0] } },
      /units.*got 0.*with \{"model.layers.0.units":0\}/,
    ],
    ['no values', { grid: { 'model.seed': [] } }, /^grid\['model.seed'\]: expected at least one value/],
    ['values that are no array', { grid: { 'model.seed': 3 } }, /^grid\['model.seed'\]: expected an array/],
    [
      'a function',
      { grid: { 'model.layers.0.kernelInitializer': [() => new Float32Array(2)] } },
      /plain data/,
    ],
    ['epochs that no fit takes', { grid: { 'fit.epochs': [1, -1] } }, /^epochs: .*with \{"fit.epochs":-1\}/],
    [
      'the length of a list',
      { grid: { 'model.layers.length': [1] } },
      /expected an index below 2, got length/,
    ],
    [
      'what JSON cannot hold',
      { grid: { 'model.seed': [1n] } },
      /^grid\['model.seed'\]\[0\]: expected plain data/,
    ],
    [
      'a score that a point does not measure',
      { grid: { 'compile.metrics': [['accuracy'], []] } },
      /^score with \{"compile.metrics":\[\]\}: unknown name 'accuracy'/,
    ],
    ['callbacks', { base: { ...base, fit: { onEpochEnd() {} } } }, /plain data/],
    [
      'a base that holds itself',
      { base: circle({ ...base }, 'fit') },
      /^base\.fit\.fit: expected plain data, got a circular reference to base\.fit$/,
    ],
    [
      'a model that holds itself',
      { base: { ...base, model: circle({ ...model }, 'layers') } },
      /^base\.model\.layers\.layers: .* a circular reference to base\.model\.layers$/,
    ],
    [
      'a circle of several',
      { base: { ...base, fit: { classWeight: around() } } },
      /^base\.fit\.classWeight\.a\[0\]\.b: .* a circular reference to base\.fit\.classWeight$/,
    ],
    [
      'a list that holds itself',
      { grid: { 'model.layers': [ownList()] } },
      /^grid\['model\.layers'\]\[0\]\[1\]: .* a circular reference/,
    ],
    [
      'an initializer whose config holds itself',
      {
        grid: {
          'model.layers.0.kernelInitializer': [Object.assign(() => {}, { config: circle({}, 'name') })],
        },
      },
      /^grid\['model\.layers\.0\.kernelInitializer'\]\[0\]\.name\.name: .* a circular reference/,
    ],
    [
      'a map, which would be an empty object',
      { base: { ...base, fit: { classWeight: new Map([[1, 9]]) } } },
      /^base\.fit\.classWeight: expected plain data, got an object \(Map\)/,
    ],
    ['a date', { grid: { 'model.seed': [new Date(0)] } }, /^grid\['model\.seed'\]\[0\]: expected plain data/],
    ['large integers in an array', { grid: { 'model.seed': [BigInt64Array.of(1n)] } }, /plain data, got 1/],
    [
      'validation data',
      { base: { ...base, fit: { validationData: [x, y] } } },
      /^base.fit.validationData: unknown/,
    ],
    ['a score that is not measured', { score: 'f1' }, /^score: .*f1/],
    ['no workers', { workers: 0 }, /^workers: .*got 0/],
    ['too many workers', { workers: 257 }, /^workers: expected at most 256/],
    ['half a worker', { workers: 1.5 }, /^workers: /],
    ['a signal that is none', { signal: 'stop' }, /^signal: expected an AbortSignal/],
    ['a callback that is none', { onResult: 3 }, /^onResult: expected a function/],
    ['one fold', { folds: 1 }, /^folds: /],
    ['more folds than rows', { folds: 121 }, /^folds: expected at most 120/],
    ['a grid that is a list', { grid: [[1]] }, /^grid: expected an object/],
  ])('%s', async (_, wrong, message) => {
    await expect(gridSearch(x, y, untyped({ ...options, file, ...wrong }))).rejects.toThrow(message);
    expect(existsSync(file)).toBe(false);
  });

  it('data of the wrong shape', async () => {
    await expect(gridSearch(x.subarray(1), y, options)).rejects.toThrow(/^x: 239 values/);
    await expect(gridSearch(x, y.slice(1), options)).rejects.toThrow(/^y: /);
    await expect(
      gridSearch(
        x,
        y.map((label) => label * 5),
        options,
      ),
    ).rejects.toThrow(/^y/);
  });
});
