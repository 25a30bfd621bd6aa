/** Tables and image folders as what a network is trained on or asked about. */
import { readFileSync, statSync } from 'node:fs';
import papaparse from 'papaparse';
import { type CsvOptions, type CsvTable, type LabelledCsvTable, readCsv } from '../../data/index.js';
import { readImageFolder } from '../../node/index.js';

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
  /** In words, for a heading. */
  readonly described: string;
}

/** @throws Error, TypeError or RangeError that names the file */
export async function readTask(path: string, options: CsvOptions): Promise<Task> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
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
  const table = readCsv(readBytes(path), { name: path, ...options, target });
  const { classNames, columns } = table;
  if (classNames?.length === 1) {
    throw new Error(
      `${path}: expected two classes in column '${columns.target.name}', got '${classNames[0]}' alone`,
    );
  }
  const { header, delimiter, missing } = options;
  return {
    kind: 'table',
    ...table,
    reading: {
      ...(header !== undefined && { header }),
      ...(delimiter !== undefined && { delimiter }),
      ...(missing !== undefined && { missing }),
    },
    target: columns.target.name,
    described: `${rowsInWords(table)}, ${table.inputSize} values each, to learn ${columns.target.name}${
      classNames ? ` (${classNames.length} classes)` : ''
    }`,
  };
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
  options: Reading & Pick<CsvOptions, 'onMissing'>,
): Promise<Question> {
  if (columns === undefined) return rowsOf((await readImageFolder(path)).test);
  const text = readBytes(path);
  const settings = { name: path, like: { columns }, ...options };
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

function rowsInWords({ rows, skipped }: CsvTable): string {
  return `${rows} rows${skipped > 0 ? ` (${skipped} more lack a value)` : ''}`;
}

function rowsOf({ x, y, count }: { x: Uint8Array; y: Uint8Array; count: number }): Rows {
  return { x, y, rows: count };
}

function classNumbers(y: Uint8Array): string[] {
  return Array.from({ length: y.reduce((most, label) => Math.max(most, label), 1) + 1 }, (_, c) => String(c));
}

/** @throws Error that opens with the path */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`${path}: expected a readable file, got ${code ?? message}`, { cause });
  }
}
