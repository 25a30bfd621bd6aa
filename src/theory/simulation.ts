import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import type { Initializer } from '../initializers/initializer.js';
import { type CheckedActivation, homogeneity } from '../network/activations.js';
import { powerOfTwo } from '../numbers/exponents.js';
import type { Rng } from '../numbers/random.js';
import { Float32Watch } from './float32-limits.js';
import { exponentTo1, largestOf, lnVariance } from './log-statistics.js';
import { RandomKernels } from './random-kernels.js';
import { type Activate, byKernel, powers } from './units.js';

export interface Stack {
  readonly depth: number;
  readonly width: number;
  readonly networks: number;
  readonly activation: CheckedActivation;
  /** Values by it, or undefined for N(0, kernelVariance). */
  readonly initializer: Initializer | undefined;
  readonly kernelVariance: number;
  readonly biasVariance: number;
  readonly inputVariance: number;
}

/** Number of products between two readings of the clock: some tenths of a millisecond, with the draws. */
const PRODUCTS = 0x4000;

/** An unbounded exponent is carried apart; a bias is added in its units, which may not leave f64. */
const LARGEST_SHIFT = 1000;

/**
 * Random networks, one after another, forward and backward in f64. Values carry a power of two apart where the activation lets
 * them, gradients always, so that depth takes neither out of f64.
 */
export class Simulation {
  readonly float32: Float32Watch;
  /** ln variance of the preactivations and of dL/dz, a row of networks for each layer. */
  readonly forward: Float64Array[];
  readonly backward: Float64Array[];
  readonly #stack: Stack;
  readonly #backend: Backend;
  readonly #kernels: RandomKernels;
  readonly #activate: Activate;
  /** Degree of a homogeneous activation; undefined for any other. */
  readonly #degree: number | undefined;
  /** f′(z) of every layer, from the forward pass for the backward one, times 2^−exponent of the layer. */
  readonly #slopes: Float64Array;
  readonly #slopeExponents: Float64Array;
  readonly #from: Address;
  readonly #to: Address;
  /** What a draw is multiplied by, in f64. */
  readonly #stddev: number;
  /** Number of products since the last yield. */
  #products = 0;

  constructor(stack: Stack, backend: Backend) {
    const { depth, width, networks, activation, initializer, kernelVariance } = stack;
    this.#stack = stack;
    this.#backend = backend;
    const arena = new Arena(backend, backend.base);
    this.#from = arena.bytes(8 * width);
    this.#to = arena.bytes(8 * width);
    this.#kernels = new RandomKernels(backend, arena, depth, width, initializer);
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

  /** Yields between layers, wherever enough was computed to look at the clock. */
  *run(network: number, rng: Rng): Generator<void, void> {
    this.#kernels.begin(rng.split('kernels'));
    yield* this.#runForward(network, rng);
    yield* this.#runBackward(network);
  }

  /** Whether the layers since the last yield are worth another. */
  #isDue(): boolean {
    this.#products += this.#stack.width * this.#stack.width;
    if (this.#products < PRODUCTS) return false;
    this.#products = 0;
    return true;
  }

  *#runForward(network: number, rng: Rng): Generator<void, void> {
    const { depth, width, inputVariance, biasVariance } = this.#stack;
    const { kernels } = this.#backend;
    const [x, z] = [this.#view(this.#from), this.#view(this.#to)];
    const inputStddev = Math.sqrt(inputVariance);
    x.set(rng.split('input').normal(width));
    for (let i = 0; i < width; i++) x[i]! *= inputStddev;
    const biases = biasVariance > 0 ? rng.split('biases').normal(depth * width) : undefined;
    const biasStd = Math.sqrt(biasVariance);
    // The row in memory is what the network's would be, times 2^−exponent.
    let exponent = 0;
    for (let l = 0; l < depth; l++) {
      if (this.#isDue()) yield;
      kernels.row_forward(this.#to, this.#from, this.#kernels.at(l), width, width);
      const shift = biasStd * powerOfTwo(Math.max(-LARGEST_SHIFT, Math.min(LARGEST_SHIFT, -exponent)));
      for (let i = 0; i < width; i++) {
        z[i] = z[i]! * this.#stddev + (biases === undefined ? 0 : biases[l * width + i]! * shift);
      }
      const largest = largestOf(z);
      this.forward[l]![network] = lnOfAny(lnVariance(z, largest), exponent);
      this.float32.see(network, l, z, largest, exponent);
      const own = this.#degree === undefined ? 0 : exponentTo1(largest);
      this.#activate(x, this.#slopes, l * width, z, powerOfTwo(-own));
      // f(2^e · z) = 2^(degree · e) · f(z), and f′ has one power less.
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
    this.#kernels.output(da);
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
      kernels.row_backward(this.#to, this.#from, this.#kernels.at(l), width, width);
    }
  }

  #view(address: Address): Float64Array {
    return this.#backend.doubles.subarray(address / 8, address / 8 + this.#stack.width);
  }
}

/** ln of a variance of values that carry 2^exponent apart; NaN once the exponent itself has left f64. */
function lnOfAny(ln: number, exponent: number): number {
  return Number.isFinite(exponent) ? ln + 2 * exponent * Math.LN2 : Number.NaN;
}
