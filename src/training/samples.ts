import { firstBeyond, LARGEST_F32, NonFiniteError, numberAt, ShapeError, show } from '../errors.js';

/** Rows of inputs: n · inputSize values one after another, or an array of rows. */
export type Inputs = Float32Array | Float64Array | Uint8Array | readonly ArrayLike<number>[];
/** Class indices, or rows of target values. */
export type Targets =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | readonly number[]
  | readonly ArrayLike<number>[];

type Flat = Float32Array | Float64Array | Uint8Array;

/** What targets mean to a loss. */
export type TargetKind = 'classes' | 'binary' | 'values';

/** Inputs that were checked: `rows` rows of `columns` finite values. */
export interface Samples {
  readonly values: Flat;
  readonly rows: number;
  readonly columns: number;
}

/** Targets that were checked: class indices, or rows of values and, where a loss has classes, the index of each row's largest. */
export interface CheckedTargets {
  readonly classes?: ArrayLike<number>;
  readonly values?: Flat;
  readonly rows: number;
}

/** Targets for longer than the call that they were given to: an index that changed would lead kernels astray. */
export function ownTargets(y: CheckedTargets): CheckedTargets {
  return y.classes === undefined ? y : { ...y, classes: Uint32Array.from(y.classes) };
}

/**
 * Brings x into rows and looks at every value.
 *
 * @param argument     its name in messages
 * @param elementBytes of the backend: what fits an f64 may be infinite as f32
 * @throws TypeError if x is none of the forms, ShapeError if it is not rows, NonFiniteError naming row and column
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
 * Brings y into class indices or rows, whichever the loss and y's length say.
 *
 * @param kind  what the loss makes of them: 'classes', indices or rows of shares; 'binary', labels from 0 to 1; 'values'
 * @throws TypeError, ShapeError or RangeError, naming the row
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
  const nested = isNested(y);
  if (!nested && !isNumeric(y)) {
    throw new TypeError(`${argument}: expected a numeric array or an array of rows, got ${show(y)}`);
  }
  if (!nested && classes && y.length === rows) return { classes: checkClasses(argument, y, units), rows };
  const values = flatten(argument, nested || isFlat(y) ? y : numbers(argument, y), units);
  if (values.length !== rows * units) {
    const wanted = classes
      ? `${rows} class indices or ${rows} rows of ${units} values`
      : `${rows} rows of ${units} values`;
    const came = nested ? `${y.length} rows` : `${values.length} values`;
    throw new ShapeError(`${argument}: expected ${wanted}, got ${came}`, { argument });
  }
  checkFinite(argument, values, units, elementBytes);
  if (kind === 'binary') checkLabels(argument, values, units);
  if (!classes) return { values, rows };
  const negative = (values as Float64Array).findIndex((value: number) => value < 0);
  if (negative >= 0) {
    const place = `row ${Math.floor(negative / units)}, column ${negative % units}`;
    throw new RangeError(`${argument}: ${place} is ${values[negative]}; the target share of a class is ≥ 0`);
  }
  return { values, classes: largest(values, rows, units), rows };
}

function checkLabels(argument: string, values: Flat, units: number): void {
  const wrong = (values as Float64Array).findIndex((value: number) => !(value >= 0 && value <= 1));
  if (wrong >= 0) {
    const place = `row ${Math.floor(wrong / units)}, column ${wrong % units}`;
    throw new RangeError(`${argument}: ${place} is ${values[wrong]}; a binary label is from 0 to 1`);
  }
}

function flatten(argument: string, x: unknown, columns: number): Flat {
  if (isFlat(x)) return x;
  if (!Array.isArray(x)) {
    throw new TypeError(
      `${argument}: expected a Float32Array, Float64Array, Uint8Array or an array of rows, got ${show(x)}`,
    );
  }
  const values = new Float64Array(x.length * columns);
  // By index, not forEach: a hole is a row that is missing.
  for (let r = 0; r < x.length; r++) {
    const row: unknown = x[r];
    if (!isNumeric(row)) {
      throw new TypeError(`${argument}[${r}]: expected a row of ${columns} numbers, got ${show(row)}`);
    }
    if (row.length !== columns) {
      const message = `${argument}[${r}]: expected ${columns} values, got ${row.length}`;
      throw new ShapeError(message, { argument: `${argument}[${r}]` });
    }
    for (let c = 0; c < columns; c++) values[r * columns + c] = numberAt(`${argument}[${r}][${c}]`, row[c]);
  }
  return values;
}

function checkFinite(argument: string, values: Flat, columns: number, elementBytes: 4 | 8): void {
  if (values instanceof Uint8Array) return;
  const bound = elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
  const index = firstBeyond(values, bound);
  if (index < 0) return;
  const value = values[index]!;
  const why = Number.isFinite(value) ? ', infinite as a 32-bit float' : '';
  const place = `row ${Math.floor(index / columns)}, column ${index % columns}`;
  throw new NonFiniteError(`${argument}: ${place} is ${value}${why}`, { argument, index, value });
}

function checkClasses(argument: string, y: ArrayLike<unknown>, units: number): ArrayLike<number> {
  for (let r = 0; r < y.length; r++) {
    const label = y[r];
    if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label < units) continue;
    numberAt(`${argument}[${r}]`, label);
    const expected = `expected a class index, a whole number from 0 to ${units - 1}`;
    throw new RangeError(`${argument}: row ${r} is ${show(label)}; ${expected}`);
  }
  return y as ArrayLike<number>;
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

function isFlat(x: unknown): x is Flat {
  return x instanceof Float32Array || x instanceof Float64Array || x instanceof Uint8Array;
}

function isNested(y: unknown): y is readonly ArrayLike<number>[] {
  return Array.isArray(y) && y.length > 0 && typeof y[0] === 'object';
}

function isNumeric(y: unknown): y is ArrayLike<unknown> {
  return (ArrayBuffer.isView(y) && !(y instanceof DataView)) || Array.isArray(y);
}

function numbers(argument: string, y: ArrayLike<unknown>): Float64Array {
  return Float64Array.from({ length: y.length }, (_, i) => numberAt(`${argument}[${i}]`, y[i]));
}
