import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { drawChecked, type Initializer } from '../initializers/initializer.js';
import { wordsOf } from '../numbers/random.js';
import { Rng } from '../numbers/rng.js';

/** Memory for kernels kept from the forward to the backward pass of one network. Kernels that do not fit are drawn twice. */
const KERNEL_BYTES = 0x2000000;
/** Memory for the draws of all networks of a simulation, 128 MB, kept for the next simulation. */
const MOST_KEPT_BYTES = 0x8000000;
/** Scratch bytes that a draw needs beside its output. */
const SCRATCH = 128;
const WORD = 0x100000000;

/** Shape and seed of random networks. */
export interface NetworkShape {
  readonly depth: number;
  readonly width: number;
  readonly networks: number;
  readonly seed: number | string;
  /** Draws the kernels; undefined for values of N(0, 1) from one stream per network. */
  readonly initializer: Initializer | undefined;
}

/**
 * Draws of random networks: kernels in the memory of a backend, inputs and biases of N(0, 1) outside. Networks that are kept
 * draw each value once, however often they are run.
 */
export class RandomNetworks {
  /** First byte behind the kernels. */
  readonly end: Address;
  readonly backend: Backend;
  /** True if all draws stay, so that the next simulation can use them. */
  readonly keeps: boolean;
  #shape: NetworkShape;
  readonly #slots: number;
  readonly #kernels: Address;
  readonly #columns: Address;
  readonly #scratch: Address;
  /** Kernel that each slot holds: the number of the network times depth, plus the layer. */
  readonly #held: Int32Array;
  /** Networks whose output kernel was drawn. */
  readonly #outputs = new Set<number>();
  readonly #inputs = new Map<number, Float32Array>();
  readonly #biases = new Map<number, Float32Array>();
  #rng: Rng;

  /**
   * Reserves memory for kernels at the start of a backend's memory.
   *
   * @param reused  true if a later simulation may ask for the same networks; they are then kept if they fit
   * @throws RangeError  if the memory cannot grow so far
   */
  constructor(backend: Backend, shape: NetworkShape, reused: boolean) {
    const { depth, width, networks, seed } = shape;
    this.backend = backend;
    this.#shape = shape;
    const bytes = networks * (depth * width + 1) * width * backend.elementBytes;
    this.keeps = reused && bytes <= MOST_KEPT_BYTES;
    const fitting = Math.floor(KERNEL_BYTES / (width * width * backend.elementBytes));
    this.#slots = this.keeps ? networks * depth : Math.max(1, Math.min(depth, fitting));
    const arena = new Arena(backend, backend.base);
    this.#scratch = arena.bytes(SCRATCH);
    this.#kernels = arena.elements(this.#slots * width * width);
    this.#columns = arena.elements((this.keeps ? networks : 1) * width);
    arena.commit();
    this.end = arena.end;
    this.#held = new Int32Array(this.#slots).fill(-1);
    this.#rng = streamOf(seed);
  }

  /** Replaces the networks by others of the same depth, width and number, in the same memory. */
  replace(shape: NetworkShape): void {
    this.#shape = shape;
    this.#rng = streamOf(shape.seed);
    this.#held.fill(-1);
    for (const drawn of [this.#outputs, this.#inputs, this.#biases]) drawn.clear();
  }

  /** Returns the address of a hidden kernel. It stays valid until another layer's kernel is requested. */
  kernelAt(network: number, layer: number): Address {
    const { depth, width } = this.#shape;
    const id = network * depth + layer;
    // Layers without a slot of their own share the last one.
    const slot = Math.min(this.keeps ? id : layer, this.#slots - 1);
    const address = this.#kernels + slot * width * width * this.backend.elementBytes;
    if (this.#held[slot] !== id) {
      this.#draw(address, network, layer, width);
      this.#held[slot] = id;
    }
    return address;
  }

  /** Writes the output's kernel, a column. */
  outputKernel(network: number, out: Float64Array): void {
    const { depth, width } = this.#shape;
    const { elementBytes } = this.backend;
    const address = this.#columns + (this.keeps ? network * width * elementBytes : 0);
    if (!this.keeps || !this.#outputs.has(network)) this.#draw(address, network, depth, 1);
    this.#outputs.add(network);
    const start = address / elementBytes;
    out.set(this.backend.elements.subarray(start, start + width));
  }

  /** Returns the input of a network: `width` values of N(0, 1). */
  input(network: number): Float32Array {
    return this.#once(this.#inputs, network, 'input', this.#shape.width);
  }

  /** Returns the biases of a network, layer by layer: values of N(0, 1). */
  biases(network: number): Float32Array {
    return this.#once(this.#biases, network, 'biases', this.#shape.depth * this.#shape.width);
  }

  #once(drawn: Map<number, Float32Array>, network: number, label: string, n: number): Float32Array {
    const values = drawn.get(network) ?? this.#rng.split(network).split(label).normal(n);
    if (this.keeps) drawn.set(network, values);
    return values;
  }

  #draw(address: Address, network: number, layer: number, columns: number): void {
    const { kernels, elements, elementBytes } = this.backend;
    const { width, initializer } = this.#shape;
    const rng = this.#rng.split(network).split('kernels');
    if (initializer !== undefined) {
      const fans = { fanIn: width, fanOut: columns };
      const shape = [width, columns] as const;
      const values = drawChecked('kernelInitializer', initializer, shape, rng.split(layer), fans);
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

function streamOf(seed: number | string): Rng {
  return new Rng(seed).split('propagate');
}
