/** Models from the state dicts of PyTorch. */
import { elements, isBytes } from '../arrays.js';
import type { BackendName, DefaultBackend } from '../backend/names.js';
import { isArray, isObject, knownKeys, ShapeError, shortened, show } from '../errors.js';
import { MLP } from '../index.js';
import {
  type CheckedActivation,
  checkActivation,
  defaultInitializer,
  learnedSlopes,
  prelu,
} from '../network/activations.js';
import { type BatchNormOptions, type LayerOptions, layerKeys } from '../network/layers.js';
import {
  type LayerConfig,
  type MLPConfig,
  type MLPOptions,
  undrawnLayers,
} from '../network/model-options.js';
import type { LayerWeights } from '../network/weights.js';
import { KEY } from '../saving/description.js';
import { inFormat } from '../saving/foreign.js';
import type { Named } from '../saving/format.js';
import { readSafetensors } from '../saving/safetensors.js';
import { inMessages } from './model.js';
import { checkImport, type ImportOptions } from './options.js';
import {
  type Companion,
  type Linear,
  type Module,
  modulesOf,
  shapeOf,
  shown,
  type TorchTensor,
} from './torch-modules.js';
import { ordered, type TorchParts } from './torch-order.js';

/** Layer of a network of PyTorch, as far as its state dict does not tell it. */
export interface TorchLayer extends Omit<LayerOptions, 'units' | 'kernelInitializer' | 'biasInitializer'> {
  /** Number of outputs; default that of the file, with which it is compared. */
  readonly units?: number;
}

/** Options of `fromTorch`. */
export interface FromTorchOptions<B extends BackendName = BackendName> extends ImportOptions<B> {
  /**
   * One object per Linear with what the file does not hold: activation, dropout, options of a batch norm. Sizes, biases and batch
   * norms come from the file.
   */
  readonly layers?: readonly TorchLayer[];
  /** Options of the model, in place of `layers`. All shapes of the file must be those of this model. */
  readonly config?: MLPOptions<B>;
  /**
   * Names of the Linear modules in the order of the computation, such as ['fc1', 'out'], also without the first words that all
   * names share. Names of batch norms and PReLUs may stand behind their Linear. Default the order of the numbers in the names, if
   * the shapes leave no other.
   */
  readonly order?: readonly string[];
}

/**
 * Makes a model of the weights of a PyTorch network of Linear, BatchNorm1d, activations and Dropout. A state dict holds neither
 * activations nor the order of its modules: `layers` or `config` gives the activations, and `order` the order if names and shapes
 * leave it open. Prefixes such as `net.`, `module.` and `_orig_mod.` do not matter. The file need not be trusted.
 *
 * @param tensors  content of a safetensors file, or tensors by name: a Map, or an object whose keys are the names
 * @param options  `layers` or `config`, `order`, backend, arithmetic and threads
 * @throws TypeError, RangeError, ShapeError or NonFiniteError that names the option, or opens with `tensors` and names the tensor that
 *         is missing, left over or of another shape
 */
export function fromTorch<B extends BackendName = DefaultBackend>(
  tensors: Uint8Array | ArrayBuffer | Named<TorchTensor>,
  options: FromTorchOptions<B>,
): MLP<B> {
  checkImport(options, ['layers', 'config', 'order']);
  const { layers, config, order, ...own } = options;
  const from = isBytes(tensors) ? 'bytes' : 'tensors';
  const parts = ordered(from, modulesOf(from, tensorsOf(tensors)), order);
  expectChain(from, parts);
  if (config === undefined) {
    const given = givenLayers(layers, parts);
    const made = parts.map((part, l) => layerOf(from, `layers[${l}]`, given[l]!, part));
    const undrawn = undrawnLayers(made.map(withInitializer));
    return filled(from, parts, new MLP<B>({ inputSize: parts[0]!.linear.fanIn, layers: undrawn, ...own }));
  }
  if (layers !== undefined) throw new TypeError('layers, config: expected one of them, got both');
  const model = inMessages('config', () => new MLP<B>({ ...config, ...own } as MLPOptions<B>));
  expectConfig(from, model.config, parts);
  return filled(from, parts, model);
}

/** Reads the tensors of a file, or copies given ones into a Map. @throws TypeError or RangeError */
function tensorsOf(tensors: unknown): ReadonlyMap<string, TorchTensor> {
  if (isBytes(tensors)) {
    const { tensors: read, metadata } = inFormat(tensors as Uint8Array, readSafetensors);
    if (!metadata.has(KEY)) return read;
    throw new RangeError('bytes: a model of evenkeel, which MLP.load reads');
  }
  if (!isObject(tensors)) {
    throw new TypeError(`tensors: expected a Map, an object or the bytes of a file, got ${show(tensors)}`);
  }
  // This does not use instanceof, because a Map of another realm is not an instance of this realm's Map.
  const entries =
    Symbol.iterator in tensors ? [...(tensors as ReadonlyMap<string, unknown>)] : Object.entries(tensors);
  return new Map(
    entries.map(([name, tensor]) => {
      if (isObject(tensor)) return [name, tensor as unknown as TorchTensor];
      throw new TypeError(`tensors: ${show(name)}: expected { shape, values }, got ${show(tensor)}`);
    }),
  );
}

/** Checks that each layer takes what the one before it gives. @throws ShapeError */
function expectChain(from: string, parts: readonly TorchParts[]): void {
  for (const [l, { linear }] of parts.entries()) {
    const before = parts[l - 1]?.linear ?? { ...linear, units: linear.fanIn };
    if (before.units === linear.fanIn) continue;
    throw new ShapeError(`${from}: ${described(linear)} does not fit behind ${described(before)}`, {
      argument: from,
    });
  }
}

const described = ({ name, units, fanIn }: Linear) => `${shown(name)} ${shapeOf([units, fanIn])}`;

/** Checks the option `layers`. @throws TypeError or ShapeError that names the layers of the file */
function givenLayers(layers: unknown, parts: readonly TorchParts[]): TorchLayer[] {
  const file = parts.map(({ linear }) => described(linear)).join(', ');
  if (layers === undefined) {
    const example = parts.map((_, l) => (l < parts.length - 1 ? "{ activation: 'relu' }" : '{}'));
    throw new TypeError(
      `layers: expected the activations, which a state dict does not hold, such as [${shortened(example.join(', '))}]; the file has ${file}`,
    );
  }
  if (!isArray(layers)) throw new TypeError(`layers: expected an array of layers, got ${show(layers)}`);
  if (layers.length !== parts.length) {
    throw new ShapeError(`layers: expected ${parts.length} layers, for ${file}, got ${layers.length}`, {
      argument: 'layers',
    });
  }
  const names = layerKeys.filter((key) => key !== 'kernelInitializer' && key !== 'biasInitializer');
  return elements(layers, layers.length).map((layer, l) => {
    knownKeys(`layers[${l}]`, layer, names);
    return layer as TorchLayer;
  });
}

/** Returns the options of a layer: those given, and those that the file has. @throws RangeError or ShapeError if they disagree */
function layerOf(from: string, at: string, given: TorchLayer, part: TorchParts): LayerOptions {
  const { linear, slopes } = part;
  const { units } = linear;
  if (given.units !== undefined && given.units !== units) {
    throw new ShapeError(
      `${at}.units: expected ${units}, as in ${described(linear)}, got ${show(given.units)}`,
      {
        argument: `${at}.units`,
      },
    );
  }
  const useBias = linear.tensors.has('bias');
  if (given.useBias !== undefined && given.useBias !== useBias) {
    throw new RangeError(
      `${at}.useBias: expected ${useBias}, because ${shown(linear.name)} has ${useBias ? 'a' : 'no'} bias, got ${show(given.useBias)}`,
    );
  }
  const checked = checkActivation(`${at}.activation`, given.activation ?? 'identity');
  expectSlopes(from, at, checked, part);
  const learned = learnedSlopes(checked);
  const activation = learned
    ? prelu({ initialSlope: learned.initialSlope, shared: slopes!.size === 1 && units > 1 })
    : checked;
  return { ...given, units, useBias, activation, batchNorm: batchNormOf(from, at, given.batchNorm, part) };
}

/** Checks that a layer has learned slopes if, and only if, its activation is prelu. @throws RangeError or ShapeError */
function expectSlopes(
  from: string,
  at: string,
  activation: CheckedActivation,
  { linear, slopes }: TorchParts,
): void {
  const isPrelu = learnedSlopes(activation) !== undefined;
  if (slopes === undefined && isPrelu) {
    throw new RangeError(`${from}: the slopes of the PReLU behind ${shown(linear.name)} are missing`);
  }
  if (slopes !== undefined && !isPrelu) {
    throw new RangeError(
      `${at}.activation: expected 'prelu', because ${shown(slopes.name)} has slopes, got '${activation.name}'`,
    );
  }
  if (slopes === undefined || slopes.size === 1 || slopes.size === linear.units) return;
  throw unfit(from, slopes, linear);
}

function unfit(from: string, companion: Companion, linear: Linear): ShapeError {
  return new ShapeError(
    `${from}: ${shown(companion.name)} ${shapeOf([companion.size])} does not fit behind ${described(linear)}`,
    { argument: from },
  );
}

/** Returns the batch norm of a layer. @throws RangeError if the options and the file disagree, or its position is uncertain */
function batchNormOf(
  from: string,
  at: string,
  given: LayerOptions['batchNorm'],
  { linear, norm, position }: TorchParts,
): boolean | BatchNormOptions {
  if (norm === undefined) {
    if (given === undefined || given === false) return false;
    throw new RangeError(
      `${at}.batchNorm: expected none, because ${shown(linear.name)} has none in the file`,
    );
  }
  if (norm.size !== linear.units) throw unfit(from, norm, linear);
  if (given === false) {
    throw new RangeError(
      `${at}.batchNorm: expected true, because ${shown(norm.name)} is a batch norm, got false`,
    );
  }
  if (given === undefined && position === undefined) {
    throw new RangeError(
      `${at}.batchNorm: expected { position: 'before' } or { position: 'after' } the activation for ${shown(norm.name)}, because the names do not tell`,
    );
  }
  const options: BatchNormOptions = isObject(given) ? given : {};
  if (options.position !== undefined && position !== undefined && options.position !== position) {
    throw new RangeError(
      `${at}.batchNorm.position: expected '${position}', by the place of ${shown(norm.name)}, got ${show(options.position)}`,
    );
  }
  return position === undefined ? given! : { ...options, position };
}

/** Adds the config of the default initializers, which draw nothing. */
function withInitializer(layer: LayerOptions): LayerConfig {
  const activation = checkActivation('activation', layer.activation);
  return {
    ...(layer as LayerConfig),
    kernelInitializer: { name: defaultInitializer(activation) },
    ...(layer.useBias && { biasInitializer: { name: 'zeros' } }),
  };
}

/** Checks that a file has the tensors of a model. @throws RangeError or ShapeError that names the layer and the tensor */
function expectConfig(
  from: string,
  { inputSize, layers }: Pick<MLPConfig, 'inputSize' | 'layers'>,
  parts: readonly TorchParts[],
): void {
  const file = parts.map(({ linear }) => described(linear)).join(', ');
  if (layers.length !== parts.length) {
    throw new ShapeError(
      `config.layers: expected ${parts.length} layers, for ${file}, got ${layers.length}`,
      {
        argument: 'config',
      },
    );
  }
  const { fanIn } = parts[0]!.linear;
  if (inputSize !== fanIn) {
    throw new ShapeError(`config.inputSize: expected ${fanIn}, for ${file}, got ${inputSize}`, {
      argument: 'config',
    });
  }
  for (const [l, part] of parts.entries()) {
    const { activation, ...layer } = layers[l]!;
    const at = `config.layers[${l}]`;
    layerOf(from, at, { ...layer, activation } as TorchLayer, part);
    const { slopes, linear } = part;
    const learned = learnedSlopes(activation);
    if (learned === undefined || slopes!.size === (learned.shared ? 1 : linear.units)) continue;
    throw new ShapeError(
      `${at}.activation.shared: expected ${!learned.shared}, because ${shown(slopes!.name)} has ${slopes!.size} slopes`,
      { argument: 'config' },
    );
  }
}

/** Writes the tensors of a file into a model. */
function filled<B extends BackendName>(from: string, parts: readonly TorchParts[], model: MLP<B>): MLP<B> {
  inMessages(from, () => model.setWeights(parts.map(weightsOf), { layout: 'torch' }));
  return model;
}

function weightsOf({ linear, norm, slopes }: TorchParts): Partial<LayerWeights<ArrayLike<number>>> {
  const of = (module: Module, part: string) =>
    module.tensors.get(part)?.values as ArrayLike<number> | undefined;
  const bias = of(linear, 'bias');
  return {
    kernel: of(linear, 'weight')!,
    ...(bias && { bias }),
    ...(norm && {
      // BatchNorm1d(affine=False) has neither scale nor shift.
      gamma: of(norm, 'weight') ?? new Float32Array(norm.size).fill(1),
      beta: of(norm, 'bias') ?? new Float32Array(norm.size),
      runningMean: of(norm, 'running_mean')!,
      runningVariance: of(norm, 'running_var')!,
    }),
    ...(slopes && { slopes: of(slopes, 'weight')! }),
  };
}
