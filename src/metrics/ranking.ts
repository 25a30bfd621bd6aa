import { knownKeys, ShapeError, wholeNumber } from '../errors.js';
import { type Numbers, scoredRows } from './inputs.js';

/** Options of topKAccuracy. */
export interface TopKOptions {
  /** Number of highest scores among which the true class counts, ≥ 1; default 5 (Keras). From the number of classes on, the share is 1. */
  readonly k?: number;
  /** Number of classes; default the width of the rows, or the number of scores per label. */
  readonly classes?: number;
}

/**
 * Returns the share of rows whose true class is among the k classes with the highest scores.
 *
 * A row counts if fewer than k other classes score strictly higher, so ties count in its favour. Without ties this equals
 * scikit-learn's `top_k_accuracy_score` and Keras's `TopKCategoricalAccuracy`. A row whose true class scores NaN does not count;
 * other NaN count as the lowest score.
 *
 * @param yTrue    class indices, or rows whose largest value is the class
 * @param scores   rows of one score per class, flat or an array of rows: probabilities, or anything in the same order
 * @param options  {@link TopKOptions}
 * @throws TypeError       if an argument is not an array of numbers
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index or an option is out of range
 * @throws NonFiniteError  if a true value is not finite
 */
export function topKAccuracy(yTrue: Numbers, scores: Numbers, options: TopKOptions = {}): number {
  knownKeys('options', options, ['k', 'classes']);
  const { k: least = 5, classes: given } = options;
  const k = wholeNumber('k', least, 1);
  const scored = scoredRows(yTrue, scores, checkClasses(given));
  const { truth, rows, classes } = scored;
  if (classes < 2) {
    throw new ShapeError(`scores: expected rows of at least 2 values, got 1 value a row`, {
      argument: 'scores',
    });
  }
  return topKShare(truth, scored.scores, rows, classes, k);
}

/** Returns the share of rows in which fewer than k of `units` scores exceed that of the true class. */
export function topKShare(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  rows: number,
  units: number,
  k: number,
): number {
  let right = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * units;
    const own = scores[start + truth[r]!]!;
    let higher = 0;
    for (let c = 0; c < units; c++) if (scores[start + c]! > own) higher++;
    if (higher < k && !Number.isNaN(own)) right++;
  }
  return right / rows;
}

/** Options of rocAuc. */
export interface RocAucOptions {
  /** Number of classes; default the width of the rows, or the number of scores per label. */
  readonly classes?: number;
}

/**
 * Returns the area under the ROC curve: the probability that a row of class 1 scores higher than a row of class 0, where a tie
 * counts as half (scikit-learn's `roc_auc_score`).
 *
 * It is exact, by counting pairs (Mann & Whitney 1947). Scores may be rows with one score per class. Of two classes, the score of
 * class 1 counts. Of more, each class is compared with the rest, and the result is the mean over the classes that occur
 * (`multi_class='ovr'`). The result is NaN if only one class occurs, or if a score is NaN.
 *
 * @param yTrue    class indices, or rows whose largest value is the class
 * @param scores   one score per row, for class 1; or rows of one score per class
 * @param options  {@link RocAucOptions}
 * @throws TypeError       if an argument is not an array of numbers
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1
 * @throws NonFiniteError  if a true value is not finite
 */
export function rocAuc(yTrue: Numbers, scores: Numbers, options: RocAucOptions = {}): number {
  knownKeys('options', options, ['classes']);
  const scored = scoredRows(yTrue, scores, checkClasses(options.classes));
  return classesAuc(scored.truth, scored.scores, scored.rows, scored.classes);
}

/** Returns the area for the last of one or two columns; for more columns, the mean over the classes that occur. */
export function classesAuc(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  rows: number,
  columns: number,
): number {
  const area = (column: number, positive: number) =>
    columnAuc((r) => truth[r] === positive, scores, rows, columns, column);
  return meanOfDefined(
    columns <= 2 ? [area(columns - 1, 1)] : Array.from({ length: columns }, (_, c) => area(c, c)),
  );
}

/** Returns the area for one column of scores; undefined if all rows are on one side, NaN if a score is NaN. */
export function columnAuc(
  isPositive: (row: number) => boolean,
  scores: ArrayLike<number>,
  rows: number,
  columns: number,
  column: number,
): number | undefined {
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let r = 0; r < rows; r++) {
    const score = scores[r * columns + column]!;
    if (Number.isNaN(score)) return Number.NaN;
    (isPositive(r) ? positives : negatives).push(score);
  }
  if (positives.length === 0 || negatives.length === 0) return undefined;
  const low = Float64Array.from(negatives).sort();
  let below = 0;
  let notAbove = 0;
  // Pairs are counted twice, so that a tie, which is half a pair, is a whole number and the sum is exact.
  let twice = 0;
  for (const score of Float64Array.from(positives).sort()) {
    while (below < low.length && low[below]! < score) below++;
    while (notAbove < low.length && low[notAbove]! <= score) notAbove++;
    twice += below + notAbove;
  }
  return twice / (2 * positives.length * low.length);
}

/** Returns the mean of the numbers that are not undefined; NaN if there are none. */
export function meanOfDefined(values: readonly (number | undefined)[]): number {
  const defined = values.filter((value) => value !== undefined);
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

function checkClasses(classes: number | undefined): number | undefined {
  return classes === undefined ? undefined : wholeNumber('classes', classes, 2);
}
