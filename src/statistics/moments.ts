import { settle } from '../arrays.js';
import { finiteNumber, isObject, notNegativeNumber, ShapeError, show, wholeNumber } from '../errors.js';

/** Largest distance of a sum of probabilities from 1, to allow for decimals. */
const ROUNDING = 1e-9;

/**
 * Mean Σ x / n of values.
 *
 * @param values  an array or typed array of at least one finite number
 * @throws TypeError   if values is not an array of numbers
 * @throws RangeError  if a value is not finite
 * @throws ShapeError  if values is empty
 */
export function mean(values: ArrayLike<number>): number {
  return average(checkNumbers('values', values), (x) => x);
}

/**
 * Population variance Σ (x − mean)² / n of values; the divisor is n, not n − 1.
 *
 * @param values  an array or typed array of at least one finite number
 * @throws TypeError   if values is not an array of numbers
 * @throws RangeError  if a value is not finite
 * @throws ShapeError  if values is empty
 */
export function variance(values: ArrayLike<number>): number {
  return centralMoment(values, 2);
}

/**
 * Population standard deviation of values, the square root of `variance`.
 *
 * @param values  an array or typed array of at least one finite number
 * @throws TypeError   if values is not an array of numbers
 * @throws RangeError  if a value is not finite
 * @throws ShapeError  if values is empty
 */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/**
 * Raw moment Σ x^k / n of values.
 *
 * @param values  an array or typed array of at least one finite number
 * @param k       a whole number ≥ 0
 * @throws TypeError   if values is not an array of numbers, or k is not a number
 * @throws RangeError  if a value is not finite, or k is not a whole number ≥ 0
 * @throws ShapeError  if values is empty
 */
export function rawMoment(values: ArrayLike<number>, k: number): number {
  wholeNumber('k', k, 0);
  return average(checkNumbers('values', values), (x) => power(x, k));
}

/**
 * Central moment Σ (x − mean)^k / n of values. The third moment measures skew, the fourth kurtosis; neither is divided by a power
 * of the standard deviation.
 *
 * @param values  an array or typed array of at least one finite number
 * @param k       a whole number ≥ 0
 * @throws TypeError   if values is not an array of numbers, or k is not a number
 * @throws RangeError  if a value is not finite, or k is not a whole number ≥ 0
 * @throws ShapeError  if values is empty
 */
export function centralMoment(values: ArrayLike<number>, k: number): number {
  wholeNumber('k', k, 0);
  const numbers = checkNumbers('values', values);
  const centre = average(numbers, (x) => x);
  return average(numbers, (x) => power(x - centre, k));
}

/**
 * Expected value Σ x · P(x) of a discrete variable.
 *
 * @param values         an array or typed array of at least one finite number
 * @param probabilities  one number ≥ 0 for each value; their sum is 1 within 1e-9
 * @throws TypeError   if an argument is not an array of numbers
 * @throws RangeError  if a value is not finite, a probability is negative, or their sum is not 1
 * @throws ShapeError  if an argument is empty, or there is not one probability per value
 */
export function expectation(values: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const x = checkNumbers('values', values);
  const p = checkNumbers('probabilities', probabilities);
  if (p.length !== x.length) {
    throw new ShapeError(`probabilities: expected ${x.length}, one per value, got ${p.length}`, {
      argument: 'probabilities',
    });
  }
  const negative = p.findIndex((share) => share < 0);
  if (negative >= 0) {
    throw new RangeError(`probabilities[${negative}]: expected a number ≥ 0, got ${p[negative]}`);
  }
  const total = p.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > ROUNDING)
    throw new RangeError(`probabilities: expected a sum of 1, got ${total}`);
  return x.reduce((sum, value, i) => sum + value * p[i]!, 0);
}

/** Distribution of the values of a sample, as `statistics.distribution` counts it. */
export interface CountedDistribution {
  /** Different values, in ascending order. */
  readonly values: readonly number[];
  /** Number of times that each value occurs. */
  readonly counts: readonly number[];
  /** Share of each value, its count divided by the size of the sample. */
  readonly probabilities: readonly number[];
}

/**
 * Distribution P(x) of a sample, by counting how often each value occurs. `expectation(values, probabilities)` of the result is the
 * mean of the sample. -0 counts as 0.
 *
 * @param values  an array or typed array of at least one finite number
 * @throws TypeError   if values is not an array of numbers
 * @throws RangeError  if a value is not finite
 * @throws ShapeError  if values is empty
 */
export function distribution(values: ArrayLike<number>): CountedDistribution {
  const sample = checkNumbers('values', values);
  const found = new Map<number, number>();
  for (const value of sample) found.set(value, (found.get(value) ?? 0) + 1);
  const sorted = [...found].sort(([one], [other]) => one - other);
  const counts = sorted.map(([, count]) => count);
  return {
    values: sorted.map(([value]) => value),
    counts,
    probabilities: counts.map((count) => count / sample.length),
  };
}

/** Mean and variance of a variable. */
export interface Moments {
  /** Mean, finite. */
  readonly mean: number;
  /** Variance, finite and ≥ 0. */
  readonly variance: number;
}

/**
 * Variance of the product of two independent variables: Var x · Var y + Var x · (E y)² + Var y · (E x)². For the weights and
 * inputs of a layer, whose weights have mean 0, this is Var w · E[x²].
 *
 * @param x  mean and variance of the first variable
 * @param y  mean and variance of the second variable
 * @throws TypeError   if an argument is not an object of two numbers
 * @throws RangeError  if a mean is not finite, or a variance is not finite and ≥ 0
 */
export function productVariance(x: Moments, y: Moments): number {
  checkMoments('x', x);
  checkMoments('y', y);
  return x.variance * y.variance + x.variance * y.mean * y.mean + y.variance * x.mean * x.mean;
}

function checkMoments(argument: string, moments: Moments): void {
  // Other keys are allowed, because a distribution of `statistics` also has a density.
  if (!isObject(moments)) {
    throw new TypeError(`${argument}: expected an object with mean and variance, got ${show(moments)}`);
  }
  const { mean, variance } = moments;
  finiteNumber(`${argument}.mean`, mean);
  notNegativeNumber(`${argument}.variance`, variance);
}

/** Returns the mean of the terms. A second pass around the first result removes most of its rounding error. */
function average(values: readonly number[], term: (x: number) => number): number {
  const terms = values.map(term);
  const rough = terms.reduce((sum, value) => sum + value, 0) / terms.length;
  return rough + terms.reduce((sum, value) => sum + (value - rough), 0) / terms.length;
}

function power(x: number, k: number): number {
  let product = 1;
  for (let i = 0; i < k; i++) product *= x;
  return product;
}

function checkNumbers(argument: string, values: unknown): number[] {
  const given: ArrayLike<unknown> = settle(argument, values, 'an array of numbers');
  // finiteNumber is called for wrong values alone: building its message a million times would take longer than the mean.
  const numbers = Array.from(given, (x, i) =>
    Number.isFinite(x) ? (x as number) : finiteNumber(`${argument}[${i}]`, x),
  );
  if (numbers.length === 0) {
    throw new ShapeError(`${argument}: expected at least one number, got none`, { argument });
  }
  return numbers;
}
