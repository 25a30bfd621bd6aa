import type { BatchNormPosition } from '../network/layers.js';
import type { ScalingScope } from '../network/scaling.js';
import { WIDE } from '../network/target-scaler.js';
import type { Diagnosis, Verdict } from './diagnosis.js';
import type { Moved } from './origin.js';
import type { Predictions } from './predictions.js';

/** Diagnosis without verdict and advice. */
export type Findings = Omit<Diagnosis, 'verdict' | 'advice'>;

/**
 * Limits beyond which a number is unusual. Size is the root mean square; a good initialization has preactivations of size
 * about 1.
 */
export const limits = {
  /**
   * Largest size of hidden preactivations. Fifty ReLU layers of 100 units reach 18 in four deviations (Figure 7.4 at 0.02).
   */
  exploded: 30,
  /** Smallest size of hidden preactivations. Those fifty layers reach down to 0.03; with TF.js's forgotten factor, 0.002. */
  vanished: 0.01,
  /** Smallest `gradientRatio`, by the same figures. Seven sigmoid layers have 1e-4, two have 0.1. */
  gradientVanished: 0.01,
  gradientExploded: 100,
  /** Share of a hidden layer's activations. Below two such layers, three quarters of the gradients are lost. */
  saturated: 0.5,
  /**
   * Share of a layer's units, beyond chance. A good initialization and training lose fewer than a tenth (0 of 256 on MNIST).
   */
  dead: 0.1,
  /** Number of standard deviations by which the share must also exceed chance. */
  deadDeviations: 3,
  /** Size of the scaled inputs, and its inverse. Raw bytes have size 85; [0, 1] and [−1, 1] have 0.3 to 1. */
  inputs: 10,
  /** Mean or standard deviation of unscaled targets; beyond it, `fit` warns as well. */
  wideTargets: WIDE,
  /**
   * Outputs' standard deviation divided by the targets'. Outputs begin near 1, and targets of a hundredth are lost in their
   * noise.
   */
  narrowTargets: 100,
  /** Size of a trained kernel divided by that of its draw, from which large outputs are not the targets' fault. */
  grown: 2,
  /** Error as a share of the targets' variance, below which a network has learned the targets' scale. */
  unlearned: 0.9,
  /**
   * Size of the error divided by that of the targets, or loss divided by that of equal probabilities. A good initialization
   * has about 2, and 18 at most.
   */
  absurd: 30,
  /**
   * Standard deviation of a hidden layer's units over the rows, divided by their size, from which inputs are no longer told
   * apart. It is e⁻³: networks train up to a depth of six scales (Schoenholz et al. 2017), over which squared differences fall
   * by e⁻⁶. Fifty ReLU layers of 100 units have 0.24; sigmoid layers from 16 / fanIn have 0.06 in the seventh and 0.04 in the eighth.
   */
  alike: 0.05,
  /** Quotient like `alike` from which a remark says that inputs become alike. Five such sigmoid layers have 0.1 to 0.2. */
  almostAlike: 0.2,
  /** Mean cosine of two inputs, from which they count as alike before the first layer: 1 − 0.2². */
  alikeInputs: 0.96,
  /** Share of the rows predicted as the same class. */
  oneClass: 0.99,
  /** Minimum number of rows from which a collapse is judged. */
  collapsedRows: 10,
  collapsedTargets: 5,
  /** Standard deviation of a logit below which probabilities count as constant; 0.1 moves them by at most 0.025. */
  constantLogit: 0.1,
  /** Share of the targets' standard deviation below which outputs count as constant. */
  constantOutput: 0.01,
  /** Largest `updateRatio`. A tenth of a kernel in one step is a hundred times the usual. */
  update: 0.1,
  /**
   * Distance of `kernelRatio` from 1 at which a kernel does not match its initializer, beside three standard errors of a
   * draw.
   */
  kernel: 0.05,
  /** Limit used in place of `kernel` if the inputs explain most of the problem. */
  kernelBeside: 0.5,
} as const;

/** Facts about the model that findings are judged by. */
export interface Circumstances {
  /** Learning rate of the next step; undefined for a model that is not compiled. */
  readonly learningRate: number | undefined;
  readonly predictions: Predictions;
  /** Loss of equal probabilities for all classes; undefined without a loss of probabilities. */
  readonly evenLoss: number | undefined;
  /** Returns the name of a feature. */
  readonly featureName: (feature: number) => string;
  readonly inForce: InForce;
}

/**
 * Settings and history that advice depends on. Advice must not recommend settings that are already in force, nor blame the
 * initialization of a trained model.
 */
export interface InForce {
  /** Distance of the weights from the initial draw; undefined while they have not moved. */
  readonly moved: Moved | undefined;
  /** Position of each layer's batch norm; undefined for a layer without. */
  readonly batchNorm: readonly (BatchNormPosition | undefined)[];
  /** True if batch norms use the batch's own statistics instead of their running ones. */
  readonly training: boolean;
  readonly clipNorm: boolean;
  /** Scope of the statistics that standardize the inputs: each feature, the whole data set, or none. */
  readonly standardized: ScalingScope | undefined;
  /** True if the input scaling clips extreme values. */
  readonly clipped: boolean;
  /** Source of the target scaling. */
  readonly targetScaling: 'none' | 'learned' | 'given';
  /** True if the output layer can reach all numbers, which a target scaling needs. */
  readonly reachesAll: boolean;
}

export interface Problem {
  readonly verdict: Verdict;
  /** Observation, with numbers. */
  readonly symptom: string;
  /** End of the range of layers whose kernels may be the cause; this layer is excluded. */
  readonly until: number;
  readonly from?: number;
  /** Direction of the cause: 1 if kernels are too large, −1 if too small, 0 for neither. */
  readonly direction: -1 | 0 | 1;
  /** Remedy if no other cause is found, or beside other causes. Empty if the symptom already names its remedy. */
  readonly remedy: string;
}
