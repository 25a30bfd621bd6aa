/** Tests of digits that are no quantities: dates without marks between their parts, and codes with leading zeros. */
import { describe, expect, it } from 'vitest';
import { encodeRow, readCsv } from '../../src/data/index.js';

const column = (name: string, cells: readonly string[]) =>
  `${name},a\n${cells.map((cell, i) => `${cell},${i % 3}`).join('\n')}\n`;
const DAY_MS = 86_400_000;

describe('dates without marks', () => {
  it.each<[what: string, name: string, cells: string[], day: number]>([
    ['year, month and day', 'date', ['20240131', '20240201'], Date.UTC(2024, 0, 31)],
    ['the same in a column of any name', 'x', ['20240131', '20240201'], Date.UTC(2024, 0, 31)],
    ['floats of pandas', 'date', ['20240131.0', '20240201.0'], Date.UTC(2024, 0, 31)],
    ['day first', 'd', ['31012024', '01022024'], Date.UTC(2024, 0, 31)],
    ['month first', 'd', ['01312024', '02012024'], Date.UTC(2024, 0, 31)],
    ['months', 'month', ['202401', '202402'], Date.UTC(2024, 0, 1)],
    ['with a time', 't', ['202401310600', '202402010600'], Date.UTC(2024, 0, 31, 6)],
    ['with seconds', 't', ['20240131060000', '20240201060000'], Date.UTC(2024, 0, 31, 6)],
    ['ISO basic', 't', ['20240131T060000Z', '20240201T0600'], Date.UTC(2024, 0, 31, 6)],
    ['with a clock', 't', ['20240131 06:00', '20240201 6:00 pm'], Date.UTC(2024, 0, 31, 6)],
  ])('are days: %s', (_, name, cells, day) => {
    const { x, columns, notes } = readCsv(column(name, cells));
    expect(columns.features[0]?.kind).toBe('date');
    expect(x[0]).toBe(day / DAY_MS);
    expect(notes[0]?.text).toMatch(/^column '.*' is read as dates, /);
  });

  it('say how to read them as numbers, if they are only digits', () => {
    const text = column('d', ['20240131', '20240201']);
    expect(readCsv(text).notes.map((note) => note.text)).toEqual([
      "column 'd' is read as dates, year-month-day; columns: { d: 'numeric' } reads numbers",
    ]);
    expect(readCsv(text, { columns: { d: 'numeric' } }).x).toEqual(Float64Array.of(20240131, 0, 20240201, 1));
    expect(readCsv(column('d', ['2024-01-31'])).notes[0]?.text).toBe(
      "column 'd' is read as dates, year-month-day",
    );
  });

  it('make an odd cell an error, and a missing one a gap', () => {
    const days = Array.from({ length: 19 }, (_, i) => String(20240101 + i));
    expect(() => readCsv(column('d', [...days, '20240230']))).toThrow(
      /^text: line 21, column 'd': expected a date, year-month-day, got '20240230'/,
    );
    const { columns, x } = readCsv(column('d', [...days, 'NA']), { onMissing: 'mean' });
    expect(columns.features[0]?.kind).toBe('date');
    // The mean of 1 to 19 January is the 10th.
    expect(x.at(-6)).toBeCloseTo(Date.UTC(2024, 0, 10) / DAY_MS, 6);
  });

  it('are numbers, with a note, if they are less than nine tenths of the numbers', () => {
    const days = Array.from({ length: 16 }, (_, i) => String(20240101 + i));
    expect(readCsv(column('d', [...days, '0', '0', '0', '0'])).notes.map((note) => note.text)).toEqual([
      "column 'd' is read as numbers, though 80 % of its cells are dates; columns: { d: 'date' } tells which are not",
    ]);
    expect(readCsv(column('d', [...days.slice(0, 8), ...Array(12).fill('0')])).notes).toEqual([]);
  });

  it('cannot be the target, as other dates cannot', () => {
    expect(() => readCsv(column('d', ['20240131', '20240201']), { target: 'd' })).toThrow(
      /^text: expected numbers or classes in the target column 'd', got dates such as '20240131'; columns: \{ d: 'numeric' \} reads numbers$/,
    );
    const numbers = readCsv(column('d', ['20240131', '20240201']), {
      target: 'd',
      columns: { d: 'numeric' },
    });
    expect(numbers.y).toEqual(Float64Array.of(20240131, 20240201));
  });

  it('may be written with marks in later tables, and be numbers of a row', () => {
    const like = readCsv(column('d', ['20240131', '20240201']));
    expect(readCsv('d,a\n2024-02-01,7\n', { like }).x).toEqual(readCsv('d,a\n20240201,7\n', { like }).x);
    const expected = readCsv('d,a\n20240201,7\n', { like }).x;
    expect(encodeRow(like.columns, { d: 20240201, a: 7 })).toEqual(expected);
    expect(encodeRow(like.columns, { d: '20240201', a: 7 })).toEqual(expected);
    expect(() => encodeRow(like.columns, { d: 20240230, a: 7 })).toThrow(
      /^row\.d: expected a Date or a date, year-month-day, got 20240230/,
    );
  });

  it.each<[what: string, name: string, cells: string[]]>([
    ['amounts', 'x', ['20240131', '34567890', '10203040']],
    ['a day that does not exist', 'date', ['20240132', '20240199']],
    ['years', 'year', ['2020', '2021']],
    ['six digits without a name of dates', 'price', ['202401', '202402']],
    ['fractions', 'x', ['20240131.5', '20240201.5']],
    ['other centuries', 'x', ['30240131', '30240201']],
    ['signs', 'x', ['-20240131', '-20240201']],
  ])('are not %s', (_, name, cells) => {
    expect(readCsv(column(name, cells)).columns.features[0]?.kind).toBe('numeric');
  });
});

describe('codes with leading zeros', () => {
  const zips = ['02134', '10001', '02134', '90210', '10001', '00501'];

  it('are categories that keep their zeros, with a note', () => {
    const { featureNames, notes, x, inputSize, columns } = readCsv(column('zip', zips));
    expect(featureNames).toEqual(['zip=00501', 'zip=02134', 'zip=10001', 'zip=90210', 'a']);
    expect([...x.slice(5 * inputSize)]).toEqual([1, 0, 0, 0, 2]);
    expect(notes).toEqual([
      {
        about: 'categories',
        column: 'zip',
        text: "column 'zip' is read as categories, because its numbers begin with zeros, such as '02134'; columns: { zip: 'numeric' } reads numbers",
      },
    ]);
    expect(encodeRow(columns, { zip: '02134', a: 1 })).toEqual(Float64Array.of(0, 1, 0, 0, 1));
    expect(readCsv(column('zip', zips), { columns: { zip: 'numeric' } }).x[0]).toBe(2134);
  });

  it.each<[what: string, cells: string[]]>([
    ['of one width', ['01', '56', '12']],
    ['of several widths, most with a zero', ['007', '0012', '042', '9']],
    ['beside a missing cell', ['01', '', '12', 'NA']],
    ['zeros alone', ['00', '01', '10']],
  ])('are categories: %s', (_, cells) => {
    const table = readCsv(column('c', cells), { onMissing: 'category' });
    expect(table.columns.features[0]?.kind).toBe('category');
  });

  it('are classes of a target', () => {
    const { classNames } = readCsv(column('zip', zips), { target: 'zip' });
    expect(classNames).toEqual(['00501', '02134', '10001', '90210']);
  });

  it('are identifiers if they differ in nearly every row', () => {
    const cells = Array.from({ length: 20 }, (_, i) => String(7 * i).padStart(5, '0'));
    expect(readCsv(column('c', cells)).notes.map((note) => note.text)).toEqual([
      "column 'c' is ignored: it has 20 different values in 20 rows, because its numbers begin with zeros, such as '00000'; columns: { c: 'numeric' } reads numbers",
    ]);
    expect(() => readCsv(column('c', cells), { target: 'c' })).toThrow(
      /target column 'c', got 20 different values in 20 rows, such as '00000', '00007'; columns: \{ c: 'numeric' \} reads numbers$/,
    );
  });

  it('are numbers, with a note, if they are few among numbers of any width', () => {
    const { x, notes } = readCsv(column('n', ['7', '07', '112', '9']));
    expect([x[0], x[2], x[4]]).toEqual([7, 7, 112]);
    expect(notes.map((note) => note.text)).toEqual([
      "column 'n': numbers lose their leading zeros, so that '07' is 7; columns: { n: 'category' } keeps them",
    ]);
  });

  it.each(['month', 'Hour', 'day_of_week', 'age'])(
    'are quantities if they have two digits in a column called %s',
    (name) => {
      const { x, notes } = readCsv(column(name, ['01', '07', '12']));
      expect([x[0], x[2], x[4]]).toEqual([1, 7, 12]);
      expect(notes[0]?.text).toMatch(/numbers lose their leading zeros, so that '01' is 1;/);
      expect(readCsv(column(name, ['001', '007'])).columns.features[0]?.kind).toBe('category');
    },
  );

  it.each<[what: string, cells: string[]]>([
    ['fractions', ['0.5', '00.5', '01.5']],
    ['zero itself', ['0', '1', '0']],
    ['signs', ['-05', '+07', '-12']],
  ])('are not %s', (_, cells) => {
    const { columns, notes } = readCsv(column('n', cells));
    expect([columns.features[0]?.kind, notes]).toEqual(['numeric', []]);
  });
});
