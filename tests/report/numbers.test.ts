/** Tests number formats of reports, tables and messages: one function for each meaning. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDigits, formatNumber, formatShare, NONE } from '../../src/format.js';
import { formatFinite, formatFiniteShare } from '../../src/report/numbers.js';

describe('a number', () => {
  it.each([
    [0.25, 2, '0.25'],
    [0.5, 3, '0.5'],
    [0.0349, 2, '0.035'],
    [1234.5, 3, '1230'],
    [999_499, 3, '999000'],
    [999_999, 3, '1e6'],
    [-2_345_678, 2, '-2.3e6'],
    [1.24e-7, 2, '1.2e-7'],
    [0, 2, '0'],
  ])('%d in %i digits is %s in a sentence', (value, digits, text) => {
    expect(formatDigits(value, digits)).toBe(text);
  });

  it.each([
    [0.25, '0.250', '0.250'],
    [-0.25, '-0.250', '−0.250'],
    [-1.24e-7, '-1.2e-7', '−1.2e-7'],
    [1e5, '1.0e5', '1.0e5'],
    [Number.NaN, NONE, 'NaN'],
    [-Infinity, NONE, '−∞'],
  ])('%d is %s in a column, and %s in a report', (value, column, report) => {
    expect([formatNumber(value), formatFinite(value)]).toEqual([column, report]);
  });
});

describe('a share', () => {
  it.each([
    [0, '0.0 %', '0 %'],
    [1e-5, '< 0.1 %', '< 0.1 %'],
    [0.0005, '0.1 %', '0.1 %'],
    [0.95, '95.0 %', '95 %'],
    [0.9581, '95.8 %', '95.8 %'],
    [0.9996, '> 99.9 %', '> 99.9 %'],
    [1, '100.0 %', '100 %'],
    [Number.NaN, NONE, 'NaN'],
  ])('%d is %s in a column, and %s in a report', (value, column, report) => {
    expect([formatShare(value), formatFiniteShare(value)]).toEqual([column, report]);
  });
});

it('names of number formatters are unique', () => {
  const src = new URL('../../src/', import.meta.url);
  const declared = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(new URL(file, src), 'utf8').matchAll(/^(?:export )?function (format\w+)/gm),
    ])
    .map(([, name]) => name!);
  expect(declared.length).toBeGreaterThan(8);
  expect(declared.filter((name, i) => declared.indexOf(name) < i)).toEqual([]);
});
