import { nearestName } from './hints.js';
import { checkKeys, checkName } from './names.js';
import { show } from './show.js';

export { counted, isArray, isError, isObject, isPlain, isRevoked, shortened, show } from './show.js';

/** Place to which a ShapeError or NonFiniteError refers. */
export interface ErrorPlace {
  /** Argument at fault, such as `x` or `layers[1].units`. */
  readonly argument?: string;
  /** Index of the layer, from 0. */
  readonly layer?: number;
  /** Position of the value in the flattened data, from 0. */
  readonly index?: number;
  /** Value at fault. */
  readonly value?: number;
  /** Number of the epoch, from 1. */
  readonly epoch?: number;
  /** Number of the batch in its epoch, from 1. */
  readonly batch?: number;
}

/** Error about data whose size or form does not fit the model. */
export class ShapeError extends RangeError {
  /** Name of the error's class. */
  override readonly name = 'ShapeError';
  /** Argument at fault, if the error is about one. */
  readonly argument: string | undefined;
  /** Index of the layer, from 0. */
  readonly layer: number | undefined;
  /** Position of the value in the flattened data, from 0. */
  readonly index: number | undefined;

  /** Creates an error. `place` says to which argument and value the message refers. */
  constructor(message: string, place: ErrorPlace = {}) {
    super(message);
    this.argument = place.argument;
    this.layer = place.layer;
    this.index = place.index;
  }
}

/** Error about a NaN or infinite value, in data or during training. */
export class NonFiniteError extends RangeError {
  /** Name of the error's class. */
  override readonly name = 'NonFiniteError';
  /** Argument at fault, if the error is about one. */
  readonly argument: string | undefined;
  /** Index of the layer, from 0. */
  readonly layer: number | undefined;
  /** Position of the value in the flattened data, from 0. */
  readonly index: number | undefined;
  /** Value at fault. */
  readonly value: number | undefined;
  /** Number of the epoch, from 1, if the error occurred in a fit. */
  readonly epoch: number | undefined;
  /** Number of the batch in its epoch, from 1, if the error occurred in a fit. */
  readonly batch: number | undefined;

  /** Creates an error. `place` says to which argument and value the message refers. */
  constructor(message: string, place: ErrorPlace = {}) {
    super(message);
    this.argument = place.argument;
    this.layer = place.layer;
    this.index = place.index;
    this.value = place.value;
    this.epoch = place.epoch;
    this.batch = place.batch;
  }
}

/**
 * Error about a call that comes at the wrong moment: before `compile`, before a scaling has learned from data, or while another
 * call changes the model. The arguments themselves are right.
 */
export class StateError extends Error {
  /** Name of the error's class. */
  override readonly name = 'StateError';
}

/** Returns the error for a part of the library that a page has not loaded. @param use  function of evenkeel/extras that loads it */
export function notLoaded(argument: string, what: string, use: string): StateError {
  return new StateError(
    `${argument}: ${what} is not loaded here; import { ${use} } from 'evenkeel/extras' and call ${use}() first`,
  );
}

/** Checks a whole number ≥ least. @throws TypeError if it is not a number, RangeError if it is any other number */
export function wholeNumber(argument: string, value: unknown, least: number): number {
  // The message is built only for an error, because this check runs for every row and twice per batch.
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${argument}: expected a whole number ≥ ${least}, got ${show(value)}`);
}

/** Checks a boolean. @throws TypeError */
export function trueOrFalse(argument: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TypeError(`${argument}: expected true or false, got ${show(value)}`);
}

/** Checks an optional function. @throws TypeError */
export function checkFunction(argument: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`${argument}: expected a function, got ${show(value)}`);
  }
}

/**
 * Checks that an element is a number. @throws TypeError, also for values that JavaScript would convert: null, true, '3', a hole,
 * a BigInt
 */
export function numberAt(argument: string, value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`${argument}: expected a number, got ${show(value)}`);
  return value;
}

/** Checks a finite number. @throws TypeError if it is not a number, RangeError if it is NaN or infinite */
export function finiteNumber(argument: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${argument}: expected a finite number, got ${show(value)}`);
}

/** Checks a finite number > 0. @throws TypeError or RangeError */
export function positiveNumber(argument: string, value: unknown): number {
  const number = finiteNumber(argument, value);
  if (number > 0) return number;
  throw new RangeError(`${argument}: expected a number > 0, got ${number}`);
}

/** Checks a finite number ≥ 0. @throws TypeError or RangeError */
export function notNegativeNumber(argument: string, value: unknown): number {
  const number = finiteNumber(argument, value);
  if (number >= 0) return number;
  throw new RangeError(`${argument}: expected a number ≥ 0, got ${number}`);
}

/** Largest finite 32-bit float. */
export const LARGEST_F32 = 3.4028234663852886e38;

/** Returns the index of the first value that is NaN or beyond ±bound; −1 if there is none. */
export function firstBeyond(values: Float32Array | Float64Array, bound: number): number {
  for (let i = 0; i < values.length; i++) {
    // The comparison is written so that NaN fails it too.
    if (!(Math.abs(values[i]!) <= bound)) return i;
  }
  return -1;
}

/** Checks a number that is finite as a 32-bit float. @throws TypeError or RangeError */
export function finiteF32(argument: string, value: unknown): number {
  const number = finiteNumber(argument, value);
  if (Math.abs(number) > LARGEST_F32) {
    throw new RangeError(`${argument}: expected a number that is finite as a 32-bit float, got ${number}`);
  }
  return number;
}

/** Checks a number that is > 0 as a 32-bit float, in which training computes. @throws TypeError or RangeError */
export function positiveF32(argument: string, value: unknown): number {
  const number = finiteF32(argument, value);
  if (Math.fround(number) > 0) return number;
  throw new RangeError(`${argument}: expected a number > 0, got ${number}`);
}

/** Checks a number ≥ 0 that is finite as a 32-bit float. @throws TypeError or RangeError */
export function notNegativeF32(argument: string, value: unknown): number {
  const number = finiteF32(argument, value);
  if (number >= 0) return number;
  throw new RangeError(`${argument}: expected a number ≥ 0, got ${number}`);
}

/**
 * Checks mean and standard deviation of a normal distribution.
 *
 * @param spread  name of the option that holds the standard deviation
 * @throws TypeError or RangeError that names the option at fault
 */
export function checkNormal(mean: unknown, std: unknown, spread: 'std' | 'stddev'): void {
  finiteF32('mean', mean);
  notNegativeF32(spread, std);
}

/** Checks a name like `checkName`, and also suggests names for those of other libraries. @throws TypeError */
export function oneOf<Name extends string>(argument: string, value: unknown, names: readonly Name[]): Name {
  return checkName(argument, value, names, nearestName);
}

/** Checks keys like `checkKeys`, and also suggests keys for those of other libraries. @throws TypeError */
export function knownKeys(argument: string, value: unknown, keys: readonly string[]): void {
  checkKeys(argument, value, keys, nearestName);
}

/**
 * Returns the message of a caught value, which need not be an error. Callers keep this text instead of the error, because an
 * error keeps the objects of its stack alive.
 */
export function messageOf(cause: unknown): string {
  const message = (cause as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(cause);
}
