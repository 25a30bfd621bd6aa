import type { BackendName } from '../backend/names.js';
import { finiteNumber, knownKeys, notNegativeNumber, oneOf, show } from '../errors.js';
import type { CheckedOptions, MLPConfig } from '../network/model-options.js';
import { initialState, type Optimizer } from '../optimizers/step.js';
import { checkScheduleState } from '../schedules/index.js';
import type { Compiled } from '../training/compile.js';
import { type CompileOptions, checkCompile } from '../training/compile.js';
import { checkCount } from '../training/step.js';
import type { TotalSums } from '../training/totals.js';

/** JSON description that the file holds beside the tensors. */
export interface Description {
  readonly format: number;
  readonly config: MLPConfig<BackendName>;
  /** 'bytes' if the mapping of bytes was fixed; 'statistics' if scaling.mean and scaling.std are in the file. */
  readonly scaling: (typeof scalings)[number];
  /** 'statistics' if targetScaling.mean and targetScaling.std are in the file. */
  readonly targetScaling: (typeof targetScalings)[number];
  readonly training?: Training;
}

/** Training progress, which lets a loaded model continue its training. */
export interface Training {
  readonly compiled: CompileOptions;
  readonly epoch: number;
  readonly step: number;
  readonly scalars: readonly number[];
  readonly schedule: unknown;
  /** Epoch that was interrupted; null if there is none. */
  readonly begun: Begun | null;
}
interface Begun extends TotalSums {
  readonly batches: number;
  readonly samples: number;
  readonly batching: string;
}

/** Name of the library's own text in the metadata of a file. */
export const KEY = 'evenkeel';
/** Version of the description. */
export const FORMAT = 1;
const trainingKeys = ['compiled', 'epoch', 'step', 'scalars', 'schedule', 'begun'];
const scalings = ['none', 'bytes', 'statistics'] as const;
const targetScalings = ['none', 'statistics'] as const;

/** States that a scaling can have, by its kind in the config. */
const settled: { readonly [Kind in CheckedOptions['scaling']['kind']]: readonly Description['scaling'][] } = {
  none: ['none'],
  given: ['statistics'],
  zScore: ['none', 'statistics'],
  tabular: ['none', 'statistics'],
  unit: scalings,
  symmetric: scalings,
};

/** Parses a description, without checking config and training yet. @throws TypeError or RangeError that opens with `bytes` */
export function parseDescription(text: string): Description {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RangeError('bytes: the description of the model is not JSON', { cause });
  }
  knownKeys('bytes: model', value, ['format', 'config', 'scaling', 'targetScaling', 'training']);
  const { format, config, scaling, targetScaling, training } = value as Record<string, unknown>;
  if (format !== FORMAT) {
    throw new RangeError(
      `bytes: expected format ${FORMAT}, got ${show(format)}; a newer version may have written it`,
    );
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new TypeError(`bytes: config: expected an object, got ${show(config)}`);
  }
  oneOf('bytes: scaling', scaling, scalings);
  oneOf('bytes: targetScaling', targetScaling, targetScalings);
  if (training !== undefined) knownKeys('bytes: training', training, trainingKeys);
  return value as Description;
}

/** Runs a check and opens its error with `bytes` and the place in the file. */
export function inFile<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const Kind = error instanceof TypeError ? TypeError : RangeError;
    throw new Kind(`bytes: ${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** Checks the scalings. @throws RangeError if a model with this config cannot have them */
export function checkSettled(
  { scaling, targetScaling }: Description,
  { scaling: inputs, scalingOfTargets: targets }: CheckedOptions,
): void {
  const found = { scaling: [inputs.kind, scaling], targetScaling: [targets.kind, targetScaling] } as const;
  for (const [name, [kind, came]] of Object.entries(found)) {
    const possible = settled[kind];
    if (possible.includes(came)) continue;
    throw new RangeError(`bytes: ${name}: expected ${possible.join(' or ')} for '${kind}', got '${came}'`);
  }
}

/** Checks the training progress and compiles its options. @throws TypeError or RangeError that names the field */
export function checkTraining(training: Training, { layers, targetScaling }: CheckedOptions): Compiled {
  const { compiled, epoch, step, scalars, schedule, begun } = training;
  const checked = checkCompile(compiled, layers, targetScaling);
  checkCount('epoch', epoch);
  checkCount('step', step);
  checkScalars(checked.optimizer, scalars);
  savedSchedule(checked.optimizer, schedule);
  if (begun !== null) checkBegun(begun);
  return checked;
}

/** Checks the optimizer's scalars, which are running products of numbers from 0 to 1. */
function checkScalars(optimizer: Optimizer, scalars: unknown): void {
  const expected = initialState(optimizer).scalars.length;
  if (!Array.isArray(scalars) || scalars.length !== expected) {
    throw new TypeError(`scalars: expected ${expected} numbers, got ${show(scalars)}`);
  }
  for (const [s, scalar] of scalars.entries()) {
    if (finiteNumber(`scalars[${s}]`, scalar) < 0 || scalar > 1) {
      throw new RangeError(`scalars[${s}]: expected a number from 0 to 1, got ${scalar}`);
    }
  }
}

/** Returns the state of the optimizer's schedule. @throws TypeError or RangeError if it belongs to another schedule */
export function savedSchedule({ learningRate }: Optimizer, saved: unknown) {
  if (typeof learningRate !== 'number') {
    return checkScheduleState('schedule', learningRate, saved ?? undefined);
  }
  if (saved !== null) throw new TypeError('schedule: the learning rate is a number and keeps no state');
  return undefined;
}

const counts = ['batches', 'samples', 'rows', 'correct'] as const;

function checkBegun(begun: Begun): void {
  knownKeys('begun', begun, [...counts, 'lossSum', 'penaltySum', 'weight', 'batching']);
  for (const name of counts) checkCount(`begun.${name}`, begun[name]);
  const { batches, samples, rows, correct, lossSum, penaltySum, weight, batching } = begun;
  finiteNumber('begun.lossSum', lossSum);
  notNegativeNumber('begun.penaltySum', penaltySum);
  notNegativeNumber('begun.weight', weight);
  if (typeof batching !== 'string') {
    throw new TypeError(`begun.batching: expected a text, got ${show(batching)}`);
  }
  // A batch has at least one row. Every row is measured, and counts as correct at most once.
  if (batches > samples || rows !== samples || correct > rows) {
    throw new RangeError(
      `begun: ${batches} batches of ${samples} samples, ${correct} of ${rows} rows correct do not agree`,
    );
  }
}
