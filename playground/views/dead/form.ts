/** Form of the units' numbers, for the page too, which imports nothing that computes. */

/** Bins of a unit's histogram. */
export const BINS = 40;

/** Units of one layer, over the rows that are looked at. */
export interface LayerUnits {
  readonly bias: Float32Array;
  /** Share of the rows on which the slope of the activation is not 0. */
  readonly sloping: Float32Array;
  /** 1 for a unit that is dead: without slope, and with the same activation on every row. */
  readonly dead: Uint8Array;
  /** Least and largest sum z. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Histograms of z, one after another, on the axis from −edge to edge. */
  readonly shares: Float32Array;
  readonly edge: number;
}
