import { firstBeyond, isObject, knownKeys, LARGEST_F32, NonFiniteError, show } from '../errors.js';
import type { AnyMLP } from '../index.js';
import { CLASS_NAMES, checkClassNames, KEY, keptOf, keptText } from '../interchange/kept.js';
import type { Known } from '../interchange/model.js';
import { byteMappings } from '../network/input-scaler.js';
import type { LayerConfig } from '../network/model-options.js';
import { scalingKind } from '../network/scaling.js';
import type { LayerWeights } from '../network/weights.js';
import type { FileBytes } from '../saving/format.js';
import { formOf } from './forms.js';

/** Options of `toTfjs`. */
export interface ToTfjsOptions {
  /** Names of the classes, one per output, or two for one output. They become metadata of the model. Default none. */
  readonly classNames?: readonly string[];
  /** Values of your own to store as metadata of the model, by name: anything that JSON can hold. Default none. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Path of the weights' file, as model.json names it; default 'weights.bin'. */
  readonly weightsPath?: string;
}

const keys = ['classNames', 'metadata', 'weightsPath'] as const satisfies readonly (keyof ToTfjsOptions)[];

/** Tensor in the manifest of a TF.js model. */
export interface TfjsTensor {
  /** Name of the layer and of its variable, such as `layer_1/kernel`. */
  readonly name: string;
  /** Sizes of the tensor. */
  readonly shape: number[];
  /** Type of the values. */
  readonly dtype: 'float32';
}

/** Group of tensors that are together in a file. */
export interface TfjsGroup {
  /** Paths of the files: one. */
  readonly paths: string[];
  /** Tensors in the order of their bytes. */
  readonly weights: TfjsTensor[];
}

/** Content of model.json. */
export interface TfjsModelJson {
  /** Kind of the model. */
  readonly format: 'layers-model';
  /** Program that wrote the model. */
  readonly generatedBy: string;
  /** Program that converted the model: none. */
  readonly convertedBy: null;
  /** Layers with their options, as Keras writes them. */
  readonly modelTopology: object;
  /** Tensors and the path of the file. */
  readonly weightsManifest: [TfjsGroup];
  /** Your metadata, names of the classes, and what `fromTfjs` needs for a model with the same options. */
  readonly userDefinedMetadata: Record<string, unknown>;
}

/** Model as TF.js stores it. */
export interface TfjsModel {
  /** Content of model.json, for JSON.stringify. */
  readonly modelJson: TfjsModelJson;
  /** Content of the weights' file: 32-bit floats, little-endian, in a buffer of their own. */
  readonly weights: FileBytes;
}

/** Version of TF.js whose layers the model has. */
const KERAS_VERSION = 'tfjs-layers 4.22.0';

/**
 * Writes a model as a TF.js Layers model: a Sequential of Dense, activations, BatchNormalization and Dropout. TF.js 4.22 loads it with
 * `tf.loadLayersModel`. {@link fromTfjs} makes a model of it with the same options and bits.
 *
 * Rescaling layers scale the inputs before the first layer and the outputs after the last; TF.js does not train them.
 *
 * @param model    any model without step, squaredRelu, geluTanh and hardSwish, which TF.js cannot read, and elu with alpha 1 only
 * @param options  {@link ToTfjsOptions}
 * @returns  content of model.json and of the weights' file
 * @throws RangeError      if TF.js has no such activation, or the library uses a name of the metadata
 * @throws TypeError       if an option is unknown or of the wrong kind
 * @throws ShapeError      if there are too few or too many names of classes
 * @throws StateError      if a scaling has not learned from data
 * @throws NonFiniteError  if a value exceeds 32-bit floats
 */
export function toTfjs(model: AnyMLP, options: ToTfjsOptions = {}): TfjsModel {
  const { classNames, metadata, weightsPath } = checkOptions(options);
  const known = keptOf(model);
  const { config } = known;
  const units = config.layers[config.layers.length - 1]!.units;
  if (classNames !== undefined) checkClassNames(classNames, units);
  const builder = new Builder(config.inputSize);
  scaleInputs(builder, known);
  const weights = model.getWeights();
  for (const [l, layer] of config.layers.entries()) {
    addLayer(builder, l, layer, config.layers[l - 1]?.units ?? config.inputSize, weights[l]!);
  }
  const { outputs } = known;
  if (outputs) {
    builder.add('target_scaling', 'Rescaling', { scale: [...outputs.std], offset: [...outputs.mean] });
  }
  return {
    modelJson: {
      format: 'layers-model',
      generatedBy: 'evenkeel',
      convertedBy: null,
      modelTopology: {
        class_name: 'Sequential',
        config: { name: 'evenkeel', layers: builder.layers },
        keras_version: KERAS_VERSION,
        backend: 'tensor_flow.js',
      },
      weightsManifest: [{ paths: [weightsPath], weights: builder.tensors }],
      userDefinedMetadata: {
        ...metadata,
        ...(classNames && { [CLASS_NAMES]: [...classNames] }),
        [KEY]: keptText(known),
      },
    },
    weights: builder.bytes(),
  };
}

/** Collects the layers of a Sequential with their tensors. */
class Builder {
  readonly layers: object[] = [];
  readonly tensors: TfjsTensor[] = [];
  readonly #values: ArrayLike<number>[] = [];
  readonly #inputSize: number;

  constructor(inputSize: number) {
    this.#inputSize = inputSize;
  }

  /** Adds a layer. The first one says the shape of the inputs. */
  add(name: string, className: string, config: object): void {
    const isFirst = this.layers.length === 0;
    const shape = isFirst && { batch_input_shape: [null, this.#inputSize], dtype: 'float32' };
    this.layers.push({ class_name: className, config: { name, trainable: true, ...config, ...shape } });
  }

  /** Adds a tensor. @throws NonFiniteError if a value exceeds 32-bit floats */
  tensor(name: string, shape: number[], values: ArrayLike<number>): void {
    const bad = firstBeyond(Float64Array.from(values), LARGEST_F32);
    if (bad >= 0) {
      const value = values[bad]!;
      throw new NonFiniteError(`${name}: value ${bad} is ${value}, beyond the 32-bit floats of the file`, {
        index: bad,
        value,
      });
    }
    this.tensors.push({ name, shape, dtype: 'float32' });
    this.#values.push(values);
  }

  /** Returns the values of all tensors, little-endian. */
  bytes(): FileBytes {
    const bytes = new Uint8Array(4 * this.#values.reduce((sum, { length }) => sum + length, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const values of this.#values) {
      for (let i = 0; i < values.length; i++, at += 4) view.setFloat32(at, values[i]!, true);
    }
    return bytes;
  }
}

/** Adds the scaling of the inputs. Two layers keep more digits than one: the difference from the mean is exact. */
function scaleInputs(builder: Builder, { config, inputs }: Known): void {
  if (inputs === undefined) return;
  const kind = scalingKind(config.inputScaling);
  if (inputs === 'bytes') {
    const { factor, offset } = byteMappings[kind as keyof typeof byteMappings];
    builder.add('input_scaling', 'Rescaling', { scale: factor, offset });
    return;
  }
  builder.add('input_mean', 'Rescaling', { scale: 1, offset: Array.from(inputs.mean, (value) => -value) });
  builder.add('input_std', 'Rescaling', { scale: Array.from(inputs.std, (value) => 1 / value), offset: 0 });
  if (kind !== 'tabular') return;
  // TF.js has no layer that clips on both sides except this one, which clips at 0 and 6.
  builder.add('input_clip_begin', 'Rescaling', { scale: 1, offset: 3 });
  builder.add('input_clip', 'ReLU', { max_value: 6 });
  builder.add('input_clip_end', 'Rescaling', { scale: 1, offset: -3 });
}

function addLayer(
  builder: Builder,
  l: number,
  { units, useBias, activation, batchNorm, dropout }: LayerConfig,
  fanIn: number,
  { kernel, bias, slopes, ...norm }: LayerWeights<ArrayLike<number>>,
): void {
  const name = `layer_${l + 1}`;
  const normalize = (position: 'before' | 'after') => {
    if (!batchNorm || batchNorm.position !== position) return;
    const momentum = 1 - batchNorm.momentum;
    builder.add(`${name}_norm`, 'BatchNormalization', { axis: -1, momentum, epsilon: batchNorm.epsilon });
    const { gamma, beta, runningMean, runningVariance } = norm;
    const tensors = { gamma, beta, moving_mean: runningMean, moving_variance: runningVariance };
    for (const [key, values] of Object.entries(tensors)) {
      builder.tensor(`${name}_norm/${key}`, [units], values!);
    }
  };
  const form = formOf(`layers[${l}].activation`, activation);
  const isNormalizedBefore = batchNorm && batchNorm.position === 'before';
  const option = isNormalizedBefore || form.factor ? undefined : form.option;
  builder.add(name, 'Dense', { units, use_bias: useBias, activation: option ?? 'linear' });
  builder.tensor(`${name}/kernel`, [fanIn, units], kernel);
  if (useBias) builder.tensor(`${name}/bias`, [units], bias);
  normalize('before');
  if (form.factor) builder.add(`${name}_scaling`, 'Rescaling', { scale: form.factor, offset: 0 });
  if (option === undefined) {
    const plain = ['Activation', { activation: form.option }] as const;
    const [className, config] = form.layer?.(activation as never) ?? plain;
    builder.add(`${name}_activation`, className, config);
    if (form.slopes) builder.tensor(`${name}_activation/${form.slopes}`, [slopes!.length], slopes!);
  }
  normalize('after');
  if (dropout > 0) builder.add(`${name}_dropout`, 'Dropout', { rate: dropout });
}

function checkOptions(options: ToTfjsOptions) {
  knownKeys('options', options, keys);
  const { classNames, metadata = {}, weightsPath = 'weights.bin' } = options;
  if (typeof weightsPath !== 'string' || weightsPath === '') {
    throw new TypeError(`weightsPath: expected a text, got ${show(weightsPath)}`);
  }
  if (!isObject(metadata)) throw new TypeError(`metadata: expected an object, got ${show(metadata)}`);
  for (const key of [KEY, CLASS_NAMES]) {
    if (Object.hasOwn(metadata, key)) {
      throw new RangeError(`metadata.${key}: the library uses this name for its own metadata`);
    }
  }
  return { classNames, metadata, weightsPath };
}
