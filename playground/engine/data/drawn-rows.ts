/** Rows of a drawn data set: two inputs a row, and class indices or targets. */
export interface DrawnRows {
  readonly x: Float32Array;
  readonly y: Uint8Array | Float32Array;
}
