/** Steps of a network that another tool wrote, in the order of the computation. Every importer describes its network by them. */
import type { Activation } from '../network/activations.js';

/** Values of a tensor, in the precision of the file. */
export type Values = Float32Array | Float64Array;

/** Part of a step that says where it comes from, such as `node 'fc1'`, for messages. */
interface Origin {
  readonly from: string;
}

/** Step x · kernel + bias. */
export interface DenseStep extends Origin {
  readonly kind: 'dense';
  readonly fanIn: number;
  readonly units: number;
  /** [fanIn, units], row-major. */
  readonly kernel: Values;
  /** [units], or one value for all units. */
  readonly bias?: ArrayLike<number> | undefined;
}

/** Step scale · x + shift, each with one value or one per column. */
export interface AffineStep extends Origin {
  readonly kind: 'affine';
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
}

/** Batch norm with its running statistics; all tensors have one value per column. */
export interface NormStep extends Origin {
  readonly kind: 'norm';
  readonly gamma: ArrayLike<number>;
  readonly beta: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
  readonly epsilon: number;
  /** Share of a new batch in the running statistics, as in PyTorch. */
  readonly momentum: number;
}

/** Activation, with the slopes of prelu. */
export interface ActivationStep extends Origin {
  readonly kind: 'activation';
  readonly activation: Activation;
  readonly slopes?: ArrayLike<number>;
}

/** Clip between two bounds. A clip at ±3 after a scaling of the inputs is part of the input scaling 'tabular'. */
export interface ClipStep extends Origin {
  readonly kind: 'clip';
  readonly low: number;
  readonly high: number;
}

/** Dropout of a share of the values. It acts in training only. */
export interface DropoutStep extends Origin {
  readonly kind: 'dropout';
  readonly share: number;
}

/** Check that rows have this many values at this point. */
export interface WidthStep extends Origin {
  readonly kind: 'width';
  readonly width: number;
}

export type Step = DenseStep | AffineStep | NormStep | ActivationStep | ClipStep | DropoutStep | WidthStep;

/** Affine map x ↦ scale · x + shift of some columns. An array of one value applies to all columns. */
export interface Affine {
  readonly scale: ArrayLike<number>;
  readonly shift: ArrayLike<number>;
}

/** Value of a column in an array of one value or one per column. */
export const at = (values: ArrayLike<number>, column: number) => values[values.length === 1 ? 0 : column]!;

/** Returns the map that applies `first` and then `second`. */
export function composed(first: Affine | undefined, second: Affine): Affine {
  if (first === undefined) return second;
  const n = Math.max(first.scale.length, first.shift.length, second.scale.length, second.shift.length);
  const columns = Array.from({ length: n }, (_, c) => c);
  return {
    scale: columns.map((c) => at(first.scale, c) * at(second.scale, c)),
    shift: columns.map((c) => at(first.shift, c) * at(second.scale, c) + at(second.shift, c)),
  };
}

/** Returns a batch norm as an affine map. */
export function affineOf({ gamma, beta, mean, variance, epsilon }: NormStep): Affine {
  const scale = Array.from(gamma, (g, c) => g / Math.sqrt(variance[c]! + epsilon));
  return { scale, shift: scale.map((s, c) => beta[c]! - mean[c]! * s) };
}

/**
 * Returns the steps of min(high, max(low, x)). A clip from 0 without an upper bound is relu; any other clip is a hard sigmoid between
 * two affine maps.
 */
export function clipSteps({ low, high, from }: ClipStep): Step[] {
  if (low === 0 && high === Infinity) return [{ kind: 'activation', activation: 'relu', from }];
  // hardSigmoid(z) is z / 6 + 1/2 between 0 and 1.
  const width = high - low;
  return [
    { kind: 'affine', scale: [6 / width], shift: [(-3 * (low + high)) / width], from },
    { kind: 'activation', activation: 'hardSigmoid', from },
    { kind: 'affine', scale: [width], shift: [low], from },
  ];
}

/** Returns the steps of an activation between two factors. */
export function between(from: string, before: number, activation: Activation, after: number): Step[] {
  return [
    { kind: 'affine', scale: [before], shift: [0], from },
    { kind: 'activation', activation, from },
    { kind: 'affine', scale: [after], shift: [0], from },
  ];
}

/**
 * Converts the momentum of a batch norm from the share of the old statistics to that of the new batch, without the digits that the
 * subtraction adds: 0.1 for 0.9. A share that a model cannot have becomes 0.1.
 */
export function shareOfNew(share: number): number {
  const rest = Number((1 - share).toPrecision(7));
  return rest > 0 && rest <= 1 ? rest : 0.1;
}
