import type { Address, Backend } from './kernels.js';

/** A cache line: no block shares one with its neighbour, and every vector load is aligned. */
const ALIGNMENT = 64;

/**
 * Lays blocks out one after another in a backend's memory, from `start` on. Nothing is freed singly:
 * what changes size together gets an arena of its own, begun anew where the one before it ends.
 */
export class Arena {
  readonly #backend: Backend;
  #next: Address;

  constructor(backend: Backend, start: Address) {
    this.#backend = backend;
    this.#next = align(start);
  }

  /** The address behind the last block. */
  get end(): Address {
    return this.#next;
  }

  /** Room for n elements of the backend's kind. */
  elements(n: number): Address {
    return this.bytes(n * this.#backend.elementBytes);
  }

  /** Room for n bytes. */
  bytes(n: number): Address {
    const address = this.#next;
    this.#next = align(address + n);
    return address;
  }

  /** Makes all that was laid out addressable. @throws RangeError where the memory ends. */
  commit(): void {
    this.#backend.reserve(this.#next);
  }
}

function align(address: Address): Address {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
