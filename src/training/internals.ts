import type { Samples } from '../network/rows.js';
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
