/** Signatures that several kernels share. The output comes first; counts are counts of elements. */

/** Byte address in the backend's memory. */
export type Address = number;

/** Kernel that draws n values. A value is addressed by (key, path, index), each 64 bits as two words, low word first. */
export type Draw<Parameters extends number[]> = (
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

/** Product of two matrices: C[m×n] from k terms per element. */
export type Gemm = (
  c: Address,
  a: Address,
  b: Address,
  m: number,
  n: number,
  k: number,
  scratch: Address,
) => void;

/** Product of two matrices that skips the zeros of A, of which `index` lists the other entries. */
export type SparseProduct = (
  c: Address,
  a: Address,
  index: Address,
  b: Address,
  m: number,
  n: number,
  k: number,
  scratch: Address,
) => void;

/** Elementwise activation. `parameter` is leaky_relu's negativeSlope and elu's alpha; the others ignore it. */
export type Forward = (a: Address, z: Address, n: number, parameter: number) => void;
/** Derivative of an elementwise activation: dz from da, with z and a of the forward pass. */
export type Backward = (
  dz: Address,
  da: Address,
  z: Address,
  a: Address,
  n: number,
  parameter: number,
) => void;

/**
 * Loss on logits: writes w_r · share · ℓ′ and returns Σ_r w_r · ℓ_r. `weights` is the address of one element per row, or 0 if every
 * row weighs 1. A row of weight 0 adds 0 to both, whatever its values.
 */
export type LossOnLogits = (
  dz: Address,
  p: Address,
  z: Address,
  targets: Address,
  rows: number,
  columns: number,
  weights: Address,
  share: number,
) => number;
/** Loss on activations, otherwise like `LossOnLogits`; da may be a or targets. */
export type LossOnActivations<Parameters extends number[] = []> = (
  da: Address,
  a: Address,
  targets: Address,
  rows: number,
  columns: number,
  weights: Address,
  share: number,
  ...parameters: Parameters
) => number;
