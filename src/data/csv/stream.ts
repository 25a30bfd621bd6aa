/** Readers for tables that do not fit into memory: batches of rows, and columns learnt in passes. */
import { show, wholeNumber } from '../../errors.js';
import { type CsvColumns, valueNames, width } from './columns.js';
import type { Layout } from './dialect.js';
import { RowEncoder } from './encode.js';
import { Survey, Surveyor } from './learn.js';
import type { CsvNote } from './notes.js';
import {
  type CsvOptions,
  checkOptions,
  type OneTarget,
  type Settings,
  type SeveralTargets,
} from './options.js';
import { type Plan, planned, plannedNow } from './plan.js';
import { RowReader, type RowVisitor } from './rows.js';
import { type CsvSource, texts } from './sources.js';
import {
  CsvBatch,
  type CsvTable,
  type LabelledCsvBatch,
  type LabelledCsvTable,
  type LikeTable,
  type MultiTargetCsvTable,
  TableBuilder,
} from './table.js';
import type { Tokenizer } from './tokenizer.js';

/** Options of `readCsvStream`. */
export interface CsvStreamOptions extends CsvOptions {
  /** Rows per batch; default 1024. */
  readonly batchSize?: number;
}

const BATCH_SIZE = 1024;
/** Number of rows from which columns are learnt without `like`, and in which a decimal comma is searched. */
const LEARNT_ROWS = 10_000;
const LOOKED_AT_ROWS = 100;
/** Largest number of characters that are kept for learning. */
const MOST_KEPT = 0x4000000;

/**
 * Reads a table with targets in batches, with memory that does not grow with the rows. Each batch is a table of its own. The first
 * batch has the notes on the whole table, later ones only those on their own rows.
 *
 * Pass the result of `learnCsv` as `like`. Without `like`, the columns are learnt from the first 10 000 rows: a category that
 * first occurs later is unknown (`onUnknown`), and a later cell that does not fit its column is an error.
 *
 * @param source   a stream of the web or of Node, a File or Blob, or an iterable of bytes or texts; gzip is inflated
 * @param options  `target`, the column or columns that become y, other options of `readCsv`, and the number of rows per batch
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, or a cell is missing or does not fit its column; thrown when
 *                         the batch is requested, like the errors below
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsvStream(
  source: CsvSource,
  options: CsvStreamOptions & {
    /** Column or columns that become y, by name or number. */
    readonly target: OneTarget['target'] | SeveralTargets['target'];
  },
): AsyncGenerator<LabelledCsvBatch, void>;
/**
 * Reads a table in batches with the columns of `like`, which had targets. Memory does not grow with the rows. Each batch is a table
 * of its own. The first batch has the notes on the whole table, later ones only those on their own rows.
 *
 * @param source   a stream of the web or of Node, a File or Blob, or an iterable of bytes or texts; gzip is inflated
 * @param options  `like`, the result of `learnCsv` or an earlier table, other options of `readCsv`, and the number of rows per batch
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, or a cell is missing or does not fit its column; thrown when
 *                         the batch is requested, like the errors below
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsvStream(
  source: CsvSource,
  options: CsvStreamOptions & LikeTable<LabelledCsvTable | MultiTargetCsvTable>,
): AsyncGenerator<LabelledCsvBatch, void>;
/**
 * Reads a table in batches, with memory that does not grow with the rows. Each batch is a table of its own. The first batch has
 * the notes on the whole table, later ones only those on their own rows.
 *
 * Pass the result of `learnCsv` as `like`. Without `like`, the columns are learnt from the first 10 000 rows: a category that
 * first occurs later is unknown (`onUnknown`), and a later cell that does not fit its column is an error.
 *
 * @param source   a stream of the web or of Node, a File or Blob, or an iterable of bytes or texts; gzip is inflated
 * @param options  options of `readCsv`, and the number of rows per batch; all have defaults
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, or a cell is missing or does not fit its column; thrown when
 *                         the batch is requested, like the errors below
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function readCsvStream(source: CsvSource, options?: CsvStreamOptions): AsyncGenerator<CsvBatch, void>;
export function readCsvStream(
  source: CsvSource,
  options: CsvStreamOptions = {},
): AsyncGenerator<CsvBatch, void> {
  const settings = checkOptions(options, ['batchSize']);
  return batches(source, settings, wholeNumber('batchSize', options.batchSize ?? BATCH_SIZE, 1));
}

async function* batches(source: CsvSource, settings: Settings, size: number): AsyncGenerator<CsvBatch, void> {
  yield* gathered(source, settings, (plan, _, whole) => {
    const encoder = new RowEncoder(settings, plan, whole && settings.like === undefined);
    return new Batcher(settings, plan, encoder, size);
  });
}

/** Visitor that builds a result from rows, such as batches. */
export interface Gatherer<T> extends RowVisitor {
  /** Returns what is complete. */
  ready(): T[];
  /** Returns what is left at the end. */
  rest(): T;
}

/**
 * Reads a stream with a visitor that is made as soon as the columns are known.
 *
 * @param made  receives true as `whole` if the columns were planned from the entire table
 */
export async function* gathered<T>(
  source: CsvSource,
  settings: Settings,
  made: (plan: Plan, layout: Layout, whole: boolean) => Gatherer<T>,
): AsyncGenerator<T, void> {
  const pieces = texts(source, settings);
  try {
    const head = new Head(settings);
    let last = false;
    while (!last && head.wantsMore) last = await head.take(pieces);
    const { plan, layout } = head.plan();
    const reader = new RowReader(settings, layout);
    const gatherer = made(plan, layout, last);
    const visitor = () => gatherer;
    for (const [p, text] of head.texts.entries()) {
      reader.push(text, last && p === head.texts.length - 1, visitor);
      yield* gatherer.ready();
    }
    while (!last) {
      const piece = (await pieces.next()).value!;
      last = piece[1];
      reader.push(piece[0], last, visitor);
      yield* gatherer.ready();
    }
    yield gatherer.rest();
  } finally {
    await pieces.return();
  }
}

type Pieces = ReturnType<typeof texts>;

/** Beginning of a stream, kept to learn how to read it. */
class Head {
  readonly texts: string[] = [];
  readonly #settings: Settings;
  readonly #reader: RowReader;
  readonly #surveyor: Surveyor;
  #length = 0;
  #last = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#reader = new RowReader(settings);
    this.#surveyor = new Surveyor(settings, (layout) => Survey.first(settings, layout));
  }

  get wantsMore(): boolean {
    const rows = this.#settings.like === undefined ? LEARNT_ROWS : LOOKED_AT_ROWS;
    return this.#reader.layout === undefined || (this.#reader.rows < rows && this.#length < MOST_KEPT);
  }

  /** Reads a piece. @returns true if it was the last one */
  async take(pieces: Pieces): Promise<boolean> {
    const [text, last] = (await pieces.next()).value!;
    this.texts.push(text);
    this.#length += text.length;
    this.#last = last;
    this.#reader.push(text, last, this.#surveyor.at);
    return last;
  }

  plan(): { plan: Plan; layout: Layout } {
    const layout = this.#reader.layout!;
    const plan = plannedNow(this.#settings, layout, this.#surveyor.survey!, (survey) => {
      const surveyor = new Surveyor(this.#settings, () => survey);
      const reader = new RowReader(this.#settings, layout);
      for (const [t, text] of this.texts.entries()) {
        reader.push(text, this.#last && t === this.texts.length - 1, surveyor.at);
      }
    });
    return { plan, layout };
  }
}

/** Gathers rows into batches. A batch is held back until the next one has a row, so that omitted rows at the end belong to a batch. */
class Batcher implements Gatherer<CsvBatch> {
  readonly flaw?: (line: number, error: Error) => void;
  readonly #settings: Settings;
  readonly #plan: Plan;
  readonly #encoder: RowEncoder;
  readonly #size: number;
  #builder: TableBuilder;
  #seen = 0;
  #notes: readonly CsvNote[];
  #held: CsvTable | undefined;
  readonly #ready: CsvTable[] = [];

  constructor(settings: Settings, plan: Plan, encoder: RowEncoder, size: number) {
    this.#settings = settings;
    this.#plan = plan;
    this.#encoder = encoder;
    this.#size = size;
    this.#notes = plan.notes;
    this.#builder = this.#next();
    if (settings.rejects) this.flaw = (line, error) => this.#builder.flaw?.(line, error);
  }

  row(cells: Tokenizer): void {
    this.#builder.row(cells);
    if (this.#builder.rows === 1 && this.#held !== undefined) {
      this.#ready.push(this.#held);
      this.#held = undefined;
    }
    if (this.#builder.rows === this.#size) this.#close();
  }

  #next(): TableBuilder {
    return new TableBuilder(this.#settings, this.#plan, this.#encoder, this.#size, this.#seen);
  }

  #close(): void {
    this.#held = this.#builder.table(this.#notes);
    this.#notes = [];
    this.#seen += this.#builder.seen;
    this.#builder = this.#next();
  }

  /** Returns the completed batches. */
  ready(): CsvBatch[] {
    return this.#ready.splice(0).map((table) => new CsvBatch(table));
  }

  /** Returns the last batch. @throws RangeError if every row was omitted */
  rest(): CsvBatch {
    const builder = this.#builder;
    const held = this.#held;
    if (held === undefined) return new CsvBatch(builder.table(this.#notes));
    // If the builder had a row, nothing would be held back.
    const rejected = [...held.rejected, ...builder.rejected];
    return new CsvBatch({ ...held, rejected, skipped: held.skipped + builder.seen });
  }
}

/** Result of `learnCsv`: pass it as `like`, and use its sizes for a model. */
export interface LearntCsv {
  /** Description of the columns, for `like` and for JSON. */
  readonly columns: CsvColumns;
  /** Number of rows that are not omitted for a missing cell. */
  readonly rows: number;
  /** Number of values in a row of x. */
  readonly inputSize: number;
  /** Name of each of the inputSize values: 'weight', 'origin=Europe'. */
  readonly featureNames: readonly string[];
  /** Class names; present if the only target is a category. */
  readonly classNames?: readonly string[];
  /** Decisions of the reader: ignored columns, filled cells, omitted rows. */
  readonly notes: readonly CsvNote[];
}

/**
 * Learns the columns of a table with one target from all its rows, with memory that does not grow with them. It takes one pass, or two
 * or three if rows are omitted or numbers turn out to be categories. `onMissing: 'median'` and `'mode'` keep the numbers in memory.
 *
 * @param open     opens the table; called once per pass
 * @param options  `target`, the name or number of the column that becomes y, and other options of `readCsv`
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, or a cell is missing or does not fit its column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function learnCsv(
  open: () => CsvSource | Promise<CsvSource>,
  options: CsvOptions & OneTarget,
): Promise<LearntCsv & Pick<LabelledCsvTable, 'columns'>>;
/**
 * Learns the columns of a table with several targets from all its rows, with memory that does not grow with them. It takes one pass, or two
 * or three if rows are omitted or numbers turn out to be categories. `onMissing: 'median'` and `'mode'` keep the numbers in memory.
 *
 * @param open     opens the table; called once per pass
 * @param options  `target`, the list of the columns that become y, and other options of `readCsv`
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, or a cell is missing or does not fit its column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function learnCsv(
  open: () => CsvSource | Promise<CsvSource>,
  options: CsvOptions & SeveralTargets,
): Promise<LearntCsv & Pick<MultiTargetCsvTable, 'columns'>>;
/**
 * Learns the columns of a table from all its rows, with memory that does not grow with them. It takes one pass, or two
 * or three if rows are omitted or numbers turn out to be categories. `onMissing: 'median'` and `'mode'` keep the numbers in memory.
 *
 * @param open     opens the table; called once per pass
 * @param options  options of `readCsv`; all have defaults
 * @throws TypeError       if an option is of the wrong kind, or names an unknown column
 * @throws RangeError      if the table is empty, bytes are not text, or a cell is missing or does not fit its column
 * @throws ShapeError      if a row has more or fewer cells than the first
 * @throws NonFiniteError  if a number exceeds f64
 */
export function learnCsv(
  open: () => CsvSource | Promise<CsvSource>,
  options?: CsvOptions,
): Promise<LearntCsv>;
export async function learnCsv(
  open: () => CsvSource | Promise<CsvSource>,
  options: CsvOptions = {},
): Promise<LearntCsv> {
  if (typeof open !== 'function') throw new TypeError(`open: expected a function, got ${show(open)}`);
  const settings = checkOptions(options);
  if (settings.like !== undefined)
    throw new TypeError('like: expected a table to learn from, which has no columns yet');
  let layout: Layout | undefined;
  const look = async (make: (layout: Layout) => Survey): Promise<Survey> => {
    const surveyor = new Surveyor(settings, make);
    const reader = new RowReader(settings, layout);
    for await (const [text, last] of texts(await open(), settings)) reader.push(text, last, surveyor.at);
    layout = reader.layout!;
    return surveyor.survey!;
  };
  const first = await look((found) => Survey.first(settings, found));
  const looks = planned(settings, layout!, first);
  let next = looks.next();
  for (; !next.done; next = looks.next()) {
    const again = next.value;
    await look(() => again);
  }
  return learntFrom(next.value);
}

function learntFrom({ columns, rows, notes }: Plan): LearntCsv {
  const { target } = columns;
  return {
    columns,
    rows,
    inputSize: columns.features.reduce((sum, column) => sum + width(column), 0),
    featureNames: columns.features.flatMap(valueNames),
    ...(target?.kind === 'category' && { classNames: target.categories }),
    notes,
  };
}
