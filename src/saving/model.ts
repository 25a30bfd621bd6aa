import { arithmetics, backendNames } from '../backend/index.js';
import type { Arithmetic, BackendName, DefaultBackend } from '../backend/names.js';
import {
  isObject,
  isPlain,
  knownKeys,
  LARGEST_F32,
  oneOf,
  ShapeError,
  shortened,
  show,
  trueOrFalse,
} from '../errors.js';
import { type Dense, type TensorName, tensorSizes } from '../network/dense.js';
import {
  type CheckedOptions,
  checkModelOptions,
  checkThreads,
  type MLPConfig,
  type MLPOptions,
  undrawnLayers,
} from '../network/model-options.js';
import type { Network } from '../network/network.js';
import { tensorsOf, transposed } from '../network/weights.js';
import { Rng } from '../numbers/random.js';
import { holdsSizes, stateNames } from '../optimizers/step.js';
import type { Compiled } from '../training/compile.js';
import type { Internals } from '../training/internals.js';
import { lossRow } from '../training/losses.js';
import { keepsOutputs, Totals } from '../training/totals.js';
import type { TrainingState } from '../training/trainee.js';
import {
  checkSettled,
  checkTraining,
  type Description,
  FORMAT,
  inFile,
  KEY,
  parseDescription,
  savedSchedule,
  type Training,
} from './description.js';
import { expectFinite, readFloats, type Tensor, writeFloats } from './floats.js';
import { inFormat } from './foreign.js';
import type { FileBytes } from './format.js';
import { moduleNames } from './module-names.js';
import { quote } from './safetensors-header.js';

/** Options of `MLP.save`. */
export interface SaveOptions {
  /** True omits the parts for training: the optimizer, its state and the training progress. Default false. */
  readonly weightsOnly?: boolean;
  /** Texts of your own to store in the file, by name, such as the columns of a table. `savedMetadata` reads them. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Options of `MLP.load`. `B` is the backend that they may name. */
export interface LoadOptions<B extends BackendName = DefaultBackend> {
  /** Backend of the loaded model; default that of a new model, independent of the one that saved it. */
  readonly backend?: B;
  /** Arithmetic; default as saved. */
  readonly arithmetic?: Arithmetic;
  /** Number of threads, as in MLPOptions; default 1, because a file does not know this machine. */
  readonly threads?: number | 'auto';
}

/** Writes a model as a safetensors file; see MLP.save. */
export function save(
  model: Internals & { readonly config: MLPConfig<BackendName> },
  options: SaveOptions,
): FileBytes {
  knownKeys('options', options, ['weightsOnly', 'metadata']);
  const { weightsOnly = false, metadata = {} } = options;
  trueOrFalse('weightsOnly', weightsOnly);
  checkMetadata(metadata);
  const { network, scaler, targetScaler, state, config } = model;
  const compiled = weightsOnly ? undefined : model.compiled;
  const tensors = new Map<string, Tensor>();
  for (const { name, layer, tensor, address, size } of places(network, compiled)) {
    tensors.set(name, written(layer, tensor, network.read(address, size)));
  }
  const kept = compiled && state.begun?.totals.kept;
  if (kept !== undefined) {
    const shapes = keptShapes(compiled!, state.begun!.samples, network.last.units);
    for (const [name, values] of Object.entries(kept)) {
      tensors.set(`epoch.${name}`, { shape: shapes[name as keyof typeof shapes], values });
    }
  }
  for (const [group, { statistics }] of scalersOf(model)) {
    if (statistics === undefined) continue;
    for (const name of statisticNames) {
      tensors.set(`${group}.${name}`, { shape: [statistics[name].length], values: statistics[name] });
    }
  }
  const description: Description = {
    format: FORMAT,
    config,
    scaling: scaler.statistics !== undefined ? 'statistics' : scaler.fittedToBytes ? 'bytes' : 'none',
    targetScaling: targetScaler.statistics !== undefined ? 'statistics' : 'none',
    ...(compiled && { training: progress(state, compiled) }),
  };
  return writeFloats(tensors, new Map([...Object.entries(metadata), [KEY, JSON.stringify(description)]]));
}

const statisticNames = ['mean', 'std'] as const;

/** Lists the scalings by statistics, each with its name in the description and in its tensors. */
function scalersOf({ scaler, targetScaler }: Internals) {
  return [
    ['scaling', scaler],
    ['targetScaling', targetScaler],
  ] as const;
}

function checkMetadata(metadata: unknown): void {
  if (!isObject(metadata)) {
    throw new TypeError(`metadata: expected an object of texts, got ${show(metadata)}`);
  }
  // A Map, for example, has no own keys, so that its texts would be lost.
  if (Object.keys(metadata).length === 0 && !isPlain(metadata)) {
    throw new TypeError(`metadata: expected a plain object of texts, got ${show(metadata)}`);
  }
  if (Object.hasOwn(metadata, KEY)) {
    throw new RangeError(`metadata.${KEY}: the name is that of the model's own description`);
  }
}

/**
 * Returns the texts that `save` received as metadata, by name.
 *
 * @throws TypeError, RangeError or ShapeError that opens with `bytes`, if they are not a safetensors file
 */
export function savedMetadata(bytes: Uint8Array | ArrayBuffer): Record<string, string> {
  const { metadata } = readFloats(bytes);
  return Object.fromEntries([...metadata].filter(([name]) => name !== KEY));
}

/** Lists every tensor of the network and of the optimizer's state, with its name in the file and its address. */
function* places(network: Network, compiled: Compiled | undefined) {
  const names = moduleNames(network.layers.map(({ spec }) => spec));
  for (const [l, layer] of network.layers.entries()) {
    for (const { name: tensor, address, size } of tensorsOf(layer)) {
      yield { name: names[l]!.get(tensor)!, layer, tensor, address, size };
    }
  }
  const states = compiled === undefined ? [] : stateNames(compiled.optimizer);
  for (const [s, state] of states.entries()) {
    const start = network.block.states[s]! - network.block.parameters;
    for (const [l, layer] of network.layers.entries()) {
      for (const { name: tensor, address, size } of layer.parameters) {
        const name = `optimizer.${state}.${names[l]!.get(tensor)!}`;
        yield { name, layer, tensor, address: address + start, size };
      }
    }
  }
}

/** Returns the shapes of the outputs and targets that an epoch keeps for its metrics. Class targets have one value per row. */
function keptShapes({ loss }: Compiled, rows: number, units: number) {
  return { outputs: [rows, units], targets: lossRow(loss).kind === 'classes' ? [rows] : [rows, units] };
}

function progress(state: TrainingState, compiled: Compiled): Training {
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
          batching: begun.source.batching,
          ...begun.totals.sums,
        }
      : null,
  };
}

/** Makes a tensor of the file. A kernel is stored as in PyTorch, with the shape [units, fanIn]. */
function written(layer: Dense, name: TensorName, values: Tensor['values']): Tensor {
  if (name !== 'kernel') return { shape: [values.length], values };
  const { units, fanIn } = layer;
  return { shape: [units, fanIn], values: transposed(values, fanIn, units, values.slice()) };
}

/** Saved model after all checks. */
export interface SavedModel {
  /** Options that make a model like the saved one. */
  readonly options: MLPOptions<BackendName>;
  /** Loss, optimizer and metrics; undefined if the file has weights only. */
  readonly compiled: Compiled | undefined;
  /** Writes the saved values into a model that was created from `options` and compiled. */
  restore(model: Internals): void;
}

/**
 * Reads a saved model, trusting nothing in it.
 *
 * @throws TypeError, RangeError, ShapeError or NonFiniteError that says what is wrong
 */
export function readModel(bytes: unknown, options: LoadOptions<BackendName>): SavedModel {
  knownKeys('options', options, ['backend', 'arithmetic', 'threads']);
  const { backend, arithmetic, threads = 1 } = options;
  checkThreads(threads);
  if (backend !== undefined) oneOf('backend', backend, backendNames);
  if (arithmetic !== undefined) oneOf('arithmetic', arithmetic, arithmetics);
  const { tensors, metadata } = inFormat(bytes as Uint8Array, readFloats);
  const text = metadata.get(KEY);
  if (text === undefined) {
    throw new RangeError(
      `bytes: not a model of evenkeel: its metadata has no '${KEY}'; fromTorch of evenkeel/interchange makes a model of the weights of PyTorch, and setWeights takes any others`,
    );
  }
  expectFinite('bytes', tensors, backend === 'javascript64' ? Number.MAX_VALUE : LARGEST_F32);
  const description = parseDescription(text);
  const { config, scaling, training } = description;
  checkRoom(config, tensors);
  const layers = inFile('config', () => undrawnLayers(config.layers));
  const { backend: _, ...rest } = config;
  const modelOptions = {
    ...rest,
    layers,
    arithmetic: arithmetic ?? config.arithmetic,
    ...(backend !== undefined && { backend }),
  };
  const checked = inFile('config', () => checkModelOptions(modelOptions));
  inFile('config', () => new Rng(checked.seed));
  checkSettled(description, checked);
  const compiled = training && inFile('training', () => checkTraining(training, checked));
  checkTensors(tensors, expectedTensors(checked, description, compiled));
  checkValues(tensors, checked, compiled);
  return {
    options: { ...modelOptions, threads },
    compiled,
    restore(model) {
      const { network, scaler } = model;
      for (const { name, layer, tensor, address } of places(network, compiled)) {
        network.write(address, read(tensors.get(name)!.values, layer, tensor));
      }
      if (scaling === 'bytes') scaler.fitToBytes();
      for (const [group, by] of scalersOf(model)) {
        if (description[group] !== 'statistics') continue;
        by.set({ mean: doubles(tensors, `${group}.mean`), std: doubles(tensors, `${group}.std`) });
      }
      if (training !== undefined) resume(model, training, tensors);
    },
  };
}

/** Compares the sizes in a config with the tensors of the file, before memory is allocated for the config. */
function checkRoom(
  { inputSize, layers }: MLPConfig<BackendName>,
  tensors: ReadonlyMap<string, Tensor>,
): void {
  if (!Array.isArray(layers)) {
    throw new TypeError(`bytes: config: layers: expected an array of layers, got ${show(layers)}`);
  }
  if (layers.length > tensors.size) {
    throw new RangeError(`bytes: config: ${layers.length} layers, but only ${tensors.size} tensors`);
  }
  const values = tensors.get('0.weight')?.values.length ?? 0;
  if (typeof inputSize === 'number' && inputSize > values) {
    throw new RangeError(
      `bytes: config: inputSize ${inputSize}, but only ${values} values in tensor '0.weight'`,
    );
  }
}

/** Returns the shape, by name, of every tensor that the description requires. */
function expectedTensors(
  { inputSize, layers }: CheckedOptions,
  { scaling, targetScaling, training }: Description,
  compiled: Compiled | undefined,
): Map<string, readonly number[]> {
  const expected = new Map<string, readonly number[]>();
  const names = moduleNames(layers);
  const states = compiled === undefined ? [] : stateNames(compiled.optimizer);
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
  const outputs = layers[layers.length - 1]!.units;
  for (const name of statisticNames) {
    if (scaling === 'statistics') expected.set(`scaling.${name}`, [inputSize]);
    if (targetScaling === 'statistics') expected.set(`targetScaling.${name}`, [outputs]);
  }
  if (training?.begun && keepsOutputs(compiled!)) {
    const shapes = keptShapes(compiled!, training.begun.samples, outputs);
    for (const [name, shape] of Object.entries(shapes)) expected.set(`epoch.${name}`, shape);
  }
  return expected;
}

/**
 * Counter of the batches that trained a batch norm. PyTorch stores it, so a file from PyTorch may have it. Nothing depends on it.
 */
const COUNTER = '.num_batches_tracked';

/** Checks that the file has exactly the expected tensors, in their shapes. */
function checkTensors(
  tensors: ReadonlyMap<string, Tensor>,
  expected: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`bytes: tensor '${name}' is missing`);
    const [wanted, came] = [shape, tensor.shape].map((sides) => `[${shortened(sides.join(', '))}]`);
    if (came !== wanted) {
      const message = `bytes: tensor '${name}': expected the shape ${wanted}, got ${came}`;
      throw new ShapeError(message, { argument: 'bytes' });
    }
  }
  for (const name of tensors.keys()) {
    const counted = name.endsWith(COUNTER) && expected.has(name.replace(COUNTER, '.running_var'));
    if (!counted && !expected.has(name)) {
      throw new RangeError(`bytes: tensor ${quote(name)} has no place in the model`);
    }
  }
}

/** Checks values that are the argument of a root, a divisor or an index. */
function checkValues(
  tensors: ReadonlyMap<string, Tensor>,
  { scaling, scalingOfTargets, layers }: CheckedOptions,
  compiled: Compiled | undefined,
): void {
  for (const [name, { values }] of tensors) {
    const refuse = (expected: string, holds: (value: number, i: number) => boolean) => {
      for (let i = 0; i < values.length; i++) {
        if (holds(values[i]!, i)) continue;
        throw new RangeError(`bytes: tensor '${name}': expected ${expected}, got ${values[i]} at ${i}`);
      }
    };
    const [group, part = ''] = name.split('.');
    if (name.endsWith('.running_var') || (group === 'optimizer' && holdsSizes(compiled!.optimizer, part))) {
      refuse('numbers ≥ 0', (value) => value >= 0);
    }
    const by = group === 'scaling' ? scaling : group === 'targetScaling' ? scalingOfTargets : undefined;
    if (by?.kind === 'given') {
      const given = by[part as 'mean' | 'std'];
      refuse(
        `the values of ${group === 'scaling' ? 'inputScaling' : group} in the config`,
        (value, i) => value === given[i],
      );
    }
    if (by !== undefined && part === 'std') refuse('numbers > 0', (value) => Math.fround(value) > 0);
    if (name === 'epoch.targets' && lossRow(compiled!.loss).kind === 'classes') {
      const { units } = layers[layers.length - 1]!;
      refuse(`classes below ${units}`, (value) => Number.isInteger(value) && value >= 0 && value < units);
    }
  }
}

function resume(model: Internals, saved: Training, tensors: ReadonlyMap<string, Tensor>): void {
  const { network, targetScaler, state, compiled } = model;
  state.epoch = saved.epoch;
  state.optimizer = { step: saved.step, scalars: [...saved.scalars] };
  state.schedule = savedSchedule(compiled!.optimizer, saved.schedule);
  if (saved.begun === null) return;
  const { batches, samples, batching, ...sums } = saved.begun;
  const totals = new Totals({ compiled: compiled!, network, targetScaler });
  totals.sums = sums;
  if (keepsOutputs(compiled!)) {
    totals.kept = { outputs: doubles(tensors, 'epoch.outputs'), targets: doubles(tensors, 'epoch.targets') };
  }
  state.begun = { batches, samples, source: { batching }, totals };
}

function doubles(tensors: ReadonlyMap<string, Tensor>, name: string): Float64Array {
  return Float64Array.from(tensors.get(name)!.values);
}

/** Returns the values of a tensor in the order of the model's memory. */
function read(values: Tensor['values'], { units, fanIn }: Dense, tensor: TensorName): Tensor['values'] {
  return tensor === 'kernel' ? transposed(values, units, fanIn, values.slice()) : values;
}
