import { isArrayLike, settleLike } from '../arrays.js';
import { NonFiniteError, numberAt, ShapeError } from '../errors.js';

/** Numbers in a flat array, or in an array of rows. */
export type Numbers = ArrayLike<number> | readonly ArrayLike<number>[];

/** Class of a row of outputs that contains no number. */
export const NO_CLASS = -1;

/**
 * Largest number of classes if the caller does not give it. A label beyond it is a mistake, and tables would be as long as the
 * largest label.
 */
const MOST_CLASSES = 65_536;

interface Read {
  readonly argument: string;
  readonly values: ArrayLike<number>;
  /** Number of rows; present if the numbers came as an array of rows. */
  readonly rows?: number;
  /** Values per row; present if the numbers came as an array of rows. */
  readonly width?: number;
}

/** True and predicted classes of each row. */
export interface ClassPairs {
  readonly truth: Int32Array;
  /** Predicted class of each row; NO_CLASS for a row in which all values are NaN. */
  readonly predicted: Int32Array;
  readonly classes: number;
}

/** True classes, and rows with a score for each class. */
export interface ScoredRows {
  readonly truth: Int32Array;
  readonly scores: ArrayLike<number>;
  readonly rows: number;
  readonly classes: number;
}

/** True and predicted values, equal in number. */
export interface ValuePairs {
  readonly truth: ArrayLike<number>;
  readonly predicted: ArrayLike<number>;
  /** Values per row, if they came as arrays of rows. */
  readonly width: number | undefined;
}

/**
 * Reads true and predicted classes, each given as indices or as rows. An array of rows is rows. Of two flat arrays of different
 * length, the longer one is rows of `classes` values. An array with one value per row is class indices.
 */
export function classPairs(yTrue: Numbers, yPredicted: Numbers, known: number | undefined): ClassPairs {
  const truth = readNumbers('yTrue', yTrue);
  const predicted = readNumbers('yPredicted', yPredicted);
  const width = known ?? classesIn(predicted) ?? classesIn(truth);
  const rows = truth.rows ?? predicted.rows ?? Math.min(truth.values.length, predicted.values.length);
  atLeastOne('yTrue', truth.values.length);
  atLeastOne('yPredicted', predicted.values.length);
  const pairs = {
    truth: classesOf(truth, rows, width, true),
    predicted: classesOf(predicted, rows, width, false),
  };
  return { ...pairs, classes: width ?? 1 + Math.max(largest(pairs.truth), largest(pairs.predicted)) };
}

/** Reads rows of scores: an array of rows, or a flat array whose width is `known` or follows from the length of yTrue. */
export function scoredRows(yTrue: Numbers, scores: Numbers, known: number | undefined): ScoredRows {
  const truth = readNumbers('yTrue', yTrue);
  const scored = readNumbers('scores', scores);
  const trueRows = truth.rows ?? truth.values.length;
  const classes = scored.width ?? known ?? classesIn(truth) ?? scored.values.length / trueRows;
  const rows = scored.values.length / classes;
  atLeastOne('yTrue', trueRows);
  atLeastOne('scores', scored.values.length);
  if (!Number.isInteger(classes) || !Number.isInteger(rows) || (known ?? classes) !== classes) {
    const wanted = known === undefined ? `${trueRows} rows` : `rows of ${known} values`;
    throw new ShapeError(`scores: expected ${wanted}, got ${came(scored)}`, { argument: 'scores' });
  }
  // A single score per row is that of class 1.
  const width = Math.max(classes, 2);
  return { truth: classesOf(truth, rows, width, true), scores: scored.values, rows, classes };
}

/**
 * Reads true and predicted values. @throws ShapeError if lengths or widths differ, NonFiniteError if a true value is not finite
 */
export function valuePairs(yTrue: Numbers, yPredicted: Numbers): ValuePairs {
  const truth = readNumbers('yTrue', yTrue);
  const predicted = readNumbers('yPredicted', yPredicted);
  atLeastOne('yTrue', truth.values.length);
  const width = truth.width ?? predicted.width;
  if (predicted.values.length !== truth.values.length || (predicted.width ?? width) !== width) {
    const message = `yPredicted: expected ${came(truth)} as in yTrue, got ${came(predicted)}`;
    throw new ShapeError(message, { argument: 'yPredicted' });
  }
  checkFinite(truth);
  return { truth: truth.values, predicted: predicted.values, width };
}

/**
 * Returns the index of the largest value of a row, the first of equals. NaN is never the largest; if all values are NaN, returns
 * NO_CLASS.
 */
function indexOfLargest(values: ArrayLike<number>, start: number, n: number): number {
  let best = NO_CLASS;
  for (let i = 0; i < n; i++) {
    const value = values[start + i]!;
    if (best === NO_CLASS ? !Number.isNaN(value) : value > values[start + best]!) best = i;
  }
  return best;
}

/** Returns the class of each row: the index of its largest value. */
export function largestOfRows(values: ArrayLike<number>, rows: number, width: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, r) => indexOfLargest(values, r * width, width));
}

function readNumbers(argument: string, input: unknown): Read {
  const given = settleLike(argument, input, 'a numeric array or an array of rows');
  if (Array.isArray(input) && isArrayLike(given[0])) return readRows(argument, given);
  return { argument, values: numbers(argument, given) };
}

function readRows(argument: string, input: ArrayLike<unknown>): Read {
  const first = settleLike(`${argument}[0]`, input[0], 'a row of numbers');
  const width = first.length;
  atLeastOne(`${argument}[0]`, width, 'value');
  const values = new Float64Array(input.length * width);
  for (let r = 0; r < input.length; r++) {
    const place = `${argument}[${r}]`;
    const row = r === 0 ? first : settleLike(place, input[r], `a row of ${width} numbers`);
    if (row.length !== width) {
      throw new ShapeError(`${place}: expected ${width} values, got ${row.length}`, { argument: place });
    }
    values.set(numbers(place, row), r * width);
  }
  return { argument, values, rows: input.length, width };
}

/** Returns the number of classes that the width of rows gives; undefined for a column of indices. */
function classesIn({ width }: Read): number | undefined {
  return width === 1 ? undefined : width;
}

function classesOf(read: Read, rows: number, width: number | undefined, isTruth: boolean): Int32Array {
  const { argument, values } = read;
  if (read.rows === undefined && values.length === rows) return classIndices(argument, values, width);
  // A column of shares names no classes, but a column of whole numbers does.
  if (read.width === 1 && values.length === rows && (values as Float64Array).every(Number.isInteger)) {
    return classIndices(argument, values, width);
  }
  if (read.width === 1) {
    const message = `${argument}: a row of 1 value names no class; expected class indices, or one value per class`;
    throw new ShapeError(message, { argument });
  }
  if (width === undefined || (read.rows ?? rows) !== rows || values.length !== rows * width) {
    const asRows = width === undefined ? 'rows, with classes given' : `${rows} rows of ${width} values`;
    const message = `${argument}: expected ${rows} class indices or ${asRows}, got ${came(read)}`;
    throw new ShapeError(message, { argument });
  }
  if (isTruth) checkFinite({ argument, values, width });
  return largestOfRows(values, rows, width);
}

function classIndices(argument: string, values: ArrayLike<number>, classes = MOST_CLASSES): Int32Array {
  const indices = new Int32Array(values.length);
  for (let r = 0; r < values.length; r++) {
    const value = values[r]!;
    if (Number.isInteger(value) && value >= 0 && value < classes) {
      indices[r] = value;
      continue;
    }
    const message = `${argument}: row ${r} is ${value}; expected a class index, a whole number from 0 to ${classes - 1}`;
    if (Number.isFinite(value)) throw new RangeError(message);
    throw new NonFiniteError(message, { argument, index: r, value });
  }
  return indices;
}

function checkFinite({ argument, values, width = 1 }: Read): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) continue;
    const column = width > 1 ? `, column ${i % width}` : '';
    const message = `${argument}: row ${Math.floor(i / width)}${column} is ${value}; true values must be finite`;
    throw new NonFiniteError(message, { argument, index: i, value });
  }
}

function numbers(argument: string, settled: ArrayLike<unknown>): ArrayLike<number> {
  if (ArrayBuffer.isView(settled)) return settled as ArrayLike<number>;
  const values = new Float64Array(settled.length);
  for (let i = 0; i < values.length; i++) {
    const value = settled[i];
    // The name is built only for an error. Otherwise it would cost a string per value.
    values[i] = typeof value === 'number' ? value : numberAt(`${argument}[${i}]`, value);
  }
  return values;
}

function atLeastOne(argument: string, count: number, what = 'row'): void {
  if (count >= 1) return;
  throw new ShapeError(`${argument}: expected at least one ${what}, got none`, { argument });
}

function largest(indices: Int32Array): number {
  return indices.reduce((a, b) => Math.max(a, b), 0);
}

function came({ values, rows, width }: Read): string {
  return rows === undefined ? `${values.length} values` : `${rows} rows of ${width}`;
}
