/**
 * The border between the loops over layers (TypeScript) and the loops over elements
 * (WebAssembly or plain JavaScript): what a backend offers and what its kernels do.
 *
 * Every address is a byte address in the backend's own memory; every count is a count of elements; the output comes first. An element is an f32,
 * in `javascript64` an f64. Matrices are row-major without gaps. The full contract, kernel by
 * kernel, is assembly/README.md; names are those of the WebAssembly exports.
 */

export type Address = number;

/** Draws address a value by (key, path, index), each 64 bits as two words, low word first. */
type Draw<Parameters extends number[]> = (
  out: Address,
  n: number,
  key0: number,
  key1: number,
  path0: number,
  path1: number,
  index0: number,
  index1: number,
  ...parameters: [...Parameters, scratch: Address]
) => void;

type Gemm = (c: Address, a: Address, b: Address, m: number, n: number, k: number, scratch: Address) => void;

type Forward = (a: Address, z: Address, n: number) => void;
type Backward = (dz: Address, da: Address, z: Address, a: Address, n: number) => void;

/** The elementwise activations: each has a `_forward` and a `_backward` kernel. */
export const elementwiseActivations = ['identity', 'relu', 'sigmoid', 'tanh'] as const;
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

  /** p[r] = softmax(z[r]). */
  softmax_forward(p: Address, z: Address, rows: number, columns: number): void;
  /** Writes p = softmax(z) and dz = (p − onehot(label)) / rows; returns the summed loss. Labels are u32. */
  softmax_cross_entropy(
    dz: Address,
    p: Address,
    z: Address,
    labels: Address,
    rows: number,
    columns: number,
  ): number;
  /** The same for rows of target probabilities t: dz = (p · Σt − t) / rows. */
  softmax_cross_entropy_rows(
    dz: Address,
    p: Address,
    z: Address,
    targets: Address,
    rows: number,
    columns: number,
  ): number;
  /** Writes da = 2 (a − t) / n; returns Σ (a − t)². */
  mean_squared_error(da: Address, a: Address, targets: Address, n: number): number;

  /** parameters[i] −= learningRate · gradients[i]. */
  sgd(parameters: Address, gradients: Address, n: number, learningRate: number): void;

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

  /** Bytes of scratch that `orthogonalize` uses, the same in every backend. */
  orthogonalize_scratch(rows: number, columns: number): number;
  /** Makes the rows of a[rows×columns], rows ≤ columns, orthonormal in place; of normal draws, Haar distributed. */
  orthogonalize(a: Address, rows: number, columns: number, scratch: Address): void;

  /** Four f64 at `out`: mean, population variance, zeros, non-finite values (which make the first two NaN). */
  moments(out: Address, x: Address, n: number): void;
  /** How many of x[0..n) are NaN or infinite. */
  count_non_finite(x: Address, n: number): number;
  /** Rows whose largest entry, the first of equals, stands at labels[r] (u32). */
  count_correct(p: Address, labels: Address, rows: number, columns: number): number;
}

export type BackendName = 'wasm' | 'javascript' | 'javascript64';
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
  /** The first byte that is free for the arena, 64-byte aligned. */
  readonly base: Address;
  readonly elements: Elements;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  /** Makes bytes [0, bytes) addressable; what was there stays. @throws RangeError where memory ends. */
  reserve(bytes: number): void;
}
