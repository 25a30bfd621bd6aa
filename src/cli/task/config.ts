/** Config file of `train` and `diagnose`: JSON with options of `new MLP`, `compile` and `fit`. */
import { csvKeys } from '../../data/csv/options.js';
import type { CsvOptions } from '../../data/index.js';
import { knownKeys } from '../../errors.js';
import type { BackendName, ClassWeight, CompileOptions, FitOptions, MLPOptions } from '../../index.js';
import { modelKeys } from '../../network/model-options.js';
import { compileKeys } from '../../training/compile.js';
import { type PlainFitKey, plainFitKeys } from '../../training/fit-options.js';
import { readJson } from './json-file.js';

/** Class weights by index or name, or 'balanced', which treats all classes as equally frequent. */
export type NamedClassWeight = ClassWeight | Readonly<Record<string, number>> | 'balanced';

/** Options of `fit` that are plain data, with the additions of the command. */
export type FitConfig = Omit<Pick<FitOptions, PlainFitKey>, 'earlyStopping' | 'classWeight'> & {
  /** `false` trains all epochs. */
  readonly earlyStopping?: FitOptions['earlyStopping'] | false;
  readonly classWeight?: NamedClassWeight;
};

export interface TaskConfig {
  /** Options of `new MLP`; `inputSize` comes from the data. Without `layers` they modify the default network for the data. */
  readonly model?: Partial<Omit<MLPOptions<BackendName>, 'inputSize'>>;
  readonly compile?: Partial<CompileOptions>;
  readonly fit?: FitConfig;
  /** Options of `readCsv`, such as the target and the kinds of columns. */
  readonly data?: Omit<CsvOptions, 'name' | 'like'>;
}

/** Known keys of each part of a config: those of the library, without what only a program or the data can give. */
const parts = {
  model: modelKeys.filter((key) => key !== 'inputSize'),
  compile: compileKeys,
  fit: plainFitKeys,
  data: csvKeys.filter((key) => key !== 'name' && key !== 'like'),
} as const satisfies Record<keyof TaskConfig, readonly string[]>;

/** Returns the part of a config that has this key. The keys of all parts differ. */
export function configPartOf(key: string): keyof TaskConfig | undefined {
  const names = Object.keys(parts) as (keyof TaskConfig)[];
  return names.find((name) => (parts[name] as readonly string[]).includes(key));
}

/** Reads a config. Values are checked where they are used. @throws Error that opens with the path */
export function readConfig(path: string | undefined): TaskConfig {
  if (path === undefined) return {};
  const config = readJson(path);
  knownKeys(`${path}: config`, config, Object.keys(parts));
  for (const [name, part] of Object.entries(config as TaskConfig)) {
    knownKeys(`${path}: config.${name}`, part, parts[name as keyof TaskConfig]);
  }
  return config as TaskConfig;
}
