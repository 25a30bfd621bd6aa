import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iris, kFold, oneHot, take, trainTestSplit } from '../../src/data/index.js';
import { Rng, ShapeError } from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const ascending = (rows: Iterable<number>) => [...rows].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);
const labelled = (y: readonly number[]) => new Set(y);
const countOf = (label: number, y: readonly number[], rows: Iterable<number> = y.keys()) =>
  [...rows].filter((row) => y[row] === label).length;

const labels = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 80 });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const seeds = fc.oneof(fc.nat(), fc.string());

describe('trainTestSplit', () => {
  it('has every row in one part, with its y', () => {
    fc.assert(
      fc.property(labels, share, seeds, (y, testSize, seed) => {
        const x = Float64Array.from({ length: 3 * y.length }, (_, i) => i);
        const split = trainTestSplit(x, y, { inputSize: 3, testSize, seed });
        const { trainRows, testRows } = split;
        expect(ascending([...trainRows, ...testRows])).toEqual(upTo(y.length));
        const expected = Math.min(Math.max(Math.round(testSize * y.length), 1), y.length - 1);
        expect(testRows.length).toBe(expected);
        for (const [rows, values, targets] of [
          [trainRows, split.xTrain, split.yTrain],
          [testRows, split.xTest, split.yTest],
        ] as const) {
          expect([...values]).toEqual([...rows].flatMap((row) => [3 * row, 3 * row + 1, 3 * row + 2]));
          expect(targets).toEqual([...rows].map((row) => y[row]));
        }
      }),
    );
  });

  it('keeps each class’s share by largest remainder, and has every class of two rows in both parts', () => {
    fc.assert(
      fc.property(labels, share, seeds, (y, testSize, seed) => {
        const classes = [...labelled(y)];
        const sizes = classes.map((label) => countOf(label, y));
        fc.pre(Math.max(...sizes) > 1);
        const { trainRows, testRows } = trainTestSplit(y, y, { testSize, seed, stratify: true });
        expect(ascending([...trainRows, ...testRows])).toEqual(upTo(y.length));
        const tested = classes.map((label) => countOf(label, y, testRows));
        const bounded = sizes.some((size) => size === 1 || Math.floor(testSize * size) < 1);
        for (const [c, size] of sizes.entries()) {
          expect(tested[c]).toBeGreaterThanOrEqual(size > 1 ? 1 : 0);
          expect(tested[c]).toBeLessThanOrEqual(Math.max(0, size - 1));
          const quota = (testRows.length * size) / y.length;
          const full = tested[c] === size - 1;
          if (!bounded && !full) expect(Math.abs(tested[c]! - quota)).toBeLessThan(1);
        }
      }),
    );
  });

  // By hand: quotas of 7 are 2.8, 2.1, 1.05, 1.05; the floors are 2, 2, 1, 1, and the first has the largest remainder.
  it('gives the remaining rows to the largest remainders', () => {
    const y = [8, 6, 3, 3].flatMap((size, label) => Array<number>(size).fill(label));
    const { yTest } = trainTestSplit(y, y, { testSize: 0.35, stratify: true });
    expect(upTo(4).map((label) => countOf(label, yTest))).toEqual([3, 2, 1, 1]);
  });

  it('trains on a class of one row, and takes more test rows if every class needs one', () => {
    const y = [0, 0, 1, 1, 2, 2, 7];
    const { yTrain, yTest } = trainTestSplit(y, y, { testSize: 0.01, stratify: true });
    expect(ascending(yTest)).toEqual([0, 1, 2]);
    expect(ascending(yTrain)).toEqual([0, 1, 2, 7]);
  });

  it('shuffles by the seed, with its own stream of the library’s generator', () => {
    const order = new Rng(5).split('trainTestSplit').permutation(150);
    const { testRows, trainRows } = trainTestSplit(iris.x, iris.y, { inputSize: 4, seed: 5 });
    expect(testRows).toEqual(order.slice(0, 30));
    expect(trainRows).toEqual(order.slice(30));
    const other = trainTestSplit(iris.x, iris.y, { inputSize: 4, seed: 6 });
    expect(other.testRows).not.toEqual(testRows);
  });

  it('returns the kinds of arrays that it is given', () => {
    const split = trainTestSplit(iris.x, iris.y, { inputSize: 4, stratify: true });
    expect(split.xTest).toBeInstanceOf(Float32Array);
    expect(split.yTest).toBeInstanceOf(Uint8Array);
    expect(split.xTest.length).toBe(120);
    const rows = [[1], [2], [3]];
    const nested = trainTestSplit(rows, Float64Array.of(1, 10, 2, 20, 3, 30));
    expect(nested.yTrain).toEqual(
      Float64Array.from(nested.xTrain.flatMap(([value]) => [value!, 10 * value!])),
    );
    const buffer = trainTestSplit(Buffer.from([1, 2, 3, 4]), [0, 1], { inputSize: 2 });
    expect(Buffer.isBuffer(buffer.xTrain)).toBe(false);
    expect(buffer.xTrain.length).toBe(2);
  });

  const x = new Float32Array(8);
  const y = [0, 1, 0, 1];
  it.each<[what: string, run: () => unknown, message: RegExp]>([
    [
      'testSize 0',
      () => trainTestSplit(y, y, { testSize: 0 }),
      /^testSize: expected a share between 0 and 1, got 0$/,
    ],
    ['testSize 1', () => trainTestSplit(y, y, { testSize: 1 }), /^testSize: .*got 1$/],
    ['testSize NaN', () => trainTestSplit(y, y, { testSize: Number.NaN }), /^testSize: .*got NaN$/],
    [
      'testSize text',
      () => trainTestSplit(y, y, { testSize: untyped('0.2') }),
      /^testSize: expected a number/,
    ],
    [
      'no inputSize',
      () => trainTestSplit(x, y),
      /^inputSize: expected the values in a row of x, which is a Float32Array of 8/,
    ],
    ['inputSize', () => trainTestSplit(x, y, { inputSize: 3 }), /^x: 8 values are not rows of inputSize 3$/],
    [
      'y',
      () => trainTestSplit(x, [0, 1, 0], { inputSize: 2 }),
      /^y: expected 4 rows like x, got Array of 3$/,
    ],
    ['y', () => trainTestSplit(x, new Uint8Array(7), { inputSize: 2 }), /^y: expected 4 rows like x/],
    ['no x', () => trainTestSplit(untyped<number[]>('x'), y), /^x: expected a typed array .*got 'x'$/],
    ['one row', () => trainTestSplit([1], [1]), /^x: expected at least two rows to split, got 1$/],
    [
      'rows to stratify by',
      () =>
        trainTestSplit(
          y,
          y.map((label) => [label]),
          { stratify: true },
        ),
      /^y\[0\]: expected a whole number/,
    ],
    [
      'several values to stratify by',
      () => trainTestSplit(y, x, { stratify: true }),
      /^stratify: expected y with one class index per row/,
    ],
    [
      'numbers to stratify by',
      () => trainTestSplit(y, [0.5, 1, 2, 3], { stratify: true }),
      /^y\[0\]: expected a whole number ≥ 0, got 0.5$/,
    ],
    [
      'classes of one row',
      () => trainTestSplit([1, 2], [0, 1], { stratify: true }),
      /^stratify: expected a class of two rows/,
    ],
    [
      'stratify',
      () => trainTestSplit(y, y, { stratify: untyped(1) }),
      /^stratify: expected true or false, got 1$/,
    ],
    ['seed', () => trainTestSplit(y, y, { seed: 0.5 }), /^seed: /],
    ['an option', () => trainTestSplit(y, y, untyped({ size: 1 })), /^options\.size: unknown option/],
  ])('refuses a wrong %s', (_, run, message) => expect(run).toThrow(message));
});

describe('kFold', () => {
  const folded = fc.integer({ min: 2, max: 12 });

  it('tests on each row once and trains on all others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 90 }), folded, seeds, (rows, folds, seed) => {
        fc.pre(folds <= rows);
        const parts = kFold(rows, { folds, seed });
        expect(parts).toHaveLength(folds);
        expect(ascending(parts.flatMap(({ test }) => [...test]))).toEqual(upTo(rows));
        for (const { train, test } of parts) expect(ascending([...train, ...test])).toEqual(upTo(rows));
        expect(spread(parts.map(({ test }) => test.length))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('spreads every class and all rows evenly over the folds if it is stratified', () => {
    fc.assert(
      fc.property(labels, folded, seeds, (y, folds, seed) => {
        fc.pre([...labelled(y)].some((label) => countOf(label, y) >= folds));
        const parts = kFold(y, { folds, seed, stratify: true });
        expect(ascending(parts.flatMap(({ test }) => [...test]))).toEqual(upTo(y.length));
        expect(spread(parts.map(({ test }) => test.length))).toBeLessThanOrEqual(1);
        for (const label of labelled(y)) {
          expect(spread(parts.map(({ test }) => countOf(label, y, test)))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('follows from the seed, and shuffles', () => {
    expect(kFold(iris.y, { seed: 1 })).toEqual(kFold(150, { seed: 1 }));
    expect(kFold(150, { seed: 2 })).not.toEqual(kFold(150, { seed: 1 }));
    const { test } = kFold(150)[0]!;
    expect([...test]).not.toEqual(ascending(test));
  });

  it.each<[what: string, run: () => unknown, message: RegExp]>([
    ['one fold', () => kFold(10, { folds: 1 }), /^folds: expected a whole number ≥ 2, got 1$/],
    ['more folds than rows', () => kFold(4), /^folds: expected at most 4, the rows, got 5$/],
    [
      'more folds than rows of any class',
      () => kFold([0, 0, 0, 1, 1], { folds: 4, stratify: true }),
      /^folds: expected at most 3, the rows of the largest class, got 4$/,
    ],
    [
      'no classes',
      () => kFold(10, { stratify: true }),
      /^stratify: expected y with one class index per row, got 10$/,
    ],
    ['no rows', () => kFold(untyped<number>('10')), /^y: expected a typed array .*got '10'$/],
    ['half a row', () => kFold(9.5), /^y: expected a whole number/],
    ['an unknown option', () => kFold(9, untyped({ k: 3 })), /^options\.k: unknown option/],
  ])('refuses %s', (_, run, message) => expect(run).toThrow(message));
});

describe('take', () => {
  it('gathers rows in the order asked for, as often as asked for', () => {
    expect(take(Int16Array.of(1, 2, 3, 4, 5, 6), [2, 0, 2], 2)).toEqual(Int16Array.of(5, 6, 1, 2, 5, 6));
    expect(take(['a', 'b', 'c'], Uint32Array.of(1, 1))).toEqual(['b', 'b']);
    expect(take(new Float64Array(0), [])).toEqual(new Float64Array(0));
  });

  it('lends no view', () => {
    const x = Float32Array.of(1, 2);
    take(x, [0, 1])[0] = 9;
    expect(x[0]).toBe(1);
  });

  it.each<[what: string, run: () => unknown, message: RegExp]>([
    ['an index beyond', () => take([1, 2], [0, 2]), /^indices\[1\]: expected a row from 0 to 1, got 2$/],
    ['a negative index', () => take([1, 2], [-1]), /^indices\[0\]: expected a whole number ≥ 0, got -1$/],
    ['no indices', () => take([1, 2], untyped(1)), /^indices: expected an array of row numbers, got 1$/],
    ['columns of an array', () => take([1, 2], [0], 2), /^columns: only a typed array has them/],
    [
      'a DataView',
      () => take(untyped<number[]>(new DataView(new ArrayBuffer(2))), [0]),
      /^x: expected a typed array/,
    ],
  ])('refuses %s', (_, run, message) => expect(run).toThrow(message));

  it('refuses half a row', () => {
    expect(() => take(new Float32Array(5), [0], 2)).toThrow(
      new ShapeError('x: 5 values are not rows of 2', { argument: 'x' }),
    );
  });
});

describe('oneHot', () => {
  it('has a 1 in the column of the class', () => {
    expect(oneHot([1, 0, 2])).toEqual(Float32Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1));
    expect(oneHot(Uint8Array.of(1), 3)).toEqual(Float32Array.of(0, 1, 0));
    expect(oneHot([])).toEqual(new Float32Array(0));
  });

  it.each<[what: string, run: () => unknown, message: RegExp]>([
    [
      'a class beyond',
      () => oneHot([0, 3, 1], 3),
      /^classes\[1\]: expected a class index from 0 to 2, got 3$/,
    ],
    ['half a class', () => oneHot([0.5]), /^classes\[0\]: expected a whole number ≥ 0, got 0.5$/],
    ['text', () => oneHot(untyped(['1'])), /^classes\[0\]: expected a whole number ≥ 0, got '1'$/],
    ['a hole', () => oneHot(new Array(1)), /^classes\[0\]: expected a whole number ≥ 0, got undefined$/],
    ['no array', () => oneHot(untyped('12')), /^classes: expected an array of class indices, got '12'$/],
    ['no columns', () => oneHot([], 0), /^count: expected a whole number ≥ 1, got 0$/],
  ])('refuses %s', (_, run, message) => expect(run).toThrow(message));
});
