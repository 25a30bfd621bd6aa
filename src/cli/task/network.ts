/** Network of a task: the one in its config, or a default for its data. */
import { isArray, LARGEST_F32 } from '../../errors.js';
import {
  type BackendName,
  type CompileOptions,
  type FitOptions,
  type LayerOptions,
  MLP,
  type MLPOptions,
  type Optimizer,
  recommendedOptions,
  type TargetScaling,
} from '../../index.js';
import { type CheckedActivation, checkActivation, rangeOf } from '../../network/activations.js';
import { checkLoss, lossRow } from '../../training/losses.js';
import { classWeights } from './class-weight.js';
import type { TaskConfig } from './config.js';
import type { Task } from './data.js';

export interface NetworkOptions {
  /** Units of the hidden layers; empty for a linear model. */
  readonly hidden?: readonly number[];
  readonly learningRate?: number;
  readonly seed?: number | string;
}

export interface FitOverrides {
  readonly epochs?: number;
  readonly batch?: number;
  readonly classWeight?: 'balanced';
}

/** Returns a compiled model for the task. @throws TypeError or RangeError if an option is wrong */
export function modelOf(task: Task, config: TaskConfig, options: NetworkOptions): MLP<BackendName> {
  checkNumbers(task);
  const model = new MLP<BackendName>(modelOptions(task, config, options));
  model.compile(compileOptions(task, config, options));
  checkOutputs(model, task);
  return model;
}

/** Recommended options for the data, before the config file and the command's options change them. */
function suited({ inputSize, classNames, kind, rows, targets }: Task, { hidden, seed }: NetworkOptions) {
  const { model, ...parts } = recommendedOptions({
    inputSize,
    data: kind,
    rows,
    ...(classNames !== undefined && { classes: classNames.length }),
    ...(hidden !== undefined && { hidden }),
    ...(seed !== undefined && { seed }),
  });
  const layers = model.layers.map((layer, l) =>
    l < model.layers.length - 1 || targets.length === 1 ? layer : { ...layer, units: targets.length },
  );
  return { ...parts, model: { ...model, layers } };
}

/**
 * Returns the options of `new MLP`. A config with layers describes the whole model except the target scaling. Without layers, its
 * options modify the default for the data. The command's options override both.
 */
function modelOptions(task: Task, config: TaskConfig, options: NetworkOptions): MLPOptions<BackendName> {
  const { model: given = {} } = config;
  const { layers, ...rest } = given;
  const { hidden, seed } = options;
  const ofCommand = seed === undefined ? {} : { seed };
  if (layers === undefined) return { ...suited(task, options).model, ...rest, ...ofCommand };
  return {
    inputSize: task.inputSize,
    targetScaling: targetScaling(task, config),
    ...rest,
    layers: hidden === undefined || !isArray(layers) ? layers : withHidden(layers, hidden),
    ...ofCommand,
  };
}

/** Returns hidden layers of other sizes, otherwise like the first one of the config. */
function withHidden(layers: readonly LayerOptions[], hidden: readonly number[]): LayerOptions[] {
  const like = layers.length > 1 ? layers[0] : { activation: 'relu' as const };
  return [...hidden.map((units) => ({ ...like, units })), ...layers.slice(-1)];
}

export function compileOptions(
  task: Task,
  { compile = {} }: TaskConfig,
  options: NetworkOptions,
): CompileOptions {
  const { learningRate } = options;
  // A loss in the config may not go with the default metrics.
  const own = compile.loss === undefined ? { ...suited(task, {}).compile, ...compile } : compile;
  if (learningRate === undefined) return own as CompileOptions;
  const { optimizer = 'adam' } = own;
  const named = typeof optimizer === 'string' ? { name: optimizer } : optimizer;
  // `compile` checks it with the rest.
  return { ...(own as CompileOptions), optimizer: { ...named, learningRate } as Optimizer };
}

/** Returns the options of `fit`: defaults for the data, changed by the config and then by the command. */
export function fitOptions(
  task: Task,
  { fit = {} }: TaskConfig,
  { epochs, batch, classWeight }: FitOverrides,
): Omit<FitOptions, 'validationSplit'> {
  const { validationSplit: _, earlyStopping, classWeight: weight, ...rest } = fit;
  const suits = suited(task, {}).fit;
  const stopping = earlyStopping ?? suits.earlyStopping;
  const weights = classWeights(classWeight ?? weight, task);
  return {
    epochs: suits.epochs,
    batchSize: suits.batchSize,
    ...rest,
    ...(stopping !== undefined && stopping !== false && { earlyStopping: stopping }),
    ...(weights !== undefined && { classWeight: weights }),
    ...(epochs !== undefined && { epochs }),
    ...(batch !== undefined && { batchSize: batch }),
  };
}

/**
 * Returns true if a config describes a model of numbers, which then learns whole numbers as numbers; undefined if the config leaves
 * it open.
 */
export function learnsNumbers({ model, compile }: TaskConfig): boolean | undefined {
  if (compile?.loss !== undefined) return lossRow(checkLoss('loss', compile.loss)).kind === 'values';
  if (model?.layers === undefined) return undefined;
  return !['softmax', 'sigmoid'].includes(lastActivation(model.layers).name);
}

/** Returns the default target scaling: 'zScore' for numbers, if output layer and loss allow it. */
function targetScaling({ classNames }: Task, { model, compile }: TaskConfig): TargetScaling {
  if (classNames !== undefined) return 'none';
  const [lowest, highest] = rangeOf(lastActivation(model!.layers!));
  const { kind } = lossRow(checkLoss('loss', compile?.loss ?? 'meanSquaredError'));
  return kind === 'values' && lowest === -Infinity && highest === Infinity ? 'zScore' : 'none';
}

/** Returns the activation of the output layer. Layers that are not an array are left for `new MLP` to refuse. */
function lastActivation(layers: readonly LayerOptions[]): CheckedActivation {
  const last = isArray(layers) ? layers.length - 1 : -1;
  return checkActivation(
    `layers[${last}].activation`,
    last < 0 ? 'identity' : (layers[last]?.activation ?? 'identity'),
  );
}

/** Checks inputs and targets before a long training, with the column's own name in the message. @throws RangeError */
export function checkNumbers({ x, y, classNames, featureNames = [], targets }: Task): void {
  const check = (values: Task['x'] | Task['y'], names: readonly string[]) => {
    const index = values.findIndex((value) => !(Math.abs(value) <= LARGEST_F32));
    if (index < 0) return;
    throw new RangeError(
      `column '${names[index % names.length]}': expected numbers that 32-bit floats hold, up to 3.4e38, got ${values[index]}`,
    );
  };
  if (x instanceof Float64Array) check(x, featureNames);
  if (classNames === undefined) check(y, targets);
}

/** Checks that each target or class has an output unit; two classes may share a sigmoid unit. @throws RangeError otherwise */
function checkOutputs(model: MLP<BackendName>, { classNames, target, targets }: Task): void {
  const { units } = model.config.layers.at(-1)!;
  if (classNames === undefined) {
    if (units === targets.length) return;
    throw new RangeError(
      `layers: expected ${targets.length} units in the last layer, one per target, got ${units}`,
    );
  }
  if (units === classNames.length || (units === 1 && classNames.length === 2)) return;
  throw new RangeError(
    `layers: expected ${classNames.length} units in the last layer, one per class of ${target}, got ${units}`,
  );
}

/** Describes a network as '4-32-3, relu, softmax, seed 0', followed by the target scaling if there is one. */
export function networkInWords(model: MLP<BackendName>): string[] {
  const { inputSize, layers, targetScaling } = model.config;
  const sizes = [inputSize, ...layers.map(({ units }) => units)].join('-');
  const activations = [...new Set(layers.map(({ activation }) => nameOf(activation)))].join(', ');
  const how = typeof targetScaling === 'string' ? `by ${targetScaling}` : 'as given';
  return [
    `${sizes}, ${activations}, seed ${model.seed}`,
    ...(targetScaling === 'none' ? [] : [`targets scaled ${how}; losses refer to scaled targets`]),
  ];
}

function nameOf(activation: string | { readonly name: string }): string {
  return typeof activation === 'string' ? activation : activation.name;
}
