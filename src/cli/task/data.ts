/** Tables and image folders as data to train on or to predict. */
import { statSync } from 'node:fs';
import { listed, targetColumns } from '../../data/csv/columns.js';
import { readEveryRow } from '../../data/csv/every-row.js';
import { refilled } from '../../data/csv/refill.js';
import {
  type CsvColumns,
  type CsvOptions,
  type LabelledCsvTable,
  type MultiTargetCsvTable,
  readCsv,
} from '../../data/index.js';
import { counted } from '../../errors.js';
import { readImageFolder } from '../../node/index.js';
import { classCounts } from './class-counts.js';
import { notesInWords } from './notes.js';
import { readBytes } from './read-bytes.js';
import type { ReadingOptions } from './reading-options.js';
import type { TaskKind } from './table-options.js';
import { type TimeOrder, timeOrder } from './time-order.js';
import { type Reading, storedReading, type Trained } from './trained.js';

export interface Rows {
  readonly x: Float64Array | Uint8Array;
  readonly y: Float64Array | Uint32Array | Uint8Array;
  readonly rows: number;
}

/** Data with their targets. */
export interface Task extends Rows {
  readonly kind: 'table' | 'images';
  readonly inputSize: number;
  /** Name of the target, or names of several. */
  readonly target: string;
  readonly targets: readonly string[];
  /** Names of the classes, in order; undefined if the target is a number. */
  readonly classNames?: readonly string[];
  /** Rows that the data set itself sets apart. */
  readonly test?: Rows;
  /** Options for reading further tables of this kind. */
  readonly columns?: CsvColumns;
  /** Returns the task with fills of missing cells that are learnt from some rows alone; present for tables that were learnt from. */
  learntFrom?(rows: Uint32Array): Task;
  readonly reading?: Reading;
  /** Names of the columns of x; present for tables. */
  readonly featureNames?: readonly string[];
  /** Time order of the rows; present if the table is sorted by a date. */
  readonly order?: TimeOrder;
  /** Description for a heading. */
  readonly described: string;
  /** Decisions of the reader that the user should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Largest number of distinct whole numbers that count as classes; on average each must have two rows. */
const MOST_CLASSES = 20;

/**
 * Reads a table or a folder of images as a task.
 *
 * @param kind  kind of the target; 'asWritten' learns numbers as numbers and anything else as classes
 * @throws Error, TypeError or RangeError that names the file
 */
export async function readTask(
  path: string,
  options: CsvOptions,
  kind: TaskKind | 'asWritten' = 'auto',
): Promise<Task> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    if (kind === 'regression') throw new Error(`${path}: --task regression: images have only classes`);
    const { train, test } = await readImageFolder(path);
    const classNames = classNumbers(train.y);
    return {
      kind: 'images',
      ...rowsOf(train),
      inputSize: train.inputSize,
      target: 'class',
      targets: ['class'],
      classNames,
      test: rowsOf(test),
      described: `${train.count} training and ${test.count} test images of ${train.inputSize} values, ${classNames.length} classes`,
      notes: [],
    };
  }
  const { target } = options;
  if (target === undefined || target === false) {
    throw new Error(`${path}: --target must name the column to be learned`);
  }
  const data = readBytes(path);
  const { table, used, note } = readTable(data, { name: path, ...options, target }, kind);
  const { columns } = table;
  const task = tableTask(table, readingOf(options), note);
  if (task.classNames?.length === 1) {
    throw new Error(
      `${path}: expected two classes in column '${task.target}', got '${task.classNames[0]}' in every row`,
    );
  }
  checkVaried(path, task);
  return {
    ...task,
    columns,
    learntFrom: (rows) => tableTask(refilled(data, used, table, rows), task.reading, note),
  };
}

/** Checks that targets that are numbers differ. @throws Error that names the file and the column */
function checkVaried(path: string, { y, rows, classNames, targets }: Task): void {
  if (classNames !== undefined || rows < 2) return;
  for (const [t, name] of targets.entries()) {
    if (y.some((value, i) => i % targets.length === t && value !== y[t])) continue;
    throw new Error(`${path}: expected different numbers in column '${name}', got ${y[t]} in every row`);
  }
}

function readingOf(options: CsvOptions): Reading {
  const names = Object.keys(storedReading) as (keyof Reading)[];
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

type AnyLabelled = LabelledCsvTable | MultiTargetCsvTable;

function tableTask(table: AnyLabelled, reading: Reading = {}, note?: string): Task {
  const order = timeOrder(table);
  const targets = targetColumns(table.columns).map(({ name }) => name);
  const target = targets.join(', ');
  const { classNames } = table as LabelledCsvTable;
  return {
    kind: 'table',
    ...table,
    ...(order !== undefined && { order }),
    notes: [
      ...notesInWords(table.notes, table.rejected),
      ...(note === undefined ? [] : [note]),
      ...singleRows(table as LabelledCsvTable, target),
    ],
    reading,
    target,
    targets,
    described: `${counted(table.rows, 'row')}, ${counted(table.inputSize, 'value')} each, to learn ${target}${
      classNames ? ` (${classNames.length} classes)` : ''
    }`,
  };
}

/** Names the classes that have a single row, since they are trained on but never validated. */
function singleRows({ y, classNames }: LabelledCsvTable, target: string): string[] {
  if (classNames === undefined) return [];
  const counts = classCounts(y, classNames.length);
  const single = classNames.filter((_, c) => counts[c] === 1);
  if (single.length === 0) return [];
  const have =
    single.length === 1
      ? `1 class of '${target}' has a single row, which trains and never validates`
      : `${single.length} classes of '${target}' have a single row each, which trains and never validates`;
  return [`${have}: ${listed(single)}`];
}

/**
 * Reads a table for a saved model, with its columns, categories and fills.
 *
 * @param given  options for reading that override those of the model
 * @throws Error that names the file
 */
export function readTaskLike(
  path: string,
  { columns, reading }: Pick<Trained, 'columns' | 'reading'>,
  given: ReadingOptions,
): Task {
  const settings = { ...reading, ...given, name: path, like: { columns: columns! } };
  return tableTask(readCsv(readBytes(path), settings) as AnyLabelled, reading);
}

interface ReadTable {
  readonly table: AnyLabelled;
  /** Options that the table was read with. */
  readonly used: CsvOptions;
  readonly note?: string;
}

/** Reads a table with its target as numbers or classes, as `kind` says, or by its values, which a note then reports. */
function readTable(
  data: Uint8Array,
  options: CsvOptions & { readonly target: NonNullable<Exclude<CsvOptions['target'], false>> },
  kind: TaskKind | 'asWritten',
): ReadTable {
  const targets = [options.target].flat().map(String);
  const read = (target?: 'numeric' | 'category'): ReadTable => {
    const { columns = {} } = options;
    const kinds = target === undefined ? [] : targets.map((name) => [name, target] as const);
    const used = { ...options, columns: { ...columns, ...Object.fromEntries(kinds) } };
    return { table: readCsv(data, used) as AnyLabelled, used };
  };
  if (targets.length > 1 && kind === 'classification') {
    throw new Error('--task classification: expected one --target, since several are learned as numbers');
  }
  if (kind === 'classification') return read('category');
  if (kind === 'regression') return read('numeric');
  const asWritten = read();
  const told = kind === 'asWritten' || options.columns?.[targets[0]!] !== undefined;
  if (told || targets.length > 1 || !isCode(asWritten.table as LabelledCsvTable)) return asWritten;
  const classes = read('category');
  const { columns, classNames } = classes.table as LabelledCsvTable;
  return {
    ...classes,
    note: `column '${columns.target.name}' has whole numbers, ${classNames!.length} of them, and is learned as classes; --task regression learns it as a number`,
  };
}

/** Returns true if a numeric target looks like classes. */
function isCode({ y, classNames, rows }: LabelledCsvTable): boolean {
  if (classNames !== undefined) return false;
  const values = new Set<number>();
  for (const value of y) {
    if (!Number.isSafeInteger(value) || values.add(value).size > MOST_CLASSES) return false;
  }
  return values.size > 1 && rows >= 2 * values.size;
}

/** Rows to predict, with their targets if the data contain them. */
export interface Question {
  readonly x: Float64Array | Uint8Array;
  readonly y?: Rows['y'];
  readonly rows: number;
}

/**
 * Reads rows for a saved model; y is present if all of them have targets.
 *
 * @param columns  columns of the table that the model was trained on; undefined for images
 * @throws Error that names the first unreadable row; with 'skip', rows with missing cells are left out
 */
export async function readQuestion(
  path: string,
  columns: CsvColumns | undefined,
  options: ReadingOptions,
): Promise<Question> {
  if (columns === undefined) return rowsOf((await readImageFolder(path)).test);
  const reading = { ...options, name: path, columns, repeat: [] };
  const skips = (options.onMissing ?? columns.reading?.onMissing) === 'skip';
  const parts = [];
  for await (const part of readEveryRow([readBytes(path)], reading)) {
    for (const { line, flaw } of part.rows) {
      if (flaw === undefined || (skips && flaw.kind === 'missing')) continue;
      throw new RangeError(`${path}: line ${line}, ${flaw.text}`);
    }
    parts.push(part);
  }
  const x = together(parts.map((part) => part.x));
  const y = together(parts.map((part) => part.y));
  const rows = parts.reduce(
    (sum, part) => sum + part.rows.filter(({ flaw }) => flaw === undefined).length,
    0,
  );
  const measured = parts.reduce((sum, part) => sum + part.measured.length, 0);
  return { x, rows, ...(measured === rows && { y }) };
}

function together(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function rowsOf({ x, y, count }: { x: Uint8Array; y: Uint8Array; count: number }): Rows {
  return { x, y, rows: count };
}

function classNumbers(y: Uint8Array): string[] {
  return Array.from({ length: y.reduce((most, label) => Math.max(most, label), 1) + 1 }, (_, c) => String(c));
}
