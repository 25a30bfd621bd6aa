import type { BackendName } from './backend/names.js';
import { isObject, show } from './errors.js';
import { customConfig, type Initializer, isCustom } from './initializers/initializer.js';
import { type AnyMLP, MLP } from './mlp.js';
import type { MLPOptions } from './network/model-options.js';
import {
  type ExplainModelAsyncOptions,
  type ExplainModelOptions,
  explainNetwork,
  explainNetworkAsync,
} from './theory/explain.js';
import type { ModelExplanation } from './theory/explanation.js';
import { internalsOf } from './training/internals.js';

/**
 * Explains a model before it runs: the expected preactivations and gradients of each layer, where they vanish or explode, and
 * what to change.
 *
 * @param model    a model, or the options that make one
 * @param options  {@link ExplainModelOptions}
 * @throws TypeError   if an option is missing, unknown or of the wrong type; the message opens with its name
 * @throws RangeError  if a number is out of range
 */
export function explainModel(
  model: MLPOptions<BackendName> | AnyMLP,
  options?: ExplainModelOptions,
): ModelExplanation {
  return explainNetwork(optionsOf(model), options);
}

/**
 * Explains a model like `explainModel`, but pauses between layers every 30 ms so that a page stays responsive, and can be aborted.
 *
 * @param model    a model, or the options that make one
 * @param options  {@link ExplainModelAsyncOptions}
 * @throws TypeError   if an option is missing, unknown or of the wrong type; the message opens with its name
 * @throws RangeError  if a number is out of range
 * @throws the reason of `signal`, if it aborts
 */
export async function explainModelAsync(
  model: MLPOptions<BackendName> | AnyMLP,
  options?: ExplainModelAsyncOptions,
): Promise<ModelExplanation> {
  return explainNetworkAsync(optionsOf(model), options);
}

/**
 * Returns the options that a model was made with. Custom initializers are not in its config, so they are replaced by ones that
 * return the model's present kernels and biases.
 */
function optionsOf(model: MLPOptions<BackendName> | AnyMLP): MLPOptions<BackendName> {
  if (!isObject(model)) throw new TypeError(`model: expected an MLP or its options, got ${show(model)}`);
  if (!(model instanceof MLP)) {
    if (!('getWeights' in model)) return model;
    throw new TypeError(
      `model: expected an MLP or its options, got ${show(model)} with getWeights that is no MLP of this package`,
    );
  }
  // A Proxy of a model is refused here, in words that name the argument.
  internalsOf(model);
  const { layers, ...config } = model.config;
  const weights = model.getWeights();
  return {
    ...config,
    layers: layers.map((layer, l) => {
      const { kernel, bias } = weights[l]!;
      const { kernelInitializer, biasInitializer, ...rest } = layer;
      const own = (values: ArrayLike<number>): Initializer =>
        Object.assign(() => Float32Array.from(values), { config: customConfig });
      return {
        ...rest,
        kernelInitializer: isCustom(kernelInitializer) ? own(kernel) : kernelInitializer,
        ...(biasInitializer && {
          biasInitializer: isCustom(biasInitializer) ? own(bias!) : biasInitializer,
        }),
      };
    }),
  };
}
