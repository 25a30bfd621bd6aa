/** Numbers as tables write them: digits, a decimal mark and an exponent; optionally thousands, per cent and currency. */
import { show } from '../../errors.js';
import { isSpace } from './tokenizer.js';

export interface NumberFormat {
  /** Decimal mark; undefined reads both, and the result of `read` says which it was. */
  readonly decimal: '.' | ',' | undefined;
  /** Separator between groups of digits; a space stands for any kind of space. */
  readonly thousands: string | undefined;
  readonly percent: boolean;
  /** `true` stands for every currency sign of Unicode. */
  readonly currency: boolean | readonly string[];
}

/** Results of reading a cell as a number. */
export const NOT_A_NUMBER = 0;
export const WHOLE = 1;
export const WITH_POINT = 2;
export const WITH_COMMA = 3;
/** Infinite: `inf`, or a number that f64 cannot hold. */
export const INFINITE = 4;

const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const TRUE_MINUS = 0x2212;

/** Number of digits up to which whole numbers and powers of ten are exact in f64, so that their quotient is rounded only once. */
const EXACT_DIGITS = 15;
const POWERS = /* @__PURE__ */ Array.from({ length: 16 }, (_, k) => Number(`1e${k}`));

/** Largest number of characters of a cell with currency or groups. The limit bounds the time of the search. */
const LONGEST_DECORATED = 64;

const INFINITY = /^[+-]?inf(?:inity)?$/i;
/** Pattern in which no two parts can match the same digits, so that a failure takes linear time. */
export const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** Reader of numbers in longer texts. `value` is the last number read. */
export class NumberReader {
  value = 0;
  readonly #point: boolean;
  readonly #comma: boolean;
  readonly #format: NumberFormat;
  /** True if characters other than digits and marks may belong to a number. */
  readonly #decorated: boolean;

  constructor(format: NumberFormat) {
    const { decimal, thousands, percent, currency } = format;
    this.#point = decimal !== ',' && thousands !== '.';
    this.#comma = decimal !== '.' && thousands !== ',';
    this.#format = format;
    this.#decorated = thousands !== undefined || percent || currency !== false;
  }

  /** Reads text.slice(start, end), which has no white space around it. */
  read(text: string, start: number, end: number): number {
    let i = start;
    const code = text.charCodeAt(i);
    const negative = code === MINUS || code === TRUE_MINUS;
    if (negative || code === PLUS) i++;
    const first = i;
    let mantissa = 0;
    let digit = 0;
    for (; i < end; i++) {
      digit = text.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
    }
    let digits = i - first;
    let decimals = 0;
    let shape = WHOLE;
    if (i < end) {
      if (digit === POINT - ZERO && this.#point) shape = WITH_POINT;
      else if (digit === COMMA - ZERO && this.#comma) shape = WITH_COMMA;
      else return this.#readSlowly(text.slice(start, end));
      const mark = i++;
      for (; i < end; i++) {
        digit = text.charCodeAt(i) - ZERO;
        if (digit < 0 || digit > 9) return this.#readSlowly(text.slice(start, end));
        mantissa = mantissa * 10 + digit;
      }
      decimals = end - 1 - mark;
      digits += decimals;
    }
    if (digits === 0) return NOT_A_NUMBER;
    if (digits > EXACT_DIGITS) return this.#readSlowly(text.slice(start, end));
    const value = decimals === 0 ? mantissa : mantissa / POWERS[decimals]!;
    this.value = negative ? -value : value;
    return shape;
  }

  #readSlowly(cell: string): number {
    let text = cell.replace('\u2212', '-');
    if (INFINITY.test(text)) {
      this.value = text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      return INFINITE;
    }
    let percent = false;
    if (this.#decorated && cell.length <= LONGEST_DECORATED) {
      const { thousands, currency } = this.#format;
      percent = this.#format.percent && text.endsWith('%');
      if (percent) text = text.slice(0, -1).trimEnd();
      text = withoutCurrency(text, currency);
      if (thousands !== undefined) text = withoutThousands(text, thousands, this.#comma ? ',' : '.');
    }
    let shape = WHOLE;
    const comma = text.indexOf(',');
    if (comma >= 0) {
      if (!this.#comma || text.includes('.')) return NOT_A_NUMBER;
      text = text.replace(',', '.');
      shape = WITH_COMMA;
    } else if (text.includes('.')) {
      if (!this.#point) return NOT_A_NUMBER;
      shape = WITH_POINT;
    }
    if (!DECIMAL.test(text)) return NOT_A_NUMBER;
    // The hundredth is applied as an exponent, so that it is rounded together with the digits.
    this.value = percent && !/e/i.test(text) ? Number(`${text}e-2`) : Number(text) / (percent ? 100 : 1);
    return Number.isFinite(this.value) ? shape : INFINITE;
  }
}

const SIGNS = /^\p{Sc}|\p{Sc}$/u;

/** Removes one currency sign at the start, also after the number's sign, or at the end. */
function withoutCurrency(text: string, currency: NumberFormat['currency']): string {
  if (currency === false) return text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const amount = text.slice(sign.length).trim();
  if (currency === true) return sign + amount.replace(SIGNS, '').trim();
  for (const mark of currency) {
    if (amount.startsWith(mark)) return sign + amount.slice(mark.length).trim();
    if (amount.endsWith(mark)) return sign + amount.slice(0, -mark.length).trim();
  }
  return text;
}

/** Joins groups of digits: up to three first, then two or three each (India's lakhs), three last. Other text is returned unchanged. */
function withoutThousands(text: string, separator: string, decimal: string): string {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const mark = text.indexOf(decimal);
  const whole = text.slice(sign.length, mark < 0 ? text.length : mark);
  const groups = (separator === ' ' ? withPlainSpaces(whole) : whole).split(separator);
  const grouped = groups.every((group, g) => {
    if (!/^\d{1,3}$/.test(group)) return false;
    return g === 0 || group.length === 3 || (group.length === 2 && g < groups.length - 1);
  });
  return grouped && groups.length > 1 ? sign + groups.join('') + (mark < 0 ? '' : text.slice(mark)) : text;
}

function withPlainSpaces(text: string): string {
  return Array.from(text, (character) => (isSpace(character.charCodeAt(0)) ? ' ' : character)).join('');
}

const SEPARATORS = [',', '.', ' ', "'", '’'] as const;

/** Returns options under which a cell is a number, in words: `thousands: ','`. @returns undefined if there are none */
export function helpfulOptions(cell: string, format: NumberFormat): string | undefined {
  if (cell.length > LONGEST_DECORATED) return undefined;
  const percent = cell.endsWith('%');
  const currency = withoutCurrency(cell.replace(/%$/, ''), true) !== cell.replace(/%$/, '');
  const found = [
    percent && !format.percent && 'percent: true',
    currency && format.currency === false && 'currency: true',
  ].filter((option) => option !== false);
  const decorated = { ...format, percent: percent || format.percent, currency: currency || format.currency };
  const reads = (more: Partial<NumberFormat>) => {
    const shape = new NumberReader({ ...decorated, ...more }).read(cell, 0, cell.length);
    return shape !== NOT_A_NUMBER && shape !== INFINITE;
  };
  if (reads({})) return found.join(', ') || undefined;
  for (const thousands of SEPARATORS) {
    const has = thousands === ' ' ? /\s/.test(cell) : cell.includes(thousands);
    const decimal = thousands === '.' ? ',' : '.';
    if (has && reads({ thousands, decimal })) return [...found, `thousands: ${show(thousands)}`].join(', ');
  }
  return reads({ decimal: ',' }) ? [...found, "decimal: ','"].join(', ') : undefined;
}
