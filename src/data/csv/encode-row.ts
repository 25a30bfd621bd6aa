/** Encoding of single rows, given as objects. */
import { isObject, NonFiniteError, show } from '../../errors.js';
import { checkKeys, checkName } from '../../names.js';
import { nameAsKey } from './cell-errors.js';
import {
  type CsvColumn,
  type CsvColumns,
  checkColumns,
  missingPolicies,
  type OnMissing,
  type OnUnknown,
  suggestion,
  unknownPolicies,
  width,
} from './columns.js';
import { type DateFormat, parseDate, writeParts } from './dates.js';
import { fillError, unknownError, writeFill } from './encode.js';
import { MISSING_MARKS, MissingMarks } from './missing.js';
import { INFINITE, NOT_A_NUMBER, NumberReader } from './numbers.js';

/** Value of a feature; `null` and '' are missing. */
export type CsvValue = number | string | boolean | Date | null | undefined;

/** Options of `encodeRow`. */
export interface EncodeRowOptions {
  /** Treatment of a missing feature; default that of the columns, or 'error'. 'skip' is refused, since there is only one row. */
  readonly onMissing?: Exclude<OnMissing, 'skip'>;
  /** Treatment of an unknown category; default that of the columns, or 'error'. */
  readonly onUnknown?: OnUnknown;
}

const DAY_MS = 86_400_000;

/**
 * Encodes an object with a value for each feature as one row of x: `encodeRow(columns, { area: 120, kind: 'flat' })`. Texts are
 * read like cells of a table. Other keys of the object are ignored.
 *
 * @param columns  `columns` of a table, even after a JSON round trip
 * @param row      object with the features by name
 * @param options  treatment of missing features and unknown categories
 * @returns values of the row, shape [inputSize]
 * @throws TypeError       if the columns or options are invalid, or the object lacks a feature
 * @throws RangeError      if a feature is missing, or is not a number, a date or a known category; opens with `row` and its name
 * @throws NonFiniteError  if a number is NaN or infinite
 */
export function encodeRow(
  columns: CsvColumns,
  row: Readonly<Record<string, CsvValue>>,
  options: EncodeRowOptions = {},
): Float64Array {
  const { features, reading = {} } = checkColumns('columns', columns);
  if (!isObject(row)) {
    throw new TypeError(`row: expected an object with a value for each feature, got ${show(row)}`);
  }
  checkKeys('options', options, ['onMissing', 'onUnknown']);
  const policies = {
    onMissing: checkName('onMissing', options.onMissing ?? reading.onMissing ?? 'error', missingPolicies),
    onUnknown: checkName('onUnknown', options.onUnknown ?? reading.onUnknown ?? 'error', unknownPolicies),
  };
  const { missing = MISSING_MARKS, decimal = '.', thousands, percent = false, currency = false } = reading;
  const marks = new MissingMarks(missing);
  const numbers = new NumberReader({ decimal, thousands, percent, currency });
  const x = new Float64Array(features.reduce((sum, column) => sum + width(column), 0));
  let place = 0;
  for (const column of features) {
    const value = given(row, column.name);
    const where = placeOf(column.name);
    if (value === null || (typeof value === 'string' && isMissing(value, marks))) {
      fill(column, value, where, policies.onMissing, x, place);
    } else if (column.kind === 'numeric') x[place] = numberOf(value, where, numbers);
    else if (column.kind === 'date') writeParts(dateOf(value, where, column.format), column.parts, x, place);
    else {
      const index = column.categories.indexOf(String(value).trim());
      if (index >= 0) x[place + index] = 1;
      else if (column.other && policies.onUnknown !== 'zeros') x[place + column.categories.length] = 1;
      else if (policies.onUnknown === 'error') throw unknownError(where, column, String(value), false);
    }
    place += width(column);
  }
  return x;
}

function isMissing(value: string, marks: MissingMarks): boolean {
  const text = value.trim();
  return marks.has(text, 0, text.length);
}

/** Names a feature in messages: row.area, row['floor area']. */
function placeOf(name: string): string {
  const key = nameAsKey(name);
  return key === name ? `row.${name}` : `row[${key}]`;
}

/** Reads a feature. @throws TypeError if the row lacks it, which is more likely a slip than a missing value */
function given(row: Readonly<Record<string, CsvValue>>, name: string): NonNullable<CsvValue> | null {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (value !== undefined) return value;
  const keys = Object.keys(row).filter((key) => row[key] !== undefined);
  const near = keys.length === 0 ? '' : suggestion(name, keys).replace('Known:', 'It has:');
  throw new TypeError(
    `row: expected a value for ${show(name)}, got none; null says that it is missing${near}`,
  );
}

function fill(
  column: CsvColumn,
  value: string | null,
  where: string,
  onMissing: OnMissing,
  x: Float64Array,
  place: number,
): void {
  if (onMissing === 'error' || onMissing === 'skip') {
    const came = value === null ? 'null' : show(value);
    throw new RangeError(
      `${where}: expected a value, got ${came}; onMissing: 'mean' fills it as in training`,
    );
  }
  if (!writeFill(column, onMissing, x, place)) throw fillError(where, onMissing);
}

function numberOf(value: NonNullable<CsvValue>, where: string, numbers: NumberReader): number {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new NonFiniteError(`${where}: expected a finite number, got ${value}`, { value });
  }
  const text = typeof value === 'string' ? value.trim() : '';
  const shape = numbers.read(text, 0, text.length);
  if (shape === NOT_A_NUMBER) throw new RangeError(`${where}: expected a number, got ${show(value)}`);
  if (shape === INFINITE) throw new NonFiniteError(`${where}: expected a finite number, got ${show(value)}`);
  return numbers.value;
}

/** Returns a date in milliseconds, as the columns count them. */
function dateOf(value: NonNullable<CsvValue>, where: string, format: DateFormat): number {
  const isDate = Object.prototype.toString.call(value) === '[object Date]';
  const ms = isDate
    ? Number(value)
    : typeof value === 'boolean'
      ? Number.NaN
      : parseDate(format, String(value).trim());
  if (Number.isNaN(ms))
    throw new RangeError(`${where}: expected a Date or a date, ${format}, got ${show(value)}`);
  return isDate && format === 'time' ? ms - Math.floor(ms / DAY_MS) * DAY_MS : ms;
}
