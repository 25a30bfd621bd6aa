/** Meaning of each class of layers of Keras and TF.js: one row per class, which gives the steps that it stands for. */
import { isArray, show } from '../errors.js';
import { type Chain, chainOf } from '../interchange/chain.js';
import { type AffineStep, type Step, shareOfNew, type Values } from '../interchange/steps.js';
import { elu, leakyRelu, prelu } from '../network/activations.js';
import { activationSteps } from './activations.js';
import { Layer, own, snake, textIn } from './fields.js';

/** Tensor of a file. Its values are read when they are needed. */
export interface Tensor {
  readonly shape: readonly number[];
  read(): Values;
}

/** Source of the tensors of a file. */
export interface Tensors {
  /**
   * Returns tensors of a layer.
   *
   * @param names  names of all its tensors, in Keras's order
   * @throws RangeError that opens with the layer, if one is missing
   */
  of(layer: Layer, names: readonly string[]): readonly Tensor[];

  /**
   * Checks that every tensor belongs to a layer, once all layers have taken theirs.
   *
   * @throws RangeError that names a tensor that belongs to none
   */
  expectAllTaken(layers: readonly Layer[]): void;
}

/** Penalty on the kernel of a layer. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** Reading of a file's layers: what it knows and what it finds. */
export interface Reading {
  readonly tensors: Tensors;
  /** True if the file is of Keras 3, in which hard_sigmoid is another function. */
  readonly isKeras3: boolean;
  /** True if the file is of TF.js, in which Adadelta makes other steps. */
  readonly isTfjs: boolean;
  /** Shape of a sample at this point, with undefined for unknown sizes; undefined if nothing is known. */
  shape: readonly (number | undefined)[] | undefined;
  /** Sentences about parts of the training that a model does not have. */
  readonly apart: string[];
  /** Penalties of the dense layers. */
  readonly penalties: Penalty[];
}

type Row = (layer: Layer, reading: Reading) => readonly Step[];

/** Begins a reading. @param kerasVersion  version of Keras, or of TF.js after its name */
export function beginReading(tensors: Tensors, kerasVersion: string): Reading {
  return {
    tensors,
    isKeras3: /^[3-9]\./.test(kerasVersion),
    isTfjs: kerasVersion.startsWith('tfjs'),
    shape: undefined,
    apart: [],
    penalties: [],
  };
}

/**
 * Joins layers into a chain.
 *
 * @param layers  layers of the file; a step stands for a layer of its own
 * @param first  steps before the layers
 * @param last   steps after the layers
 * @throws RangeError that names the layer that has no place in a chain of dense layers
 */
export function chainOfLayers(
  argument: string,
  layers: readonly (Layer | Step)[],
  reading: Reading,
  first: readonly Step[] = [],
  last: readonly Step[] = [],
): Chain {
  const steps = layers.flatMap((layer) => (layer instanceof Layer ? stepsOf(layer, reading) : layer));
  const chain = chainOf(argument, withJoinedClips([...first, ...steps, ...last]));
  reading.tensors.expectAllTaken(layers.filter((layer) => layer instanceof Layer));
  for (const from of chain.omitted) {
    reading.apart.push(
      `${from}: its dropout is left out, because a model drops outputs of hidden layers only`,
    );
  }
  return chain;
}

function stepsOf(layer: Layer, reading: Reading): readonly Step[] {
  const row = Object.hasOwn(rows, layer.className) ? rows[layer.className]! : unknown;
  return [...inputSteps(layer, reading), ...row(layer, reading)];
}

/** Takes the shape of the inputs from a layer that says it, and returns the check of their width. */
function inputSteps(layer: Layer, reading: Reading): Step[] {
  const shape = layer.given('batch_input_shape', 'batch_shape');
  if (reading.shape !== undefined || shape === undefined) return [];
  if (!isArray(shape) || shape.length === 0) throw layer.needs(`a list as its shape, not ${show(shape)}`);
  reading.shape = shape.slice(1).map((size) => {
    if (size === null || (Number.isSafeInteger(size) && (size as number) >= 1)) return size ?? undefined;
    throw layer.needs(`whole numbers ≥ 1 in its shape, not ${show(size)}`);
  }) as (number | undefined)[];
  const width = widthOf(reading.shape);
  return width === undefined ? [] : [{ kind: 'width', width, from: layer.from }];
}

/** Returns the number of values of a sample; undefined if it is not known. */
function widthOf(shape: Reading['shape']): number | undefined {
  return shape?.reduce<number | undefined>((product, size) => product && size && product * size, 1);
}

/** Checks that samples are rows of numbers. @throws RangeError */
function expectRows(layer: Layer, { shape }: Reading): void {
  if (shape === undefined || shape.length === 1) return;
  const sizes = shape.map((size) => size ?? '?').join(', ');
  throw layer.needs(
    `rows of numbers, and its inputs have the shape [${sizes}]; a Flatten layer makes them rows`,
  );
}

/** Replaces a clip between two opposite shifts, x ↦ clip(x + a) − a, by a clip at shifted bounds. */
function withJoinedClips(steps: readonly Step[]): Step[] {
  const joined: Step[] = [];
  for (const step of steps) {
    const [before, clip] = joined.slice(-2);
    const a = before && shiftOf(before);
    const isEnd = clip?.kind === 'clip' && a !== undefined && shiftOf(step) === -a;
    if (isEnd) joined.splice(-2, 2, { ...clip, low: clip.low - a, high: clip.high - a });
    else joined.push(step);
  }
  return joined;
}

/** Returns the number that a step adds to all columns; undefined if it does anything else. */
function shiftOf(step: Step): number | undefined {
  if (step.kind !== 'affine' || step.scale.length !== 1 || step.scale[0] !== 1) return undefined;
  return step.shift.length === 1 ? step.shift[0] : undefined;
}

/** Activation layers without weights, which Keras 3 also takes as the activation of another layer. */
const activationLayers = ['ReLU', 'LeakyReLU', 'ELU', 'Softmax'];

/** Returns the steps of the option `activation`: a name, or an object that wraps a name or a layer. */
function activationOf(layer: Layer, reading: Reading): readonly Step[] {
  const given = layer.given('activation');
  if (given === undefined) return [];
  const className = textIn(given, 'class_name');
  if (className !== undefined && activationLayers.includes(className)) {
    const inner = new Layer(layer.argument, layer.name, className, own(given, 'config'), layer.scope);
    return rows[className]!(inner, reading);
  }
  // A function of Keras is { class_name: 'function', config: 'relu' }, one of TF.js { class_name: 'relu' }.
  const name = typeof given === 'string' ? given : (textIn(given, 'config') ?? className);
  const steps = name === undefined ? undefined : activationSteps(layer.from, snake(name), reading.isKeras3);
  if (steps !== undefined) return steps;
  if (name !== undefined && snake(name) === 'log_softmax') {
    throw layer.needs(
      'softmax in the place of log_softmax: the outputs of a model are probabilities, not their logarithms',
    );
  }
  throw layer.needs(`an activation that a model has, and not ${show(name ?? given)}`);
}

/** Options by which a layer is trained in a way that a model does not have. */
const trainingOptions = [
  'bias_regularizer',
  'activity_regularizer',
  'kernel_constraint',
  'bias_constraint',
  'gamma_regularizer',
  'gamma_constraint',
  'beta_regularizer',
  'beta_constraint',
  'alpha_regularizer',
  'alpha_constraint',
];

/** Notes what a layer with weights has of a training that a model does not have. */
function noteTraining(layer: Layer, { apart }: Reading): void {
  for (const option of trainingOptions) {
    if (layer.given(option) !== undefined) apart.push(`${layer.from}: a model has no ${option}`);
  }
  if (layer.given('trainable') === false) {
    apart.push(`${layer.from}: the layer is frozen, and a model trains all its layers`);
  }
}

/** Returns the penalty on a kernel. */
function penaltyOf(layer: Layer, { apart }: Reading): Penalty {
  const given = layer.given('kernel_regularizer');
  const config = own(given, 'config');
  const part = (name: 'l1' | 'l2') => own(config, name) ?? 0;
  const [l1, l2] = [part('l1'), part('l2')];
  const isKnown = given === undefined || /^l1$|^l2$|^l1_?l2$/i.test(textIn(given, 'class_name') ?? '');
  if (isKnown && isPenalty(l1) && isPenalty(l2)) return { l1, l2 };
  apart.push(`${layer.from}: a model has no such kernel_regularizer`);
  return { l1: 0, l2: 0 };
}

function isPenalty(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** Checks the shape of a tensor, where −1 is any size. @throws RangeError */
function expectShape(layer: Layer, name: string, { shape }: Tensor, expected: readonly number[]): void {
  const fits =
    shape.length === expected.length && shape.every((size, i) => [size, -1].includes(expected[i]!));
  if (fits) return;
  const sizes = expected.map((size) => (size === -1 ? 'any' : size)).join(', ');
  throw layer.needs(`a ${name} of the shape [${sizes}], and its shape is [${shape.join(', ')}]`);
}

function unknown(layer: Layer): never {
  throw layer.needs('to be a dense layer, a scaling, or an activation that a model has');
}

const nothing: Row = () => [];

/** Makes the row of a layer that acts in training only. */
const inTraining: Row = (layer, { apart }) => {
  apart.push(`${layer.from}: acts in training only, and a model has no such layer`);
  return [];
};

const rows: Readonly<Record<string, Row>> = {
  InputLayer: nothing,
  Identity: nothing,
  Dense: (layer, reading) => {
    const { from } = layer;
    expectRows(layer, reading);
    const units = layer.count('units');
    if (layer.given('lora_rank') !== undefined)
      throw layer.needs('a kernel without LoRA; merge its matrices first');
    const useBias = layer.flag('use_bias', true);
    const [kernel, bias] = reading.tensors.of(layer, useBias ? ['kernel', 'bias'] : ['kernel']);
    expectShape(layer, 'kernel', kernel!, [-1, units]);
    const fanIn = kernel!.shape[0]!;
    if (fanIn < 1) throw layer.needs('a kernel with at least one row');
    if (bias) expectShape(layer, 'bias', bias, [units]);
    reading.shape = [units];
    noteTraining(layer, reading);
    reading.penalties.push(penaltyOf(layer, reading));
    const activation = activationOf(layer, reading);
    return [{ kind: 'dense', from, fanIn, units, kernel: kernel!.read(), bias: bias?.read() }, ...activation];
  },
  Activation: (layer, reading) => activationOf(layer, reading),
  ReLU: (layer) => {
    const { from } = layer;
    const slope = layer.number(['negative_slope'], 0);
    const threshold = layer.number(['threshold'], 0);
    if (threshold !== 0) throw layer.needs(`threshold 0, and not ${threshold}`);
    if (layer.given('max_value') === undefined) {
      const activation = slope === 0 ? 'relu' : leakyRelu({ negativeSlope: slope });
      return [{ kind: 'activation', activation, from }];
    }
    const high = layer.number(['max_value'], 0);
    if (slope !== 0) throw layer.needs('negative_slope 0 beside a max_value');
    if (!(high > 0 && high < 1e38)) throw layer.needs(`a max_value above 0, and not ${high}`);
    return [{ kind: 'clip', low: 0, high, from }];
  },
  LeakyReLU: (layer) => {
    const negativeSlope = layer.number(['negative_slope', 'alpha'], 0.3);
    return [{ kind: 'activation', activation: leakyRelu({ negativeSlope }), from: layer.from }];
  },
  ELU: (layer) => {
    const alpha = layer.number(['alpha'], 1);
    return [{ kind: 'activation', activation: elu({ alpha }), from: layer.from }];
  },
  Softmax: (layer) => {
    layer.expectLastAxis('axis', -1);
    return [{ kind: 'activation', activation: 'softmax', from: layer.from }];
  },
  PReLU: (layer, reading) => {
    expectRows(layer, reading);
    const [alpha] = reading.tensors.of(layer, ['alpha']);
    expectShape(layer, 'alpha', alpha!, [-1]);
    noteTraining(layer, reading);
    const shared = layer.given('shared_axes') !== undefined;
    if (shared) layer.expectLastAxis('shared_axes', 1);
    const slopes = alpha!.read();
    if (shared && slopes.length !== 1) throw layer.needs(`one shared slope, and has ${slopes.length}`);
    return [{ kind: 'activation', activation: prelu({ shared }), slopes, from: layer.from }];
  },
  BatchNormalization: (layer, reading) => {
    expectRows(layer, reading);
    layer.expectLastAxis('axis', -1);
    const optional = [layer.flag('scale', true) && 'gamma', layer.flag('center', true) && 'beta'];
    const names = [...optional.filter((name) => name !== false), 'moving_mean', 'moving_variance'];
    const tensors = new Map(reading.tensors.of(layer, names).map((tensor, i) => [names[i]!, tensor]));
    const size = tensors.get('moving_mean')!.shape[0] ?? 0;
    for (const [name, tensor] of tensors) expectShape(layer, name, tensor, [size]);
    const variance = tensors.get('moving_variance')!.read();
    if (variance.some((value) => value < 0)) throw layer.needs('variances ≥ 0');
    const epsilon = layer.number(['epsilon'], 1e-3);
    if (!(Math.fround(epsilon) > 0)) throw layer.needs(`an epsilon > 0, and not ${epsilon}`);
    noteTraining(layer, reading);
    const momentum = layer.number(['momentum'], 0.99);
    if (!(momentum >= 0 && momentum < 1))
      reading.apart.push(`${layer.from}: a model has no momentum ${momentum}`);
    for (const option of ['renorm', 'virtual_batch_size']) {
      const given = layer.given(option);
      if (given !== undefined && given !== false)
        reading.apart.push(`${layer.from}: a model has no ${option}`);
    }
    return [
      {
        kind: 'norm',
        from: layer.from,
        gamma: tensors.get('gamma')?.read() ?? new Float32Array(size).fill(1),
        beta: tensors.get('beta')?.read() ?? new Float32Array(size),
        mean: tensors.get('moving_mean')!.read(),
        variance,
        epsilon,
        // Keras's momentum is the share of the old statistics.
        momentum: shareOfNew(momentum),
      },
    ];
  },
  Dropout: (layer) => [{ kind: 'dropout', share: layer.share('rate', 0.5), from: layer.from }],
  GaussianNoise: inTraining,
  GaussianDropout: inTraining,
  AlphaDropout: inTraining,
  ActivityRegularization: inTraining,
  Flatten: (layer, reading) => {
    const { shape } = reading;
    const isTransposed = layer.given('data_format') === 'channels_first' && shape?.length !== 1;
    if (isTransposed) throw layer.needs('data_format channels_last, which keeps the order of the values');
    if (shape !== undefined) reading.shape = [widthOf(shape)];
    return [];
  },
  Reshape: (layer, reading) => {
    const target = layer.numbers('target_shape') ?? [];
    reading.shape = target.map((size) => (size > 0 ? size : undefined));
    if (reading.shape.length === 1 && reading.shape[0] !== undefined) {
      return [{ kind: 'width', width: reading.shape[0], from: layer.from }];
    }
    return [];
  },
  Rescaling: (layer, reading) => {
    const scale = layer.numbers('scale') ?? [1];
    const shift = layer.numbers('offset') ?? [0];
    if (scale.length > 1 || shift.length > 1) expectRows(layer, reading);
    return [{ kind: 'affine', scale, shift, from: layer.from }];
  },
  Normalization: (layer, reading) => {
    expectRows(layer, reading);
    if (layer.given('axis') !== undefined) layer.expectLastAxis('axis', -1);
    return [normalization(layer, reading)];
  },
};

/** Smallest divisor of Normalization: `backend.epsilon()` of Keras. */
const LEAST_DEVIATION = 1e-7;

/** Returns (x − mean) / max(√variance, 1e-7), or its inverse x · max(√variance, 1e-7) + mean. */
function normalization(layer: Layer, reading: Reading): AffineStep {
  const given = [layer.numbers('mean'), layer.numbers('variance')];
  const isGiven = given.every((list) => list !== undefined);
  const [mean, variance] = isGiven
    ? given
    : reading.tensors.of(layer, ['mean', 'variance', 'count']).map((tensor) => tensor.read());
  const isInverted = layer.flag('invert', false);
  if (Array.from(variance!).some((value) => value < 0)) throw layer.needs('variances ≥ 0');
  if (mean!.length !== variance!.length) throw layer.needs('as many means as variances');
  const deviation = Array.from(variance!, (value) => Math.max(Math.sqrt(value), LEAST_DEVIATION));
  return {
    kind: 'affine',
    from: layer.from,
    scale: isInverted ? deviation : deviation.map((value) => 1 / value),
    shift: isInverted ? mean! : deviation.map((value, c) => -mean![c]! / value),
  };
}
