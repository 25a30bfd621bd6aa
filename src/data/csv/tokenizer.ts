/** Tokenizer that splits text arriving in chunks into records of cells, without creating a string per cell. */

/** Format of a table. */
export interface Dialect {
  /** Delimiter of one or more characters; a single space stands for any run of spaces and tabs. */
  readonly delimiter: string;
  readonly quote: string;
  /** Mark at the beginning of lines that are skipped. */
  readonly comment: string | undefined;
  /** Number of records before which lines may be comments, without blank ones; undefined if all lines may be. */
  readonly commentedRecords?: number;
}

/** Cells of one row, as an encoder reads them. */
export interface Cells {
  readonly text: string;
  /** Number of cells. */
  readonly count: number;
  /** Start of each cell; a plain cell c is text.slice(starts[c], ends[c]). */
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  /** Line on which the row begins, from 1. */
  readonly line: number;
  isBlank(c: number): boolean;
  isPlain(c: number): boolean;
  /** Text of cell c, without quotes. */
  cell(c: number): string;
}

/** Error of a quoted cell that ends wrongly. */
export class QuoteFlaw extends Error {
  readonly line: number;
  readonly column: number;

  constructor(line: number, column: number) {
    super('expected a quote at the end of the cell, got none before the next delimiter');
    this.line = line;
    this.column = column;
  }
}

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const FIRST_WIDE_SPACE = 0xa0;

/** Treatments that a cell's text may need before it can be read. */
const PLAIN = 0;
/** Treatment of a quoted cell that holds doubled quotes or line breaks. */
const TO_UNQUOTE = 1;

/** Returns true for characters that `String.prototype.trim` removes. */
export function isSpace(code: number): boolean {
  if (code <= SPACE) return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN);
  if (code < FIRST_WIDE_SPACE) return false;
  return (
    code === FIRST_WIDE_SPACE ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

/**
 * Tokenizer that reads one record at a time, as offsets into `text`. Cells follow RFC 4180: within quotes they may hold delimiters,
 * line breaks and doubled quotes. White space around a cell is omitted, and LF, CR LF or CR ends a record.
 *
 * Every character is read a bounded number of times, whatever the text: a million quotes take no longer than a million letters.
 */
export class Tokenizer implements Cells {
  text = '';
  /** Number of cells of the present record. */
  count = 0;
  /** Start of each cell; cell c is text.slice(starts[c], ends[c]). */
  starts: Int32Array = new Int32Array(64);
  ends: Int32Array = new Int32Array(64);
  /** Line on which the present record begins, from 1. */
  line = 1;
  /** Number of comment lines skipped so far. */
  comments = 0;

  #forms = new Uint8Array(64);
  #position = 0;
  #last = false;
  #nextLine = 1;
  /** Number of line breaks within the quotes of the present record. */
  #breaks = 0;
  readonly #delimiter: number;
  /** Characters of the delimiter after the first one. */
  readonly #more: string;
  /** True if any run of blanks is a delimiter. */
  readonly #runs: boolean;
  readonly #isSimple: boolean;
  readonly #quote: number;
  #comment: string | undefined;
  #commentedRecords: number;
  readonly #commentStart: number;

  constructor({ delimiter, quote, comment, commentedRecords = Number.POSITIVE_INFINITY }: Dialect) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#more = delimiter.slice(1);
    this.#runs = delimiter === ' ';
    this.#isSimple = delimiter.length === 1 && !this.#runs;
    this.#quote = quote.charCodeAt(0);
    this.#comment = comment;
    this.#commentedRecords = commentedRecords;
    this.#commentStart = comment === undefined ? -1 : comment.charCodeAt(0);
  }

  /** Appends text. @param last  true if no text follows */
  feed(chunk: string, last: boolean): void {
    const rest = this.text.slice(this.#position);
    this.text = rest === '' ? chunk : rest + chunk;
    this.#position = 0;
    this.#last = last;
  }

  /** Number of characters that wait for the end of their record. */
  get waiting(): number {
    return this.text.length - this.#position;
  }

  /**
   * Goes to the next whole record. @returns false if more text is needed
   * @throws QuoteFlaw
   */
  next(): boolean {
    this.count = 0;
    this.#breaks = 0;
    this.line = this.#nextLine;
    let i = this.#skipComments(this.#position);
    if (i < 0 || i >= this.text.length) return false;
    if (this.#runs) i = this.#skipRun(i);
    for (;;) {
      if (this.#isSimple) i = this.#cells(i);
      if (i >= 0) i = this.#cell(i);
      if (i < 0) break;
    }
    if (i !== RECORD) return false;
    const isBlank = this.count === 1 && this.isBlank(0);
    if (!isBlank && --this.#commentedRecords === 0) this.#comment = undefined;
    return true;
  }

  /**
   * Reads the cells that are neither quoted nor preceded by blanks, which are most. It is a loop of its own because it passes every
   * character: with `#cell` alone, a table of numbers takes half as long again.
   *
   * @returns start of the first other cell, or RECORD or MORE like `#cell`
   */
  #cells(from: number): number {
    const { text } = this;
    const n = text.length;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const highest = Math.max(delimiter, CARRIAGE_RETURN);
    let start = from;
    for (;;) {
      let code = text.charCodeAt(start);
      if (code === quote || code >= FIRST_WIDE_SPACE) return start;
      if (code <= SPACE && code !== delimiter && code !== LINE_FEED && code !== CARRIAGE_RETURN) return start;
      let i = start;
      while (code > highest || (code !== delimiter && code !== LINE_FEED && code !== CARRIAGE_RETURN)) {
        if (++i >= n) return start;
        code = text.charCodeAt(i);
      }
      let end = i;
      while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
      const { count } = this;
      if (count === this.starts.length) this.#grow();
      this.starts[count] = start;
      this.ends[count] = end;
      this.#forms[count] = PLAIN;
      this.count = count + 1;
      if (code !== delimiter) return this.#boundary(i, code);
      start = i + 1;
      if (start === n) return start;
    }
  }

  /** Returns the text of cell c, unquoted and with line feeds as line breaks. */
  cell(c: number): string {
    const raw = this.text.slice(this.starts[c]!, this.ends[c]!);
    if (this.#forms[c] === PLAIN) return raw;
    const quote = String.fromCharCode(this.#quote);
    return raw
      .replaceAll(quote + quote, quote)
      .replace(/\r\n?/g, '\n')
      .trim();
  }

  /** Returns true if the text of cell c occurs unchanged in `text`, so that it can be read without a string. */
  isPlain(c: number): boolean {
    return this.#forms[c] === PLAIN;
  }

  isBlank(c: number): boolean {
    return this.starts[c] === this.ends[c];
  }

  /** Visits a blank record for each of these lines in turn, then the present record again, which has more than blanks. */
  asBlank(lines: readonly number[], visit: () => void): void {
    const { count, line, starts, ends } = this;
    const [start, end] = [starts[0]!, ends[0]!];
    this.count = 1;
    starts[0] = ends[0] = 0;
    for (const blank of lines) {
      this.line = blank;
      visit();
    }
    this.count = count;
    this.line = line;
    starts[0] = start;
    ends[0] = end;
  }

  /** Reads a cell. @returns start of the next cell; RECORD after the last one of a record, MORE if the text ends within it */
  #cell(from: number): number {
    const { text } = this;
    const n = text.length;
    const delimiter = this.#delimiter;
    // Most characters are above both and pass with one comparison.
    const highest = Math.max(delimiter, CARRIAGE_RETURN);
    let start = from;
    let code = text.charCodeAt(start);
    while (code !== delimiter && code !== LINE_FEED && code !== CARRIAGE_RETURN && isSpace(code)) {
      code = text.charCodeAt(++start);
    }
    if (code === this.#quote) {
      const after = this.#quoted(start, start > from);
      if (after !== NOT_QUOTED) return after;
    }
    for (let i = start; i < n; i++) {
      code = text.charCodeAt(i);
      if (code > highest) continue;
      const next = this.#boundary(i, code);
      if (next === NONE) continue;
      if (next !== MORE) this.#push(start, i, PLAIN);
      return next;
    }
    if (!this.#last) return MORE;
    this.#push(start, n, PLAIN);
    return this.#finish(n);
  }

  /** Classifies the character at i, which is not above the delimiter. @returns a place to continue, RECORD, MORE or NONE */
  #boundary(i: number, code: number): number {
    const { text } = this;
    if (code === LINE_FEED) return this.#finish(i + 1);
    if (code === CARRIAGE_RETURN) {
      if (i + 1 === text.length && !this.#last) return MORE;
      return this.#finish(text.charCodeAt(i + 1) === LINE_FEED ? i + 2 : i + 1);
    }
    if (this.#runs) {
      if (code !== SPACE && code !== TAB) return NONE;
      const next = this.#skipRun(i);
      if (next === text.length) return this.#last ? this.#finish(next) : MORE;
      // Blanks before a line break are not delimiters.
      const after = text.charCodeAt(next);
      return after === LINE_FEED || after === CARRIAGE_RETURN ? this.#boundary(next, after) : next;
    }
    if (code !== this.#delimiter) return NONE;
    if (this.#more === '') return i + 1;
    if (i + this.#more.length >= text.length && !this.#last) return MORE;
    return text.startsWith(this.#more, i + 1) ? i + 1 + this.#more.length : NONE;
  }

  #finish(position: number): typeof RECORD {
    this.#position = position;
    this.#nextLine += this.#breaks + 1;
    return RECORD;
  }

  /**
   * Reads the cell whose opening quote is at `open`; white space may follow its closing quote.
   *
   * @param lenient  true if blanks came before the quote, which may then be an ordinary character
   */
  #quoted(open: number, lenient: boolean): number {
    const { text } = this;
    const n = text.length;
    const quote = this.#quote;
    let form = PLAIN;
    let breaks = 0;
    let i = open + 1;
    for (; i < n; i++) {
      const code = text.charCodeAt(i);
      if (code === quote) {
        if (text.charCodeAt(i + 1) !== quote) break;
        form = TO_UNQUOTE;
        i++;
      } else if (code === LINE_FEED) breaks++;
      else if (code === CARRIAGE_RETURN) {
        form = TO_UNQUOTE;
        if (text.charCodeAt(i + 1) !== LINE_FEED) breaks++;
      }
    }
    const close = i;
    this.#breaks += breaks;
    let next = NONE;
    let malformed = close >= n && this.#last;
    for (i++; i < n && next === NONE && !malformed; i++) {
      const code = text.charCodeAt(i);
      next = this.#boundary(i, code);
      malformed = next === NONE && !isSpace(code);
    }
    if (malformed) {
      if (!lenient) throw new QuoteFlaw(this.#lineOf(open), this.count);
      this.#breaks -= breaks;
      return NOT_QUOTED;
    }
    if (next === MORE || (next === NONE && !this.#last)) return MORE;
    this.#push(open + 1, close, form);
    return next === NONE ? this.#finish(n) : next;
  }

  /** Returns the line of a place in the present record. */
  #lineOf(place: number): number {
    const before = this.text.slice(this.#position, place);
    return this.line + (before.match(/\r\n?|\n/g)?.length ?? 0);
  }

  /** Trims the end of a cell; the start is trimmed already, except within quotes. */
  #push(from: number, to: number, form: number): void {
    const { text } = this;
    let start = from;
    let end = to;
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    while (start < end && isSpace(text.charCodeAt(start))) start++;
    if (this.count === this.starts.length) this.#grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.#forms[this.count] = form;
    this.count++;
  }

  #grow(): void {
    const bigger = <T extends Int32Array | Uint8Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    const length = 2 * this.starts.length;
    this.starts = bigger(this.starts, new Int32Array(length));
    this.ends = bigger(this.ends, new Int32Array(length));
    this.#forms = bigger(this.#forms, new Uint8Array(length));
  }

  #skipRun(from: number): number {
    let i = from;
    for (let code = this.text.charCodeAt(i); code === SPACE || code === TAB; )
      code = this.text.charCodeAt(++i);
    return i;
  }

  /** Skips to the next record. @returns its start, or −1 if more text is needed to know it */
  #skipComments(from: number): number {
    let i = from;
    if (this.#comment === undefined) return i;
    const { text } = this;
    while (text.charCodeAt(i) === this.#commentStart && text.startsWith(this.#comment, i)) {
      while (i < text.length && text.charCodeAt(i) !== LINE_FEED && text.charCodeAt(i) !== CARRIAGE_RETURN)
        i++;
      const ended = i + 1 < text.length || this.#last;
      if (!ended) return -1;
      i += text.charCodeAt(i) === CARRIAGE_RETURN && text.charCodeAt(i + 1) === LINE_FEED ? 2 : 1;
      this.#position = Math.min(i, text.length);
      this.line = ++this.#nextLine;
      this.comments++;
    }
    return i;
  }
}

/** Results of the methods that read a cell, besides the start of the next cell. */
const RECORD = -1;
const MORE = -2;
const NONE = -3;
const NOT_QUOTED = -4;
