/** The options of the CSV readers, checked. */
import { knownKeys, oneOf, show, trueOrFalse, wholeNumber } from '../../errors.js';
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

/** How a table is written and what its columns are for. */
export interface CsvOptions {
  /** What the messages call the table, usually the file's name; default 'text'. */
  readonly name?: string;
  /**
   * Whether the first row names the columns. Default: guessed, and said in `notes` where there is none. Without a header,
   * and where a name is blank, a column is called by its number from 0.
   */
  readonly header?: boolean;
  /** Default: guessed among comma, tab, semicolon, bar and white space. A space stands for any run of spaces and tabs. */
  readonly delimiter?: string;
  /** What stands around cells that hold delimiters; default: guessed, `"` or `'`. */
  readonly quote?: '"' | "'";
  /** Lines that begin with it are skipped; default: `#` where such lines do not fit the table. `false`: there are none. */
  readonly comment?: string | false;
  /** Of bytes: a label of TextDecoder. Default: UTF-16 by its mark, else UTF-8. */
  readonly encoding?: string;
  /** Default: a comma where it is not the delimiter and no number has a point; else a point. */
  readonly decimal?: '.' | ',';
  /** What groups digits: `','` reads 1,200 as 1200. Default none; a space stands for any kind of space. */
  readonly thousands?: string;
  /** Whether 10% is 0.1; default false. */
  readonly percent?: boolean;
  /** Whether a currency sign may stand beside a number, or which marks may; default false. */
  readonly currency?: boolean | readonly string[];
  /** Whether 2/3/2020 is in March rather than February where no date decides; default false. */
  readonly dayFirst?: boolean;
  /** What columns hold, by name; default: by their cells. */
  readonly columns?: Readonly<Record<string, ColumnKind | 'ignore'>>;
  /** The column that becomes y, by name or number, or several. `false` with `like`: the table has none. */
  readonly target?: string | number | readonly (string | number)[] | false;
  /** A table whose columns, categories and way to read cells these are to be; `{ columns }` from JSON will do. */
  readonly like?: { readonly columns: CsvColumns };
  /** Cells that stand for none, in upper or lower case, beside blank ones; default: pandas' list and `-`, `--`, `.`, `?`. */
  readonly missing?: readonly string[];
  /** What a missing feature is; default 'error'. A row without its target is left out, unless this is 'error'. */
  readonly onMissing?: OnMissing;
  /** What a category is that `like` does not know; default 'error'. */
  readonly onUnknown?: OnUnknown;
  /** Categories of a feature that get a value of their own, the most frequent ones; the others share one. Default 100. */
  readonly maxCategories?: number;
  /** What a row is that cannot be read: an error, or left out and listed in `rejected`. Default 'error'. */
  readonly onBadRow?: 'error' | 'skip';
}

/** The options with their defaults. */
export interface Settings {
  readonly source: string;
  readonly header: boolean | undefined;
  readonly delimiter: string | undefined;
  readonly quote: string | undefined;
  readonly comment: string | false | undefined;
  readonly encoding: string | undefined;
  readonly format: NumberFormat;
  readonly dayFirst: boolean;
  readonly columns: Readonly<Record<string, ColumnKind | 'ignore'>>;
  readonly targets: readonly string[];
  /** Those of the targets that were given by name, not by number. */
  readonly named: readonly string[];
  /** Whether y has a column for each of several targets, even of one in a list. */
  readonly several: boolean;
  readonly like: CsvColumns | undefined;
  /** With `like`: whether y is to be read. */
  readonly labelled: boolean;
  readonly marks: MissingMarks;
  /** What stands in `columns` for the tables to come. */
  readonly reading: CsvReading;
  readonly onMissing: OnMissing;
  readonly onUnknown: OnUnknown;
  readonly maxCategories: number;
  readonly rejects: boolean;
}

const MAX_CATEGORIES = 100;

const optionKeys = [
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

const columnUses = [...columnKinds, 'ignore'] as const;

/** @throws TypeError or RangeError that opens with the option's name */
export function checkOptions(options: CsvOptions, more: readonly string[] = []): Settings {
  knownKeys('options', options, [...optionKeys, ...more]);
  const { name = 'text', header, delimiter, quote, encoding, dayFirst = false } = options;
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
    quote: quote === undefined ? undefined : oneOf('quote', quote, ['"', "'"]),
    comment: checkComment(options.comment, delimiter),
    encoding,
    format: { decimal, thousands, percent, currency },
    dayFirst: trueOrFalse('dayFirst', dayFirst),
    columns: checkUses(options.columns ?? {}),
    ...checkTargets(options),
    like,
    labelled: options.target !== false,
    marks: new MissingMarks(missing),
    reading,
    onMissing,
    onUnknown,
    maxCategories: wholeNumber('maxCategories', options.maxCategories ?? MAX_CATEGORIES, 1),
    rejects: oneOf('onBadRow', options.onBadRow ?? 'error', ['error', 'skip']) === 'skip',
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
  knownKeys('columns', columns, Object.keys(columns));
  for (const [name, use] of Object.entries(columns)) oneOf(`columns.${name}`, use, columnUses);
  return columns;
}

function checkTargets({ target }: CsvOptions): Pick<Settings, 'targets' | 'named' | 'several'> {
  if (target === undefined || target === false) return { targets: [], named: [], several: false };
  const several = Array.isArray(target);
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
  return checkColumns('like.columns', (like as { columns?: unknown } | null)?.columns);
}
