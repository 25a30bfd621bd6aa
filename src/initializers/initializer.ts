import { elements, outputOf, settle, typedName } from '../arrays.js';
import {
  firstBeyond,
  isArray,
  LARGEST_F32,
  NonFiniteError,
  ShapeError,
  show,
  wholeNumber,
} from '../errors.js';
import { Rng } from '../numbers/random.js';

/** [fanIn, fanOut] of a kernel, row-major, or [units] of a bias. */
export type Shape = readonly [fanIn: number, fanOut: number] | readonly [units: number];

export interface InitializerOptions {
  /** The fans of the layer; by default the sides of the shape. A bias has no other way to know them. */
  readonly fanIn?: number;
  readonly fanOut?: number;
  /** Filled and returned instead of a new array. */
  readonly out?: Float32Array;
}

/** What an initializer is made of, as plain data, the same after JSON: its name and its options. */
export interface InitializerConfig {
  readonly name: string;
  /** null where a bound is infinite, for which JSON has no number. */
  readonly [option: string]: string | number | null | InitializerConfig;
}

/** The config of a function of the user's, which no config brings back. */
export const customConfig: InitializerConfig = /* @__PURE__ */ Object.freeze({ name: 'custom' });

/** True of the config of a function of the user's. */
export function isCustom(config: { readonly name?: unknown } | undefined): boolean {
  return config?.name === customConfig.name;
}

/** The config of an initializer; a function of the user's may have none. */
export function configOf(made: { readonly config?: InitializerConfig }): InitializerConfig {
  return made.config ?? customConfig;
}

/**
 * Draws the values of a shape from a stream of random numbers: the same stream, the same values.
 *
 * @throws RangeError  if a side of the shape is not a whole number ≥ 1, or `out` has another length
 */
export interface Initializer {
  (shape: Shape, rng: Rng, options?: InitializerOptions): Float32Array;
  readonly config: InitializerConfig;
}

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** What can be said of an initializer before it draws. */
export interface Expectation {
  readonly distribution: string;
  readonly mean: number;
  readonly variance: number;
  /** Largest size of a value; Infinity where there is none. */
  readonly limit: number;
  readonly formula: string;
  readonly source: string;
}

/** Values of the longest array that an engine makes. */
const LONGEST = 0x100000000;

type Draw = (rng: Rng, out: Float32Array, fans: Fans, shape: Shape) => void;
type Expect = (fans: Fans, shape: Shape) => Expectation;

const expectations = new WeakMap<object, Expect>();

/** Gives a draw the form of an initializer: shape, fans and `out` checked, config frozen onto it. */
export function initializer(config: InitializerConfig, expect: Expect, draw: Draw): Initializer {
  const run = (shape: Shape, rng: Rng, options: InitializerOptions = {}): Float32Array => {
    const sides = (isArray(shape) ? elements(shape, shape.length) : shape) as Shape;
    const n = size(sides);
    if (!(rng instanceof Rng)) {
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

/** What an initializer of the library promises for a shape; undefined for one of the user's. */
export function expectation(
  made: Initializer,
  shape: Shape,
  options: InitializerOptions = {},
): Expectation | undefined {
  return expectations.get(made)?.(fansOf(shape, options), shape);
}

/**
 * Runs an initializer and checks what came, as an array that nobody else holds: a custom one may be any function of the form.
 *
 * @throws TypeError if no Float32Array came back, ShapeError if its length is wrong, NonFiniteError
 */
export function drawChecked(
  argument: string,
  draw: Initializer,
  shape: Shape,
  rng: Rng,
  fans: Fans,
): Float32Array {
  const n = size(shape);
  const drawn: unknown = draw(shape, rng, fans);
  const expected = 'the initializer to return a Float32Array';
  if (typedName(drawn) !== 'Float32Array') {
    throw new TypeError(`${argument}: expected ${expected}, got ${show(drawn)}`);
  }
  const settled = settle(argument, drawn, expected) as Float32Array;
  // A user's function may keep what it returns, and write to it when it draws for the next layer.
  const values = expectations.has(draw) ? settled : settled.slice();
  if (values.length !== n) {
    throw new ShapeError(
      `${argument}: expected ${n} values for [${shape.join(', ')}], got ${values.length}`,
      {
        argument,
      },
    );
  }
  const index = firstBeyond(values, LARGEST_F32);
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
 * Refuses a constructor such as `heNormal` itself, where the initializer that it returns is expected.
 *
 * @param constructors  functions by name; any other function may be an initializer of the user's
 * @throws TypeError that says how to call it
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

/** How many values a shape has. @throws TypeError or RangeError if it is none. */
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
