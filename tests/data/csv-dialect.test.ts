/** Tests of the guess of a table's format from its first rows: delimiter, quotes, comments, header, decimal mark. */
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '../../src/data/index.js';

const texts = (text: string, options: CsvOptions = {}) =>
  readCsv(text, options).notes.map(({ text }) => text);

/** Returns names and values of x, which show how the text was divided into cells. */
function shape(text: string, options: CsvOptions = {}) {
  const { featureNames, x, rows } = readCsv(text, options);
  return { names: featureNames, x: [...x], rows };
}

describe('the delimiter', () => {
  it.each<[what: string, text: string]>([
    ['comma', 'a,b,c\n1,2.5,3\n4,5,6\n'],
    ['tab', 'a\tb\tc\n1\t2.5\t3\n4\t5\t6\n'],
    ['semicolon', 'a;b;c\n1;2.5;3\n4;5;6\n'],
    ['bar', 'a|b|c\n1|2.5|3\n4|5|6\n'],
    ['a space', 'a b c\n1 2.5 3\n4 5 6\n'],
    ['spaces', '  a    b c\n  1 2.5   3\n 4    5 6   \n'],
    ['spaces and tabs', 'a \t b  c\n1\t\t2.5 3\n4 5\t6\t\n'],
    ['semicolons, and commas as decimal marks', 'a;b;c\n1;2,5;3\n4;5;6\n'],
    ['tabs, and commas as decimal marks', 'a\tb\tc\n1\t2,5\t3\n4\t5\t6\n'],
    ['spaces, and commas as decimal marks', 'a b c\n1 2,5 3\n4 5 6\n'],
    ['what the first line declares', 'sep=;\na;b;c\n1;2.5;3\n4;5;6\n'],
    ['what the first line declares in quotes', '"sep=|"\r\na|b|c\r\n1|2.5|3\r\n4|5|6\r\n'],
    ['what only the first line knows', 'SEP=~\na~b~c\n1~2.5~3\n4~5~6\n'],
    ['a comma and a space', 'a, b, c\n1, 2.5, 3\n4, 5, 6\n'],
    ['commas, one too many in each row', 'a,b,c\n1,2.5,3,\n4,5,6,\n'],
    ['commas, one too many in the header', 'a,b,c,\n1,2.5,3\n4,5,6\n'],
    ['commas, one too many everywhere', 'a,b,c,\n1,2.5,3,\n4,5,6,\n'],
    ['commas, one too many in some rows', 'a,b,c\n1,2.5,3,\n4,5,6\n'],
  ])('may be %s', (_, text) => {
    expect(shape(text)).toEqual({ names: ['a', 'b', 'c'], x: [1, 2.5, 3, 4, 5, 6], rows: 2 });
  });

  it.each<[what: string, text: string, names: string[]]>([
    ['commas in numbers', '1,5;2,5\n3,5;4,5\n', ['0', '1']],
    [
      'one comma in each text',
      'who\tcity\tn\n"x, y"\tz\t1\nu, v\tz\t2\n',
      ['who=u, v', 'who=x, y', 'city=z', 'n'],
    ],
    ['words in each text', 'title,n\nthe end,1\na start,2\n', ['title=a start', 'title=the end', 'n']],
    ['semicolons in some texts', 'a,b\nx;y,1\nz,2\n', ['a=x;y', 'a=z', 'b']],
    ['nothing but words', 'title\nhello world\nfoo bar\n', ['title=foo bar', 'title=hello world']],
    ['dates with times', 'at,n\n2001-01-01 10:00,1\n2001-01-02 11:00,2\n', ['at', 'n']],
    ['tabs between blank cells', 'a\tb\tc\n1\t\t2\n3\t4\t5\n', ['a', 'b', 'c']],
  ])('is distinguished from %s', (_, text, names) => {
    const found = readCsv(text, { onMissing: 'mean' }).featureNames.filter((name) => !name.includes('('));
    expect(found).toEqual(names);
  });

  it.each<[what: string, text: string, names: string[]]>([
    ['commas in numbers between spaces', 'a  t\n0,25  x\n1,25  y\n', ['a', 't=x', 't=y']],
    ['tabs within runs of spaces', 'a\t b  t\n1\t 2  x\n33  44 y\n', ['a', 'b', 't=x', 't=y']],
  ])('is not fooled by %s', (_, text, names) => {
    expect(readCsv(text).featureNames).toEqual(names);
  });

  it('is not fooled by commas in numbers that are grouped by points', () => {
    const text = 'a;t\n1.200,5;x\n2.300,5;y\n';
    expect(() => readCsv(text)).toThrow(/column 'a': expected a number, got '1\.200,5'; thousands: '\.'/);
    expect(readCsv(text, { thousands: '.' }).x).toEqual(Float64Array.of(1200.5, 1, 0, 2300.5, 0, 1));
  });

  it('is noted if it is white space', () => {
    expect(texts('a b\n1 2\n')).toEqual(['white space divides the cells']);
    expect(texts('a b\n1 2\n', { delimiter: ' ' })).toEqual([]);
  });

  it('does not divide quoted cells if it is white space', () => {
    expect(shape('name   n\n"x y"  1\n"z"    2\n').names).toEqual(['name=x y', 'name=z', 'n']);
  });

  // R's write.table names all columns except that of the row names.
  it('leaves a column without a name if the header has one name fewer, as R writes it', () => {
    const text = '"mpg" "cyl"\n"Mazda RX4" 21 6\n"Datsun" 22.8 4\n';
    expect(shape(text).names).toEqual(['0=Datsun', '0=Mazda RX4', 'mpg', 'cyl']);
    expect(texts(text)).toContain(
      'the header has one name fewer than the rows have cells, so the first column is read as row names',
    );
  });
});

describe('quotes', () => {
  it('may be single ones, with a note', () => {
    const text = "a,b\n'x, y',1\n'it''s',2\n";
    expect(shape(text).names).toEqual(["a=it's", 'a=x, y', 'b']);
    expect(texts(text)).toEqual([`single quotes stand around cells; quote: '"' reads them as letters`]);
    expect(shape("'a','b'\n'1','2'\n")).toEqual({ names: ['a', 'b'], x: [1, 2], rows: 1 });
    // Divided at each comma, the rows look like those of a table with row names.
    expect(shape("n,c,k\n1,'x, y',2\n3,'z, u',4\n").names).toEqual(['n', 'c=x, y', 'c=z, u', 'k']);
  });

  it('are ordinary characters if they do not enclose cells', () => {
    expect(shape("a,b\n'tis,1\nit's,2\nrock 'n' roll,3\n").names).toEqual([
      "a='tis",
      "a=it's",
      "a=rock 'n' roll",
      'b',
    ]);
    expect(shape("a,b\n'x',1\n", { quote: '"' }).names).toEqual(["a='x'", 'b']);
    expect(shape('a,b\n"x",1\n', { quote: "'" }).names).toEqual(['a="x"', 'b']);
  });

  it('may follow blanks, and are ordinary characters there if they enclose no cell', () => {
    expect(shape('a, b\n1, "x, y"\n2, "z" \n').names).toEqual(['a', 'b=x, y', 'b=z']);
    expect(shape('a, b\n1, "x" and y\n2, z\n').names).toEqual(['a', 'b="x" and y', 'b=z']);
  });
});

describe('titles above the header', () => {
  it('have at least two cells fewer than the rows, and are left out with a note', () => {
    const text = 'Sales of 2024\n\nnorth, south\na,b,c,d\n1,2,3,4\n5,6,7,8\n';
    expect(shape(text)).toEqual({ names: ['a', 'b', 'c', 'd'], x: [1, 2, 3, 4, 5, 6, 7, 8], rows: 2 });
    expect(texts(text)).toEqual([
      "2 rows above the table, with fewer cells than its rows, are left out: 'Sales of 2024', 'north south'",
    ]);
    expect(shape('Sales\na;b\n1;2\n')).toEqual({ names: ['a', 'b'], x: [1, 2], rows: 1 });
    expect(() => readCsv('Sales\na,b\n1,2\n3\n', { name: 'f.csv' })).toThrow(/^f\.csv: line [24]: expected/);
  });

  it.each([
    ['a header that lacks a name', 'a,b\n1,2,3\n4,5,6\n'],
    ['a header that lacks two names', 'a\n1,2,3\n4,5,6\n'],
    ['short rows below the header', 'a,b,c\n1\n4,5,6\n7,8,9\n'],
  ])('are not %s', (_, text) => {
    try {
      expect(readCsv(text).rows).toBe(2);
      expect(texts(text).join()).toMatch(/one name fewer/);
    } catch (error) {
      expect((error as Error).message).toMatch(/expected \d cells?, got/);
    }
  });
});

describe('comments', () => {
  const plain = { names: ['a', 'b'], x: [1, 2, 3, 4], rows: 2 };

  it('are lines with a hash that do not fit the table', () => {
    const text = '# made by hand\n#\na,b\n1,2\n# a pause, a remark, a note\n3,4\n';
    expect(shape(text)).toEqual(plain);
    expect(texts(text)).toEqual([
      'lines that begin with # are skipped as comments, 3 lines at the beginning; comment: false reads them',
    ]);
  });

  it('count as lines in messages', () => {
    expect(() => readCsv('# one\n# two\r\na,b\n1,2\n3\n')).toThrow(/^text: line 5: expected 2 cells/);
  });

  it.each(['%', '//', ';'])('are lines with %s above the header', (mark) => {
    const text = `${mark} made by hand\n\n${mark} on Monday, at noon, here\na,b\n1,2\n3,4\n`;
    expect(shape(text)).toEqual(plain);
    expect(texts(text)).toEqual([
      `lines that begin with ${mark} are skipped as comments, 2 lines at the beginning; comment: false reads them`,
    ]);
    const tabs = text.replace(', here', '').replaceAll(',', '\t').replace('\t at', ' at');
    expect(shape(tabs)).toEqual(plain);
    expect(shape(`sep=,\n${text}`)).toEqual(plain);
    expect(shape(`${mark} x\na,b\nu,2\n${mark}v,4\n`, { comment: mark }).rows).toBe(1);
  });

  it.each([
    ['a header of as many cells', '% of all,b\n1,2\n3,4\n', 2],
    ['a header of one column', '% of all\n1\n3\n', 2],
    ['a row with the mark, beside the header', '% x,b\n1,2\n%y,4\n', 2],
    ['a row far below', `% x\na,b\n${'u,2\n'.repeat(200)}%y,4\n`, 201],
    ['a blank name before semicolons', ';a;b\n0;1;2\n1;3;4\n', 2],
  ])('are not %s', (_, text, rows) => {
    expect(readCsv(text).rows).toBe(rows);
  });

  it('may be set by the option, or turned off', () => {
    expect(shape('% x\na,b\n1,2\n%y,z\n3,4\n', { comment: '%' })).toEqual(plain);
    expect(() => readCsv('# x\na,b\n1,2\n3,4\n', { comment: false })).toThrow(/expected 1 cell, got 2 cells/);
    expect(shape('c,n\n#f00,1\n#0f0,2\n', { comment: false }).names).toEqual(['c=#0f0', 'c=#f00', 'n']);
  });

  it.each(['c,n\n#f00,1\n#0f0,2\nred,3\n', '#c,n\n#f00,1\nred,3\n', 'c\n#f00\nred\n'])(
    'are no rows of the table: %j',
    (text) => {
      expect(shape(text).rows).toBe(text.split('\n').length - 2);
    },
  );

  it.each(['#\n# x\n', '#', '# a\n#b\n'])('make no table alone, or one of hashes: %j', (text) => {
    expect(() => readCsv(text)).toThrow(RangeError);
  });
});

describe('a header', () => {
  it.each<[what: string, text: string, names: string[]]>([
    ['numbers over numbers', '5.1,3.5\n4.9,3.0\n', ['0', '1']],
    [
      'numbers over numbers, and a class that comes again',
      '5.1,3.5,setosa\n4.9,3.0,setosa\n',
      ['0', '1', '2=setosa'],
    ],
    ['fractions, and a name of its own', 'Mazda,21.5,6\nDatsun,22.8,4\n', ['0=Datsun', '0=Mazda', '1', '2']],
    ['one number twice', 'x,0,0\ny,1,2\n', ['0=x', '0=y', '1', '2']],
    ['dates over dates', '2001-01-01,7\n2001-01-05,8\n', ['0', '1']],
    ['texts that all come again', 'high,two\nlow,two\nhigh,four\n', ['0=high', '0=low', '1=four', '1=two']],
    ['numbers in order over numbers in order', '1,2,3\n4,5,6\n7,8,9\n', ['0', '1', '2']],
    ['a missing cell', '5.1,?\n4.9,3.0\n', ['0', '1']],
  ])('is absent: %s', (_, text, names) => {
    const table = readCsv(text, { onMissing: 'mean' });
    expect(table.featureNames.filter((name) => !name.includes(' ('))).toEqual(names);
    expect(table.rows).toBe(text.trimEnd().split('\n').length);
    expect(table.notes[0]).toMatchObject({
      about: 'header',
      text: expect.stringMatching(
        /^the first row is read as data because it looks like the rows below it; the columns are called 0 to \d; header: true reads it as names$/,
      ),
    });
    expect(
      readCsv(text, { onMissing: 'mean', header: false }).notes.filter(({ about }) => about === 'header'),
    ).toEqual([]);
  });

  it.each<[what: string, text: string, names: string[]]>([
    ['texts over numbers', 'a,b\n1,2\n3,4\n', ['a', 'b']],
    ['texts over texts', 'a,b\nx,y\nz,y\n', ['a=x', 'a=z', 'b=y']],
    [
      'years over numbers beside a text',
      'country,1990,2000\nA,1,2\nB,3,4\n',
      ['country=A', 'country=B', '1990', '2000'],
    ],
    ['a text over texts that comes again', 'x,n\nx,1\ny,2\n', ['x=x', 'x=y', 'n']],
    ['a blank name', ',b\n7,1\n9,2\n', ['b']],
    ['one that a target names', '1,2\n3,4\n5,6\n', ['1']],
  ])('is present: %s', (_, text, names) => {
    const options = text.startsWith('1') ? { target: '2' } : {};
    const { featureNames, notes } = readCsv(text, options);
    expect(featureNames).toEqual(names);
    expect(notes.filter(({ about }) => about === 'header')).toEqual([]);
  });

  it('may be numbers at equal distances, with a note', () => {
    const text = '1100,1102,1104\n0.5,0.25,0.75\n0.1,0.2,0.7\n';
    expect(shape(text).names).toEqual(['1100', '1102', '1104']);
    expect(texts(text)).toEqual([
      'the first row, of numbers at equal distances, is read as the names of the columns; header: false reads it as data',
    ]);
  });

  it('is recognized by the names of `like`', () => {
    const like = readCsv('1,2\n3,4\n', { header: true });
    expect(readCsv('2,1\n5,6\n', { like }).x).toEqual(Float64Array.of(6, 5));
    const plain = readCsv('3,4\n5,6\n', { header: false });
    expect(readCsv('3,4\n5,6\n', { like: plain }).x).toEqual(plain.x);
  });

  it('is mentioned if it is missing and a column is not found', () => {
    expect(() => readCsv('5.1,setosa\n4.9,setosa\n', { target: 'kind' })).toThrow(
      /^target: no column 'kind' in text; .*its first row is read as data; header: true reads it as names$/,
    );
  });
});

describe('the decimal mark', () => {
  it('is a comma if it is not the delimiter and fits every number, with a note', () => {
    expect(shape('a;b\n1,5;2\n-0,25;3\n')).toEqual({ names: ['a', 'b'], x: [1.5, 2, -0.25, 3], rows: 2 });
    expect(texts('a;b\n1,5;2\n')).toEqual(['the decimal mark is a comma: 1,5 is 1.5']);
    expect(texts('a;b\n1,500;2\n')).toEqual([
      "the decimal mark is a comma: 1,500 is 1.500; thousands: ',' if the comma divides thousands",
    ]);
    expect(texts('a;b\n1,5;2\n', { decimal: ',' })).toEqual([]);
  });

  it('is a point if one number has a point, which makes a comma an odd cell', () => {
    expect(() => readCsv('a;b\n1,5;2.5\n3,5;1\n')).toThrow(
      /line 2, column 'a': expected a number, got '1,5'; decimal: ','/,
    );
    expect(() => readCsv('a,b\n"1,5",2\n"2,5",3\n')).toThrow(
      /line 2, column 'a': expected a number, got '1,5'; decimal: ','/,
    );
    expect(shape('a,b\n"1,5",2\n', { decimal: ',' }).x).toEqual([1.5, 2]);
  });

  it('is guessed in each table, so that a later one may have the other', () => {
    const like = readCsv('a;b\n1,5;2\n');
    expect(readCsv('a,b\n2.5,3\n', { like }).x).toEqual(Float64Array.of(2.5, 3));
    expect(readCsv('a;b\n2,5;3\n', { like: readCsv('a,b\n1.5,2\n') }).x).toEqual(Float64Array.of(2.5, 3));
    // The option, once given, is kept.
    const told = readCsv('a,b\n"1,5",2\n', { decimal: ',' });
    expect(readCsv('a,b\n"2,5",3\n', { like: told }).x).toEqual(Float64Array.of(2.5, 3));
  });
});

describe('options', () => {
  it.each<[options: unknown, message: RegExp]>([
    [{ quote: '|' }, /^quote: unknown name '\|'/],
    [{ quote: 1 }, /^quote: expected one of/],
    [{ comment: '' }, /^comment: expected characters other than/],
    [{ comment: ',', delimiter: ',' }, /^comment: expected characters other than/],
    [{ comment: true }, /^comment: expected characters .*, or false, got true/],
    [{ decimal: ';' }, /^decimal: unknown name ';'/],
    [{ thousands: ',', decimal: ',' }, /^thousands: expected another character than decimal, got ','/],
    [{ percent: 'yes' }, /^percent: expected true or false, got 'yes'/],
    [{ currency: '$' }, /^currency: expected true, false or an array of currency marks, got '\$'/],
    [{ currency: [''] }, /^currency: expected true, false or an array/],
    [{ dayFirst: 1 }, /^dayFirst: expected true or false, got 1/],
    [{ maxCategories: 0 }, /^maxCategories: expected a whole number ≥ 1, got 0/],
    [{ onUnknown: 'skip' }, /^onUnknown: unknown name 'skip'/],
    [{ onBadRow: 'drop' }, /^onBadRow: unknown name 'drop'/],
  ])('are checked: %j', (options, message) => {
    expect(() => readCsv('a,b\n1,2\n', options as CsvOptions)).toThrow(message);
  });
});
