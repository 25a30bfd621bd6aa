/** Division of the rows: some train, some decide when to stop, and some only test. */
import { Rng } from '../../index.js';

/** Rows of one network. */
export interface Fold {
  readonly train: Uint32Array;
  /** Rows that choose the epoch; empty if nothing does. */
  readonly validation: Uint32Array;
}

export interface Division {
  /** Folds, one per network. */
  readonly folds: readonly Fold[];
  /** Test rows, which are in no fold. */
  readonly test: Uint32Array;
}

export interface DivisionOptions {
  readonly rows: number;
  /** Class of each row, if there are classes; each part then gets its share of each class. */
  readonly classes?: ArrayLike<number>;
  /** Share of the rows for validation and for the test, in [0, 1). */
  readonly validation: number;
  readonly test: number;
  readonly networks: number;
  /** Rows in the order of time: the last ones test, and those before them validate. Absent for a random division. */
  readonly order?: Uint32Array;
  readonly seed: number | string;
}

/**
 * Divides rows. In a random division, the validation rows of the networks follow each other, so that five networks with a fifth each
 * validate on every row once. In the order of time, all networks validate on the same last rows. Every class is trained on, even if
 * it has only one row.
 *
 * @throws RangeError if a requested part would have no row
 */
export function divide(options: DivisionOptions): Division {
  const { rows, classes, validation, test, networks, seed } = options;
  const order = options.order ?? mixed(rows, classes, new Rng(seed).split('division'));
  const tested = sizeOf('test', test, rows);
  const rest = rows - tested;
  const validated = sizeOf('validation', validation, rest, tested);
  const left = order.subarray(0, rest);
  const folds = Array.from({ length: networks }, (_, n) => {
    if (options.order !== undefined) return cut(left, rest - validated, validated);
    // Each part goes from one end to the next, so that rounding neither omits a row nor takes one twice.
    const [start, end] = [n, n + 1].map((part) => Math.round(part * validation * rest));
    const size = networks === 1 ? validated : Math.max(Math.min(1, validated), end! - start!);
    return withEveryClass(cut(left, start! % rest, size), classes);
  });
  return { folds, test: order.slice(rest) };
}

/** Returns the number of rows for a share: at least one, unless the share is 0. @param tested  rows that are taken already */
function sizeOf(part: string, share: number, rows: number, tested = 0): number {
  if (share === 0) return 0;
  if (rows < 2) {
    if (tested === 0) throw new RangeError(`${part}: expected two rows to divide, got ${rows}`);
    throw new RangeError(
      `test: ${tested} of ${tested + rows} rows leave ${rows}, where training and validation need two; take a smaller share, or none for validation`,
    );
  }
  return Math.min(rows - 1, Math.max(1, Math.round(share * rows)));
}

/** Orders rows at random, so that every stretch has its share of each class. */
function mixed(rows: number, classes: ArrayLike<number> | undefined, rng: Rng): Uint32Array {
  const permuted = rng.permutation(rows);
  if (classes === undefined) return permuted;
  const groups = new Map<number, number[]>();
  for (const row of permuted) {
    const group = groups.get(classes[row]!);
    if (group === undefined) groups.set(classes[row]!, [row]);
    else group.push(row);
  }
  const place = new Float64Array(rows);
  for (const [label, group] of groups) {
    // Each class begins at a random place, so that the first rows are not one of each class.
    const [begin] = rng.split('class').split(label).uniform(1);
    for (const [i, row] of group.entries()) place[row] = (i + begin!) / group.length;
  }
  return permuted.sort((a, b) => place[a]! - place[b]!);
}

/** Returns a fold whose validation rows begin at `start` and wrap around. */
function cut(order: Uint32Array, start: number, size: number): Fold {
  const after = Math.max(0, start + size - order.length);
  return {
    train: together(order.subarray(after, start), order.subarray(start + size)),
    validation: together(order.subarray(start, start + size), order.subarray(0, after)),
  };
}

/** Moves rows of a class from validation to training if it would not be trained on. */
function withEveryClass({ train, validation }: Fold, classes: ArrayLike<number> | undefined): Fold {
  if (classes === undefined) return { train, validation };
  const known = new Set(Array.from(train, (row) => classes[row]!));
  const isKnown = (row: number) => known.has(classes[row]!);
  if (validation.every(isKnown)) return { train, validation };
  return {
    train: together(
      train,
      validation.filter((row) => !isKnown(row)),
    ),
    validation: validation.filter(isKnown),
  };
}

function together(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
