/** Types of measured signals. The page shares them, so this file imports nothing that computes. */

/** Bins of a histogram. */
export const BINS = 48;

/** Signals of one kind, layer by layer. */
export interface Signals {
  /** [layers, BINS]: share of the values of a layer in each bin from −edge to edge. */
  readonly shares: Float32Array;
  /** Largest magnitude on the axis that all layers share. */
  readonly edge: number;
  /** Mean square of the values of each layer; not finite if one of them is not. */
  readonly meanSquare: Float64Array;
  /** Share of the values of each layer that lie outside the axis. */
  readonly beyond: Float32Array;
}

/** Preactivations and gradients of a network. */
export interface Measured {
  readonly z: Signals;
  readonly gradient: Signals;
}
