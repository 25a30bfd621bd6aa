import { finiteF32, NonFiniteError, numberAt, ShapeError, show, wholeNumber } from '../errors.js';
import type { CheckedTargets } from './samples.js';

/** A weight for each class: an array of all of them, or an object by class index in which the rest weigh 1. */
export type ClassWeight = ArrayLike<number> | Readonly<Record<number, number>>;

/** How the rows of a batch count. */
export interface RowWeights {
  /** A weight a row, ≥ 0. */
  readonly sampleWeight?: ArrayLike<number>;
  /** A weight a class, for losses that have classes. */
  readonly classWeight?: ClassWeight;
}

/**
 * One weight a row: what was given, times the weight of the row's class.
 *
 * @returns undefined where every row weighs 1
 * @throws TypeError, ShapeError, RangeError or NonFiniteError that names the argument
 */
export function checkRowWeights(
  argument: string,
  sampleWeight: unknown,
  classWeight: Float64Array | undefined,
  { classes, values, rows }: CheckedTargets,
): Float64Array | undefined {
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  const weights = new Float64Array(rows).fill(1);
  if (sampleWeight !== undefined) copyChecked(argument, sampleWeight, weights);
  if (classWeight !== undefined) {
    // The labels of a single sigmoid unit are its two classes.
    for (let r = 0; r < rows; r++) weights[r]! *= classWeight[classes?.[r] ?? Number(values![r]! >= 0.5)]!;
    const index = weights.findIndex((weight) => Math.fround(weight) === Infinity);
    if (index >= 0) {
      const value = weights[index]!;
      const message = `${argument}: weight ${index} times that of its class is ${value}, infinite as a 32-bit float`;
      throw new NonFiniteError(message, { argument, index, value });
    }
  }
  checkSomeWeight(argument, weights);
  return weights;
}

/** As a 32-bit float, which a weight is in the network's memory. @throws RangeError if every row weighs 0 */
export function checkSomeWeight(argument: string, weights: Float64Array): void {
  if (!weights.some((weight) => Math.fround(weight) > 0)) {
    throw new RangeError(`${argument}: every row weighs 0, which leaves nothing to measure`);
  }
}

function copyChecked(argument: string, given: unknown, weights: Float64Array): void {
  if (!Array.isArray(given) && !(ArrayBuffer.isView(given) && 'length' in given)) {
    throw new TypeError(`${argument}: expected ${weights.length} numbers, one a row, got ${show(given)}`);
  }
  const numbers = given as ArrayLike<unknown>;
  if (numbers.length !== weights.length) {
    const message = `${argument}: expected ${weights.length} weights, one a row, got ${numbers.length}`;
    throw new ShapeError(message, { argument });
  }
  for (let index = 0; index < weights.length; index++) {
    const value = numberAt(`${argument}[${index}]`, numbers[index]);
    if (!Number.isFinite(Math.fround(value))) {
      throw new NonFiniteError(`${argument}: weight ${index} is ${value}`, { argument, index, value });
    }
    if (value < 0) throw new RangeError(`${argument}: weight ${index} is ${value}, expected a number ≥ 0`);
    weights[index] = value;
  }
}

/**
 * The weights of all classes.
 *
 * @param classes  how many there are; 0 where the loss has none
 */
export function checkClassWeight(value: unknown, classes: number): Float64Array | undefined {
  if (value === undefined) return undefined;
  if (classes === 0) throw new RangeError(`classWeight: the loss has no classes; use sampleWeight`);
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`classWeight: expected an array or an object of weights, got ${show(value)}`);
  }
  const weights = new Float64Array(classes).fill(1);
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  if (isList && (value as ArrayLike<number>).length !== classes) {
    const { length } = value as ArrayLike<number>;
    throw new ShapeError(`classWeight: expected ${classes} weights, one a class, got ${length}`, {
      argument: 'classWeight',
    });
  }
  if (!isList && !isPlain(value)) {
    throw new TypeError(`classWeight: expected an array or a plain object of weights, got ${show(value)}`);
  }
  // Of a list every index, since its keys would step over a hole.
  for (const key of isList ? weights.keys() : Object.keys(value)) {
    const at = `classWeight[${key}]`;
    // Only as an index is written: '0x1' and '' are no classes.
    const index = String(Number(key)) === String(key) ? Number(key) : NaN;
    if (wholeNumber(at, index, 0) >= classes) {
      throw new RangeError(`${at}: expected a class from 0 to ${classes - 1}`);
    }
    const weight = finiteF32(at, (value as Record<string, unknown>)[key]);
    if (weight < 0) throw new RangeError(`${at}: expected a weight ≥ 0, got ${weight}`);
    weights[index] = weight;
  }
  return weights;
}

/** True of what a literal or JSON makes: a Map, say, has no keys of its own, and its weights would count for nothing. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
