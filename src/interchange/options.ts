import type { Arithmetic, BackendName, DefaultBackend } from '../backend/names.js';
import { knownKeys } from '../errors.js';

/** Options for making a model from a file of another library. */
export interface ImportOptions<B extends BackendName = DefaultBackend> {
  /** Backend of the model; default that of a new model. */
  readonly backend?: B;
  /** Arithmetic; default 'portable'. */
  readonly arithmetic?: Arithmetic;
  /** Number of threads, as in MLPOptions; default 1. */
  readonly threads?: number | 'auto';
}

/** Names of the options of every importer. */
export const importKeys = [
  'backend',
  'arithmetic',
  'threads',
] as const satisfies readonly (keyof ImportOptions)[];

/** Checks the options that all importers have. @param own  names of further options */
export function checkImport(options: object, own: readonly string[]): void {
  knownKeys('options', options, [...importKeys, ...own]);
}
