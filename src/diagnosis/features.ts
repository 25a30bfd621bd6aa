import type { Values } from './statistics.js';

/** Number of standard deviations from the mean beyond which a value is an outlier. */
export const OUTLYING = 10;
/** Minimum number of values for which outliers are judged. */
const ENOUGH = 20;

interface Spread {
  count: number;
  sum: number;
  squares: number;
  least: number;
  largest: number;
}

/**
 * Finds columns with a value more than ten standard deviations from the mean, both measured on the other values. If one value
 * fills most of a column, as the background of images does, the rest is measured without it. A column of two values has no
 * outliers.
 *
 * @param values   rows of values, one after another
 * @param columns  number of values per row
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

/** Returns true if the smallest or the largest value is far from the others. */
function isOutlying(spread: Spread, whole: Spread): boolean {
  if (spread.count <= ENOUGH || spread.least === spread.largest) return false;
  return [spread.least, spread.largest].some((value) => {
    const { mean, deviation } = without(spread, value);
    // If the other values are equal, their deviation is 0, and that of the whole column is used instead.
    const scale = deviation > 0 ? deviation : without(whole, value).deviation;
    return Math.abs(value - mean) > OUTLYING * scale;
  });
}

function without({ count, sum, squares }: Spread, value: number) {
  const n = count - 1;
  const mean = (sum - value) / n;
  const variance = (squares - value * value) / n - mean * mean;
  // Equal values have a deviation of 0 up to rounding.
  const rounding = (1e-12 * squares) / count;
  return { mean, deviation: variance > rounding ? Math.sqrt(variance) : 0 };
}

/** Returns the value that fills more than half of each column, by Boyer and Moore's vote; any value if there is none. */
function majorities(values: Values, columns: number): Float64Array {
  const leading = new Float64Array(columns);
  const votes = new Int32Array(columns);
  for (let i = 0, c = 0; i < values.length; i++, c = c + 1 === columns ? 0 : c + 1) {
    if (votes[c] === 0) leading[c] = values[i]!;
    votes[c]! += values[i] === leading[c] ? 1 : -1;
  }
  return leading;
}

/** Sums each column, with or without its leading value. The sums are relative to that value, which keeps precision. */
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
