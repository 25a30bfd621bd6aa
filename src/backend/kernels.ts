/**
 * Defines what a backend offers and what its kernels do. It is the border between loops over layers (TypeScript) and loops over
 * elements (WebAssembly or plain JavaScript).
 *
 * Every address is a byte address in the backend's own memory, every count a count of elements; the output comes first. An
 * element is an f32, or an f64 in `javascript64`. Matrices are row-major without gaps. assembly/README.md has the full
 * contract of each kernel; the names are those of the WebAssembly exports.
 */

import type { Arithmetic, BackendName, Elements, ThreadsInUse } from './names.js';
import type {
  Address,
  Backward,
  Draw,
  Forward,
  Gemm,
  LossOnActivations,
  LossOnLogits,
  SparseProduct,
} from './signatures.js';

export type { Address } from './signatures.js';

/** Names of the elementwise activations; each has a `_forward` and a `_backward` kernel. */
const elementwiseActivations = [
  'identity',
  'relu',
  'leaky_relu',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'silu',
  'mish',
  'gelu',
  'gelu_tanh',
  'hard_sigmoid',
  'hard_swish',
  'squared_relu',
] as const;
/** Name of an elementwise activation, as its kernels have it. */
export type ElementwiseActivation = (typeof elementwiseActivations)[number];

type ActivationKernels = { readonly [A in ElementwiseActivation as `${A}_forward`]: Forward } & {
  readonly [A in ElementwiseActivation as `${A}_backward`]: Backward;
};

/** Kernels of a backend. */
export interface Kernels extends ActivationKernels {
  /** Bytes of scratch that a gemm of any size may use. */
  gemm_scratch(): number;
  /** C[m×n] = A[m×k] · B[k×n]. */
  readonly gemm_nn: Gemm;
  /** C[m×n] = A[m×k] · Bᵀ, B stored [n×k]. */
  readonly gemm_nt: Gemm;
  /** C[m×n] = Aᵀ · B[k×n], A stored [k×m]. */
  readonly gemm_tn: Gemm;
  /** m rows of `gemm_tn`: `a` is the address of the first of m columns of a matrix stored [k×stored]. */
  gemm_tn_rows(
    c: Address,
    a: Address,
    b: Address,
    m: number,
    n: number,
    k: number,
    stored: number,
    scratch: Address,
  ): void;

  /** Number of x[0..n) that are neither +0 nor −0. */
  count_nonzeros(x: Address, n: number): number;
  /** Bytes of the index of a matrix with `nonzeros` entries that are not 0. */
  index_bytes(rows: number, columns: number, nonzeros: number): number;
  /** Writes an index of the entries of x[rows×columns] that are not 0, row by row. */
  index_rows(index: Address, x: Address, rows: number, columns: number): void;
  /** Writes the index of xᵀ from that of x[rows×columns]. */
  index_columns(index: Address, byRows: Address, rows: number, columns: number): void;
  /** gemm_nn without the zeros of A; `index` is that of A. The bits are those of gemm_nn if B is finite. */
  readonly sparse_nn: SparseProduct;
  /** gemm_tn without the zeros of A; `index` is that of Aᵀ, with m rows. The bits are those of gemm_tn if B is finite. */
  readonly sparse_tn: SparseProduct;

  /** y[r] = source[order[r]] for rows of `columns` elements; order is u32, or 0 for y[r] = source[r]. */
  gather_rows(y: Address, source: Address, order: Address, rows: number, columns: number): void;
  /** y[r] = factor · source[order[r]] for rows of bytes. With order 0, y and source may end at the same address. */
  gather_bytes(
    y: Address,
    source: Address,
    order: Address,
    rows: number,
    columns: number,
    factor: number,
  ): void;

  /** y[r][c] = x[r][c] + bias[c]. */
  bias_add(y: Address, x: Address, bias: Address, rows: number, columns: number): void;
  /** db[c] = Σ_r dz[r][c]. */
  bias_gradient(db: Address, dz: Address, rows: number, columns: number): void;

  /** y[i] = factor · x[i]. */
  scale(y: Address, x: Address, n: number, factor: number): void;
  /** y[r][c] = (x[r][c] − mean[c]) / std[c]. */
  standardize(y: Address, x: Address, mean: Address, std: Address, rows: number, columns: number): void;
  /** out[c] = bias[c] + offset · Σ_r kernel[r][c]: includes in the bias a constant that is added to every input. */
  offset_bias(
    out: Address,
    bias: Address,
    kernel: Address,
    rows: number,
    columns: number,
    offset: number,
  ): void;
  /** dw[r][c] += offset · db[c]: the share of that constant in the kernel gradient. */
  offset_gradient(dw: Address, db: Address, rows: number, columns: number, offset: number): void;

  /** Mean and biased variance of each column of x, summed in f64; NaN without rows. */
  column_moments(
    mean: Address,
    variance: Address,
    x: Address,
    rows: number,
    columns: number,
    scratch: Address,
  ): void;
  /** out[i] = 1 / √(variance[i] + epsilon), in f64. */
  inverse_deviation(out: Address, variance: Address, n: number, epsilon: number): void;
  /** y = gamma · x̂ + beta for each column, with x̂ = (x − mean) · inverse. */
  batch_norm_forward(
    y: Address,
    x: Address,
    mean: Address,
    inverse: Address,
    gamma: Address,
    beta: Address,
    rows: number,
    columns: number,
  ): void;
  /** dbeta[c] = Σ_r dy, dgamma[c] = Σ_r dy · x̂, summed in f64. */
  batch_norm_gradients(
    dgamma: Address,
    dbeta: Address,
    dy: Address,
    x: Address,
    mean: Address,
    inverse: Address,
    rows: number,
    columns: number,
    scratch: Address,
  ): void;
  /**
   * dx = gamma · inverse · (dy − share · (dbeta + x̂ · dgamma)). share is 1 / rows if the moments are those of x, 0 if they are
   * running moments.
   */
  batch_norm_backward(
    dx: Address,
    dy: Address,
    x: Address,
    mean: Address,
    inverse: Address,
    gamma: Address,
    dgamma: Address,
    dbeta: Address,
    rows: number,
    columns: number,
    share: number,
  ): void;
  /** y[i] = keep · y[i] + add · x[i], in f64; one step of a running mean. */
  blend(y: Address, x: Address, n: number, keep: number, add: number): void;
  /** y[i] = bits[i] ≥ threshold ? factor · x[i] : 0; bits and threshold are u32. */
  dropout(y: Address, x: Address, bits: Address, n: number, threshold: number, factor: number): void;
  /** a = z < 0 ? 0 : 1. It has no backward kernel. */
  readonly step_forward: Forward;
  /** a[r][c] = z > 0 ? z : slopes[c · stride] · z. Stride 1 is one slope per column, stride 0 one slope for all. */
  prelu_forward(a: Address, z: Address, slopes: Address, rows: number, columns: number, stride: number): void;
  /** dz = da · (z > 0 ? 1 : slope), dslopes[c · stride] = Σ da · min(z, 0) over all elements that share the slope. */
  prelu_backward(
    dz: Address,
    dslopes: Address,
    da: Address,
    z: Address,
    slopes: Address,
    rows: number,
    columns: number,
    stride: number,
  ): void;

  /** p[r] = softmax(z[r]). */
  softmax_forward(p: Address, z: Address, rows: number, columns: number): void;
  /** Writes p = softmax(z); ℓ = −ln p[label], ℓ′ = p − onehot(label). Labels are u32. */
  readonly softmax_cross_entropy: LossOnLogits;
  /** Writes p = softmax(z) for rows of target probabilities t; ℓ = −Σ t ln p, ℓ′ = p · Σt − t. */
  readonly softmax_cross_entropy_rows: LossOnLogits;
  /** Writes p = σ(z); ℓ = Σ max(z, 0) − zt + ln(1 + e^−|z|), ℓ′ = p − t. */
  readonly sigmoid_cross_entropy: LossOnLogits;
  /** ℓ = Σ d² with d = a − t, ℓ′ = 2d. */
  readonly squared_error: LossOnActivations;
  /** ℓ = Σ |d|, ℓ′ = sign d, 0 at d = 0. */
  readonly absolute_error: LossOnActivations;
  /** ℓ = Σ ½d² where |d| ≤ delta, else delta (|d| − ½ delta); ℓ′ = d clamped to ±delta. delta > 0. */
  readonly huber: LossOnActivations<[delta: number]>;

  // Optimizers: p are parameters, g gradients. The other blocks are state that is kept from step to step and is 0 at first.
  /** p −= learningRate · g. */
  sgd(p: Address, g: Address, n: number, learningRate: number): void;
  /** v = momentum · v + g, p −= learningRate · v. */
  sgd_momentum(p: Address, g: Address, v: Address, n: number, learningRate: number, momentum: number): void;
  /** v = momentum · v + g, p −= learningRate · (g + momentum · v). */
  sgd_nesterov(p: Address, g: Address, v: Address, n: number, learningRate: number, momentum: number): void;
  /** s = decay · s + share · g², g /= √s + epsilon; used by RMSprop and Adagrad. */
  divide_by_rms(g: Address, s: Address, n: number, decay: number, share: number, epsilon: number): void;
  /** s as in divide_by_rms, m = decay · m + share · g, g /= √(s − m²) + epsilon; used by centred RMSprop. */
  divide_by_deviation(
    g: Address,
    s: Address,
    m: Address,
    n: number,
    decay: number,
    share: number,
    epsilon: number,
  ): void;
  /** m and v decay towards g and g², p −= (forMoment · m + forGradient · g) / (√v + epsilon). */
  adam(
    p: Address,
    g: Address,
    m: Address,
    v: Address,
    n: number,
    beta1: number,
    beta2: number,
    forMoment: number,
    forGradient: number,
    epsilon: number,
  ): void;
  /** m and v as in adam, largest = max(largest, v), p −= forMoment · m / (√largest + epsilon). */
  amsgrad(
    p: Address,
    g: Address,
    m: Address,
    v: Address,
    largest: Address,
    n: number,
    beta1: number,
    beta2: number,
    forMoment: number,
    epsilon: number,
  ): void;
  /** s = decay · s + share · g², g *= √(d + epsilon) / √(s + epsilon), d = decay · d + share · g²; used by Adadelta. */
  adadelta(
    g: Address,
    s: Address,
    d: Address,
    n: number,
    decay: number,
    share: number,
    epsilon: number,
  ): void;
  /** m decays towards g, u = max(beta2 · u, |g| + epsilon), p −= forMoment · m / u. */
  adamax(
    p: Address,
    g: Address,
    m: Address,
    u: Address,
    n: number,
    beta1: number,
    beta2: number,
    forMoment: number,
    epsilon: number,
  ): void;
  /** p −= learningRate · sign(beta1 · m + (1 − beta1) · g), then m = beta2 · m + (1 − beta2) · g. */
  lion(
    p: Address,
    g: Address,
    m: Address,
    n: number,
    learningRate: number,
    beta1: number,
    beta2: number,
  ): void;
  /** Clamps x to ±limit; NaN stays NaN. */
  clip(x: Address, n: number, limit: number): void;
  /** g += l1 · sign(p) + l2 · p; sign(0) = 0. */
  penalize(g: Address, p: Address, n: number, l1: number, l2: number): void;

  /** Random words, as u32. */
  readonly random_bits: Draw<[]>;
  /** Uniform values from [low, high). */
  readonly random_uniform: Draw<[low: number, high: number]>;
  /** Normal values, not cut. */
  readonly random_normal: Draw<[mean: number, stddev: number]>;
  /** Normal values cut at ±2 stddev; what remains has the standard deviation 0.8796 · stddev. */
  readonly random_truncated_normal: Draw<[mean: number, stddev: number]>;
  /** Normal values cut to low ≤ z ≤ high; `below` is Φ(low) and `mass` Φ(high) − Φ(low), both in f64. */
  readonly random_bounded_normal: Draw<
    [mean: number, stddev: number, low: number, high: number, below: number, mass: number]
  >;
  /** u32 values from [0, bound), bound ≤ 2³². */
  readonly random_integers: Draw<[bound: number]>;
  /** u32 values; value i of the stream is from [0, i]. */
  readonly random_choices: Draw<[]>;

  /** Bytes of scratch that `orthonormal_rows` uses, equal in every backend. */
  orthonormal_rows_scratch(rows: number, columns: number): number;
  /** Turns normal draws a[rows×columns], rows ≤ columns, into orthonormal rows, Haar distributed, in place. */
  orthonormal_rows(a: Address, rows: number, columns: number, scratch: Address): void;

  // One row of f64 and a kernel of elements, for simulations whose values exceed f32.
  /** y[columns] = x[rows] · kernel[rows×columns]. */
  row_forward(y: Address, x: Address, kernel: Address, rows: number, columns: number): void;
  /** dx[rows] = kernel[rows×columns] · dy[columns]. */
  row_backward(dx: Address, dy: Address, kernel: Address, rows: number, columns: number): void;

  /**
   * Writes six f64: mean, population variance, zeros, non-finite values, smallest and largest value that is not NaN. A non-finite
   * value makes the first two NaN.
   */
  moments(out: Address, x: Address, n: number): void;
  /**
   * Writes `bins` u32: how many values lie in each of that many bins of equal width from low to high. The last bin includes high;
   * values outside count at the ends. Uses 12 · bins bytes of scratch.
   */
  histogram(
    counts: Address,
    x: Address,
    n: number,
    low: number,
    high: number,
    bins: number,
    scratch: Address,
  ): void;
  /** Number of x[0..n) that are NaN or infinite. */
  count_non_finite(x: Address, n: number): number;
  /** Largest |x|: NaN if x has a NaN, 0 without values. */
  largest_magnitude(x: Address, n: number): number;
  /** Σ x². */
  sum_of_squares(x: Address, n: number): number;
  /** Σ |x|. */
  sum_of_magnitudes(x: Address, n: number): number;
  /** Number of rows whose largest entry, the first of equals, has the column labels[r] (u32). */
  count_correct(p: Address, labels: Address, rows: number, columns: number): number;
}

/** State of the threads of a backend. */
export interface Threads extends ThreadsInUse {
  /** Number of threads that are ready, the calling one included. A worker takes about 30 ms to start. */
  readonly ready: number;
  /** Kernels may use the threads while this is true. It is set for the duration of a call that may wait for workers. */
  active: boolean;
  /** Stops the workers. */
  close(): void;
}

/**
 * Kernels and the memory they work in. Each view spans the whole memory. `reserve` replaces the views; no code keeps one, and
 * none leaves the library.
 */
export interface Backend {
  readonly name: BackendName;
  readonly arithmetic: Arithmetic;
  readonly elementBytes: 4 | 8;
  readonly kernels: Kernels;
  readonly threads: Threads;
  /** First byte that the arena may use, 64-byte aligned. */
  readonly base: Address;
  readonly elements: Elements;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;
  /**
   * Says that no views and kernels are held beyond a synchronous step any more. The memory may then be lent to another model while this
   * one is not used. A backend that never moves lacks it.
   */
  settle?(): void;
  /** Makes bytes [0, bytes) addressable and keeps their content. @throws RangeError if the memory cannot grow so far */
  reserve(bytes: number): void;
}
