import { orthonormalRows } from '../backend/draws.js';
import { finiteF32, knownKeys } from '../errors.js';
import { type Expectation, type Fans, type Initializer, initializer, type Shape } from './initializer.js';
import { provideInitializers } from './known.js';

/** Options of `identity`. */
export interface IdentityOptions {
  /** Value on the diagonal, finite; default 1. */
  readonly gain?: number;
}

/**
 * Initializer that gives the identity matrix times gain, cut or filled with zeros if it is not square. Equal to Keras's Identity
 * and PyTorch's eye_.
 *
 * @param options      {@link IdentityOptions}
 * @throws TypeError   if an option is unknown or gain is not a number
 * @throws RangeError  if gain is not finite
 */
export function identity(options: IdentityOptions = {}): Initializer {
  provideInitializers({ identity });
  knownKeys('identity', options, ['gain']);
  const { gain = 1 } = options;
  finiteF32('gain', gain);
  return initializer(
    { name: 'identity', gain },
    diagonalExpectation(gain, `${gain} · I`, 'Keras Identity'),
    (_, out, __, shape) => {
      fillDiagonal(out, shape, gain);
    },
  );
}

/** Options of orthogonal. */
export interface OrthogonalOptions {
  /** Factor of the orthonormal matrix, a finite number; default 1 (Keras, PyTorch). */
  readonly gain?: number;
}

/**
 * Initializer that gives a random matrix with orthonormal rows or columns, whichever are fewer, times gain. The distribution is
 * Haar's: every such matrix is equally likely. Distributed as Keras's Orthogonal and PyTorch's orthogonal_; Saxe et al. 2014.
 *
 * The matrix is a product of reflections of independent normal vectors (Stewart 1980). This is half the work of decomposing a
 * matrix of such vectors.
 *
 * @param options      {@link OrthogonalOptions}
 * @throws TypeError   if an option is unknown or gain is not a number
 * @throws RangeError  if gain is not finite
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  provideInitializers({ orthogonal });
  knownKeys('orthogonal', options, ['gain']);
  const { gain = 1 } = options;
  finiteF32('gain', gain);
  const expect = (_: Fans, [rows, columns = 1]: Shape): Expectation => ({
    distribution: 'orthogonal',
    mean: 0,
    variance: (gain * gain) / Math.max(rows, columns),
    limit: Math.abs(gain),
    formula: 'Haar: a product of Householder reflections of normal vectors',
    source: 'Saxe et al. 2014; Stewart 1980',
  });
  return initializer({ name: 'orthogonal', gain }, expect, (rng, out, _, [rows, columns = 1]) => {
    const wide = rows <= columns;
    const [few, many] = wide ? [rows, columns] : [columns, rows];
    const q = orthonormalRows(rng.normal(few * many), few, many);
    const [down, right] = wide ? [many, 1] : [1, many];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) out[r * columns + c] = gain * q[r * down + c * right]!;
    }
  });
}

/**
 * Initializer without randomness (ZerO, Zhao et al. 2021, arXiv 2110.12661, as in their code). A layer that narrows or keeps its
 * width gets the identity. A layer that widens gets a Hadamard transform between two cut identities, with entries ±2^(−m/2), m =
 * ⌈log₂ fanOut⌉. It keeps lengths and breaks the symmetry.
 */
export function zerO(): Initializer {
  provideInitializers({ zerO });
  const expect = (_: Fans, shape: Shape): Expectation => {
    const [fanIn, fanOut = 1] = shape;
    if (fanOut <= fanIn) return diagonalExpectation(1, 'I', 'Zhao et al. 2021')(_, shape);
    const value = hadamardEntry(fanOut);
    const formula = '±2^(−m/2), m = ⌈log₂ fanOut⌉';
    const source = 'Zhao et al. 2021';
    return {
      distribution: 'Hadamard',
      mean: Number.NaN,
      variance: value * value,
      limit: value,
      formula,
      source,
    };
  };
  return initializer({ name: 'zerO' }, expect, (_, out, __, shape) => {
    const [fanIn, fanOut = 1] = shape;
    if (fanOut <= fanIn) {
      fillDiagonal(out, shape, 1);
      return;
    }
    const value = hadamardEntry(fanOut);
    for (let i = 0; i < fanIn; i++) {
      for (let j = 0; j < fanOut; j++) out[i * fanOut + j] = oddBits(i & j) ? -value : value;
    }
  });
}

function fillDiagonal(out: Float32Array, [rows, columns = 1]: Shape, value: number): void {
  out.fill(0);
  for (let i = 0; i < Math.min(rows, columns); i++) out[i * columns + i] = value;
}

function diagonalExpectation(value: number, formula: string, source: string) {
  return (_: Fans, [rows, columns = 1]: Shape): Expectation => {
    const share = Math.min(rows, columns) / (rows * columns);
    const variance = value * value * share * (1 - share);
    return {
      distribution: 'diagonal',
      mean: value * share,
      variance,
      limit: Math.abs(value),
      formula,
      source,
    };
  };
}

/** Returns 2^(−m/2) for the smallest 2^m ≥ n. */
function hadamardEntry(n: number): number {
  let order = 1;
  while (order < n) order *= 2;
  return 1 / Math.sqrt(order);
}

/** Returns true if x has an odd number of ones. Sylvester's Hadamard matrix has −1 where i & j does. */
function oddBits(x: number): boolean {
  let odd = false;
  for (let rest = x; rest > 0; rest &= rest - 1) odd = !odd;
  return odd;
}
