/** Lays blocks of a backend's memory between canaries, to show that a kernel changes nothing that it must leave alone. */
import type { Address, Backend } from '../../src/backend/kernels.js';
import type { Elements } from '../../src/backend/names.js';

/** NaN as an f32 and as either half of an f64, so that a read from undefined memory shows in the result. */
const CANARY = 0x7ff5c3e1;
/** Bytes of a guard; it is wider than the widest load or store, which is eight vectors. */
const GUARD = 128;

interface Region {
  readonly start: number;
  readonly end: number;
  /** Content of an input when it was laid down, as words. */
  readonly held?: Uint32Array;
}

/**
 * Lays down blocks one after another. `offset` moves a block by so many elements off its 16-byte boundary. `keep` makes the
 * present blocks permanent, `clear` forgets the others, `check` throws if anything changed that is neither output nor scratch.
 */
export class Sandbox {
  readonly #regions: Region[] = [];
  #kept = 0;

  constructor(readonly backend: Backend) {}

  /** Lays down elements that must not change. */
  input(values: ArrayLike<number>, offset = 0): Address {
    const address = this.#place(values.length * this.backend.elementBytes, offset);
    this.backend.elements.set(values, address / this.backend.elementBytes);
    this.#hold(address, values.length * this.backend.elementBytes);
    return address;
  }

  /** Lays down elements that a kernel changes in place. */
  inPlace(values: ArrayLike<number>, offset = 0): Address {
    const address = this.output(values.length, offset);
    this.backend.elements.set(values, address / this.backend.elementBytes);
    return address;
  }

  /** Lays down n elements of NaN for output. */
  output(n: number, offset = 0): Address {
    return this.#place(n * this.backend.elementBytes, offset);
  }

  /** Lays down u32 words that must not change. */
  words(values: ArrayLike<number>): Address {
    const address = this.#place(values.length * 4, 0);
    this.backend.words.set(values, address / 4);
    this.#hold(address, values.length * 4);
    return address;
  }

  /** Lays down so many bytes for scratch, words or doubles. */
  bytes(n: number, offset = 0): Address {
    return this.#place(n, offset);
  }

  read(address: Address, n: number): Elements {
    const start = address / this.backend.elementBytes;
    return this.backend.elements.slice(start, start + n);
  }

  readWords(address: Address, n: number): Uint32Array {
    return this.backend.words.slice(address / 4, address / 4 + n);
  }

  readDoubles(address: Address, n: number): Float64Array {
    return this.backend.doubles.slice(address / 8, address / 8 + n);
  }

  keep(): void {
    this.#kept = this.#regions.length;
  }

  clear(): void {
    this.#regions.length = this.#kept;
  }

  check(): void {
    const { words } = this.backend;
    let end = this.backend.base;
    for (const region of this.#regions) {
      this.#checkGuard(end, region.start);
      const { start, held } = region;
      if (held !== undefined) {
        for (let i = 0; i < held.length; i++) {
          if (words[start / 4 + i] !== held[i]) {
            throw new Error(`an input changed: word ${i} of the block at ${start}`);
          }
        }
      }
      end = region.end;
    }
    this.#checkGuard(end, end + GUARD);
  }

  #place(bytes: number, offset: number): Address {
    const before = this.#regions.at(-1)?.end ?? this.backend.base;
    const start = Math.ceil((before + GUARD) / 16) * 16 + offset * this.backend.elementBytes;
    const end = start + bytes;
    this.backend.reserve(Math.ceil((end + GUARD) / 8) * 8);
    this.backend.words.fill(CANARY, before / 4, (end + GUARD) / 4);
    this.#regions.push({ start, end });
    return start;
  }

  #hold(address: Address, bytes: number): void {
    const region = { start: address, end: address + bytes };
    this.#regions[this.#regions.length - 1] = {
      ...region,
      held: this.backend.words.slice(region.start / 4, region.end / 4),
    };
  }

  #checkGuard(start: number, end: number): void {
    const { words } = this.backend;
    for (let i = start / 4; i < end / 4; i++) {
      if (words[i] !== CANARY) {
        throw new Error(`a canary died: byte ${4 * i} of the guard from ${start} to ${end}`);
      }
    }
  }
}

/** Reproducible floats (f32) in [−1, 1) and whole numbers below a limit, by mulberry32, which is independent of the library. */
export class Numbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(limit: number): number {
    return Math.floor((this.word() / 2 ** 32) * limit);
  }

  floats(n: number, size = 1): Float32Array {
    return Float32Array.from({ length: n }, () => (this.word() / 2 ** 31 - 1) * size);
  }
}
