import { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import type { Elements } from '../backend/names.js';
import type { Rng } from '../numbers/random.js';
import type { OptimizerBlock } from '../optimizers/step.js';
import { learnedSlopes } from './activations.js';
import { Dense, type LayerSpec, type Pass, parameterNames, statisticNames, tensorSizes } from './dense.js';
import { FirstProducts } from './first-products.js';

/** Number of rows per chunk: large enough for the gemm, small enough to stay in cache. */
const CHUNK_ROWS = 1024;
/** Largest number of values per chunk: 64 MB of f32. */
const CHUNK_VALUES = 0x1000000;

/**
 * Stack of dense layers in one backend's memory. The memory holds kernels, then biases, gammas, betas and slopes, their gradients
 * in the same order, statistics, the optimizer's state, data of a fit, and then the buffers of a batch. The network runs rows at
 * `x` forward and backward; it knows no options, losses or epochs.
 */
export class Network {
  readonly backend: Backend;
  readonly inputSize: number;
  readonly layers: readonly Dense[];
  readonly last: Dense;
  /** Constant that the input scaling adds to every input; the first layer's bias carries it. */
  inputOffset = 0;
  /** Number of writes from outside. Each invalidates measurements of the parameters. */
  writes = 0;
  readonly #parameters: Address;
  readonly #gradients: Address;
  readonly #count: number;
  readonly #kernelCount: number;
  readonly #batchStatistics: { readonly address: Address; readonly count: number };
  readonly #stateStart: Address;
  #dataStart: Address;
  /** Address of the bias that replaces the first layer's while there is an offset. */
  readonly #shiftedBias: Address;
  readonly #noBias: Address;
  readonly #firstProducts: FirstProducts | undefined;
  #block: OptimizerBlock;
  #batchStart: Address;
  #forwardRows = 0;
  #backwardRows = 0;
  #x: Address = 0;
  #xGradient: Address = 0;
  #order: Address = 0;
  #labels: Address = 0;
  #targets: Address = 0;
  #weights: Address = 0;
  #scratch: Address = 0;
  #end: Address = 0;

  /**
   * Lays out the parameters from `start` on. They are zero until written, except gammas and running variances, which are 1.
   *
   * @param rng        random stream of the model, from which dropout is drawn
   * @param skipZeros  true lets the first layer skip zeros where that saves time
   */
  constructor(
    backend: Backend,
    start: Address,
    inputSize: number,
    specs: readonly LayerSpec[],
    rng: Rng,
    skipZeros: boolean,
  ) {
    this.backend = backend;
    this.inputSize = inputSize;
    const arena = new Arena(backend, start);
    const dropout = rng.split('dropout');
    const fanIns = specs.map((_, l) => specs[l - 1]?.units ?? inputSize);
    const sizes = specs.map((spec, l) => tensorSizes(fanIns[l]!, spec));
    const tensors = specs.map(() => new Map());
    const layOut = (names: readonly (typeof parameterNames | typeof statisticNames)[number][]) => {
      for (const name of names) {
        sizes.forEach((layer, l) => {
          const size = layer.get(name);
          if (size !== undefined) tensors[l]!.set(name, arena.elements(size));
        });
      }
    };
    this.#parameters = arena.end;
    layOut(['kernel']);
    this.#kernelCount = (arena.end - this.#parameters) / backend.elementBytes;
    layOut(parameterNames.slice(1));
    const bytes = arena.end - this.#parameters;
    this.#count = bytes / backend.elementBytes;
    this.#gradients = arena.bytes(bytes);
    layOut(statisticNames);
    const batchStatistics = arena.end;
    const statistics = specs.map(({ batchNorm, units }) => {
      const n = batchNorm ? units : 0;
      return { mean: arena.elements(n), variance: arena.elements(n) };
    });
    this.#batchStatistics = {
      address: batchStatistics,
      count: (arena.end - batchStatistics) / backend.elementBytes,
    };
    if (skipZeros && FirstProducts.pay(specs[0]!.units)) {
      this.#firstProducts = new FirstProducts(backend, inputSize, specs[0]!.units);
    }
    this.layers = specs.map((spec, l) => {
      const inverse = arena.elements(spec.batchNorm ? spec.units : 0);
      const room = { ...statistics[l]!, inverse };
      const gradientOf = (address: Address) => this.gradientOf(address);
      const products = l === 0 ? this.#firstProducts : undefined;
      return new Dense(backend, fanIns[l]!, spec, tensors[l]!, room, gradientOf, dropout.split(l), products);
    });
    this.last = this.layers[this.layers.length - 1]!;
    this.#shiftedBias = arena.elements(specs[0]!.units);
    this.#noBias = arena.elements(specs[0]!.units);
    this.#stateStart = arena.end;
    this.#dataStart = arena.end;
    this.#batchStart = arena.end;
    this.#block = this.#blockWith([]);
    arena.commit();
    for (const { tensors: laid, units, spec } of this.layers) {
      // With these values the normalization changes nothing, as in PyTorch.
      for (const name of ['gamma', 'runningVariance'] as const) {
        const address = laid.get(name);
        if (address !== undefined) this.view(address, units).fill(1);
      }
      const learned = learnedSlopes(spec.activation);
      if (learned !== undefined) {
        this.view(laid.get('slopes')!, learned.shared ? 1 : units).fill(learned.initialSlope);
      }
    }
  }

  /** Parameters, gradients and state blocks for the optimizer. */
  get block(): OptimizerBlock {
    return this.#block;
  }

  /** Replaces the optimizer's state by a number of blocks of zeros. */
  layOutStates(blocks: number): void {
    const arena = new Arena(this.backend, this.#stateStart);
    const states = Array.from({ length: blocks }, () => arena.elements(this.#count));
    arena.commit();
    this.#block = this.#blockWith(states);
    this.#dataStart = arena.end;
    this.layOutData(0);
    for (const state of states) this.view(state, this.#count).fill(0);
  }

  /**
   * Replaces the buffer for data that stay from batch to batch by one of `bytes` bytes; 0 frees it.
   *
   * @throws RangeError if memory runs out
   */
  layOutData(bytes: number): Address {
    const arena = new Arena(this.backend, this.#dataStart);
    const address = arena.bytes(bytes);
    arena.commit();
    this.#batchStart = arena.end;
    this.#forwardRows = 0;
    this.#backwardRows = 0;
    return address;
  }

  /** Number of rows per forward pass without training: enough for the gemm, fewer for wide layers. */
  get chunkRows(): number {
    const valuesPerRow = this.layers.reduce((sum, layer) => sum + layer.valuesPerRow, this.inputSize);
    return Math.max(1, Math.min(CHUNK_ROWS, Math.floor(CHUNK_VALUES / valuesPerRow)));
  }

  /** Address of the batch's inputs, which are scaled: [rows, inputSize]. */
  get x(): Address {
    return this.#x;
  }

  /** Address of the loss's gradient with respect to the scaled input, after a `backward` that computed it. */
  get xGradient(): Address {
    return this.#xGradient;
  }

  /** Address of the order of a batch's rows, one word each. */
  get order(): Address {
    return this.#order;
  }

  /** Address of the classes of a batch's rows, one word each. */
  get labels(): Address {
    return this.#labels;
  }

  /** Address of the batch's targets, which are scaled: [rows, units]. */
  get targets(): Address {
    return this.#targets;
  }

  /** Address of the rows' weights, one element each. */
  get weights(): Address {
    return this.#weights;
  }

  /** Address of at least 128 bytes in which kernels work. Their content lasts until the next kernel runs. */
  get scratch(): Address {
    return this.#scratch;
  }

  /** First byte behind all buffers. What is written from there on lasts until the next `reserve`. */
  get end(): Address {
    return this.#end;
  }

  /** Returns the address of the gradient of a parameter. */
  gradientOf(address: Address): Address {
    return address - this.#parameters + this.#gradients;
  }

  /**
   * Makes room for a batch. If the buffers grow, their content is lost.
   *
   * @param rows      number of rows to run forward
   * @param backward  number of rows to run backward, or forward in training; 0 for none
   * @throws RangeError if memory runs out
   */
  reserve(rows: number, backward: number): void {
    if (rows <= this.#forwardRows && backward <= this.#backwardRows) return;
    const forwardRows = Math.max(rows, this.#forwardRows);
    const backwardRows = Math.max(backward, this.#backwardRows);
    // Nothing is valid until all of it has been allocated.
    this.#forwardRows = 0;
    this.#backwardRows = 0;
    const arena = new Arena(this.backend, this.#batchStart);
    this.#x = arena.elements(forwardRows * this.inputSize);
    this.#order = arena.bytes(4 * forwardRows);
    this.#labels = arena.bytes(4 * forwardRows);
    this.#targets = arena.elements(forwardRows * this.last.units);
    this.#weights = arena.elements(forwardRows);
    this.#scratch = arena.bytes(
      Math.max(this.backend.kernels.gemm_scratch(), ...this.layers.map(({ scratchBytes }) => scratchBytes)),
    );
    this.#firstProducts?.layOut(arena, forwardRows, backwardRows);
    this.#xGradient = arena.elements(backwardRows * this.inputSize);
    for (const layer of this.layers) {
      layer.layOutForward(arena, forwardRows, backwardRows);
      // The loss is also measured without a backward pass, and its kernel always writes a gradient.
      layer.layOutBackward(arena, layer === this.last ? forwardRows : backwardRows);
    }
    arena.commit();
    this.#end = arena.end;
    this.#forwardRows = forwardRows;
    this.#backwardRows = backwardRows;
  }

  /** Runs rows at `x` through the first `depth` layers. The output activation may be left to a loss that computes it. */
  forward(pass: Pass, activateOutput = true, depth = this.layers.length): void {
    let input = this.#x;
    for (let l = 0; l < depth; l++) {
      const layer = this.layers[l]!;
      const bias = l === 0 ? this.#firstBias() : layer.bias;
      layer.forward(input, bias, pass, activateOutput || layer !== this.last, this.#scratch);
      input = layer.output;
    }
  }

  /**
   * Computes the gradients of all parameters from that of the output layer, and the gradient of the input if it is wanted.
   *
   * @param fromLogits  true if the loss wrote the gradient with respect to the output's preactivation instead of its activation
   */
  backward(pass: Pass, fromLogits: boolean, wantsInput: boolean): void {
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const layer = this.layers[l]!;
      const below = this.layers[l - 1];
      if (!(fromLogits && layer === this.last)) layer.backwardActivation(pass, this.#scratch);
      const inputGradient = below?.outputGradient ?? (wantsInput ? this.#xGradient : undefined);
      layer.backward(below?.output ?? this.#x, inputGradient, pass, this.#scratch);
    }
    if (this.inputOffset !== 0) this.layers[0]!.addOffsetGradient(this.inputOffset, this.#noBias, pass.rows);
  }

  /**
   * Returns the largest magnitude among all gradients and among the batch statistics that enter the running ones; NaN or ∞ if
   * one of them is.
   */
  largestGradient(): number {
    const { address, count } = this.#batchStatistics;
    const gradient = this.backend.kernels.largest_magnitude(this.#gradients, this.#count);
    return count === 0 ? gradient : Math.max(gradient, this.largestMoment(address, count));
  }

  /**
   * Returns twice the largest moment of a batch: the running variance is unbiased, so that for two rows it is twice the variance.
   */
  largestMoment(address: Address, count: number): number {
    const { kernels, elementBytes } = this.backend;
    const largest = 2 * kernels.largest_magnitude(address, count);
    return elementBytes === 4 ? Math.fround(largest) : largest;
  }

  /** Moves every running statistic towards that of the last batch that was run forward in training. */
  updateStatistics(rows: number): void {
    for (const layer of this.layers) layer.updateStatistics(rows);
  }

  /** Returns a view of n elements. It is valid within one expression only, because memory may grow. */
  view(address: Address, n: number): Elements {
    const { elements, elementBytes } = this.backend;
    return elements.subarray(address / elementBytes, address / elementBytes + n);
  }

  /** Returns a copy of n elements. */
  read(address: Address, n: number): Elements {
    return this.view(address, n).slice();
  }

  /** Copies values into the memory. */
  write(address: Address, values: ArrayLike<number>): void {
    this.writes++;
    const { elements, elementBytes } = this.backend;
    elements.set(values, address / elementBytes);
  }

  #blockWith(states: readonly Address[]): OptimizerBlock {
    return {
      parameters: this.#parameters,
      gradients: this.#gradients,
      count: this.#count,
      kernelCount: this.#kernelCount,
      states,
    };
  }

  #firstBias(): Address | undefined {
    const { bias, kernel, fanIn, units } = this.layers[0]!;
    if (this.inputOffset === 0) return bias;
    const { kernels } = this.backend;
    // A layer without a bias gets one of zeros, to which the offset is added.
    if (bias === undefined) this.view(this.#noBias, units).fill(0);
    kernels.offset_bias(this.#shiftedBias, bias ?? this.#noBias, kernel, fanIn, units, this.inputOffset);
    return this.#shiftedBias;
  }
}
