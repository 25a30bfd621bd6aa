/** Tests of the kinds of columns, and of their descriptions, which may come from a hostile file. */
import { describe, expect, it } from 'vitest';
import { type CsvColumns, type CsvOptions, readCsv } from '../../src/data/index.js';
import { untyped } from '../support/refusals.js';
import { lines } from '../support/tables.js';

describe('identifiers', () => {
  it('are ignored with a note: as many texts as rows', () => {
    const { featureNames, notes } = readCsv(lines('name,a', 20, (i) => `Ann ${i},${i % 3}`));
    expect(featureNames).toEqual(['a']);
    expect(notes).toEqual([
      {
        about: 'ignored',
        column: 'name',
        text: "column 'name' is ignored: it has 20 different values in 20 rows; columns: { name: 'category' } keeps it",
      },
    ]);
  });

  it.each(['id', 'ID', 'Id', 'user_id', 'PassengerId', 'customerID', 'index', '', 'Unnamed: 0', 'No'])(
    'are distinct whole numbers in a column called %j',
    (name) => {
      const { featureNames, notes } = readCsv(lines(`${name},a`, 20, (i) => `${7 * i + 3},${i % 3}`));
      expect(featureNames).toEqual(['a']);
      expect(notes[0]?.text).toMatch(/is ignored: it holds a different whole number in each row/);
    },
  );

  it.each(['x', 'year', 'valid', 'paid', 'grid', 'width'])(
    'are not the numbers in a column called %s',
    (name) => {
      expect(readCsv(lines(`${name},a`, 20, (i) => `${i},${i % 3}`)).featureNames).toEqual([name, 'a']);
    },
  );

  it('are not ignored if values repeat, or if the options say so', () => {
    expect(readCsv(lines('id,a', 20, (i) => `${i >> 1},${i % 3}`)).featureNames).toEqual(['id', 'a']);
    expect(
      readCsv(
        lines('id,a', 20, (i) => `${i},1`),
        { columns: { id: 'numeric' } },
      ).featureNames,
    ).toEqual(['id', 'a']);
    const names = readCsv(
      lines('n,a', 20, (i) => `Ann ${i},1`),
      { columns: { n: 'category' } },
    );
    expect(names.inputSize).toBe(21);
  });

  it('cannot be the target', () => {
    expect(() =>
      readCsv(
        lines('name,a', 20, (i) => `Ann ${i},${i % 3}`),
        { target: 'name' },
      ),
    ).toThrow(
      "text: expected numbers or classes in the target column 'name', got 20 different values in 20 rows, such as 'Ann 0', 'Ann 1'",
    );
  });

  it('are refused as the only column, with the reason', () => {
    expect(() => readCsv(lines('name', 20, (i) => `Ann ${i}`))).toThrow(
      /expected a column to learn from, got none beside the target and ignored ones; column 'name' is ignored: it has 20/,
    );
  });
});

it('a note names a column that is ignored although most of its cells are numbers', () => {
  const text = lines('n,a', 40, (i) => `${i % 8 === 0 ? `w${i}` : i + 0.5},${i % 3}`);
  expect(readCsv(text).notes.map(({ text }) => text)).toEqual([
    "column 'n' is ignored: it has 40 different values in 40 rows, though 87 % of its cells are numbers; columns: { n: 'numeric' } tells which are not",
  ]);
});

describe('categories', () => {
  it('share a value beyond a hundred', () => {
    // The categories are c0 to c149; the first hundred occur twice.
    const { featureNames, notes, x, inputSize } = readCsv(
      lines('c,a', 250, (i) => `c${i < 150 ? i : i - 150},1`),
    );
    expect(featureNames).toHaveLength(102);
    expect(featureNames).toContain('c (other)');
    expect(featureNames).not.toContain('c=c120');
    expect(x[120 * inputSize + 100]).toBe(1);
    expect(notes[0]?.text).toMatch(
      /the 100 most frequent categories have a value each, 50 rarer ones share one/,
    );
  });

  it('are never pooled in a target', () => {
    const { classNames } = readCsv(
      lines('c,a', 300, (i) => `c${i % 150},1`),
      { target: 'c' },
    );
    expect(classNames).toHaveLength(150);
  });

  it('include numbers as the text they are', () => {
    expect(readCsv('c,d\n1.0,x\n1,2\nx,2.0\ny,y\n').featureNames).toEqual([
      'c=1',
      'c=1.0',
      'c=x',
      'c=y',
      'd=2',
      'd=2.0',
      'd=x',
      'd=y',
    ]);
  });

  it('are shortened in messages if there are many', () => {
    const like = readCsv(lines('c,a', 300, (i) => `c${i % 100},1`));
    const message = () => readCsv('c,a\nzzz,1\n', { like });
    expect(message).toThrow(/Known: c0, c1, c10, .* and 88 more; onUnknown/);
    expect(() =>
      readCsv(`${Array.from({ length: 40 }, (_, i) => `n${i}`).join()}\n${'1,'.repeat(39)}1\n`, {
        target: 'm',
      }),
    ).toThrow(/^target: no column 'm' in text; did you mean 'n0'\? Known: n0, n1, .*, n11 and 28 more$/);
  });
});

describe('several targets', () => {
  const text = 'a,b,c,d\n1,2,yes,4\n5,6,no,8\n';

  it('are the columns of y, in the requested order', () => {
    const table = readCsv(text, { target: ['d', 'b'] });
    expect(table).toMatchObject({ y: Float64Array.of(4, 2, 8, 6), targetNames: ['d', 'b'] });
    expect(table.featureNames).toEqual(['a', 'c=no', 'c=yes']);
    expect(table.columns.targets.map(({ name }) => name)).toEqual(['d', 'b']);
    const again = readCsv('d,b,a,c\n1,2,3,no\n', {
      like: { columns: JSON.parse(JSON.stringify(table.columns)) },
    });
    expect(again).toMatchObject({ y: Float64Array.of(1, 2), targetNames: ['d', 'b'] });
  });

  it('may be categories of two, as 0 and 1', () => {
    const { y, notes } = readCsv(text, { target: ['c', 'b'] });
    expect(y).toEqual(Float64Array.of(1, 2, 0, 6));
    expect(notes.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^target 'c' is read as numbers: '.*' is 0, '.*' is 1$/),
    ]);
    expect(() => readCsv('a,b,c\n1,x,1\n2,y,2\n3,z,3\n', { target: ['b', 'c'] })).toThrow(
      /expected numbers or two categories in 'b', one of several targets, got 3 categories/,
    );
  });

  it.each<[target: unknown, message: RegExp]>([
    [[], /^target: expected names or numbers of columns, got Array of 0/],
    [['a', 'a'], /^target: expected different columns, got 'a' twice/],
    [['a', true], /^target: expected names or numbers of columns, got Array of 2/],
    [['a', 'x'], /^target: no column 'x' in text/],
    [['a', 'b', 'c', 'd'], /expected a column to learn from, got none/],
  ])('are checked: %j', (target, message) => {
    expect(() => readCsv(text, { target: untyped<string[]>(target) })).toThrow(message);
  });
});

describe('a description from JSON', () => {
  const numeric = { name: 'a', kind: 'numeric' };
  const category = { name: 'a', kind: 'category', categories: ['x', 'y'] };
  const date = { name: 'a', kind: 'date', format: 'year-month', parts: ['days'] };

  it.each<[what: string, columns: unknown, message: RegExp]>([
    ['no object', 7, /^like\.columns: expected an object, got 7/],
    ['an unknown part', { features: [numeric], extra: 1 }, /^like\.columns\.extra: unknown option/],
    [
      'no features',
      { features: {} },
      /^like\.columns\.features: expected at least one column, got an object/,
    ],
    ['a hole', { features: [null] }, /^like\.columns\.features\[0\]: expected an object, got null/],
    ['no name', { features: [{ kind: 'numeric' }] }, /features\[0\]\.name: expected a string, got undefined/],
    [
      'one name twice',
      { features: [numeric, category] },
      /^like\.columns: expected different names, got 'a' twice/,
    ],
    ['the target among features', { features: [numeric], target: numeric }, /got 'a' twice/],
    [
      'both kinds of targets',
      { features: [numeric], target: numeric, targets: [numeric] },
      /expected target or targets/,
    ],
    ['no targets', { features: [numeric], targets: [] }, /targets: expected at least one column/],
    [
      'an infinite mean',
      { features: [{ ...numeric, mean: null }] },
      /features\[0\]\.mean: expected a finite number, got null/,
    ],
    [
      'a text as mode',
      { features: [{ ...numeric, mode: '1' }] },
      /features\[0\]\.mode: expected a finite number/,
    ],
    [
      'an indicator of 1',
      { features: [{ ...numeric, indicator: 1 }] },
      /features\[0\]\.indicator: expected true, got 1/,
    ],
    [
      'categories of numbers',
      { features: [{ ...category, categories: [1] }] },
      /categories: expected different strings/,
    ],
    [
      'categories of a number',
      { features: [{ ...numeric, categories: ['x'] }] },
      /features\[0\]\.categories: unknown option/,
    ],
    [
      'a mode that is none',
      { features: [{ ...category, mode: 'z' }] },
      /features\[0\]\.mode: expected one of the categories, got 'z'/,
    ],
    [
      'a format that is none',
      { features: [{ ...date, format: 'ymd' }] },
      /features\[0\]\.format: unknown name 'ymd'/,
    ],
    ['no parts', { features: [{ ...date, parts: [] }] }, /features\[0\]\.parts: expected different parts/],
    [
      'parts twice',
      { features: [{ ...date, parts: ['days', 'days'] }] },
      /features\[0\]\.parts: expected different parts/,
    ],
    [
      'a part that is none',
      { features: [{ ...date, parts: ['century'] }] },
      /features\[0\]\.parts\[0\]: unknown name/,
    ],
    [
      'missing marks of numbers',
      { features: [numeric], reading: { missing: [1] } },
      /^like\.columns\.reading\.missing: expected an array of strings/,
    ],
    [
      'an unknown policy',
      { features: [numeric], reading: { onMissing: 'drop' } },
      /reading\.onMissing: unknown name 'drop'/,
    ],
    [
      'a reading with an option of files',
      { features: [numeric], reading: { name: 'x' } },
      /reading\.name: unknown option/,
    ],
  ])('is refused: %s', (_, columns, message) => {
    const like = { columns: untyped<CsvColumns>(columns) };
    expect(() => readCsv('a\n1\n', { like })).toThrow(message);
    expect(() => readCsv('a\n1\n', { like })).toThrow(TypeError);
  });

  it.each(['1', '', ',,', '-', 'e'])(
    'has a separator of thousands that is no part of a number: not %j',
    (thousands) => {
      const like = {
        columns: { features: [{ name: 'a', kind: 'numeric' as const }], reading: { thousands } },
      };
      expect(() => readCsv('a\n1\n', { like })).toThrow(
        /^like\.columns\.reading\.thousands: expected one character/,
      );
    },
  );

  it('survives a JSON round trip whatever it holds', () => {
    const text = 'n,c,d,e,t\n1,x,2001-01-01,5%,u\n2,y,2001-01-02,6%,v\n,,,,u\n3,x,2001-01-05,7%,v\n';
    const options: CsvOptions = { target: 't', percent: true, onMissing: 'indicator', onUnknown: 'zeros' };
    const { columns, x, y } = readCsv(text, { ...options, target: 't' });
    const like = { columns: JSON.parse(JSON.stringify(columns)) as typeof columns };
    expect(like.columns).toEqual(columns);
    expect(readCsv(text, { like })).toMatchObject({ x, y });
  });
});
