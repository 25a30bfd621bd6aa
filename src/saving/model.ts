import type { Arithmetic, BackendName } from '../backend/kernels.js';
import { finiteNumber, knownKeys, oneOf, ShapeError, show, wholeNumber } from '../errors.js';
import type { Internals } from '../mlp.js';
import { type Dense, type TensorName, tensorSizes } from '../network/dense.js';
import {
  type CheckedOptions,
  checkModelOptions,
  layersFromConfig,
  type MLPConfig,
  type MLPOptions,
} from '../network/model-options.js';
import { tensorsOf, transposed } from '../network/weights.js';
import { checkOptimizer } from '../optimizers/index.js';
import { initialState, type Optimizer, stateNames } from '../optimizers/step.js';
import { checkScheduleState } from '../schedules/index.js';
import { type TotalSums, Totals } from '../training/batch.js';
import type { CompileOptions } from '../training/compile.js';
import { moduleNames } from './module-names.js';
import { expectFinite, readSafetensors, type Tensor, writeSafetensors } from './safetensors.js';

export interface SaveOptions {
  /** True leaves out what only training needs: the optimizer, its state, and how far training had come. Default false. */
  readonly weightsOnly?: boolean;
}

export interface LoadOptions<B extends BackendName = BackendName> {
  /** Where the model is to run; by default 'wasm', whatever it ran on when it was saved. */
  readonly backend?: B;
  /** By default as it was saved. */
  readonly arithmetic?: Arithmetic;
}

/** The name of our text among the file's metadata, and the version of what stands in it. */
const KEY = 'evenkeel';
const FORMAT = 1;

/** What stands beside the tensors, as JSON. */
interface Description {
  readonly format: number;
  readonly config: MLPConfig;
  /** 'bytes' where the mapping of bytes was settled; 'statistics' where scaling.mean and scaling.std are in the file. */
  readonly scaling: 'none' | 'bytes' | 'statistics';
  readonly training?: Training;
}
interface Training {
  readonly compiled: CompileOptions;
  readonly epoch: number;
  readonly step: number;
  readonly scalars: readonly number[];
  readonly schedule: unknown;
  readonly begun: (TotalSums & { batches: number; samples: number; batching: string }) | null;
}

/** A model as a safetensors file; see MLP.save. */
export function save(model: Internals & { readonly config: MLPConfig }, options: SaveOptions): Uint8Array {
  knownKeys('options', options, ['weightsOnly']);
  const { weightsOnly = false } = options;
  if (typeof weightsOnly !== 'boolean') {
    throw new TypeError(`weightsOnly: expected true or false, got ${show(weightsOnly)}`);
  }
  const { network, scaler, compiled, config } = model;
  const tensors = new Map<string, Tensor>();
  const names = moduleNames(network.layers.map(({ spec }) => spec));
  const put = (name: string, layer: Dense, tensor: TensorName, address: number, n: number) => {
    tensors.set(name, written(layer, tensor, network.read(address, n)));
  };
  for (const [l, layer] of network.layers.entries()) {
    for (const { name, address, size } of tensorsOf(layer)) {
      put(names[l]!.get(name)!, layer, name, address, size);
    }
  }
  const training = weightsOnly || compiled === undefined ? undefined : progress(model, compiled);
  if (training !== undefined) {
    for (const [s, state] of stateNames(compiled!.optimizer).entries()) {
      const start = network.block.states[s]! - network.block.parameters;
      for (const [l, layer] of network.layers.entries()) {
        for (const { name, address, size } of layer.parameters) {
          put(`optimizer.${state}.${names[l]!.get(name)!}`, layer, name, address + start, size);
        }
      }
    }
  }
  const { statistics } = scaler;
  if (statistics !== undefined) {
    for (const name of ['mean', 'std'] as const) {
      tensors.set(`scaling.${name}`, { shape: [config.inputSize], values: statistics[name] });
    }
  }
  const scaling = statistics !== undefined ? 'statistics' : scaler.fittedToBytes ? 'bytes' : 'none';
  const description: Description = { format: FORMAT, config, scaling, ...(training && { training }) };
  return writeSafetensors(tensors, { [KEY]: JSON.stringify(description) });
}

function progress({ state }: Internals, compiled: NonNullable<Internals['compiled']>): Training {
  const { begun } = state;
  return {
    compiled,
    epoch: state.epoch,
    step: state.optimizer.step,
    scalars: state.optimizer.scalars,
    schedule: state.schedule ?? null,
    begun: begun
      ? {
          batches: begun.batches,
          samples: begun.samples,
          batching: begun.batching,
          ...begun.totals.sums,
        }
      : null,
  };
}

/** A tensor as PyTorch holds it: kernels [units, fanIn]. */
function written(layer: Dense, name: TensorName, values: Tensor['values']): Tensor {
  if (name !== 'kernel') return { shape: [values.length], values };
  const { units, fanIn } = layer;
  return { shape: [units, fanIn], values: transposed(values, fanIn, units, values.slice()) };
}

/** A saved model that was read and checked against itself, but for what only a model can check. */
export interface SavedModel {
  readonly options: MLPOptions<BackendName>;
  readonly compiled: CompileOptions | undefined;
  /** Puts what was saved into the model that was made of the options and compiled. */
  restore(model: Internals): void;
}

/**
 * Reads a saved model, trusting nothing in it.
 *
 * @throws TypeError, RangeError, ShapeError or NonFiniteError that says what is wrong
 */
export function readModel(bytes: unknown, options: LoadOptions): SavedModel {
  knownKeys('options', options, ['backend', 'arithmetic']);
  const { tensors, metadata } = readSafetensors('bytes', bytes);
  const text = metadata.get(KEY);
  if (text === undefined) {
    throw new RangeError(
      `bytes: no model of evenkeel, its metadata has no '${KEY}'; build the model and give its weights to setWeights`,
    );
  }
  expectFinite('bytes', tensors);
  const description = parse(text);
  const { config, scaling, training } = description;
  const { backend = 'wasm', arithmetic = config.arithmetic } = options;
  const layers = within('config', () => layersFromConfig(config.layers));
  const modelOptions = { ...config, layers, backend, arithmetic };
  const checked = within('config', () => checkModelOptions(modelOptions));
  const optimizer = training && within('training', () => checkTraining(training));
  checkTensors(tensors, checked, scaling, optimizer);
  return {
    options: modelOptions,
    compiled: training?.compiled,
    restore(model) {
      const { network, scaler } = model;
      const names = moduleNames(network.layers.map(({ spec }) => spec));
      for (const [l, layer] of network.layers.entries()) {
        for (const { name, address } of tensorsOf(layer)) {
          network.write(address, read(tensors, names[l]!.get(name)!, layer, name));
        }
      }
      if (scaling === 'bytes') scaler.fitToBytes();
      if (scaling === 'statistics') {
        const statistics = (name: string) => Float64Array.from(tensors.get(`scaling.${name}`)!.values);
        scaler.set({ mean: statistics('mean'), std: statistics('std') });
      }
      if (training === undefined || optimizer === undefined) return;
      resume(model, training);
      for (const [s, name] of stateNames(optimizer).entries()) {
        const start = network.block.states[s]! - network.block.parameters;
        for (const [l, layer] of network.layers.entries()) {
          for (const { name: tensor, address } of layer.parameters) {
            const from = `optimizer.${name}.${names[l]!.get(tensor)!}`;
            network.write(address + start, read(tensors, from, layer, tensor));
          }
        }
      }
    },
  };
}

function parse(text: string): Description {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RangeError(`bytes: the metadata '${KEY}' are not JSON`, { cause });
  }
  knownKeys(`bytes: ${KEY}`, value, ['format', 'config', 'scaling', 'training']);
  const { format, config, scaling, training } = value as Record<string, unknown>;
  if (format !== FORMAT) {
    throw new RangeError(
      `bytes: expected format ${FORMAT}, got ${show(format)}; a newer version may have written it`,
    );
  }
  if (typeof config !== 'object' || config === null) {
    throw new TypeError(`bytes: config: expected an object, got ${show(config)}`);
  }
  oneOf('bytes: scaling', scaling, ['none', 'bytes', 'statistics']);
  if (training !== undefined) {
    const keys = ['compiled', 'epoch', 'step', 'scalars', 'schedule', 'begun'];
    knownKeys('bytes: training', training, keys);
  }
  return value as Description;
}

/** What is wrong in a file's config is wrong in the file. */
function within<T>(place: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const Kind = error instanceof TypeError ? TypeError : RangeError;
    throw new Kind(`bytes: ${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** Every tensor that the config asks for and no other, in its shape. */
function checkTensors(
  tensors: ReadonlyMap<string, Tensor>,
  { inputSize, layers }: CheckedOptions,
  scaling: Description['scaling'],
  optimizer: Optimizer | undefined,
): void {
  const expected = new Map<string, readonly number[]>();
  const names = moduleNames(layers);
  const states = optimizer === undefined ? [] : stateNames(optimizer);
  layers.forEach((layer, l) => {
    const fanIn = layers[l - 1]?.units ?? inputSize;
    for (const [tensor, n] of tensorSizes(fanIn, layer)) {
      const name = names[l]!.get(tensor)!;
      const shape = tensor === 'kernel' ? [layer.units, fanIn] : [n];
      expected.set(name, shape);
      if (tensor.startsWith('running')) continue;
      for (const state of states) expected.set(`optimizer.${state}.${name}`, shape);
    }
  });
  if (scaling === 'statistics')
    for (const name of ['mean', 'std']) expected.set(`scaling.${name}`, [inputSize]);
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`bytes: tensor '${name}' is missing`);
    if (tensor.shape.join() !== shape.join()) {
      const message = `bytes: tensor '${name}': expected the shape [${shape.join(', ')}], got [${tensor.shape.join(', ')}]`;
      throw new ShapeError(message, { argument: 'bytes' });
    }
    if (name.endsWith('.running_var') || name === 'scaling.std') {
      const least = Math.min(...tensor.values);
      if (least < 0 || (least === 0 && name === 'scaling.std')) {
        throw new RangeError(`bytes: tensor '${name}': expected spreads, got ${least}`);
      }
    }
  }
  for (const name of tensors.keys()) {
    if (!expected.has(name)) throw new RangeError(`bytes: tensor '${name}' has no place in the model`);
  }
}

/** @returns the optimizer. @throws TypeError or RangeError that names the field */
function checkTraining({ compiled, epoch, step, scalars, schedule, begun }: Training): Optimizer {
  knownKeys('compiled', compiled, ['loss', 'optimizer', 'metrics']);
  const optimizer = checkOptimizer('compiled.optimizer', compiled.optimizer);
  wholeNumber('epoch', epoch, 0);
  wholeNumber('step', step, 0);
  const expected = initialState(optimizer).scalars.length;
  if (!Array.isArray(scalars) || scalars.length !== expected) {
    throw new TypeError(`scalars: expected ${expected} numbers, got ${show(scalars)}`);
  }
  for (const [s, scalar] of scalars.entries()) finiteNumber(`scalars[${s}]`, scalar);
  scheduleState(optimizer, schedule);
  if (begun === null) return optimizer;
  const { batching, lossSum, weight, ...counts } = begun;
  knownKeys('begun', counts, ['batches', 'samples', 'rows', 'correct']);
  for (const name of ['batches', 'samples', 'rows', 'correct'] as const) {
    wholeNumber(`begun.${name}`, counts[name], 0);
  }
  finiteNumber('begun.lossSum', lossSum);
  finiteNumber('begun.weight', weight);
  if (typeof batching !== 'string') {
    throw new TypeError(`begun.batching: expected a text, got ${show(batching)}`);
  }
  return optimizer;
}

function scheduleState({ learningRate }: Optimizer, saved: unknown) {
  if (typeof learningRate !== 'number') {
    return checkScheduleState('schedule', learningRate, saved ?? undefined);
  }
  if (saved !== null) throw new TypeError(`schedule: the learning rate is a number and keeps no state`);
  return undefined;
}

function resume({ network, state, compiled }: Internals, saved: Training): void {
  state.epoch = saved.epoch;
  state.optimizer = { step: saved.step, scalars: [...saved.scalars] };
  state.schedule = scheduleState(compiled!.optimizer, saved.schedule);
  if (saved.begun === null) return;
  const { batches, samples, batching, ...sums } = saved.begun;
  const totals = new Totals({ compiled: compiled!, network });
  totals.sums = sums;
  state.begun = { batches, samples, batching, totals };
}

/** The values of a tensor as memory holds them. */
function read(tensors: ReadonlyMap<string, Tensor>, name: string, layer: Dense, tensor: TensorName) {
  const { values } = tensors.get(name)!;
  const { units, fanIn } = layer;
  return tensor === 'kernel' ? transposed(values, units, fanIn, values.slice()) : values;
}
