import { outputOf, settleLike, type TypedConstructor } from '../arrays.js';
import { sharedArena, sharedBackend } from '../backend/index.js';
import { philox } from '../backend/javascript/philox.js';
import type { Address, Kernels } from '../backend/kernels.js';
import { checkNormal, finiteF32, knownKeys, show, wholeNumber } from '../errors.js';
import { refuseProxies } from '../proxies.js';
import { SMALLEST_NORMAL } from './exponents.js';
import { cumulative } from './normal.js';

/** Where a draw begins and where it goes. */
export interface DrawOptions<Out = Float32Array> {
  /** Index of the first value in the stream; default 0. */
  readonly offset?: number;
  /** Filled and returned instead of a new array; n values long. */
  readonly out?: Out;
}

/** Options of `Rng.uniform`. */
export interface UniformDrawOptions extends DrawOptions {
  /** Least value; default 0. */
  readonly low?: number;
  /** Bound that no value reaches; default 1. */
  readonly high?: number;
}

/** Options of `Rng.normal`. */
export interface NormalDrawOptions extends DrawOptions {
  /** Default 0. */
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

export type Label = string | number;

/**
 * Philox4x32-10 itself: four random words from a counter of four words and a key of two. Salmon et al. 2011; equal to
 * Random123's philox4x32.
 *
 * @throws TypeError   if counter or key is no array of numbers of that length
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
/** FNV-1a with 64 bits (RFC 9923): offset basis and prime. */
const FNV_BASIS = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

const drawKeys = ['offset', 'out'] as const;

/** Values made in one call: 64 KB in the shared memory, whatever n is. */
const CHUNK = 16384;
/** Values of one draw at most: beyond, no array holds them. */
const LONGEST = WORD;
/** The first of 2³² steps is drawn at its middle. */
const HALF_STEP = 0.5 / WORD;
/** Bytes that a draw may use beside its output. */
const SCRATCH = 128;

/** Key and path of a stream as its kernels take them: low words first. Not exported to users. */
export let wordsOf: (rng: Rng) => [key0: number, key1: number, path0: number, path1: number];

/**
 * A stream of random numbers that is a value, not a machine: it has no state, and the same call gives the
 * same values.
 *
 * Value i depends on (seed, path, i) alone. The generator is Philox4x32-10 (Salmon et al. 2011): the key is
 * the seed (of a string, its hash as a label), counter words 2 and 3 are the path, words 0 and 1 the index. The path is the 64-bit FNV-1a hash
 * of its labels, one after another: a string as the byte 1, its length in UTF-16 units as four bytes and
 * the units as two bytes each; a whole number as the byte 2 and eight bytes; all little-endian.
 *
 * @example
 * const rng = new Rng(42);
 * rng.split('w1').normal(4);              // the same four numbers, on every engine, for ever
 * rng.split('w1').normal(2, { offset: 2 });   // the last two of them
 */
export class Rng {
  #key: bigint;
  #path = FNV_BASIS;

  static {
    // biome-ignore lint/complexity/noThisInStatic: a class that names itself shows as `_Rng` in a bundle
    const itself = refuseProxies(this.prototype, 'rng', (value) => #key in value);
    wordsOf = (rng) => [...halves(itself(rng).#key), ...halves(rng.#path)];
  }

  /**
   * @param seed  a whole number of 53 bits, negative ones included, or any string
   * @throws TypeError   if seed is neither number nor string
   * @throws RangeError  if seed is a number that is not a safe integer
   */
  constructor(seed: number | string) {
    checkLabel('seed', seed);
    this.#key = typeof seed === 'number' ? BigInt.asUintN(64, BigInt(seed)) : hash(FNV_BASIS, encode(seed));
  }

  /**
   * The stream at a label below this one; streams at different labels are independent.
   *
   * @throws TypeError   if label is neither a string nor a number
   * @throws RangeError  if label is a number that is not a safe integer
   */
  split(label: Label): Rng {
    checkLabel('label', label);
    const child = create(0);
    child.#key = this.#key;
    child.#path = hash(this.#path, encode(label));
    return child;
  }

  /** Throws, so that `JSON.stringify` does not silently make `{}` of a stream. @throws TypeError always */
  toJSON(): never {
    throw new TypeError('rng: JSON would lose its stream; keep the seed and the labels that make it');
  }

  /** n random words of 32 bits: word i mod 4 of Philox block ⌊i / 4⌋. */
  bits(n: number, options: DrawOptions<Uint32Array> = {}): Uint32Array {
    knownKeys('options', options, drawKeys);
    return this.#words('random_bits', n, options);
  }

  /**
   * n whole numbers of [0, below), from 64 random bits each: no modulo bias; what is left is under 2⁻³².
   *
   * @throws RangeError  if below is not a whole number from 1 to 2³²
   */
  integers(n: number, below: number, options: DrawOptions<Uint32Array> = {}): Uint32Array {
    knownKeys('options', options, drawKeys);
    if (wholeNumber('below', below, 1) > WORD) {
      throw new RangeError(`below: expected a whole number from 1 to 2^32, got ${below}`);
    }
    return this.#words('random_integers', n, options, below);
  }

  /** A permutation of 0…n − 1, each as likely as any other: Fisher–Yates, 64 random bits a place. */
  permutation(n: number, options: Pick<DrawOptions<Uint32Array>, 'out'> = {}): Uint32Array {
    knownKeys('options', options, ['out']);
    const order = this.#words('random_choices', n, options);
    // Inside out: place i holds its choice j ≤ i until its turn comes.
    for (let i = 0; i < n; i++) {
      const j = order[i]!;
      order[i] = order[j]!;
      order[j] = i;
    }
    return order;
  }

  /**
   * n values of [low, high), 24 random bits each, never `high`.
   *
   * @throws RangeError  if low ≥ high as f32, or their distance is beyond f32
   */
  uniform(n: number, options: UniformDrawOptions = {}): Float32Array {
    knownKeys('options', options, ['low', 'high', ...drawKeys]);
    const { low = 0, high = 1 } = options;
    finiteF32('low', low);
    finiteF32('high', high);
    const range = Math.fround(Math.fround(high) - Math.fround(low));
    if (!(range > 0) || !Number.isFinite(range)) {
      throw new RangeError(
        `low, high: expected low < high, a finite f32 distance apart, got ${low}, ${high}`,
      );
    }
    return this.#floats('random_uniform', n, options, low, high);
  }

  /**
   * n normal values: Box–Muller on 31 bits and 32, |z| ≤ 6.66, accurate to 1e-6 of std.
   *
   * @throws RangeError  if mean is not finite, or std is negative or not finite
   */
  normal(n: number, options: NormalDrawOptions = {}): Float32Array {
    knownKeys('options', options, ['mean', 'std', ...drawKeys]);
    const { mean = 0, std = 1 } = options;
    checkNormal(mean, std, 'std');
    return this.#floats('random_normal', n, options, mean, std);
  }

  /**
   * n values of the normal with this mean and std, cut to low ≤ z ≤ high standard deviations: inverse CDF of
   * 32 bits, no rejection. At the default bounds of ±2 the values have a standard deviation of 0.8796 · std.
   * Bounds may be infinite; the tails then end at 6.3.
   *
   * @throws RangeError  if mean is not finite, std is negative or not finite, low ≥ high, or the normal has no
   *                     mass between them in f64 (beyond 36)
   */
  truncatedNormal(n: number, options: TruncatedNormalDrawOptions = {}): Float32Array {
    knownKeys('options', options, ['mean', 'std', 'low', 'high', ...drawKeys]);
    const { mean = 0, std = 1, low = -2, high = 2 } = options;
    checkNormal(mean, std, 'std');
    checkBounds(low, high);
    if (low === -2 && high === 2) return this.#floats('random_truncated_normal', n, options, mean, std);
    // Above 0 the mirror image is drawn: Φ has its digits in the lower tail.
    const [from, to, sign] = low > 0 ? [-high, -low, -1] : [low, high, 1];
    const below = cumulative(from);
    const mass = cumulative(to) - below;
    // The least share that is drawn, of which Φ⁻¹ takes the logarithm, must be a normal number.
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

/** Beside the class: where a class names itself the bundler renames it, and it shows as `_Rng`. */
function create(seed: number): Rng {
  return new Rng(seed);
}

type DrawName = Extract<keyof Kernels, `random_${string}`>;

/** @throws RangeError unless low < high; either may be infinite. */
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

let laidOut: { values: Address; scratch: Address } | undefined;

function workspace() {
  if (laidOut === undefined) {
    const arena = sharedArena();
    laidOut = { values: arena.elements(CHUNK), scratch: arena.bytes(SCRATCH) };
    arena.commit();
  }
  return { backend: sharedBackend(), ...laidOut };
}

/** The two words of a 64-bit number, low word first. */
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
