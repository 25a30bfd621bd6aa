import { knownKeys, ShapeError, wholeNumber } from '../errors.js';
import { type Numbers, scoredRows } from './inputs.js';

/** Options of topKAccuracy. */
export interface TopKOptions {
  /** Number of highest scores among which the class has to be, ≥ 1; default 5 (Keras). */
  readonly k?: number;
  /** Number of classes; default the width of the rows, or the number of scores per label. */
  readonly classes?: number;
}

/**
 * The share of rows whose true class is among the k with the highest scores.
 *
 * It is, if fewer than k others score strictly higher: ties count for it. scikit-learn's `top_k_accuracy_score` and
 * Keras's `TopKCategoricalAccuracy` wherever nothing is tied. A true class whose score is NaN is missed; other NaN count
 * as lowest.
 *
 * @param yTrue    class indices, or rows whose largest value is the class
 * @param scores   rows: flat, or an array of rows; probabilities or anything that orders alike
 * @param k        default 5; from the number of classes up, the share is 1
 * @param classes  default the width of the rows, or the number of scores a label
 * @throws ShapeError, RangeError or NonFiniteError, as confusionMatrix does
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

/** The share of rows in which fewer than k of `units` scores exceed that of the true class. */
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
 * The area under the ROC curve: how often a row of class 1 scores higher than one of class 0, a tie counting as half.
 *
 * Exact, by counting pairs (Mann & Whitney 1947); scikit-learn's `roc_auc_score`. With rows of scores, one a class: of two
 * classes, that of class 1; of more, each class against the rest, and the mean over the classes that occur
 * (`multi_class='ovr'`). NaN where it is undefined, because only one class occurs, and where a score is NaN.
 *
 * @param yTrue    class indices, or rows whose largest value is the class
 * @param scores   one a row, for class 1; or rows of one a class
 * @param classes  default the width of the rows, or the number of scores a label
 * @throws ShapeError, RangeError or NonFiniteError, as confusionMatrix does
 */
export function rocAuc(yTrue: Numbers, scores: Numbers, options: RocAucOptions = {}): number {
  knownKeys('options', options, ['classes']);
  const scored = scoredRows(yTrue, scores, checkClasses(options.classes));
  return classesAuc(scored.truth, scored.scores, scored.rows, scored.classes);
}

/** Of one or two columns, the area of the last; of more, the mean over the classes that occur. */
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

/** The area by one column of scores: undefined if all rows are on one side, NaN if a score is. */
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
  // Pairs counted twice, so that a tie, half a pair, is a whole number: the sum is exact.
  let twice = 0;
  for (const score of Float64Array.from(positives).sort()) {
    while (below < low.length && low[below]! < score) below++;
    while (notAbove < low.length && low[notAbove]! <= score) notAbove++;
    twice += below + notAbove;
  }
  return twice / (2 * positives.length * low.length);
}

/** NaN if there are none. */
export function meanOfDefined(values: readonly (number | undefined)[]): number {
  const defined = values.filter((value) => value !== undefined);
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

function checkClasses(classes: number | undefined): number | undefined {
  return classes === undefined ? undefined : wholeNumber('classes', classes, 2);
}
