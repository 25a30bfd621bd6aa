/** Tests of the rows of a table that train, validate and test. */
import { describe, expect, it } from 'vitest';
import { divide } from '../../src/cli/task/division.js';
import { timeOrder } from '../../src/cli/task/time-order.js';
import { readCsv } from '../../src/data/index.js';
import { Rng } from '../../src/index.js';

const options = { rows: 103, validation: 0.2, test: 0, networks: 5, seed: 3 };
const all = Array.from({ length: 103 }, (_, r) => r);
const sorted = (...parts: Uint32Array[]) => parts.flatMap((part) => [...part]).sort((a, b) => a - b);

describe('at random', () => {
  it('five networks with a fifth each validate on every row once and train on the others', () => {
    const { folds, test } = divide(options);
    expect(test).toHaveLength(0);
    expect(sorted(...folds.map(({ validation }) => validation))).toEqual(all);
    for (const { train, validation } of folds) {
      expect(sorted(train, validation)).toEqual(all);
      expect(Math.abs(validation.length - 20.6)).toBeLessThan(1);
    }
  });

  it('more networks than parts wrap around', () => {
    const { folds } = divide({ ...options, networks: 7 });
    const validated = sorted(...folds.slice(5).map(({ validation }) => validation));
    expect(validated).toEqual(sorted(...folds.slice(0, 2).map(({ validation }) => validation)));
  });

  it('test rows are in no fold, and their number follows the share', () => {
    const { folds, test } = divide({ ...options, test: 0.3 });
    expect(test).toHaveLength(31);
    for (const { train, validation } of folds) expect(sorted(train, validation, test)).toEqual(all);
  });

  it('the division follows only the seed', () => {
    expect(divide(options)).toEqual(divide(options));
    expect(divide(options)).not.toEqual(divide({ ...options, seed: 4 }));
  });

  it('each part has its share of every class, and every class is trained on', () => {
    const uniform = new Rng(8).uniform(1000);
    // Class 2 has two rows, class 3 has one.
    const classes = Array.from(uniform, (u, r) => (r < 2 ? 2 : r === 2 ? 3 : Number(u < 0.1)));
    const rows = classes.length;
    const count = (part: Uint32Array, label: number) => [...part].filter((r) => classes[r] === label).length;
    const rare = classes.filter((label) => label === 1).length;
    const { folds, test } = divide({ rows, classes, validation: 0.25, test: 0.2, networks: 4, seed: 1 });
    expect(Math.abs(count(test, 1) - 0.2 * rare)).toBeLessThanOrEqual(1);
    for (const { train, validation } of folds) {
      expect(Math.abs(count(validation, 1) - 0.2 * rare)).toBeLessThanOrEqual(2);
      const known = new Set([...train].map((r) => classes[r]));
      expect([...validation].every((r) => known.has(classes[r]))).toBe(true);
    }
  });

  it('without validation every network has all rows', () => {
    for (const { train, validation } of divide({ ...options, validation: 0 }).folds) {
      expect([sorted(train), validation.length]).toEqual([all, 0]);
    }
  });

  it('a single row cannot be divided', () => {
    expect(() => divide({ ...options, rows: 1 })).toThrow(/^validation: expected two rows to divide, got 1$/);
    expect(() => divide({ ...options, rows: 8, test: 0.999 })).toThrow(
      /^test: 7 of 8 rows leave 1, where training and validation need two; take a smaller share/,
    );
  });
});

describe('in the order of time', () => {
  it('the last rows test and those before them validate, for each network', () => {
    const order = Uint32Array.from({ length: 10 }, (_, r) => 9 - r);
    const { folds, test } = divide({ ...options, rows: 10, order, test: 0.2, validation: 0.25, networks: 2 });
    expect([...test]).toEqual([1, 0]);
    for (const { train, validation } of folds) {
      expect([...train]).toEqual([9, 8, 7, 6, 5, 4]);
      expect([...validation]).toEqual([3, 2]);
    }
  });

  const table = (dates: string[]) =>
    readCsv(['a,when,y', ...dates.map((date, r) => `${r % 3},${date},${r % 2}`)].join('\n'), { target: 'y' });
  const days = ['2020-01-01', '2020-01-02', '2020-01-02', '2020-02-01', '2021-01-01'];

  it('the order is that of a column of dates by which the table is sorted, up or down', () => {
    expect(timeOrder(table(days))).toEqual({ rows: Uint32Array.of(0, 1, 2, 3, 4), column: 'when' });
    expect(timeOrder(table([...days].reverse()))!.rows).toEqual(Uint32Array.of(4, 3, 2, 1, 0));
  });

  it('there is no order for unsorted dates, for a single date, and without dates', () => {
    expect(timeOrder(table(['2020-05-01', ...days]))).toBeUndefined();
    expect(timeOrder(table(days.map(() => days[0]!)))).toBeUndefined();
    expect(timeOrder(table(days.map((_, r) => String(r * r))))).toBeUndefined();
  });
});
