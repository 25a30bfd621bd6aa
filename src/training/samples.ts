import { isList, type Settled, settle } from '../arrays.js';
import { sharedBackend, temporaryArena } from '../backend/index.js';
import { firstBeyond, LARGEST_F32, NonFiniteError, numberAt, ShapeError, show } from '../errors.js';
import type { TargetKind } from '../metrics/table.js';
import type { Flat, Samples } from '../network/rows.js';

/** Rows of inputs: a flat array of n · inputSize values, or an array of n rows. */
export type Inputs =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | readonly ArrayLike<number>[];
/** Targets: class indices, flat or as a column, or rows of values. */
export type Targets =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | readonly number[]
  | readonly ArrayLike<number>[];

/**
 * Checked targets: class indices, or rows of values. For losses on classes, rows come with the index of each row's largest value.
 * Indices are copied, because kernels compute addresses from them.
 */
export interface CheckedTargets {
  readonly classes?: Uint32Array;
  readonly values?: Flat;
  readonly rows: number;
}

/**
 * Checks every value of x and brings x into rows.
 *
 * @param argument      name of x in messages
 * @param elementBytes  bytes per element of the backend: a value that fits an f64 may be infinite as f32
 * @throws TypeError if x has another form, ShapeError if its values do not make whole rows, NonFiniteError that names row and
 *         column
 */
export function checkInputs(argument: string, x: unknown, columns: number, elementBytes: 4 | 8): Samples {
  const values = flatten(argument, x, columns);
  const left = values.length % columns;
  if (left !== 0) {
    const message = `${argument}: ${values.length} values are not rows of inputSize ${columns}; the last row would have ${left}`;
    throw new ShapeError(message, { argument });
  }
  checkFinite(argument, values, columns, elementBytes);
  return { values, rows: values.length / columns, columns };
}

/**
 * Brings y into class indices or rows, depending on the loss and on y's length. Class indices may come as a column.
 *
 * @param kind  'classes' (indices or rows of probabilities), 'binary' (labels from 0 to 1) or 'values'
 * @throws TypeError, ShapeError or RangeError that names the row
 */
export function checkTargets(
  argument: string,
  y: unknown,
  rows: number,
  units: number,
  kind: TargetKind,
  elementBytes: 4 | 8,
): CheckedTargets {
  const classes = kind === 'classes';
  const given = settle(argument, y, 'a numeric array or an array of rows');
  const nested = Array.isArray(given) && typeof given[0] === 'object' && given[0] !== null;
  // Probabilities need at least two classes, so a single value per row is a class index.
  const column = classes && nested && isList(given[0]) && given[0].length === 1;
  const flat = nested ? fromRows(argument, given, column ? 1 : units) : given;
  if (classes && (column || !nested) && flat.length === rows) {
    return { classes: checkClasses(argument, flat, units), rows };
  }
  const values = isFlat(flat) ? flat : numbers(argument, flat);
  if (column || values.length !== rows * units) {
    const wanted = classes
      ? `${rows} class indices or ${rows} rows of ${units} values`
      : `${rows} rows of ${units} values`;
    const came = nested ? `${given.length} rows` : `${values.length} values`;
    throw new ShapeError(`${argument}: expected ${wanted}, got ${came}`, { argument });
  }
  checkFinite(argument, values, units, elementBytes);
  if (kind === 'binary') checkLabels(argument, values, units);
  if (!classes) return { values, rows };
  const negative = (values as Float64Array).findIndex((value: number) => value < 0);
  if (negative >= 0) {
    const place = placeOf(negative, units);
    throw new RangeError(`${argument}: ${place} is ${values[negative]}; the target share of a class is ≥ 0`);
  }
  return { values, classes: largest(values, rows, units), rows };
}

function checkLabels(argument: string, values: Flat, units: number): void {
  const wrong = (values as Float64Array).findIndex((value: number) => !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    const place = placeOf(wrong, units);
    throw new RangeError(`${argument}: ${place} is ${values[wrong]}; a binary label is from 0 to 1`);
  }
}

function flatten(argument: string, x: unknown, columns: number): Flat {
  const expected = 'a Float32Array, Float64Array, Uint8Array or an array of rows';
  const given = settle(argument, x, expected);
  if (isFlat(given)) return given;
  if (Array.isArray(given)) return fromRows(argument, given, columns);
  throw new TypeError(`${argument}: expected ${expected}, got ${show(x)}`);
}

/** Returns the values of an array of rows as a flat array. */
function fromRows(argument: string, rows: readonly unknown[], columns: number): Float64Array {
  const values = new Float64Array(rows.length * columns);
  for (const [r, row] of rows.entries()) {
    // The name is built only for an error. Otherwise it would cost a string per value.
    if (!isList(row) || row.length !== columns) throw notARow(`${argument}[${r}]`, row, columns);
    for (let c = 0; c < columns; c++) {
      const value = row[c];
      values[r * columns + c] =
        typeof value === 'number' ? value : numberAt(`${argument}[${r}][${c}]`, value);
    }
  }
  return values;
}

function notARow(argument: string, row: unknown, columns: number): ShapeError {
  const { length } = settle(argument, row, `a row of ${columns} numbers`);
  return new ShapeError(`${argument}: expected ${columns} values, got ${length}`, { argument });
}

function checkFinite(argument: string, values: Flat, columns: number, elementBytes: 4 | 8): void {
  if (values instanceof Uint8Array) return;
  const bound = elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
  const index =
    values instanceof Float32Array && values.length >= LEAST_CHECKED
      ? firstNonFinite(values)
      : firstBeyond(values, bound);
  if (index < 0) return;
  const value = values[index]!;
  const why = Number.isFinite(value) ? ', infinite as a 32-bit float' : '';
  const message = `${argument}: ${placeOf(index, columns)} is ${value}${why}`;
  throw new NonFiniteError(message, { argument, index, value });
}

/** Number of values per call of the kernel. Their copy takes 16 KB and stays in the first-level cache. */
const CHECKED = 4096;
/** Number of values from which the kernel is faster. A single row of 784 takes 5 % longer with it. */
const LEAST_CHECKED = 2048;

/**
 * Returns the index of the first value that is NaN or infinite; −1 if there is none. A copy in the shared memory and the kernel
 * take 0.2 to 0.3 ns per value, a loop over the values 0.7 to 1.4 (Node 20, 24 and 26).
 */
function firstNonFinite(values: Float32Array): number {
  const arena = temporaryArena();
  const address = arena.elements(CHECKED);
  arena.commit();
  const { kernels, elements } = sharedBackend();
  for (let start = 0; start < values.length; start += CHECKED) {
    const some = values.subarray(start, start + CHECKED);
    elements.set(some, address / 4);
    if (kernels.count_non_finite(address, some.length) > 0) return start + firstBeyond(some, LARGEST_F32);
  }
  return -1;
}

/** Names the row and the column of a value, for messages. */
function placeOf(index: number, columns: number): string {
  return `row ${Math.floor(index / columns)}, column ${index % columns}`;
}

function checkClasses(argument: string, y: Settled, units: number): Uint32Array {
  const classes = new Uint32Array(y.length);
  for (let r = 0; r < y.length; r++) {
    const label = y[r];
    if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < units) {
      classes[r] = label;
      continue;
    }
    numberAt(`${argument}[${r}]`, label);
    const expected = `expected a class index, a whole number from 0 to ${units - 1}`;
    throw new RangeError(`${argument}: row ${r} is ${show(label)}; ${expected}`);
  }
  return classes;
}

function largest(values: Flat, rows: number, units: number): Uint32Array {
  const indices = new Uint32Array(rows);
  for (let r = 0; r < rows; r++) {
    let at = 0;
    for (let c = 1; c < units; c++) if (values[r * units + c]! > values[r * units + at]!) at = c;
    indices[r] = at;
  }
  return indices;
}

/** Returns true for arrays that are used without a copy. `settle` returns arrays of this realm. */
function isFlat(x: Settled): x is Flat {
  return x instanceof Float32Array || x instanceof Float64Array || x instanceof Uint8Array;
}

function numbers(argument: string, y: Settled): Float64Array {
  return Float64Array.from({ length: y.length }, (_, i) => numberAt(`${argument}[${i}]`, y[i]));
}
