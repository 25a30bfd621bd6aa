import { createBackend, useWasmDraws } from '../backend/index.js';
import { InputScaler } from '../network/input-scaler.js';
import { drawWeights } from '../network/layers.js';
import type { CheckedOptions } from '../network/model-options.js';
import { Network } from '../network/network.js';
import { TargetScaler } from '../network/target-scaler.js';
import { writeWeights } from '../network/weights.js';
import { Rng } from '../numbers/random.js';
import { initialTraining, type ModelParts } from './trainee.js';

/**
 * Creates the parts of a model in the memory of a new backend, and draws its weights.
 *
 * @throws RangeError  if memory runs out, or any error of an initializer
 */
export function createParts(options: CheckedOptions): ModelParts {
  const { inputSize, layers, seed, skipZeros } = options;
  const rng = new Rng(seed);
  // Weights are drawn before any memory is allocated, so that an invalid initializer leaves nothing behind.
  useWasmDraws();
  const draws = drawWeights(rng, inputSize, layers);
  const backend = createBackend(options.backend, options.arithmetic, options.threads);
  const scaler = new InputScaler(options.scaling, inputSize, backend, backend.base);
  const targetScaler = new TargetScaler(options.scalingOfTargets, backend.elementBytes);
  const network = new Network(backend, scaler.end, inputSize, layers, rng, skipZeros);
  writeWeights(network, draws);
  return { network, scaler, targetScaler, rng, state: initialTraining() };
}
