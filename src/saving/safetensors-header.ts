/**
 * Parser of the header of a safetensors file. It accepts one form only, unlike JSON.parse. JSON.parse keeps the last of two equal
 * keys, rounds numbers, reads 1.0 as 1, and builds any nested value of a file before it can be refused.
 */
import { shortened } from '../errors.js';

/** Fields of a tensor in the header: whole numbers that are not compared with the file yet. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Content of a header. */
export interface Header {
  /** Tensors in the order of the header. It is a Map, because a tensor may be called `__proto__`. */
  readonly entries: Map<string, TensorEntry>;
  readonly metadata: Map<string, string>;
}

/** The only name that is not the name of a tensor. */
export const METADATA = '__metadata__';
const FIELDS = ['dtype', 'shape', 'data_offsets'] as const;
/** Largest number of unexpected characters of the header that a message quotes. */
const LONGEST_REST = 20;
/** Whitespace of JSON; \s has more. */
const SPACE = /[ \t\n\r]*/y;
/**
 * Pattern of a whole number of up to sixteen digits, enough for 2^53, and then its end, so that a fraction or an exponent does not match.
 */
const WHOLE_NUMBER = /(?:0|[1-9]\d{0,15})(?=[\s,\]]|$)/y;

/** Skips a value of an unknown field. */
export type Skip = (scan: Scanner, where: string) => void;

/**
 * Parses a header.
 *
 * @param skip  skips unknown fields, as the reference does, and the last of equal names of tensors and texts counts; default refuses both
 * @throws RangeError that opens with `bytes` and says what was expected where
 */
export function parseHeader(text: string, skip?: Skip): Header {
  const scan = new Scanner(text, skip !== undefined);
  const entries = new Map<string, TensorEntry>();
  const metadata = new Map<string, string>();
  let hasMetadata = false;
  scan.object('header', (name) => {
    if (name === METADATA) {
      // The reference refuses a second `__metadata__`, which is a field to it.
      if (hasMetadata) throw scan.duplicate('header', METADATA);
      hasMetadata = true;
      scan.object(METADATA, (key) => metadata.set(key, scan.string(`${METADATA}.${quote(key)}`)));
    } else {
      entries.set(name, parseEntry(scan, `tensor ${quote(name)}`, skip));
    }
  });
  scan.end();
  return { entries, metadata };
}

function parseEntry(scan: Scanner, where: string, skip: Skip | undefined): TensorEntry {
  const found: { dtype?: string; shape?: number[]; data_offsets?: number[] } = {};
  scan.object(where, (key) => {
    // The reference takes equal names of tensors, but not of fields.
    if (Object.hasOwn(found, key)) throw scan.duplicate(where, key);
    if (key === 'dtype') found.dtype = scan.string(`${where}.dtype`);
    else if (key === 'shape') found.shape = scan.wholeNumbers(`${where}.shape`);
    else if (key === 'data_offsets') found.data_offsets = scan.wholeNumbers(`${where}.data_offsets`);
    else if (skip !== undefined) skip(scan, `${where}.${quote(key)}`);
    else throw scan.refusal(`${where}: unknown key ${quote(key)}; expected ${FIELDS.join(', ')}`);
  });
  const { dtype, shape, data_offsets } = found;
  if (dtype === undefined || shape === undefined || data_offsets === undefined) {
    throw scan.refusal(`${where}: no ${FIELDS.filter((field) => found[field] === undefined).join(', no ')}`);
  }
  const [begin, end] = data_offsets;
  if (begin === undefined || end === undefined || data_offsets.length > 2) {
    throw scan.refusal(`${where}.data_offsets: expected [begin, end], got ${data_offsets.length} numbers`);
  }
  return { dtype, shape, begin, end };
}

/** Quotes text of a file for a message: escaped and of limited length. */
export function quote(text: string): string {
  return JSON.stringify(shortened(text));
}

/** Returns false if a text has half of a surrogate pair, which UTF-8 cannot encode. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Reads the text from left to right. Each method reads one value, and its error says `where` the value belongs. */
export class Scanner {
  readonly text: string;
  at = 0;
  /** True if keys may occur twice. */
  readonly #lenient: boolean;

  constructor(text: string, lenient: boolean) {
    this.text = text;
    this.#lenient = lenient;
  }

  /** Reads an object and calls `member` at each value, which it must read. */
  object(where: string, member: (key: string) => void): void {
    const seen = new Set<string>();
    this.list(where, '{', '}', () => {
      const key = this.string(where);
      if (seen.has(key) && !this.#lenient) throw this.duplicate(where, key);
      seen.add(key);
      if (!this.took(':')) throw this.unexpected(where, "':'");
      member(key);
    });
  }

  wholeNumbers(where: string): number[] {
    const numbers: number[] = [];
    this.list(where, '[', ']', () => {
      this.skipSpace();
      WHOLE_NUMBER.lastIndex = this.at;
      const number = Number(WHOLE_NUMBER.exec(this.text)?.[0]);
      if (!Number.isSafeInteger(number)) throw this.unexpected(where, 'a whole number from 0 to 2^53 − 1');
      this.at = WHOLE_NUMBER.lastIndex;
      numbers.push(number);
    });
    return numbers;
  }

  string(where: string): string {
    this.skipSpace();
    const start = this.at;
    let end = start;
    do {
      end = this.text[start] === '"' ? this.text.indexOf('"', end + 1) : -1;
      if (end < 0) throw this.unexpected(where, 'a string');
    } while (this.#isEscaped(end));
    const value = parseString(this.text.slice(start, end + 1));
    if (value === undefined || !isWellFormed(value)) {
      throw this.unexpected(where, 'a JSON string without half a surrogate pair');
    }
    this.at = end + 1;
    return value;
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected('header', 'its end');
  }

  refusal(message: string): RangeError {
    return new RangeError(`bytes: ${message}`);
  }

  duplicate(where: string, key: string): RangeError {
    return this.refusal(`${where}: duplicate key ${quote(key)}`);
  }

  list(where: string, open: string, close: string, item: () => void): void {
    if (!this.took(open)) throw this.unexpected(where, `'${open}'`);
    if (this.took(close)) return;
    do item();
    while (this.took(','));
    if (!this.took(close)) throw this.unexpected(where, `',' or '${close}'`);
  }

  took(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  skipSpace(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  /** Returns true if an odd number of backslashes comes before. */
  #isEscaped(at: number): boolean {
    let first = at;
    while (this.text[first - 1] === '\\') first--;
    return (at - first) % 2 === 1;
  }

  unexpected(where: string, expected: string): RangeError {
    const rest = this.text.slice(this.at, this.at + LONGEST_REST);
    const got = rest === '' ? 'the end' : quote(rest);
    return this.refusal(`${where}: expected ${expected} at character ${this.at} of the header, got ${got}`);
  }
}

function parseString(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
