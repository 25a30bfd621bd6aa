/** Follows the shape of a sample through nodes that change it, so that rows are rows again where a layer needs them. */
import type { Step } from '../interchange/steps.js';
import { placeOf, reshaped, squeezed, unsqueezed } from './fold.js';
import { type Node, nodeAt, refusal } from './graph.js';
import { sizeOf } from './tensors.js';

/** Change of the shape of a sample. The order of its values stays. */
export interface FormStep {
  readonly kind: 'form';
  /** Returns the new sizes of a sample. @throws RangeError if samples would mix */
  readonly change: (dims: readonly number[]) => readonly number[];
  readonly from: string;
}

/** Step of a graph. */
export type GraphStep = Step | FormStep;

/** Need of a node that would mix samples. */
export const APART = 'axes that keep the samples apart';

/** Returns the step of Flatten. */
export function flatten(node: Node, axis: number): FormStep {
  const change = (dims: readonly number[]) => {
    if (placeOf(axis, dims.length + 1) === 1 || (axis === 1 && dims.length === 0)) return [sizeOf(dims)];
    throw refusal(node, `axis 1, which keeps the samples apart, and not axis ${axis}`);
  };
  return { kind: 'form', change, from: nodeAt(node) };
}

/** Returns the step of Squeeze or Unsqueeze. @param axes  axes other than 0 */
export function squeeze(node: Node, axes: readonly number[], isReverse: boolean): FormStep {
  const change = (dims: readonly number[]) => {
    const rank = dims.length + 1 + (isReverse ? axes.length : 0);
    if (axes.some((axis) => placeOf(axis, rank) === 0)) throw refusal(node, APART);
    // The number of samples, which is the first size, stays and does not matter.
    const found = (isReverse ? unsqueezed : squeezed)([1, ...dims], axes)?.slice(1);
    if (found === undefined) throw refusal(node, 'axes of size 1');
    return found;
  };
  return { kind: 'form', change, from: nodeAt(node) };
}

/** Returns the step of Reshape. */
export function reshape(node: Node, shape: readonly number[], keepsZero: boolean): FormStep {
  const change = (dims: readonly number[]) => {
    const [first, ...rest] = shape;
    // The first size is that of the batch: copied, fixed, or the rest.
    const found = reshaped(
      [1, ...dims],
      [1, ...rest.map((size) => (size === -1 && first === -1 ? NaN : size))],
      keepsZero,
    )?.slice(1);
    const isWhole = found?.every((size) => Number.isInteger(size) && size >= 0);
    if (found !== undefined && isWhole && first !== undefined && first >= -1) return found;
    throw refusal(node, `the shape [batch, values], and not [${shape}]`);
  };
  return { kind: 'form', change, from: nodeAt(node) };
}

/**
 * Replaces changes of shape by checks of the width, and checks that samples are rows wherever a step needs rows.
 *
 * @param dims  sizes of a sample at the input
 * @throws RangeError that names the step
 */
export function inRows(steps: readonly GraphStep[], dims: readonly number[]): Step[] {
  let sizes = dims;
  return steps.map((step) => {
    if (step.kind === 'form') {
      sizes = step.change(sizes);
      return { kind: 'width', width: sizeOf(sizes), from: step.from };
    }
    if (!fits(step, sizes)) {
      const shape = ['batch', ...sizes].join(', ');
      throw new RangeError(`${step.from}: needs rows of values, but gets the shape [${shape}]`);
    }
    if (step.kind === 'dense') sizes = [...sizes.slice(0, -1), step.units];
    return step;
  });
}

/** Returns true if a step computes the same for samples of these sizes as for rows. */
function fits(step: Step, sizes: readonly number[]): boolean {
  switch (step.kind) {
    case 'norm':
      return sizes.length === 1;
    case 'activation':
      return (step.activation !== 'softmax' && (step.slopes?.length ?? 1) === 1) || sizes.length === 1;
    case 'affine':
      return (step.scale.length === 1 && step.shift.length === 1) || isRow(sizes);
    case 'dense':
      return isRow(sizes);
    default:
      return true;
  }
}

/** Returns true if only the last size may be more than 1. */
function isRow(sizes: readonly number[]): boolean {
  return sizes.length > 0 && sizes.slice(0, -1).every((size) => size === 1);
}
