/** Layers that the user describes, for a file that has only weights. */
import type { Step } from '../interchange/steps.js';
import { hasModule, learnedSlopes } from '../network/activations.js';
import { checkLayers, type LayerOptions } from '../network/layers.js';
import { Layer } from './fields.js';
import type { Tensors } from './layers.js';

/**
 * Returns layers of Keras for the options of layers here.
 *
 * @throws TypeError or RangeError that opens with layers, if an option is wrong, or with bytes, if slopes are missing
 */
export function layersGiven(options: readonly LayerOptions[], tensors: Tensors): (Layer | Step)[] {
  return checkLayers(options).flatMap(({ units, useBias, activation, batchNorm, dropout }, l) => {
    const layer = (className: string, config: object) =>
      new Layer('bytes', `layers[${l}]`, className, config, []);
    const normAt = (position: 'before' | 'after') =>
      batchNorm?.position === position
        ? [layer('BatchNormalization', { epsilon: batchNorm.epsilon, momentum: 1 - batchNorm.momentum })]
        : [];
    const sloped = learnedSlopes(activation) && layer('PReLU', {});
    const slopes = sloped && tensors.of(sloped, ['alpha'])[0]!.read();
    const from = `layers[${l}].activation`;
    const step: Step = { kind: 'activation', activation, from, ...(slopes && { slopes }) };
    return [
      layer('Dense', { units, use_bias: useBias }),
      ...normAt('before'),
      ...(hasModule(activation) ? [step] : []),
      ...normAt('after'),
      ...(dropout > 0 ? [layer('Dropout', { rate: dropout })] : []),
    ];
  });
}
