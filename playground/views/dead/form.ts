/** Form of the units' numbers. It stands in a file of its own because the page imports nothing that computes. */

/** Bins of a unit's histogram. */
export const BINS = 40;

/** Units of one layer, measured on the first training rows. */
export interface LayerUnits {
  readonly bias: Float32Array;
  /** Share of the rows on which the slope of the activation is not 0. */
  readonly sloping: Float32Array;
  /** 1 for a dead unit, which has no slope and the same activation on every row; otherwise 0. */
  readonly dead: Uint8Array;
  /** Least and largest sum z. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Histograms of z on the axis from −edge to edge: BINS shares of the rows for each unit. */
  readonly shares: Float32Array;
  readonly edge: number;
}
