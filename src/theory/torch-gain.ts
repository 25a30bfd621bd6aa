import { show } from '../errors.js';
import { nonlinearities, type TorchNonlinearity, tabulatedGain } from '../initializers/torch.js';
import {
  type Activation,
  type CheckedActivation,
  checkActivation,
  isUncalled,
} from '../network/activations.js';

/**
 * Returns PyTorch's `calculate_gain`: the factor on a kernel's standard deviation that PyTorch recommends before an
 * activation. `torchGain('tanh')` is 5/3, `torchGain(leakyRelu({ negativeSlope: 0.2 }))` is √(2 / 1.04).
 *
 * @param activation  linear (or identity), sigmoid, tanh, relu, leakyRelu or selu; PyTorch's table has no others
 * @throws TypeError  if it is no activation, or PyTorch's table lacks it; `gain` computes a value for those
 */
export function torchGain(activation: Exclude<Activation, 'softmax'>): number {
  if (typeof activation === 'function' && !isUncalled(activation)) {
    throw new TypeError(
      `activation: expected an activation of PyTorch's table, got ${show(activation)}; gain(f) computes a gain from any function`,
    );
  }
  const checked = checkActivation('activation', activation);
  return tabulatedGain(nonlinearityOf(checked), 'negativeSlope' in checked ? checked.negativeSlope : 0);
}

/** Activations with another name in PyTorch. */
const otherNames: Readonly<Partial<Record<string, TorchNonlinearity>>> = { identity: 'linear' };

/** Returns PyTorch's name of an activation. @throws TypeError if PyTorch's table has none */
function nonlinearityOf({ name }: CheckedActivation): TorchNonlinearity {
  const known = otherNames[name] ?? nonlinearities.find((other) => other === name);
  if (known !== undefined) return known;
  throw new TypeError(
    `activation: PyTorch's table has no gain for '${name}', only for ${nonlinearities.join(', ')}; gain('${name}') computes one`,
  );
}
