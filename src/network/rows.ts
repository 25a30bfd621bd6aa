/** Numbers in a form that is used without a copy. */
export type Flat = Float32Array | Float64Array | Uint8Array;

/**
 * Checked inputs: `rows` rows of `columns` finite values. They may lie in the user's memory. Then their values can still change,
 * but not their number.
 */
export interface Samples {
  readonly values: Flat;
  readonly rows: number;
  readonly columns: number;
}
