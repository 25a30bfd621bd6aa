/** Dependence of a model on each column, as permutation importance (Breiman 2001). */
import { width } from '../../data/csv/columns.js';
import { take } from '../../data/index.js';
import { type Label, Rng } from '../../index.js';
import type { Rows, Task } from './data.js';
import type { Model } from './fitting.js';

/** Column of the table with its influence: the growth of the loss when its cells are permuted among the rows. */
export interface Influence {
  readonly name: string;
  /** Mean growth over the repetitions; negative if the loss fell by chance. */
  readonly loss: number;
  /** Standard deviation over the repetitions. */
  readonly deviation: number;
}

/** Model and rows to measure it on, preferably rows that it was not trained on. */
export interface Asked {
  readonly model: Model;
  readonly rows: Rows;
}

const REPETITIONS = 3;
/** Largest number of rows over all models; more rows hardly improve the precision. */
const MOST_ROWS = 2000;

/**
 * Measures the influence of every column and sorts by it, the largest first. All values that a column became, such as those of its
 * categories, are permuted together.
 *
 * @returns an empty array for images, whose values have no names
 */
export function influences(
  asked: readonly Asked[],
  { columns, inputSize }: Pick<Task, 'columns' | 'inputSize'>,
  seed: Label,
): Influence[] {
  if (columns === undefined) return [];
  const total = asked.reduce((sum, { rows }) => sum + rows.rows, 0);
  const share = Math.min(1, MOST_ROWS / total);
  const parts = asked.map(({ model, rows }) => ({ model, rows: spread(rows, share, inputSize) }));
  const weight = parts.reduce((sum, { rows }) => sum + rows.rows, 0);
  const loss = (change: (x: Float64Array, rows: number) => void) =>
    parts.reduce((sum, { model, rows: { x, y, rows } }) => {
      const changed = Float64Array.from(x);
      change(changed, rows);
      return sum + (model.evaluate(changed, y).loss * rows) / weight;
    }, 0);
  const before = loss(() => {});
  let from = 0;
  const found = columns.features.map((column) => {
    const place = { from, to: from + width(column) };
    from = place.to;
    const rng = new Rng(seed).split('influence').split(column.name);
    const grown = Array.from(
      { length: REPETITIONS },
      (_, i) => loss((x, rows) => exchange(x, rng.split(i).permutation(rows), inputSize, place)) - before,
    );
    const mean = grown.reduce((sum, value) => sum + value / REPETITIONS, 0);
    const squares = grown.map((value) => (value - mean) * (value - mean));
    const variance = squares.reduce((sum, square) => sum + square / (REPETITIONS - 1), 0);
    return { name: column.name, loss: mean, deviation: Math.sqrt(variance) };
  });
  return found.sort((a, b) => b.loss - a.loss);
}

/** Selects rows at equal distances. */
function spread({ x, y, rows }: Rows, share: number, inputSize: number): Rows {
  const kept = Math.max(1, Math.floor(rows * share));
  if (kept >= rows) return { x, y, rows };
  const chosen = Uint32Array.from({ length: kept }, (_, r) => Math.floor((r * rows) / kept));
  return { x: take(x, chosen, inputSize), y: take(y, chosen, y.length / rows), rows: kept };
}

/** Copies the values from `from` to `to` of another row into each row. */
function exchange(
  x: Float64Array,
  order: Uint32Array,
  inputSize: number,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const before = x.slice();
  for (const [r, other] of order.entries()) {
    x.set(before.subarray(other * inputSize + from, other * inputSize + to), r * inputSize + from);
  }
}
