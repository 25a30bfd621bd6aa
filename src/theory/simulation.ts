import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { type CheckedActivation, homogeneity } from '../network/activations.js';
import { powerOfTwo } from '../numbers/exponents.js';
import { Float32Watch } from './float32-limits.js';
import { exponentTo1, largestOf, lnVariance } from './log-statistics.js';
import type { NetworkShape, RandomNetworks } from './random-networks.js';
import { type Activate, byKernel, powers } from './units.js';

/** Network and inputs of a simulation. */
export interface Stack extends NetworkShape {
  readonly activation: CheckedActivation;
  readonly kernelVariance: number;
  readonly biasVariance: number;
  readonly inputVariance: number;
}

/** Number of products between two readings of the clock. With the draws they take some tenths of a millisecond. */
const PRODUCTS = 0x4000;

/** Limit of the exponent with which a bias is scaled, so that its power of two stays within f64. */
const LARGEST_SHIFT = 1000;

/**
 * Runs random networks one after another, forward and backward, in f64. Gradients always carry a separate power of two, and
 * so do values if the activation allows it. Depth therefore takes neither out of f64.
 */
export class Simulation {
  readonly float32: Float32Watch;
  /** ln variance of the preactivations: an array per layer, with one value per network. */
  readonly forward: Float64Array[];
  /** ln variance of dL/dz: an array per layer, with one value per network. */
  readonly backward: Float64Array[];
  readonly #stack: Stack;
  readonly #backend: Backend;
  readonly #drawn: RandomNetworks;
  readonly #activate: Activate;
  /** Degree of a homogeneous activation; undefined for other activations. */
  readonly #degree: number | undefined;
  /** f′(z) of every layer times 2^−exponent of the layer, kept for the backward pass. */
  readonly #slopes: Float64Array;
  readonly #slopeExponents: Float64Array;
  readonly #from: Address;
  readonly #to: Address;
  /** Factor on every draw, in f64. */
  readonly #stddev: number;
  /** Number of products since the last yield. */
  #products = 0;

  /** @param drawn  the networks, of the stack's shape, which this simulation alone uses while it runs */
  constructor(stack: Stack, drawn: RandomNetworks) {
    const { depth, width, networks, activation, initializer, kernelVariance } = stack;
    const { backend } = drawn;
    this.#stack = stack;
    this.#drawn = drawn;
    this.#backend = backend;
    const arena = new Arena(backend, drawn.end);
    this.#from = arena.bytes(8 * width);
    this.#to = arena.bytes(8 * width);
    const homogeneous = homogeneity(activation);
    this.#degree = homogeneous?.degree;
    this.#activate = homogeneous ? powers(homogeneous) : byKernel(backend, arena, activation, width);
    arena.commit();
    this.#stddev = initializer === undefined ? Math.sqrt(kernelVariance) : 1;
    this.#slopes = new Float64Array(depth * width);
    this.#slopeExponents = new Float64Array(depth);
    this.float32 = new Float32Watch(networks, width);
    const rows = () => Array.from({ length: depth }, () => new Float64Array(networks));
    this.forward = rows();
    this.backward = rows();
  }

  /** Runs one network forward and backward. Yields between layers once enough has been computed to look at the clock. */
  *run(network: number): Generator<void, void> {
    yield* this.#runForward(network);
    yield* this.#runBackward(network);
  }

  /** Returns true if enough has been computed since the last yield. */
  #isDue(): boolean {
    this.#products += this.#stack.width * this.#stack.width;
    if (this.#products < PRODUCTS) return false;
    this.#products = 0;
    return true;
  }

  *#runForward(network: number): Generator<void, void> {
    const { depth, width, inputVariance, biasVariance } = this.#stack;
    const { kernels } = this.#backend;
    const [x, z] = [this.#view(this.#from), this.#view(this.#to)];
    const inputStddev = Math.sqrt(inputVariance);
    x.set(this.#drawn.input(network));
    for (let i = 0; i < width; i++) x[i]! *= inputStddev;
    const biases = biasVariance > 0 ? this.#drawn.biases(network) : undefined;
    const biasStd = Math.sqrt(biasVariance);
    // The row in memory is the network's row times 2^−exponent.
    let exponent = 0;
    for (let l = 0; l < depth; l++) {
      if (this.#isDue()) yield;
      kernels.row_forward(this.#to, this.#from, this.#drawn.kernelAt(network, l), width, width);
      const shift = biasStd * powerOfTwo(Math.max(-LARGEST_SHIFT, Math.min(LARGEST_SHIFT, -exponent)));
      for (let i = 0; i < width; i++) {
        z[i] = z[i]! * this.#stddev + (biases === undefined ? 0 : biases[l * width + i]! * shift);
      }
      const largest = largestOf(z);
      this.forward[l]![network] = lnOfAny(lnVariance(z, largest), exponent);
      this.float32.see(network, l, z, largest, exponent);
      const own = this.#degree === undefined ? 0 : exponentTo1(largest);
      this.#activate(x, this.#slopes, l * width, z, powerOfTwo(-own));
      // f(2^e · z) = 2^(degree · e) · f(z); f′ has degree − 1.
      const degree = this.#degree ?? 1;
      exponent += own;
      this.#slopeExponents[l] = exponent === 0 ? 0 : (degree - 1) * exponent;
      exponent *= degree;
    }
  }

  *#runBackward(network: number): Generator<void, void> {
    const { depth, width } = this.#stack;
    const { kernels } = this.#backend;
    const [dz, da] = [this.#view(this.#from), this.#view(this.#to)];
    this.#drawn.outputKernel(network, da);
    let exponent = 0;
    for (let l = depth - 1; l >= 0; l--) {
      if (this.#isDue()) yield;
      for (let i = 0; i < width; i++) dz[i] = da[i]! * this.#stddev * this.#slopes[l * width + i]!;
      const largest = largestOf(dz);
      exponent += this.#slopeExponents[l]!;
      this.backward[l]![network] = lnOfAny(lnVariance(dz, largest), exponent);
      if (l === 0) return;
      const own = exponentTo1(largest);
      exponent += own;
      const factor = powerOfTwo(-own);
      for (let i = 0; i < width; i++) dz[i]! *= factor;
      kernels.row_backward(this.#to, this.#from, this.#drawn.kernelAt(network, l), width, width);
    }
  }

  #view(address: Address): Float64Array {
    return this.#backend.doubles.subarray(address / 8, address / 8 + this.#stack.width);
  }
}

/** ln of the variance of values times 2^exponent; NaN once the exponent itself leaves f64. */
function lnOfAny(ln: number, exponent: number): number {
  return Number.isFinite(exponent) ? ln + 2 * exponent * Math.LN2 : Number.NaN;
}
