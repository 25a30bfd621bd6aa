/** Tests of columns of dates: which are recognized, and the numbers that they become. */
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '../../src/data/index.js';
import { lines } from '../support/tables.js';

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
