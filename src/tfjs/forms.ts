/** Activations as TF.js 4.22 reads them: one row for each that it has. */
import type { CheckedActivation } from '../network/activations.js';

/** Form of an activation: an option of a Dense layer, or a layer of its own. */
export interface Form {
  /** Name of the activation as an option. */
  readonly option?: string;
  /** Factor between the Dense layer and the activation. */
  readonly factor?: number;
  /** Returns class and config of a layer. */
  readonly layer?: (activation: never) => readonly [className: string, config: object];
  /** Name of the tensor of learned slopes in the layer. */
  readonly slopes?: string;
  /** Returns the reason why TF.js does not have the activation with its options; undefined if it has. */
  readonly fault?: (activation: never) => string | undefined;
}

type Of<Name> = Extract<CheckedActivation, { readonly name: Name }>;

const forms: Readonly<Partial<Record<CheckedActivation['name'], Form>>> = {
  identity: { option: 'linear' },
  relu: { option: 'relu' },
  sigmoid: { option: 'sigmoid' },
  tanh: { option: 'tanh' },
  softplus: { option: 'softplus' },
  softsign: { option: 'softsign' },
  selu: { option: 'selu' },
  silu: { option: 'swish' },
  gelu: { option: 'gelu' },
  mish: { option: 'mish' },
  softmax: { option: 'softmax' },
  elu: {
    option: 'elu',
    fault: ({ alpha }: Of<'elu'>) =>
      alpha === 1 ? undefined : `TF.js has elu with alpha 1 only, and the model's alpha is ${alpha}`,
  },
  // hard_sigmoid of TF.js is 0.2 z + 1/2, and hardSigmoid z / 6 + 1/2. The factor is 5/6.
  hardSigmoid: { option: 'hard_sigmoid', factor: 0.8333333333333334 },
  leakyRelu: { layer: ({ negativeSlope }: Of<'leakyRelu'>) => ['LeakyReLU', { alpha: negativeSlope }] },
  prelu: {
    layer: ({ shared }: Of<'prelu'>) => ['PReLU', { shared_axes: shared ? [1] : null }],
    slopes: 'alpha',
  },
};

/** Returns the form of an activation. @throws RangeError that opens with the argument, if TF.js does not have it */
export function formOf(argument: string, activation: CheckedActivation): Form {
  const form = forms[activation.name];
  const fault = form ? form.fault?.(activation as never) : `TF.js 4.22 cannot read '${activation.name}'`;
  if (form === undefined || fault !== undefined) throw new RangeError(`${argument}: ${fault}`);
  return form;
}
