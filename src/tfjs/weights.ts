/** Weights of a TF.js model: the tensors that its manifest lists, one after another in the bytes of one or more files. */
import { bytesOf, isBytes } from '../arrays.js';
import { firstBeyond, isArray, isObject, NonFiniteError, show } from '../errors.js';
import type { Values } from '../interchange/steps.js';
import { type Fields, type Layer, own, textIn } from '../keras/fields.js';
import type { Tensor, Tensors } from '../keras/layers.js';
import { TensorNames } from '../keras/names.js';
import { fromHalf } from '../saving/dtypes.js';

/**
 * Bytes of the weights: of one file, of several files in the order of the manifest, or by the paths in the manifest. An array may be
 * cut anywhere, also within a number.
 */
export type TfjsWeights =
  | Uint8Array
  | ArrayBuffer
  | readonly (Uint8Array | ArrayBuffer)[]
  | Readonly<Record<string, Uint8Array | ArrayBuffer>>;

/** Bytes of a value by type. */
const sizes: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
  complex64: 8,
};

type Read = (view: DataView, at: number) => number;

const plain: Readonly<Record<string, Read>> = {
  float32: (view, at) => view.getFloat32(at, true),
  float16: (view, at) => fromHalf(view.getUint16(at, true)),
};
const quantized: Readonly<Record<string, Read>> = {
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(at, true),
};

/** Entry of the manifest with its place in the bytes. */
interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization: unknown;
  readonly isOptimizer: boolean;
  /** Type of the stored values. */
  readonly stored: string;
  readonly offset: number;
  readonly count: number;
}

/** Tensors of a model by the names of its layers. */
export class TfjsTensors implements Tensors {
  readonly #files: readonly Uint8Array[];
  readonly #names: TensorNames<Entry>;

  /** @throws TypeError or RangeError that opens with modelJson or weights, if the bytes are not as the manifest says */
  constructor(modelJson: object, weights: unknown) {
    const groups = groupsOf(modelJson);
    this.#files = filesOf(groups, weights);
    const total = this.#files.reduce((sum, { length }) => sum + length, 0);
    let offset = 0;
    const entries = groups.flatMap(({ specs }) =>
      specs.map((spec) => {
        const entry = entryOf(spec, offset);
        offset += entry.count * sizes[entry.stored]!;
        if (offset > total) {
          throw new RangeError(
            `weights: expected at least ${offset} bytes, to the end of tensor ${show(entry.name)}, got ${total}`,
          );
        }
        return entry;
      }),
    );
    if (offset !== total) {
      throw new RangeError(`weights: expected the ${offset} bytes of the manifest, got ${total}`);
    }
    this.#names = new TensorNames(entries.filter(({ isOptimizer }) => !isOptimizer));
  }

  of(layer: Layer, names: readonly string[]): Tensor[] {
    return names.map((name) => {
      const entry = this.#names.take(layer, name);
      return { shape: entry.shape, read: () => this.#read(entry) };
    });
  }

  expectAllTaken(layers: readonly Layer[]): void {
    this.#names.expectAllTaken('weights', layers);
  }

  /** Reads the values of an entry. @throws RangeError or NonFiniteError */
  #read({ name, dtype, quantization, stored, offset, count }: Entry): Values {
    const at = `weights: tensor ${show(name)}`;
    if (dtype !== 'float32' && dtype !== 'float16') {
      throw new RangeError(`${at}: expected 32-bit floats, got ${dtype}`);
    }
    const view = this.#bytes(offset, count * sizes[stored]!);
    const values = new Float32Array(count);
    if (Object.hasOwn(quantized, stored)) {
      const read = quantized[stored]!;
      const [scale, min] = [own(quantization, 'scale'), own(quantization, 'min')];
      if (typeof scale !== 'number' || typeof min !== 'number') {
        throw new RangeError(
          `${at}: expected scale and min of its quantization, got ${show(scale)} and ${show(min)}`,
        );
      }
      for (let i = 0; i < count; i++) values[i] = read(view, i * sizes[stored]!) * scale + min;
    } else {
      const read = plain[stored]!;
      for (let i = 0; i < count; i++) values[i] = read(view, i * sizes[stored]!);
    }
    const bad = firstBeyond(values, Number.MAX_VALUE);
    if (bad < 0) return values;
    throw new NonFiniteError(`${at}: value ${bad} is ${values[bad]}`, { index: bad, value: values[bad]! });
  }

  /** Returns a part of the joined files. It is copied only if it lies in several. */
  #bytes(offset: number, length: number): DataView {
    let start = 0;
    let copy: Uint8Array | undefined;
    for (const file of this.#files) {
      const from = offset - start;
      if (copy === undefined && from >= 0 && from + length <= file.length) {
        return new DataView(file.buffer, file.byteOffset + from, length);
      }
      if (from < file.length && from + length > 0) {
        copy ??= new Uint8Array(length);
        copy.set(file.subarray(Math.max(0, from), Math.max(0, from + length)), Math.max(0, -from));
      }
      start += file.length;
    }
    return new DataView((copy ?? new Uint8Array(0)).buffer);
  }
}

interface Group {
  readonly paths: readonly string[];
  readonly specs: readonly unknown[];
}

/** Returns the groups of the manifest. A model that TF.js passes to a save handler has weightSpecs in its place. */
function groupsOf(modelJson: object): Group[] {
  const manifest = own(modelJson, 'weightsManifest');
  const specs = own(modelJson, 'weightSpecs');
  const given = manifest ?? (specs === undefined ? undefined : [{ weights: specs, paths: [] }]);
  if (!isArray(given)) {
    throw new RangeError(`modelJson: expected a list as its weightsManifest, got ${show(given)}`);
  }
  return given.map((group) => {
    const weights = own(group, 'weights');
    const paths = own(group, 'paths') ?? [];
    if (!isArray(weights)) {
      throw new RangeError(
        `modelJson: expected a list of weights in its weightsManifest, got ${show(weights)}`,
      );
    }
    if (!isArray(paths) || !paths.every((path) => typeof path === 'string')) {
      throw new RangeError(`modelJson: expected a list of paths in its weightsManifest, got ${show(paths)}`);
    }
    return { paths, specs: weights };
  });
}

function filesOf(groups: readonly Group[], weights: unknown): Uint8Array[] {
  if (isBytes(weights)) return [bytesOf('weights', weights)];
  if (isArray(weights)) return weights.map((file, i) => bytesOf(`weights[${i}]`, file));
  if (!isObject(weights)) {
    throw new TypeError(
      `weights: expected bytes, an array of them or an object of them by path, got ${show(weights)}`,
    );
  }
  return groups.flatMap(({ paths }) =>
    paths.map((path) => {
      const key = [path, path.replace(/^(?:\.\/)+/, '')].find((name) => Object.hasOwn(weights, name));
      if (key === undefined)
        throw new RangeError(`weights: expected the file ${show(path)} of the manifest, got none`);
      return bytesOf(`weights[${JSON.stringify(key)}]`, (weights as Fields)[key]);
    }),
  );
}

function entryOf(spec: unknown, offset: number): Entry {
  const name = textIn(spec, 'name');
  const shape = own(spec, 'shape');
  const dtype = textIn(spec, 'dtype') ?? 'float32';
  if (name === undefined)
    throw new RangeError(`modelJson: expected a name for each tensor, got ${show(spec)}`);
  const at = `modelJson: tensor ${show(name)}`;
  if (!isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)) {
    throw new RangeError(`${at}: expected a list of sizes ≥ 0 as its shape, got ${show(shape)}`);
  }
  const quantization = own(spec, 'quantization');
  const stored = quantization === undefined ? dtype : (textIn(quantization, 'dtype') ?? 'none');
  const isKnown = Object.hasOwn(sizes, stored);
  const isQuantized = ['uint8', 'uint16', 'float16'].includes(stored);
  if (!isKnown || (quantization !== undefined && !isQuantized)) {
    throw new RangeError(
      `${at}: expected a dtype of numbers${quantization === undefined ? '' : ' of its quantization: uint8, uint16 or float16'}, got ${show(stored)}`,
    );
  }
  const count = (shape as number[]).reduce((product, size) => product * size, 1);
  return {
    name,
    shape: shape as number[],
    dtype,
    quantization,
    isOptimizer: textIn(spec, 'group') === 'optimizer',
    stored,
    offset,
    count,
  };
}
