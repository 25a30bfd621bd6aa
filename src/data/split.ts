/** Splits of rows into training and test rows. */
import { settle, wholeNumbers } from '../arrays.js';
import { knownKeys, ShapeError, show, trueOrFalse, wholeNumber } from '../errors.js';
// An import from ../index.js would put this bundle and that of the networks into one.
import { Rng } from '../numbers/rng.js';

/** Rows of values one after another, or an array with one element per row. */
export type Rows =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | readonly unknown[];
/** Array of selected rows: the same kind of array as the source, but bytes of a canvas become a Uint8Array. Never a view. */
export type Taken<A> = A extends readonly (infer Element)[]
  ? Element[]
  : A extends Uint8ClampedArray
    ? Uint8Array
    : A;

const kinds = [
  Float32Array,
  Float64Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
] as const;

/** Options of `trainTestSplit`. */
export interface SplitOptions {
  /** Share of the test rows, between 0 and 1; default 0.2. */
  readonly testSize?: number;
  /** Seed, a whole number of at most 53 bits or a string; default 0. */
  readonly seed?: number | string;
  /** Keeps each class's share in both parts; default false. It needs y with one class index per row. */
  readonly stratify?: boolean;
  /** Number of values per row of x; required if x is a typed array. */
  readonly inputSize?: number;
}

/** Result of `trainTestSplit`. */
export interface Split<X, Y> {
  /** Rows of x to train on. */
  readonly xTrain: X;
  /** Rows of y to train on. */
  readonly yTrain: Y;
  /** Rows of x to test on. */
  readonly xTest: X;
  /** Rows of y to test on. */
  readonly yTest: Y;
  /** Indices of the training rows in the given arrays. */
  readonly trainRows: Uint32Array;
  /** Indices of the test rows in the given arrays. */
  readonly testRows: Uint32Array;
}

/** Options of `kFold`. */
export interface FoldOptions {
  /** Number of folds, ≥ 2; default 5. */
  readonly folds?: number;
  /** Seed, a whole number of at most 53 bits or a string; default 0. */
  readonly seed?: number | string;
  /** Spreads each class evenly over the folds; default false. It needs y with one class index per row. */
  readonly stratify?: boolean;
}

/** Row indices of one round of cross-validation. */
export interface Fold {
  /** Rows to train on. */
  readonly train: Uint32Array;
  /** Rows to test on. */
  readonly test: Uint32Array;
}

/**
 * Splits rows at random into shuffled training and test rows. The test part gets round(testSize · rows) rows, and each part at
 * least one.
 *
 * With `stratify`, each class contributes test rows in proportion to its size, rounded by largest remainder. A class of two or more
 * rows is in both parts, even if this needs more test rows; a class of one row is trained on.
 *
 * @param x        rows of inputs
 * @param y        class indices, targets or rows, with one or more values per row
 * @param options  test share, seed, stratification, and the row length of a typed x
 * @throws TypeError   if an option or array is of the wrong kind
 * @throws RangeError  if testSize is not between 0 and 1, there are fewer than two rows, or no class has two
 * @throws ShapeError  if x and y have different numbers of rows
 */
export function trainTestSplit<X extends Rows, Y extends Rows>(
  x: X,
  y: Y,
  options: SplitOptions = {},
): Split<Taken<X>, Taken<Y>> {
  knownKeys('options', options, ['testSize', 'seed', 'stratify', 'inputSize']);
  const { testSize = 0.2, seed = 0, stratify = false, inputSize } = options;
  if (typeof testSize !== 'number') throw new TypeError(`testSize: expected a number, got ${show(testSize)}`);
  if (!(testSize > 0 && testSize < 1)) {
    throw new RangeError(`testSize: expected a share between 0 and 1, got ${testSize}`);
  }
  const [inputs, targets] = [checkRows('x', x), checkRows('y', y)];
  const rows = countRows(inputs, inputSize);
  if (rows < 2) throw new RangeError(`x: expected at least two rows to split, got ${rows}`);
  const units = valuesPerRow(targets, rows);
  const { classOf, sizes } = classesOf(targets, rows, stratify);
  const left = apportion(sizes, testSize, rows);
  const trainRows: number[] = [];
  const testRows: number[] = [];
  for (const row of new Rng(seed).split('trainTestSplit').permutation(rows)) {
    const group = classOf[row]!;
    const isTest = left[group]! > 0;
    if (isTest) left[group]! -= 1;
    (isTest ? testRows : trainRows).push(row);
  }
  const columns = Array.isArray(inputs) ? 1 : inputSize!;
  return {
    xTrain: take(inputs, trainRows, columns) as Taken<X>,
    yTrain: take(targets, trainRows, units) as Taken<Y>,
    xTest: take(inputs, testRows, columns) as Taken<X>,
    yTest: take(targets, testRows, units) as Taken<Y>,
    trainRows: Uint32Array.from(trainRows),
    testRows: Uint32Array.from(testRows),
  };
}

/**
 * Deals rows into folds at random. Each fold is tested on once and trained on in all other rounds. The sizes of the folds differ by
 * at most one; with `stratify`, so do their numbers of rows of any class.
 *
 * @param y        number of rows, or an array with one element per row; class indices for `stratify`
 * @param options  number of folds, seed and stratification
 * @throws TypeError   if an option is of the wrong kind
 * @throws RangeError  if folds is below 2 or above the number of rows; with `stratify`, above the size of the largest class
 */
export function kFold(y: number | Rows, options: FoldOptions = {}): Fold[] {
  knownKeys('options', options, ['folds', 'seed', 'stratify']);
  const { folds = 5, seed = 0, stratify = false } = options;
  wholeNumber('folds', folds, 2);
  const given = typeof y === 'number' ? wholeNumber('y', y, 0) : checkRows('y', y);
  const rows = typeof given === 'number' ? given : given.length;
  const { classOf, sizes } = classesOf(given, rows, stratify);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  if (folds > most) {
    const what = stratify ? 'rows of the largest class' : 'rows';
    throw new RangeError(`folds: expected at most ${most}, the ${what}, got ${folds}`);
  }
  const order = new Rng(seed).split('kFold').permutation(rows);
  // One deal runs through class after class. It continues where the last class ended, which balances the folds.
  const dealt = starts(sizes);
  const foldOf = new Uint32Array(rows);
  for (const row of order) {
    const group = classOf[row]!;
    foldOf[row] = dealt[group]! % folds;
    dealt[group]! += 1;
  }
  return Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((row) => foldOf[row] !== fold),
    test: order.filter((row) => foldOf[row] === fold),
  }));
}

/**
 * Selects rows by index, in the order of the indices, as a new array of the same kind; bytes of a canvas become a Uint8Array. Rows of
 * a plain array are not copied.
 *
 * @param x        rows to select from
 * @param indices  row numbers
 * @param columns  number of values per row of a typed array; default 1
 * @throws TypeError   if x or indices is not an array
 * @throws RangeError  if an index is not that of a row
 * @throws ShapeError  if x does not consist of rows of that many values
 */
export function take<A extends Rows>(x: A, indices: ArrayLike<number>, columns = 1): Taken<A> {
  const values = checkRows('x', x);
  wholeNumber('columns', columns, 1);
  const rows = values.length / columns;
  if (!Number.isInteger(rows)) {
    throw new ShapeError(`x: ${values.length} values are not rows of ${columns}`, { argument: 'x' });
  }
  const chosen = wholeNumbers('indices', indices, 'an array of row numbers');
  const beyond = chosen.findIndex((row) => row >= rows);
  if (beyond >= 0) {
    throw new RangeError(`indices[${beyond}]: expected a row from 0 to ${rows - 1}, got ${chosen[beyond]}`);
  }
  if (Array.isArray(values)) {
    if (columns !== 1)
      throw new TypeError('columns: only a typed array has them; an array has one element per row');
    return Array.from(chosen, (row) => values[row]) as Taken<A>;
  }
  const Kind = kinds.find((kind) => values instanceof kind)!;
  const taken = new Kind(chosen.length * columns);
  for (const [i, row] of chosen.entries()) {
    for (let c = 0; c < columns; c++) taken[i * columns + c] = values[row * columns + c] as number;
  }
  return taken as unknown as Taken<A>;
}

/** Returns rows that are safe to read. @throws TypeError if the value is not rows */
function checkRows(argument: string, x: unknown): Rows {
  const expected = 'a typed array of numbers or an array of rows';
  const settled = settle(argument, x, expected);
  if (Array.isArray(x) || kinds.some((kind) => settled instanceof kind)) return settled as Rows;
  throw new TypeError(`${argument}: expected ${expected}, got ${show(x)}`);
}

function countRows(x: Rows, inputSize: number | undefined): number {
  if (Array.isArray(x)) return x.length;
  if (inputSize === undefined) {
    throw new TypeError(`inputSize: expected the values in a row of x, which is a ${show(x)}, got undefined`);
  }
  const rows = x.length / wholeNumber('inputSize', inputSize, 1);
  if (Number.isInteger(rows)) return rows;
  throw new ShapeError(`x: ${x.length} values are not rows of inputSize ${inputSize}`, { argument: 'x' });
}

function valuesPerRow(y: Rows, rows: number): number {
  const units = y.length / rows;
  const fits = Array.isArray(y) ? units === 1 : units >= 1 && Number.isInteger(units);
  if (fits) return units;
  throw new ShapeError(`y: expected ${rows} rows like x, got ${show(y)}`, { argument: 'y' });
}

/** Returns the class of each row, numbered from 0 in ascending order, and the class sizes; without classes all rows are one class. */
function classesOf(y: number | Rows, rows: number, stratify: boolean) {
  trueOrFalse('stratify', stratify);
  const classOf = new Uint32Array(rows);
  if (!stratify) return { classOf, sizes: [rows] };
  if (typeof y === 'number' || y.length !== rows) {
    throw new TypeError(`stratify: expected y with one class index per row, got ${show(y)}`);
  }
  const labels = Array.from(y, (label, row) => wholeNumber(`y[${row}]`, label, 0));
  const names = [...new Set(labels)].sort((a, b) => a - b);
  const index = new Map(names.map((label, i) => [label, i]));
  const sizes = names.map(() => 0);
  for (const [row, label] of labels.entries()) {
    classOf[row] = index.get(label)!;
    sizes[classOf[row]!]! += 1;
  }
  return { classOf, sizes };
}

/** Returns the number of test rows of each class, by largest remainder within what each class can give. */
function apportion(sizes: readonly number[], testSize: number, rows: number): number[] {
  const least = sizes.map((size) => (size > 1 ? 1 : 0));
  const most = sizes.map((size) => Math.max(0, size - 1));
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  if (sum(most) === 0) throw new RangeError('stratify: expected a class of two rows, got one row per class');
  const total = Math.min(Math.max(Math.round(testSize * rows), sum(least)), sum(most));
  const shares = sizes.map((size) => (total * size) / rows);
  const counts = shares.map((share, c) => Math.min(Math.max(Math.floor(share), least[c]!), most[c]!));
  for (let missing = total - sum(counts); missing !== 0; missing -= Math.sign(missing)) {
    const direction = Math.sign(missing);
    const end = direction > 0 ? most : least;
    // Find the class furthest from its share, among those that can still change.
    let furthest = -1;
    for (const [c, share] of shares.entries()) {
      if (counts[c] === end[c]) continue;
      const lack = (share - counts[c]!) * direction;
      if (furthest < 0 || lack > (shares[furthest]! - counts[furthest]!) * direction) furthest = c;
    }
    counts[furthest]! += direction;
  }
  return counts;
}

/** Returns the start of each class if all are placed in a row. */
function starts(sizes: readonly number[]): number[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return start - size;
  });
}
