/** Reader of CSV tables, which become x and y. */
import { show } from '../../errors.js';
import type { Layout } from './dialect.js';
import { RowEncoder } from './encode.js';
import { bytesOf, inflateSync, isGzip, textChunks } from './encoding.js';
import { Survey, Surveyor } from './learn.js';
import {
  type CsvOptions,
  checkOptions,
  type OneTarget,
  type Settings,
  type SeveralTargets,
} from './options.js';
import { type Plan, plannedNow } from './plan.js';
import { RowReader, type RowVisitor } from './rows.js';
import {
  type CsvTable,
  type LabelledCsvTable,
  type LikeTable,
  type MultiTargetCsvTable,
  TableBuilder,
} from './table.js';

/** Table as text, or as bytes. */
export type CsvData = string | Uint8Array | ArrayBuffer;

/**
 * Reads a table with one target into x and y. Numbers stay unchanged, categories become one-hot in sorted order (numbers by value,
 * then text by code units), and dates become days and pairs of sine and cosine. A target that is a category becomes class indices.
 * White space around cells and blank lines are ignored.
 *
 * @param data     text, or bytes: UTF-8, UTF-16 with its byte order mark, or another `encoding`; in Node also gzip
 * @param options  `target`, the name or number of the column that becomes y, and the format of the table
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, a quote is not closed, or two columns have the same name; also
 *                         if a cell is missing, or is not a number, a date or a known category, with its line and column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsv(data: CsvData, options: CsvOptions & OneTarget): LabelledCsvTable;
/**
 * Reads a table with several targets into x and y, which has a column for each. Features become x as in a table with one target:
 * numbers stay unchanged, categories become one-hot, and dates become days and pairs of sine and cosine.
 *
 * @param data     text, or bytes: UTF-8, UTF-16 with its byte order mark, or another `encoding`; in Node also gzip
 * @param options  `target`, the list of the columns that become y, and the format of the table
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, a quote is not closed, or two columns have the same name; also
 *                         if a cell is missing, or is not a number, a date or a known category, with its line and column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsv(data: CsvData, options: CsvOptions & SeveralTargets): MultiTargetCsvTable;
/**
 * Reads a table with the columns, categories and options of an earlier one, `like`, which had one target. Columns that `like` does
 * not know are omitted.
 *
 * @param data     text, or bytes: UTF-8, UTF-16 with its byte order mark, or another `encoding`; in Node also gzip
 * @param options  `like`, the earlier table or its columns, and the format of the table
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, a quote is not closed, or two columns have the same name; also
 *                         if a cell is missing, or is not a number, a date or a known category, with its line and column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsv(data: CsvData, options: CsvOptions & LikeTable<LabelledCsvTable>): LabelledCsvTable;
/**
 * Reads a table with the columns, categories and options of an earlier one, `like`, which had several targets. Columns that `like`
 * does not know are omitted.
 *
 * @param data     text, or bytes: UTF-8, UTF-16 with its byte order mark, or another `encoding`; in Node also gzip
 * @param options  `like`, the earlier table or its columns, and the format of the table
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, a quote is not closed, or two columns have the same name; also
 *                         if a cell is missing, or is not a number, a date or a known category, with its line and column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsv(
  data: CsvData,
  options: CsvOptions & LikeTable<MultiTargetCsvTable>,
): MultiTargetCsvTable;
/**
 * Reads a table into x. Numbers stay unchanged, categories become one-hot in sorted order (numbers by value, then text by code
 * units), and dates become days and pairs of sine and cosine. Columns follow the table's order, or that of `like`; columns that
 * `like` does not know are omitted. White space around cells and blank lines are ignored.
 *
 * @param data     text, or bytes: UTF-8, UTF-16 with its byte order mark, or another `encoding`; in Node also gzip
 * @param options  format of the table and use of its columns; all options have defaults
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, a quote is not closed, or two columns have the same name; also
 *                         if a cell is missing, or is not a number, a date or a known category, with its line and column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsv(data: CsvData, options?: CsvOptions): CsvTable;
export function readCsv(
  data: CsvData,
  options: CsvOptions = {},
): CsvTable | LabelledCsvTable | MultiTargetCsvTable {
  const settings = checkOptions(options);
  return new WholeTable(settings, data).read();
}

function textOrBytes(source: string, data: unknown): string | Uint8Array {
  if (typeof data === 'string') return data;
  const bytes = bytesOf('text', data);
  if (bytes === undefined) throw new TypeError(`text: expected a string or bytes, got ${show(data)}`);
  return isGzip(bytes) ? inflateSync(source, bytes) : bytes;
}

/** Table that can be read more than once. */
export class WholeTable {
  readonly #settings: Settings;
  readonly #data: string | Uint8Array;
  #layout: Layout | undefined;

  constructor(settings: Settings, data: CsvData) {
    this.#settings = settings;
    this.#data = textOrBytes(settings.source, data);
  }

  /** Gives every row to a visitor. */
  pass(visitor: (layout: Layout) => RowVisitor): Layout {
    const { source, encoding } = this.#settings;
    const reader = new RowReader(this.#settings, this.#layout);
    for (const [text, last] of textChunks(source, this.#data, encoding)) reader.push(text, last, visitor);
    this.#layout = reader.layout!;
    return this.#layout;
  }

  #look(survey: (layout: Layout) => Survey): Survey {
    const surveyor = new Surveyor(this.#settings, survey);
    this.pass(surveyor.at);
    return surveyor.survey!;
  }

  /** Learns the columns, or places those of `like`. */
  plan(): Plan {
    const settings = this.#settings;
    const first = this.#look((layout) => Survey.first(settings, layout));
    return plannedNow(settings, this.#layout!, first, (survey) => {
      this.#look(() => survey);
    });
  }

  read(): CsvTable {
    const settings = this.#settings;
    const plan = this.plan();
    const builder = new TableBuilder(settings, plan, new RowEncoder(settings, plan), plan.rows);
    this.pass(() => builder);
    return builder.table(plan.notes);
  }
}
