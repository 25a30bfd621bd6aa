/** Reader that yields the rows of a table from text that arrives in chunks. */
import { counted, ShapeError, show } from '../../errors.js';
import { footerHelp, hasFooter } from './cell-errors.js';
import { suggestion } from './columns.js';
import { type Layout, sniff } from './dialect.js';
import { withFlaw } from './flaws.js';
import { foreignText } from './foreign.js';
import type { Settings } from './options.js';
import { QuoteFlaw, Tokenizer } from './tokenizer.js';

/** Opens an error about a single cell. */
export function at(source: string, line: number, name: string): string {
  return `${source}: line ${line}, column ${show(name)}`;
}

/** Returns the index of a column. @throws TypeError that suggests the nearest name if no column has this name */
export function findColumn(argument: string, name: string, source: string, layout: Layout): number {
  const { names, hasHeader } = layout;
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const unnamed = hasHeader ? '' : '; its first row is read as data; header: true reads it as names';
  throw new TypeError(
    `${argument}: no column ${show(name)} in ${source}${suggestion(name, names)}${unnamed}`,
  );
}

/** Unreadable row. */
export interface RejectedRow {
  /** Index among the rows of the table, from 0. */
  readonly row: number;
  /** Line on which the row begins, from 1. */
  readonly line: number;
  /** Reason, as a sentence. */
  readonly reason: string;
}

/** Number of characters at the beginning from which the format is guessed. */
const SAMPLE = 1 << 16;
/** Largest number of characters in a record, 64 million: a longer one is more likely a quote that is not closed. */
const LONGEST_RECORD = 0x4000000;

/** Callbacks of a reader of rows. The tokenizer stands at the row and gives access to its cells. */
export interface RowVisitor {
  row(cells: Tokenizer): void;
  /** Called for a row with another number of cells than there are columns. @throws unless rejected rows are listed */
  flaw?(line: number, error: Error, cells: Tokenizer): void;
}

/**
 * Reader that guesses a table's format and then passes its rows to a visitor. Blank lines do not count, except in a table of one
 * column, where they are missing cells unless no row follows.
 */
export class RowReader {
  readonly #settings: Settings;
  readonly #pending: string[] = [];
  #pendingLength = 0;
  #layout: Layout | undefined;
  #tokenizer: Tokenizer | undefined;
  #head = 0;
  /** Lines of blank records that may turn out to be missing cells. */
  #blanks: number[] = [];
  #rows = 0;

  /** @param layout  layout from an earlier pass */
  constructor(settings: Settings, layout?: Layout) {
    this.#settings = settings;
    if (layout !== undefined) this.#begin(layout);
  }

  /** Layout of the table; undefined until enough of it has been read to guess it. */
  get layout(): Layout | undefined {
    return this.#layout;
  }

  /** Number of rows so far. */
  get rows(): number {
    return this.#rows;
  }

  get comments(): number {
    return this.#tokenizer?.comments ?? 0;
  }

  /**
   * Takes the next part of the text.
   *
   * @throws ShapeError  if a row has more or fewer cells than there are columns
   * @throws RangeError  if the text is empty, a quote is not closed, or two columns have the same name
   */
  push(chunk: string, last: boolean, visitor: (layout: Layout) => RowVisitor): void {
    this.#pending.push(chunk);
    this.#pendingLength += chunk.length;
    // Waiting for twice the pending text avoids reading a record of many chunks again for each chunk.
    const enough = this.#layout === undefined ? SAMPLE : (this.#tokenizer?.waiting ?? 0);
    if (!last && this.#pendingLength < enough) return;
    const text = this.#pending.length === 1 ? this.#pending[0]! : this.#pending.join('');
    if (this.#layout === undefined && !this.#guess(text, last)) return;
    this.#pending.length = 0;
    this.#pendingLength = 0;
    this.#read(text, last, visitor(this.#layout!));
  }

  /** Guesses the layout. @returns false if the sample is too small */
  #guess(text: string, last: boolean): boolean {
    const { source } = this.#settings;
    const foreign = foreignText(text);
    if (foreign !== undefined) throw new RangeError(`${source}: ${foreign}`);
    try {
      for (let length = SAMPLE; ; length *= 4) {
        const whole = last && length >= text.length;
        const layout = sniff(length < text.length ? text.slice(0, length) : text, whole, this.#settings);
        if (layout !== undefined) {
          this.#begin(layout);
          return true;
        }
        if (length >= text.length) break;
      }
    } catch (error) {
      if (error instanceof QuoteFlaw) throw quoteError(source, error, []);
      throw error;
    }
    this.#pending.splice(0, this.#pending.length, text);
    if (text.length > LONGEST_RECORD)
      throw new RangeError(`${source}: expected rows, got ${text.length} characters without an end of a row`);
    return false;
  }

  #begin(layout: Layout): void {
    const { source } = this.#settings;
    if (layout.names.length === 0) throw new RangeError(`${source}: expected rows, got an empty text`);
    checkNames(source, layout);
    this.#layout = layout;
    this.#head = layout.headRecords;
    this.#tokenizer = new Tokenizer(layout.dialect);
  }

  #read(text: string, last: boolean, visitor: RowVisitor): void {
    const { source } = this.#settings;
    const tokenizer = this.#tokenizer!;
    const { names } = this.#layout!;
    tokenizer.feed(text, last);
    try {
      while (tokenizer.next()) this.#visit(tokenizer, names, visitor);
    } catch (error) {
      if (error instanceof QuoteFlaw) throw quoteError(source, error, this.#layout!.hasHeader ? names : []);
      throw error;
    }
    if (tokenizer.waiting > LONGEST_RECORD) {
      throw new RangeError(
        `${source}: line ${tokenizer.line}: expected the row to end within 64 million characters; a quote in it is perhaps not closed`,
      );
    }
    if (!last || this.#rows > 0) return;
    const { headLine } = this.#layout!;
    const help = names.some((name) => /^[+-]?\d/.test(name)) ? '; header: false reads it as data' : '';
    throw new RangeError(`${source}: expected rows after the header on line ${headLine}, got none${help}`);
  }

  #visit(tokenizer: Tokenizer, names: readonly string[], visitor: RowVisitor): void {
    const { count } = tokenizer;
    if (count === 1 && tokenizer.isBlank(0)) {
      if (this.#head === 0 && names.length === 1) this.#blanks.push(tokenizer.line);
      return;
    }
    if (this.#head > 0) {
      this.#head--;
      return;
    }
    if (this.#blanks.length > 0) {
      tokenizer.asBlank(this.#blanks, () => this.#give(tokenizer, visitor));
      this.#blanks = [];
    }
    const isWhole = count === names.length || (count === names.length + 1 && tokenizer.isBlank(count - 1));
    if (isWhole) {
      this.#give(tokenizer, visitor);
      return;
    }
    const error = widthError(this.#settings, tokenizer, names);
    if (visitor.flaw === undefined) throw error;
    visitor.flaw(tokenizer.line, error, tokenizer);
    this.#rows++;
  }

  #give(tokenizer: Tokenizer, visitor: RowVisitor): void {
    visitor.row(tokenizer);
    this.#rows++;
  }
}

function widthError({ source, rejects }: Settings, cells: Tokenizer, names: readonly string[]): ShapeError {
  const { line, count } = cells;
  const expected = `expected ${counted(names.length, 'cell')}, got ${counted(count, 'cell')}`;
  const first = count < names.length ? `; no cell for ${show(names[count])}` : '';
  const text = `${source}: line ${line}: ${expected}${first}`;
  const isFooter = !rejects && (hasFooter(cells) || (count === 1 && names.length > 2));
  const quotes = count > names.length ? '; a cell with a delimiter in it needs quotes' : '';
  const help = isFooter ? `; ${footerHelp}` : quotes;
  return withFlaw(new ShapeError(text + help, { argument: source }), 'width', text);
}

function quoteError(
  source: string,
  { line, column, message }: QuoteFlaw,
  names: readonly string[],
): RangeError {
  return new RangeError(
    `${at(source, line, names[column] ?? String(column))}: ${message}; a quote within a quoted cell is written twice`,
  );
}

function checkNames(source: string, { names, headLine }: Layout): void {
  const places = new Map<string, number>();
  for (const [c, name] of names.entries()) {
    const earlier = places.get(name);
    if (earlier !== undefined) {
      throw new RangeError(
        `${at(source, headLine, name)}: columns ${earlier} and ${c} have this name; expected one of each`,
      );
    }
    places.set(name, c);
  }
}
