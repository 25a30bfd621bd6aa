/** Confusions of classes in words. */
import type { Confusion } from '../../engine/messages.js';

/** Rows of one class that were predicted as another. */
export interface Mistake {
  /** True class. */
  readonly truth: number;
  readonly predicted: number;
  readonly rows: number;
  /** Number of rows of the true class. */
  readonly of: number;
}

/** Returns the mistakes, the most frequent first. */
export function mistakes({ classes, counts }: Pick<Confusion, 'classes' | 'counts'>): Mistake[] {
  const found: Mistake[] = [];
  for (let truth = 0; truth < classes; truth++) {
    const row = counts.subarray(truth * classes, (truth + 1) * classes);
    const of = row.reduce((sum, rows) => sum + rows, 0);
    for (const [predicted, rows] of row.entries())
      if (predicted !== truth && rows > 0) found.push({ truth, predicted, rows, of });
  }
  return found.sort((a, b) => b.rows - a.rows);
}

/** Returns a mistake as a part of a sentence, such as "4 is taken for 9 in 12 of 53 rows". */
export function mistakeWords({ truth, predicted, rows, of }: Mistake, names: readonly string[]): string {
  return `${names[truth]} is taken for ${names[predicted]} in ${rows} of ${of} rows`;
}

/** Returns the sentence about the most frequent mistake. */
export function worstWords(confusion: Confusion, names: readonly string[]): string {
  const [worst] = mistakes(confusion);
  if (!worst) return `All of the ${confusion.rows} test rows are predicted correctly.`;
  return `The most frequent mistake: ${mistakeWords(worst, names)}.`;
}
