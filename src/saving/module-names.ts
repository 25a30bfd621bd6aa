import { hasModule } from '../network/activations.js';
import type { LayerSpec, TensorName } from '../network/dense.js';

/**
 * Returns the names that PyTorch's nn.Sequential gives the tensors of an equal network. Modules are counted: every activation,
 * batch norm and dropout is one, and identity is none.
 *
 * @returns for each layer, the name of every tensor that it may have
 */
export function moduleNames(layers: readonly LayerSpec[]): ReadonlyMap<TensorName, string>[] {
  let modules = 0;
  return layers.map(({ batchNorm, activation, dropout }) => {
    const linear = modules++;
    const before = batchNorm?.position === 'before' ? modules++ : undefined;
    const activated = hasModule(activation) ? modules++ : undefined;
    const after = batchNorm?.position === 'after' ? modules++ : undefined;
    if (dropout > 0) modules++;
    const norm = before ?? after;
    return new Map<TensorName, string>([
      ['kernel', `${linear}.weight`],
      ['bias', `${linear}.bias`],
      ['gamma', `${norm}.weight`],
      ['beta', `${norm}.bias`],
      ['runningMean', `${norm}.running_mean`],
      ['runningVariance', `${norm}.running_var`],
      ['slopes', `${activated}.weight`],
    ]);
  });
}
