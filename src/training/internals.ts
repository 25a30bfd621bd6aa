import type { Samples } from '../network/rows.js';
import type { Trainee } from './trainee.js';
/** What the library's own functions over a model reach; not exported to users. */
export interface Internals extends Omit<Trainee, 'compiled'> {
  readonly compiled: Trainee['compiled'] | undefined;
  /** Checks that x is rows its scaling can take and, where a method is named that writes, that the model can be written. */
  checkInputs(method: string | undefined, x: unknown): Samples;
}
