/** Tables and image folders as what a network is trained on or asked about. */
import { statSync } from 'node:fs';
import papaparse from 'papaparse';
import {
  type CsvNote,
  type CsvOptions,
  type LabelledCsvTable,
  type OnMissing,
  readCsv,
} from '../../data/index.js';
import { readImageFolder } from '../../node/index.js';
import { readBytes } from './read-bytes.js';
import type { TaskKind } from './table-options.js';
import { type TimeOrder, timeOrder } from './time-order.js';

/** How a table is written: what goes for one goes for more of the kind. */
export type Reading = Pick<CsvOptions, 'header' | 'delimiter' | 'missing'>;

export interface Rows {
  readonly x: Float64Array | Uint8Array;
  readonly y: Float64Array | Uint32Array | Uint8Array;
  readonly rows: number;
}

/** Data with what is to be learned of them. */
export interface Task extends Rows {
  readonly kind: 'table' | 'images';
  readonly inputSize: number;
  /** What the target is called. */
  readonly target: string;
  /** Of the classes, in order; none where the target is a number. */
  readonly classNames?: readonly string[];
  /** Rows set apart by the data set itself. */
  readonly test?: Rows;
  /** For reading more such tables. */
  readonly columns?: LabelledCsvTable['columns'];
  readonly reading?: Reading;
  /** Names of the columns of x; present for tables. */
  readonly featureNames?: readonly string[];
  /** Time order of the rows; present if the table is sorted by a date. */
  readonly order?: TimeOrder;
  /** In words, for a heading. */
  readonly described: string;
  /** Decisions of the reader that the user should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Whole numbers of a target that are at most so many, and that have two rows each on average, are classes. */
const MOST_CLASSES = 20;

/**
 * @param kind    what the target is; 'asWritten': numbers where it has numbers, classes elsewhere
 * @throws Error, TypeError or RangeError that names the file
 */
export async function readTask(
  path: string,
  options: CsvOptions,
  kind: TaskKind | 'asWritten' = 'auto',
): Promise<Task> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    if (kind === 'regression') throw new Error(`${path}: --task regression: images have classes`);
    const { train, test } = await readImageFolder(path);
    const classNames = classNumbers(train.y);
    return {
      kind: 'images',
      ...rowsOf(train),
      inputSize: train.inputSize,
      target: 'class',
      classNames,
      test: rowsOf(test),
      described: `${train.count} training and ${test.count} test images of ${train.inputSize} values, ${classNames.length} classes`,
      notes: [],
    };
  }
  const { target } = options;
  if (target === undefined || target === false) {
    throw new Error(`${path}: say with --target which column is to be learned`);
  }
  if (typeof target !== 'string' && typeof target !== 'number') {
    throw new Error(
      `${path}: expected one target, got ${target.length}; readCsv of evenkeel/data reads several`,
    );
  }
  const { table, note } = readTable(path, { ...options, target }, kind);
  const { classNames, columns } = table;
  if (classNames?.length === 1) {
    throw new Error(
      `${path}: expected two classes in column '${columns.target.name}', got '${classNames[0]}' alone`,
    );
  }
  const { header, delimiter, missing } = options;
  const order = timeOrder(table);
  return {
    kind: 'table',
    ...table,
    ...(order !== undefined && { order }),
    notes: [...table.notes.map(({ text }: CsvNote) => text), ...(note === undefined ? [] : [note])],
    reading: {
      ...(header !== undefined && { header }),
      ...(delimiter !== undefined && { delimiter }),
      ...(missing !== undefined && { missing }),
    },
    target: columns.target.name,
    described: `${table.rows} rows, ${table.inputSize} values each, to learn ${columns.target.name}${
      classNames ? ` (${classNames.length} classes)` : ''
    }`,
  };
}

/** Reads a table, its target as numbers or as classes: as `kind` says, or by its values, which a note then says. */
function readTable(
  path: string,
  options: CsvOptions & { readonly target: string | number },
  kind: TaskKind | 'asWritten',
): { table: LabelledCsvTable; note?: string } {
  const data = readBytes(path);
  const read = (target?: 'numeric' | 'category') => {
    const { columns = {} } = options;
    const uses = target === undefined ? columns : { ...columns, [options.target]: target };
    return readCsv(data, { name: path, ...options, columns: uses });
  };
  if (kind === 'classification') return { table: read('category') };
  if (kind === 'regression') return { table: read('numeric') };
  const table = read();
  const told = kind === 'asWritten' || options.columns?.[options.target] !== undefined;
  if (told || !isCode(table)) return { table };
  const classes = read('category');
  const { name } = table.columns.target;
  return {
    table: classes,
    note: `column '${name}' has whole numbers, ${classes.classNames!.length} of them, and is learned as classes; --task regression learns it as a number`,
  };
}

/** Whether a target of numbers looks like one of classes. */
function isCode({ y, classNames, rows }: LabelledCsvTable): boolean {
  if (classNames !== undefined) return false;
  const values = new Set<number>();
  for (const value of y) {
    if (!Number.isSafeInteger(value) || values.add(value).size > MOST_CLASSES) return false;
  }
  return values.size > 1 && rows >= 2 * values.size;
}

/** Rows to predict, and what is true of them if the data say so. */
export interface Question {
  readonly x: Float64Array | Uint8Array;
  readonly y?: Rows['y'];
  readonly rows: number;
  /** Why there is no y though the table has its column. */
  readonly unmeasured?: string;
}

/** @param columns  of the table that the model was trained on; none for images */
export async function readQuestion(
  path: string,
  columns: LabelledCsvTable['columns'] | undefined,
  { onMissing, ...options }: Reading & { readonly onMissing?: OnMissing | undefined },
): Promise<Question> {
  if (columns === undefined) return rowsOf((await readImageFolder(path)).test);
  const text = readBytes(path);
  const settings = {
    name: path,
    like: { columns },
    ...options,
    ...(onMissing !== undefined && { onMissing }),
  };
  const question = readCsv(text, { ...settings, target: false });
  const { name } = columns.target;
  if (!columnNames(new TextDecoder().decode(text), options).includes(name)) return question;
  // The rows to be predicted are often those of which the target is not known.
  try {
    const labelled = readCsv(text, settings);
    if (labelled.rows === question.rows) return labelled;
    return { ...question, unmeasured: `${path}: ${question.rows - labelled.rows} rows have no ${name}` };
  } catch (error) {
    return { ...question, unmeasured: (error as Error).message };
  }
}

/** The first line that is not blank, or numbers in its place. */
function columnNames(text: string, { header = true, delimiter = '' }: Reading): string[] {
  let first: string[] = [];
  papaparse.parse<string[]>(text, {
    delimiter,
    step({ data }, parser) {
      first = data.map((name, c) => (header ? name.trim() : String(c)));
      if (data.some((name) => name.trim() !== '')) parser.abort();
    },
  });
  return first;
}

function rowsOf({ x, y, count }: { x: Uint8Array; y: Uint8Array; count: number }): Rows {
  return { x, y, rows: count };
}

function classNumbers(y: Uint8Array): string[] {
  return Array.from({ length: y.reduce((most, label) => Math.max(most, label), 1) + 1 }, (_, c) => String(c));
}
