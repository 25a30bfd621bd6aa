import type { BackendName, DefaultBackend } from '../backend/names.js';
import { isObject, knownKeys } from '../errors.js';
import type { MLP } from '../index.js';
import type { Chain } from '../interchange/chain.js';
import { CLASS_NAMES, KEY, knownOf, namesIn } from '../interchange/kept.js';
import { type Known, modelOf } from '../interchange/model.js';
import { checkImport, type ImportOptions } from '../interchange/options.js';
import { own, textIn } from '../keras/fields.js';
import { beginReading, chainOfLayers } from '../keras/layers.js';
import { layersOf } from '../keras/topology.js';
import { type Training, type TrainingInfo, trainingOf } from '../keras/training.js';
import { jsonOf } from './json.js';
import { classNamesOf, constantColumns, type Meta, metaOf, scalingSteps } from './ml5.js';
import { TfjsTensors, type TfjsWeights } from './weights.js';

/** Files of a TF.js Layers model. */
export interface TfjsFiles {
  /** Content of model.json: an object, a text or bytes. It may also be what TF.js passes to a save handler. */
  readonly modelJson: object | string | Uint8Array | ArrayBuffer;
  /** Content of the files with the weights. */
  readonly weights: TfjsWeights;
  /** Content of model_meta.json, which ml5 writes beside the other two: an object, a text or bytes. Default none. */
  readonly meta?: object | string | Uint8Array | ArrayBuffer;
}

/** Facts about the files of a TF.js model that a model here does not hold. */
export interface TfjsInfo {
  /** Name and version of the program that wrote the model; empty if the file does not say it. */
  readonly producer: string;
  /** Version of Keras or TF.js whose layers the model has; empty if the file does not say it. */
  readonly kerasVersion: string;
  /** Names of the classes by the index of their output; absent if the files have none. */
  readonly classNames?: readonly string[];
  /** Names of the columns of x, from ml5; a column of a class is named `column: class`. Absent without model_meta.json. */
  readonly inputNames?: readonly string[];
  /** Names of the outputs, from ml5. Absent without model_meta.json. */
  readonly outputNames?: readonly string[];
  /** Loss and optimizer of the file; absent if it has none. */
  readonly training?: TrainingInfo;
  /** Parts of the training that the model here does not have, one sentence each. Predictions do not depend on them. */
  readonly notes: readonly string[];
  /** Metadata that the user stored in the model. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Makes a model of a TF.js Layers model, of TF.js itself, its converter or ml5: dense layers, activations, batch norms, dropouts and
 * scalings in a chain. If the file has a loss and an optimizer that have equals here, the model is compiled with them. The files may
 * come from an untrusted source.
 *
 * @param files    content of model.json and of the weights, and of ml5's model_meta.json
 * @param options  backend, arithmetic and threads; all have defaults
 * @returns  the model; {@link tfjsInfo} has the names of the classes and what was left out
 * @throws RangeError, TypeError, ShapeError or NonFiniteError that opens with modelJson, weights or meta, names the layer that has no
 *         place in a chain of dense layers, and says what would be needed
 */
export function fromTfjs<B extends BackendName = DefaultBackend>(
  files: TfjsFiles,
  options: ImportOptions<B> = {},
): MLP<B> {
  checkImport(options, []);
  const { chain, known, training } = read(files);
  const model = modelOf('modelJson', chain, options, known);
  if (training.compile !== undefined) model.compile(training.compile);
  return model;
}

/**
 * Returns what the files of a TF.js model say beside the model: producer, names of classes and columns, training, and what a model
 * here leaves out.
 *
 * @param files  files as {@link fromTfjs} takes them
 * @throws the same errors as {@link fromTfjs}
 */
export function tfjsInfo(files: TfjsFiles): TfjsInfo {
  const { json, meta, training, kerasVersion } = read(files);
  const given = own(json, 'userDefinedMetadata');
  const metadata = isObject(given) ? given : {};
  const classNames = meta ? classNamesOf(meta) : namesIn(own(metadata, CLASS_NAMES));
  return {
    producer: textIn(json, 'generatedBy') ?? '',
    kerasVersion,
    ...(classNames && { classNames }),
    ...(meta && {
      inputNames: meta.inputs.map(({ name }) => name),
      outputNames: meta.outputs.map(({ name }) => name),
    }),
    ...(training.info && { training: training.info }),
    notes: training.notes,
    metadata: metadata as Readonly<Record<string, unknown>>,
  };
}

interface Read {
  readonly json: object;
  readonly meta: Meta | undefined;
  readonly kerasVersion: string;
  readonly chain: Chain;
  readonly known: Known | undefined;
  readonly training: Training;
}

function read(files: TfjsFiles): Read {
  knownKeys('files', files, ['modelJson', 'weights', 'meta']);
  const { modelJson, weights, meta: given } = files;
  const json = jsonOf('modelJson', modelJson);
  const meta = given === undefined ? undefined : metaOf(jsonOf('meta', given));
  if (textIn(json, 'format') === 'graph-model') {
    throw new RangeError('modelJson: expected a layers model, got a graph model, which has no layers');
  }
  // The converter nests Keras's own topology.
  const outer = own(json, 'modelTopology');
  const topology = own(outer, 'model_config') ?? outer;
  const kerasVersion = textIn(outer, 'keras_version') ?? textIn(topology, 'keras_version') ?? '';
  const layers = layersOf('modelJson', topology);
  const tensors = new TfjsTensors(json, weights);
  const reading = beginReading(tensors, kerasVersion);
  const constants = meta ? constantColumns(meta) : [];
  const isDense = layers.find(({ className }) => className !== 'InputLayer')?.className === 'Dense';
  const { first, last } = meta ? scalingSteps(meta, isDense ? 1 : 0) : { first: [], last: [] };
  const chain = chainOfLayers('modelJson', layers, reading, first, last);
  if (isDense) clearRows(chain, constants);
  const config = own(json, 'trainingConfig') ?? own(outer, 'training_config');
  return {
    json,
    meta,
    kerasVersion,
    chain,
    known: knownOf(own(own(json, 'userDefinedMetadata'), KEY), chain, STATISTICS),
    training: trainingOf(config, chain, reading),
  };
}

/** Relative difference up to which statistics of scalings are equal, since the file has their inverses. */
const STATISTICS = 1e-6;

/** Sets the kernel's rows of some inputs to 0. */
function clearRows({ layers }: Chain, inputs: readonly number[]): void {
  const [layer] = layers;
  if (layer === undefined || inputs.length === 0) return;
  const kernel = Float64Array.from(layer.kernel);
  for (const n of inputs) kernel.fill(0, n * layer.units, (n + 1) * layer.units);
  layer.kernel = kernel;
}
