import { createBackend, useWasmDraws } from '../backend/index.js';
import { InputScaler } from '../network/input-scaler.js';
import { checkSize, drawWeights } from '../network/layers.js';
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
  checkSize(inputSize, layers);
  useWasmDraws();
  const backend = createBackend(options.backend, options.arithmetic, options.threads);
  const scaler = new InputScaler(options.scaling, inputSize, backend, backend.base);
  const targetScaler = new TargetScaler(options.scalingOfTargets, backend.elementBytes);
  const network = new Network(backend, scaler.end, inputSize, layers, rng, skipZeros);
  // Kernels are drawn in their place. In an array of their own, they would touch as many pages once more.
  const kernelOf = (l: number) => {
    const { kernel, fanIn, units } = network.layers[l]!;
    const values = network.view(kernel, fanIn * units);
    return values instanceof Float32Array ? values : undefined;
  };
  writeWeights(network, drawWeights(rng, inputSize, layers, kernelOf));
  backend.settle?.();
  return { network, scaler, targetScaler, rng, state: initialTraining() };
}
