import { hasModule } from '../network/activations.js';
import type { LayerSpec, TensorName } from '../network/dense.js';

/**
 * The names that PyTorch's nn.Sequential gives the tensors of the same network: modules are counted, and every activation,
 * batch norm and dropout is one; identity is none.
 *
 * @returns by layer, the name of each tensor it may have
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
