/** What a table's columns are: found in one file, then held to in the next. */
import { closestMatch } from 'leven';
import { elements } from '../arrays.js';
import { knownKeys, NonFiniteError, oneOf, show } from '../errors.js';
import { at, type Records } from './records.js';

export const columnKinds = ['numeric', 'category'] as const;
export type ColumnKind = (typeof columnKinds)[number];

/** A column of numbers, or of text that is one of `categories`, in the order of their indices. */
export type CsvColumn =
  | { readonly name: string; readonly kind: 'numeric' }
  | { readonly name: string; readonly kind: 'category'; readonly categories: readonly string[] };

/** Which columns make x and y, as plain frozen data: goes through JSON and back. */
export interface CsvColumns {
  readonly features: readonly CsvColumn[];
  readonly target?: CsvColumn;
}

/** A column of `names`, by its place, and what is known of it before the cells are read. */
export interface Choice {
  readonly index: number;
  readonly kind: ColumnKind | undefined;
  readonly column?: CsvColumn;
}

/** A decimal number; not what JavaScript takes besides: '', '0x10', 'Infinity'. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** @throws TypeError that suggests the nearest name if no column has it */
export function findColumn(argument: string, name: string, { source, names }: Records): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new TypeError(
    `${argument}: no column '${name}' in ${source}; did you mean '${closestMatch(name, [...names])}'? Known: ${names.join(', ')}`,
  );
}

/** What a column holds: numbers if all its cells are, unless told; categories in sorted order. */
export function describeColumn(
  records: Records,
  rows: readonly number[],
  { index, kind }: Choice,
): CsvColumn {
  const name = records.names[index]!;
  const cells = rows.map((row) => records.rows[row]![index]!);
  if ((kind ?? (cells.every((cell) => NUMBER.test(cell)) ? 'numeric' : 'category')) === 'numeric') {
    return Object.freeze({ name, kind: 'numeric' });
  }
  const categories = Object.freeze([...new Set(cells)].sort(ascending));
  return Object.freeze({ name, kind: 'category', categories });
}

/**
 * Numbers by value before text by code units: the order hangs neither on the rows' order nor on a language, and of
 * classes 0 to 10 the last comes last.
 */
function ascending(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => (NUMBER.test(text) ? Number(text) : Number.POSITIVE_INFINITY));
  if (x !== y) return x! < y! ? -1 : 1;
  return a < b ? -1 : 1;
}

/** How many values of x a column becomes. */
export function width(column: CsvColumn): number {
  return column.kind === 'numeric' ? 1 : column.categories.length;
}

/** The names of those values: the column's own, or one a category. */
export function valueNames(column: CsvColumn): string[] {
  if (column.kind === 'numeric') return [column.name];
  return column.categories.map((category) => `${column.name}=${category}`);
}

/**
 * Calls `put` with each cell's number, or the index of its category.
 *
 * @throws RangeError      if a cell is no number, or none of the categories
 * @throws NonFiniteError  if a number is beyond f64
 */
export function readColumn(
  { source, rows, lines }: Records,
  kept: readonly number[],
  index: number,
  column: CsvColumn,
  put: (row: number, value: number) => void,
): void {
  const value = column.kind === 'numeric' ? number : categoryIndex(column.categories);
  for (const [i, row] of kept.entries()) {
    const cell = rows[row]![index]!;
    put(
      i,
      value(cell, () => at(source, lines[row]!, column.name)),
    );
  }
}

function number(cell: string, place: () => string): number {
  if (!NUMBER.test(cell)) throw new RangeError(`${place()}: expected a number, got '${cell}'`);
  const value = Number(cell);
  if (!Number.isFinite(value)) {
    throw new NonFiniteError(`${place()}: expected a number that is finite in f64, got ${cell}`, { value });
  }
  return value;
}

function categoryIndex(categories: readonly string[]) {
  const indices = new Map(categories.map((category, i) => [category, i]));
  return (cell: string, place: () => string): number => {
    const index = indices.get(cell);
    if (index !== undefined) return index;
    const nearest = closestMatch(cell, [...categories]);
    throw new RangeError(
      `${place()}: unknown category '${cell}'; did you mean '${nearest}'? Known: ${categories.join(', ')}`,
    );
  };
}

/** A description that may come from JSON, as a frozen copy. @throws TypeError if it is none */
export function checkColumns(argument: string, value: unknown): CsvColumns {
  knownKeys(argument, value, ['features', 'target']);
  const { features, target } = value as { features: unknown; target?: unknown };
  const given = Array.isArray(features) ? elements(features, features.length) : [];
  if (given.length === 0) {
    throw new TypeError(`${argument}.features: expected at least one column, got ${show(features)}`);
  }
  const checked = given.map((column, i) => checkColumn(`${argument}.features[${i}]`, column));
  const columns = {
    features: Object.freeze(checked),
    ...(target === undefined ? {} : { target: checkColumn(`${argument}.target`, target) }),
  };
  return Object.freeze(columns);
}

function checkColumn(argument: string, value: unknown): CsvColumn {
  knownKeys(argument, value, ['name', 'kind', 'categories']);
  const { name, kind, categories } = value as Record<string, unknown>;
  if (typeof name !== 'string') throw new TypeError(`${argument}.name: expected a string, got ${show(name)}`);
  if (oneOf(`${argument}.kind`, kind, columnKinds) === 'numeric')
    return Object.freeze({ name, kind: 'numeric' });
  const given = Array.isArray(categories) ? elements(categories, categories.length) : [];
  const strings = given.filter((category) => typeof category === 'string');
  if (given.length === 0 || new Set(strings).size !== given.length) {
    throw new TypeError(`${argument}.categories: expected different strings, got ${show(categories)}`);
  }
  return Object.freeze({ name, kind: 'category', categories: Object.freeze(strings) });
}
