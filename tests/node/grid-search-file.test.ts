/** Tests of the file of a grid search: continuing it, refusing it, and using the results that it already holds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type GridProgress, gridSearch } from '../../src/node/index.js';
import { base, options, ownFolder, x, y } from '../support/searches.js';

const folder = ownFolder();

describe('the file of a search', () => {
  const file = join(folder, 'search.jsonl');
  const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n');

  it('continues after an abort and gives the result of an uninterrupted search', async () => {
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

    // The file ends as after a power cut while the last line was written.
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -9));
    const seen: GridProgress[] = [];
    const rest = await gridSearch(x, y, { ...options, file, onResult: (progress) => seen.push(progress) });
    expect(rest).toEqual(whole);
    expect(seen.map(({ done }) => done)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(lines()).toHaveLength(1 + 12);
  });

  it('keeps the last fit if the abort came with it, although the search rejects', async () => {
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

  it('serves a grid with more values without training its fits again', async () => {
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

  const lineOf = (result: string, fold: unknown = 0, units: unknown = 1) =>
    `{"parameters":{"model.layers.0.units":${units},"compile.optimizer.learningRate":0.05},"fold":${fold},${result}}`;
  const soundLine = (fold: unknown) => lineOf('"measures":{"loss":1,"accuracy":0.5}', fold);
  const sound = soundLine(0);

  it.each([
    ['a line that is none', '{}', /not a file of results/],
    ['a point that is none', '{"parameters":null,"fold":0,"measures":{"loss":1}}', /not a file of results/],
    ['a fit without result', '{"parameters":{"model.layers.0.units":1},"fold":0}', /not a file of results/],
    ['a line of another kind', '[1]', /not a file of results/],
    ['a fold beyond the last', soundLine(3), /not a file of results/],
    ['a fold before the first', soundLine(-1), /not a file of results/],
    ['half a fold', soundLine(0.5), /not a file of results/],
    ['a fold as text', soundLine('"0"'), /not a file of results/],
    [
      'measures and a failure',
      lineOf('"measures":{"loss":1,"accuracy":0.5},"failure":"no"'),
      /not a file of results/,
    ],
    ['a failure that is no text', lineOf('"failure":true'), /not a file of results/],
    ['measures in an array', lineOf('"measures":[1]'), /not a file of results/],
    [
      'a key that means nothing',
      lineOf('"measures":{"loss":1,"accuracy":0.5},"score":1'),
      /not a file of results/,
    ],
    [
      'a loss as text',
      lineOf('"measures":{"loss":"1","accuracy":0.5}'),
      /holds loss "1" of a fit; expected a number/,
    ],
    ['a loss that is null', lineOf('"measures":{"loss":null,"accuracy":0.5}'), /holds loss null of a fit/],
    [
      'an accuracy that is true',
      lineOf('"measures":{"loss":1,"accuracy":true}'),
      /holds accuracy true of a fit/,
    ],
    [
      'an accuracy in an object',
      lineOf('"measures":{"loss":1,"accuracy":{}}'),
      /holds accuracy \{\} of a fit/,
    ],
    ['no accuracy', lineOf('"measures":{"loss":1}'), /that measured loss; expected accuracy, loss/],
    ['no loss', lineOf('"measures":{"accuracy":1}'), /that measured accuracy; expected accuracy, loss/],
    ['no measures', lineOf('"measures":{}'), /that measured nothing; expected accuracy, loss/],
    [
      'another metric',
      lineOf('"measures":{"loss":1,"f1":1}'),
      /that measured f1, loss; expected accuracy, loss/,
    ],
    [
      'a metric too many',
      lineOf('"measures":{"loss":1,"accuracy":1,"f1":1}'),
      /that measured accuracy, f1, loss; expected accuracy, loss/,
    ],
    [
      'two results of one fit',
      `${sound}\n${lineOf('"measures":{"loss":2,"accuracy":0.5}')}`,
      /holds two results of fold 0 of/,
    ],
  ])('is refused with %s, before anything is trained', async (_, line, message) => {
    const broken = join(folder, 'broken.jsonl');
    const text = `${lines()[0]}\n${line}\n`;
    writeFileSync(broken, text);
    const onResult = vi.fn();
    await expect(gridSearch(x, y, { ...options, file: broken, onResult })).rejects.toThrow(message);
    await expect(gridSearch(x, y, { ...options, file: broken })).rejects.toThrow(
      /^file: .*broken\.jsonl (holds|is)/,
    );
    expect(onResult).not.toHaveBeenCalled();
    expect(readFileSync(broken, 'utf8')).toBe(text);
  });

  it('may hold one result twice, and a fit of a point that is not in the grid', async () => {
    const twice = join(folder, 'twice.jsonl');
    // The grid does not try these units, so their measures cannot be checked.
    const other = lineOf('"measures":{"loss":1}', 0, 77);
    writeFileSync(twice, `${[lines()[0], sound, sound, other].join('\n')}\n`);
    let first: GridProgress | undefined;
    const { points } = await gridSearch(x, y, {
      ...options,
      file: twice,
      onResult: (progress) => {
        first ??= progress;
      },
    });
    expect(first!.done).toBe(1);
    expect(points[1]!.scores[0]).toBe(0.5);
  });

  /** Runs a search whose results are all in its file, with a mean loss and accuracy per point; nothing is trained. */
  async function found(
    score: 'loss' | 'accuracy',
    results: readonly (readonly [loss: number, accuracy: number] | string)[],
  ) {
    const known = join(folder, 'known.jsonl');
    const units = results.map((_, p) => p + 1);
    const written = results.flatMap((result, p) =>
      [0, 1, 2].map((fold) => {
        const [loss, accuracy] = result as readonly number[];
        const measures = { loss: loss! + (fold - 1) / 8, accuracy: accuracy! + (fold - 1) / 8 };
        const texts = Object.entries(measures).map(([name, value]) => [
          name,
          Number.isFinite(value) ? value : String(value),
        ]);
        const what =
          typeof result === 'string' ? { failure: result } : { measures: Object.fromEntries(texts) };
        return JSON.stringify({ parameters: { 'model.layers.0.units': units[p] }, fold, ...what });
      }),
    );
    writeFileSync(known, `${[lines()[0], ...written].join('\n')}\n`);
    const grid = { 'model.layers.0.units': units };
    let fits = 0;
    const onResult = ({ parameters }: GridProgress) => {
      if (parameters !== undefined) fits++;
    };
    const result = await gridSearch(x, y, { ...options, grid, score, file: known, onResult });
    expect(fits).toBe(0);
    return result;
  }

  it.each([
    [
      'in the middle',
      'loss',
      [
        [3, 0.5],
        [1, 0.5],
        [2, 0.5],
      ],
      1,
    ],
    [
      'in the middle',
      'accuracy',
      [
        [1, 0.25],
        [1, 0.75],
        [1, 0.5],
      ],
      1,
    ],
    [
      'at the beginning',
      'loss',
      [
        [1, 0.5],
        [3, 0.5],
        [2, 0.5],
      ],
      0,
    ],
    [
      'at the beginning',
      'accuracy',
      [
        [1, 0.75],
        [1, 0.25],
        [1, 0.5],
      ],
      0,
    ],
    [
      'at the end',
      'loss',
      [
        [2, 0.5],
        [3, 0.5],
        [1, 0.5],
      ],
      2,
    ],
    [
      'at the end',
      'accuracy',
      [
        [1, 0.5],
        [1, 0.25],
        [1, 0.75],
      ],
      2,
    ],
    [
      'the first of equals',
      'loss',
      [
        [2, 0.5],
        [1, 0.5],
        [1, 0.5],
        [3, 0.5],
      ],
      1,
    ],
    [
      'the first of equals',
      'accuracy',
      [
        [1, 0.5],
        [1, 0.75],
        [1, 0.75],
        [1, 0.25],
      ],
      1,
    ],
    ['behind a failure', 'loss', ['no', [2, 0.5], [1, 0.5], [3, 0.5], 'no'], 2],
    ['behind a failure', 'accuracy', ['no', [1, 0.5], [1, 0.75], [1, 0.25]], 2],
    [
      'behind what is not a number',
      'loss',
      [
        [Number.NaN, 0.5],
        [2, 0.5],
        [1, 0.5],
        [3, 0.5],
      ],
      2,
    ],
    [
      'before an infinite loss',
      'loss',
      [
        [Number.POSITIVE_INFINITY, 0.5],
        [2, 0.5],
        [1, 0.5],
        [3, 0.5],
      ],
      2,
    ],
    [
      'by the score alone',
      'accuracy',
      [
        [1, 0.25],
        [9, 0.75],
        [2, 0.5],
      ],
      1,
    ],
    ['nowhere, where all failed', 'loss', ['no', 'no'], undefined],
  ] as const)('has its best %s by %s', async (_, score, results, best) => {
    const result = await found(score, results);
    expect(result.best).toBe(best === undefined ? undefined : result.points[best]);
    expect(Object.hasOwn(result, 'best')).toBe(best !== undefined);
    expect(result.points.map(({ failure }) => failure)).toEqual(
      results.map((given) => (given === 'no' ? 'no' : undefined)),
    );
  });

  it('gives mean and population standard deviation over the folds', async () => {
    const { points } = await found('loss', [
      [3, 0.5],
      [1, 0.5],
    ]);
    // The losses are 3 − 1/8, 3 and 3 + 1/8.
    expect(points[0]!.scores).toEqual([2.875, 3, 3.125]);
    expect(points[0]!.mean).toBe(3);
    expect(points[0]!.std).toBeCloseTo(Math.sqrt(2 / 3) / 8, 12);
  });

  it('keeps a measure that is not finite', async () => {
    const kept = join(folder, 'infinite.jsonl');
    // A fold with a single class has no area under a curve.
    const sorted = Array.from({ length: 40 }, (_, r) => (r < 39 ? 0 : 1));
    const search = {
      ...options,
      base: { ...base, compile: { ...base.compile, metrics: ['rocAuc' as const] }, fit: { epochs: 1 } },
      grid: {},
      file: kept,
    };
    const first = await gridSearch(x.subarray(0, 80), sorted, search);
    expect(first.points[0]!.scores.filter(Number.isNaN)).toHaveLength(2);
    expect(readFileSync(kept, 'utf8')).toContain('"rocAuc":"NaN"');
    expect(await gridSearch(x.subarray(0, 80), sorted, search)).toEqual(first);
  });

  it('is created anew if it holds only a part of its first line', async () => {
    const cut = join(folder, 'cut.jsonl');
    writeFileSync(cut, '{"sea');
    const { points } = await gridSearch(x, y, { ...options, grid: {}, file: cut });
    expect(points).toHaveLength(1);
    expect(readFileSync(cut, 'utf8').split('\n')[0]).toBe(lines()[0]);
  });

  it('is refused for other data, or if it is not a search file', async () => {
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
      await expect(gridSearch(x, y, { ...options, file: foreign })).rejects.toThrow(/not a file of results/);
      expect(readFileSync(foreign, 'utf8')).toBe(text);
    }
  });
});
