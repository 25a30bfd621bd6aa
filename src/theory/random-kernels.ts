import type { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { drawChecked, type Initializer } from '../initializers/initializer.js';
import { type Rng, wordsOf } from '../numbers/random.js';

/** Memory for kernels kept from the forward to the backward pass. Kernels that do not fit are drawn twice. */
const KEPT_BYTES = 0x2000000;
/** Scratch bytes that a draw needs beside its output. */
const SCRATCH = 128;
const WORD = 0x100000000;

/** Draws the kernels of one network after another: hidden ones are [width×width], the output's is [width×1]. */
export class RandomKernels {
  readonly #backend: Backend;
  readonly #initializer: Initializer | undefined;
  readonly #depth: number;
  readonly #width: number;
  readonly #slots: Address[];
  readonly #column: Address;
  readonly #scratch: Address;
  /** Layer whose kernel each slot holds. */
  readonly #held: number[] = [];
  #rng: Rng | undefined;

  /**
   * Reserves memory for the kernels in `arena`.
   *
   * @param initializer  draws the kernels; undefined for values of N(0, 1) from one stream per network
   */
  constructor(
    backend: Backend,
    arena: Arena,
    depth: number,
    width: number,
    initializer: Initializer | undefined,
  ) {
    this.#backend = backend;
    this.#initializer = initializer;
    this.#depth = depth;
    this.#width = width;
    const fitting = Math.floor(KEPT_BYTES / (width * width * backend.elementBytes));
    const slots = Math.max(1, Math.min(depth, fitting));
    this.#slots = Array.from({ length: slots }, () => arena.elements(width * width));
    this.#column = arena.elements(width);
    this.#scratch = arena.bytes(SCRATCH);
  }

  /** Starts another network. */
  begin(rng: Rng): void {
    this.#rng = rng;
    this.#held.length = 0;
  }

  /** Returns the address of a hidden kernel. It stays valid until another layer's kernel is requested. */
  at(layer: number): Address {
    // Layers without a slot of their own share the last one.
    const slot = Math.min(layer, this.#slots.length - 1);
    const address = this.#slots[slot]!;
    if (this.#held[slot] !== layer) {
      this.#draw(address, layer, this.#width);
      this.#held[slot] = layer;
    }
    return address;
  }

  /** Writes the output's kernel, a column. */
  output(out: Float64Array): void {
    this.#draw(this.#column, this.#depth, 1);
    const { elements, elementBytes } = this.#backend;
    const start = this.#column / elementBytes;
    out.set(elements.subarray(start, start + out.length));
  }

  #draw(address: Address, layer: number, columns: number): void {
    const { kernels, elements, elementBytes } = this.#backend;
    const width = this.#width;
    const rng = this.#rng!;
    if (this.#initializer !== undefined) {
      const fans = { fanIn: width, fanOut: columns };
      const shape = [width, columns] as const;
      const values = drawChecked('kernelInitializer', this.#initializer, shape, rng.split(layer), fans);
      elements.set(values, address / elementBytes);
      return;
    }
    const index = layer * width * width;
    kernels.random_normal(
      address,
      width * columns,
      ...wordsOf(rng),
      index | 0,
      Math.floor(index / WORD) | 0,
      0,
      1,
      this.#scratch,
    );
  }
}
