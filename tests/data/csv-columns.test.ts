/** Tests of the kinds of columns, and of their descriptions, which may come from a hostile file. */
import { describe, expect, it } from 'vitest';
import { type CsvColumns, type CsvOptions, readCsv } from '../../src/data/index.js';
import { untyped } from '../support/refusals.js';

const lines = (head: string, count: number, row: (i: number) => string) =>
  `${head}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`;

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

describe('dates', () => {
  const year = 2 * Math.PI;
  const circle = (turn: number) => [Math.sin(year * turn), Math.cos(year * turn)];

  it('become days since 1970 and places on the circles of year and week', () => {
    // The year 2001 has 365 days and began on a Monday; 2 July is the 183rd day, half a year after noon.
    const { x, featureNames, notes } = readCsv('d,a\n2001-01-01,1\n2001-07-02,2\n');
    expect(featureNames).toEqual([
      'd',
      'd (year, sine)',
      'd (year, cosine)',
      'd (week, sine)',
      'd (week, cosine)',
      'a',
    ]);
    const expected = [11323, ...circle(0), ...circle(0), 1, 11505, ...circle(182 / 365), ...circle(0), 2];
    expect(x).toHaveLength(expected.length);
    for (const [i, value] of x.entries()) expect(value).toBeCloseTo(expected[i]!, 12);
    expect(notes).toEqual([
      { about: 'dates', column: 'd', text: "column 'd' is read as dates, year-month-day" },
    ]);
  });

  it('have a circle of the day if there are times', () => {
    const { x, featureNames } = readCsv(
      'd\n2001-01-01 06:00\n2001-01-01T18:00:00Z\n2001-01-01 00:00:00.5+01:00\n',
    );
    expect(featureNames.slice(-2)).toEqual(['d (day, sine)', 'd (day, cosine)']);
    expect([x[5], x[12]].map((value) => Math.round(value! * 1e9) / 1e9)).toEqual([1, -1]);
    expect(x[14]).toBeCloseTo(11323 - 1 / 24 + 0.5 / 86400, 9);
  });

  // Each cell is 4 March 2005, or its month: 12846 days after 1 January 1970.
  it.each([
    ['2005-03-04', 12846],
    ['2005/3/4', 12846],
    ['2005.03.04', 12846],
    ['3/4/2005', 12846],
    ['3/4/05', 12846],
    ['04.03.2005', 12846],
    ['4-Mar-05', 12846],
    ['4 March 2005', 12846],
    ['Mar 4, 2005', 12846],
    ['Mar 4 2005', 12846],
    ['Fri, 4 Mar 2005', 12846],
    ['2005-03', 12843],
    ['Mar 2005', 12843],
    ['Mar-05', 12843],
    ['2005-03-04T12:00:00Z', 12846.5],
    ['3/4/2005 12:00 PM', 12846.5],
    ['Fri, 4 Mar 2005 12:00:00 GMT', 12846.5],
    ['06:00', 0.25],
    ['6:00 pm', 0.75],
  ])('may be written %s', (cell, days) => {
    const { x, columns } = readCsv(`d;a\n"${cell}";1\n`);
    expect(columns.features[0]?.kind).toBe('date');
    expect(x[0]).toBe(days);
  });

  it('are day first or month first by what fits all of them, else by the option, and a note states any doubt', () => {
    expect(readCsv('d,a\n3/4/2005,1\n13/4/2005,1\n').x[0]).toBe(12876);
    expect(readCsv('d,a\n3/4/2005,1\n3/14/2005,1\n').x[0]).toBe(12846);
    const open = readCsv('d,a\n3/4/2005,1\n5/6/2005,1\n');
    expect(open.x[0]).toBe(12846);
    expect(open.notes[0]?.text).toBe(
      "column 'd' is read as dates, month-day-year; the dates fit both orders, and dayFirst: true reads them as day-month-year",
    );
    expect(readCsv('d,a\n3/4/2005,1\n5/6/2005,1\n', { dayFirst: true }).x[0]).toBe(12876);
  });

  it('keep their format for later tables', () => {
    const first = readCsv('d,a\n13/4/2005,1\n');
    const like = { columns: JSON.parse(JSON.stringify(first.columns)) };
    expect(readCsv('d,a\n3/4/2005,1\n', { like }).x[0]).toBe(12876);
    expect(() => readCsv('d,a\n3/14/2005,1\n', { like })).toThrow(
      /expected a date, day-month-year, got '3\/14\/2005'/,
    );
  });

  it.each(['2005-02-29', '1.2.34', '1-2-34', '2005-13-01', '10:60', '12 monkeys 1995', '2001-01-01x', '1/2'])(
    'are not %s',
    (cell) => {
      expect(readCsv(`d,a\n${cell},1\n`).columns.features[0]?.kind).toBe('category');
    },
  );

  it('make an odd cell an error', () => {
    const text = lines('d,a', 19, (i) => `2001-01-${String(i + 10)},1`);
    expect(() => readCsv(`${text}soon,1\n`)).toThrow(
      /column 'd': expected a date, year-month-day, got 'soon'; add it to `missing`/,
    );
  });

  it('name the line of the odd cell, not of the first date', () => {
    const text = lines('d,a', 19, (i) => `2001-01-${String(i + 10)},1`);
    expect(() => readCsv(`${text}2001-02-30,1\n`, { name: 'days.csv' })).toThrow(
      /^days\.csv: line 21, column 'd': expected a date, year-month-day, got '2001-02-30'/,
    );
    expect(() => readCsv(`${text}soon,1\n`, { columns: { d: 'date' } })).toThrow(/^text: line 21,/);
  });

  it('are categories, with a note, if they are less than nine tenths of the cells', () => {
    const text = lines('d,a', 20, (i) => `${i % 5 === 0 ? 'soon' : `2001-01-1${i % 4}`},1`);
    const { columns, notes } = readCsv(text);
    expect(columns.features[0]?.kind).toBe('category');
    expect(notes.map((note) => note.text)).toEqual([
      "column 'd' is read as categories, though 80 % of its cells are dates; columns: { d: 'date' } tells which are not",
    ]);
    expect(() => readCsv(text, { columns: { d: 'date' } })).toThrow(
      "text: line 2, column 'd': expected a date, year-month-day, got 'soon'; add it to `missing` if it stands for no value, or set columns: { d: 'category' } if the column is text",
    );
    const mixed = lines('d,a', 20, (i) => `${i % 4 === 0 ? i : `2001-01-1${i % 4}`},1`);
    expect(readCsv(mixed).notes[0]?.text).toMatch(/though 75 % of its cells are dates/);
    const fewer = lines('d,a', 20, (i) => `${i % 5 < 3 ? 'soon' : `2001-01-1${i % 4}`},1`);
    expect(readCsv(fewer).notes).toEqual([]);
  });

  it.each([
    ['whole numbers', '12', "; columns: { d: 'numeric' } reads numbers"],
    ['fractions', '1.5', "; columns: { d: 'numeric' } reads numbers"],
    ['words', 'soon', ''],
  ])(
    'are an error with the first cell if the option asks for them and no cell is one: %s',
    (_, cell, help) => {
      expect(() =>
        readCsv(`d,a\n,1\n${cell},2\n3,4\n`.replace('3,4', cell === 'soon' ? 'late,4' : '3,4'), {
          columns: { d: 'date' },
          onMissing: 'mean',
        }),
      ).toThrow(
        `text: line 3, column 'd': expected a date, such as 2005-03-14, 3/14/2005 or 14-Mar-05, got '${cell}'${help}`,
      );
    },
  );

  it('follow the order of day and month that the options of a later table give', () => {
    const like = readCsv('d,a\n3/4/2005,1\n13/4/2005,2\n');
    const later = 'd,a\n4/3/2005,1\n';
    const day = (options: CsvOptions) => readCsv(later, { like, ...options }).x[0];
    expect(day({})).toBe(Date.UTC(2005, 2, 4) / 86_400_000);
    expect(day({ dayFirst: true })).toBe(Date.UTC(2005, 2, 4) / 86_400_000);
    expect(day({ dayFirst: false })).toBe(Date.UTC(2005, 3, 3) / 86_400_000);
  });

  it('cannot be the target, except as categories', () => {
    const text = 'd,a\n2001-01-01,1\n2002-01-01,2\n';
    expect(() => readCsv(text, { target: 'd' })).toThrow(/target column 'd', got dates such as '2001-01-01'/);
    expect(() => readCsv(text, { target: 'd', columns: { d: 'date' } })).toThrow(
      /^columns\.d: expected numeric or category for the target 'd', got date$/,
    );
    expect(readCsv(text, { target: 'd', columns: { d: 'category' } }).classNames).toHaveLength(2);
  });
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
