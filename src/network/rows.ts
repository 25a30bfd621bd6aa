/** Numbers in a form that is used without a copy. */
export type Flat = Float32Array | Float64Array | Uint8Array;

/**
 * Checked inputs: `rows` rows of `columns` finite values. The values may lie in the user's memory; then they can still change,
 * but their number cannot.
 */
export interface Samples {
  readonly values: Flat;
  readonly rows: number;
  readonly columns: number;
}
