import { nearestName } from './hints.js';

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

/** Largest number of characters of a user's text that a message shows. */
const LONGEST_SHOWN = 60;

/** Shortens the text of a user or a file for a message. */
export function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** Describes a value for a message: primitives as in code, objects by the name of their class. */
export function show(value: unknown): string {
  if (isRevoked(value)) return 'a revoked Proxy';
  if (typeof value === 'string') return `'${shortened(value)}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (value === null || typeof value !== 'object') return String(value);
  const name = className(value);
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
  if (isList) return `${name ?? 'an array'} of ${(value as unknown as ArrayLike<unknown>).length}`;
  // A Proxy of a typed array has the name of its class, but cannot be read as one.
  const imitates = /^[A-Z]\w*\d\w*Array$/.test(name ?? '')
    ? ' that is not itself an array, such as a Proxy of one'
    : '';
  return `an object (${name ?? 'no prototype'})${imitates}`;
}

/** Returns true for an array, and false for a revoked Proxy, for which `Array.isArray` throws without naming the argument. */
export function isArray(value: unknown): value is unknown[] {
  return !isRevoked(value) && Array.isArray(value);
}

/** Returns true for an object that is neither an array nor a revoked Proxy. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isRevoked(value) && !Array.isArray(value);
}

/** Returns true for a Proxy that was revoked, of which every question throws. */
export function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

/** Returns the name of an object's class; undefined for an object without a prototype. */
function className(value: object): string | undefined {
  const prototype: { constructor?: { name?: unknown } } | null = Object.getPrototypeOf(value);
  if (prototype === null) return undefined;
  // The name is read from the prototype, because an object from JSON may have an own property `constructor` that is not its
  // class.
  const name = prototype.constructor?.name;
  // A generator's constructor has no name, but its tag names the kind.
  return typeof name === 'string' && name !== '' ? name : Object.prototype.toString.call(value).slice(8, -1);
}

/** Returns true for an error of any realm, also for a DOMException. */
export function isError(value: unknown): value is Error {
  return ['[object Error]', '[object DOMException]'].includes(Object.prototype.toString.call(value));
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

/**
 * Checks that a value is one of the `names`. @throws TypeError that suggests the name that is probably meant, see `nearestName`
 */
export function oneOf<Name extends string>(argument: string, value: unknown, names: readonly Name[]): Name {
  if (typeof value !== 'string') {
    const hint = typeof value === 'function' && names.includes(value.name as Name);
    throw new TypeError(
      `${argument}: expected one of ${names.join(', ')}, got ${show(value)}${hint ? `; write its name: '${value.name}'` : ''}`,
    );
  }
  if (!names.includes(value as Name)) {
    const given = shortened(value);
    throw new TypeError(
      `${argument}: unknown name '${given}'; did you mean '${nearestName(given, names)}'? Known: ${names.join(', ')}`,
    );
  }
  return value as Name;
}

/** Returns true for a plain object of any realm. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Tags of objects that may hold options. A Map or a Promise is refused: its options would not be own keys, so all defaults would
 * silently apply.
 */
const optionTags = ['[object Object]', '[object Module]'];

/** Checks an object with options. @throws TypeError if it cannot hold options, or has a key that is not among `keys` */
export function knownKeys(argument: string, value: unknown, keys: readonly string[]): void {
  if (!isObject(value)) {
    throw new TypeError(`${argument}: expected an object, got ${show(value)}`);
  }
  const given = Object.keys(value);
  if (given.length === 0 && !optionTags.includes(Object.prototype.toString.call(value))) {
    throw new TypeError(`${argument}: expected a plain object, got ${show(value)}`);
  }
  for (const key of given) {
    if (!keys.includes(key)) {
      const name = shortened(key);
      const known =
        keys.length === 0
          ? 'there are none here'
          : `did you mean '${nearestName(name, keys)}'? Known: ${keys.join(', ')}`;
      throw new TypeError(`${argument}.${name}: unknown option; ${known}`);
    }
  }
}

/**
 * Returns the message of a caught value, which need not be an error. Callers keep this text instead of the error, because an
 * error keeps the objects of its stack alive.
 */
export function messageOf(cause: unknown): string {
  const message = (cause as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : String(cause);
}
