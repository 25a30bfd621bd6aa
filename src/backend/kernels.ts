/**
 * The border between the loops over layers (TypeScript) and the loops over elements
 * (WebAssembly or plain JavaScript): what a backend offers and what its kernels do.
 *
 * Every address is a byte address in the backend's own memory; every count is a count of elements; the output comes first. An element is an f32,
 * in `javascript64` an f64. Matrices are row-major without gaps. The full contract, kernel by
 * kernel, is assembly/README.md; names are those of the WebAssembly exports.
 */

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

/** The elementwise activations: each has a `_forward` and a `_backward` kernel. */
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
export type ElementwiseActivation = (typeof elementwiseActivations)[number];

type ActivationKernels = { readonly [A in ElementwiseActivation as `${A}_forward`]: Forward } & {
  readonly [A in ElementwiseActivation as `${A}_backward`]: Backward;
};

export interface Kernels extends ActivationKernels {
  /** Bytes of scratch that any gemm may use, whatever its size. */
  gemm_scratch(): number;
  /** C[m×n] = A[m×k] · B[k×n]. */
  readonly gemm_nn: Gemm;
  /** C[m×n] = A[m×k] · Bᵀ, B stored [n×k]. */
  readonly gemm_nt: Gemm;
  /** C[m×n] = Aᵀ · B[k×n], A stored [k×m]. */
  readonly gemm_tn: Gemm;
  /** The same for m of the columns of A, which is stored [k×stored]; `a` is the address of the first of them. */
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

  /** How many of x[0..n) are neither +0 nor −0. */
  count_nonzeros(x: Address, n: number): number;
  /** Bytes of an index of a matrix with so many entries that are not 0. */
  index_bytes(rows: number, columns: number, nonzeros: number): number;
  /** Where in each row of x[rows×columns] there is something else than 0. */
  index_rows(index: Address, x: Address, rows: number, columns: number): void;
  /** The index of xᵀ, out of that of x[rows×columns]. */
  index_columns(index: Address, byRows: Address, rows: number, columns: number): void;
  /** gemm_nn over what is not 0, `index` that of A; the same bits for finite B. */
  readonly sparse_nn: SparseProduct;
  /** gemm_tn over what is not 0, `index` that of Aᵀ, which has m rows; the same bits for finite B. */
  readonly sparse_tn: SparseProduct;

  /** y[r] = source[order[r]], rows of so many elements; order is u32, or 0: then y[r] = source[r]. */
  gather_rows(y: Address, source: Address, order: Address, rows: number, columns: number): void;
  /** The same of rows of bytes, each times `factor`; with order 0, y and source may end at the same address. */
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
  /** out[c] = bias[c] + offset · Σ_r kernel[r][c]: the bias that a constant added to every input amounts to. */
  offset_bias(
    out: Address,
    bias: Address,
    kernel: Address,
    rows: number,
    columns: number,
    offset: number,
  ): void;
  /** dw[r][c] += offset · db[c]: that constant's share of the kernel gradient. */
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
  /** y = gamma · x̂ + beta by columns, x̂ = (x − mean) · inverse. */
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
   * dx = gamma · inverse · (dy − share · (dbeta + x̂ · dgamma)): share is 1 / rows for moments of x itself, 0 for
   * running ones.
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
  /** y[i] = keep · y[i] + add · x[i], in f64: a step of a running mean. */
  blend(y: Address, x: Address, n: number, keep: number, add: number): void;
  /** y[i] = bits[i] ≥ threshold ? factor · x[i] : 0; bits and threshold are u32. */
  dropout(y: Address, x: Address, bits: Address, n: number, threshold: number, factor: number): void;
  /** a = z < 0 ? 0 : 1; nothing trains through it. */
  readonly step_forward: Forward;
  /** a[r][c] = z > 0 ? z : slopes[c · stride] · z: stride 1 is a slope a column, 0 one for all. */
  prelu_forward(a: Address, z: Address, slopes: Address, rows: number, columns: number, stride: number): void;
  /** dz = da · (z > 0 ? 1 : slope), dslopes[c · stride] = Σ da · min(z, 0) over what shares the slope. */
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
  /** The same for rows of target probabilities t: ℓ = −Σ t ln p, ℓ′ = p · Σt − t. */
  readonly softmax_cross_entropy_rows: LossOnLogits;
  /** Writes p = σ(z); ℓ = Σ max(z, 0) − zt + ln(1 + e^−|z|), ℓ′ = p − t. */
  readonly sigmoid_cross_entropy: LossOnLogits;
  /** ℓ = Σ d² with d = a − t, ℓ′ = 2d. */
  readonly squared_error: LossOnActivations;
  /** ℓ = Σ |d|, ℓ′ = sign d, 0 at d = 0. */
  readonly absolute_error: LossOnActivations;
  /** ℓ = Σ ½d² where |d| ≤ delta, else delta (|d| − ½ delta); ℓ′ = d cut to ±delta. delta > 0. */
  readonly huber: LossOnActivations<[delta: number]>;

  // The optimizers: p are parameters, g gradients, the other blocks what is remembered from step to step, 0 at first.
  /** p −= learningRate · g. */
  sgd(p: Address, g: Address, n: number, learningRate: number): void;
  /** v = momentum · v + g, p −= learningRate · v. */
  sgd_momentum(p: Address, g: Address, v: Address, n: number, learningRate: number, momentum: number): void;
  /** v = momentum · v + g, p −= learningRate · (g + momentum · v). */
  sgd_nesterov(p: Address, g: Address, v: Address, n: number, learningRate: number, momentum: number): void;
  /** s = decay · s + share · g², g /= √s + epsilon: what RMSprop and Adagrad step by. */
  divide_by_rms(g: Address, s: Address, n: number, decay: number, share: number, epsilon: number): void;
  /** The same around the mean: m = decay · m + share · g, g /= √(s − m²) + epsilon. */
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
  /** m and v decay likewise, largest = max(largest, v), p −= forMoment · m / (√largest + epsilon). */
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
  /** s = decay · s + share · g², g *= √(d + epsilon) / √(s + epsilon), d = decay · d + share · g²: what Adadelta steps by. */
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
  /** Brings x within ±limit; NaN stays. */
  clip(x: Address, n: number, limit: number): void;
  /** g += l1 · sign(p) + l2 · p; sign(0) = 0. */
  penalize(g: Address, p: Address, n: number, l1: number, l2: number): void;

  readonly random_bits: Draw<[]>;
  readonly random_uniform: Draw<[low: number, high: number]>;
  readonly random_normal: Draw<[mean: number, stddev: number]>;
  /** Cut at ±2 sd of the normal that is drawn from; its own sd is 0.8796 · stddev. */
  readonly random_truncated_normal: Draw<[mean: number, stddev: number]>;
  /** Cut to low ≤ z ≤ high; `below` is Φ(low), `mass` Φ(high) − Φ(low), in f64. */
  readonly random_bounded_normal: Draw<
    [mean: number, stddev: number, low: number, high: number, below: number, mass: number]
  >;
  /** u32 in [0, bound), bound ≤ 2³². */
  readonly random_integers: Draw<[bound: number]>;
  /** u32, value i of the stream in [0, i]. */
  readonly random_choices: Draw<[]>;

  /** Bytes of scratch that `orthonormal_rows` uses, the same in every backend. */
  orthonormal_rows_scratch(rows: number, columns: number): number;
  /** Makes of normal draws a[rows×columns], rows ≤ columns, orthonormal rows, Haar distributed, in place. */
  orthonormal_rows(a: Address, rows: number, columns: number, scratch: Address): void;

  // One row of f64 and a kernel of elements, for simulations whose values leave f32.
  /** y[columns] = x[rows] · kernel[rows×columns]. */
  row_forward(y: Address, x: Address, kernel: Address, rows: number, columns: number): void;
  /** dx[rows] = kernel[rows×columns] · dy[columns]. */
  row_backward(dx: Address, dy: Address, kernel: Address, rows: number, columns: number): void;

  /** Four f64 at `out`: mean, population variance, zeros, non-finite values (which make the first two NaN). */
  moments(out: Address, x: Address, n: number): void;
  /** How many of x[0..n) are NaN or infinite. */
  count_non_finite(x: Address, n: number): number;
  /** The largest |x|: NaN if there is one, 0 of nothing. */
  largest_magnitude(x: Address, n: number): number;
  /** Σ x². */
  sum_of_squares(x: Address, n: number): number;
  /** Σ |x|. */
  sum_of_magnitudes(x: Address, n: number): number;
  /** Rows whose largest entry, the first of equals, stands at labels[r] (u32). */
  count_correct(p: Address, labels: Address, rows: number, columns: number): number;
}

/** The threads of a backend. */
export interface Threads {
  /** How many share the work, the calling one among them; 1 for none but that. */
  readonly count: number;
  /** How many of them listen by now: a worker takes some 30 ms to begin. */
  readonly ready: number;
  /** Why there are fewer than were asked for, if there are. */
  readonly reason?: string | undefined;
  /** True lets kernels use them: for the length of a call that may wait for them. */
  active: boolean;
  /** Ends the others. */
  close(): void;
}

export type BackendName = 'wasm' | 'javascript' | 'javascript64';
/** Default backend: 'wasm', or 'javascript' where WebAssembly is unavailable. */
export type DefaultBackend = Exclude<BackendName, 'javascript64'>;
export type Arithmetic = 'portable' | 'fused';
export type Elements = Float32Array | Float64Array;

/**
 * Kernels and the memory they work in. The views are of the whole memory and are renewed by
 * `reserve`; nobody keeps one, and none leaves the library.
 */
export interface Backend {
  readonly name: BackendName;
  readonly arithmetic: Arithmetic;
  readonly elementBytes: 4 | 8;
  readonly kernels: Kernels;
  readonly threads: Threads;
  /** The first byte that is free for the arena, 64-byte aligned. */
  readonly base: Address;
  readonly elements: Elements;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;
  /** Makes bytes [0, bytes) addressable; what was there stays. @throws RangeError where memory ends. */
  reserve(bytes: number): void;
}
