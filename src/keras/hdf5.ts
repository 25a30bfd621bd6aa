/** Reading of HDF5 files by a library that the user passes in. */
import { isArray, isObject, messageOf, show } from '../errors.js';
import { own } from './fields.js';
import type { Tensor } from './layers.js';

/**
 * Library that reads HDF5 files, such as jsfive as it comes. A `File` of bytes has `attrs`, `keys` and `get(path)`; a data set has
 * `shape` and `value`.
 */
export interface Hdf5Reader {
  /** Class or function that opens the bytes of a file. */
  readonly File: new (
    bytes: ArrayBuffer,
    name: string,
  ) => unknown;
}

/** Group of a file; `keys` is a list, or a function that returns it. */
interface Group {
  readonly keys: unknown;
  get(name: string): unknown;
}

/** Data set of a file with its path, such as `model_weights/dense/dense/kernel`. */
export interface Dataset extends Tensor {
  readonly name: string;
  /** Attribute `name` of the group that contains the data set. */
  readonly label: string | undefined;
}

/** Deepest nesting of groups. */
const MOST_NESTED = 24;
/** Fewest bytes that an object of a file takes. */
const LEAST_BYTES = 16;

/** HDF5 file. Every error of the library becomes a RangeError that opens with bytes. */
export class Hdf5File {
  readonly #root: Group;
  readonly #size: number;

  constructor(reader: Hdf5Reader, bytes: Uint8Array) {
    const { File } = reader;
    // The library gets bytes of its own, which begin at 0.
    const buffer = bytes.slice().buffer;
    this.#size = bytes.length;
    const root = inWords(() => new File(buffer, 'model.h5'));
    if (!isGroup(root)) throw new TypeError(`hdf5: expected a File with keys and get, got ${show(root)}`);
    this.#root = root;
  }

  /** Returns a text attribute of the file; undefined if there is none. */
  text(name: string): string | undefined {
    return textOf(this.#root, name);
  }

  /** Lists the data sets in a group, however deep. @throws RangeError if the file has too many groups for its size */
  datasets(group: string): Dataset[] {
    if (!keysOf(this.#root).includes(group)) return [];
    const found: Dataset[] = [];
    let left = this.#size / LEAST_BYTES;
    const visit = (parent: Group, name: string, path: string, level: number): void => {
      const item = inWords(() => parent.get(name));
      if (isGroup(item)) {
        for (const key of keysOf(item)) {
          left--;
          if (left < 0 || level > MOST_NESTED)
            throw new RangeError('bytes: expected fewer groups in the HDF5 file');
          visit(item, key, `${path}/${key}`, level + 1);
        }
      } else found.push(this.#dataset(path, item, textOf(parent, 'name')));
    };
    visit(this.#root, group, group, 0);
    return found;
  }

  #dataset(name: string, item: unknown, label: string | undefined): Dataset {
    const at = `bytes: data set ${show(name)}`;
    const shape = inWords(() => (item as { shape?: unknown } | null)?.shape);
    if (!isArray(shape) || !shape.every((size) => Number.isSafeInteger(Number(size)) && Number(size) >= 0)) {
      throw new RangeError(`${at}: expected a list of sizes ≥ 0 as its shape, got ${show(shape)}`);
    }
    const sizes = shape.map(Number);
    const count = sizes.reduce((product, size) => product * size, 1);
    // A compressed data set may hold more values than the file has bytes, but Keras does not compress.
    if (count > this.#size)
      throw new RangeError(`${at}: expected at most ${this.#size} values, got ${count}`);
    const read = () => {
      const value = inWords(() => (item as { value: unknown }).value);
      const list = typeof value === 'number' ? [value] : value;
      const isNumbers = isArray(list) || ArrayBuffer.isView(list);
      const values = isNumbers ? Float32Array.from(list as ArrayLike<number>) : undefined;
      if (values?.length !== count || !values.every(Number.isFinite)) {
        throw new RangeError(`${at}: expected ${count} finite numbers, got ${show(value)}`);
      }
      return values;
    };
    return { name, label, shape: sizes, read };
  }
}

function isGroup(item: unknown): item is Group {
  // jsfive's data sets are arrays, which have keys too.
  if (!isObject(item) || isArray(item)) return false;
  return 'keys' in item && 'get' in item && typeof item.get === 'function';
}

function keysOf(group: Group): string[] {
  const keys = inWords(() => (typeof group.keys === 'function' ? group.keys() : group.keys) as unknown);
  if (isArray(keys) && keys.every((key) => typeof key === 'string')) return keys;
  throw new RangeError(`bytes: expected the names of a group of the HDF5 file, got ${show(keys)}`);
}

/** Returns an attribute. Some libraries give its value as it is, others an object with the value. */
function textOf(group: unknown, name: string): string | undefined {
  const attribute = inWords(() => own((group as { attrs?: unknown }).attrs, name));
  const value = isObject(attribute) && 'value' in attribute ? attribute.value : attribute;
  if (typeof value !== 'string') return undefined;
  // Texts of fixed length are filled with zeros.
  let end = value.length;
  while (value.charCodeAt(end - 1) === 0) end--;
  return value.slice(0, end);
}

/** Runs a step of the library and words its error. jsfive throws texts. */
function inWords<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const reason = typeof error === 'string' ? error : messageOf(error);
    throw new RangeError(`bytes: expected an HDF5 file that the library reads (${reason.slice(0, 200)})`);
  }
}
