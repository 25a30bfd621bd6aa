/** Statistics of a column from one pass over a table, with memory that hardly grows with the rows. */

import { isDateInDigits, LONGEST_IN_DIGITS, SHORTEST_IN_DIGITS } from './dates.js';
import type { MissingMarks } from './missing.js';
import { INFINITE, NOT_A_NUMBER, type NumberReader, WHOLE, WITH_COMMA, WITH_POINT } from './numbers.js';
import type { Tokenizer } from './tokenizer.js';

/** First cell of a kind, for messages. */
export interface Place {
  readonly line: number;
  readonly cell: string;
}

/** Largest number of distinct texts that are counted separately; all others are counted together. */
const MOST_TEXTS = 1 << 16;
const ZERO = 48;
/** Number of cells after which numbers are tried as dates only if at least half of them are dates. */
const TRIED_AS_DATES = 16;
/** Length up to which V8 copies a part of a text; for a longer part it keeps the whole text in memory. */
const LONGEST_COPIED = 12;

export interface ScanOptions {
  readonly marks: MissingMarks;
  readonly numbers: NumberReader;
  /** True if numbers are counted among the texts too. */
  readonly asText: boolean;
  /** True if every number is kept, for a median or a mode. */
  readonly keep: boolean;
  /** True to test that all numbers are whole and distinct. */
  readonly distinct: boolean;
  /** True if the column's name is one of dates, so that 200503 may be a month. */
  readonly dated: boolean;
}

/** Counts of one column's cells. */
export class ColumnScan {
  missing = 0;
  whole = 0;
  point = 0;
  comma = 0;
  infinite = 0;
  /** Number of cells that are not numbers. */
  text = 0;
  /** Number of numbers that are also dates. */
  dates = 0;
  /** Number of whole numbers that begin with a zero, such as 02134. */
  zeros = 0;
  /** Number of characters of each whole number; −1 if they differ. */
  width = 0;
  sum = 0;
  /** True if a comma is followed by other than three digits, so that it cannot divide thousands. */
  surelyDecimal = false;
  /** Distinct texts and their counts. */
  readonly texts = new Map<string, number>();
  /** Line on which each distinct text occurs first. */
  readonly lines = new Map<string, number>();
  /** Text whose first occurrence came last. */
  newest: string | undefined;
  /** Number of cells with other texts. */
  beyond = 0;
  readonly first: { text?: Place; comma?: Place; point?: Place; infinite?: Place; zero?: Place } = {};
  readonly kept: number[] = [];
  readonly asText: boolean;
  /** True while all numbers are whole and distinct. */
  distinct: boolean;

  readonly #index: number;
  readonly #marks: MissingMarks;
  readonly #numbers: NumberReader;
  readonly #keep: boolean;
  readonly #dated: boolean;
  readonly #seen = new Set<number>();

  /** @param index  index of the column's cell in a record */
  constructor(index: number, { marks, numbers, asText, keep, distinct, dated }: ScanOptions) {
    this.#index = index;
    this.#marks = marks;
    this.#numbers = numbers;
    this.#keep = keep;
    this.#dated = dated;
    this.asText = asText;
    this.distinct = distinct;
  }

  /** Number of numeric cells, with either decimal mark. */
  get numbers(): number {
    return this.whole + this.point + this.comma + this.infinite;
  }

  get present(): number {
    return this.numbers + this.text;
  }

  add(cells: Tokenizer): void {
    const c = this.#index;
    if (cells.isPlain(c)) this.#add(cells.text, cells.starts[c]!, cells.ends[c]!, cells.line);
    else {
      const text = cells.cell(c);
      this.#add(text, 0, text.length, cells.line);
    }
  }

  #add(text: string, start: number, end: number, line: number): void {
    const marks = this.#marks;
    if (start === end || (marks.mayBeNumbers && marks.has(text, start, end))) {
      this.missing++;
      return;
    }
    const shape = this.#numbers.read(text, start, end);
    if (shape === NOT_A_NUMBER) this.#text(text, start, end, line);
    else {
      if (this.asText) this.#count(text.slice(start, end), line);
      this.#number(shape, text, start, end, line);
    }
  }

  #text(text: string, start: number, end: number, line: number): void {
    if (this.#marks.has(text, start, end)) {
      this.missing++;
      return;
    }
    this.text++;
    const cell = text.slice(start, end);
    this.first.text ??= { line, cell: copied(cell) };
    this.#count(cell, line);
  }

  #number(shape: number, text: string, start: number, end: number, line: number): void {
    const { value } = this.#numbers;
    const length = end - start;
    if (length >= SHORTEST_IN_DIGITS && length <= LONGEST_IN_DIGITS) this.#date(text, start, end);
    if (shape === WHOLE) {
      this.whole++;
      if (length !== this.width) this.width = this.whole === 1 ? length : -1;
      if (length > 1 && text.charCodeAt(start) === ZERO) this.#zero(text.slice(start, end), line);
    } else if (shape === WITH_POINT) {
      if (this.point++ === 0) this.first.point = { line, cell: text.slice(start, end) };
    } else this.#rare(shape, text.slice(start, end), line);
    if (shape === INFINITE) return;
    this.sum += value;
    if (this.#keep) this.kept.push(value);
    if (this.distinct) this.#tell(value);
  }

  #date(text: string, start: number, end: number): void {
    if (2 * this.dates + TRIED_AS_DATES <= this.numbers) return;
    if (isDateInDigits(text.slice(start, end), this.#dated)) this.dates++;
  }

  #zero(cell: string, line: number): void {
    if (/^0\d+$/.test(cell) && this.zeros++ === 0) this.first.zero = { line, cell };
  }

  #rare(shape: number, cell: string, line: number): void {
    if (shape === WITH_COMMA) {
      if (this.comma++ === 0) this.first.comma = { line, cell };
      this.surelyDecimal ||= !/^[^,]{1,4},\d{3}$/.test(cell);
    } else if (this.infinite++ === 0) this.first.infinite = { line, cell };
  }

  #tell(value: number): void {
    this.distinct = Number.isInteger(value) && !this.#seen.has(value);
    // With so many distinct texts, the rest need not be stored.
    if (this.#seen.size < MOST_TEXTS) this.#seen.add(value);
  }

  #count(cell: string, line: number): void {
    const count = this.texts.get(cell);
    if (count !== undefined) this.texts.set(cell, count + 1);
    else if (this.texts.size < MOST_TEXTS) {
      const key = copied(cell);
      this.texts.set(key, 1);
      this.lines.set(key, line);
      this.newest = key;
    } else this.beyond++;
  }
}

/** Returns a copy of the text that does not keep the longer text in memory. */
function copied(text: string): string {
  return text.length > LONGEST_COPIED ? (JSON.parse(JSON.stringify(text)) as string) : text;
}
