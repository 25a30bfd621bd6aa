import type { Address, Kernels } from '../backend/kernels.js';
import { finiteNumber, isObject, knownKeys, oneOf, show } from '../errors.js';
import { callHint } from '../hints.js';
import type { TargetKind } from '../metrics/table.js';
import type { ActivationName } from '../network/activations.js';
import type { Network } from '../network/network.js';

/** Addresses of the output layer, the targets, their weights and the gradient. */
interface LossBuffers {
  readonly preactivation: Address;
  readonly activation: Address;
  readonly preactivationGradient: Address;
  readonly activationGradient: Address;
  /** Class indices (u32) if `byClass` is true; otherwise the loss reads `targets`. */
  readonly labels: Address;
  readonly targets: Address;
  /** One element per row, or 0 if every row weighs 1. */
  readonly weights: Address;
  readonly rows: number;
  readonly units: number;
  /** Factor of a row of weight 1 in the gradient: 1 / (rows · mean weight · termsPerRow). */
  readonly share: number;
}

interface LossOptions {
  readonly labelSmoothing?: number;
  readonly delta?: number;
}

/** Checked loss with its options filled in, as plain frozen data. */
export interface CheckedLoss extends LossOptions {
  readonly name: LossName;
}

interface LossRow {
  /** Activation that the output layer must have, for a loss that works on logits. */
  readonly output?: ActivationName;
  /** Kind of targets: class indices or shares of classes, labels from 0 to 1, or values. */
  readonly kind: TargetKind;
  /** True if the kernel reads z and writes a and dL/dz; false if it reads a and writes dL/da. */
  readonly takesLogits: boolean;
  /** Number of terms that a row adds to the sum. The mean is taken over all terms. */
  readonly termsPerRow: (units: number) => number;
  /** Writes the gradient of each row, multiplied by the row's weight and `share`; returns the weighted sum over the batch. */
  readonly run: (kernels: Kernels, buffers: LossBuffers, options: LossOptions, byClass: boolean) => number;
  /** Computes dL/da of one of n terms, for a loss whose kernel does not compute it: it overflows where a underflows. */
  readonly derivative?: (a: number, target: number, n: number) => number;
  /** Returns the points in a − t at which the first or second derivative jumps. A finite difference across them means nothing. */
  readonly kinks?: (options: LossOptions) => readonly number[];
  /** Checks the options of a loss that has some, and fills in their defaults. `within` opens their names in messages. */
  readonly check?: (options: LossOptions, argument: string, within: string) => LossOptions;
}

/** Table of the losses. Each is a mean over rows or over all elements, as in PyTorch. */
const losses = {
  /** −Σ t ln p, mean over rows. PyTorch's CrossEntropyLoss. */
  crossEntropy: {
    output: 'softmax',
    kind: 'classes',
    takesLogits: true,
    termsPerRow: () => 1,
    run: (kernels, b, _, byClass) =>
      byClass
        ? onLogits(kernels.softmax_cross_entropy, b, b.labels)
        : onLogits(kernels.softmax_cross_entropy_rows, b, b.targets),
    derivative: (p, t, n) => (t === 0 ? 0 : -t / (p * n)),
    check: checkCrossEntropy,
  },
  /** −t ln p − (1 − t) ln(1 − p), mean over elements. PyTorch's BCEWithLogitsLoss. */
  binaryCrossEntropy: {
    output: 'sigmoid',
    kind: 'binary',
    takesLogits: true,
    termsPerRow: (units) => units,
    run: (kernels, b) => onLogits(kernels.sigmoid_cross_entropy, b, b.targets),
    derivative: (p, t, n) => (t === 1 ? 0 : (1 - t) / ((1 - p) * n)) - (t === 0 ? 0 : t / (p * n)),
  },
  /** (a − t)², mean over elements. PyTorch's MSELoss. */
  meanSquaredError: {
    kind: 'values',
    takesLogits: false,
    termsPerRow: (units) => units,
    run: (kernels, b) => onActivations(kernels.squared_error, b),
  },
  /** Σ (a − t)² over the outputs, without a ½, mean over rows: the lectures' squared error. */
  squaredError: {
    kind: 'values',
    takesLogits: false,
    termsPerRow: () => 1,
    run: (kernels, b) => onActivations(kernels.squared_error, b),
  },
  /** |a − t|, mean over elements; its derivative at 0 is 0. PyTorch's L1Loss. */
  meanAbsoluteError: {
    kind: 'values',
    takesLogits: false,
    termsPerRow: (units) => units,
    run: (kernels, b) => onActivations(kernels.absolute_error, b),
    kinks: () => [0],
  },
  /** ½(a − t)² up to delta, linear beyond, mean over elements. PyTorch's HuberLoss. */
  huber: {
    kind: 'values',
    takesLogits: false,
    termsPerRow: (units) => units,
    run: (kernels, b, { delta = 1 }) => onActivations(kernels.huber, b, delta),
    kinks: ({ delta = 1 }) => [-delta, delta],
    check: checkHuber,
  },
} as const satisfies Record<string, LossRow>;

/** Name of a loss that `compile` takes. */
export type LossName = keyof typeof losses;
/** Names of the losses, for checks and hints. */
export const lossNames = /* @__PURE__ */ Object.keys(losses) as LossName[];

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** Share s of each target that is spread evenly over all classes, in [0, 1); default 0 (PyTorch). */
  readonly labelSmoothing?: number;
}

/** Options of `huber`. */
export interface HuberOptions {
  /** Error δ > 0, in the unit of the scaled targets, beyond which the loss is linear; default 1 (PyTorch, Keras). */
  readonly delta?: number;
}

/** Cross-entropy loss as plain data. */
export interface CrossEntropy extends CrossEntropyOptions {
  /** Name of the loss. */
  readonly name: 'crossEntropy';
}

/** Huber loss as plain data. */
export interface Huber extends HuberOptions {
  /** Name of the loss. */
  readonly name: 'huber';
}

/** Loss of a model: a name, or the result of `crossEntropy()` or `huber()`. */
export type Loss =
  | LossName
  | CrossEntropy
  | Huber
  | {
      /** Name of a loss without options. */
      readonly name: Exclude<LossName, 'crossEntropy' | 'huber'>;
    };

/**
 * Returns the cross-entropy loss with softened targets: t′ = (1 − s) t + s / K for K classes. No logit is then driven to
 * infinity.
 *
 * Targets are smoothed in training and in evaluation; accuracy uses the targets as given. Equal to PyTorch's
 * CrossEntropyLoss(label_smoothing).
 *
 * @param options      {@link CrossEntropyOptions}
 * @throws TypeError   if an option is unknown or labelSmoothing is not a number
 * @throws RangeError  if labelSmoothing is outside [0, 1)
 */
export function crossEntropy(options: CrossEntropyOptions = {}): Readonly<Required<CrossEntropy>> {
  return checkCrossEntropy(options, 'crossEntropy', '');
}

function checkCrossEntropy(
  options: CrossEntropyOptions,
  argument: string,
  within: string,
): Readonly<Required<CrossEntropy>> {
  knownKeys(argument, options, ['labelSmoothing']);
  const { labelSmoothing = 0 } = options;
  finiteNumber(`${within}labelSmoothing`, labelSmoothing);
  if (labelSmoothing < 0 || labelSmoothing >= 1) {
    throw new RangeError(
      `${within}labelSmoothing: expected a number from 0 up to, not including, 1, got ${labelSmoothing}`,
    );
  }
  return Object.freeze({ name: 'crossEntropy', labelSmoothing });
}

/**
 * Returns the Huber loss: with d = a − t, ½d² where |d| ≤ δ, and δ(|d| − ½δ) elsewhere, mean over elements.
 *
 * It is quadratic near the target, and an outlier's gradient never exceeds δ. Equal to PyTorch's HuberLoss.
 *
 * @param options      {@link HuberOptions}
 * @throws TypeError   if an option is unknown or delta is not a number
 * @throws RangeError  if delta is not a finite number > 0, or is 0 as a 32-bit float
 */
export function huber(options: HuberOptions = {}): Readonly<Required<Huber>> {
  return checkHuber(options, 'huber', '');
}

function checkHuber(options: HuberOptions, argument: string, within: string): Readonly<Required<Huber>> {
  knownKeys(argument, options, ['delta']);
  const { delta = 1 } = options;
  // Gradients are 32-bit floats: a delta that rounds to 0 would train nothing.
  if (!(Math.fround(finiteNumber(`${within}delta`, delta)) > 0)) {
    throw new RangeError(`${within}delta: expected a number > 0, got ${delta}`);
  }
  return Object.freeze({ name: 'huber', delta });
}

/** Checks a loss. @throws TypeError if it is not one or has an unknown option, RangeError if an option is out of range */
export function checkLoss(argument: string, value: unknown): CheckedLoss {
  const hasName = isObject(value) && 'name' in value;
  if (typeof value === 'function') {
    const hint = callHint(value, lossNames);
    throw new TypeError(`${argument}: expected a loss, such as 'crossEntropy', got ${show(value)}${hint}`);
  }
  if (!hasName) return checkLoss(argument, { name: oneOf(argument, value, lossNames) });
  const name = oneOf(`${argument}.name`, value.name, lossNames);
  const { check }: LossRow = losses[name];
  const { name: _, ...options } = value;
  if (check === undefined) knownKeys(argument, options, []);
  return Object.freeze({ name, ...check?.(options, argument, `${argument}.`) });
}

/** Returns the row of a loss, typed with the fields that all rows have. */
export function lossRow({ name }: CheckedLoss): LossRow {
  return losses[name];
}

/**
 * Returns the summed loss of the batch after its forward pass, and writes its gradient at the output layer.
 *
 * @param byClass  true if the targets are class indices
 * @param weights  address of one weight per row; 0 for none
 * @param share    share of each term in the mean whose gradient is computed
 */
export function runLoss(
  { last, labels, targets, backend }: Network,
  loss: CheckedLoss,
  rows: number,
  byClass: boolean,
  weights: Address,
  share: number,
): number {
  const { preactivation, activation, preactivationGradient, outputGradient, units } = last;
  const buffers: LossBuffers = {
    preactivation,
    activation,
    preactivationGradient,
    activationGradient: outputGradient,
    labels,
    targets,
    weights,
    rows,
    units,
    share,
  };
  return lossRow(loss).run(backend.kernels, buffers, loss, byClass);
}

function onLogits(kernel: Kernels['sigmoid_cross_entropy'], b: LossBuffers, targets: Address): number {
  const { preactivationGradient, activation, preactivation, rows, units, weights, share } = b;
  return kernel(preactivationGradient, activation, preactivation, targets, rows, units, weights, share);
}

function onActivations(
  kernel: Kernels['squared_error'] | Kernels['huber'],
  b: LossBuffers,
  delta = NaN,
): number {
  const { activationGradient, activation, targets, rows, units, weights, share } = b;
  return kernel(activationGradient, activation, targets, rows, units, weights, share, delta);
}

/** Returns the share of the targets that is spread over all classes; 0 without label smoothing. */
export function smoothing({ labelSmoothing = 0 }: CheckedLoss): number {
  return labelSmoothing;
}
