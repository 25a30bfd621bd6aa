/** Tables of text: comma-separated values as x and y. */
import { knownKeys, oneOf, show, trueOrFalse } from '../errors.js';
import {
  type Choice,
  type ColumnKind,
  type CsvColumn,
  type CsvColumns,
  checkColumns,
  columnKinds,
  describeColumn,
  findColumn,
  readColumn,
  valueNames,
  width,
} from './columns.js';
import { at, type Records, readRecords } from './records.js';

export interface CsvOptions {
  /** What the error messages call the text, usually the file's name; default 'text'. */
  readonly name?: string;
  /** Default true: the first row names the columns. Otherwise, and where a name is blank, a column's number from 0 does. */
  readonly header?: boolean;
  /** Default: whichever of comma, tab, semicolon and bar divides the first ten rows most evenly. */
  readonly delimiter?: string;
  /** What columns hold, by name; default 'numeric' if every cell is a number, else 'category'. */
  readonly columns?: Readonly<Record<string, ColumnKind | 'ignore'>>;
  /** The column that becomes y. `false` with `like`: the text has none. */
  readonly target?: string | number | false;
  /** A table whose columns and categories these are to be; `{ columns }` from JSON will do. */
  readonly like?: { readonly columns: CsvColumns };
  /** Cells that stand for none, beside blank ones; default 'NA', 'NaN', '?', 'null'. */
  readonly missing?: readonly string[];
  /** What a missing cell is: an error, or a reason to skip its row. Default 'error'. */
  readonly onMissing?: 'error' | 'skip';
}

export interface CsvTable {
  /** [rows, inputSize]: numbers as they are, categories one-hot. */
  readonly x: Float64Array;
  readonly inputSize: number;
  readonly rows: number;
  /** Rows left out for a missing cell. */
  readonly skipped: number;
  /** What each of the inputSize values is: 'weight', 'origin=Europe'. */
  readonly featureNames: readonly string[];
  /** For `like`, and for JSON. */
  readonly columns: CsvColumns;
}

export interface LabelledCsvTable extends CsvTable {
  /** [rows]: numbers, or class indices into `classNames`. */
  readonly y: Float64Array | Uint32Array;
  /** There if the target is a category. */
  readonly classNames?: readonly string[];
  readonly columns: CsvColumns & { readonly target: CsvColumn };
}

const columnUses = [...columnKinds, 'ignore'] as const;
const MISSING = ['NA', 'NaN', '?', 'null'];
/**
 * Values of x at most, 2 GiB. As many numbers do not fit into a string (V8: 2²⁹ characters), so that only one-hot columns
 * come here: names or timestamps taken for categories.
 */
const MOST_VALUES = 0x10000000;

/**
 * Reads a table: numeric columns as they are, categories one-hot in sorted order (numbers by value, then text by code
 * units), columns in the order of the file or of `like`. White space around cells does not count, nor do blank lines. What
 * `like` does not know is left out.
 *
 * @throws TypeError       if an option is of the wrong kind, or names no column
 * @throws RangeError      if the text is empty, no row is whole, a quote is not closed, two columns have one name, a cell is
 *                         missing, no number or no known category: each with its line and column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number is beyond f64
 */
export function readCsv(
  text: string,
  options: CsvOptions & { readonly target: string | number },
): LabelledCsvTable;
export function readCsv(
  text: string,
  options: CsvOptions & {
    readonly like: { readonly columns: LabelledCsvTable['columns'] };
    readonly target?: never;
  },
): LabelledCsvTable;
export function readCsv(text: string, options?: CsvOptions): CsvTable;
export function readCsv(text: string, options: CsvOptions = {}): CsvTable | LabelledCsvTable {
  if (typeof text !== 'string') throw new TypeError(`text: expected a string, got ${show(text)}`);
  const { name, header, delimiter, missing, onMissing, like } = checkOptions(options);
  const records = readRecords(name, text, header, delimiter);
  const { features, target } = like
    ? chooseLike(records, like, options.target)
    : choose(records, options.columns ?? {}, options.target);
  const chosen = target === undefined ? features : [...features, target];
  const kept = wholeRows(records, chosen, missing, onMissing);

  const settle = (choice: Choice): CsvColumn => choice.column ?? describeColumn(records, kept, choice);
  const featureColumns = Object.freeze(features.map(settle));
  const table = {
    ...encode(records, kept, features, featureColumns),
    rows: kept.length,
    skipped: records.rows.length - kept.length,
    featureNames: featureColumns.flatMap(valueNames),
  };
  if (target === undefined) return { ...table, columns: Object.freeze({ features: featureColumns }) };
  const targetColumn = settle(target);
  const isClass = targetColumn.kind === 'category';
  const y = isClass ? new Uint32Array(kept.length) : new Float64Array(kept.length);
  readColumn(records, kept, target.index, targetColumn, (row, value) => {
    y[row] = value;
  });
  const columns = Object.freeze({ features: featureColumns, target: targetColumn });
  return { ...table, y, columns, ...(isClass ? { classNames: targetColumn.categories } : {}) };
}

function checkOptions(options: CsvOptions) {
  knownKeys('options', options, [
    'name',
    'header',
    'delimiter',
    'columns',
    'target',
    'like',
    'missing',
    'onMissing',
  ]);
  const { name = 'text', header = true, delimiter, columns, like, missing = MISSING } = options;
  if (typeof name !== 'string') throw new TypeError(`name: expected a string, got ${show(name)}`);
  trueOrFalse('header', header);
  checkDelimiter(delimiter);
  if (!Array.isArray(missing) || !missing.every((cell) => typeof cell === 'string')) {
    throw new TypeError(`missing: expected an array of strings, got ${show(missing)}`);
  }
  const onMissing = oneOf('onMissing', options.onMissing ?? 'error', ['error', 'skip']);
  checkTarget(options);
  if (like === undefined) return { name, header, delimiter, missing, onMissing };
  if (columns !== undefined) throw new TypeError('columns: `like` says already what the columns hold');
  return {
    name,
    header,
    delimiter,
    missing,
    onMissing,
    like: checkColumns('like.columns', (like as { columns?: unknown } | null)?.columns),
  };
}

function checkDelimiter(delimiter: unknown): void {
  if (delimiter === undefined) return;
  const expected = `delimiter: expected characters other than quote and line break, got ${show(delimiter)}`;
  if (typeof delimiter !== 'string') throw new TypeError(expected);
  // The byte order mark is one of those that papaparse quietly replaces by a comma.
  if (delimiter === '' || /["\r\n\uFEFF]/.test(delimiter)) throw new RangeError(expected);
}

function checkTarget({ target, like }: CsvOptions): void {
  if (target === undefined || target === false) return;
  if (typeof target !== 'string' && typeof target !== 'number') {
    throw new TypeError(`target: expected a column's name or number, got ${show(target)}`);
  }
  if (like !== undefined) throw new TypeError('target: `like` says already which column it is');
}

/** All columns but those to be ignored, by the options. */
function choose(
  records: Records,
  columns: NonNullable<CsvOptions['columns']>,
  target: CsvOptions['target'],
): { features: Choice[]; target: Choice | undefined } {
  knownKeys('columns', columns, Object.keys(columns));
  const kinds = new Map(
    Object.entries(columns).map(([name, kind]) => {
      const argument = `columns.${name}`;
      return [findColumn(argument, name, records), oneOf(argument, kind, columnUses)];
    }),
  );
  const wanted =
    target === undefined || target === false ? -1 : findColumn('target', String(target), records);
  if (kinds.get(wanted) === 'ignore') throw new TypeError(`columns.${target}: the target cannot be ignored`);
  const chosen = records.names.flatMap((_, index) => {
    const kind = kinds.get(index);
    return kind === 'ignore' ? [] : [{ index, kind }];
  });
  const features = chosen.filter(({ index }) => index !== wanted);
  if (features.length === 0) {
    throw new RangeError(
      `${records.source}: expected a column for x, got none beside target and ignored ones`,
    );
  }
  return { features, target: chosen.find(({ index }) => index === wanted) };
}

/** The columns of another table, wherever this one has them. */
function chooseLike(records: Records, like: CsvColumns, target: CsvOptions['target']) {
  const found = (column: CsvColumn): Choice => ({
    index: findColumn('like', column.name, records),
    kind: column.kind,
    column,
  });
  return {
    features: like.features.map(found),
    target: like.target === undefined || target === false ? undefined : found(like.target),
  };
}

/** The rows without a missing cell in a column that is used. */
function wholeRows(
  { source, names, rows, lines }: Records,
  chosen: readonly Choice[],
  missing: readonly string[],
  onMissing: 'error' | 'skip',
): number[] {
  const none = new Set(['', ...missing]);
  const kept: number[] = [];
  for (const [r, row] of rows.entries()) {
    const hole = chosen.find(({ index }) => none.has(row[index]!));
    if (hole === undefined) {
      kept.push(r);
    } else if (onMissing === 'error') {
      const came = row[hole.index] === '' ? 'nothing' : show(row[hole.index]);
      const place = at(source, lines[r]!, names[hole.index]!);
      throw new RangeError(`${place}: expected a value, got ${came}; onMissing: 'skip' leaves such rows out`);
    }
  }
  if (kept.length > 0) return kept;
  throw new RangeError(`${source}: expected a row without missing cells, got none of ${rows.length}`);
}

function encode(
  records: Records,
  kept: readonly number[],
  choices: readonly Choice[],
  columns: readonly CsvColumn[],
): { x: Float64Array; inputSize: number } {
  const inputSize = columns.reduce((sum, column) => sum + width(column), 0);
  if (kept.length * inputSize > MOST_VALUES) {
    const widest = columns.reduce((most, column) => (width(column) > width(most) ? column : most));
    throw new RangeError(
      `${records.source}: expected at most 2^28 values, got ${kept.length} rows of ${inputSize}; ` +
        `column '${widest.name}' has ${width(widest)} categories and could be ignored`,
    );
  }
  const x = new Float64Array(kept.length * inputSize);
  let offset = 0;
  for (const [c, column] of columns.entries()) {
    const first = offset;
    const isNumber = column.kind === 'numeric';
    readColumn(records, kept, choices[c]!.index, column, (row, value) => {
      if (isNumber) x[row * inputSize + first] = value;
      else x[row * inputSize + first + value] = 1;
    });
    offset += width(column);
  }
  return { x, inputSize };
}
