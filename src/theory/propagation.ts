/**
 * Result types of `propagate`, plain data. Statistics are of natural logarithms, so that variances such as 1e-65 and 1e+85
 * stay comparable.
 */

/** Statistics of ln variance over the networks of a simulation. */
export interface LogStatistics {
  /** Mean. */
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** 5 % quantile, with linear interpolation. */
  readonly q05: number;
  /** Median. */
  readonly q50: number;
  /** 95 % quantile, with linear interpolation. */
  readonly q95: number;
  /** Number of networks left out because all values were equal or one was not finite. */
  readonly excluded: number;
}

/** Theory's values of ln variance at one layer. */
export interface LogExpectation {
  /** ln of the expected variance of the preactivations, that is, at infinite width. */
  readonly forward: number;
  /** ln of the expected variance of the gradients, that is, at infinite width. */
  readonly backward: number;
  /** Mean of ln variance of the preactivations at this width. It lies below the logarithm of the mean variance. */
  readonly forwardMean: number;
  /** Standard deviation of ln variance of the preactivations over random networks. */
  readonly forwardStd: number;
  /** Mean of ln variance of the gradients at this width. */
  readonly backwardMean: number;
  /** Standard deviation of ln variance of the gradients over random networks. */
  readonly backwardStd: number;
}

/** Simulated and expected ln variance of one hidden layer. */
export interface PropagatedLayer {
  /** Number of the layer; the first hidden layer is 1. */
  readonly layer: number;
  /** Statistics of ln of the preactivations' variance over the units of the layer. */
  readonly forward: LogStatistics;
  /** Statistics of ln of the variance of dL/dz over the units of the layer, for a gradient of 1 at the output. */
  readonly backward: LogStatistics;
  /** Values that theory expects here. */
  readonly theory: LogExpectation;
}

/** First layers by which f32 would lose the signal in at least half of the networks; absent if it does not. */
export interface Float32Limits {
  /** First layer at which a preactivation overflows to infinity. */
  readonly overflow?: number;
  /** First layer at which the preactivations' variance, computed in f32, overflows. */
  readonly varianceOverflow?: number;
  /** First layer at which all preactivations are 0. */
  readonly vanishes?: number;
  /** First layer at which the preactivations' variance, computed in f32, is denormal or 0. */
  readonly varianceVanishes?: number;
  /** First layer at which the preactivations' variance, computed in f32, is 0. */
  readonly varianceZero?: number;
}

/** ln variance of every network at every layer: one array per network, with one value per hidden layer; NaN where it is excluded. */
export interface NetworkPaths {
  /** ln of the preactivations' variance over the units of the layer. */
  readonly forward: readonly (readonly number[])[];
  /** ln of the variance of dL/dz over the units of the layer. */
  readonly backward: readonly (readonly number[])[];
}

/** Simulation of many random networks, as returned by `propagate`. */
export interface Propagation {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'propagation';
  /** Number of hidden layers. */
  readonly depth: number;
  /** Number of inputs and of units of each hidden layer. */
  readonly width: number;
  /** Number of simulated networks. */
  readonly networks: number;
  /** Seed of all draws. */
  readonly seed: number | string;
  /** Name of the activation function. */
  readonly activationName: string;
  /** Variance of the hidden kernels' values, as given or as the initializer promises. */
  readonly kernelVariance: number;
  /** One entry per hidden layer. */
  readonly layers: readonly PropagatedLayer[];
  /** Layers at which f32 would lose the signal. */
  readonly float32: Float32Limits;
  /** Path of each network; only with the option `paths`. */
  readonly paths?: NetworkPaths;
}
