import { elements } from '../arrays.js';
import { isArray, knownKeys, oneOf, ShapeError, show, wholeNumber } from '../errors.js';
import { classPairs, type Numbers } from './inputs.js';

/**
 * Names of the averages over classes: `macro` is the mean over all classes, including those that never occur; `weighted` is the
 * mean weighted by support; `micro` uses the counts of all classes together; `binary` is the score of class 1.
 */
export const averages = ['macro', 'micro', 'weighted', 'binary'] as const;
/** Average over classes: 'macro', 'micro', 'weighted' or 'binary'. */
export type Average = (typeof averages)[number];

/** Options of the metrics of classes. */
export interface ClassOptions {
  /** Number of classes; default the width of rows, or the largest index + 1. */
  readonly classes?: number;
}

/** Scores of one class, or an average over classes. */
export interface ClassScores {
  /** Share of the rows predicted as this class that belong to it. */
  readonly precision: number;
  /** Share of the rows of this class that were predicted as it. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Number of rows whose true class this is. */
  readonly support: number;
}

/** Result of `classificationReport`: scores of each class and their averages, as plain data. */
export interface ClassificationReport {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'classificationReport';
  /** Share of all rows whose predicted class is the true one. */
  readonly accuracy: number;
  /** Scores of each class, with its name. */
  readonly classes: readonly (ClassScores & {
    /** Name of the class; its index without `names`. */
    readonly name: string;
  })[];
  /** Mean of the scores over all classes. */
  readonly macro: ClassScores;
  /** Scores from the counts of all classes together. */
  readonly micro: ClassScores;
  /** Mean of the scores, weighted by support. */
  readonly weighted: ClassScores;
}

/** Counts of a class, from which its scores are computed. */
export interface Tally {
  readonly right: number;
  readonly predicted: number;
  readonly support: number;
}

/** Largest number of classes that the option `classes` may name. Each class takes a count. */
const MOST_CLASSES = 0x100000;
/** Largest number of classes of a confusion matrix. Its square of counts takes 0.5 GB. */
const MOST_IN_MATRIX = 0x2000;

// 0 / 0 counts as 0: a class that is never predicted has no precision.
const ratio = (a: number, b: number) => (b === 0 ? 0 : a / b);

/** Formulas of a class's scores from its counts. */
export const formulas = {
  precision: ({ right, predicted }) => ratio(right, predicted),
  recall: ({ right, support }) => ratio(right, support),
  f1: ({ right, predicted, support }) => ratio(2 * right, predicted + support),
} as const satisfies Record<string, (tally: Tally) => number>;

/** Name of a score of classes: 'precision', 'recall' or 'f1'. */
export type ScoreName = keyof typeof formulas;

/** Counts the rows of each class. A predicted class that is not a class (NaN) counts as missed by the true one. */
export function tallyClasses(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Tally[] {
  const tallies = Array.from({ length: classes }, () => ({ right: 0, predicted: 0, support: 0 }));
  for (let r = 0; r < truth.length; r++) {
    const row = tallies[truth[r]!]!;
    row.support++;
    if (truth[r] === predicted[r]) row.right++;
    // NO_CLASS is not an index, so it finds no tally.
    const column = tallies[predicted[r]!];
    if (column !== undefined) column.predicted++;
  }
  return tallies;
}

/** Returns the average over classes from their counts. */
export function averaged(name: ScoreName, tallies: readonly Tally[], average: Average): number {
  const score = formulas[name];
  switch (average) {
    case 'macro':
      return sum(tallies, score) / tallies.length;
    case 'weighted':
      return ratio(
        sum(tallies, (tally) => tally.support * score(tally)),
        supportOf(tallies),
      );
    case 'micro':
      return score(total(tallies));
    case 'binary':
      return tallies[1] === undefined ? 0 : score(tallies[1]);
  }
}

/**
 * Counts how often each true class was predicted as each class: row = true class, column = predicted class. Equal to
 * scikit-learn's `confusion_matrix(…, labels=range(classes))`.
 *
 * Each argument is class indices (one value per row) or rows of `classes` values, flat or an array of rows. The class of a row is
 * the index of its largest value, the first of equals. Flat arrays of equal length are class indices. A predicted row in which
 * all values are NaN is in no column.
 *
 * @param yTrue         true classes
 * @param yPredicted    predicted classes, or probabilities
 * @param options       {@link ClassOptions}
 * @throws TypeError       if an argument is not an array of numbers
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1, or there are more than 8192 classes
 * @throws NonFiniteError  if a true value, or an index, is not finite
 */
export function confusionMatrix(yTrue: Numbers, yPredicted: Numbers, options: ClassOptions = {}): number[][] {
  knownKeys('options', options, ['classes']);
  const { truth, predicted, classes } = pairs(yTrue, yPredicted, options.classes);
  if (classes > MOST_IN_MATRIX) {
    const origin = options.classes === undefined ? ', the largest index or the width of the rows' : '';
    throw new RangeError(`classes: expected at most ${MOST_IN_MATRIX} for a matrix, got ${classes}${origin}`);
  }
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let r = 0; r < truth.length; r++) {
    const row = matrix[truth[r]!]!;
    if (predicted[r]! >= 0) row[predicted[r]!]!++;
  }
  return matrix;
}

/**
 * Returns the share of rows whose predicted class is the true one (scikit-learn's `accuracy_score`). A predicted row in which all
 * values are NaN counts as wrong.
 *
 * @param yTrue         class indices, or rows whose largest value is the class
 * @param yPredicted    predicted classes, or rows of probabilities
 * @param options       {@link ClassOptions}
 * @throws TypeError       if an argument is not an array of numbers, or an option is unknown
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1, or classes is not one from 1 to 2²⁰
 * @throws NonFiniteError  if a true value, or an index, is not finite
 */
export function accuracy(yTrue: Numbers, yPredicted: Numbers, options: ClassOptions = {}): number {
  knownKeys('options', options, ['classes']);
  const { truth, predicted } = pairs(yTrue, yPredicted, options.classes);
  return shareEqual(truth, predicted);
}

/** Returns the share of positions at which both arrays are equal. */
export function shareEqual(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let right = 0;
  for (let r = 0; r < truth.length; r++) if (truth[r] === predicted[r]) right++;
  return right / truth.length;
}

/** Options of a score that is averaged over classes. */
export interface AverageOptions extends ClassOptions {
  /** Average over classes: 'macro' (default), 'micro', 'weighted', or 'binary', which needs two classes. */
  readonly average?: Average;
}
/** Options of a score for each class. */
export interface EachOptions extends ClassOptions {
  /** No average: the result is an array with one number per class. */
  readonly average: 'none';
}
/** Function that computes a score from true and predicted classes. */
export interface ScoreFunction {
  /** Returns one number per class. */
  (yTrue: Numbers, yPredicted: Numbers, options: EachOptions): number[];
  /** Returns the average over the classes. */
  (yTrue: Numbers, yPredicted: Numbers, options?: AverageOptions): number;
}

/**
 * Returns the share of the rows predicted as a class that belong to it: right / predicted (scikit-learn's `precision_score`). 0 /
 * 0 counts as 0 (`zero_division=0`). All classes count, including those that never occur (`labels=range(classes)`).
 *
 * @param yTrue         class indices, or rows whose largest value is the class
 * @param yPredicted    predicted classes, or rows of probabilities
 * @param options       number of classes, and `average`, by default 'macro'; with 'none' the result is one number per class
 * @throws TypeError       if an argument is not an array of numbers, or an option is unknown
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1, classes is not one from 1 to 2²⁰, or the average
 *                         is 'binary' and there are more than two classes
 * @throws NonFiniteError  if a true value, or an index, is not finite
 */
export const precision: ScoreFunction = /* @__PURE__ */ scoreFunction('precision');

/**
 * Returns the share of the rows of each class that were predicted as that class: right / support (scikit-learn's `recall_score`).
 * 0 / 0 counts as 0.
 *
 * @param yTrue         class indices, or rows whose largest value is the class
 * @param yPredicted    predicted classes, or rows of probabilities
 * @param options       number of classes, and `average`, by default 'macro'; with 'none' the result is one number per class
 * @throws TypeError       if an argument is not an array of numbers, or an option is unknown
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1, classes is not one from 1 to 2²⁰, or the average
 *                         is 'binary' and there are more than two classes
 * @throws NonFiniteError  if a true value, or an index, is not finite
 */
export const recall: ScoreFunction = /* @__PURE__ */ scoreFunction('recall');

/**
 * Returns the harmonic mean of precision and recall: 2 · right / (predicted + support) (scikit-learn's `f1_score`). 0 / 0 counts
 * as 0.
 *
 * @param yTrue         class indices, or rows whose largest value is the class
 * @param yPredicted    predicted classes, or rows of probabilities
 * @param options       number of classes, and `average`, by default 'macro'; with 'none' the result is one number per class
 * @throws TypeError       if an argument is not an array of numbers, or an option is unknown
 * @throws ShapeError      if the lengths do not fit
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1, classes is not one from 1 to 2²⁰, or the average
 *                         is 'binary' and there are more than two classes
 * @throws NonFiniteError  if a true value, or an index, is not finite
 */
export const f1: ScoreFunction = /* @__PURE__ */ scoreFunction('f1');

/** Options of classificationReport. */
export interface ClassReportOptions extends ClassOptions {
  /** One name per class, by index; default '0', '1', …. Without `classes` their number is the number of classes. */
  readonly names?: readonly string[];
}

/**
 * Returns accuracy, and precision, recall, F1 and support for each class and averaged over classes. Equal to scikit-learn's
 * `classification_report(…, labels=range(classes), output_dict=True, zero_division=0)`. The macro averages are the means over all
 * classes.
 *
 * @param yTrue         class indices, or rows whose largest value is the class
 * @param yPredicted    predicted classes, or rows of probabilities
 * @param options       {@link ClassReportOptions}
 * @throws TypeError       if an argument is not an array of numbers, or an option is unknown
 * @throws ShapeError      if the lengths do not fit, or the number of names differs from the number of classes
 * @throws RangeError      if an index is not a whole number from 0 to classes − 1, or classes is not one from 1 to 2²⁰
 * @throws NonFiniteError  if a true value, or an index, is not finite
 */
export function classificationReport(
  yTrue: Numbers,
  yPredicted: Numbers,
  options: ClassReportOptions = {},
): ClassificationReport {
  knownKeys('options', options, ['classes', 'names']);
  const names = checkNames(options.names);
  const { truth, predicted, classes } = pairs(yTrue, yPredicted, options.classes ?? names?.length);
  if (names !== undefined && names.length !== classes) {
    throw new ShapeError(`names: expected ${classes}, one per class, got ${names.length}`, {
      argument: 'names',
    });
  }
  const tallies = tallyClasses(truth, predicted, classes);
  const mean = (average: Average) => describe((name) => averaged(name, tallies, average), truth.length);
  return {
    kind: 'classificationReport',
    accuracy: shareEqual(truth, predicted),
    classes: tallies.map((tally, c) => ({
      name: names?.[c] ?? String(c),
      ...describe((name) => formulas[name](tally), tally.support),
    })),
    macro: mean('macro'),
    micro: mean('micro'),
    weighted: mean('weighted'),
  };
}

function describe(score: (name: ScoreName) => number, support: number): ClassScores {
  return { precision: score('precision'), recall: score('recall'), f1: score('f1'), support };
}

function scoreFunction(name: ScoreName): ScoreFunction {
  function score(yTrue: Numbers, yPredicted: Numbers, options: EachOptions): number[];
  function score(yTrue: Numbers, yPredicted: Numbers, options?: AverageOptions): number;
  function score(
    yTrue: Numbers,
    yPredicted: Numbers,
    options: AverageOptions | EachOptions = {},
  ): number | number[] {
    knownKeys('options', options, ['classes', 'average']);
    const average = oneOf('average', options.average === undefined ? 'macro' : options.average, [
      ...averages,
      'none',
    ]);
    const { truth, predicted, classes } = pairs(yTrue, yPredicted, options.classes);
    if (average === 'binary' && classes > 2) {
      throw new RangeError(`average: 'binary' needs two classes, got ${classes}`);
    }
    const tallies = tallyClasses(truth, predicted, classes);
    return average === 'none' ? tallies.map(formulas[name]) : averaged(name, tallies, average);
  }
  return score;
}

function pairs(yTrue: Numbers, yPredicted: Numbers, classes: number | undefined) {
  if (classes !== undefined && wholeNumber('classes', classes, 1) > MOST_CLASSES) {
    throw new RangeError(`classes: expected at most ${MOST_CLASSES}, got ${classes}`);
  }
  return classPairs(yTrue, yPredicted, classes);
}

function checkNames(names: unknown): readonly string[] | undefined {
  if (names === undefined) return undefined;
  const all = isArray(names) ? elements(names, names.length) : undefined;
  if (all === undefined || !all.every((name) => typeof name === 'string')) {
    throw new TypeError(`names: expected an array of strings, got ${show(names)}`);
  }
  return all;
}

function supportOf(tallies: readonly Tally[]): number {
  return sum(tallies, ({ support }) => support);
}

function total(tallies: readonly Tally[]): Tally {
  return {
    right: sum(tallies, ({ right }) => right),
    predicted: sum(tallies, ({ predicted }) => predicted),
    support: supportOf(tallies),
  };
}

function sum(tallies: readonly Tally[], of: (tally: Tally) => number): number {
  return tallies.reduce((sum, tally) => sum + of(tally), 0);
}
