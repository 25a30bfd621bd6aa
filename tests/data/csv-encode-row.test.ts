/** Tests of encoding one row at a time: the same x as from a table, and errors that name the feature. */
import { describe, expect, it } from 'vitest';
import { type CsvColumns, type CsvValue, encodeRow, readCsv } from '../../src/data/index.js';
import { NonFiniteError } from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const text = `area,kind,built,floor area,open,price
120,flat,1990-05-01,3,06:00,1
80,house,2001-02-14,4,18:30,2
,flat,1985-11-30,,12:00,3
`;
const houses = readCsv(text, { target: 'price', onMissing: 'indicator' });
const { columns, inputSize } = houses;
const row = { area: 120, kind: 'flat', built: '1990-05-01', 'floor area': 3, open: '06:00' };

describe('encodeRow', () => {
  it('gives the x of a table of rows, for texts and numbers, also with columns from JSON', () => {
    const like = JSON.parse(JSON.stringify(columns)) as CsvColumns;
    const rows: Record<string, CsvValue>[] = [
      row,
      { open: '18:30', built: '2001-02-14', kind: ' house ', area: ' 80 ', 'floor area': '4.0', more: 'x' },
      {
        area: null,
        kind: 'flat',
        built: new Date(Date.UTC(1985, 10, 30)),
        'floor area': 'NA',
        open: new Date(Date.UTC(2020, 1, 1, 12)),
      },
    ];
    for (const [r, one] of rows.entries()) {
      const expected = houses.x.slice(r * inputSize, (r + 1) * inputSize);
      expect(encodeRow(columns, one)).toEqual(expected);
      expect(encodeRow(like, one)).toEqual(expected);
    }
  });

  it('reads texts as the table was read', () => {
    const german = readCsv('a;b\n1.000,5;10%\n2,5;20%\n', { decimal: ',', thousands: '.', percent: true });
    expect(encodeRow(german.columns, { a: '1.234,5', b: '5%' })).toEqual(Float64Array.of(1234.5, 0.05));
    expect(encodeRow(german.columns, { a: 0.5, b: 1 })).toEqual(Float64Array.of(0.5, 1));
  });

  it('takes numbers and booleans as the categories that their text names', () => {
    const table = readCsv('c,d,n\n4,true,1\n6,false,2\n', { columns: { c: 'category' } });
    expect(encodeRow(table.columns, { c: 6, d: true, n: 3 })).toEqual(Float64Array.of(0, 1, 0, 1, 3));
  });

  it.each<[what: string, row: Record<string, unknown>, Kind: unknown, message: string]>([
    [
      'no feature',
      { ...row, area: undefined, aera: 1 },
      TypeError,
      "row: expected a value for 'area', got none; null says that it is missing; did you mean 'aera'? It has: kind, built, floor area, open, aera",
    ],
    [
      'an empty row',
      {},
      TypeError,
      "row: expected a value for 'area', got none; null says that it is missing",
    ],
    ['no number', { ...row, area: 'big' }, RangeError, "row.area: expected a number, got 'big'"],
    ['a truth', { ...row, 'floor area': true }, RangeError, "row['floor area']: expected a number, got true"],
    ['an object', { ...row, area: {} }, RangeError, 'row.area: expected a number, got an object (Object)'],
    ['NaN', { ...row, area: Number.NaN }, NonFiniteError, 'row.area: expected a finite number, got NaN'],
    [
      'infinite text',
      { ...row, area: '-inf' },
      NonFiniteError,
      "row.area: expected a finite number, got '-inf'",
    ],
    [
      'no category',
      { ...row, kind: 'falt' },
      RangeError,
      "row.kind: unknown category 'falt'; did you mean 'flat'? Known: flat, house; onUnknown: 'zeros' reads it as none of them",
    ],
    [
      'no date',
      { ...row, built: 'May' },
      RangeError,
      "row.built: expected a Date or a date, year-month-day, got 'May'",
    ],
    [
      'a number for a date',
      { ...row, built: 1990 },
      RangeError,
      'row.built: expected a Date or a date, year-month-day, got 1990',
    ],
    [
      'no Date',
      { ...row, built: new Date('x') },
      RangeError,
      'row.built: expected a Date or a date, year-month-day, got an object (Date)',
    ],
  ])('names the feature: %s', (_, given, Kind, message) => {
    const encode = () => encodeRow(columns, untyped<Record<string, CsvValue>>(given));
    expect(encode).toThrow(message);
    expect(encode).toThrow(Kind as ErrorConstructor);
  });

  it.each<[run: () => unknown, message: RegExp]>([
    [() => encodeRow(untyped<CsvColumns>(houses), row), /^columns\.\w+: unknown option/],
    [
      () => encodeRow(columns, untyped<typeof row>([1, 2])),
      /^row: expected an object with a value for each feature, got Array of 2/,
    ],
    [() => encodeRow(columns, untyped<typeof row>(null)), /^row: expected an object .*, got null/],
    [() => encodeRow(columns, row, untyped({ onMising: 'mean' })), /^options\.onMising: unknown option/],
    [() => encodeRow(columns, row, untyped({ onUnknown: 'skip' })), /^onUnknown: unknown name 'skip'/],
  ])('checks its arguments %#', (run, message) => {
    expect(run).toThrow(message);
  });

  it('fills missing and unknown values as the columns or the options say', () => {
    const plain = readCsv('n,c\n1,x\n2,x\n6,y\n').columns;
    expect(() => encodeRow(plain, { n: null, c: 'x' })).toThrow(
      "row.n: expected a value, got null; onMissing: 'mean' fills it as in training",
    );
    expect(() => encodeRow(plain, { n: 1, c: ' ' })).toThrow("row.c: expected a value, got ' '");
    expect(encodeRow(plain, { n: null, c: '' }, { onMissing: 'mean' })).toEqual(Float64Array.of(3, 1, 0));
    expect(() => encodeRow(plain, { n: null, c: '' }, { onMissing: 'median' })).toThrow(
      /^row\.n: .*'median' was not learnt/,
    );
    expect(encodeRow(plain, { n: 4, c: 'z' }, { onUnknown: 'zeros' })).toEqual(Float64Array.of(4, 0, 0));
    const pooled = readCsv('c\na\na\na\nb\nd\n', { header: true, maxCategories: 1 });
    expect(encodeRow(pooled.columns, { c: 'b' })).toEqual(Float64Array.of(0, 1));
  });

  it('has features of any name', () => {
    const { columns: odd } = readCsv('__proto__,constructor\n1,2\n3,4\n');
    expect(encodeRow(odd, JSON.parse('{"__proto__": 5, "constructor": 6}'))).toEqual(Float64Array.of(5, 6));
    expect(() => encodeRow(odd, { a: 1 })).toThrow(/^row: expected a value for '__proto__', got none/);
  });
});
