/** Options of the CSV readers, and their checks. */
import { isArray, isObject, show, trueOrFalse, wholeNumber } from '../../errors.js';
import { checkKeys, checkName } from '../../names.js';
import {
  type ColumnKind,
  type CsvColumns,
  type CsvReading,
  checkColumns,
  checkReading,
  columnKinds,
  type OnMissing,
  type OnUnknown,
} from './columns.js';
import { MISSING_MARKS, MissingMarks } from './missing.js';
import type { NumberFormat } from './numbers.js';

/** Options for reading a table: its format and the use of its columns. */
export interface CsvOptions {
  /** Name of the table in messages, usually the file's name; default 'text'. */
  readonly name?: string;
  /**
   * True if the first row names the columns; default guessed, with a note if there is no header. Without a header, or with a blank
   * name, a column is called by its number from 0.
   */
  readonly header?: boolean;
  /** Delimiter of the cells; default guessed among comma, tab, semicolon, bar and white space. A space means any run of spaces and tabs. */
  readonly delimiter?: string;
  /** Quote around cells that contain delimiters; default guessed, `"` or `'`. */
  readonly quote?: '"' | "'";
  /**
   * Mark of comment lines, which are skipped; default `#` if such lines do not fit the table, and `%`, `//` or `;`
   * above a header of several columns. `false`: no comments.
   */
  readonly comment?: string | false;
  /** Encoding of bytes, a label of TextDecoder; default UTF-8. A byte order mark of UTF-8 or UTF-16 counts more. */
  readonly encoding?: string;
  /** Decimal mark; default a comma if it is not the delimiter and no number has a point, otherwise a point. */
  readonly decimal?: '.' | ',';
  /** Mark that groups digits: `','` reads 1,200 as 1200. Default none; a space means any kind of space. */
  readonly thousands?: string;
  /** Reads 10% as 0.1 if true; default false. */
  readonly percent?: boolean;
  /** Allows currency signs beside numbers if true, or the marks of a list; default false. */
  readonly currency?: boolean | readonly string[];
  /**
   * Reads 2/3/2020 as a day in March if true, in February if false, unless a date of the column decides; default false. With `like`,
   * it decides in place of the earlier table.
   */
  readonly dayFirst?: boolean;
  /** Kinds of columns, by name; default inferred from their cells. */
  readonly columns?: Readonly<Record<string, ColumnKind | 'ignore'>>;
  /** Column or columns that become y, by name or number. `false`, with `like`: the table has no targets. */
  readonly target?: string | number | readonly (string | number)[] | false;
  /** Earlier table whose columns, categories and options apply here; `{ columns }` from JSON is enough. */
  readonly like?: {
    /** Description of the columns. */
    readonly columns: CsvColumns;
  };
  /** Cells that count as missing besides blank ones, in upper or lower case; default pandas' list and `-`, `--`, `.`, `?`. */
  readonly missing?: readonly string[];
  /** Treatment of a missing feature; default 'error'. A row without a target is omitted, or an error if this is 'error'. */
  readonly onMissing?: OnMissing;
  /** Treatment of a category that `like` does not know; default 'error'. */
  readonly onUnknown?: OnUnknown;
  /** Number of a feature's categories, the most frequent ones, that get a value of their own; the others share one. Default 100. */
  readonly maxCategories?: number;
  /** Treatment of an unreadable row: 'error' (default), or 'skip', which lists it in `rejected`. */
  readonly onBadRow?: 'error' | 'skip';
}

/** Option of a table with one target. */
export interface OneTarget {
  /** Column that becomes y, by name or number. */
  readonly target: string | number;
}

/** Option of a table with several targets. */
export interface SeveralTargets {
  /** Columns that become y, by name or number. */
  readonly target: readonly (string | number)[];
}

/** Checked options with their defaults filled in. */
export interface Settings {
  readonly source: string;
  readonly header: boolean | undefined;
  readonly delimiter: string | undefined;
  readonly quote: string | undefined;
  readonly comment: string | false | undefined;
  readonly encoding: string | undefined;
  readonly format: NumberFormat;
  /** Undefined without the option. */
  readonly dayFirst: boolean | undefined;
  readonly columns: Readonly<Record<string, ColumnKind | 'ignore'>>;
  readonly targets: readonly string[];
  /** Targets that were given by name, not by number. */
  readonly named: readonly string[];
  /** True if the targets were given as a list, so that y has a column for each. */
  readonly several: boolean;
  readonly like: CsvColumns | undefined;
  /** True if y is read; false only with `like`. */
  readonly labelled: boolean;
  readonly marks: MissingMarks;
  /** Options that `columns` keeps for later tables. */
  readonly reading: CsvReading;
  readonly onMissing: OnMissing;
  readonly onUnknown: OnUnknown;
  readonly maxCategories: number;
  readonly rejects: boolean;
}

const MAX_CATEGORIES = 100;

/** Names of the options of `readCsv`. */
export const csvKeys = [
  'name',
  'header',
  'delimiter',
  'quote',
  'comment',
  'encoding',
  'decimal',
  'thousands',
  'percent',
  'currency',
  'dayFirst',
  'columns',
  'target',
  'like',
  'missing',
  'onMissing',
  'onUnknown',
  'maxCategories',
  'onBadRow',
] as const satisfies readonly (keyof CsvOptions)[];

/** Kinds of columns in the options, where a column may also be ignored. */
export const columnUses = /* @__PURE__ */ withIgnore();

function withIgnore() {
  return [...columnKinds, 'ignore'] as const;
}

/** Checks the options. @throws TypeError or RangeError that opens with the option's name */
export function checkOptions(options: CsvOptions, more: readonly string[] = []): Settings {
  checkKeys('options', options, [...csvKeys, ...more]);
  const { name = 'text', header, delimiter, quote, encoding, dayFirst } = options;
  if (typeof name !== 'string') throw new TypeError(`name: expected a string, got ${show(name)}`);
  if (header !== undefined) trueOrFalse('header', header);
  checkDelimiter(delimiter);
  if (encoding !== undefined && typeof encoding !== 'string') {
    throw new TypeError(`encoding: expected a label of TextDecoder, such as 'utf-8', got ${show(encoding)}`);
  }
  const like = checkLike(options);
  const reading = { ...like?.reading, ...checkReading('', options) };
  const { missing = MISSING_MARKS, decimal, thousands, percent = false, currency = false } = reading;
  const { onMissing = 'error', onUnknown = 'error' } = reading;
  return {
    source: name,
    header,
    delimiter,
    quote: quote === undefined ? undefined : checkName('quote', quote, ['"', "'"]),
    comment: checkComment(options.comment, delimiter),
    encoding,
    format: { decimal, thousands, percent, currency },
    dayFirst: dayFirst === undefined ? dayFirst : trueOrFalse('dayFirst', dayFirst),
    columns: checkUses(options.columns ?? {}),
    ...checkTargets(options),
    like,
    labelled: options.target !== false,
    marks: new MissingMarks(missing),
    reading,
    onMissing,
    onUnknown,
    maxCategories: wholeNumber('maxCategories', options.maxCategories ?? MAX_CATEGORIES, 1),
    rejects: checkName('onBadRow', options.onBadRow ?? 'error', ['error', 'skip']) === 'skip',
  };
}

function checkDelimiter(delimiter: unknown): void {
  if (delimiter === undefined) return;
  const expected = `delimiter: expected characters other than quote and line break, got ${show(delimiter)}`;
  if (typeof delimiter !== 'string') throw new TypeError(expected);
  if (delimiter === '' || /["\r\n\uFEFF]/.test(delimiter)) throw new RangeError(expected);
}

function checkComment(comment: unknown, delimiter: string | undefined): string | false | undefined {
  if (comment === undefined || comment === false) return comment;
  const expected = `comment: expected characters other than delimiter, quote and line break, or false, got ${show(comment)}`;
  if (typeof comment !== 'string') throw new TypeError(expected);
  if (comment === '' || comment === delimiter || /["'\r\n]/.test(comment)) throw new RangeError(expected);
  return comment;
}

function checkUses(columns: NonNullable<CsvOptions['columns']>): Settings['columns'] {
  checkKeys('columns', columns, isObject(columns) ? Object.keys(columns) : []);
  for (const [name, use] of Object.entries(columns)) checkName(`columns.${name}`, use, columnUses);
  return columns;
}

function checkTargets({ target }: CsvOptions): Pick<Settings, 'targets' | 'named' | 'several'> {
  if (target === undefined || target === false) return { targets: [], named: [], several: false };
  const several = isArray(target);
  const targets: readonly unknown[] = several ? target : [target];
  if (targets.length === 0 || !targets.every((one) => typeof one === 'string' || typeof one === 'number')) {
    throw new TypeError(
      several
        ? `target: expected names or numbers of columns, got ${show(target)}`
        : `target: expected a column's name or number, got ${show(target)}`,
    );
  }
  const names = targets.map(String);
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  if (twice !== undefined) throw new TypeError(`target: expected different columns, got '${twice}' twice`);
  return { targets: names, named: targets.filter((one) => typeof one === 'string'), several };
}

function checkLike({ like, columns, target }: CsvOptions): CsvColumns | undefined {
  if (like === undefined) return undefined;
  if (target !== undefined && target !== false) {
    throw new TypeError('target: `like` says already which column it is');
  }
  if (columns !== undefined) throw new TypeError('columns: `like` says already what the columns hold');
  return checkColumns('like.columns', isObject(like) ? like.columns : undefined);
}
