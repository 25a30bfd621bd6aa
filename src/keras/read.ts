import { bytesOf } from '../arrays.js';
import type { BackendName, DefaultBackend } from '../backend/names.js';
import { isObject, messageOf, show } from '../errors.js';
import type { MLP } from '../index.js';
import type { Chain } from '../interchange/chain.js';
import { modelOf } from '../interchange/model.js';
import { checkImport, type ImportOptions } from '../interchange/options.js';
import type { Step } from '../interchange/steps.js';
import { parseJson } from '../json.js';
import type { LayerOptions } from '../network/layers.js';
import { decodeUtf8 } from '../saving/utf8.js';
import { type Layer, own, textIn } from './fields.js';
import { layersGiven } from './given-layers.js';
import { Hdf5File, type Hdf5Reader } from './hdf5.js';
import { beginReading, chainOfLayers, type Tensors } from './layers.js';
import { layersOf } from './topology.js';
import { type Training, type TrainingInfo, trainingOf } from './training.js';
import { NamedVariables, NumberedVariables } from './variables.js';
import { entriesOf, isZip } from './zip.js';

/** Options of `fromKeras`. */
export interface FromKerasOptions<B extends BackendName = BackendName> extends ImportOptions<B> {
  /** Library that reads HDF5 files, such as jsfive: `import * as hdf5 from 'jsfive'`. */
  readonly hdf5: Hdf5Reader;
  /**
   * Layers of the model, as the option of MLP, for a `.weights.h5` file, which has none. The weights of each kind of layers are taken in
   * order. Default none.
   */
  readonly layers?: readonly LayerOptions[];
}

/** Facts about a Keras file that a model here does not hold. */
export interface KerasInfo {
  /** Version of Keras that wrote the file; empty if the file does not say it. */
  readonly kerasVersion: string;
  /** Loss and optimizer of the file; absent if it has none. */
  readonly training?: TrainingInfo;
  /** Parts of the training that the model here does not have, one sentence each. Predictions do not depend on them. */
  readonly notes: readonly string[];
}

/**
 * Makes a model of a Keras file, `.keras` or `.h5`: dense layers, activations, batch norms, dropouts, Normalization and Rescaling in a
 * chain. If the file has a loss and an optimizer that have equals here, the model is compiled with them. The file may come from an
 * untrusted source, as far as the library that reads HDF5 can be trusted with it.
 *
 * @param bytes    content of the file; its kind is told by the first bytes
 * @param options  the library that reads HDF5; backend, arithmetic and threads have defaults
 * @returns  the model; {@link kerasInfo} tells what was left out
 * @throws RangeError, TypeError, ShapeError or NonFiniteError that opens with `bytes` or an option, names the layer that has no place in
 *         a chain of dense layers, and says what would be needed
 */
export function fromKeras<B extends BackendName = DefaultBackend>(
  bytes: Uint8Array | ArrayBuffer,
  options: FromKerasOptions<B>,
): MLP<B> {
  const { hdf5, layers, ...rest } = checkOptions(options);
  const { chain, training } = read(bytes, hdf5, layers);
  const model = modelOf('bytes', chain, rest as ImportOptions<B>);
  if (training.compile !== undefined) model.compile(training.compile);
  return model;
}

/**
 * Returns what a Keras file says beside the model: version, training, and what a model here leaves out.
 *
 * @param bytes    content of the file
 * @param options  options as {@link fromKeras} takes them
 * @throws the same errors as {@link fromKeras}
 */
export function kerasInfo(bytes: Uint8Array | ArrayBuffer, options: FromKerasOptions): KerasInfo {
  const { hdf5, layers } = checkOptions(options);
  const { training, kerasVersion } = read(bytes, hdf5, layers);
  return { kerasVersion, ...(training.info && { training: training.info }), notes: training.notes };
}

function checkOptions<B extends BackendName>(options: FromKerasOptions<B>): FromKerasOptions<B> {
  checkImport(options, ['hdf5', 'layers']);
  const { hdf5 } = options;
  if (!isObject(hdf5) || typeof hdf5.File !== 'function') {
    throw new TypeError(
      `hdf5: expected a library that reads HDF5, such as { File } of jsfive, got ${show(hdf5)}`,
    );
  }
  return options;
}

interface Read {
  readonly kerasVersion: string;
  readonly chain: Chain;
  readonly training: Training;
}

/** Parts of a file, of whichever kind. */
interface Parts {
  readonly layers: readonly (Layer | Step)[];
  readonly kerasVersion: string;
  readonly training: unknown;
  readonly variables: Tensors;
}

function read(given: unknown, hdf5: Hdf5Reader, options: readonly LayerOptions[] | undefined): Read {
  const bytes = bytesOf('bytes', given);
  const kind = isZip(bytes) ? archive : legacy;
  const { layers, kerasVersion, training, variables } = kind(bytes, hdf5, options);
  const reading = beginReading(variables, kerasVersion);
  const chain = chainOfLayers('bytes', layers, reading);
  return { kerasVersion, chain, training: trainingOf(training, chain, reading) };
}

type ReadKind = (bytes: Uint8Array, hdf5: Hdf5Reader, options: readonly LayerOptions[] | undefined) => Parts;

/** Refuses layers that the user describes, for a file that has its own. @throws RangeError */
function expectNone(options: unknown): void {
  if (options === undefined) return;
  throw new RangeError('layers: expected none, because the file has its own layers');
}

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** Reads a `.keras` file: a ZIP file of config, metadata and weights. */
const archive: ReadKind = (bytes, hdf5, options) => {
  expectNone(options);
  const entries = entriesOf(bytes, [CONFIG, METADATA, WEIGHTS]);
  const entry = (name: string) => {
    const content = entries.get(name);
    if (content === undefined)
      throw new RangeError(`bytes: expected the entry ${show(name)} of a .keras file, got none`);
    return content;
  };
  const config = jsonOf(CONFIG, decodeUtf8(entry(CONFIG)));
  const metadata = entries.has(METADATA) ? jsonOf(METADATA, decodeUtf8(entry(METADATA))) : {};
  return {
    layers: layersOf('bytes', config),
    kerasVersion: textIn(metadata, 'keras_version') ?? '',
    training: own(config, 'compile_config'),
    variables: new NumberedVariables(new Hdf5File(hdf5, entry(WEIGHTS))),
  };
};

/** First bytes of an HDF5 file. */
const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Reads an `.h5` file with the layers in an attribute. */
const legacy: ReadKind = (bytes, hdf5, options) => {
  if (!HDF5.every((byte, i) => bytes[i] === byte)) {
    throw new RangeError('bytes: expected a .keras file (ZIP) or an .h5 file (HDF5), got neither');
  }
  const file = new Hdf5File(hdf5, bytes);
  const text = file.text('model_config');
  if (text === undefined) {
    if (options !== undefined) return weightsAlone(file, options);
    throw new RangeError(
      'bytes: expected a file with layers, got weights alone, as save_weights writes them; save the whole model with model.save, or give the layers as the option layers',
    );
  }
  expectNone(options);
  const training = file.text('training_config');
  return {
    layers: layersOf('bytes', jsonOf('model_config', text)),
    kerasVersion: file.text('keras_version') ?? '',
    training: training === undefined ? undefined : jsonOf('training_config', training),
    variables: new NamedVariables(file),
  };
};

/** Reads the weights of a `.weights.h5` file for layers that the user describes. */
function weightsAlone(file: Hdf5File, options: readonly LayerOptions[]): Parts {
  const variables = new NumberedVariables(file, true);
  return { layers: layersGiven(options, variables), kerasVersion: '', training: undefined, variables };
}

function jsonOf(name: string, text: string | undefined): unknown {
  if (text === undefined) throw new RangeError(`bytes: ${name}: expected JSON, got bytes that are not UTF-8`);
  try {
    return parseJson(text);
  } catch (error) {
    throw new RangeError(`bytes: ${name}: expected JSON (${messageOf(error)})`);
  }
}
