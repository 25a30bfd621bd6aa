/** The JSON file that `train` and `diagnose` take: what `new MLP`, `compile` and `fit` are to be given. */
import { closestMatch } from 'leven';
import type { CsvOptions } from '../../data/index.js';
import type { ClassWeight, CompileOptions, FitOptions, MLPOptions } from '../../index.js';
import { readJson } from './json-file.js';

/** Weights of classes by index, by name, or 'balanced': as if all classes had as many rows. */
export type NamedClassWeight = ClassWeight | Readonly<Record<string, number>> | 'balanced';

/** Options of `fit` that are plain data, and what the command adds to them. */
export type FitConfig = Omit<Pick<FitOptions, FitKey>, 'earlyStopping' | 'classWeight'> & {
  /** `false` trains all epochs. */
  readonly earlyStopping?: FitOptions['earlyStopping'] | false;
  readonly classWeight?: NamedClassWeight;
};

export interface TaskConfig {
  /** Options of `new MLP`; `inputSize` comes from the data. Without `layers` they change the network that suits the data. */
  readonly model?: Partial<Omit<MLPOptions, 'inputSize'>>;
  readonly compile?: Partial<CompileOptions>;
  readonly fit?: FitConfig;
  /** Options of `readCsv`, such as the target and what columns hold. */
  readonly data?: Omit<CsvOptions, 'name' | 'like'>;
}

const fitKeys = [
  'epochs',
  'batchSize',
  'shuffle',
  'validationSplit',
  'earlyStopping',
  'classWeight',
  'restoreOnFailure',
  'diagnostics',
] as const satisfies readonly (keyof FitOptions)[];
type FitKey = (typeof fitKeys)[number];

/** Keys that each part of a config may have. */
const parts = {
  model: [
    'layers',
    'preset',
    'inputScaling',
    'targetScaling',
    'seed',
    'arithmetic',
    'backend',
    'threads',
    'skipZeros',
  ] satisfies readonly (keyof NonNullable<TaskConfig['model']>)[],
  compile: ['loss', 'optimizer', 'metrics'] satisfies readonly (keyof CompileOptions)[],
  fit: fitKeys,
  data: [
    'header',
    'delimiter',
    'quote',
    'comment',
    'encoding',
    'decimal',
    'thousands',
    'percent',
    'currency',
    'dayFirst',
    'columns',
    'target',
    'missing',
    'onMissing',
    'onUnknown',
    'maxCategories',
    'onBadRow',
  ] satisfies readonly (keyof NonNullable<TaskConfig['data']>)[],
} as const satisfies Record<keyof TaskConfig, readonly string[]>;
const partNames = Object.keys(parts) as (keyof TaskConfig)[];

/** @throws Error that opens with the path; values are checked where they are used */
export function readConfig(path: string | undefined): TaskConfig {
  if (path === undefined) return {};
  const config = readJson(path);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new Error(`${path}: expected an object with ${partNames.join(', ')}`);
  }
  for (const [name, part] of Object.entries(config)) {
    const known = partNames.find((one) => one === name);
    if (known === undefined) {
      throw new Error(`${path}: unknown part '${name}'; did you mean '${closestMatch(name, partNames)}'?`);
    }
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      throw new Error(`${path}: ${name}: expected an object`);
    }
    for (const key of Object.keys(part)) {
      if ((parts[known] as readonly string[]).includes(key)) continue;
      const nearest = closestMatch(key, [...parts[known]]);
      throw new Error(`${path}: ${name}.${key}: not an option of a config; did you mean '${nearest}'?`);
    }
  }
  return config as TaskConfig;
}
