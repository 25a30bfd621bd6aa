/** Values that replace missing cells, and the note on them. */
import { counted, show } from '../../errors.js';
import type { CsvColumn } from './columns.js';
import type { CsvNote } from './notes.js';
import type { Settings } from './options.js';

/** Computes the fills: always the mean, so that rows with missing cells can be predicted; median and mode if requested. */
export function fillsOf(
  onMissing: Settings['onMissing'],
  mean: number,
  values: readonly number[],
): { readonly mean?: number; readonly median?: number; readonly mode?: number } {
  return {
    ...(Number.isFinite(mean) && { mean }),
    ...(onMissing === 'median' && values.length > 0 && { median: medianOf(values) }),
    ...(onMissing === 'mode' && values.length > 0 && { mode: modeOf(values) }),
  };
}

/** Returns the note on a column's missing cells; undefined if none is filled. */
export function missingNote(
  column: CsvColumn,
  missing: number,
  onMissing: Settings['onMissing'],
): CsvNote | undefined {
  const fill = fillKey(onMissing);
  if (missing === 0 || fill === undefined) return undefined;
  const { name } = column;
  let as = `the ${fill}`;
  if (column.kind !== 'category') {
    if (column.indicator) as += `, and ${show(`${name} (missing)`)} says which`;
  } else
    as = column.missing
      ? `a category of ${missing === 1 ? 'its' : 'their'} own`
      : `the most frequent category, ${show(column.mode)}`;
  const text = `column ${show(name)}: ${counted(missing, 'cell is', 'cells are')} missing and read as ${as}`;
  return { about: 'missing', column: name, text };
}

/** Returns the fill of a missing number; undefined if there is none. */
export function fillKey(onMissing: Settings['onMissing']): 'mean' | 'median' | 'mode' | undefined {
  if (onMissing === 'error' || onMissing === 'skip') return undefined;
  return onMissing === 'median' || onMissing === 'mode' ? onMissing : 'mean';
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : sorted[middle - 1]! / 2 + sorted[middle]! / 2;
}

/** Returns the most frequent value, the smallest one if several are equally frequent. */
function modeOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  let [mode, most] = [sorted[0]!, 0];
  for (let i = 0, start = 0; i < sorted.length; i++) {
    if (sorted[i] !== sorted[start]) start = i;
    if (i - start + 1 > most) [mode, most] = [sorted[i]!, i - start + 1];
  }
  return mode;
}
