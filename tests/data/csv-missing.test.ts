/** Tests of missing cells and unknown categories: fills, omitted rows, and notes. */
import { describe, expect, it } from 'vitest';
import { type CsvOptions, type OnMissing, readCsv } from '../../src/data/index.js';

// The numbers 1, 2, 2, 9 have mean 3.5, median and mode 2; x occurs twice and y once.
const holes = 'n,c,t\n1,x,10\n2,y,20\n,x,30\n2,,40\n9,NA,50\n';

describe('onMissing', () => {
  it.each<[policy: OnMissing, names: string[], third: number[], fourth: number[]]>([
    ['mean', ['n', 'c=x', 'c=y'], [3.5, 1, 0], [2, 1, 0]],
    ['median', ['n', 'c=x', 'c=y'], [2, 1, 0], [2, 1, 0]],
    ['mode', ['n', 'c=x', 'c=y'], [2, 1, 0], [2, 1, 0]],
    ['category', ['n', 'c=x', 'c=y', 'c (missing)'], [3.5, 1, 0, 0], [2, 0, 0, 1]],
    ['indicator', ['n', 'n (missing)', 'c=x', 'c=y', 'c (missing)'], [3.5, 1, 1, 0, 0], [2, 0, 0, 0, 1]],
  ])('%s fills cells with values of the other rows', (onMissing, names, third, fourth) => {
    const table = readCsv(holes, { target: 't', onMissing });
    expect(table.featureNames).toEqual(names);
    expect(table).toMatchObject({ rows: 5, skipped: 0, inputSize: names.length });
    const row = (r: number) => [...table.x.subarray(r * names.length, (r + 1) * names.length)];
    expect([row(2), row(3)]).toEqual([third, fourth]);
    expect(table.y).toEqual(Float64Array.of(10, 20, 30, 40, 50));
    const [about] = table.notes.map(({ text }) => text);
    expect(about).toMatch(/^column 'n': 1 cell is missing and read as the (mean|median|mode)/);
  });

  it('notes the fills', () => {
    const { notes } = readCsv(holes, { target: 't', onMissing: 'indicator' });
    expect(notes).toEqual([
      {
        about: 'missing',
        column: 'n',
        text: "column 'n': 1 cell is missing and read as the mean, and 'n (missing)' says which",
      },
      {
        about: 'missing',
        column: 'c',
        text: "column 'c': 2 cells are missing and read as a category of their own",
      },
    ]);
  });

  it('is learnt from training rows and kept afterwards, through JSON too', () => {
    for (const onMissing of ['mean', 'median', 'mode', 'category', 'indicator'] as const) {
      const table = readCsv(holes, { target: 't', onMissing });
      const columns = JSON.parse(JSON.stringify(table.columns));
      const more = readCsv('c,n\n,\n', { like: { columns }, target: false });
      expect(more.featureNames).toEqual(table.featureNames);
      const [fill] = more.x;
      expect(fill).toBe(onMissing === 'median' || onMissing === 'mode' ? 2 : 3.5);
    }
  });

  it('may differ later, if the fill was learnt', () => {
    const { columns } = readCsv('n,c\n1,x\n2,x\n6,y\n');
    const like = { columns };
    expect(() => readCsv('n,c\n,x\n', { like })).toThrow(/line 2, column 'n': expected a value, got nothing/);
    expect(readCsv('n,c\n,\n', { like, onMissing: 'mean' }).x).toEqual(Float64Array.of(3, 1, 0));
    expect(() => readCsv('n,c\n,x\n', { like, onMissing: 'median' })).toThrow(
      /line 2, column 'n': expected a value, got nothing; onMissing: 'median' was not learnt/,
    );
    // A category for missing cells was not trained on, so the most frequent one replaces it.
    expect(readCsv('n,c\n4,\n', { like, onMissing: 'category' }).x).toEqual(Float64Array.of(4, 1, 0));
  });

  it('fills dates', () => {
    const table = readCsv('d,n\n2000-01-01,1\n,2\n2000-01-03,3\n', { onMissing: 'mean' });
    const plain = readCsv('d,n\n2000-01-01,1\n2000-01-02,2\n2000-01-03,3\n');
    expect(table.x).toEqual(plain.x);
  });

  it("fills no target: rows without one are left out, and an error by onMissing: 'error'", () => {
    const text = 'a,t\n1,2\n3,\n5,6\n';
    const { y, notes, rows, skipped } = readCsv(text, { target: 't', onMissing: 'mean' });
    expect({ y, rows, skipped }).toEqual({ y: Float64Array.of(2, 6), rows: 2, skipped: 1 });
    expect(notes.map(({ text }) => text)).toEqual([
      "1 of 3 rows are left out because cells are missing: 't' 1",
    ]);
    expect(() => readCsv(text, { target: 't' })).toThrow(
      /line 3, column 't': expected a value, got nothing; onMissing: 'skip' leaves such rows out/,
    );
  });

  // An earlier version omitted rows and classes in silence, four of Soybean's nineteen.
  it("'skip' notes the number of omitted rows, the reason, and the classes that went with them", () => {
    const rows = ['1,a,x', '2,a,x', ',b,y', ',b,y', '3,,z', '4,c,x'];
    const table = readCsv(`n,c,t\n${rows.join('\n')}\n`, { target: 't', onMissing: 'skip' });
    expect(table).toMatchObject({
      rows: 3,
      skipped: 3,
      classNames: ['x'],
      featureNames: ['n', 'c=a', 'c=c'],
    });
    expect(table.notes.map(({ text }) => text)).toEqual([
      "3 of 6 rows are left out because cells are missing: 'n' 2, 'c' 1; onMissing: 'mean' would fill features",
      "2 classes of 't' lost all rows: 'y', 'z'",
    ]);
  });
});

describe('a blank column', () => {
  // An earlier version made every row an error, or skipped it.
  it.each<[options: CsvOptions]>([[{}], [{ onMissing: 'skip' }], [{ onMissing: 'mean' }]])(
    'is ignored and said with %j',
    (options) => {
      const { featureNames, rows, notes } = readCsv('a,b,c\n1,,NA\n2, ,\n', options);
      expect({ featureNames, rows }).toEqual({ featureNames: ['a'], rows: 2 });
      expect(notes).toEqual([
        { about: 'ignored', column: 'b', text: "column 'b' is ignored: all its cells are blank or missing" },
        { about: 'ignored', column: 'c', text: "column 'c' is ignored: all its cells are blank or missing" },
      ]);
    },
  );

  it('cannot be the target', () => {
    expect(() => readCsv('a,b\n1,\n2,\n', { target: 'b', onMissing: 'skip' })).toThrow(
      "text: expected values in the target column 'b', got none",
    );
  });
});

describe('onUnknown', () => {
  const first = readCsv('c,n\na,1\nb,2\na,3\n');
  const like = { columns: JSON.parse(JSON.stringify(first.columns)) };

  it("is an error by default, and zeros with 'zeros', with a note", () => {
    const text = 'c,n\nx,1\na,2\nx,3\ny,4\n';
    expect(() => readCsv(text, { like })).toThrow(
      /line 2, column 'c': unknown category 'x'; .*onUnknown: 'zeros' reads it as none of them$/,
    );
    const { x, notes } = readCsv(text, { like, onUnknown: 'zeros' });
    expect(x).toEqual(Float64Array.of(0, 0, 1, 1, 0, 2, 0, 0, 3, 0, 0, 4));
    expect(notes).toEqual([
      {
        about: 'unknown',
        column: 'c',
        text: "column 'c': 3 cells with categories unknown to training ('x', 'y', …), read as none of the known ones",
      },
    ]);
  });

  it("counts as a rare one with 'other', if there were some", () => {
    const table = readCsv('c\na\na\na\nb\nb\nc\nd\n', { maxCategories: 2, onUnknown: 'other' });
    expect(table.featureNames).toEqual(['c=a', 'c=b', 'c (other)']);
    expect(table.x.subarray(15)).toEqual(Float64Array.of(0, 0, 1, 0, 0, 1));
    expect(table.notes.map(({ text }) => text)).toEqual([
      "column 'c': the 2 most frequent categories have a value each, 2 rarer ones share one; maxCategories says how many",
    ]);
    // The option is stored in the columns.
    expect(readCsv('c\nzzz\nb\n', { like: table }).x).toEqual(Float64Array.of(0, 0, 1, 0, 1, 0));
    expect(readCsv('c,n\nzzz,1\n', { like, onUnknown: 'other' }).x).toEqual(Float64Array.of(0, 0, 1));
  });

  it('says of each column what becomes of an unknown one', () => {
    const text = 'c,n\na,x\na,x\nb,y\nc,y\nc,y\n';
    const pooled = readCsv(text, { maxCategories: 2, onUnknown: 'other' });
    const said = readCsv('c,n\nq,r\n', { like: pooled }).notes.map(({ text }) => text);
    expect(said).toEqual([
      "column 'c': 1 cell with categories unknown to training ('q'), read as one of the rare ones",
      "column 'n': 1 cell with categories unknown to training ('r'), read as none of the known ones",
    ]);
    const one = readCsv('c\na\n\nb\n', { onMissing: 'category' }).notes.map(({ text }) => text);
    expect(one).toEqual(["column 'c': 1 cell is missing and read as a category of its own"]);
  });

  it('is an error in a target, whatever the option says about features', () => {
    const labelled = readCsv('c,t\na,x\nb,y\n', { target: 't' });
    expect(() => readCsv('c,t\na,z\n', { like: labelled, onUnknown: 'zeros' })).toThrow(/unknown class 'z'/);
  });
});

describe('unreadable rows', () => {
  const like = readCsv('n,c\n1,x\n2,y\n');

  it('are listed with their reasons on request, and the others are read', () => {
    const text = 'n,c\n1,x\n,x\n3\n4,z\n5,y,6\nsix,x\n7,y\n';
    const table = readCsv(text, { like, onBadRow: 'skip', name: 'q.csv' });
    expect(table.x).toEqual(Float64Array.of(1, 1, 0, 7, 0, 1));
    expect(table).toMatchObject({ rows: 2, skipped: 5 });
    expect(table.rejected.map(({ row, line, reason }) => [row, line, reason.split(';')[0]])).toEqual([
      [1, 3, "q.csv: line 3, column 'n': expected a value, got nothing"],
      [2, 4, 'q.csv: line 4: expected 2 cells, got 1 cell'],
      [3, 5, "q.csv: line 5, column 'c': unknown category 'z'"],
      [4, 6, 'q.csv: line 6: expected 2 cells, got 3 cells'],
      [5, 7, "q.csv: line 7, column 'n': expected a number, got 'six'"],
    ]);
  });

  it('are an error if there are no others', () => {
    expect(() => readCsv('n,c\n1,z\n', { like, onBadRow: 'skip' })).toThrow(
      /got none of 1; .*unknown category 'z'/,
    );
  });
});

// Only kept rows decide: among them each n is different, so n is ignored and leaves no row out.
it('a column that is ignored after rows were omitted brings those rows back', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `Ann ${i},${i % 3},${i % 2}`);
  const text = `n,a,b\n${[...rows, ...rows.map((row) => `${row},`.replace(/,\d,$/, ',')), ',1,1', ',2,0'].join('\n')}\n`;
  const table = readCsv(text, { onMissing: 'skip' });
  expect(table.featureNames).toEqual(['a', 'b']);
  expect({ rows: table.rows, skipped: table.skipped, values: table.x.length }).toEqual({
    rows: 14,
    skipped: 12,
    values: 28,
  });
  expect(table.notes.map(({ text }) => text)).toEqual([
    "column 'n' is ignored: it has 12 different values in 12 rows; columns: { n: 'category' } keeps it",
    "12 of 26 rows are left out because cells are missing: 'b' 12; onMissing: 'mean' would fill features",
  ]);
});

it('the omitted rows may be the last ones', () => {
  expect(readCsv('a,t\n1,2\n3,4\n5,\n', { target: 't', onMissing: 'skip' })).toMatchObject({
    rows: 2,
    skipped: 1,
  });
});
