import { outputOf, settleLike, type TypedConstructor } from '../arrays.js';
import type { Arena } from '../backend/arena.js';
import { type DrawName, draws } from '../backend/draws.js';
import { philox } from '../backend/javascript/philox.js';
import type { Address } from '../backend/kernels.js';
import { checkNormal, finiteF32, knownKeys, show, wholeNumber } from '../errors.js';
import { notItself, refuseProxies } from '../proxies.js';
import { SMALLEST_NORMAL } from './exponents.js';
import { cumulative } from './normal.js';

/** Position of a draw in its stream, and the array that it fills. */
export interface DrawOptions<Out = Float32Array> {
  /** Index of the first value in the stream; default 0. */
  readonly offset?: number;
  /** Array of n values that is filled and returned instead of a new one. */
  readonly out?: Out;
}

/** Options of `Rng.uniform`. */
export interface UniformDrawOptions extends DrawOptions {
  /** Smallest possible value, finite; default 0. */
  readonly low?: number;
  /** Bound that no value reaches, finite; default 1. */
  readonly high?: number;
}

/** Options of `Rng.normal`. */
export interface NormalDrawOptions extends DrawOptions {
  /** Mean; default 0. */
  readonly mean?: number;
  /** Standard deviation, ≥ 0; default 1. */
  readonly std?: number;
}

/** Options of `Rng.truncatedNormal`. */
export interface TruncatedNormalDrawOptions extends DrawOptions {
  /** Mean of the normal before the cut; default 0. */
  readonly mean?: number;
  /** Standard deviation of the normal before the cut, ≥ 0; default 1. */
  readonly std?: number;
  /** Lower bound in standard deviations from the mean; default −2, −Infinity for none. */
  readonly low?: number;
  /** Upper bound in standard deviations from the mean; default 2, Infinity for none. */
  readonly high?: number;
}

/** Label of a stream: a text, or a whole number of at most 53 bits. */
export type Label = string | number;

/**
 * Computes four random words from a counter of four words and a key of two by Philox4x32-10 (Salmon et al. 2011). The words equal
 * those of Random123's philox4x32.
 *
 * @param counter  four whole numbers from 0 to 2³² − 1
 * @param key      two whole numbers from 0 to 2³² − 1
 * @throws TypeError   if counter or key is not an array of numbers of that length
 * @throws RangeError  if a word is not a whole number from 0 to 2³² − 1
 */
export function philox4x32(counter: ArrayLike<number>, key: ArrayLike<number>): Uint32Array {
  const [c0, c1, c2, c3] = checkWords('counter', counter, 4) as [number, number, number, number];
  const [k0, k1] = checkWords('key', key, 2) as [number, number];
  const words = new Uint32Array(4);
  philox(words, 0, c0, c1, c2, c3, k0, k1);
  return words;
}

function checkWords(argument: string, words: ArrayLike<number>, n: number): number[] {
  const given = settleLike(argument, words, `${n} words`);
  if (given.length !== n) throw new TypeError(`${argument}: expected ${n} words, got ${show(words)}`);
  return Array.from(given, (word, i) => {
    const checked = wholeNumber(`${argument}[${i}]`, word, 0);
    if (checked < WORD) return checked;
    throw new RangeError(`${argument}[${i}]: expected a whole number below 2^32, got ${checked}`);
  });
}

const WORD = 0x100000000;
const MASK = 0xffffffffffffffffn;
/** Offset basis and prime of the 64-bit FNV-1a hash (RFC 9923). */
const FNV_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

const drawKeys = ['offset', 'out'] as const;

/** Values drawn per kernel call, which take 64 KB of the shared memory. */
const CHUNK = 16384;
/** Largest number of values of one draw; no array holds more. */
const LONGEST = WORD;
/** Half of one of 2³² steps; the first step is drawn at its middle. */
const HALF_STEP = 1.1641532182693481e-10;
/** Bytes that a draw may use besides its output. */
const SCRATCH = 128;

type StreamWords = [key0: number, key1: number, path0: number, path1: number];

/** Reads the private fields of a stream. The first stream sets it, so that importing the class has no effect. */
let read: ((rng: Rng) => StreamWords) | undefined;

/**
 * Returns key and path of a stream as the kernels take them, low words first. Not exported to users.
 *
 * @throws TypeError if the value is not a stream itself
 */
export function wordsOf(rng: Rng): StreamWords {
  if (read === undefined) throw notItself('rng', 'rng', rng);
  return read(rng);
}

/**
 * An immutable stream of random numbers. It has no state: the same call always returns the same values.
 *
 * Value i depends on (seed, path, i) alone. The generator is Philox4x32-10 (Salmon et al. 2011). The key is the seed; a string seed
 * is hashed like a label. Counter words 2 and 3 are the path, words 0 and 1 the index. The path is the 64-bit FNV-1a hash of the
 * labels, one after another. A string label is hashed as the byte 1, its length in UTF-16 units as four bytes, and each unit as two
 * bytes. A whole number is hashed as the byte 2 and eight bytes. All are little-endian.
 *
 * @example
 * const rng = new Rng(42);
 * rng.split('w1').normal(4);              // always the same four numbers, on every engine
 * rng.split('w1').normal(2, { offset: 2 });   // the last two of them
 */
export class Rng {
  #key: bigint;
  #path = FNV_BASIS;

  /**
   * Creates the stream of a seed.
   *
   * @param seed  a whole number of 53 bits, which may be negative, or any string
   * @throws TypeError   if seed is neither a number nor a string
   * @throws RangeError  if seed is a number that is not a safe integer
   */
  constructor(seed: number | string) {
    if (read === undefined) {
      const itself = refuseProxies(streamClass().prototype, 'rng', (value) => #key in value);
      read = (rng) => [...halves(itself(rng).#key), ...halves(rng.#path)];
    }
    checkLabel('seed', seed);
    this.#key = typeof seed === 'number' ? BigInt.asUintN(64, BigInt(seed)) : hash(FNV_BASIS, encode(seed));
  }

  /**
   * Returns the stream at a label below this one. Streams at different labels are independent.
   *
   * @param label  a string or a whole number of at most 53 bits
   * @throws TypeError   if label is neither a string nor a number
   * @throws RangeError  if label is a number that is not a safe integer
   */
  split(label: Label): Rng {
    checkLabel('label', label);
    const child = new (streamClass())(0);
    child.#key = this.#key;
    child.#path = hash(this.#path, encode(label));
    return child;
  }

  /** Throws, so that `JSON.stringify` does not silently turn a stream into `{}`. @throws TypeError always */
  toJSON(): never {
    throw new TypeError('rng: JSON would lose its stream; keep the seed and the labels that make it');
  }

  /**
   * Draws n random words of 32 bits. Value i is word i mod 4 of Philox block ⌊i / 4⌋.
   *
   * @param n        number of words
   * @param options  index of the first word, and an array to fill; default 0 and a new array
   * @throws TypeError or RangeError  if n or an option is not valid
   */
  bits(n: number, options: DrawOptions<Uint32Array> = {}): Uint32Array {
    knownKeys('options', options, drawKeys);
    return this.#words('random_bits', n, options);
  }

  /**
   * Draws n whole numbers from [0, below), each from 64 random bits. There is no modulo bias; the remaining bias is under 2⁻³².
   *
   * @param n        number of values
   * @param below    a whole number from 1 to 2³²
   * @param options  index of the first value, and an array to fill; default 0 and a new array
   * @throws TypeError or RangeError  if n or an option is not valid
   * @throws RangeError  if below is not a whole number from 1 to 2³²
   */
  integers(n: number, below: number, options: DrawOptions<Uint32Array> = {}): Uint32Array {
    knownKeys('options', options, drawKeys);
    if (wholeNumber('below', below, 1) > WORD) {
      throw new RangeError(`below: expected a whole number from 1 to 2^32, got ${below}`);
    }
    return this.#words('random_integers', n, options, below);
  }

  /**
   * Draws a permutation of 0…n − 1. All permutations are equally likely (Fisher–Yates with 64 random bits per place).
   *
   * @param n        number of values
   * @param options  an array to fill; default a new array
   * @throws TypeError or RangeError  if n or an option is not valid
   */
  permutation(n: number, options: Pick<DrawOptions<Uint32Array>, 'out'> = {}): Uint32Array {
    knownKeys('options', options, ['out']);
    const order = this.#words('random_choices', n, options);
    // Inside out: place i holds its choice j ≤ i until the loop reaches it.
    for (let i = 0; i < n; i++) {
      const j = order[i]!;
      order[i] = order[j]!;
      order[j] = i;
    }
    return order;
  }

  /**
   * Draws n values from [low, high), never `high` itself, with 24 random bits each.
   *
   * @param n        number of values
   * @param options  bounds, index of the first value, and an array to fill; default 0, 1, 0 and a new array
   * @throws TypeError   if n, an option or its name is of the wrong kind
   * @throws RangeError  if low ≥ high as f32, or if high − low exceeds f32
   */
  uniform(n: number, options: UniformDrawOptions = {}): Float32Array {
    knownKeys('options', options, ['low', 'high', ...drawKeys]);
    const { low = 0, high = 1 } = options;
    finiteF32('low', low);
    finiteF32('high', high);
    const range = Math.fround(Math.fround(high) - Math.fround(low));
    if (!(range > 0) || !Number.isFinite(range)) {
      throw new RangeError(
        `low, high: expected low < high with a finite f32 difference, got ${low}, ${high}`,
      );
    }
    return this.#floats('random_uniform', n, options, low, high);
  }

  /**
   * Draws n normal values by Box–Muller on 31 and 32 random bits: |z| ≤ 6.66, accurate to 1e-6 of std.
   *
   * @param n        number of values
   * @param options  mean, std, index of the first value, and an array to fill; default 0, 1, 0 and a new array
   * @throws TypeError   if n, an option or its name is of the wrong kind
   * @throws RangeError  if mean is not finite, or std is negative or not finite
   */
  normal(n: number, options: NormalDrawOptions = {}): Float32Array {
    knownKeys('options', options, ['mean', 'std', ...drawKeys]);
    const { mean = 0, std = 1 } = options;
    checkNormal(mean, std, 'std');
    return this.#floats('random_normal', n, options, mean, std);
  }

  /**
   * Draws n values of a normal that is cut to low ≤ z ≤ high. Each value is the inverse distribution function of 32 random bits;
   * nothing is rejected. With the default bounds of ±2 the values have the standard deviation 0.8796 · std. Bounds may be infinite;
   * the tails then end at 6.3.
   *
   * @param n        number of values
   * @param options  mean, std, bounds in units of std, index of the first value, and an array to fill; default 0, 1, ±2, 0 and a
   *                 new array
   * @throws TypeError   if n, an option or its name is of the wrong kind
   * @throws RangeError  if mean is not finite, std is negative or not finite, low ≥ high, or the normal has no mass between the
   *                     bounds in f64 (beyond 36)
   */
  truncatedNormal(n: number, options: TruncatedNormalDrawOptions = {}): Float32Array {
    knownKeys('options', options, ['mean', 'std', 'low', 'high', ...drawKeys]);
    const { mean = 0, std = 1, low = -2, high = 2 } = options;
    checkNormal(mean, std, 'std');
    checkBounds(low, high);
    if (low === -2 && high === 2) return this.#floats('random_truncated_normal', n, options, mean, std);
    // Above 0 the mirror image is drawn, because Φ is accurate in the lower tail.
    const [from, to, sign] = low > 0 ? [-high, -low, -1] : [low, high, 1];
    const below = cumulative(from);
    const mass = cumulative(to) - below;
    // Φ⁻¹ takes the logarithm of the smallest probability that is drawn, which must be a normal number.
    if (!(below + mass * HALF_STEP >= SMALLEST_NORMAL)) {
      throw new RangeError(`low, high: the normal has no mass in f64 between ${low} and ${high}`);
    }
    return this.#floats('random_bounded_normal', n, options, mean, sign * std, from, to, below, mass);
  }

  #floats(kernel: DrawName, n: number, options: DrawOptions, ...parameters: number[]): Float32Array {
    return this.#fill(kernel, n, Float32Array, options, parameters);
  }

  #words(
    kernel: DrawName,
    n: number,
    options: DrawOptions<Uint32Array>,
    ...parameters: number[]
  ): Uint32Array {
    return this.#fill(kernel, n, Uint32Array, options, parameters);
  }

  #fill<Out extends Float32Array | Uint32Array>(
    kernel: DrawName,
    n: number,
    Kind: TypedConstructor<Out>,
    options: DrawOptions<Out>,
    parameters: readonly number[],
  ): Out {
    if (wholeNumber('n', n, 0) > LONGEST) throw new RangeError(`n: expected at most 2^32 values, got ${n}`);
    const { offset = 0, out } = options;
    wholeNumber('offset', offset, 0);
    wholeNumber('offset + n', offset + n, 0);
    const filled = out === undefined ? new Kind(n) : outputOf(out, Kind, n);
    const { backend, values, scratch } = workspace();
    const fill = backend.kernels[kernel] as (...numbers: number[]) => void;
    const stream = wordsOf(this);
    const view = (filled instanceof Uint32Array ? backend.words : backend.elements) as Out;
    for (let done = 0; done < n; done += CHUNK) {
      const count = Math.min(CHUNK, n - done);
      const index = offset + done;
      fill(values, count, ...stream, index | 0, Math.floor(index / WORD) | 0, ...parameters, scratch);
      filled.set(view.subarray(values / 4, values / 4 + count), done);
    }
    return out ?? filled;
  }
}

/** Returns the class. Defined outside it, because a bundler renames a class that names itself to `_Rng`. */
function streamClass() {
  return Rng;
}

/** Checks that low < high; either may be infinite. @throws TypeError or RangeError if not */
export function checkBounds(low: number, high: number): void {
  if (typeof low !== 'number' || typeof high !== 'number') {
    throw new TypeError(`low, high: expected numbers, got ${show(low)}, ${show(high)}`);
  }
  if (!(low < high)) throw new RangeError(`low, high: expected low < high, got ${low}, ${high}`);
}

function checkLabel(argument: string, label: unknown): void {
  const expected = `${argument}: expected a string or a whole number of at most 53 bits, got ${show(label)}`;
  if (typeof label !== 'string' && typeof label !== 'number') throw new TypeError(expected);
  if (typeof label === 'number' && !Number.isSafeInteger(label)) throw new RangeError(expected);
}

let laidOut: { readonly kept: Arena; readonly values: Address; readonly scratch: Address } | undefined;

/** Returns the backend of draws with addresses in its memory. They are laid out anew when draws get a faster backend. */
function workspace() {
  const { backend, kept } = draws();
  if (laidOut?.kept !== kept) {
    laidOut = { kept, values: kept.elements(CHUNK), scratch: kept.bytes(SCRATCH) };
    kept.commit();
  }
  return { backend, ...laidOut };
}

/** Splits a 64-bit number into two words, low word first. */
function halves(value: bigint): [number, number] {
  return [Number(value & 0xffffffffn) | 0, Number(value >> 32n) | 0];
}

function encode(label: Label): number[] {
  if (typeof label === 'string') {
    const units = Array.from({ length: label.length }, (_, i) => label.charCodeAt(i));
    return [1, ...bytes(BigInt(units.length), 4), ...units.flatMap((unit) => [unit & 255, unit >> 8])];
  }
  return [2, ...bytes(BigInt.asUintN(64, BigInt(label)), 8)];
}

function bytes(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function hash(state: bigint, input: readonly number[]): bigint {
  for (const byte of input) state = ((state ^ BigInt(byte)) * FNV_PRIME) & MASK;
  return state;
}
