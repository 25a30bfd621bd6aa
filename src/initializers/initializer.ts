import { elements, outputOf, settle, typedName } from '../arrays.js';
import {
  firstBeyond,
  isArray,
  isObject,
  LARGEST_F32,
  NonFiniteError,
  ShapeError,
  show,
  wholeNumber,
} from '../errors.js';
import { Rng } from '../numbers/random.js';

/** Shape of drawn values: [fanIn, fanOut] of a kernel, row-major, or [units] of a bias. */
export type Shape = readonly [fanIn: number, fanOut: number] | readonly [units: number];

/** Options of a draw. */
export interface InitializerOptions {
  /** Number of inputs of the layer; default the rows of the shape. A bias needs it. */
  readonly fanIn?: number;
  /** Number of units of the layer; default the columns of the shape. A bias needs it. */
  readonly fanOut?: number;
  /** Array to fill and return, instead of a new one. */
  readonly out?: Float32Array;
}

/** Name and options of an initializer as plain data, which survive a JSON round trip. */
export interface InitializerConfig {
  /** Name of the initializer; 'custom' for a function of the user. */
  readonly name: string;
  /** Value of an option; null if a bound is infinite, because JSON has no number for it. */
  readonly [option: string]: string | number | null | InitializerConfig;
}

/** Config of a custom function. No initializer can be made from it. */
export const customConfig: InitializerConfig = /* @__PURE__ */ Object.freeze({ name: 'custom' });

/** Returns true for the config of a custom function. */
export function isCustom(config: { readonly name?: unknown } | undefined): boolean {
  return config?.name === customConfig.name;
}

/** Returns the config of an initializer. A custom function may have none. */
export function configOf(made: { readonly config?: InitializerConfig }): InitializerConfig {
  return made.config ?? customConfig;
}

/**
 * Function that draws the values of a shape from a stream of random numbers. The same stream gives the same values.
 *
 * @throws TypeError   if the shape or the stream is of the wrong kind
 * @throws RangeError  if a side of the shape is not a whole number ≥ 1, or `out` has another length
 */
export interface Initializer {
  /** Draws the values, row-major. `options` has the fans of the layer and an array to fill. */
  (shape: Shape, rng: Rng, options?: InitializerOptions): Float32Array;
  /** Name and options from which the initializer can be made again. */
  readonly config: InitializerConfig;
}

/** Inputs and units of a layer, which set the variance of its weights. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Expected distribution of an initializer's values, before any draw. */
export interface Expectation {
  /** Name of the distribution, such as 'truncatedNormal'. */
  readonly distribution: string;
  /** Mean of the values. */
  readonly mean: number;
  /** Variance of the values. */
  readonly variance: number;
  /** Largest magnitude of a value; Infinity if there is no limit. */
  readonly limit: number;
  /** Formula of the variance or of the bounds. */
  readonly formula: string;
  /** Paper and library from which the formula comes. */
  readonly source: string;
}

/** Number of values of the longest array that an engine can make. */
const LONGEST = 0x100000000;

type Draw = (rng: Rng, out: Float32Array, fans: Fans, shape: Shape) => void;
type Expect = (fans: Fans, shape: Shape) => Expectation;

const expectations = new WeakMap<object, Expect>();

/** Makes an initializer from a draw. The initializer checks shape, fans and `out`, and has the frozen config as a property. */
export function initializer(config: InitializerConfig, expect: Expect, draw: Draw): Initializer {
  const run = (shape: Shape, rng: Rng, options: InitializerOptions = {}): Float32Array => {
    const sides = (isArray(shape) ? elements(shape, shape.length) : shape) as Shape;
    const n = size(sides);
    if (!(isObject(rng) && rng instanceof Rng)) {
      const hint = (rng as unknown) === Rng ? '; call it: new Rng(seed)' : '';
      throw new TypeError(`rng: expected an Rng, got ${show(rng)}${hint}`);
    }
    const { out } = options;
    const filled = out === undefined ? new Float32Array(n) : outputOf(out, Float32Array, n);
    draw(rng, filled, fansOf(sides, options), sides);
    return out ?? filled;
  };
  const made = Object.defineProperty(run, 'config', { value: Object.freeze(config), enumerable: true });
  expectations.set(made, expect);
  return made as Initializer;
}

/** Returns what an initializer of the library expects for a shape; undefined for a custom one. */
export function expectation(
  made: Initializer,
  shape: Shape,
  options: InitializerOptions = {},
): Expectation | undefined {
  return expectations.get(made)?.(fansOf(shape, options), shape);
}

/**
 * Runs an initializer and checks its values. Returns them in `out` or in an array that nobody else holds, because a custom
 * initializer may be any function of this form.
 *
 * @param out  array that an initializer of the library fills; a custom one does not get it
 * @throws TypeError if the result is not a Float32Array, ShapeError if its length is wrong, NonFiniteError if a value is not
 *         finite
 */
export function drawChecked(
  argument: string,
  draw: Initializer,
  shape: Shape,
  rng: Rng,
  fans: Fans,
  out?: Float32Array,
): Float32Array {
  const n = size(shape);
  const own = expectations.has(draw);
  const drawn: unknown = draw(shape, rng, own && out !== undefined ? { ...fans, out } : fans);
  const expected = 'the initializer to return a Float32Array';
  if (typedName(drawn) !== 'Float32Array') {
    throw new TypeError(`${argument}: expected ${expected}, got ${show(drawn)}`);
  }
  const settled = settle(argument, drawn, expected) as Float32Array;
  // A custom function may keep the array that it returns, and overwrite it when it draws for the next layer.
  const values = own ? settled : settled.slice();
  if (values.length !== n) {
    throw new ShapeError(
      `${argument}: expected ${n} values for [${shape.join(', ')}], got ${values.length}`,
      {
        argument,
      },
    );
  }
  // The engine's search takes 1 ms for 200 000 values. A loop that it has not compiled yet takes 9 ms or more (Node 20 and 26).
  const suspect = [Number.NaN, Infinity, -Infinity].some((value) => values.includes(value));
  const index = suspect ? firstBeyond(values, LARGEST_F32) : -1;
  if (index >= 0) {
    const value = values[index]!;
    throw new NonFiniteError(`${argument}: the initializer's value ${index} is ${value}`, {
      argument,
      index,
      value,
    });
  }
  return values;
}

/**
 * Refuses a constructor, such as `heNormal` itself, where an initializer is expected.
 *
 * @param constructors  constructors by name; any other function may be a custom initializer
 * @throws TypeError that says how to call the constructor
 */
export function refuseConstructor(
  argument: string,
  value: unknown,
  constructors: Readonly<Record<string, unknown>>,
): void {
  const name = Object.keys(constructors).find((name) => constructors[name] === value);
  if (typeof value !== 'function' || name === undefined) return;
  throw new TypeError(`${argument}: expected an initializer, got function ${name}; call it: ${name}()`);
}

/** Returns the number of values of a shape. @throws TypeError or RangeError if it is not a valid shape */
export function size(shape: Shape): number {
  if (!isArray(shape) || shape.length < 1 || shape.length > 2) {
    throw new TypeError(`shape: expected [fanIn, fanOut] or [units], got ${show(shape)}`);
  }
  const n = shape.reduce(
    (product: number, side: unknown, i) => product * wholeNumber(`shape[${i}]`, side, 1),
    1,
  );
  if (n > LONGEST) {
    throw new RangeError(`shape: [${shape.join(', ')}] has ${n} values, more than any array holds`);
  }
  return n;
}

function fansOf(shape: Shape, { fanIn = shape[0], fanOut = shape[1] ?? shape[0] }: InitializerOptions): Fans {
  wholeNumber('fanIn', fanIn, 1);
  wholeNumber('fanOut', fanOut, 1);
  return { fanIn, fanOut };
}
