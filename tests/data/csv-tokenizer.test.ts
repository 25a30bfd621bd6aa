/** Tests of records and cells against papaparse, with the text in pieces of any size. */
import fc from 'fast-check';
import papaparse from 'papaparse';
import { describe, expect, it } from 'vitest';
import { type Dialect, QuoteFlaw, Tokenizer } from '../../src/data/csv/tokenizer.js';

const plain: Dialect = { delimiter: ',', quote: '"', comment: undefined };

interface Read {
  readonly rows: string[][];
  readonly lines: number[];
  readonly flaw: { line: number; column: number } | undefined;
}

function tokens(pieces: readonly string[], dialect: Dialect = plain): Read {
  const tokenizer = new Tokenizer(dialect);
  const read: Read = { rows: [], lines: [], flaw: undefined };
  try {
    for (const [p, piece] of pieces.entries()) {
      tokenizer.feed(piece, p === pieces.length - 1);
      while (tokenizer.next()) {
        read.rows.push(Array.from({ length: tokenizer.count }, (_, c) => tokenizer.cell(c)));
        read.lines.push(tokenizer.line);
      }
    }
  } catch (error) {
    if (!(error instanceof QuoteFlaw)) throw error;
    return { ...read, flaw: { line: error.line, column: error.column } };
  }
  return read;
}

const text = fc.string({
  unit: fc.constantFrom('"', '"', ',', '\n', '\r\n', '\r', ' ', 'a', 'é', '1', ';', '#'),
  maxLength: 24,
});

/** Splits a text into pieces at these places. */
function pieces(whole: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => whole.slice(from, places[i] ?? whole.length));
}

describe('records', () => {
  it('are those of papaparse, and so are broken quotes', () => {
    let [sound, broken] = [0, 0];
    fc.assert(
      fc.property(text, fc.constantFrom(',', ';', '1a'), (given, delimiter) => {
        // papaparse reads a quote after blanks as a character; here it may begin a cell.
        const lines = given.replace(/\r\n?/g, '\n').replace(/[^\S\n]+"/g, '"');
        const whole = lines.endsWith('\n') ? lines : `${lines}\n`;
        const { data, errors } = papaparse.parse<string[]>(whole, { delimiter, newline: '\n' });
        const { rows, flaw } = tokens([whole], { ...plain, delimiter });
        if (errors.some(({ type }) => type === 'Quotes')) {
          broken++;
          expect(flaw).toBeDefined();
        } else {
          sound++;
          // papaparse reads the end of the text as a blank line.
          expect(rows).toEqual(data.slice(0, -1).map((row) => row.map((cell) => cell.trim())));
        }
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(sound, broken)).toBeGreaterThan(1000);
  });

  it('are equal whatever the pieces, with their lines and flaws', () => {
    const dialects = fc.record({
      delimiter: fc.constantFrom(',', ';', ' ', 'a1', '\t'),
      quote: fc.constantFrom('"', "'"),
      comment: fc.constantFrom(undefined, '#', '#a'),
    });
    fc.assert(
      fc.property(text, fc.array(fc.nat(24), { maxLength: 6 }), dialects, (whole, cuts, dialect) => {
        expect(tokens(pieces(whole, cuts), dialect)).toEqual(tokens([whole], dialect));
      }),
      { numRuns: 20_000 },
    );
  });

  it('have the line on which they begin, as an editor counts', () => {
    expect(tokens(['a\r\n"b\nb\r\nb"\rc\n\n"d\r"\nx\n']).lines).toEqual([1, 2, 5, 6, 7, 9]);
  });

  it('keep no blanks of any kind, and only line feeds as line breaks', () => {
    const blanks = ' \t\u000b\f\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
    expect(tokens([`${blanks}a b${blanks},"${blanks}c\r\nd\re${blanks}"${blanks}\n`]).rows).toEqual([
      ['a b', 'c\nd\ne'],
    ]);
    expect(`${blanks}x${blanks}`.trim()).toBe('x');
  });

  it('may have more cells than an earlier record', () => {
    const row = Array.from({ length: 1000 }, (_, i) => `"${i}"""`);
    expect(tokens(['a,b\n', row.join(), '\n']).rows).toEqual([['a', 'b'], row.map((_, i) => `${i}"`)]);
  });
});
