/** Safetensors files of floating-point numbers, as models have them. */
import { NonFiniteError } from '../errors.js';
import { modelDtypes } from './dtypes.js';
import { type Dtypes, type FileBytes, type Named, readTensors, writeTensors } from './format.js';
import { quote } from './safetensors-header.js';

/** Array of any rank with floating-point numbers, row-major. The shape [] is a single number. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

const types = modelDtypes as unknown as Dtypes;

/** Writes tensors in the precision of their values. @throws TypeError or RangeError if a text of the metadata cannot be written */
export function writeFloats(tensors: ReadonlyMap<string, Tensor>, metadata: Named<string>): FileBytes {
  const stored = [...tensors].map(([name, { shape, values }]) => {
    const dtype = values instanceof Float32Array ? 'F32' : 'F64';
    return [name, { dtype, shape, values }] as const;
  });
  return writeTensors(types, stored, metadata);
}

/**
 * Reads a file whose tensors are floating-point numbers, or counters: I64 becomes a Float64Array if every value is exact as a number.
 *
 * @throws TypeError or RangeError that opens with `bytes`
 */
export function readFloats(bytes: unknown): {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Map<string, string>;
} {
  const { tensors, metadata } = readTensors(types, bytes);
  const floats = new Map<string, Tensor>();
  for (const [name, { dtype, shape, values }] of tensors) {
    const numbers = values as Tensor['values'];
    const bad = dtype === 'I64' ? numbers.findIndex((value) => !Number.isSafeInteger(value)) : -1;
    if (bad >= 0)
      throw new RangeError(`bytes: tensor ${quote(name)}: value ${bad} of I64 is beyond ±(2^53 − 1)`);
    floats.set(name, { shape, values: numbers });
  }
  return { tensors: floats, metadata };
}

/**
 * Checks that all values are finite.
 *
 * @param largest     largest magnitude, by default that of a double; LARGEST_F32 if the values go into f32
 * @throws NonFiniteError that names the first tensor, and the index in it, with a value that is NaN, infinite or above `largest`
 */
export function expectFinite(
  argument: string,
  tensors: ReadonlyMap<string, Tensor>,
  largest = Number.MAX_VALUE,
): void {
  for (const [name, { values }] of tensors) {
    // This is a loop because TypeScript finds no common signature of the findIndex of the two array types.
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      if (Math.abs(value) <= largest) continue;
      const why = Number.isFinite(value) ? ', infinite as a 32-bit float' : '';
      throw new NonFiniteError(`${argument}: tensor ${quote(name)}: value ${index} is ${value}${why}`, {
        argument,
        index,
        value,
      });
    }
  }
}
