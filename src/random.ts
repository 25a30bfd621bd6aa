import { Arena } from './backend/arena.js';
import { sharedBackend } from './backend/index.js';
import type { Address, Kernels } from './backend/kernels.js';
import { finiteNumber, show, wholeNumber } from './errors.js';

/** Where a draw begins and where it goes. */
export interface DrawOptions {
  /** Index of the first value in the stream; default 0. */
  readonly offset?: number;
  /** Filled and returned instead of a new array; n values long. */
  readonly out?: Float32Array;
}

export type Label = string | number;

const WORD = 0x100000000;
const MASK = 0xffffffffffffffffn;
/** FNV-1a with 64 bits (RFC 9923): offset basis and prime. */
const FNV_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** Values made in one call: 64 KB in the shared memory, whatever n is. */
const CHUNK = 16384;

/**
 * A stream of random numbers that is a value, not a machine: it has no state, and the same call gives the
 * same values.
 *
 * Value i depends on (seed, path, i) alone. The generator is Philox4x32-10 (Salmon et al. 2011): the key is
 * the seed, counter words 2 and 3 are the path, words 0 and 1 the index. The path is the 64-bit FNV-1a hash
 * of its labels, one after another: a string as the byte 1, its length in UTF-16 units as four bytes and
 * the units as two bytes each; a whole number as the byte 2 and eight bytes; all little-endian.
 *
 * @example
 * const rng = new Rng(42);
 * rng.split('w1').normal(4);              // the same four numbers, on every engine, for ever
 * rng.split('w1').normal(2, 0, 1, { offset: 2 });   // the last two of them
 */
export class Rng {
  readonly #seed: number;
  #path = FNV_BASIS;

  /**
   * @param seed  a whole number of 53 bits, negative ones included
   * @throws TypeError   if seed is no number
   * @throws RangeError  if seed is not a safe integer
   */
  constructor(seed: number) {
    const expected = `seed: expected a whole number of at most 53 bits, got ${show(seed)}`;
    if (typeof seed !== 'number') throw new TypeError(expected);
    if (!Number.isSafeInteger(seed)) throw new RangeError(expected);
    this.#seed = seed;
  }

  /**
   * The stream at a label below this one; streams at different labels are independent.
   *
   * @throws TypeError   if label is neither a string nor a number
   * @throws RangeError  if label is a number that is not a safe integer
   */
  split(label: Label): Rng {
    const child = new Rng(this.#seed);
    child.#path = hash(this.#path, encode(label));
    return child;
  }

  /**
   * n values of [low, high), 24 random bits each, never `high`.
   *
   * @throws RangeError  if low ≥ high as f32, or their distance is beyond f32
   */
  uniform(n: number, low = 0, high = 1, options: DrawOptions = {}): Float32Array {
    finiteNumber('low', low);
    finiteNumber('high', high);
    const range = Math.fround(Math.fround(high) - Math.fround(low));
    if (!(range > 0) || !Number.isFinite(range)) {
      throw new RangeError(
        `low, high: expected low < high, a finite f32 distance apart, got ${low}, ${high}`,
      );
    }
    return this.#draw('random_uniform', n, options, low, high);
  }

  /**
   * n normal values: Box–Muller, |z| ≤ 6.66, accurate to 1e-6 of stddev.
   *
   * @throws RangeError  if mean is not finite, or stddev is negative or not finite
   */
  normal(n: number, mean = 0, stddev = 1, options: DrawOptions = {}): Float32Array {
    checkNormal(mean, stddev);
    return this.#draw('random_normal', n, options, mean, stddev);
  }

  /**
   * n values of the normal with this mean and stddev, cut at ±2 stddev: inverse CDF, no rejection. What is
   * drawn has the standard deviation 0.8796 · stddev.
   *
   * @throws RangeError  if mean is not finite, or stddev is negative or not finite
   */
  truncatedNormal(n: number, mean = 0, stddev = 1, options: DrawOptions = {}): Float32Array {
    checkNormal(mean, stddev);
    return this.#draw('random_truncated_normal', n, options, mean, stddev);
  }

  /** A permutation of 0…n − 1: Fisher–Yates, one word a place, the bias of a choice below n / 2³². */
  permutation(n: number): Uint32Array {
    wholeNumber('n', n, 0);
    const words = new Uint32Array(n);
    this.#fill('random_bits', words, 0, []);
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor((words[i]! / WORD) * (i + 1));
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    return order;
  }

  #draw(kernel: DrawName, n: number, options: DrawOptions, ...parameters: number[]): Float32Array {
    wholeNumber('n', n, 0);
    const { offset = 0, out = new Float32Array(n) } = options;
    wholeNumber('offset', offset, 0);
    if (!(out instanceof Float32Array)) throw new TypeError(`out: expected a Float32Array, got ${show(out)}`);
    if (out.length !== n) throw new RangeError(`out: expected ${n} values, got ${out.length}`);
    this.#fill(kernel, out, offset, parameters);
    return out;
  }

  #fill(
    kernel: DrawName,
    out: Float32Array | Uint32Array,
    offset: number,
    parameters: readonly number[],
  ): void {
    const { backend, values, scratch } = workspace();
    const fill = backend.kernels[kernel] as (...numbers: number[]) => void;
    const key = [this.#seed | 0, Math.floor(this.#seed / WORD) | 0];
    const path = [Number(this.#path & 0xffffffffn) | 0, Number(this.#path >> 32n) | 0];
    const view = out instanceof Uint32Array ? backend.words : backend.elements;
    for (let done = 0; done < out.length; done += CHUNK) {
      const count = Math.min(CHUNK, out.length - done);
      const index = [(offset + done) | 0, Math.floor((offset + done) / WORD) | 0];
      fill(values, count, ...key, ...path, ...index, ...parameters, scratch);
      out.set(view.subarray(values / 4, values / 4 + count), done);
    }
  }
}

type DrawName = Extract<keyof Kernels, `random_${string}`>;

function checkNormal(mean: number, stddev: number): void {
  finiteNumber('mean', mean);
  finiteNumber('stddev', stddev);
  if (stddev < 0) throw new RangeError(`stddev: expected a number ≥ 0, got ${stddev}`);
}

let laidOut: { values: Address; scratch: Address } | undefined;

function workspace() {
  const backend = sharedBackend();
  if (laidOut === undefined) {
    const arena = new Arena(backend, backend.base);
    laidOut = { values: arena.elements(CHUNK), scratch: arena.bytes(64) };
    arena.commit();
  }
  return { backend, ...laidOut };
}

function encode(label: Label): number[] {
  if (typeof label === 'string') {
    const units = Array.from({ length: label.length }, (_, i) => label.charCodeAt(i));
    return [1, ...bytes(BigInt(units.length), 4), ...units.flatMap((unit) => [unit & 255, unit >> 8])];
  }
  if (typeof label !== 'number')
    throw new TypeError(`label: expected a string or a whole number, got ${show(label)}`);
  if (!Number.isSafeInteger(label))
    throw new RangeError(`label: expected a whole number of at most 53 bits, got ${label}`);
  return [2, ...bytes(BigInt.asUintN(64, BigInt(label)), 8)];
}

function bytes(value: bigint, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Number((value >> BigInt(8 * i)) & 255n));
}

function hash(state: bigint, input: readonly number[]): bigint {
  for (const byte of input) state = ((state ^ BigInt(byte)) * FNV_PRIME) & MASK;
  return state;
}
