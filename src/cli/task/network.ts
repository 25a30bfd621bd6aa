/** The network that a task gets: that of its config, or one that suits its data. */

import { LARGEST_F32 } from '../../errors.js';
import { formatNumber } from '../../format.js';
import { adam, type BackendName, type CompileOptions, MLP, recommended, statistics } from '../../index.js';
import type { PlainFitOptions } from '../../node/index.js';
import type { TaskConfig } from './config.js';
import type { Task } from './data.js';

export interface NetworkOptions {
  readonly hidden?: readonly number[];
  readonly learningRate?: number;
  readonly seed?: number | string;
}

/** A compiled model, the targets that it learns, and how to make it answer in the data's own unit. */
export interface Learner {
  readonly model: MLP<BackendName>;
  /** Of these rows, as the model is to learn them. */
  targets(y: Task['y']): Task['y'];
  /** What the losses are counted in, where it is not the targets' own unit. */
  readonly unit?: string;
  /** Brings the trained model's outputs back into the unit of the targets. */
  finish(): void;
}

const HIDDEN = { table: [32], images: [256] } as const;
const TABLE_LEARNING_RATE = 0.01;

/** Where neither command nor config say it: tables until they no longer improve, images a few times. */
export const fitDefaults: Readonly<Record<Task['kind'], PlainFitOptions>> = {
  table: { epochs: 200, batchSize: 32, earlyStopping: { patience: 20 } },
  images: { epochs: 5, batchSize: 128 },
};

/** @throws TypeError or RangeError as the library does */
export function learnerOf(task: Task, config: TaskConfig, options: NetworkOptions): Learner {
  if (config.model !== undefined) return configured(task, config, options);
  return task.classNames === undefined ? regressor(task, config, options) : classifier(task, config, options);
}

function configured(task: Task, { model: given, compile }: TaskConfig, { seed }: NetworkOptions): Learner {
  const model = new MLP({ inputSize: task.inputSize, ...given!, ...(seed !== undefined && { seed }) });
  model.compile(compile ?? defaultCompile(task, {}));
  checkOutputs(model, task);
  return asTheyAre(model);
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

function classifier(task: Task, { compile }: TaskConfig, options: NetworkOptions): Learner {
  const { hidden = HIDDEN[task.kind], seed = 0 } = options;
  const model = recommended({
    inputSize: task.inputSize,
    classes: task.classNames!.length,
    hidden,
    inputScaling: task.kind === 'images' ? 'symmetric' : 'zScore',
    seed,
  });
  model.compile(compile ?? defaultCompile(task, options));
  return asTheyAre(model);
}

/**
 * Targets are learned with mean 0 and standard deviation 1: a learning rate then suits prices and litres alike. The last
 * layer, which is linear, takes both up when it is done.
 */
function regressor(task: Task, { compile }: TaskConfig, options: NetworkOptions): Learner {
  const { hidden = HIDDEN[task.kind], seed = 0 } = options;
  const model = new MLP({
    inputSize: task.inputSize,
    layers: [...hidden.map((units) => ({ units, activation: 'relu' as const })), { units: 1 }],
    inputScaling: 'zScore',
    seed,
  });
  model.compile(compile ?? defaultCompile(task, options));
  const mean = statistics.mean(task.y);
  // A target that never changes has no deviation to learn.
  const std = statistics.standardDeviation(task.y) || 1;
  // Before hours of training, not after.
  if (!(Math.max(Math.abs(mean), std) <= LARGEST_F32)) {
    throw new RangeError(`${task.target}: expected numbers that 32-bit floats hold, up to 3.4e38`);
  }
  return {
    model,
    unit: `losses in units of the target's deviation, ${formatNumber(std)}`,
    targets: (y) => Float64Array.from(y, (value) => (value - mean) / std),
    finish() {
      const weights = model.getWeights();
      const { kernel, bias } = weights.at(-1)!;
      weights[weights.length - 1] = {
        kernel: kernel.map((value) => value * std),
        bias: bias.map((value) => value * std + mean),
      };
      model.setWeights(weights);
    },
  };
}

function defaultCompile({ classNames, kind }: Task, { learningRate }: NetworkOptions): CompileOptions {
  const rate = learningRate ?? (kind === 'table' ? TABLE_LEARNING_RATE : undefined);
  const optimizer = adam(rate === undefined ? {} : { learningRate: rate });
  return classNames === undefined
    ? { loss: 'meanSquaredError', optimizer, metrics: ['rootMeanSquaredError', 'r2'] }
    : { loss: 'crossEntropy', optimizer, metrics: ['accuracy'] };
}

function asTheyAre(model: MLP<BackendName>): Learner {
  return { model, targets: (y) => y, finish() {} };
}

/** '4-32-3, relu, softmax, seed 0', and the unit of its losses. */
export function networkInWords({ model, unit }: Pick<Learner, 'model' | 'unit'>): string[] {
  const { inputSize, layers } = model.config;
  const sizes = [inputSize, ...layers.map(({ units }) => units)].join('-');
  const activations = [...new Set(layers.map(({ activation }) => nameOf(activation)))].join(', ');
  return [`${sizes}, ${activations}, seed ${model.seed}`, ...(unit === undefined ? [] : [unit])];
}

function nameOf(activation: string | { readonly name: string }): string {
  return typeof activation === 'string' ? activation : activation.name;
}
