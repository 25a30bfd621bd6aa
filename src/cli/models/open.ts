/** Opens a model file of any kind. The content tells the kind; the name does not matter. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { show } from '../../errors.js';
import { readJson } from '../task/json-file.js';
import { readBytes } from '../task/read-bytes.js';
import { isEvenkeel, openEvenkeel } from './evenkeel.js';
import { openBrain, openSklearn } from './json.js';
import { openKeras, openTfjs } from './keras.js';
import { openOnnx } from './onnx.js';
import type { ModelKind, OpenedModel } from './opened.js';
import { OptionError, openTorch, type TorchChoices } from './torch.js';

/** Kinds of files that the commands read, in words. */
export const kindsInWords =
  "a model of evenkeel, ONNX, PyTorch's weights as safetensors, Keras, a model.json of TF.js, or the JSON of scikit-learn or brain.js";

/** Formats that are recognized and not read, by their first bytes, with what to do. */
const foreign: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [
    [0x50, 0x4b, 0x03, 0x04],
    'a zip archive; for a file of torch.save use safetensors.torch.save_file(model.state_dict(), path)',
  ],
  [[0x80], 'a pickle of Python; use safetensors.torch.save_file(model.state_dict(), path), or ONNX'],
];

/** First bytes of the fields with which an ONNX file can begin. Files begin with the version of the format unless written by hand. */
const ONNX_FIELDS = [0x08, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42, 0x72];
/** Offset of the JSON in a safetensors file. */
const HEADER_START = 8;
const HDF5 = [0x89, 0x48, 0x44, 0x46];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** Offsets in a zip archive: of the length of the first name, and of the name. */
const NAME_LENGTH = 26;
const NAME_START = 30;
const kerasEntries: readonly string[] = ['metadata.json', 'config.json', 'model.weights.h5'];
const BRACE = 0x7b;

/**
 * Opens a model file.
 *
 * @throws Error that opens with the path and has a cause, if the file cannot be read or holds no chain of dense layers; an Error that
 *         opens with the option, if PyTorch's weights lack their activations
 */
export function openModel(path: string, choices: TorchChoices = {}): OpenedModel {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return openFolder(path, choices);
  const bytes = readBytes(path);
  try {
    const opened = opening(path, bytes, choices);
    const given = Object.entries(choices).find(([, value]) => value !== undefined);
    if (given === undefined || opened.kind === 'torch') return opened;
    throw new OptionError(
      `--${given[0]}: is only for weights of PyTorch, and ${path} is ${opened.described}`,
    );
  } catch (error) {
    const { message, cause } = error as Error;
    if (error instanceof OptionError || (cause !== undefined && message.startsWith(path))) throw error;
    throw new Error(`${path}: ${withoutArgument(message)}`, { cause: error });
  }
}

/** Opens the model.json of a folder, as TF.js and ml5 write it. */
function openFolder(path: string, choices: TorchChoices): OpenedModel {
  const inside = join(path, 'model.json');
  if (existsSync(inside)) return openModel(inside, choices);
  throw new Error(`${path}: expected a file, or a folder with a model.json, got a folder without`, {
    cause: path,
  });
}

function opening(path: string, bytes: Uint8Array, choices: TorchChoices): OpenedModel {
  const kind = kindOf(path, bytes);
  switch (kind.name) {
    case 'evenkeel':
      return { kind: kind.name, ...openEvenkeel(bytes) };
    case 'torch':
      return { kind: kind.name, ...openTorch(path, bytes, choices) };
    case 'onnx':
      return { kind: kind.name, ...openOnnx(path, bytes) };
    case 'keras':
      return { kind: kind.name, ...openKeras(bytes) };
    case 'tfjs':
      return { kind: kind.name, ...openTfjs(path, kind.json as object) };
    case 'sklearn':
      return { kind: kind.name, ...openSklearn(kind.json) };
    case 'brain':
      return { kind: kind.name, ...openBrain(kind.json) };
  }
}

/** Recognizes a kind by the bytes of a file. @throws Error if it is none */
function kindOf(path: string, bytes: Uint8Array): { readonly name: ModelKind; readonly json?: unknown } {
  const expected = `expected ${kindsInWords}`;
  if (bytes.length === 0) throw new Error(`${expected}, got an empty file`);
  if (bytes[HEADER_START] === BRACE && isLength(bytes))
    return { name: isEvenkeel(bytes) ? 'evenkeel' : 'torch' };
  if (isKeras(bytes)) return { name: 'keras' };
  const other = foreign.find(([first]) => first.every((byte, i) => bytes[i] === byte));
  if (other !== undefined) throw new Error(`${expected}, got ${other[1]}`);
  const isText = !bytes.subarray(0, 1024).some((byte) => byte < 9);
  if (ONNX_FIELDS.includes(bytes[0]!) && !isText) return { name: 'onnx' };
  if (
    !/^[\s\ufeff]*[[{]/.test(new TextDecoder().decode(bytes.subarray(0, 1024))) &&
    bytes[0] !== 0xff &&
    bytes[0] !== 0xfe
  ) {
    throw new Error(`${expected}, got bytes of no such kind`);
  }
  return { ...kindOfJson(readJson(path), expected) };
}

/** Returns true for an HDF5 file, and for a zip archive that begins with an entry of a .keras file. */
function isKeras(bytes: Uint8Array): boolean {
  const begins = (first: readonly number[]) => first.every((byte, i) => bytes[i] === byte);
  if (begins(HDF5)) return true;
  if (!begins(ZIP)) return false;
  const length = bytes[NAME_LENGTH]! + 256 * bytes[NAME_LENGTH + 1]!;
  return kerasEntries.includes(new TextDecoder().decode(bytes.subarray(NAME_START, NAME_START + length)));
}

/** Returns true if the first eight bytes can be the length of a safetensors header in this file. */
function isLength(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getBigUint64(0, true) <= BigInt(bytes.length - HEADER_START);
}

function kindOfJson(json: unknown, expected: string): { name: 'tfjs' | 'sklearn' | 'brain'; json: unknown } {
  const has = (key: string) => typeof json === 'object' && json !== null && Object.hasOwn(json, key);
  if (has('modelTopology') || has('weightsManifest')) return { name: 'tfjs', json };
  if (has('coefs_')) return { name: 'sklearn', json };
  if (has('layers') && (has('sizes') || has('type') || has('activation'))) return { name: 'brain', json };
  const keys = typeof json === 'object' && json !== null ? Object.keys(json).slice(0, 4) : [];
  throw new Error(
    `${expected}, got JSON ${keys.length > 0 ? `with the keys ${keys.map((key) => show(key)).join(', ')}` : 'without keys'}`,
  );
}

/** Leaves out the argument with which a message of the library opens, in place of which the path stands. */
function withoutArgument(message: string): string {
  return message.replace(/^(?:bytes|json|tensors): /, '').replace(/^json\.?/, '');
}
