/** Activations as Keras and TF.js have them: one table for all readers. */
import { between, type Step } from '../interchange/steps.js';
import { type Activation, type CheckedActivation, leakyRelu } from '../network/activations.js';

type Name = CheckedActivation['name'];

/** Activations of the same function here, by the names of Keras 2, Keras 3 and TF.js in snake case. */
const same: Readonly<Record<string, Name>> = {
  linear: 'identity',
  relu: 'relu',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  softplus: 'softplus',
  softsign: 'softsign',
  selu: 'selu',
  elu: 'elu',
  swish: 'silu',
  silu: 'silu',
  gelu: 'gelu',
  gelu_new: 'geluTanh',
  mish: 'mish',
  hard_silu: 'hardSwish',
  hard_swish: 'hardSwish',
  // celu with its only possible alpha, 1
  celu: 'elu',
  softmax: 'softmax',
};

/** Activations that are another one between affine maps. */
const composite: Readonly<Record<string, (from: string) => Step[]>> = {
  relu6: (from) => [{ kind: 'clip', low: 0, high: 6, from }],
  hard_tanh: (from) => [{ kind: 'clip', low: -1, high: 1, from }],
  // log σ(x) = −softplus(−x)
  log_sigmoid: (from) => between(from, -1, 'softplus', -1),
  leaky_relu: (from) => activated(from, leakyRelu({ negativeSlope: 0.2 })),
};

/** Factor 6 · 0.2 before hardSigmoid, z / 6 + 1/2, that makes it the hard sigmoid 0.2 z + 1/2 of Keras 2 and TF.js. */
export const OLD_HARD_SIGMOID = 1.2;

/**
 * Returns the steps of an activation.
 *
 * @param name  name in snake case
 * @param isKeras3  true if the file is of Keras 3
 * @returns undefined if there is none that a model has
 */
export function activationSteps(from: string, name: string, isKeras3: boolean): Step[] | undefined {
  if (name === 'hard_sigmoid') {
    const scaling: Step = { kind: 'affine', scale: [OLD_HARD_SIGMOID], shift: [0], from };
    return [...(isKeras3 ? [] : [scaling]), ...activated(from, 'hardSigmoid')];
  }
  if (Object.hasOwn(composite, name)) return composite[name]!(from);
  const found = Object.hasOwn(same, name) ? same[name]! : undefined;
  if (found === undefined) return undefined;
  return found === 'identity' ? [] : activated(from, found);
}

function activated(from: string, activation: Activation): Step[] {
  return [{ kind: 'activation', activation, from }];
}
