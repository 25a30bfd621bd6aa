/** Formats of dates in tables, and the numbers that dates become. */

/** Date format of a column; `time` is only a time of day. */
export type DateFormat =
  | 'year-month-day'
  | 'day-month-year'
  | 'month-day-year'
  | 'day-name-year'
  | 'name-day-year'
  | 'year-month'
  | 'name-year'
  | 'time';

export const dateParts = ['days', 'year', 'week', 'day'] as const;
/** Parts of a date: days since 1970, and positions in the year, the week and the day, as sine and cosine. */
export type DatePart = (typeof dateParts)[number];

/** Largest number of characters of a date. The limit bounds the time that the patterns take. */
const LONGEST = 48;

const CLOCK = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?(?: ?([ap])\\.?m\\.?)?';
const ZONE = '(Z|UTC|GMT|[+-]\\d{2}:?\\d{2})';

/** Returns the pattern of a date that a time may follow. */
function dated(date: string): RegExp {
  return new RegExp(`^${date}(?:[T ]${CLOCK} ?${ZONE}?)?$`, 'i');
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`, 'i');
}

interface Format {
  readonly pattern: RegExp;
  /** Groups of the pattern that hold the year, the month and the day; the groups of the time follow them. */
  readonly groups: {
    readonly year?: number;
    readonly month?: number;
    readonly day?: number;
    readonly time: number;
  };
}

/** Patterns by format; earlier ones are preferred. Two-digit years 00 to 68 mean 2000 to 2068 (POSIX). */
const formats: Readonly<Record<DateFormat, Format>> = {
  'year-month-day': {
    pattern: /* @__PURE__ */ dated('(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})'),
    groups: { year: 1, month: 3, day: 4, time: 5 },
  },
  'month-day-year': {
    pattern: /* @__PURE__ */ dated('(\\d{1,2})([-/])(\\d{1,2})\\2(\\d{4}|\\d{2})'),
    groups: { year: 4, month: 1, day: 3, time: 5 },
  },
  'day-month-year': {
    pattern: /* @__PURE__ */ dated('(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})'),
    groups: { year: 4, month: 3, day: 1, time: 5 },
  },
  'day-name-year': {
    pattern: /* @__PURE__ */ dated('(?:[a-z]{3,9},? )?(\\d{1,2})[- ]([a-z]{3,9})[.,]?[- ](\\d{4}|\\d{2})'),
    groups: { year: 3, month: 2, day: 1, time: 4 },
  },
  'name-day-year': {
    pattern: /* @__PURE__ */ dated('(?:[a-z]{3,9},? )?([a-z]{3,9})\\.? (\\d{1,2}),? (\\d{4})'),
    groups: { year: 3, month: 1, day: 2, time: 4 },
  },
  'year-month': { pattern: /^(\d{4})[-/](\d{1,2})$/, groups: { year: 1, month: 2, time: 3 } },
  'name-year': { pattern: /^([a-z]{3,9})(?:[- ](\d{4})|-(\d{2}))$/i, groups: { year: 2, month: 1, time: 4 } },
  time: { pattern: /* @__PURE__ */ whole(CLOCK), groups: { time: 1 } },
};

export const dateFormats = /* @__PURE__ */ Object.keys(formats) as readonly DateFormat[];

/** Patterns of dates without marks between their parts, by the format of the same dates with marks. Years are 1800 to 2099. */
const unmarked: { readonly [F in DateFormat]?: RegExp } = {
  'year-month-day': /^((?:18|19|20)\d\d)(\d\d)(\d\d)(?:[T ]?(\d\d):?(\d\d):?(\d\d)?)?(?:\.0$)?/i,
  'month-day-year': /^(\d\d)(\d\d)((?:18|19|20)\d\d)(?:\.0)?$/,
  'day-month-year': /^(\d\d)(\d\d)((?:18|19|20)\d\d)(?:\.0)?$/,
  'year-month': /^((?:18|19|20)\d\d)(\d\d)(?:\.0)?$/,
};
/** Least and largest number of characters of a date that is also a number: 200503, and 20050314092653.0 as floats are written. */
export const SHORTEST_IN_DIGITS = 6;
export const LONGEST_IN_DIGITS = 16;

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const DAY_MS = 86_400_000;
/** Days from the Monday before to 1 January 1970, which was a Thursday; the week's circle begins on Monday. */
const FIRST_WEEKDAY = 3;
/** Highest power in the sine's series; the term after x²¹ is below 1e-17 up to π/2. */
const LAST_SINE_TERM = 21;

/** Parses a date into milliseconds since 1970 in UTC, or since midnight for `time`; NaN if the text has another format. */
export function parseDate(format: DateFormat, text: string): number {
  if (text.length > LONGEST) return Number.NaN;
  const { pattern, groups } = formats[format];
  const match = pattern.exec(withMarks(format, text));
  if (match === null) return Number.NaN;
  const time = timeOfDay(match.slice(groups.time));
  if (groups.month === undefined) return time;
  const digits = (match[groups.year!] ?? match[groups.year! + 1])!;
  // Texts such as 1.2.34 and 1-2-34 are more likely versions or scores.
  if (digits.length === 2 && /[-.]/.test(match[2]!)) return Number.NaN;
  const month = monthOf(match[groups.month]!);
  const day = groups.day === undefined ? 1 : Number(match[groups.day]);
  const date = new Date(0);
  date.setUTCFullYear(fullYear(digits), month, day);
  const exists = month >= 0 && date.getUTCMonth() === month && date.getUTCDate() === day;
  return exists ? date.getTime() + time : Number.NaN;
}

/** Returns a date with marks between its parts; any other text unchanged. */
function withMarks(format: DateFormat, text: string): string {
  const match = unmarked[format]?.exec(text);
  if (!match) return text;
  const [all, a, b, c, hour, minute, second = '00'] = match;
  const date = c === undefined ? `${a}-${b}` : `${a}-${b}-${c}`;
  return `${date}${hour === undefined ? '' : ` ${hour}:${minute}:${second}`}${text.slice(all.length)}`;
}

/**
 * Returns true for a number that is also a date, such as 20050314 or 14032005.
 *
 * @param withMonths  true if 200503 is a month
 */
export function isDateInDigits(text: string, withMonths: boolean): boolean {
  const found = dateFormats.some((format) => !Number.isNaN(parseDate(format, text)));
  return found && (withMonths || text.replace('.0', '').length > SHORTEST_IN_DIGITS);
}

/** Returns the milliseconds since midnight. @param groups  hour, minute, second, fraction, am or pm, zone; empty without a time */
function timeOfDay([hour, minute, second = '0', fraction = '0', half, zone = 'Z']: (
  | string
  | undefined
)[]): number {
  if (hour === undefined) return 0;
  const h = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  const most = half === undefined ? 23 : 12;
  if (Number(hour) > most || Number(minute) > 59 || Number(second) > 60) return Number.NaN;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? ['', '+', '0', '0'];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return ((h * 60 + Number(minute) - offset) * 60 + Number(second) + Number(`0.${fraction}`)) * 1000;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year < 69 ? 2000 + year : 1900 + year;
}

/** Returns the month from 0, or −1 if the name is not a month. Names may be cut to three letters or more. */
function monthOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) <= 12 ? Number(text) - 1 : -1;
  const name = text.toLowerCase();
  return MONTHS.findIndex((month) => month.startsWith(name) || (name === 'sept' && month === 'september'));
}

/** Returns the formats in which every text is a date. */
export function fittingFormats(texts: Iterable<string>): DateFormat[] {
  let fitting = [...dateFormats];
  for (const text of texts) {
    fitting = fitting.filter((format) => !Number.isNaN(parseDate(format, text)));
    if (fitting.length === 0) break;
  }
  return fitting;
}

/** Returns the parts of a column of dates. @param texts  dates that show whether there are times of day */
export function partsOf(format: DateFormat, texts: Iterable<string>): DatePart[] {
  if (format === 'time') return ['days', 'day'];
  if (format === 'year-month' || format === 'name-year') return ['days', 'year'];
  for (const text of texts)
    if (parseDate(format, text) % DAY_MS !== 0) return ['days', 'year', 'week', 'day'];
  return ['days', 'year', 'week'];
}

/** Returns the suffixes of the names of a part's values. */
export function partNames(part: DatePart): readonly string[] {
  return part === 'days' ? [''] : [` (${part}, sine)`, ` (${part}, cosine)`];
}

/** Writes the values of a date's parts. @param ms  result of `parseDate` */
export function writeParts(ms: number, parts: readonly DatePart[], x: Float64Array, at: number): void {
  let i = at;
  for (const part of parts) {
    if (part === 'days') {
      x[i++] = ms / DAY_MS;
      continue;
    }
    const turn = turnOf(ms, part);
    x[i++] = cosineOfTurn(turn - 0.25);
    x[i++] = cosineOfTurn(turn);
  }
}

/** Returns the position in a year, a week from Monday or a day, from 0 to 1. */
function turnOf(ms: number, part: Exclude<DatePart, 'days'>): number {
  if (part === 'day') return fraction(ms / DAY_MS);
  if (part === 'week') return fraction((ms / DAY_MS + FIRST_WEEKDAY) / 7);
  const year = new Date(ms).getUTCFullYear();
  const [start, end] = [new Date(0), new Date(0)];
  start.setUTCFullYear(year, 0, 1);
  end.setUTCFullYear(year + 1, 0, 1);
  return (ms - start.getTime()) / (end.getTime() - start.getTime());
}

function fraction(value: number): number {
  return value - Math.floor(value);
}

/**
 * Returns cos 2πt to 1e-15, equal on every engine, by the sine's series up to a quarter turn. The function in
 * `numbers/elementary.js` is not used, because its chunk would bring the kernels into a page that reads tables.
 */
function cosineOfTurn(turn: number): number {
  const t = fraction(turn);
  // The argument goes from 1/4 at t = 0 to −1/4 at t = 1/2 and back.
  const x = 2 * Math.PI * (0.25 - Math.min(t, 1 - t));
  let sum = 1;
  for (let n = LAST_SINE_TERM; n > 1; n -= 2) sum = 1 - ((x * x) / (n * (n - 1))) * sum;
  return x * sum;
}
