/** Network of a task: that of its config, or one that suits its data. */
import { LARGEST_F32 } from '../../errors.js';
import {
  adam,
  type BackendName,
  type CompileOptions,
  MLP,
  recommended,
  type TargetScaling,
} from '../../index.js';
import { checkActivation, rangeOf } from '../../network/activations.js';
import type { PlainFitOptions } from '../../node/index.js';
import { checkLoss, lossRow } from '../../training/losses.js';
import type { TaskConfig } from './config.js';
import type { Task } from './data.js';

export interface NetworkOptions {
  readonly hidden?: readonly number[];
  readonly learningRate?: number;
  readonly seed?: number | string;
}

const HIDDEN = { table: [32], images: [256] } as const;
const TABLE_LEARNING_RATE = 0.01;

/** Where neither command nor config say it: tables until they no longer improve, images a few times. */
export const fitDefaults: Readonly<Record<Task['kind'], PlainFitOptions>> = {
  table: { epochs: 200, batchSize: 32, earlyStopping: { patience: 20 } },
  images: { epochs: 5, batchSize: 128 },
};

/** Returns a compiled model for the task. @throws TypeError or RangeError as the library does */
export function modelOf(task: Task, config: TaskConfig, options: NetworkOptions): MLP<BackendName> {
  if (task.classNames === undefined) checkNumbers(task);
  if (config.model !== undefined) return configured(task, config, options);
  return task.classNames === undefined ? regressor(task, config, options) : classifier(task, config, options);
}

function configured(task: Task, config: TaskConfig, { seed }: NetworkOptions): MLP<BackendName> {
  const model = new MLP({
    inputSize: task.inputSize,
    targetScaling: targetScaling(task, config),
    ...config.model!,
    ...(seed !== undefined && { seed }),
  });
  model.compile(config.compile ?? defaultCompile(task, {}));
  checkOutputs(model, task);
  return model;
}

/** Returns the default target scaling: 'zScore' for numbers, if output layer and loss allow it. */
function targetScaling({ classNames }: Task, { model, compile }: TaskConfig): TargetScaling {
  if (classNames !== undefined) return 'none';
  const { layers = [] } = model!;
  const last = layers.length - 1;
  const at = `layers[${last}].activation`;
  const [lowest, highest] = rangeOf(checkActivation(at, layers[last]?.activation ?? 'identity'));
  const { kind } = lossRow(checkLoss('loss', compile?.loss ?? 'meanSquaredError'));
  return kind === 'values' && lowest === -Infinity && highest === Infinity ? 'zScore' : 'none';
}

/** Checks targets before hours of training, with the column's own name in the message. @throws RangeError */
function checkNumbers({ target, y }: Task): void {
  if (y.some((value) => !(Math.abs(value) <= LARGEST_F32))) {
    throw new RangeError(`${target}: expected numbers that 32-bit floats hold, up to 3.4e38`);
  }
}

/** Each class has its unit, or the second of two a sigmoid one. @throws RangeError if they do not agree */
function checkOutputs(model: MLP<BackendName>, { classNames, target }: Task): void {
  if (classNames === undefined) return;
  const { units } = model.config.layers.at(-1)!;
  if (units === classNames.length || (units === 1 && classNames.length === 2)) return;
  throw new RangeError(
    `model.layers: expected ${classNames.length} units in the last, one for each class of ${target}, got ${units}`,
  );
}

function classifier(task: Task, { compile }: TaskConfig, options: NetworkOptions): MLP<BackendName> {
  const { hidden = HIDDEN[task.kind], seed = 0 } = options;
  const model = recommended({
    inputSize: task.inputSize,
    classes: task.classNames!.length,
    hidden,
    inputScaling: task.kind === 'images' ? 'symmetric' : 'zScore',
    seed,
  });
  model.compile(compile ?? defaultCompile(task, options));
  return model;
}

/** Scales targets to mean 0 and standard deviation 1, so that one learning rate suits prices and litres alike. */
function regressor(task: Task, { compile }: TaskConfig, options: NetworkOptions): MLP<BackendName> {
  const { hidden = HIDDEN[task.kind], seed = 0 } = options;
  const model = new MLP({
    inputSize: task.inputSize,
    layers: [...hidden.map((units) => ({ units, activation: 'relu' as const })), { units: 1 }],
    inputScaling: 'zScore',
    targetScaling: 'zScore',
    seed,
  });
  model.compile(compile ?? defaultCompile(task, options));
  return model;
}

function defaultCompile({ classNames, kind }: Task, { learningRate }: NetworkOptions): CompileOptions {
  const rate = learningRate ?? (kind === 'table' ? TABLE_LEARNING_RATE : undefined);
  const optimizer = adam(rate === undefined ? {} : { learningRate: rate });
  return classNames === undefined
    ? { loss: 'meanSquaredError', optimizer, metrics: ['rootMeanSquaredError', 'r2'] }
    : { loss: 'crossEntropy', optimizer, metrics: ['accuracy'] };
}

/** Describes a network: '4-32-3, relu, softmax, seed 0', and the target scaling, if there is one. */
export function networkInWords(model: MLP<BackendName>): string[] {
  const { inputSize, layers, targetScaling } = model.config;
  const sizes = [inputSize, ...layers.map(({ units }) => units)].join('-');
  const activations = [...new Set(layers.map(({ activation }) => nameOf(activation)))].join(', ');
  const how = typeof targetScaling === 'string' ? `by ${targetScaling}` : 'as given';
  return [
    `${sizes}, ${activations}, seed ${model.seed}`,
    ...(targetScaling === 'none' ? [] : [`targets scaled ${how}, and losses are those of scaled targets`]),
  ];
}

function nameOf(activation: string | { readonly name: string }): string {
  return typeof activation === 'string' ? activation : activation.name;
}
