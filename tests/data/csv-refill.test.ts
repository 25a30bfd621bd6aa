/** Tests of fills of missing cells that are learnt from training rows alone. */
import { describe, expect, it } from 'vitest';
import { refilled } from '../../src/data/csv/refill.js';
import { type OnMissing, readCsv } from '../../src/data/index.js';

/** Rows 4 to 6 test. Their sizes, team and dates differ, so that a fill shows whether they took part. */
const text = `size,team,when,y
1,a,2020-01-01,1
,,,2
2,a,2020-01-03,3
6,b,2020-01-05,4
1000,b,2024-01-01,5
1000,b,2024-01-01,6
,b,2024-01-01,7
`;
const training = [0, 1, 2, 3];
const DAY = 86_400_000;
const day = (date: string) => Date.parse(date) / DAY;

function fills(onMissing: OnMissing, rows: readonly number[] = training) {
  const options = { target: 'y', onMissing } as const;
  const before = readCsv(text, options);
  const table = refilled(text, options, before, rows);
  const value = (r: number, name: string) => table.x[r * table.inputSize + table.featureNames.indexOf(name)];
  return { before, table, value };
}

describe('fills learnt from the training rows', () => {
  it.each([
    ['mean', 3, day('2020-01-03')],
    ['median', 2, day('2020-01-03')],
    // Each value occurs once, so the smallest is taken.
    ['mode', 1, day('2020-01-01')],
    ['indicator', 3, day('2020-01-03')],
  ] as const)('%s', (onMissing, size, days) => {
    const { table, before, value } = fills(onMissing);
    expect([value(1, 'size'), value(6, 'size')]).toEqual([size, size]);
    expect(value(1, 'when')).toBe(days);
    // Present values stay unchanged.
    const gaps = new Set([1, 6]);
    for (let r = 0; r < 7; r++) {
      const row = (x: Float64Array) => [...x.subarray(r * table.inputSize, (r + 1) * table.inputSize)];
      if (!gaps.has(r)) expect(row(table.x)).toEqual(row(before.x));
    }
    expect(table.columns.features[0]).toMatchObject({
      name: 'size',
      [onMissing === 'indicator' ? 'mean' : onMissing]: size,
    });
    // With all rows the fills are those of the table.
    expect(fills(onMissing, [0, 1, 2, 3, 4, 5, 6]).table).toEqual(before);
  });

  it('gives a category its most frequent value, which the note names', () => {
    const { table, before, value } = fills('mode');
    expect(before.columns.features[1]).toMatchObject({ mode: 'b' });
    expect([value(1, 'team=a'), value(1, 'team=b')]).toEqual([1, 0]);
    expect(table.notes.find(({ column, about }) => about === 'missing' && column === 'team')!.text).toBe(
      "column 'team': 1 cell is missing and read as the most frequent category, 'a'",
    );
  });

  it('counts the rows of the table without the omitted ones', () => {
    const holes = text.replace('1,a,2020-01-01,1\n', '77,a,2020-01-01,\n1,a,2020-01-01,1\n');
    const options = { target: 'y', onMissing: 'mean' } as const;
    const table = refilled(holes, options, readCsv(holes, options), training);
    expect(table.columns.features[0]).toMatchObject({ mean: 3 });
  });

  it('keeps the fill of a column that has no value in these rows', () => {
    expect(fills('mean', [1]).table.columns).toEqual(fills('mean').before.columns);
  });

  it('changes nothing if no cell is missing', () => {
    const whole = readCsv('a,y\n1,2\n3,4\n', { target: 'y', onMissing: 'mean' });
    expect(refilled('a,y\n1,2\n3,4\n', { target: 'y', onMissing: 'mean' }, whole, [0])).toBe(whole);
  });
});

it('a decimal comma that only the target has is found with `like`, too', () => {
  const first = readCsv('a;y\n1;2,5\n2;3,5\n', { target: 'y' });
  expect([...readCsv('a;y\n1;4,5\n', { like: first }).y]).toEqual([4.5]);
});
