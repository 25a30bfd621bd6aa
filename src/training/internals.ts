import type { Trainee } from './batch.js';
import type { DataCheck } from './fit.js';
import type { Samples } from './samples.js';

/** What the library's own functions over a model reach; not exported to users. */
export interface Internals extends Omit<Trainee, 'compiled'> {
  readonly compiled: Trainee['compiled'] | undefined;
  /** Checks that the model can be written and that x is rows its scaling can take. */
  checkInputs(method: string, x: unknown): Samples;
  checkData: DataCheck;
}
