/** Comparison of the predictions of two models on random rows. */
import { type MLP, NonFiniteError, Rng, StateError } from '../../index.js';
import { internalsOf } from '../../training/internals.js';

/** Largest difference of predictions that counts as rounding, relative to the largest output, or absolute for outputs below 1. */
export const LARGEST_DIFFERENCE = 1e-5;
const ROWS = 256;
const SEED = 'convert';

export interface RandomRows {
  readonly count: number;
  readonly x: Float64Array | Uint8Array;
}

/** Returns seeded rows like those that the model was trained on: bytes, or normal with mean and standard deviation of the scaling. */
export function randomRows(model: MLP): RandomRows {
  const { inputSize } = model;
  const { scaler } = internalsOf(model);
  const rng = new Rng(SEED);
  const n = ROWS * inputSize;
  if (scaler.fittedToBytes) return { count: ROWS, x: Uint8Array.from(rng.integers(n, 256)) };
  const { mean, std } = scaler.statistics ?? { mean: [0], std: [1] };
  const at = (list: ArrayLike<number>, i: number) => list[list.length === 1 ? 0 : i % inputSize]!;
  const normal = rng.normal(n);
  return { count: ROWS, x: Float64Array.from(normal, (value, i) => at(mean, i) + at(std, i) * value) };
}

/**
 * Returns the largest difference between the predictions of two models, with the largest output; or the reason why they cannot be
 * compared, such as a scaling that has not learned from data.
 */
export function difference(
  a: MLP,
  b: MLP,
  { x }: RandomRows,
): { readonly largest: number; readonly output: number } | string {
  let expected: Float32Array;
  try {
    expected = a.predict(x);
  } catch (error) {
    if (error instanceof StateError || error instanceof NonFiniteError) return error.message;
    throw error;
  }
  const came = b.predict(x);
  let largest = 0;
  let output = 0;
  for (const [i, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value - came[i]!));
    output = Math.max(output, Math.abs(value));
  }
  return { largest, output };
}
