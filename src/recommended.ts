import type { BackendName, DefaultBackend } from './backend/kernels.js';
import { knownKeys, oneOf, show, wholeNumber } from './errors.js';
import type { InitializerName } from './initializers/index.js';
import { MLP } from './mlp.js';
import { adam } from './optimizers/index.js';

export interface RecommendedOptions<B extends BackendName = BackendName> {
  /** Values in a row of x, ≥ 1. */
  readonly inputSize: number;
  /** ≥ 2. */
  readonly classes: number;
  /** Units of each hidden layer; default [256]. */
  readonly hidden?: readonly number[];
  /** Default 'symmetric', for images; 'zScore' for tables whose features have units of their own. */
  readonly inputScaling?: 'symmetric' | 'zScore';
  /** Of the hidden layers: default 'heNormal'; 'glorotUniform' is the lectures' other one. */
  readonly kernelInitializer?: Extract<InitializerName, 'heNormal' | 'glorotUniform'>;
  /** Default 0. */
  readonly seed?: number | string;
  /** Default 'wasm'; where WebAssembly cannot be had, 'javascript', and one warning says why. */
  readonly backend?: B;
}

/**
 * The classifier that the lectures recommend, compiled and ready to fit: inputs in [−1, 1] or standardized, ReLU with batch
 * norm, He normal, Adam with a learning rate of 1e-3, cross-entropy, accuracy.
 *
 * @throws TypeError or RangeError that names the option
 */
export function recommended<B extends BackendName = DefaultBackend>(options: RecommendedOptions<B>): MLP<B> {
  const names = ['inputSize', 'classes', 'hidden', 'inputScaling', 'kernelInitializer', 'seed', 'backend'];
  knownKeys('options', options, names);
  const {
    inputSize,
    classes,
    hidden = [256],
    inputScaling = 'symmetric',
    kernelInitializer = 'heNormal',
    seed = 0,
    backend,
  } = options;
  wholeNumber('classes', classes, 2);
  if (!Array.isArray(hidden)) throw new TypeError(`hidden: expected an array of units, got ${show(hidden)}`);
  for (const [h, units] of hidden.entries()) wholeNumber(`hidden[${h}]`, units, 1);
  oneOf('inputScaling', inputScaling, ['symmetric', 'zScore']);
  oneOf('kernelInitializer', kernelInitializer, ['heNormal', 'glorotUniform']);
  const model = new MLP({
    inputSize,
    layers: [
      ...hidden.map((units: number) => ({
        units,
        activation: 'relu' as const,
        kernelInitializer,
        batchNorm: true,
      })),
      { units: classes, activation: 'softmax' },
    ],
    inputScaling,
    seed,
    ...(backend !== undefined && { backend }),
  });
  model.compile({ loss: 'crossEntropy', optimizer: adam({ learningRate: 1e-3 }), metrics: ['accuracy'] });
  return model;
}
