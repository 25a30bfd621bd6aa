/** The JSON file that `train` and `diagnose` take: what `new MLP`, `compile` and `fit` are to be given. */
import { closestMatch } from 'leven';
import type { CsvOptions } from '../../data/index.js';
import type { CompileOptions, MLPOptions } from '../../index.js';
import type { PlainFitOptions } from '../../node/index.js';
import { readJson } from './json-file.js';

export interface TaskConfig {
  /** Options of `new MLP`; `inputSize` comes from the data. */
  readonly model?: Omit<MLPOptions, 'inputSize'>;
  readonly compile?: CompileOptions;
  readonly fit?: PlainFitOptions;
  /** Options of `readCsv`, such as the target and what columns hold. */
  readonly data?: CsvOptions;
}

const parts = ['model', 'compile', 'fit', 'data'] as const satisfies readonly (keyof TaskConfig)[];

/** @throws Error that opens with the path; what stands in the parts is checked where it is used */
export function readConfig(path: string | undefined): TaskConfig {
  if (path === undefined) return {};
  const config = readJson(path);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new Error(`${path}: expected an object with ${parts.join(', ')}`);
  }
  for (const [name, part] of Object.entries(config)) {
    if (!parts.some((known) => known === name)) {
      throw new Error(`${path}: unknown part '${name}'; did you mean '${closestMatch(name, [...parts])}'?`);
    }
    if (typeof part !== 'object' || part === null) throw new Error(`${path}: ${name}: expected an object`);
  }
  return config as TaskConfig;
}
