/** Cross-validated search: what it finds, with any number of workers, interrupted or not, and what it refuses. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { kFold, take } from '../src/data/index.js';
import { adam, heNormal, huber, MLP, type MLPOptions, Rng } from '../src/index.js';
import { type GridBase, type GridProgress, type GridSearchOptions, gridSearch } from '../src/node/index.js';
import { untyped } from './refusals.js';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Node's own workers, so that a test sees them end; or why there are none. */
const { workers, refusing } = vi.hoisted(() => ({
  workers: [] as Worker[],
  refusing: { reason: undefined as Error | undefined },
}));
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  class Watched extends real.Worker {
    constructor(...given: ConstructorParameters<typeof real.Worker>) {
      if (refusing.reason !== undefined) throw refusing.reason;
      super(...given);
      workers.push(this);
    }
  }
  // Both the class that is imported and the one that a model asks the process for.
  Object.assign(process.getBuiltinModule('node:worker_threads'), { Worker: Watched });
  return { ...real, Worker: Watched };
});
/** A worker that has ended has no id any more. */
const running = () => workers.filter(({ threadId }) => threadId !== -1).length;
beforeEach(() => {
  workers.length = 0;
});

// Two classes that a circle tells apart: one unit cannot, eight can.
const ROWS = 120;
const x = new Rng(1).normal(2 * ROWS);
const y = Array.from({ length: ROWS }, (_, r) => (x[2 * r]! ** 2 + x[2 * r + 1]! ** 2 > 1.4 ? 1 : 0));
const model: MLPOptions = {
  inputSize: 2,
  layers: [
    { units: 1, activation: 'tanh' },
    { units: 2, activation: 'softmax' },
  ],
};
const base: GridBase = {
  model,
  compile: { loss: 'crossEntropy', optimizer: adam({ learningRate: 0.05 }), metrics: ['accuracy'] },
  fit: { epochs: 15, batchSize: 16 },
};
const options: GridSearchOptions = {
  base,
  grid: { 'model.layers.0.units': [1, 8], 'compile.optimizer.learningRate': [0.0001, 0.05] },
  folds: 3,
  workers: 1,
};

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

  it('are scaled by what each training fold says', async () => {
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

  it('get one warning a search where they are not scaled', async () => {
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
  it('measures each point on the rows that it was not trained on, as doing it by hand does', async () => {
    const { points, best, score } = await gridSearch(x, y, options);
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

  it('takes the smallest loss as the best, and initializers by their config', async () => {
    const { best, points } = await gridSearch(x, y, {
      ...options,
      grid: { 'model.layers.0.kernelInitializer': [heNormal(), 'zeros'] },
      score: 'loss',
    });
    expect(best!.mean).toBe(Math.min(...points.map(({ mean }) => mean)));
    expect(points[0]!.parameters).toEqual({ 'model.layers.0.kernelInitializer': heNormal().config });
    expect(JSON.parse(JSON.stringify(points))).toEqual(points);
  });

  it('trains whole layer lists, rows as arrays and targets as rows alike', async () => {
    const rows = Array.from({ length: ROWS }, (_, r) => [x[2 * r]!, x[2 * r + 1]!]);
    const targets = y.map((label) => (label === 0 ? [1, 0] : [0, 1]));
    const lists = [model.layers, [{ units: 8, activation: 'relu' }, ...model.layers]];
    const { points } = await gridSearch(rows, targets, { ...options, grid: { 'model.layers': lists } });
    expect(points.map(({ scores }) => scores.length)).toEqual([3, 3]);
    const flat = await gridSearch(x, y, { ...options, grid: { 'model.layers': lists } });
    expect(points.map(({ scores }) => scores)).toEqual(flat.points.map(({ scores }) => scores));
  });

  it('reports a fit that left the finite numbers, and goes on', async () => {
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

it('refuses to spread classes that stand in rows', async () => {
  const targets = y.map((label) => (label === 0 ? [1, 0] : [0, 1]));
  const call = gridSearch(x, targets, { ...options, stratify: true });
  await expect(call).rejects.toThrow(/^stratify: expected a class index a row in y/);
});

describe('its file', () => {
  const file = join(folder, 'search.jsonl');
  const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n');

  it('goes on after an abort, and comes to the same result', async () => {
    const whole = await gridSearch(x, y, options);
    const controller = new AbortController();
    const stop = gridSearch(x, y, {
      ...options,
      file,
      signal: controller.signal,
      onResult: ({ done }) => done === 5 && controller.abort(new Error('enough')),
    });
    await expect(stop).rejects.toThrow('enough');
    expect(lines()).toHaveLength(1 + 5);

    // As if the power had failed while the last line was written.
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -9));
    const seen: GridProgress[] = [];
    const rest = await gridSearch(x, y, { ...options, file, onResult: (progress) => seen.push(progress) });
    expect(rest).toEqual(whole);
    expect(seen.map(({ done }) => done)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(lines()).toHaveLength(1 + 12);
  });

  it('rejects where the abort came with the last fit, but has kept it', async () => {
    const controller = new AbortController();
    const last = join(folder, 'last.jsonl');
    const stop = gridSearch(x, y, {
      ...options,
      file: last,
      signal: controller.signal,
      onResult: ({ done, total }) => done === total && controller.abort(new Error('late')),
    });
    await expect(stop).rejects.toThrow('late');
    expect(readFileSync(last, 'utf8').trimEnd().split('\n')).toHaveLength(1 + 12);
  });

  it('serves a grid of more values, and is not trained anew', async () => {
    const grid = { ...options.grid, 'model.layers.0.units': [1, 4, 8] };
    let first: GridProgress | undefined;
    const { points } = await gridSearch(x, y, {
      ...options,
      grid,
      file,
      onResult: (progress) => {
        first ??= progress;
      },
    });
    expect(first).toEqual({ done: 12, total: 18 });
    expect(points).toHaveLength(6);
  });

  it.each([
    ['another base', { base: { ...base, fit: { epochs: 2 } } }, /other base/],
    ['other folds', { folds: 4 }, /other folds/],
    ['another seed', { seed: 1 }, /other folds/],
  ])('is refused for %s', async (_, other, message) => {
    const before = readFileSync(file, 'utf8');
    await expect(gridSearch(x, y, { ...options, ...other, file })).rejects.toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    ['a line that is none', '{}'],
    ['a point that is none', '{"parameters":null,"fold":0,"measures":{"loss":1}}'],
    ['a fit without result', '{"parameters":{"model.layers.0.units":1},"fold":0}'],
    ['a line of another kind', '[1]'],
  ])('is refused with %s', async (_, line) => {
    const broken = join(folder, 'broken.jsonl');
    writeFileSync(broken, `${lines()[0]}\n${line}\n`);
    await expect(gridSearch(x, y, { ...options, file: broken })).rejects.toThrow(/^file: .*something else/);
  });

  it('is begun anew where nothing but a piece of its first line was written', async () => {
    const cut = join(folder, 'cut.jsonl');
    writeFileSync(cut, '{"sea');
    const { points } = await gridSearch(x, y, { ...options, grid: {}, file: cut });
    expect(points).toHaveLength(1);
    expect(readFileSync(cut, 'utf8').split('\n')[0]).toBe(lines()[0]);
  });

  it('is refused for other data, and where it is no such file', async () => {
    await expect(
      gridSearch(
        x.map((value) => -value),
        y,
        { ...options, file },
      ),
    ).rejects.toThrow(/other data/);
    for (const text of ['a line\n', 'no end', '{"search": 2}\n', '[1]\n']) {
      const foreign = join(folder, 'foreign.jsonl');
      writeFileSync(foreign, text);
      await expect(gridSearch(x, y, { ...options, file: foreign })).rejects.toThrow(/something else/);
      expect(readFileSync(foreign, 'utf8')).toBe(text);
    }
  });
});

describe('workers', () => {
  it('come to the result of one thread', async () => {
    const one = await gridSearch(x, y, options);
    expect(await gridSearch(x, y, { ...options, workers: 3 })).toEqual(one);
    // More workers than fits: no more begin than there is work for.
    workers.length = 0;
    expect(await gridSearch(x, y, { ...options, workers: 40 })).toEqual(one);
    expect(workers).toHaveLength(12);
  });

  it('have ended when the search is through', async () => {
    await gridSearch(x, y, { ...options, workers: 2 });
    expect(workers).toHaveLength(2);
    expect(running()).toBe(0);
  });

  it('have ended when it was aborted', async () => {
    const controller = new AbortController();
    const stop = gridSearch(x, y, {
      ...options,
      workers: 2,
      signal: controller.signal,
      onResult: () => controller.abort('enough'),
    });
    await expect(stop).rejects.toBe('enough');
    expect(workers).toHaveLength(2);
    expect(running()).toBe(0);
  });

  it('do not begin for a signal that came before', async () => {
    const signal = AbortSignal.abort('early');
    await expect(gridSearch(x, y, { ...options, workers: 2, signal })).rejects.toBe('early');
    expect(workers).toHaveLength(0);
  });

  it('leave no listener at a signal', async () => {
    const listeners = new Set<unknown>();
    const signal = {
      aborted: false,
      addEventListener: (_: string, listener: () => void) => listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
    };
    let most = 0;
    const onResult = () => {
      most = Math.max(most, listeners.size);
    };
    await gridSearch(x, y, { ...options, workers: 2, signal: untyped(signal), onResult });
    expect(most).toBe(1);
    expect(listeners.size).toBe(0);
  });

  it('have ended when a callback threw', async () => {
    const onResult = () => {
      throw new Error('no more');
    };
    await expect(gridSearch(x, y, { ...options, workers: 2, onResult })).rejects.toThrow('no more');
    expect(running()).toBe(0);
  });

  it('end the search when one dies, and what was found is kept', async () => {
    const file = join(folder, 'death.jsonl');
    const found = gridSearch(x, y, {
      ...options,
      workers: 2,
      file,
      onResult: ({ done }) => {
        if (done === 3) workers[0]!.terminate();
      },
    });
    await expect(found).rejects.toThrow(/^workers: one ended with exit code/);
    expect(running()).toBe(0);
    const kept = readFileSync(file, 'utf8').trimEnd().split('\n').length - 1;
    expect(kept).toBeGreaterThanOrEqual(3);
    // Nothing is trained twice, and the result is that of a search that nothing ended.
    let first: GridProgress | undefined;
    const rest = await gridSearch(x, y, {
      ...options,
      file,
      onResult: (progress) => {
        first ??= progress;
      },
    });
    expect(first!.done).toBe(kept);
    expect(rest).toEqual(await gridSearch(x, y, options));
  });

  it('hand back what a fit refuses', async () => {
    // A batch norm of one row is refused only once the folds are known.
    const layers = [{ units: 2, batchNorm: true }, model.layers[1]!];
    const refused = {
      ...options,
      base: { ...base, model: { ...model, layers }, fit: { batchSize: 79 } },
      grid: {},
    };
    await expect(gridSearch(x, y, refused)).rejects.toThrow(/^batchSize: the last batch of 80 rows/);
    await expect(gridSearch(x, y, { ...refused, workers: 2 })).rejects.toThrow(
      /^batchSize: the last batch of 80 rows/,
    );
    expect(workers).toHaveLength(2);
    expect(running()).toBe(0);
  });

  it('that cannot be had leave the fits to this thread, and one warning says so', async () => {
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
    refusing.reason = new Error('Access to this API has been restricted');
    const found = await gridSearch(x, y, { ...options, workers: 3 });
    refusing.reason = undefined;
    expect(found).toEqual(await gridSearch(x, y, options));
    expect(said.mock.calls).toEqual([
      [
        'evenkeel: workers: one thread trains where 3 workers were to: Access to this API has been restricted',
      ],
    ]);
    said.mockRestore();
  });

  it('end with the fits that began them where a model has threads', async () => {
    const wide = { ...model, layers: [{ units: 64 }, model.layers[1]!], threads: 2 };
    await gridSearch(x, y, { ...options, base: { ...base, model: wide }, grid: {} });
    expect(workers).toHaveLength(3);
    await vi.waitFor(() => expect(running()).toBe(0));
  });
});

describe('a bundled program', () => {
  const program = `
    import { gridSearch } from 'evenkeel/node';
    const options = ${JSON.stringify(options)};
    const x = Float32Array.of(${[...x].join()});
    const y = [${y.join()}];
    gridSearch(x, y, { ...options, workers: 2 }).then((found) => console.log(JSON.stringify(found)));`;

  it.each(['esm', 'cjs'] as const)('as one file in another folder (%s) has workers', async (format) => {
    const outfile = join(folder, format, format === 'esm' ? 'program.mjs' : 'program.cjs');
    const resolveDir = fileURLToPath(new URL('..', import.meta.url));
    await build({
      stdin: { contents: program, resolveDir },
      bundle: true,
      platform: 'node',
      minify: true,
      format,
      outfile,
      logLevel: 'silent',
    });
    const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8', cwd: folder });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(await gridSearch(x, y, options));
  });

  // What tells Node how to read a program goes for a worker's text too, unless the pool sees to it.
  it.each([[], ['--experimental-default-type=module'], ['--input-type=module']].filter(isKnown))(
    'has them under %s too',
    (...flags) => {
      const parameters = [...flags, '--input-type=module', '-e', program];
      const settings = { encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)) } as const;
      const { stdout, stderr } = spawnSync(process.execPath, parameters, settings);
      expect(
        stderr
          .replace(/^.*ExperimentalWarning.*$/gm, '')
          .replace(/^\(Use `node.*$/gm, '')
          .trim(),
      ).toBe('');
      expect(JSON.parse(stdout).points).toHaveLength(4);
    },
  );
});

/** True where this Node has the flags. */
function isKnown(flags: readonly string[]): boolean {
  return spawnSync(process.execPath, [...flags, '-e', '']).status === 0;
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
    ['no values', { grid: { 'model.seed': [] } }, /^grid\['model.seed'\]: expected a value/],
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
      'what JSON has not',
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
      'validation data',
      { base: { ...base, fit: { validationData: [x, y] } } },
      /^fit.validationData: unknown/,
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
