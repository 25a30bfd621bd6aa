import type { Address, Backend } from './kernels.js';

/** Bytes of a cache line. No two blocks share one, and every vector load is aligned. */
const ALIGNMENT = 64;

/** Parts of a backend that an arena uses. */
type ArenaBackend = Pick<Backend, 'elementBytes' | 'reserve'>;

/**
 * Lays out blocks one after another in a backend's memory, from `start` on. A single block cannot be freed. Blocks that
 * change size together get an arena of their own, which starts anew where the previous arena ends.
 */
export class Arena {
  readonly #backend: ArenaBackend;
  #next: Address;

  constructor(backend: ArenaBackend, start: Address) {
    this.#backend = backend;
    this.#next = align(start);
  }

  /** Address after the last block. */
  get end(): Address {
    return this.#next;
  }

  /** Allocates n elements of the backend's type. */
  elements(n: number): Address {
    return this.bytes(n * this.#backend.elementBytes);
  }

  /** Allocates n bytes. */
  bytes(n: number): Address {
    const address = this.#next;
    this.#next = align(address + n);
    return address;
  }

  /** Makes every allocated block addressable. @throws RangeError if the engine has no memory left */
  commit(): void {
    this.#backend.reserve(this.#next);
  }
}

function align(address: Address): Address {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
