/** Form of measured signals, for the page too, which imports nothing that computes. */

/** Bins of a histogram. */
export const BINS = 48;

/** Signals of one kind, layer by layer. */
export interface Signals {
  /** Histograms, one after another: share of the values in each of BINS bins from −edge to edge. */
  readonly shares: Float32Array;
  /** Largest magnitude on the common axis. */
  readonly edge: number;
  /** Mean square of the values of each layer; NaN if one is not finite. */
  readonly meanSquare: Float64Array;
  /** Share of the values of each layer beyond the axis. */
  readonly beyond: Float32Array;
}

/** Preactivations and gradients of a network. */
export interface Measured {
  readonly z: Signals;
  readonly gradient: Signals;
}
