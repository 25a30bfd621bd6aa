/** Descriptions of a table's columns, learnt from one file and applied to the next. They are plain data for JSON. */
import { isArray, isObject, shortened, show } from '../../errors.js';
import { checkKeys, checkName, nearestSpelling } from '../../names.js';
import { type DateFormat, type DatePart, dateFormats, dateParts, partNames } from './dates.js';

export const columnKinds = ['numeric', 'category', 'date'] as const;
/** Kind of a column: numbers, categories or dates. */
export type ColumnKind = (typeof columnKinds)[number];

export const missingPolicies = ['error', 'skip', 'mean', 'median', 'mode', 'category', 'indicator'] as const;
/**
 * Treatment of a missing feature: an error; skip its row; the column's mean, median or most frequent value; a category of its
 * own; or a filled cell with a further 0/1 value that marks it as missing.
 */
export type OnMissing = (typeof missingPolicies)[number];

export const unknownPolicies = ['error', 'zeros', 'other'] as const;
/**
 * Treatment of a category that training did not know: an error, none of the known categories, or one of the rare ones that share
 * a value. If rare ones share a value, 'error' counts it as one of them too, because the two cannot be told apart.
 */
export type OnUnknown = (typeof unknownPolicies)[number];

/** Replacement of missing cells, learnt from the training rows. */
export interface Fills {
  /** Mean; present if it fills missing cells. */
  readonly mean?: number;
  /** Median; present if it fills missing cells. */
  readonly median?: number;
  /** Most frequent value; present if it fills missing cells. */
  readonly mode?: number;
  /** True if a further 0/1 value marks missing cells. */
  readonly indicator?: true;
}

/** A column of numbers. */
export interface NumericColumn extends Fills {
  /** Name of the column. */
  readonly name: string;
  /** Kind of the column. */
  readonly kind: 'numeric';
}

/** A column of dates; fills are milliseconds since 1970, or of the day. */
export interface DateColumn extends Fills {
  /** Name of the column. */
  readonly name: string;
  /** Kind of the column. */
  readonly kind: 'date';
  /** Format of the dates. */
  readonly format: DateFormat;
  /** Parts of a date that become values of x. */
  readonly parts: readonly DatePart[];
}

/** A column of text with one of `categories` in each cell; their order gives the indices. */
export interface CategoryColumn {
  /** Name of the column. */
  readonly name: string;
  /** Kind of the column. */
  readonly kind: 'category';
  /** Texts of the categories, in the order of their indices. */
  readonly categories: readonly string[];
  /** True if rarer categories share a value after those of `categories`. */
  readonly other?: true;
  /** True if missing cells have a value of their own, the last one. */
  readonly missing?: true;
  /** Most frequent category. */
  readonly mode?: string;
}

/** Description of a column. */
export type CsvColumn = NumericColumn | DateColumn | CategoryColumn;

/** Options by which cells were read, so that later files are read in the same way. */
export interface CsvReading {
  /** Cells that count as missing besides blank ones. */
  readonly missing?: readonly string[];
  /** Decimal mark. */
  readonly decimal?: '.' | ',';
  /** Mark that groups digits. */
  readonly thousands?: string;
  /** True if 10% is read as 0.1. */
  readonly percent?: boolean;
  /** True if any currency sign may stand beside numbers; or a list of the marks that may. */
  readonly currency?: boolean | readonly string[];
  /** Treatment of a missing feature. */
  readonly onMissing?: OnMissing;
  /** Treatment of an unknown category. */
  readonly onUnknown?: OnUnknown;
}

/** Columns that make x and y, as plain frozen data that survives a JSON round trip. */
export interface CsvColumns {
  /** Columns that make x, in order. */
  readonly features: readonly CsvColumn[];
  /** Column of y, if there is exactly one target. */
  readonly target?: CsvColumn;
  /** Columns of y, if several targets were requested. */
  readonly targets?: readonly CsvColumn[];
  /** Options by which cells were read. */
  readonly reading?: CsvReading;
}

/** Returns the columns that make y, in order. */
export function targetColumns({ target, targets }: CsvColumns): readonly CsvColumn[] {
  return targets ?? (target === undefined ? [] : [target]);
}

/** Returns the names of the values of x that a column becomes. */
export function valueNames(column: CsvColumn): string[] {
  const { name } = column;
  const missing = `${name} (missing)`;
  if (column.kind === 'category') {
    return [
      ...column.categories.map((category) => `${name}=${category}`),
      ...(column.other ? [`${name} (other)`] : []),
      ...(column.missing ? [missing] : []),
    ];
  }
  const values =
    column.kind === 'numeric' ? [name] : column.parts.flatMap(partNames).map((part) => name + part);
  return column.indicator ? [...values, missing] : values;
}

/** Returns the number of values of x that a column becomes. */
export function width(column: CsvColumn): number {
  if (column.kind === 'category') {
    return column.categories.length + (column.other ? 1 : 0) + (column.missing ? 1 : 0);
  }
  const values =
    column.kind === 'numeric' ? 1 : column.parts.reduce((sum, part) => sum + partNames(part).length, 0);
  return values + (column.indicator ? 1 : 0);
}

/** Largest number of names in a message. */
const MOST_LISTED = 12;

/** Formats names for a message: 'a', 'b' and 7 more. */
export function listed(names: readonly string[], most = MOST_LISTED): string {
  const shown = names.slice(0, most).map(show).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** Largest number of names that are searched for a similar one, since the search takes time for each. */
const MOST_COMPARED = 10_000;
const LONGEST_COMPARED = 200;

/** Formats the nearest name and the first known ones: `; did you mean 'b'? Known: a, b`. */
export function suggestion(given: string, names: readonly string[]): string {
  const short = names.slice(0, MOST_COMPARED).filter(({ length }) => length <= LONGEST_COMPARED);
  const nearest = given.length > LONGEST_COMPARED ? undefined : nearestSpelling(given, short);
  const shown = names.slice(0, MOST_LISTED).map(shortened).join(', ');
  const more = names.length > MOST_LISTED ? ` and ${names.length - MOST_LISTED} more` : '';
  return `${nearest === undefined ? '.' : `; did you mean '${nearest}'?`} Known: ${shown}${more}`;
}

/** Descriptions that were made here and are frozen, so that they need no check. */
const sound = /* @__PURE__ */ new WeakSet<CsvColumns>();

/** Freezes a description, so that it need not be checked when it is passed back. */
export function soundColumns(columns: CsvColumns): CsvColumns {
  sound.add(Object.freeze(columns));
  return columns;
}

/** Checks a description, which may come from JSON, and returns a frozen copy. @throws TypeError if it is invalid */
export function checkColumns(argument: string, value: unknown): CsvColumns {
  if (sound.has(value as CsvColumns)) return value as CsvColumns;
  checkKeys(argument, value, ['features', 'target', 'targets', 'reading']);
  const { features, target, targets, reading } = value as { [key in keyof CsvColumns]: unknown };
  if (target !== undefined && targets !== undefined) {
    throw new TypeError(`${argument}: expected target or targets, got both`);
  }
  const columns = {
    features: checkList(`${argument}.features`, features),
    ...(target !== undefined && { target: checkColumn(`${argument}.target`, target) }),
    ...(targets !== undefined && { targets: checkList(`${argument}.targets`, targets) }),
    ...(reading !== undefined && { reading: checkReading(`${argument}.reading`, reading) }),
  };
  const names = new Set<string>();
  for (const { name } of [...columns.features, ...targetColumns(columns)]) {
    if (names.has(name))
      throw new TypeError(`${argument}: expected different names, got ${show(name)} twice`);
    names.add(name);
  }
  return soundColumns(columns);
}

function checkList(argument: string, columns: unknown): readonly CsvColumn[] {
  const given = copied(columns);
  if (given === undefined || given.length === 0) {
    throw new TypeError(`${argument}: expected at least one column, got ${show(columns)}`);
  }
  return Object.freeze(given.map((column, i) => checkColumn(`${argument}[${i}]`, column)));
}

const commonKeys = ['name', 'kind'];
const fillKeys = ['mean', 'median', 'mode', 'indicator'];

function checkColumn(argument: string, value: unknown): CsvColumn {
  const { name, kind } = (isObject(value) ? value : {}) as Record<string, unknown>;
  checkKeys(argument, value, [
    ...commonKeys,
    ...fillKeys,
    'format',
    'parts',
    'categories',
    'other',
    'missing',
  ]);
  if (typeof name !== 'string') throw new TypeError(`${argument}.name: expected a string, got ${show(name)}`);
  switch (checkName(`${argument}.kind`, kind, columnKinds)) {
    case 'numeric':
      checkKeys(argument, value, [...commonKeys, ...fillKeys]);
      return Object.freeze({ name, kind: 'numeric', ...checkFills(argument, value) });
    case 'date':
      checkKeys(argument, value, [...commonKeys, ...fillKeys, 'format', 'parts']);
      return Object.freeze({
        name,
        kind: 'date',
        ...checkDates(argument, value),
        ...checkFills(argument, value),
      });
    case 'category':
      checkKeys(argument, value, [...commonKeys, 'categories', 'other', 'missing', 'mode']);
      return Object.freeze({ name, kind: 'category', ...checkCategories(argument, value) });
  }
}

function checkFills(argument: string, value: unknown): Fills {
  const given = value as Record<keyof Fills, unknown>;
  const fills: { mean?: number; median?: number; mode?: number } = {};
  for (const key of ['mean', 'median', 'mode'] as const) {
    const fill = given[key];
    if (fill === undefined) continue;
    if (typeof fill !== 'number' || !Number.isFinite(fill)) {
      throw new TypeError(`${argument}.${key}: expected a finite number, got ${show(fill)}`);
    }
    fills[key] = fill;
  }
  return { ...fills, ...checkFlag(argument, 'indicator', given.indicator) };
}

function checkFlag<Key extends string>(
  argument: string,
  key: Key,
  value: unknown,
): { readonly [K in Key]?: true } {
  if (value === undefined) return {};
  if (value !== true) throw new TypeError(`${argument}.${key}: expected true, got ${show(value)}`);
  return { [key]: true } as { readonly [K in Key]?: true };
}

function checkDates(argument: string, value: unknown): Pick<DateColumn, 'format' | 'parts'> {
  const { format, parts: given } = value as Record<string, unknown>;
  const parts = copied(given);
  if (parts === undefined || parts.length === 0 || new Set(parts).size !== parts.length) {
    throw new TypeError(`${argument}.parts: expected different parts of a date, got ${show(given)}`);
  }
  return {
    format: checkName(`${argument}.format`, format, dateFormats),
    parts: Object.freeze(parts.map((part, i) => checkName(`${argument}.parts[${i}]`, part, dateParts))),
  };
}

function checkCategories(argument: string, value: unknown): Omit<CategoryColumn, 'name' | 'kind'> {
  const { categories: given, other, missing, mode } = value as Record<string, unknown>;
  const categories = copiedStrings(given);
  if (categories === undefined || categories.length === 0 || new Set(categories).size !== categories.length) {
    throw new TypeError(`${argument}.categories: expected different strings, got ${show(given)}`);
  }
  if (mode !== undefined && !categories.includes(mode as string)) {
    throw new TypeError(`${argument}.mode: expected one of the categories, got ${show(mode)}`);
  }
  return {
    categories: Object.freeze(categories),
    ...checkFlag(argument, 'other', other),
    ...checkFlag(argument, 'missing', missing),
    ...(mode !== undefined && { mode: mode as string }),
  };
}

const readingKeys = [
  'missing',
  'decimal',
  'thousands',
  'percent',
  'currency',
  'onMissing',
  'onUnknown',
] as const;

/** Checks the options for reading cells. @throws TypeError or RangeError that opens with the option's name */
export function checkReading(argument: string, value: unknown): CsvReading {
  const prefix = argument === '' ? '' : `${argument}.`;
  if (argument !== '') checkKeys(argument, value, readingKeys);
  const given = value as Record<(typeof readingKeys)[number], unknown>;
  const reading: { -readonly [Key in keyof CsvReading]: CsvReading[Key] } = {};
  if (given.missing !== undefined) reading.missing = strings(`${prefix}missing`, given.missing);
  if (given.decimal !== undefined) reading.decimal = checkName(`${prefix}decimal`, given.decimal, ['.', ',']);
  if (given.thousands !== undefined) reading.thousands = separator(`${prefix}thousands`, given.thousands);
  if (given.percent !== undefined) reading.percent = flag(`${prefix}percent`, given.percent);
  if (given.currency !== undefined) reading.currency = currencies(`${prefix}currency`, given.currency);
  if (given.onMissing !== undefined) {
    reading.onMissing = checkName(`${prefix}onMissing`, given.onMissing, missingPolicies);
  }
  if (given.onUnknown !== undefined) {
    reading.onUnknown = checkName(`${prefix}onUnknown`, given.onUnknown, unknownPolicies);
  }
  if (reading.thousands !== undefined && reading.thousands === (reading.decimal ?? '')) {
    throw new RangeError(
      `${prefix}thousands: expected another character than decimal, got ${show(reading.decimal)}`,
    );
  }
  return Object.freeze(reading);
}

/** Copies an array and reads each element once, since a Proxy may answer differently the second time. */
function copied(value: unknown): unknown[] | undefined {
  return isArray(value) ? Array.from(value) : undefined;
}

function copiedStrings(value: unknown): string[] | undefined {
  const copy = copied(value);
  return copy?.every((text) => typeof text === 'string') ? (copy as string[]) : undefined;
}

function strings(argument: string, value: unknown): readonly string[] {
  const copy = copiedStrings(value);
  if (copy === undefined)
    throw new TypeError(`${argument}: expected an array of strings, got ${show(value)}`);
  return Object.freeze(copy);
}

function flag(argument: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${argument}: expected true or false, got ${show(value)}`);
}

function currencies(argument: string, value: unknown): boolean | readonly string[] {
  if (typeof value === 'boolean') return value;
  const marks = copiedStrings(value);
  const odd = marks?.find((mark) => mark === '' || /\d/.test(mark));
  if (marks !== undefined && odd === undefined) return Object.freeze(marks);
  throw new TypeError(
    `${argument}: expected true, false or an array of currency marks, got ${show(odd ?? value)}`,
  );
}

function separator(argument: string, value: unknown): string {
  if (typeof value === 'string' && value.length === 1 && !/[\d+\-e]/i.test(value)) return value;
  const Kind = typeof value === 'string' ? RangeError : TypeError;
  throw new Kind(`${argument}: expected one character that is no digit, such as ',', got ${show(value)}`);
}
