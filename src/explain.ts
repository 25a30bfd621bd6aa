import {
  type ExplainOptions,
  explainInitializer,
  type InitializerExplanation,
} from './initializers/explain.js';
import type { InitializerName } from './initializers/index.js';
import {
  customConfig,
  type Initializer,
  type InitializerConfig,
  isCustom,
  type Shape,
} from './initializers/initializer.js';
import type { AnyMLP } from './mlp.js';
import type { MLPOptions } from './network/model-options.js';
import {
  type ExplainModelAsyncOptions,
  type ExplainModelOptions,
  explainModel,
  explainModelAsync,
  type ModelExplanation,
} from './theory/explain.js';

/**
 * Explains an initializer for a shape, or a model.
 *
 * For an initializer: its distribution, mean, variance, limit, formula and source, beside the measured values of a draw. For a
 * model or its options: the expected preactivations and gradients of each layer before anything runs, where they vanish or
 * explode, and what to change.
 *
 * @throws TypeError or RangeError as the initializer or the model does
 */
export function explain(
  initializer: Initializer | InitializerName | InitializerConfig,
  shape: Shape,
  options?: ExplainOptions,
): InitializerExplanation;
export function explain(model: MLPOptions | AnyMLP, options?: ExplainModelOptions): ModelExplanation;
export function explain(which: unknown, second?: unknown, third?: unknown) {
  const isModel =
    typeof which === 'object' && which !== null && ['layers', 'inputSize'].some((key) => key in which);
  if (!isModel) return explainInitializer(which as InitializerName, second as Shape, third as ExplainOptions);
  return explainModel(optionsOf(which as MLPOptions | AnyMLP), second as ExplainModelOptions);
}

/**
 * Like `explain` of a model, but pauses between layers every 30 ms so that a page stays responsive, and can be aborted.
 *
 * @throws TypeError or RangeError as `explain` does; the signal's reason
 */
export async function explainAsync(
  model: MLPOptions | AnyMLP,
  options?: ExplainModelAsyncOptions,
): Promise<ModelExplanation> {
  return explainModelAsync(optionsOf(model), options);
}

/** A model's options as it was made with; kernels of the user's initializers are those it has. */
function optionsOf(model: MLPOptions | AnyMLP): MLPOptions {
  if (typeof model !== 'object' || model === null || !('getWeights' in model)) return model;
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
