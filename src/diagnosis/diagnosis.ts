/** What a diagnosis is made of: plain data, which survives JSON but for its non-finite numbers. */

/** What is known of the values of one tensor; moments and quantiles are of its finite values, NaN where there are none. */
export interface TensorStatistics {
  readonly count: number;
  readonly mean: number;
  /** Population standard deviation. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly quantiles: Quantiles;
  /** Share of exact zeros. */
  readonly zeroFraction: number;
  /** How many are NaN or infinite. */
  readonly nonFinite: number;
  readonly histogram: Histogram;
}

export interface Quantiles {
  readonly q05: number;
  readonly q25: number;
  readonly q50: number;
  readonly q75: number;
  readonly q95: number;
}

/** Bins of equal width from low to high; the last one holds high itself. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** One layer, as measured on the given rows, beside what theory expects of it. */
export interface LayerDiagnosis {
  /** 'layers[0]', as errors name it. */
  readonly name: string;
  readonly fanIn: number;
  readonly units: number;
  /** The activation function's name. */
  readonly activationName: string;
  readonly preactivation: TensorStatistics;
  readonly activation: TensorStatistics;
  readonly kernel: TensorStatistics;
  readonly bias?: TensorStatistics;
  /** dL/dz; with targets only, as all that follows from gradients. */
  readonly gradient?: TensorStatistics;
  readonly kernelGradient?: TensorStatistics;
  /** Norm of a row's dL/dz over that at the last layer: with a right start near 1, whatever the widths. */
  readonly gradientRatio?: number;
  /**
   * Size of a step over that of the kernel, as root mean squares: of sgd the learning rate times the gradient, of the others,
   * which divide by the gradient's own size, the learning rate. Near 1e-3 is usual.
   */
  readonly updateRatio?: number;
  readonly predicted: {
    /** Of the preactivation, from the statistics of the model's inputs and the size of each kernel and bias. */
    readonly preactivationStd: number;
    /** Of dL/dz, from that of the last layer. */
    readonly gradientStd?: number;
    /** Of `gradientRatio`; there without targets too. */
    readonly gradientRatio: number;
  };
  /** √(Var kernel / the variance that the default initializer of this activation draws): 1 for a right start. */
  readonly kernelRatio: number;
  /** Name of the activation's default initializer, which is the one to use. */
  readonly recommendedInitializer: string;
  /** Units whose activation is the same, and whose derivative is zero, on every row. */
  readonly deadUnits: readonly number[];
  readonly deadFraction: number;
  /** Share of units that chance leaves dead: of the first layer 2^−rows; behind it, as many as are active on every row. */
  readonly chanceDeadFraction: number;
  /** Share of the activations whose derivative is below a hundredth of its largest; 0 for those that do not saturate. */
  readonly saturatedFraction: number;
  /**
   * Units that are and stay copies of an earlier one: equal columns of the kernel, equal biases, equal rows of the next
   * kernel. Of the output layer none, whose targets tell its units apart.
   */
  readonly symmetricUnits: readonly number[];
}

/** The model's inputs, before and after its scaling. */
export interface InputDiagnosis {
  readonly given: TensorStatistics;
  readonly scaled: TensorStatistics;
  /** Features that have one value on every row. */
  readonly constantFeatures: readonly number[];
  /** Features a hundred times as large, scaled, as most others: those drown. */
  readonly largeFeatures: readonly number[];
  /** Features whose size, scaled, is above 10, as a root mean square. */
  readonly unscaledFeatures: readonly number[];
  /**
   * Features with a value more than ten standard deviations from the mean: of the other rows' values or, if the scaling standardizes
   * and does not clip, of the values it learned from. Bytes have none.
   */
  readonly outlyingFeatures: readonly number[];
}

/** What a diagnosis may come to; which of several comes first is told by `judge`. */
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
export type Verdict = (typeof verdicts)[number];

/** What a model did with some rows, beside what theory expects, and what is wrong with it: plain data. */
export interface Diagnosis {
  readonly kind: 'diagnosis';
  /** Rows that were looked at. */
  readonly rows: number;
  /** With targets only. */
  readonly loss?: number;
  /** Statistics that batch norms used: those of the rows at hand, or the running ones; only with batch norms. */
  readonly batchNorm?: 'batch' | 'running';
  readonly inputs: InputDiagnosis;
  readonly layers: readonly LayerDiagnosis[];
  readonly verdict: Verdict;
  /**
   * What is wrong and what to change, a sentence or two each; the first is the cause of the verdict. Empty if healthy, but
   * for features that tell nothing, drown the others or have outliers, targets that come unscaled and lie far apart, and
   * predictions of one class that may be right.
   */
  readonly advice: readonly string[];
}

/** One with targets: gradients are there in every layer. */
export interface GradientDiagnosis extends Diagnosis {
  readonly loss: number;
  readonly layers: readonly (LayerDiagnosis &
    Required<Pick<LayerDiagnosis, 'gradient' | 'gradientRatio' | 'kernelGradient'>>)[];
}
