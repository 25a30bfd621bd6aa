/** Types of a diagnosis, which is plain data. It survives a JSON round trip, except for non-finite numbers. */

/** Statistics of one tensor's values. Moments and quantiles use its finite values; they are NaN if there are none. */
export interface TensorStatistics {
  /** Number of values. */
  readonly count: number;
  /** Mean. */
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  /** Smallest finite value. */
  readonly min: number;
  /** Largest finite value. */
  readonly max: number;
  /** Quantiles of the finite values. */
  readonly quantiles?: Quantiles;
  /** Share of exact zeros. */
  readonly zeroFraction: number;
  /** Number of values that are NaN or infinite. */
  readonly nonFinite: number;
  /** Histogram of the finite values. */
  readonly histogram: Histogram;
}

/** Quantiles at 5, 25, 50, 75 and 95 %, with linear interpolation. */
export interface Quantiles {
  /** Value below which 5 % of the values lie. */
  readonly q05: number;
  /** Value below which 25 % of the values lie. */
  readonly q25: number;
  /** Value below which 50 % of the values lie. */
  readonly q50: number;
  /** Value below which 75 % of the values lie. */
  readonly q75: number;
  /** Value below which 95 % of the values lie. */
  readonly q95: number;
}

/** Histogram with bins of equal width from `low` to `high`. The last bin includes `high`. */
export interface Histogram {
  /** Lower end of the first bin. */
  readonly low: number;
  /** Upper end of the last bin. */
  readonly high: number;
  /** Number of values in each bin. */
  readonly counts: readonly number[];
}

/** Measurements of one layer on the given rows, beside the values that theory expects. */
export interface LayerDiagnosis {
  /** Path of the layer, as in error messages: 'layers[0]'. Advice and reports call this layer 'layer 1'. */
  readonly name: string;
  /** Number of inputs of the layer. */
  readonly fanIn: number;
  /** Number of units. */
  readonly units: number;
  /** Name of the activation function. */
  readonly activationName: string;
  /** Statistics of z, the values before the activation. */
  readonly preactivation: TensorStatistics;
  /**
   * Standard deviation of a unit's preactivation over the rows, as root mean square over the units. The standard deviation of
   * `preactivation` also counts how units differ from each other, which tells no inputs apart.
   */
  readonly unitStd: number;
  /**
   * Mean cosine of two rows' preactivations, over all pairs of different rows that are not 0. At 1 the layer no longer tells
   * inputs apart, except by their size. Absent with fewer than two such rows.
   */
  readonly correlation?: number;
  /** Statistics of a, the values after the activation. */
  readonly activation: TensorStatistics;
  /** Statistics of the kernel. */
  readonly kernel: TensorStatistics;
  /** Statistics of the bias; absent in a layer without one. */
  readonly bias?: TensorStatistics;
  /** Statistics of dL/dz. Like all gradients, it is present only with targets. */
  readonly gradient?: TensorStatistics;
  /** Statistics of dL/dW; only with targets. */
  readonly kernelGradient?: TensorStatistics;
  /** Norm of a row's dL/dz, divided by that at the last layer. With a good initialization it is near 1 for all widths. */
  readonly gradientRatio?: number;
  /**
   * Root mean square of the next step, divided by that of the kernel; about 1e-3 is usual. For sgd the step is learning rate
   * times gradient. Other optimizers divide by the gradient's own size, so that their step is the learning rate.
   */
  readonly updateRatio?: number;
  /** Values that variance theory expects. */
  readonly predicted: {
    /** Standard deviation of the preactivation, from the statistics of the inputs and the size of each kernel and bias. */
    readonly preactivationStd: number;
    /** Mean cosine of two rows' preactivations, from that of the inputs; absent where that is absent. */
    readonly correlation?: number;
    /** Standard deviation of dL/dz, from that of the last layer; only with targets. */
    readonly gradientStd?: number;
    /** Expected `gradientRatio`; also present without targets. */
    readonly gradientRatio: number;
  };
  /**
   * Root mean square of the kernel, divided by the standard deviation of the activation's default initializer; near 1 for a good
   * initialization.
   */
  readonly kernelRatio: number;
  /** Name of the recommended initializer, which is the activation's default. */
  readonly recommendedInitializer: string;
  /**
   * Indices, from 0, of units whose activation is constant and whose derivative is 0 on every row. The words of the diagnosis count
   * units from 1.
   */
  readonly deadUnits: readonly number[];
  /** Share of dead units. */
  readonly deadFraction: number;
  /**
   * Share of units expected to be dead by chance: 2^−rows in the first layer; in later layers, the share of units that are
   * active on every row.
   */
  readonly chanceDeadFraction: number;
  /** Share of the activations whose derivative is below a hundredth of its maximum; 0 for functions that do not saturate. */
  readonly saturatedFraction: number;
  /**
   * Units that are and stay copies of an earlier one: equal columns of the kernel, equal biases and equal rows of the next
   * kernel. The output layer has none, since its targets tell the units apart.
   */
  readonly symmetricUnits: readonly number[];
}

/** Statistics of the model's inputs, before and after its scaling. */
export interface InputDiagnosis {
  /** Inputs as given. */
  readonly given: TensorStatistics;
  /** Inputs after the model's scaling. */
  readonly scaled: TensorStatistics;
  /** Mean cosine of two rows of scaled inputs, as for the preactivations of a layer. */
  readonly correlation?: number;
  /** Features with the same value on every row. */
  readonly constantFeatures: readonly number[];
  /** Features that are, after scaling, more than a hundred times as large as most others, which they dwarf. */
  readonly largeFeatures: readonly number[];
  /** Features whose root mean square after scaling is above 10. */
  readonly unscaledFeatures: readonly number[];
  /**
   * Features with a value more than ten standard deviations from the mean. Mean and deviation are those of the other rows or,
   * if the scaling standardizes without clipping, those it was fitted to. Bytes have no outliers.
   */
  readonly outlyingFeatures: readonly number[];
}

/** All verdicts. `judge` decides which of several comes first. */
export const verdicts = [
  'healthy',
  'vanishing',
  'exploding',
  'dead',
  'saturated',
  'nonFinite',
  'symmetric',
  'unscaled',
  'collapsed',
] as const;
/** Verdict of a diagnosis; docs/diagnosis.md says when each is given. */
export type Verdict = (typeof verdicts)[number];

/** Diagnosis of a model on some rows: measurements, expected values, a verdict and advice. Plain data. */
export interface Diagnosis {
  /** Kind of the report, which `toText` and the other functions of evenkeel/report recognize. */
  readonly kind: 'diagnosis';
  /** Number of rows used. */
  readonly rows: number;
  /** Mean loss of these rows; only with targets. */
  readonly loss?: number;
  /** Statistics that batch norms used: those of these rows ('batch') or the running ones. Absent without batch norms. */
  readonly batchNorm?: 'batch' | 'running';
  /** Statistics of the inputs. */
  readonly inputs: InputDiagnosis;
  /** One entry per layer. */
  readonly layers: readonly LayerDiagnosis[];
  /** Most important finding; 'healthy' if nothing is wrong. */
  readonly verdict: Verdict;
  /**
   * Findings, each with what to change; the first explains the verdict. Layers count from 1. A healthy model's list is empty, except
   * for five remarks: features that carry no information, dwarf the others or have outliers; unscaled targets that are far apart;
   * inputs that become alike with depth; predictions of a single class that may be right.
   */
  readonly advice: readonly string[];
}

/** Diagnosis with targets: loss and gradients are present. */
export interface GradientDiagnosis extends Diagnosis {
  readonly loss: number;
  readonly layers: readonly (LayerDiagnosis &
    Required<Pick<LayerDiagnosis, 'gradient' | 'gradientRatio' | 'kernelGradient'>>)[];
}
