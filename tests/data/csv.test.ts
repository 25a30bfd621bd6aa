import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '../../src/data/index.js';
import { NonFiniteError, ShapeError } from '../../src/index.js';
import { untyped } from '../support/refusals.js';

const cars = 'mpg,weight,origin\n18,3504,USA\n24.5,2372,Japan\n26,1835,Europe\n9,4732,USA\n';

describe('a table', () => {
  it('has unchanged numbers and one-hot categories, in sorted order', () => {
    const table = readCsv(cars, { target: 'mpg' });
    expect(table).toEqual({
      x: Float64Array.of(3504, 0, 0, 1, 2372, 0, 1, 0, 1835, 1, 0, 0, 4732, 0, 0, 1),
      y: Float64Array.of(18, 24.5, 26, 9),
      inputSize: 4,
      rows: 4,
      skipped: 0,
      rejected: [],
      featureNames: ['weight', 'origin=Europe', 'origin=Japan', 'origin=USA'],
      columns: {
        features: [
          { name: 'weight', kind: 'numeric', mean: 3110.75 },
          { name: 'origin', kind: 'category', categories: ['Europe', 'Japan', 'USA'], mode: 'USA' },
        ],
        target: { name: 'mpg', kind: 'numeric' },
      },
      notes: [],
    });
  });

  it('has class indices if the target is a category', () => {
    const table = readCsv(cars, { target: 'origin' });
    expect(table.y).toEqual(Uint32Array.of(2, 1, 0, 2));
    expect(table.classNames).toEqual(['Europe', 'Japan', 'USA']);
    expect(table.x).toEqual(Float64Array.of(18, 3504, 24.5, 2372, 26, 1835, 9, 4732));
  });

  it('has no y without a target', () => {
    expect(readCsv(cars)).not.toHaveProperty('y');
    expect(readCsv(cars)).not.toHaveProperty('classNames');
  });

  it('uses the given kinds of columns', () => {
    const table = readCsv('a,b,c\n10,1,5\n9,2,x\n10,3,7\n', { columns: { a: 'category', c: 'ignore' } });
    expect(table.featureNames).toEqual(['a=9', 'a=10', 'b']);
    expect(table.x).toEqual(Float64Array.of(0, 1, 1, 1, 0, 2, 0, 1, 3));
  });

  it('sorts categories: numbers by value, then text by code units', () => {
    const { featureNames } = readCsv('c\nb\n10\nZ\n2\na\n-1\n');
    expect(featureNames).toEqual(['c=-1', 'c=2', 'c=10', 'c=Z', 'c=a', 'c=b']);
  });

  it('numbers the columns without a header, or if a name is blank', () => {
    expect(readCsv('1,2\n3,4\n', { header: false, target: 1 })).toMatchObject({
      x: Float64Array.of(1, 3),
      y: Float64Array.of(2, 4),
      featureNames: ['0'],
    });
    expect(readCsv(',b\n7,1\n8,2\n', { columns: { 0: 'ignore' } }).featureNames).toEqual(['b']);
  });

  it.each(['1', '-1', '+1.5', '.5', '5.', '1e3', '-2.5E-3'])('takes %s for a number', (cell) => {
    expect(readCsv(`a\n${cell}\n`).x).toEqual(Float64Array.of(Number(cell)));
  });

  it.each(['0x10', '1_000', '1,5,6', '1e', '.e1', '--1', '1 2', 'true', 'Infinite', '1-2', '+', '1.2.3'])(
    'takes %s for text',
    (cell) => {
      expect(readCsv(`a\n"${cell}"\n`).featureNames).toEqual([`a=${cell}`]);
    },
  );

  it('has a description of plain frozen data', () => {
    const { columns } = readCsv(cars, { target: 'mpg' });
    const parts = [columns, columns.features, columns.target, ...columns.features];
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
    const [, origin] = columns.features;
    expect(origin?.kind === 'category' && Object.isFrozen(origin.categories)).toBe(true);
    expect(JSON.parse(JSON.stringify(columns))).toEqual(columns);
  });

  // A name is never used as a key of a plain object.
  it('may have columns with any name', () => {
    expect(
      readCsv('__proto__,constructor\n1,2\n', { columns: { ['constructor' as string]: 'ignore' } })
        .featureNames,
    ).toEqual(['__proto__']);
  });
});

describe('a text', () => {
  const plain = readCsv(cars, { target: 'mpg' });

  it.each([
    ['a byte order mark', `\uFEFF${cars}`],
    ['CRLF', cars.replaceAll('\n', '\r\n')],
    ['CR', cars.replaceAll('\n', '\r')],
    ['both', cars.replace('\n', '\r\n')],
    ['no line break at its end', cars.trimEnd()],
    ['blank lines', `\n${cars.replaceAll('\n', '\n\n')}  \n`],
    ['white space', cars.replaceAll(',', ' , ')],
    ['quotes', cars.replace(/[^,\n]+/g, '"$&"')],
    ['quotes, white space and CRLF', cars.replace(/[^,\n]+/g, '"$&" ').replaceAll('\n', '\r\n')],
    ['quotes and white space at its end', `${cars.replace(/[^,\n]+/g, '"$&" ').trimEnd()} `],
    ['tabs', cars.replaceAll(',', '\t')],
    ['semicolons', cars.replaceAll(',', ';')],
    ['bars', cars.replaceAll(',', '|')],
  ])('may have %s', (_, text) => {
    expect(readCsv(text, { target: 'mpg' })).toEqual(plain);
  });

  it('may have another delimiter, if the option says so', () => {
    expect(readCsv(cars.replaceAll(',', '::'), { target: 'mpg', delimiter: '::' })).toEqual(plain);
    expect(readCsv('a|b;c\n1|2;3\n', { delimiter: ';' }).featureNames).toEqual(['a|b=1|2', 'c']);
  });

  // By comma there are four columns, by bar three, which a blank line at the end (one cell) would contradict less.
  it('is divided by the delimiter that gives the most columns', () => {
    expect(readCsv('a,b|c|d,e,f\n1,2|3|4,5,6\n').featureNames).toEqual(['a', 'b|c|d=2|3|4', 'e', 'f']);
  });

  it('may break lines within quotes', () => {
    const { featureNames } = readCsv('"a\nb",c\n"x, ""y""\r\nz",1\n');
    expect(featureNames).toEqual(['a\nb=x, "y"\nz', 'c']);
  });

  const cell = fc.string({
    unit: fc.constantFrom('"', ',', ';', '\n', '\t', ' ', 'a', 'é', '1', "'"),
    maxLength: 8,
  });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const table = fc.array(fc.tuple(cell, cell, fc.double({ noNaN: true, noDefaultInfinity: true })), {
    minLength: 1,
    maxLength: 12,
  });

  it('returns texts that were quoted by RFC 4180', () => {
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';', '\t'), fc.constantFrom('\n', '\r\n'), (rows, d, end) => {
        // The cells are never blank, which would be missing; −0 is written 0.
        const cells = rows.map(([a, b, n]) => [`<${a}>`, `<${b}>`, n + 0] as const);
        const lines = cells.map(([a, b, n]) => [quoted(a), quoted(b), String(n)].join(d));
        const { x, inputSize, featureNames } = readCsv(['a', 'b', 'n'].join(d) + end + lines.join(end), {
          delimiter: d,
          columns: { a: 'category', b: 'category' },
        });
        const back = cells.map((_, r) => {
          const row = x.subarray(r * inputSize, (r + 1) * inputSize);
          const on = featureNames.filter((name, i) => name !== 'n' && row[i] === 1);
          return [...on.map((name) => name.slice(2)), row.at(-1)];
        });
        expect(back).toEqual(cells);
      }),
    );
  });
});

describe('missing cells', () => {
  const holes = 'a,b,c\n1,x,5\n?,y,\n3, ,7\n4,NA,8\n5,null,9\n6,x,NaN\n7,z,1\n';

  it('are an error, with line and column', () => {
    expect(() => readCsv(holes)).toThrow(
      new RangeError(
        "text: line 3, column 'a': expected a value, got '?'; onMissing: 'mean' fills such cells, onMissing: 'skip' leaves their rows out",
      ),
    );
    expect(() => readCsv(holes, { columns: { a: 'ignore' } })).toThrow(
      /^text: line 3, column 'c': expected a value, got nothing;/,
    );
  });

  it('are skipped with their rows, and their categories with them', () => {
    const table = readCsv(holes, { onMissing: 'skip', target: 'c' });
    expect(table).toMatchObject({ rows: 2, skipped: 5, featureNames: ['a', 'b=x', 'b=z'] });
    expect(table.y).toEqual(Float64Array.of(5, 1));
  });

  it('do not count in columns that are ignored', () => {
    const table = readCsv(holes, { onMissing: 'skip', columns: { b: 'ignore', c: 'ignore' } });
    expect(table.x).toEqual(Float64Array.of(1, 3, 4, 5, 6, 7));
  });

  it('are those of the option, and blank ones', () => {
    const text = 'country\nNA\n-\nDE\n';
    expect(readCsv(text, { missing: ['-'], onMissing: 'skip' }).featureNames).toEqual([
      'country=DE',
      'country=NA',
    ]);
    expect(() => readCsv('a,b\n1,\n2,3\n', { missing: [] })).toThrow(/line 2, column 'b'/);
  });

  it('are blank lines in a table of one column', () => {
    expect(readCsv('a\n1\n\n2\n\n\n', { onMissing: 'skip' })).toMatchObject({ rows: 2, skipped: 1 });
  });
});

describe('like', () => {
  const first = readCsv(cars, { target: 'mpg' });

  it('gives another file the same columns and categories, in any order', () => {
    const second = readCsv('origin,year,mpg,weight\nUSA,70,30,2000\n', { like: first });
    expect(second.x).toEqual(Float64Array.of(2000, 0, 0, 1));
    expect(second.y).toEqual(Float64Array.of(30));
    expect(second.featureNames).toEqual(first.featureNames);
    expect(second.columns).toEqual(first.columns);
  });

  it('survives a JSON round trip', () => {
    const columns = JSON.parse(JSON.stringify(first.columns));
    expect(readCsv(cars, { like: { columns } })).toEqual(first);
  });

  it('reads a file without a target on request', () => {
    const text = 'weight,origin\n2000,Japan\n';
    expect(readCsv(text, { like: first, target: false }).x).toEqual(Float64Array.of(2000, 0, 1, 0));
    expect(() => readCsv(text, { like: first })).toThrow(/^like: no column 'mpg' in text/);
  });

  it('accepts no other category', () => {
    const text = 'mpg,weight,origin\n"30"," 2000\n ",USA\n30,2000,Japon\n';
    expect(() => readCsv(text, { like: first, name: 'test.csv' })).toThrow(
      new RangeError(
        "test.csv: line 4, column 'origin': unknown category 'Japon'; did you mean 'Japan'? Known: Europe, Japan, USA; onUnknown: 'zeros' reads it as none of them",
      ),
    );
  });
});

describe('an invalid table', () => {
  it.each<[what: string, text: string, options: CsvOptions, kind: unknown, message: RegExp]>([
    ['empty', '', {}, RangeError, /^text: expected rows, got an empty text$/],
    ['blank', ' \n\n', {}, RangeError, /^text: expected rows, got an empty text$/],
    [
      'only a header',
      '\na,b\n',
      {},
      RangeError,
      /^text: expected rows after the header on line 2, got none$/,
    ],
    [
      'too few cells',
      'a,b\n1,2\n\n3\n',
      {},
      ShapeError,
      /^text: line 4: expected 2 cells, got 1 cell; no cell for 'b'$/,
    ],
    [
      'too many cells',
      'a,b\n"1\n1",2\n3,4,5\n',
      {},
      ShapeError,
      /^text: line 4: expected 2 cells, got 3 cells; a cell with a delimiter in it needs quotes$/,
    ],
    [
      'two columns of a name',
      'a,b,a\n1,2,3\n',
      {},
      RangeError,
      /^text: line 1, column 'a': columns 0 and 2 have this name/,
    ],
    [
      'a quote left open',
      'a,b\n1,2\n3,"4\n5,6\n',
      {},
      RangeError,
      /^text: line 3, column 'b': expected a quote at the end of the cell, got none/,
    ],
    [
      'a quote left open before others',
      'a,b\r\n"x\r\nx",2\r\n"y,4\r\n"z",6\r\n',
      {},
      RangeError,
      /^text: line 4, column 'a': expected a quote at the end of the cell/,
    ],
    [
      'a quote left open in the header',
      'a,"b\n1,2\n',
      { name: 'f.csv' },
      RangeError,
      /^f\.csv: line 1, column '1': expected a quote at the end of the cell/,
    ],
    [
      'a quote left open at once',
      '"a,b\n1,2\n',
      {},
      RangeError,
      /^text: line 1, column '0': expected a quote at the end of the cell/,
    ],
    [
      'text for a number',
      'a,b\n"x\ny",1\nz,1O\n',
      { columns: { b: 'numeric' } },
      RangeError,
      /^text: line 4, column 'b': expected a number, got '1O'; add it to `missing` if it stands for no value/,
    ],
    [
      'a number beyond f64',
      'a\n1\n1e999\n',
      {},
      NonFiniteError,
      /^text: line 3, column 'a': expected a finite number/,
    ],
    [
      'no whole row',
      'a,b\n1,\n,2\n',
      { onMissing: 'skip' },
      RangeError,
      /^text: expected a row without missing cells, got none of 2$/,
    ],
    ['no feature', 'a\n1\n', { target: 'a' }, RangeError, /^text: expected a column to learn from, got none/],
    [
      'no such target',
      'mpg,b\n1,2\n',
      { target: 'mgp' },
      TypeError,
      /^target: no column 'mgp' in text; did you mean 'mpg'\? Known: mpg, b$/,
    ],
    [
      'no such column',
      'mpg,b\n1,2\n',
      { columns: { B: 'ignore' } },
      TypeError,
      /^columns\.B: no column 'B' in text; did you mean 'b'\?/,
    ],
    [
      'the target ignored',
      'a,b\n1,2\n',
      { target: 'a', columns: { a: 'ignore' } },
      TypeError,
      /^columns\.a: the target/,
    ],
  ])('is refused: %s', (_, text, options, kind, message) => {
    expect(() => readCsv(text, options)).toThrow(message);
    expect(() => readCsv(text, options)).toThrow(kind as ErrorConstructor);
  });

  it('is refused before it takes all memory', () => {
    const text = `id\n${Array.from({ length: 17_000 }, (_, i) => `n${i}`).join('\n')}\n`;
    expect(() => readCsv(text, { columns: { id: 'category' }, maxCategories: 17_000 })).toThrow(
      /at most 2\^28 values, got 17000 rows of 17000; column 'id' has 17000 of them and could be ignored/,
    );
  });
});

describe('options', () => {
  const first = readCsv(cars, { target: 'mpg' });

  it.each<[what: string, options: unknown, message: RegExp]>([
    ['unknown', { target: 'mpg', delimeter: ';' }, /^options\.delimeter: unknown option; did you mean/],
    ['name', { name: 3 }, /^name: expected a string, got 3$/],
    ['header', { header: 'yes' }, /^header: expected true or false, got 'yes'$/],
    ['delimiter', { delimiter: 1 }, /^delimiter: expected characters/],
    ['empty delimiter', { delimiter: '' }, /^delimiter: expected characters/],
    ['quote as delimiter', { delimiter: '"' }, /^delimiter: expected characters/],
    ['missing', { missing: 'NA' }, /^missing: expected an array of strings, got 'NA'$/],
    ['onMissing', { onMissing: 'drop' }, /^onMissing: unknown name 'drop'; did you mean/],
    ['kind', { columns: { mpg: 'number' } }, /^columns\.mpg: unknown name 'number'; did you mean 'numeric'/],
    ['columns', { columns: ['numeric'] }, /^columns: expected an object, got Array of 1$/],
    ['target', { target: true }, /^target: expected a column's name or number, got true$/],
    ['like and target', { like: first, target: 'mpg' }, /^target: `like` says already/],
    ['like and columns', { like: first, columns: {} }, /^columns: `like` says already/],
    ['like', { like: 7 }, /^like\.columns: expected an object, got undefined$/],
    ['like null', { like: null }, /^like\.columns: expected an object, got undefined$/],
    [
      'like without features',
      { like: { columns: { features: [] } } },
      /^like\.columns\.features: expected at least one/,
    ],
    [
      'like with a strange column',
      { like: { columns: { features: [{ name: 'a', kind: 'text' }] } } },
      /^like\.columns\.features\[0\]\.kind: unknown name 'text'/,
    ],
    [
      'like with a category twice',
      { like: { columns: { features: [{ name: 'a', kind: 'category', categories: ['b', 'b'] }] } } },
      /^like\.columns\.features\[0\]\.categories: expected different strings, got Array of 2$/,
    ],
  ])('are checked: %s', (_, options, message) => {
    expect(() => readCsv(cars, untyped<CsvOptions>(options))).toThrow(message);
  });

  it.each([
    [[1, 2], 'Array of 2'],
    [undefined, 'undefined'],
    [{}, 'an object (Object)'],
  ])('refuse %j in place of a string or bytes', (data, shown) => {
    expect(() => readCsv(untyped<string>(data))).toThrow(
      new TypeError(`text: expected a string or bytes, got ${shown}`),
    );
  });
});
