import { settle } from '../arrays.js';
import { finiteNumber, notNegativeNumber, ShapeError, show, wholeNumber } from '../errors.js';

/** How far probabilities may be from summing to 1, as decimals are. */
const ROUNDING = 1e-9;

/**
 * Σ x / n.
 *
 * @param values  an array or typed array of one finite number and more
 * @throws TypeError, RangeError or ShapeError that opens with `values`
 */
export function mean(values: ArrayLike<number>): number {
  return average(checkNumbers('values', values), (x) => x);
}

/** Σ (x − mean)² / n, of a population: divided by n, not n − 1. @throws as `mean` */
export function variance(values: ArrayLike<number>): number {
  return centralMoment(values, 2);
}

/** The root of `variance`. @throws as `mean` */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values));
}

/** Σ x^k / n. @throws as `mean`, and RangeError if k is not a whole number ≥ 0 */
export function rawMoment(values: ArrayLike<number>, k: number): number {
  wholeNumber('k', k, 0);
  return average(checkNumbers('values', values), (x) => power(x, k));
}

/** Σ (x − mean)^k / n: the third is the skew, the fourth the kurtosis, neither divided by a power of the spread. @throws as `rawMoment` */
export function centralMoment(values: ArrayLike<number>, k: number): number {
  wholeNumber('k', k, 0);
  const numbers = checkNumbers('values', values);
  const centre = average(numbers, (x) => x);
  return average(numbers, (x) => power(x - centre, k));
}

/**
 * Σ x · P(x), of a discrete variable.
 *
 * @param probabilities  one a value, ≥ 0, their sum 1 within 1e-9
 * @throws TypeError, RangeError or ShapeError that opens with the argument
 */
export function expectation(values: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const x = checkNumbers('values', values);
  const p = checkNumbers('probabilities', probabilities);
  if (p.length !== x.length) {
    throw new ShapeError(`probabilities: expected ${x.length}, one a value, got ${p.length}`, {
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

interface Moments {
  readonly mean: number;
  /** ≥ 0 */
  readonly variance: number;
}

/**
 * Of the product of two independent variables: Var x · Var y + Var x · (E y)² + Var y · (E x)². Of the weights and inputs of
 * a layer, whose weights have mean 0, Var w · E[x²] is left.
 *
 * @throws TypeError or RangeError that opens with the argument
 */
export function productVariance(x: Moments, y: Moments): number {
  checkMoments('x', x);
  checkMoments('y', y);
  return x.variance * y.variance + x.variance * y.mean * y.mean + y.variance * x.mean * x.mean;
}

function checkMoments(argument: string, moments: Moments): void {
  // More keys are welcome: a distribution has a density, too.
  if (typeof moments !== 'object' || moments === null) {
    throw new TypeError(`${argument}: expected an object with mean and variance, got ${show(moments)}`);
  }
  const { mean, variance } = moments;
  finiteNumber(`${argument}.mean`, mean);
  notNegativeNumber(`${argument}.variance`, variance);
}

/** Once more about the first result, which takes most of its rounding away. */
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
  // A message for each of a million values would take longer than their mean.
  const numbers = Array.from(given, (x, i) =>
    Number.isFinite(x) ? (x as number) : finiteNumber(`${argument}[${i}]`, x),
  );
  if (numbers.length === 0) {
    throw new ShapeError(`${argument}: expected at least one number, got none`, { argument });
  }
  return numbers;
}
