import type { Samples } from '../network/rows.js';
import { showInNode } from '../network/summary.js';
import { notItself, refuseProxies } from '../proxies.js';
import type { ModelParts, Trainee } from './trainee.js';

/** Parts of a model for functions outside the class. They are not exported to users. */
export interface Internals extends ModelParts {
  readonly compiled: Trainee['compiled'] | undefined;
  /**
   * Checks x against the model's size and scaling. If a `method` that changes the model is named, it is refused while another
   * call runs.
   */
  checkInputs(method: string | undefined, x: unknown): Samples;
}

/** Reads the private field of a model; undefined before the first model. */
let read: ((model: object) => Internals) | undefined;

/**
 * Prepares the class of models when the first one is created, so that importing the class has no effect: its methods refuse
 * proxies, and Node prints a summary.
 *
 * @param prototype  prototype of the class
 * @param coreOf     reads the private field of a model; undefined for any other object, such as a proxy of a model
 */
export function prepareClass(
  prototype: object,
  coreOf: (value: object) => { readonly internals: Internals } | undefined,
): void {
  if (read !== undefined) return;
  showInNode(prototype);
  const itself = refuseProxies(prototype, 'model', (value) => coreOf(value) !== undefined);
  read = (model) => coreOf(itself(model))!.internals;
}

/** Returns the parts of a model for functions outside the class. @throws TypeError if the value is not a model itself */
export function internalsOf(model: object): Internals {
  if (read === undefined) throw notItself('model', 'model', model);
  return read(model);
}
