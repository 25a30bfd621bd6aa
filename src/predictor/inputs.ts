import { tagOf } from './values.js';

/** Numbers in a form that is used without a copy. */
export type Flat = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray;

/** Brings x into whole rows. @throws TypeError or RangeError that opens with `x` */
export function flatten(x: unknown, columns: number): Flat {
  // The tag also knows arrays of another realm, such as an iframe, but takes longer than a small network.
  if (!(x instanceof Float32Array)) {
    const tag = tagOf(x);
    if (tag === 'Array') return fromRows(x as [], columns);
    if (!/^(Float32|Float64|Uint8|Uint8Clamped)Array$/.test(tag)) {
      throw new TypeError(
        `x: expected a Float32Array, Float64Array, Uint8Array or an array of rows, got ${tag}`,
      );
    }
  }
  const { length } = x as Flat;
  // An array whose buffer was transferred has no values.
  if (length === 0 || length % columns !== 0)
    throw new RangeError(`x: ${length} values are not rows of inputSize ${columns}`);
  return x as Flat;
}

function fromRows(rows: readonly (ArrayLike<unknown> | null | undefined)[], columns: number): Float64Array {
  const flat = new Float64Array(rows.length * columns);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r];
    if (row?.length !== columns) {
      throw new RangeError(`x[${r}]: expected a row of ${columns} values, got ${row?.length ?? tagOf(row)}`);
    }
    for (let c = 0; c < columns; c++) {
      const value = row[c];
      if (typeof value !== 'number')
        throw new TypeError(`x[${r}][${c}]: expected a number, got ${tagOf(value)}`);
      flat[r * columns + c] = value;
    }
  }
  return flat;
}
