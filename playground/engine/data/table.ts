/** The visitor's table: its rows, and what the page says about it. */
import { type CsvOptions, readCsv } from 'evenkeel/data';
import type { GivenRows } from './data-set.js';

/** Kind of a target: numbers, or categories that become classes. */
export type TargetKind = 'numeric' | 'category';

/** Choices of the visitor; those that are absent are guessed. */
export interface TableWish {
  /** Name of the column to predict. */
  readonly target?: string;
  /** Kind in which the target is read. */
  readonly kind?: TargetKind;
}

/** Description of a table for the page. */
export interface TableInfo {
  readonly name: string;
  readonly rows: number;
  readonly inputSize: number;
  /** Names of the columns that may be the target. */
  readonly columns: readonly string[];
  readonly target: string;
  readonly kind: TargetKind;
  /** Kinds that the target can be read as. */
  readonly kinds: readonly TargetKind[];
  /** Number of classes; 0 if the target is numeric. */
  readonly classes: number;
  /** Sentences about decisions of the reader and rows that it left out. */
  readonly notes: readonly string[];
}

export interface OwnTable {
  readonly rows: GivenRows;
  readonly info: TableInfo;
}

/** Most classes of a target. */
const MOST_CLASSES = 100;
/** Most values of x. A page keeps three copies of them, of 160 MB each. */
const MOST_VALUES = 2e7;
/** Most unreadable rows that the notes quote. */
const MOST_QUOTED = 3;

/** Encoding that the reader's error proposes for a file that is not UTF-8. */
const PROPOSED = /; try encoding: '([\w-]+)'/;
/** Help of the reader that names an option; the page does not have it. */
const OPTION_HELP = /; columns: \{.*?\} keeps it/g;

/**
 * Reads a table; see `readAs`. A file that is not UTF-8 is read in the encoding that the reader proposes, and a note says so.
 *
 * @throws Error  as `readAs` does
 */
export function readTable(name: string, data: Uint8Array | string, wish: TableWish = {}): OwnTable {
  try {
    return readAs(name, data, wish);
  } catch (error) {
    const { message } = error as Error;
    const encoding = PROPOSED.exec(message)?.[1];
    if (encoding === undefined) throw new Error(message.replace(OPTION_HELP, ''));
    const { rows, info } = readAs(name, data, wish, { encoding });
    const note = `The file is not UTF-8, so it is read as ${encoding}.`;
    return { rows, info: { ...info, notes: [note, ...info.notes] } };
  }
}

/**
 * Reads a table in one encoding. Rows with a missing cell and rows that cannot be read are left out. The guessed target is the last column that is
 * not a date.
 *
 * @param name  name of the file, for messages and for the printed program
 * @param data  bytes of the file, or its text
 * @throws Error  if the table cannot be read, or no network of the page can learn it; the message names row and column
 */
function readAs(
  name: string,
  data: Uint8Array | string,
  wish: TableWish,
  decoding: { readonly encoding?: string } = {},
): OwnTable {
  const shared = { name, onMissing: 'skip', onBadRow: 'skip', ...decoding } as const satisfies CsvOptions;
  const { columns, target } = candidates(name, data, shared, wish);
  const { kind: wished } = wish;
  const options = { ...shared, target, ...(wished && { columns: { [target]: wished } }) };
  const table = readCsv(data, options);
  const { x, y, rows, inputSize, classNames, notes, rejected } = table;
  const { kind } = table.columns.target as { readonly kind: TargetKind };
  const classes = classNames?.length ?? 0;
  const values = [...new Set(y)];
  refuse(name, target, {
    rows,
    inputSize,
    classes,
    isClass: classNames !== undefined,
    values: values.length,
  });
  refuseLarge(name, x, inputSize, table.featureNames);
  refuseLarge(name, y, 1, [target]);
  const other: TargetKind = kind === 'numeric' ? 'category' : 'numeric';
  const hasOther =
    kind === 'numeric'
      ? values.length >= 2 && values.length <= MOST_CLASSES
      : classNames!.every((text) => Number.isFinite(Number(text)));
  return {
    rows: {
      x,
      y,
      inputSize,
      classes,
      ...(classNames && { classNames }),
      lines: [
        "const { readFileSync } = await import('node:fs');",
        `const { x, y } = readCsv(readFileSync(${JSON.stringify(name)}), ${JSON.stringify(options)});`,
      ],
    },
    info: {
      name,
      rows,
      inputSize,
      columns,
      target,
      kind,
      kinds: hasOther ? [kind, other] : [kind],
      classes,
      notes: [...notes.map(({ text }) => sentence(text)), ...rejectedNotes(name, rejected)],
    },
  };
}

/** Returns the columns that may be the target, and the target: the wished or the guessed one. */
function candidates(name: string, data: Uint8Array | string, shared: CsvOptions, { target }: TableWish) {
  const { columns, notes } = readCsv(data, shared);
  // Columns that the reader ignores as features may still be predicted, except those without any value.
  const ignored = notes.flatMap(({ about, column }) =>
    about === 'ignored' && column !== undefined ? [column] : [],
  );
  const features = columns.features.filter(({ kind }) => kind !== 'date').map((column) => column.name);
  const guessed = features.at(-1) ?? ignored.at(-1);
  if (guessed === undefined) {
    throw new Error(`${name}: expected a column of numbers or classes to predict, got only dates`);
  }
  return { columns: [...features, ...ignored], target: target ?? guessed };
}

interface Shape {
  readonly rows: number;
  readonly inputSize: number;
  readonly classes: number;
  readonly isClass: boolean;
  /** Number of different values of the target. */
  readonly values: number;
}

/** @throws Error if the networks of the page cannot learn a table of this shape */
function refuse(name: string, target: string, { rows, inputSize, classes, isClass, values }: Shape): void {
  const column = `${name}: column '${target}'`;
  if (rows < 2)
    throw new Error(`${name}: expected at least two rows, for training and for test, got ${rows}`);
  if (isClass && classes > MOST_CLASSES) {
    throw new Error(`${column} has ${classes} classes, and the page shows at most ${MOST_CLASSES}`);
  }
  if (values < 2) {
    throw new Error(`${column} has the same value in every row, so there is nothing to predict`);
  }
  if (rows * inputSize > MOST_VALUES) {
    throw new Error(
      `${name}: expected at most ${MOST_VALUES} values, got ${rows} rows of ${inputSize}; choose a file with fewer rows`,
    );
  }
}

/** @throws Error if a value exceeds the 32-bit floats that networks compute with */
function refuseLarge(
  name: string,
  values: Float64Array | Uint32Array,
  size: number,
  names: readonly string[],
): void {
  const at = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (at < 0) return;
  throw new Error(`${name}: '${names[at % size]}' has ${values[at]}, which is too large for 32-bit numbers`);
}

/** Returns a sentence that counts the unreadable rows, and one for each of the first. */
function rejectedNotes(name: string, rejected: readonly { readonly reason: string }[]): string[] {
  if (rejected.length === 0) return [];
  const [rows, are] = rejected.length === 1 ? ['row', 'is'] : ['rows', 'are'];
  const reasons = rejected
    .slice(0, MOST_QUOTED)
    .map(({ reason }) => sentence(reason.replace(`${name}: `, '')));
  const more = rejected.length - reasons.length;
  return [
    `${rejected.length} unreadable ${rows} ${are} left out.`,
    ...reasons,
    ...(more > 0 ? [`… and ${more} more.`] : []),
  ];
}

/** Returns a note of the reader with a capital letter and a full stop, without options of the library. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(OPTION_HELP, '')}.`;
}
