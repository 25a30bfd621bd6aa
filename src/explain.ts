import type { BackendName } from './backend/kernels.js';
import {
  type ExplainOptions,
  explainInitializer,
  type InitializerExplanation,
} from './initializers/explain.js';
import type { InitializerName } from './initializers/index.js';
import type { Initializer, InitializerConfig, Shape } from './initializers/initializer.js';
import type { MLP } from './mlp.js';
import type { MLPOptions } from './network/model-options.js';
import { type ExplainModelOptions, explainModel, type ModelExplanation } from './theory/explain.js';

/**
 * What an initializer promises for a shape, and what it then draws: distribution, mean, variance, limit, formula and
 * source beside the same measured. Of a model, or of the options of one: what each layer's preactivations and gradients
 * will be before anything runs, where they die or explode, and what to change.
 *
 * @throws TypeError or RangeError as the initializer or the model does
 */
export function explain(
  initializer: Initializer | InitializerName | InitializerConfig,
  shape: Shape,
  options?: ExplainOptions,
): InitializerExplanation;
export function explain(
  model: MLPOptions | MLP<BackendName>,
  options?: ExplainModelOptions,
): ModelExplanation;
export function explain(which: unknown, second?: unknown, third?: unknown) {
  const isModel =
    typeof which === 'object' && which !== null && ['layers', 'inputSize'].some((key) => key in which);
  if (!isModel) return explainInitializer(which as InitializerName, second as Shape, third as ExplainOptions);
  return explainModel(which as MLPOptions, second as ExplainModelOptions);
}
