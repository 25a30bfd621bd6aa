import type { Values } from './statistics.js';

/** Standard deviations from the mean beyond which a value is an outlier. */
export const OUTLYING = 10;
/** Values that a column needs before one of them can be told from the rest. */
const ENOUGH = 20;

interface Spread {
  count: number;
  sum: number;
  squares: number;
  least: number;
  largest: number;
}

/**
 * Columns with a value more than ten standard deviations from the mean, each measured on the other values. If one value fills
 * most of a column, as the background of images does, the rest is measured without it; a column of two values has no outliers.
 *
 * @param values  rows of so many columns, one after another
 */
export function outlyingColumns(values: Values, columns: number): number[] {
  const common = majorities(values, columns);
  const all = spreads(values, columns, common, false);
  const others = spreads(values, columns, common, true);
  const found: number[] = [];
  for (let c = 0; c < columns; c++) {
    const [whole, rest] = [all[c]!, others[c]!];
    const filled = 2 * rest.count < whole.count;
    if (filled && rest.least === rest.largest) continue;
    if (isOutlying(filled ? rest : whole, whole)) found.push(c);
  }
  return found;
}

/** Whether the least or the largest value is far from the others. */
function isOutlying(spread: Spread, whole: Spread): boolean {
  if (spread.count <= ENOUGH || spread.least === spread.largest) return false;
  return [spread.least, spread.largest].some((value) => {
    const { mean, deviation } = without(spread, value);
    // Equal values have no spread of their own.
    const scale = deviation > 0 ? deviation : without(whole, value).deviation;
    return Math.abs(value - mean) > OUTLYING * scale;
  });
}

function without({ count, sum, squares }: Spread, value: number) {
  const n = count - 1;
  const mean = (sum - value) / n;
  const variance = (squares - value * value) / n - mean * mean;
  // What rounding leaves of equal values is no spread.
  const rounding = (1e-12 * squares) / count;
  return { mean, deviation: variance > rounding ? Math.sqrt(variance) : 0 };
}

/** The value that fills more than half of each column, if there is one (Boyer and Moore's vote); otherwise any. */
function majorities(values: Values, columns: number): Float64Array {
  const leading = new Float64Array(columns);
  const votes = new Int32Array(columns);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    if (votes[c] === 0) leading[c] = values[i]!;
    votes[c]! += values[i] === leading[c] ? 1 : -1;
  }
  return leading;
}

/** Sums of each column, from its leading value on so that no digits are lost, with or without that value itself. */
function spreads(values: Values, columns: number, leading: Float64Array, without: boolean): Spread[] {
  const found = Array.from(
    { length: columns },
    (): Spread => ({ count: 0, sum: 0, squares: 0, least: Infinity, largest: -Infinity }),
  );
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    const value = values[i]! - leading[c]!;
    if (without && value === 0) continue;
    const spread = found[c]!;
    spread.count++;
    spread.sum += value;
    spread.squares += value * value;
    if (value < spread.least) spread.least = value;
    if (value > spread.largest) spread.largest = value;
  }
  return found;
}
