/** What `propagate` returns: plain data. All statistics are of natural logarithms, so that 1e-65 and 1e+85 are numbers like others. */

/** Of ln variance, over the networks of a simulation. */
export interface LogStatistics {
  readonly mean: number;
  readonly std: number;
  readonly q05: number;
  readonly q50: number;
  readonly q95: number;
  /** Networks left out: all values were equal, or one was not finite. */
  readonly excluded: number;
}

/** What theory says of ln variance at one layer. */
export interface LogExpectation {
  /** ln of the expected variance: infinite width. */
  readonly forward: number;
  readonly backward: number;
  /** Mean of ln variance at this width, which lies below the logarithm of the mean, and its spread. */
  readonly forwardMean: number;
  readonly forwardStd: number;
  readonly backwardMean: number;
  readonly backwardStd: number;
}

export interface PropagatedLayer {
  /** 1 for the first hidden layer. */
  readonly layer: number;
  /** Of the preactivations, over the units of the layer. */
  readonly forward: LogStatistics;
  /** Of dL/dz, over the units of the layer, for a gradient of 1 at the output. */
  readonly backward: LogStatistics;
  readonly theory: LogExpectation;
}

/** The first layer by which f32 has lost the signal in half of the networks or more; absent where it has not. */
export interface Float32Limits {
  /** A preactivation overflows to infinity. */
  readonly overflow?: number;
  /** The preactivations' variance, computed in f32, overflows. */
  readonly varianceOverflow?: number;
  /** All preactivations are 0. */
  readonly vanishes?: number;
  /** Their variance, computed in f32, is a denormal or 0. */
  readonly varianceVanishes?: number;
  /** Their variance, computed in f32, is 0. */
  readonly varianceZero?: number;
}

/** A simulation of many random networks, layer by layer. */
export interface Propagation {
  readonly kind: 'propagation';
  readonly depth: number;
  readonly width: number;
  readonly networks: number;
  readonly seed: number | string;
  /** The activation function's name. */
  readonly activationName: string;
  /** Of each kernel's values, as asked for or as the initializer promises. */
  readonly kernelVariance: number;
  readonly layers: readonly PropagatedLayer[];
  readonly float32: Float32Limits;
}
