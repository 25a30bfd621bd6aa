/** Models that TF.js can read. */
import { models } from './onnx-models.js';

const unknown = ['step', 'squaredRelu', 'geluTanh', 'hardSwish'];

export const writable = models.filter(([, { layers }]) =>
  layers.every(({ activation = 'identity' }) => {
    if (typeof activation === 'string') return !unknown.includes(activation);
    return !unknown.includes(activation.name) && !('alpha' in activation && activation.alpha !== 1);
  }),
);
