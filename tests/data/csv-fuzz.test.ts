/**
 * Tables made at random, of which is known what they hold, written in every way that the reader guesses: 10 000 of them, or as many
 * as CSV_FUZZ says. `CSV_FUZZ=100000 npx vitest run tests/data/csv-fuzz.test.ts` takes some minutes.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '../../src/data/index.js';
import { Rng } from '../../src/index.js';

const tables = Number(process.env.CSV_FUZZ ?? 10_000);

/** Draws of one table; each kind of draw has its own stream. */
class Draws {
  readonly #values: Uint32Array;
  #next = 0;
  constructor(seed: number) {
    this.#values = new Rng(seed).split('csv').bits(4096);
  }
  below(n: number): number {
    return this.#values[this.#next++ % this.#values.length]! % n;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
  chance(one: number): boolean {
    return this.below(one) === 0;
  }
}

type Kind = 'numeric' | 'category' | 'date';
interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly cells: readonly string[];
  /** Rows of x, with one value or several. */
  readonly values: readonly (readonly number[])[];
}

const WORDS = [
  'red',
  'größe',
  'it is',
  'x;y',
  'a,b',
  'c|d',
  'say "so"',
  'naïve\nline',
  'Ωmega',
  'a\tb',
  '日本',
  'é',
];

function column(draws: Draws, name: string, rows: number, kind: Kind): Column {
  if (kind === 'numeric') {
    const fraction = draws.chance(2);
    const values = Array.from({ length: rows }, () => (draws.below(2000) - 1000) / (fraction ? 8 : 1));
    return { name, kind, cells: values.map(String), values: values.map((value) => [value]) };
  }
  if (kind === 'date') {
    const days = Array.from({ length: rows }, () => 10_000 + draws.below(5000));
    const cells = days.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
    return { name, kind, cells, values: days.map((day) => [day]) };
  }
  const words = Array.from({ length: 2 + draws.below(4) }, (_, i) => `${draws.of(WORDS)}${i}`);
  const cells = Array.from({ length: rows }, () => draws.of(words));
  const known = [...new Set(cells)].sort((a, b) => (a < b ? -1 : 1));
  return { name, kind, cells, values: cells.map((cell) => known.map((word) => Number(word === cell))) };
}

interface Writing {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly text: string;
}

/** Random table as some program writes it. */
function written(draws: Draws, columns: readonly Column[], rows: number): Writing {
  const delimiter = draws.of([',', ';', '\t', '|', '::']);
  // A single column of decimal commas looks like two columns to anyone.
  const comma = delimiter !== ',' && delimiter !== '::' && columns.length > 1;
  const decimal = comma && draws.chance(3) ? ',' : '.';
  const end = draws.of(['\n', '\r\n', '\r']);
  const [spaced, all, trailing, blanks, declared] = [
    draws.chance(4),
    draws.chance(4),
    draws.chance(5),
    draws.chance(5),
    draws.chance(6),
  ];
  const cell = (text: string) => {
    const quoted = all || /["\r\n]/.test(text) || text.includes(delimiter) || /[,;|\t]/.test(text);
    return (quoted ? `"${text.replaceAll('"', '""')}"` : text) + (spaced ? ' ' : '');
  };
  const number = (text: string) => (decimal === ',' ? text.replace('.', ',') : text);
  const lines = [
    columns.map(({ name }) => cell(name)),
    ...Array.from({ length: rows }, (_, r) =>
      columns.map(({ kind, cells }) => cell(kind === 'numeric' ? number(cells[r]!) : cells[r]!)),
    ),
  ].map((cells) => cells.join(delimiter) + (trailing ? delimiter : ''));
  const text = lines.join(end + (blanks && columns.length > 1 ? end : '')) + (draws.chance(3) ? '' : end);
  const first = declared && delimiter.length === 1 && delimiter !== '\t' ? `sep=${delimiter}${end}` : '';
  // A line alone cannot be told from the header of a single column.
  const remark = columns.length > 1 && draws.chance(8) ? `${draws.of(['#', '%', '//'])} by hand${end}` : '';
  return { delimiter, decimal, text: first + remark + text };
}

function encoded(draws: Draws, text: string): string | Uint8Array {
  switch (draws.below(5)) {
    case 0:
      return text;
    case 1:
      return new TextEncoder().encode(`\uFEFF${text}`);
    case 2:
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 3:
      return draws.chance(8) ? gzipSync(text) : new TextEncoder().encode(text);
    default:
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  }
}

function table(draws: Draws) {
  const rows = 2 + draws.below(draws.chance(20) ? 200 : 12);
  const width = 1 + draws.below(draws.chance(50) ? 60 : 5);
  // There is at least one column of numbers: nothing distinguishes a table of texts with a foreign delimiter from a list of words.
  const kinds = Array.from(
    { length: width },
    (_, c): Kind => (c === 0 ? 'numeric' : draws.of(['numeric', 'category', 'date'] as const)),
  );
  const columns = kinds.map((kind, c) =>
    column(draws, `${draws.of(['n', 'größe', 'a b', 'x,y', 'q"r'])}${c}`, rows, kind),
  );
  return { rows, columns };
}

/** Reads without guesses that this test does not cover: as many texts as rows would be identifiers. */
function told(columns: readonly Column[], { delimiter }: Writing): CsvOptions {
  const categories = columns
    .filter(({ kind }) => kind === 'category')
    .map(({ name }) => [name, 'category'] as const);
  return { columns: Object.fromEntries(categories), ...(delimiter === '::' && { delimiter }) };
}

/** Returns the result of a run; an error names the table. */
function explained<T>(seed: number, text: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new Error(`table ${seed}, ${JSON.stringify(text)}: ${(cause as Error).message}`, { cause });
  }
}

describe('tables made at random', () => {
  it('are read as they were written', () => {
    for (let seed = 0; seed < tables; seed++) {
      const draws = new Draws(seed);
      const { rows, columns } = table(draws);
      const writing = written(draws, columns, rows);
      const data = encoded(draws, writing.text);
      const read = explained(seed, writing.text, () => readCsv(data, told(columns, writing)));
      // Only the days of dates are compared; their circles have a test of their own.
      const kept = read.featureNames.flatMap((name, i) =>
        / \((year|week), (co)?sine\)$/.test(name) ? [] : [i],
      );
      const expected = Array.from({ length: rows }, (_, r) => columns.flatMap(({ values }) => values[r]!));
      const found = Array.from({ length: read.rows }, (_, r) =>
        kept.map((i) => read.x[r * read.inputSize + i]),
      );
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        expect({ seed, text: writing.text, found }).toEqual({ seed, text: writing.text, found: expected });
      }
    }
  });

  const marks = ['N/A', 'nan', '-', '', 'NULL', '<NA>', '?', '\u00a0'];
  const odds = ['10%', '1,200.5x', '$5', 'unknown', 'inf', '--1', '1e', '0x10', '12 kg'];

  it('keep a column of numbers numeric if one cell is not a number', () => {
    for (let seed = 0; seed < tables / 4; seed++) {
      const draws = new Draws(seed + 1_000_000);
      const {
        columns: [first, ...others],
      } = table(draws);
      const rows = 20;
      const numbers = column(draws, 'n', rows, 'numeric');
      const bad = draws.of(draws.chance(2) ? marks : odds);
      const place = draws.below(rows);
      const cells = numbers.cells.map((cell, r) => (r === place ? bad : cell));
      const more = others.map(({ name, kind }) => column(draws, name, rows, kind));
      const columns = [{ ...numbers, cells }, column(draws, first!.name, rows, 'numeric'), ...more];
      const writing = written(draws, columns, rows);
      const options = told(columns, writing);
      const read = () => readCsv(writing.text, { ...options, onMissing: 'mean' });
      if (marks.includes(bad)) {
        const { columns: found, notes } = read();
        expect(found.features[0]?.kind, writing.text).toBe('numeric');
        expect(notes.map(({ text }) => text)).toContain("column 'n': 1 cell is missing and read as the mean");
      } else expect(read, writing.text).toThrow(/line \d+, column 'n': expected a (finite )?number/);
    }
  });

  it('are refused with a message whatever is broken in them', () => {
    let refused = 0;
    for (let seed = 0; seed < tables; seed++) {
      const draws = new Draws(seed + 2_000_000);
      const { rows, columns } = table(draws);
      const bytes = Buffer.from(written(draws, columns, rows).text);
      for (let i = 0; i <= draws.below(4); i++) {
        const place = draws.below(bytes.length);
        if (draws.chance(2)) bytes[place] = draws.below(256);
        else bytes.copyWithin(place, draws.below(bytes.length));
      }
      try {
        const {
          x,
          inputSize,
          rows: kept,
          featureNames,
        } = readCsv(bytes, { name: 'f.csv', onMissing: draws.of(['mean', 'error', 'skip']) });
        expect([x.length, x.every(Number.isFinite)]).toEqual([kept * inputSize, true]);
        expect(featureNames.some((name) => name.includes('\uFFFD'))).toBe(false);
      } catch (error) {
        refused++;
        if (!(error instanceof RangeError) || !/f\.csv/.test(error.message)) throw error;
      }
    }
    expect(refused).toBeGreaterThan(tables / 10);
  });
});
