/** Tests of cells: numbers as people write them, missing marks, and the odd cell in a column of numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '../../src/data/index.js';
import { NonFiniteError } from '../../src/index.js';

/** Makes a column of nineteen numbers and one other cell, on line 12. */
function withOdd(cell: string): string {
  const cells = Array.from({ length: 19 }, (_, i) => `${i + 0.5}`);
  cells.splice(10, 0, `"${cell.replaceAll('"', '""')}"`);
  return `a,b\n${cells.map((text, i) => `${i},${text}`).join('\n')}\n`;
}

describe('a missing mark in a column of numbers', () => {
  // An earlier version made twenty categories of the column, even with `onMissing: 'skip'`.
  const marks =
    'N/A|n/a|nan|-nan|None|NULL|#N/A|<NA>|-|NaN|NA|null|?|.|--|-1.#IND|1.#QNAN|nA|NONE|\u00a0|\u202f ';
  it.each(marks.split('|'))('is missing: %j', (cell) => {
    expect(() => readCsv(withOdd(cell))).toThrow(/^text: line 12, column 'b': expected a value, got /);
    const skipped = readCsv(withOdd(cell), { onMissing: 'skip' });
    expect(skipped).toMatchObject({ rows: 19, skipped: 1, inputSize: 2, featureNames: ['a', 'b'] });
  });

  it('is missing in a numeric target, which stays numeric', () => {
    const { y, rows } = readCsv(withOdd('N/A'), { target: 'b', onMissing: 'mean' });
    expect(y).toBeInstanceOf(Float64Array);
    expect(rows).toBe(19);
  });

  it('is what the option lists, in upper or lower case, and nothing else', () => {
    const table = readCsv(withOdd('None'), { missing: ['none', '-999'], onMissing: 'skip' });
    expect(table.rows).toBe(19);
    expect(() => readCsv(withOdd('NA'), { missing: ['none'] })).toThrow(/expected a number, got 'NA'/);
    // A number may be a mark, too.
    expect(readCsv(withOdd('-999'), { missing: ['-999'], onMissing: 'skip' }).rows).toBe(19);
    expect(readCsv('a\n1\n-999\n', { missing: ['-999'], onMissing: 'mean' }).x).toEqual(
      Float64Array.of(1, 1),
    );
  });
});

describe('an odd cell in a column of which nine tenths are numbers', () => {
  it.each<[cell: string, help: string]>([
    ['10%', "percent: true reads such cells, or columns: { b: 'category' } if the column is text"],
    ['1,200', "thousands: ',' reads such cells, or columns: { b: 'category' } if the column is text"],
    ['$5', "currency: true reads such cells, or columns: { b: 'category' } if the column is text"],
    ['1,5', "decimal: ',' reads such cells, or columns: { b: 'category' } if the column is text"],
    ['1.200,5', "thousands: '.' reads such cells, or columns: { b: 'category' } if the column is text"],
    ['1\u00a0200', "thousands: ' ' reads such cells, or columns: { b: 'category' } if the column is text"],
    ["1'200.5", "thousands: ''' reads such cells, or columns: { b: 'category' } if the column is text"],
    [
      '-€1,200',
      "currency: true, thousands: ',' reads such cells, or columns: { b: 'category' } if the column is text",
    ],
    [
      'unknown',
      "add it to `missing` if it stands for no value, or set columns: { b: 'category' } if the column is text",
    ],
  ])('is an error that names line, column, cell and remedy: %s', (cell, help) => {
    expect(() => readCsv(withOdd(cell), { name: 'f.csv' })).toThrow(
      new RangeError(`f.csv: line 12, column 'b': expected a number, got '${cell}'; ${help}`),
    );
    expect(() => readCsv(withOdd(cell), { target: 'b' })).toThrow(
      /^text: line 12, column 'b': expected a number/,
    );
  });

  it.each(['inf', '-inf', 'Infinity', '1e999'])('may be a number beyond f64: %s', (cell) => {
    expect(() => readCsv(withOdd(cell))).toThrow(NonFiniteError);
    expect(() => readCsv(withOdd(cell))).toThrow(/^text: line 12, column 'b': expected a finite number/);
    expect(readCsv(withOdd(cell), { missing: [cell], onMissing: 'skip' }).rows).toBe(19);
  });

  it('is an error only if its row is kept', () => {
    const text = withOdd('unknown').replace('10,"unknown"', ',"unknown"');
    expect(readCsv(text, { onMissing: 'skip' })).toMatchObject({ rows: 19, featureNames: ['a', 'b'] });
  });

  it('is omitted with its row on request, and listed', () => {
    const { rows, rejected, skipped } = readCsv(withOdd('x'), { onBadRow: 'skip' });
    expect({ rows, skipped }).toEqual({ rows: 19, skipped: 1 });
    expect(rejected).toEqual([
      {
        row: 10,
        line: 12,
        reason: expect.stringMatching(/^text: line 12, column 'b': expected a number, got 'x'/),
      },
    ]);
  });

  it('makes categories if fewer cells are numbers, with a note if they are more than half', () => {
    const { columns, notes } = readCsv('a,b\n1,x\n2,y\n3,1\nz,2\n4,3\n');
    expect(columns.features.map(({ kind }) => kind)).toEqual(['category', 'category']);
    expect(notes.map(({ text }) => text)).toEqual([
      "column 'a' is read as categories, though 80 % of its cells are numbers; columns: { a: 'numeric' } tells which are not",
      "column 'b' is read as categories, though 60 % of its cells are numbers; columns: { b: 'numeric' } tells which are not",
    ]);
  });

  // None of these cells is a number for f64, and yet categories are not intended.
  it.each([
    ['10%\n20%\n15%', 'percent: true'],
    ['$5\n$7.50\n$12', 'currency: true'],
    ['"1,200"\n950\n"3,400"', "thousands: ','"],
  ])('is every cell of %j', (cells, option) => {
    expect(() => readCsv(`a\n${cells}\n`)).toThrow(
      new RegExp(`^text: line 2, .*${option.replace('$', '\\$')}`),
    );
  });
});

describe('a number', () => {
  const read = (cell: string, options: CsvOptions = {}) => readCsv(`a;b\n"${cell}";1\n`, options).x[0];

  it.each<[cell: string, options: CsvOptions, value: number]>([
    ['\u22121.5', {}, -1.5],
    ['\u00a07\u202f', {}, 7],
    ['1,5', {}, 1.5],
    ['-0,25', { decimal: ',' }, -0.25],
    ['1.234.567', { thousands: '.' }, 1234567],
    ['1.234,5', { thousands: '.' }, 1234.5],
    ['1,234.5', { thousands: ',' }, 1234.5],
    ['12,34,567', { thousands: ',' }, 1234567],
    ['1\u202f234,5', { thousands: ' ', decimal: ',' }, 1234.5],
    ["1'234", { thousands: "'" }, 1234],
    ['10%', { percent: true }, 0.1],
    ['12.5 %', { percent: true }, 0.125],
    ['7', { percent: true }, 7],
    ['$5', { currency: true }, 5],
    ['-$5.50', { currency: true }, -5.5],
    ['5 €', { currency: true }, 5],
    ['EUR 5', { currency: ['EUR', 'kr'] }, 5],
    ['12 kr', { currency: ['EUR', 'kr'] }, 12],
    ['€ 1,234', { currency: true, thousands: ',' }, 1234],
  ])('may be %j with %j', (cell, options, value) => {
    expect(read(cell, options)).toBe(value);
  });

  it.each<[cell: string, options: CsvOptions]>([
    ['1,23', { thousands: ',' }],
    ['1,2345', { thousands: ',' }],
    [',123', { thousands: ',' }],
    ['1.5', { decimal: ',' }],
    ['1,5', { decimal: '.' }],
    ['$5', { currency: ['EUR'] }],
    ['$$5', { currency: true }],
    ['10%%', { percent: true }],
  ])('is not %j with %j', (cell, options) => {
    expect(() => read(cell, { ...options, columns: { a: 'numeric' } })).toThrow(/expected a number, got/);
  });

  it('has the value that JavaScript gives its text', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 24 });
    const number = fc.tuple(
      fc.constantFrom('', '-', '+'),
      digits,
      fc.option(digits, { nil: '' }),
      fc.option(fc.integer({ min: -330, max: 290 }), { nil: undefined }),
    );
    fc.assert(
      fc.property(number, ([sign, whole, rest, exponent]) => {
        const text = `${sign}${whole}${rest && `.${rest}`}${exponent === undefined ? '' : `e${exponent}`}`;
        fc.pre(Number.isFinite(Number(text)));
        const options = { header: true, columns: { a: 'numeric' as const } };
        expect(readCsv(`a\n${text}\n`, options).x).toEqual(Float64Array.of(Number(text)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a million characters take linear time', () => {
  const many = (text: string) => text.repeat(Math.ceil(1e6 / text.length));
  // An earlier version took two seconds for 40 000 digits before a letter, and would have taken twenty minutes for a million.
  it.each<[what: string, cell: string, options?: CsvOptions]>([
    ['digits and a letter', `${many('1')}x`],
    ['digits, a point, digits and a letter', `1.${many('1')}x`],
    ['groups of digits', `${many('1,234,')}x`, { thousands: ',' }],
    ['spaces between digits', `1${many(' ')}1`, { thousands: ' ' }],
    ['points', many('.')],
    ['signs', many('-')],
    ['exponents', many('1e')],
    ['per cents', many('%'), { percent: true }],
    ['currency signs', many('$'), { currency: true }],
    ['spaces before a sign', `1${many(' ')}$x`, { currency: true }],
    ['dashes', many('2020-01-')],
    ['letters', many('jan ')],
    ['a date and spaces', `2020-01-01 ${many(' ')}x`],
    ['colons', many('10:')],
    ['doubled quotes', many('""')],
    ['line breaks', many('\r')],
    ['wide spaces', `1${many('\u2003')}1`],
  ])('in a cell of %s', (_, cell, options = {}) => {
    const text = `a,b\n"${cell}",1\n2,2\n`;
    for (const columns of [{}, { a: 'date' }] as const) {
      attempt(() => readCsv(text, { ...options, columns }));
    }
  });

  it.each<[what: string, text: string]>([
    ['quotes before a space', `"${many('"a')}${many(' ')}\n`],
    ['quotes after spaces', many('a, "x')],
    ['a quote that is not closed', `a,b\n"${many('x,y\n')}`],
    ['quotes', many('"')],
    ['single quotes', many("'a' ")],
    ['commas', many(',')],
    ['hashes', many('#\n')],
    ['a declaration of spaces', `sep=;${many(' ')}x\n`],
    ['blank lines', `a\n1\n${many('\n')}2\n`],
    ['carriage returns', many('\r')],
    ['words', many('a b\tc ')],
    ['columns of one name', `${many('a,')}a\n`],
  ])('in a table of %s', (_, text) => {
    attempt(() => readCsv(text));
  });

  /** Reads the table and ignores a refusal; the test is that reading ends within the time limit. */
  function attempt(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      expect((error as Error).message.length).toBeLessThan(2000);
    }
  }
});
