import { isObject, show } from './errors.js';
import { type AnyMLP, MLP } from './mlp.js';

/**
 * Checks a model that is an argument of a function. A Proxy of a model passes here: the model's own methods then name the remedy.
 *
 * @throws TypeError that says what came
 */
export function checkModel(value: unknown): asserts value is AnyMLP {
  if (!isObject(value) || !(value instanceof MLP)) {
    throw new TypeError(`model: expected an MLP, got ${show(value)}`);
  }
}
