import type { ElementwiseActivation } from './backend/kernels.js';
import type { InitializerName } from './initializers/index.js';

/** Those that work on one value at a time; each is the name of its kernels. */
export const elementwiseNames = [
  'identity',
  'relu',
  'sigmoid',
  'tanh',
] as const satisfies readonly ElementwiseActivation[];
export type ElementwiseName = (typeof elementwiseNames)[number];

/** Every activation a layer can have; softmax works on whole rows and stands at the output only. */
export const activationNames = [...elementwiseNames, 'softmax'] as const;
export type ActivationName = (typeof activationNames)[number];

/**
 * The kernel initializer of a layer that names none: He before the rectifier, which passes half of the
 * signal's square, Glorot before the rest, which are near the identity at 0.
 */
export function defaultInitializer(activation: ActivationName): InitializerName {
  return activation === 'relu' ? 'heNormal' : 'glorotUniform';
}
