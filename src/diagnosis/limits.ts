import type { BatchNormPosition } from '../network/layers.js';
import type { ScalingScope } from '../network/scaling.js';
import { WIDE } from '../network/target-scaler.js';
import type { Diagnosis, Verdict } from './diagnosis.js';
import type { Moved } from './origin.js';
import type { Predictions } from './predictions.js';

/** A diagnosis before it is judged. */
export type Findings = Omit<Diagnosis, 'verdict' | 'advice'>;

/** Where a number stops being usual. Sizes are root mean squares; a right start has preactivations of size 1 or so. */
export const limits = {
  /** Of hidden preactivations: four deviations of what 50 ReLU layers of 100 units stray to is 18 (Figure 7.4 at 0.02). */
  exploded: 30,
  /** The same downwards is 0.03; with the factor that TF.js forgets, 50 layers come to 0.002. */
  vanished: 0.01,
  /** `gradientRatio`, by the same figures; seven sigmoid layers come to 1e-4, two to 0.1. */
  gradientVanished: 0.01,
  gradientExploded: 100,
  /** Share of a hidden layer's activations: behind two such layers three quarters of the gradients are lost. */
  saturated: 0.5,
  /** Share of a layer's units, beyond chance: a tenth lost is more than a right start and training cost (0 of 256 on MNIST). */
  dead: 0.1,
  /** And so many deviations of what is dead by chance. */
  deadDeviations: 3,
  /** Of the scaled inputs, either way: raw bytes are of size 85, [0, 1] and [−1, 1] of 0.3 to 1. */
  inputs: 10,
  /** Mean or standard deviation of unscaled targets: from here on `fit` warns as well. */
  wideTargets: WIDE,
  /** The outputs' standard deviation over that of the targets: outputs begin near 1, and a hundredth is below their noise. */
  narrowTargets: 100,
  /** Share of the targets' variance that the error must stay below for a network to have learned their scale. */
  unlearned: 0.9,
  /** Size of the error over that of the targets, or loss over that of equal shares: a right start has 2 or so, strays to 18. */
  absurd: 30,
  /** Share of the rows that are predicted as one class. */
  oneClass: 0.99,
  /** Fewer rows tell nothing of that, nor fewer targets of other classes. */
  collapsedRows: 10,
  collapsedTargets: 5,
  /** Standard deviation of a logit below which probabilities are constant: 0.1 moves them by 0.025 at most. */
  constantLogit: 0.1,
  /** Of the targets' standard deviation: outputs that vary less are constant. */
  constantOutput: 0.01,
  /** Of `updateRatio`: a tenth of a kernel in one step is a hundred times the usual. */
  update: 0.1,
  /** `kernelRatio` this far from 1 is not what an initializer is asked for, three deviations of a draw apart. */
  kernel: 0.05,
  /** The same where the inputs explain the most of it. */
  kernelBeside: 0.5,
} as const;

/** Facts about the model that findings are judged by. */
export interface Circumstances {
  /** Learning rate of the next step; undefined for a model that is not compiled. */
  readonly learningRate: number | undefined;
  readonly predictions: Predictions;
  /** Loss of equal shares for all classes; undefined without a loss of probabilities. */
  readonly evenLoss: number | undefined;
  /** Returns what a feature is called. */
  readonly featureName: (feature: number) => string;
  readonly inForce: InForce;
}

/** Facts about the model that advice goes by: it must not name settings as if they were new, nor blame a start that is past. */
export interface InForce {
  /** How far the weights have moved; undefined while they are those of the start. */
  readonly moved: Moved | undefined;
  /** Where each layer has its batch norm; undefined for a layer without. */
  readonly batchNorm: readonly (BatchNormPosition | undefined)[];
  /** Whether batch norms go by the batch at hand rather than by their running statistics. */
  readonly training: boolean;
  readonly clipNorm: boolean;
  /** Scope of the statistics that standardize the inputs: each feature, the whole data set, or none. */
  readonly standardized: ScalingScope | undefined;
  /** Whether the input scaling clips what is far out. */
  readonly clipped: boolean;
  /** How targets are scaled. */
  readonly targetScaling: 'none' | 'learned' | 'given';
  /** Whether the output layer reaches all numbers, which a target scaling needs. */
  readonly reachesAll: boolean;
}

export interface Problem {
  readonly verdict: Verdict;
  /** What was seen, with numbers. */
  readonly symptom: string;
  /** The layers whose kernels may have caused it: up to and without this one. */
  readonly until: number;
  readonly from?: number;
  /** Whether kernels that are too large (1) or too small (−1) bring it about; 0 for neither. */
  readonly direction: -1 | 0 | 1;
  /** Of use where nothing else explains it, or beside what does. Empty if the symptom is a whole sentence with its remedy. */
  readonly remedy: string;
}
