/** Tests of rows around a table: titles above the header, and footers below the last row. */
import { describe, expect, it } from 'vitest';
import { type CsvOptions, learnCsv, readCsv } from '../../src/data/index.js';

const texts = (text: string, options: CsvOptions = {}) =>
  readCsv(text, options).notes.map(({ text }) => text);

/** Returns names and values of x, which show how the text was divided into cells. */
function shape(text: string, options: CsvOptions = {}) {
  const { featureNames, x, rows } = readCsv(text, options);
  return { names: featureNames, x: [...x], rows };
}

describe('titles above the header', () => {
  const plain = { names: ['a', 'b', 'c'], x: [1, 2, 3, 4, 5, 6], rows: 2 };
  const table = 'a,b,c\n1,2,3\n4,5,6\n';

  it.each<[what: string, titles: string]>([
    ['with one cell fewer than the rows', 'Sales,2024\n'],
    ['with one cell fewer, after one with two fewer', 'Sales\nnorth,2024\n'],
    ['filled up with blank cells', 'Sales of 2024,,\n'],
    ['filled up, and a blank row', 'Sales of 2024,,\n,,\n'],
    ['of two cells, filled up', 'Sales,2024,\n'],
    ['blank', ',,\n'],
    ['of each kind', 'Sales\n\nnorth,2024\n,,\n'],
  ])('are left out with a note: %s', (_, titles) => {
    expect(shape(titles + table)).toEqual(plain);
    expect(texts(titles + table).join()).toMatch(/rows? above the table, with fewer cells than its rows, /);
    const { x, y } = readCsv(titles + table, { target: 'c' });
    expect([[...x], [...y]]).toEqual([
      [1, 2, 4, 5],
      [3, 6],
    ]);
  });

  it('are shown without their blank cells', () => {
    const note = (titles: string) => texts(titles + table)[0];
    expect(note('Sales of 2024,,\n,,\n')).toBe(
      "2 rows above the table, with fewer cells than its rows, are left out: 'Sales of 2024'",
    );
    expect(note(',,\n')).toBe('1 row above the table, with fewer cells than its rows, is left out');
  });

  it('stand above the names that the options give, even if these are over texts', () => {
    const text = 'Fruit,prices\nname,colour,kind\napple,red,x\npear,green,x\nplum,red,y\n';
    const { rows, classNames } = readCsv(text, { target: 'kind' });
    expect([rows, classNames]).toEqual([3, ['x', 'y']]);
    const like = readCsv('name,colour,kind\napple,red,x\npear,green,y\n', { target: 'kind' });
    expect(readCsv(text, { like, onUnknown: 'zeros' }).rows).toBe(3);
  });

  it('stand above names that are years', () => {
    const text = 'GDP by country,,\ncountry,1990,2000\nA,1,2\nB,3,4\nA,3,2\n';
    expect(readCsv(text).featureNames).toEqual(['country=A', 'country=B', '1990', '2000']);
    expect(readCsv('a,,\nx,1990,2000\ny,1991,2001\nx,1990,2000\n').rows).toBe(3);
  });

  it('stand above a header that lacks the name of the row names', () => {
    const { featureNames, notes } = readCsv('Sales of 2024\na,b\nr1,1,2\nr2,3,4\nr2,5,6\n');
    expect(featureNames).toEqual(['0=r1', '0=r2', 'a', 'b']);
    expect(notes.map(({ text }) => text).join()).toMatch(/1 row above the table.*one name fewer/);
  });

  it('do not depend on short rows further below', () => {
    const text = `Sales of 2024\n${table}Source: the office\n`;
    expect(readCsv(text, { onBadRow: 'skip' })).toMatchObject({ rows: 2, featureNames: ['a', 'b', 'c'] });
  });

  it('are learnt from a stream, too', async () => {
    const { columns } = await learnCsv(() => [`Sales,2024\n${table}`]);
    expect(columns.features.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it.each<[what: string, text: string, names: string[], rows: number]>([
    ['a header without the name of the row names', 'a,b\nr1,1,2\nr2,3,4\n', ['0=r1', '0=r2', 'a', 'b'], 2],
    ['such a header over an odd cell', 'a,b\nr1,x,2\nr2,y,4\n', ['0=r1', '0=r2', 'a=x', 'a=y', 'b'], 2],
    ['a header without its last name', 'a,b,\n1,2,3\n4,5,3\n', ['a', 'b', '2'], 2],
    ['a header with one name', 'a,,\nx,1,2\ny,1,2\n', ['a=x', 'a=y', '1', '2'], 2],
    ['a header that the target names', 'a,b,,\nx,y,z,u\n1,2,3,4\n5,6,7,8\n', [], 3],
  ])('are not %s', (_, text, names, rows) => {
    const table = readCsv(text, names.length === 0 ? { target: 'b', columns: { b: 'category' } } : {});
    expect(table.rows).toBe(rows);
    if (names.length > 0) expect(table.featureNames).toEqual(names);
  });

  it('are mentioned in the note about the header if one of them may be it', () => {
    expect(texts('Fruit,prices\nname,colour,kind\napple,red,x\npear,green,x\n')[0]).toBe(
      'the header has one name fewer than the rows have cells, so the first column is read as row names; if the line is a title, delete it',
    );
  });
});

describe('footers', () => {
  const body = Array.from({ length: 12 }, (_, i) => `${'xyz'[i % 3]},${i},${2 * i}`).join('\n');
  const table = `k,a,b\n${body}\n`;
  const help = "; if the line is a footer, delete it, or onBadRow: 'skip' leaves it out";

  it.each([
    ['Source: the office', 'expected 3 cells, got 1 cell'],
    ['Total,66', 'expected 3 cells, got 2 cells'],
    ['(12 rows affected)', 'expected 3 cells, got 1 cell'],
    ['Note: all figures are estimates, see below', 'expected 3 cells, got 2 cells'],
    ['x,Total,132', "column 'a': expected a number, got 'Total'"],
    ['Grand total,,132', "column 'a': expected a value, got nothing"],
    ['Summe,,132', "column 'a': expected a value, got nothing"],
  ])('make errors that say so: %s', (footer, message) => {
    const read = () => readCsv(`${table}${footer}\n`, { name: 'f.csv' });
    expect(read).toThrow(/^f\.csv: line 14/);
    expect(read).toThrow(message);
    expect(read).toThrow(help);
    const { rows, rejected } = readCsv(`${table}${footer}\n`, { onBadRow: 'skip' });
    expect(rows).toBe(12);
    expect(rejected[0]?.reason).not.toContain('footer');
  });

  it('make such errors in a column of dates and for an unknown category too', () => {
    const dates = `d,a\n${Array.from({ length: 12 }, (_, i) => `2024-01-${10 + i},${i}`).join('\n')}\n`;
    expect(() => readCsv(`${dates}Average,5.5\n`)).toThrow(help);
    const like = readCsv(table);
    expect(() => readCsv(`${table}Total,66,132\n`, { like })).toThrow(help);
  });

  it('are noted if they are read as rows', () => {
    expect(texts(`${table}Total,66,132\n`)).toEqual([
      "line 14, which has the cell 'Total', is read as a row; if it is a footer, delete it",
    ]);
    const text = `${table}Grand Total,,132\n`;
    expect(texts(text, { onMissing: 'mean' })[0]).toMatch(
      /^line 14, which has the cell 'Grand Total', is read/,
    );
  });

  it.each([
    ['an odd cell', `${table}x,u,3\n`],
    ['a short row', `${table}x,3\n`],
    ['a missing cell', `${table}x,,3\n`],
    ['a word that only begins like one', `${table}Totalitarian,,3\n`],
  ])('are not %s', (_, text) => {
    expect(() => readCsv(text)).toThrow(/^text: line 14(?!.*footer)/);
  });

  it.each([
    ['a category that comes again', `${table}Total,1,2\nx,3,4\nTotal,5,6\n`],
    ['a category in the middle', `${table}Total,1,2\nx,3,4\n`],
  ])('are not %s', (_, text) => {
    expect(texts(text)).toEqual([]);
  });
});
