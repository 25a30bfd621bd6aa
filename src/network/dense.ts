import type { Arena } from '../backend/arena.js';
import type { Address, Backend } from '../backend/kernels.js';
import { type Rng, wordsOf } from '../numbers/random.js';
import {
  backwardKernel,
  type CheckedActivation,
  forwardKernel,
  learnedSlopes,
  parameterOf,
} from './activations.js';
import type { InputProducts } from './first-products.js';
import type { BatchNormOptions } from './layers.js';

/** Parts of a layer's options on which its memory and its arithmetic depend. */
export interface LayerSpec {
  readonly units: number;
  readonly activation: CheckedActivation;
  readonly useBias: boolean;
  readonly batchNorm: Required<BatchNormOptions> | undefined;
  readonly dropout: number;
}

/** Names of the trained tensors of a layer, in their order in memory: all kernels, then all biases, and so on. */
export const parameterNames = ['kernel', 'bias', 'gamma', 'beta', 'slopes'] as const;
/** Names of the running statistics of a batch norm. */
export const statisticNames = ['runningMean', 'runningVariance'] as const;
/** Name of a trained tensor. */
export type ParameterName = (typeof parameterNames)[number];
/** Name of a running statistic. */
export type StatisticName = (typeof statisticNames)[number];
/** Name of any tensor of a layer. */
export type TensorName = ParameterName | StatisticName;

/** Tensor of a layer: its address and its number of values. */
export interface Tensor<Name extends TensorName = TensorName> {
  readonly name: Name;
  readonly address: Address;
  readonly size: number;
}

/** Returns the sizes of the tensors that a layer has. */
export function tensorSizes(fanIn: number, spec: LayerSpec): ReadonlyMap<TensorName, number> {
  const { units, activation } = spec;
  const sizes = new Map<TensorName, number>([['kernel', fanIn * units]]);
  if (spec.useBias) sizes.set('bias', units);
  if (spec.batchNorm)
    for (const name of ['gamma', 'beta', ...statisticNames] as const) sizes.set(name, units);
  const learned = learnedSlopes(activation);
  if (learned !== undefined) sizes.set('slopes', learned.shared ? 1 : units);
  return sizes;
}

/** Description of one pass of a batch. */
export interface Pass {
  readonly rows: number;
  /** True to normalize by the batch's own statistics and apply dropout; false to use the running statistics without dropout. */
  readonly training: boolean;
  /** Number of steps that the model has taken. Dropout depends on it. */
  readonly step: number;
}

/** Number of scratch bytes that a random draw uses. */
const DRAW_SCRATCH = 128;
const WORD = 0x100000000;

/**
 * Dense layer in the model's memory. It applies kernel, bias, batch normalization, activation and dropout in this order, or
 * normalizes after the activation. The kernel has the shape [fanIn, units]; buffers of a batch have the shape [rows, units].
 */
export class Dense {
  readonly fanIn: number;
  readonly units: number;
  readonly spec: LayerSpec;
  /** Address of each tensor. */
  readonly tensors: ReadonlyMap<TensorName, Address>;
  // Addresses that every batch uses are fields, because in a tiny network a look-up takes as long as a kernel.
  readonly kernel: Address;
  /** Address of the bias; undefined without one. */
  readonly bias: Address | undefined;
  /** Input of the activation. */
  preactivation: Address = 0;
  /** Output of the activation. */
  activation: Address = 0;
  /** Input of the next layer. Every forward pass sets it. */
  output: Address = 0;
  preactivationGradient: Address = 0;
  /**
   * Gradient with respect to the next layer's input. After this layer's backward pass, it is that with respect to the layer's own
   * activation.
   */
  outputGradient: Address = 0;
  readonly #backend: Backend;
  readonly #slopes: Address | undefined;
  readonly #slopeStride: 0 | 1;
  readonly #gradientOf: (address: Address) => Address;
  readonly #kernelGradient: Address;
  readonly #biasGradient: Address;
  readonly #forward: ReturnType<typeof forwardKernel>;
  readonly #backward: ReturnType<typeof backwardKernel>;
  readonly #parameter: number;
  readonly #dropout: Rng;
  readonly #products: InputProducts | undefined;
  readonly #gamma: Address;
  readonly #beta: Address;
  readonly #runningMean: Address;
  readonly #runningVariance: Address;
  readonly #batchMean: Address;
  readonly #batchVariance: Address;
  readonly #inverse: Address;
  #sums: Address = 0;
  #sumsGradient: Address = 0;
  #normalized: Address = 0;
  #dropped: Address = 0;
  #bits: Address = 0;

  /**
   * Stores the addresses of the layer's tensors and its kernels.
   *
   * @param tensors     addresses that the network laid out
   * @param statistics  addresses of the batch's mean and variance and of the inverse deviation, units elements each; 0 without
   *                    batch norm
   * @param gradientOf  returns the address of a parameter's gradient
   * @param dropout     random stream of the layer
   * @param products    products with the layer's input; by default one gemm each
   */
  constructor(
    backend: Backend,
    fanIn: number,
    spec: LayerSpec,
    tensors: ReadonlyMap<TensorName, Address>,
    statistics: { readonly mean: Address; readonly variance: Address; readonly inverse: Address },
    gradientOf: (address: Address) => Address,
    dropout: Rng,
    products?: InputProducts,
  ) {
    this.#backend = backend;
    this.#dropout = dropout;
    this.#products = products;
    this.fanIn = fanIn;
    this.units = spec.units;
    this.spec = spec;
    this.tensors = tensors;
    // Without batch norm, these four are never used.
    this.#gamma = tensors.get('gamma') ?? 0;
    this.#beta = tensors.get('beta') ?? 0;
    this.#runningMean = tensors.get('runningMean') ?? 0;
    this.#runningVariance = tensors.get('runningVariance') ?? 0;
    this.#batchMean = statistics.mean;
    this.#batchVariance = statistics.variance;
    this.#inverse = statistics.inverse;
    this.#gradientOf = gradientOf;
    this.kernel = tensors.get('kernel')!;
    this.bias = tensors.get('bias');
    this.#slopes = tensors.get('slopes');
    this.#kernelGradient = gradientOf(this.kernel);
    this.#biasGradient = this.bias === undefined ? 0 : gradientOf(this.bias);
    this.#slopeStride = learnedSlopes(spec.activation)?.shared ? 0 : 1;
    // Names, because the kernels change when the model moves to another memory.
    this.#forward = forwardKernel(spec.activation);
    this.#backward = backwardKernel(spec.activation);
    this.#parameter = parameterOf(spec.activation);
  }

  /** Address of the batch norm's variances in the last batch in training: units elements. */
  get batchVariance(): Address {
    return this.#batchVariance;
  }

  /** Tensors that are trained. */
  get parameters(): Tensor<ParameterName>[] {
    return this.#those(parameterNames);
  }

  /** Running statistics of a batch norm. */
  get statistics(): Tensor<StatisticName>[] {
    return this.#those(statisticNames);
  }

  /** Number of scratch bytes that the layer's kernels use, without the gemms. */
  get scratchBytes(): number {
    return Math.max(DRAW_SCRATCH, 16 * this.units);
  }

  /** Number of elements per row that a forward pass writes. */
  get valuesPerRow(): number {
    const { batchNorm, dropout } = this.spec;
    return this.units * (2 + (batchNorm ? 1 : 0) + (dropout > 0 ? 2 : 0));
  }

  /** Lays out the buffers that a forward pass writes. A layer without batch norm or dropout uses one buffer in several roles. */
  layOutForward(arena: Arena, rows: number, trainingRows: number): void {
    const { batchNorm, dropout } = this.spec;
    const n = rows * this.units;
    this.#sums = arena.elements(n);
    this.preactivation = batchNorm?.position === 'before' ? arena.elements(n) : this.#sums;
    this.activation = arena.elements(n);
    this.#normalized = batchNorm?.position === 'after' ? arena.elements(n) : this.activation;
    this.output = this.#normalized;
    if (dropout > 0) {
      this.#bits = arena.bytes(4 * trainingRows * this.units);
      this.#dropped = arena.elements(trainingRows * this.units);
    }
  }

  /** Lays out the buffers that a backward pass writes. */
  layOutBackward(arena: Arena, rows: number): void {
    const n = rows * this.units;
    this.preactivationGradient = arena.elements(n);
    this.outputGradient = arena.elements(n);
    this.#sumsGradient =
      this.spec.batchNorm?.position === 'before' ? arena.elements(n) : this.preactivationGradient;
  }

  /**
   * Runs rows forward.
   *
   * @param bias      address of the bias to add, which need not be the layer's own; undefined for none
   * @param activate  false leaves the activation to a loss that computes it
   */
  forward(input: Address, bias: Address | undefined, pass: Pass, activate: boolean, scratch: Address): void {
    const { kernels } = this.#backend;
    const { units, fanIn } = this;
    const { rows } = pass;
    const { batchNorm, dropout } = this.spec;
    if (this.#products !== undefined) {
      this.#products.forward(this.#sums, input, this.kernel, rows, units, fanIn, scratch);
    } else kernels.gemm_nn(this.#sums, input, this.kernel, rows, units, fanIn, scratch);
    if (bias !== undefined) kernels.bias_add(this.#sums, this.#sums, bias, rows, units);
    if (batchNorm?.position === 'before') this.#normalize(this.preactivation, this.#sums, pass, scratch);
    this.output = this.#normalized;
    if (!activate) return;
    this.#activate(rows);
    if (batchNorm?.position === 'after') this.#normalize(this.#normalized, this.activation, pass, scratch);
    if (dropout > 0 && pass.training) {
      const n = rows * units;
      kernels.random_bits(this.#bits, n, ...wordsOf(this.#dropout.split(pass.step)), 0, 0, scratch);
      this.#drop(this.#dropped, this.#normalized, n);
      this.output = this.#dropped;
    }
  }

  /** Computes the gradient with respect to the preactivation from that with respect to the output. */
  backwardActivation(pass: Pass, scratch: Address): void {
    const { kernels } = this.#backend;
    const { units, activation, preactivation, preactivationGradient, outputGradient } = this;
    const { rows } = pass;
    const n = rows * units;
    if (this.spec.dropout > 0 && pass.training) this.#drop(outputGradient, outputGradient, n);
    if (this.spec.batchNorm?.position === 'after') {
      this.#normalizeBackward(outputGradient, outputGradient, activation, pass, scratch);
    }
    const slopes = this.#slopes;
    if (slopes !== undefined) {
      const stride = this.#slopeStride;
      kernels.prelu_backward(
        preactivationGradient,
        this.#gradientOf(slopes),
        outputGradient,
        preactivation,
        slopes,
        rows,
        units,
        stride,
      );
      return;
    }
    kernels[this.#backward!](
      preactivationGradient,
      outputGradient,
      preactivation,
      activation,
      n,
      this.#parameter,
    );
  }

  /**
   * Computes the gradients of the parameters from that of the preactivation, and the gradient of the input if it has a buffer.
   */
  backward(input: Address, inputGradient: Address | undefined, pass: Pass, scratch: Address): void {
    const { kernels } = this.#backend;
    const { units, fanIn, kernel, bias } = this;
    const { rows } = pass;
    const gradient = this.#sumsGradient;
    if (this.spec.batchNorm?.position === 'before') {
      this.#normalizeBackward(gradient, this.preactivationGradient, this.#sums, pass, scratch);
    }
    if (this.#products !== undefined) {
      this.#products.kernelGradient(this.#kernelGradient, input, gradient, fanIn, units, rows, scratch);
    } else kernels.gemm_tn(this.#kernelGradient, input, gradient, fanIn, units, rows, scratch);
    if (bias !== undefined) kernels.bias_gradient(this.#biasGradient, gradient, rows, units);
    if (inputGradient !== undefined) {
      kernels.gemm_nt(inputGradient, gradient, kernel, rows, fanIn, units, scratch);
    }
  }

  /** Completes the kernel's gradient: the gemm left out a constant that was added to every input. */
  addOffsetGradient(offset: number, biasGradient: Address, rows: number): void {
    const { kernels } = this.#backend;
    if (this.bias === undefined) kernels.bias_gradient(biasGradient, this.#sumsGradient, rows, this.units);
    const from = this.bias === undefined ? biasGradient : this.#biasGradient;
    kernels.offset_gradient(this.#kernelGradient, from, this.fanIn, this.units, offset);
  }

  /** Moves the running statistics towards those of the last batch, which had `rows` rows. */
  updateStatistics(rows: number): void {
    const { batchNorm } = this.spec;
    if (batchNorm === undefined) return;
    const { momentum } = batchNorm;
    const { kernels } = this.#backend;
    const keep = 1 - momentum;
    kernels.blend(this.#runningMean, this.#batchMean, this.units, keep, momentum);
    // The running variance is unbiased, as in PyTorch.
    const unbiased = (momentum * rows) / (rows - 1);
    kernels.blend(this.#runningVariance, this.#batchVariance, this.units, keep, unbiased);
  }

  #those<Name extends TensorName>(names: readonly Name[]): Tensor<Name>[] {
    const sizes = tensorSizes(this.fanIn, this.spec);
    return names
      .filter((name) => sizes.has(name))
      .map((name) => ({ name, address: this.tensors.get(name)!, size: sizes.get(name)! }));
  }

  #activate(rows: number): void {
    const { kernels } = this.#backend;
    const { units, activation, preactivation } = this;
    if (this.#slopes !== undefined) {
      kernels.prelu_forward(activation, preactivation, this.#slopes, rows, units, this.#slopeStride);
    } else if (this.#forward !== undefined) {
      kernels[this.#forward](activation, preactivation, rows * units, this.#parameter);
    } else kernels.softmax_forward(activation, preactivation, rows, units);
  }

  #normalize(y: Address, x: Address, { rows, training }: Pass, scratch: Address): void {
    const { kernels } = this.#backend;
    const { units } = this;
    if (training) kernels.column_moments(this.#batchMean, this.#batchVariance, x, rows, units, scratch);
    const variance = training ? this.#batchVariance : this.#runningVariance;
    kernels.inverse_deviation(this.#inverse, variance, units, this.spec.batchNorm!.epsilon);
    const mean = this.#mean(training);
    kernels.batch_norm_forward(y, x, mean, this.#inverse, this.#gamma, this.#beta, rows, units);
  }

  #normalizeBackward(dx: Address, dy: Address, x: Address, pass: Pass, scratch: Address): void {
    const { kernels } = this.#backend;
    const { units } = this;
    const { rows, training } = pass;
    const gamma = this.#gamma;
    const dgamma = this.#gradientOf(gamma);
    const dbeta = this.#gradientOf(this.#beta);
    const mean = this.#mean(training);
    kernels.batch_norm_gradients(dgamma, dbeta, dy, x, mean, this.#inverse, rows, units, scratch);
    // Running statistics do not depend on the batch, so no gradient flows through them.
    const share = training ? 1 / rows : 0;
    const inverse = this.#inverse;
    kernels.batch_norm_backward(dx, dy, x, mean, inverse, gamma, dgamma, dbeta, rows, units, share);
  }

  #mean(training: boolean): Address {
    return training ? this.#batchMean : this.#runningMean;
  }

  #drop(y: Address, x: Address, n: number): void {
    const { dropout } = this.spec;
    this.#backend.kernels.dropout(y, x, this.#bits, n, Math.floor(dropout * WORD), 1 / (1 - dropout));
  }
}
