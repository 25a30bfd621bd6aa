import { show, wholeNumber } from '../errors.js';
import { Rng } from '../random.js';

/** [fanIn, fanOut] of a kernel, row-major, or [units] of a bias. */
export type Shape = readonly [fanIn: number, fanOut: number] | readonly [units: number];

export interface InitializerOptions {
  /** The fans of the layer; by default the sides of the shape. A bias has no other way to know them. */
  readonly fanIn?: number;
  readonly fanOut?: number;
  /** Filled and returned instead of a new array. */
  readonly out?: Float32Array;
}

/** What an initializer is made of, as plain data: its name and its options. */
export interface InitializerConfig {
  readonly name: string;
  readonly [option: string]: string | number | InitializerConfig;
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

type Draw = (rng: Rng, out: Float32Array, fans: Fans, shape: Shape) => void;
type Expect = (fans: Fans, shape: Shape) => Expectation;

const expectations = new WeakMap<object, Expect>();

/** Gives a draw the form of an initializer: shape, fans and `out` checked, config frozen onto it. */
export function initializer(config: InitializerConfig, expect: Expect, draw: Draw): Initializer {
  const run = (shape: Shape, rng: Rng, options: InitializerOptions = {}): Float32Array => {
    const n = size(shape);
    if (!(rng instanceof Rng)) throw new TypeError(`rng: expected an Rng, got ${show(rng)}`);
    const { out = new Float32Array(n) } = options;
    if (!(out instanceof Float32Array)) throw new TypeError(`out: expected a Float32Array, got ${show(out)}`);
    if (out.length !== n) throw new RangeError(`out: expected ${n} values, got ${out.length}`);
    draw(rng, out, fansOf(shape, options), shape);
    return out;
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

/** How many values a shape has. @throws TypeError or RangeError if it is none. */
export function size(shape: Shape): number {
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 2) {
    throw new TypeError(`shape: expected [fanIn, fanOut] or [units], got ${show(shape)}`);
  }
  return shape.reduce(
    (product: number, side: unknown, i) => product * wholeNumber(`shape[${i}]`, side, 1),
    1,
  );
}

function fansOf(shape: Shape, { fanIn = shape[0], fanOut = shape[1] ?? shape[0] }: InitializerOptions): Fans {
  wholeNumber('fanIn', fanIn, 1);
  wholeNumber('fanOut', fanOut, 1);
  return { fanIn, fanOut };
}
