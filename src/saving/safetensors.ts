/**
 * The safetensors format (https://huggingface.co/docs/safetensors). A file is the length of the header as a little-endian u64,
 * the header as JSON, then the values of all tensors, little-endian and row-major, without gaps. Nothing in a file is trusted:
 * every number is compared with the size of the file before it is used.
 */
import { bytesOf, elements, settle, typedName } from '../arrays.js';
import { isArray, NonFiniteError, ShapeError, show, wholeNumber } from '../errors.js';
import { dtypes } from './dtypes.js';
import { isWellFormed, METADATA, parseHeader, quote, type TensorEntry } from './safetensors-header.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/**
 * Array of any rank, row-major. The shape [] is a single number. Its values are stored as F32 or F64 according to their type.
 */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** Content of a safetensors file. */
export interface Safetensors {
  /** Tensors in the order of the header. */
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Map<string, string>;
}

/**
 * Bytes with a buffer of their own, which a Blob accepts. The type is Uint8Array<ArrayBuffer>, which TypeScript before 5.7 cannot
 * express.
 */
export type FileBytes = ReturnType<Uint8Array['slice']>;

/** Values by name: a Map, or an object whose keys are the names. */
type Named<Value> = ReadonlyMap<string, Value> | Readonly<Record<string, Value>>;

const LENGTH_BYTES = 8;
/** Longest header that the reference implementation accepts. */
const LONGEST_HEADER = 100_000_000;
const ALIGNMENT = 8;

/**
 * Writes tensors as a safetensors file. F64 comes before F32, so that all are aligned; otherwise the order is kept. Equal
 * arguments give equal bytes.
 *
 * @param tensors   tensors by name
 * @param metadata  texts by name; if there are none, the file has no `__metadata__`. Default none
 * @throws TypeError   if the values of a tensor are not a Float32Array or Float64Array, or a text is not a string
 * @throws ShapeError  if the number of values of a tensor does not match its shape
 * @throws RangeError  if a name cannot be written, or the header is longer than readers accept
 */
export function writeSafetensors(tensors: Named<Tensor>, metadata: Named<string> = {}): FileBytes {
  const named = entriesOf(tensors).map(([name, tensor]): [string, Tensor] => [
    name,
    checkTensor(name, tensor),
  ]);
  // Array.prototype.sort is stable.
  const sorted = named.sort(([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  const header = headerOf(sorted, entriesOf(metadata));
  const dataBytes = sorted.reduce((sum, [, { values }]) => sum + values.byteLength, 0);
  const file = new Uint8Array(LENGTH_BYTES + header.length + dataBytes);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const [, { values }] of sorted) {
    const size = values.BYTES_PER_ELEMENT;
    for (const value of values) {
      if (size === 4) view.setFloat32(at, value, true);
      else view.setFloat64(at, value, true);
      at += size;
    }
  }
  return file;
}

/**
 * Reads a safetensors file. F32, F16 and BF16 become Float32Array, F64 becomes Float64Array, and so does I64 if every value is
 * exact as a number. All values are copies.
 *
 * @param argument    name of the bytes in messages
 * @param bytes       Uint8Array, at any offset, or ArrayBuffer
 * @throws TypeError   if `bytes` is neither
 * @throws RangeError  if the file is not whole or has another dtype. NaN and infinities are allowed; see expectFinite
 */
export function readSafetensors(argument: string, bytes: unknown): Safetensors {
  const file = bytesOf(argument, bytes);
  const headerBytes = headerLength(argument, file);
  const data = file.subarray(LENGTH_BYTES + headerBytes);
  const text = decode(argument, file.slice(LENGTH_BYTES, LENGTH_BYTES + headerBytes));
  const { entries, metadata } = parseHeader(argument, text);
  for (const [name, entry] of entries) checkEntry(`${argument}: tensor ${quote(name)}`, entry, data.length);
  checkLayout(argument, entries, data.length);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of entries) {
    tensors.set(name, readTensor(`${argument}: tensor ${quote(name)}`, entry, view));
  }
  return { tensors, metadata };
}

/**
 * Checks that all values are finite.
 *
 * @param largest     largest magnitude, by default that of a double; LARGEST_F32 if the values go into f32
 * @throws NonFiniteError that names the first tensor, and the index in it, with a value that is NaN, infinite or above `largest`
 */
export function expectFinite(
  argument: string,
  tensors: ReadonlyMap<string, Tensor>,
  largest = Number.MAX_VALUE,
): void {
  for (const [name, { values }] of tensors) {
    // This is a loop because TypeScript finds no common signature of the findIndex of the two array types.
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      if (Math.abs(value) <= largest) continue;
      const why = Number.isFinite(value) ? ', infinite as a 32-bit float' : '';
      throw new NonFiniteError(`${argument}: tensor ${quote(name)}: value ${index} is ${value}${why}`, {
        argument,
        index,
        value,
      });
    }
  }
}

function entriesOf<Value>(named: Named<Value>): [string, Value][] {
  // This does not use instanceof, because a Map of another realm is not an instance of this realm's Map.
  return Symbol.iterator in named ? [...(named as ReadonlyMap<string, Value>)] : Object.entries(named);
}

function checkTensor(name: string, { shape, values }: Tensor): Tensor {
  const at = `tensors[${quote(name)}]`;
  if (name === METADATA) throw new RangeError(`${at}: the name is that of the metadata`);
  if (!isWellFormed(name)) throw new RangeError(`${at}: the name has half of a surrogate pair`);
  const expected = 'a Float32Array or a Float64Array';
  if (!['Float32Array', 'Float64Array'].includes(typedName(values)!)) {
    throw new TypeError(`${at}.values: expected ${expected}, got ${show(values)}`);
  }
  const settled = settle(`${at}.values`, values, expected) as Tensor['values'];
  if (!isArray(shape)) throw new TypeError(`${at}.shape: expected an array, got ${show(shape)}`);
  const sides = elements(shape, shape.length).map((side, i) => wholeNumber(`${at}.shape[${i}]`, side, 0));
  const count = sides.reduce((product, side) => product * side, 1);
  if (count !== settled.length) {
    throw new ShapeError(`${at}: ${settled.length} values, but [${sides.join(', ')}] has ${count}`, {
      argument: at,
    });
  }
  return { shape: sides, values: settled };
}

/** Writes names and texts one by one, because an object would lose a `__proto__` and put numeric names first. */
function headerOf(tensors: readonly [string, Tensor][], metadata: readonly [string, string][]): Uint8Array {
  const texts = metadata.map(([key, text]) => {
    const at = `metadata[${quote(key)}]`;
    if (typeof text !== 'string') throw new TypeError(`${at}: expected a string, got ${show(text)}`);
    if (!isWellFormed(key) || !isWellFormed(text)) throw new RangeError(`${at}: half of a surrogate pair`);
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
  });
  let end = 0;
  const entries = tensors.map(([name, { shape, values }]) => {
    const begin = end;
    end += values.byteLength;
    const dtype = values instanceof Float32Array ? 'F32' : 'F64';
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
  });
  if (texts.length > 0) entries.unshift(`"${METADATA}":{${texts.join(',')}}`);
  const bytes = encodeUtf8(`{${entries.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  if (padded.length > LONGEST_HEADER) {
    throw new RangeError(
      `tensors, metadata: a header of ${padded.length} bytes, expected at most ${LONGEST_HEADER}`,
    );
  }
  padded.set(bytes);
  return padded;
}

function headerLength(argument: string, file: Uint8Array): number {
  if (file.length < LENGTH_BYTES) {
    throw new RangeError(
      `${argument}: expected a safetensors file, which begins with ${LENGTH_BYTES} bytes of length, got ${file.length} bytes`,
    );
  }
  // The length is a BigInt, because a number beyond 2^53 would be reported rounded.
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw new RangeError(`${argument}: header length ${length}, expected at most ${LONGEST_HEADER}`);
  }
  const rest = file.length - LENGTH_BYTES;
  if (length > rest) {
    throw new RangeError(`${argument}: header length ${length}, but only ${rest} bytes follow`);
  }
  if (length === 0n || file[LENGTH_BYTES] !== 0x7b) {
    throw new RangeError(`${argument}: header does not begin with '{'`);
  }
  return Number(length);
}

function decode(argument: string, header: Uint8Array): string {
  const text = decodeUtf8(header);
  if (text === undefined) throw new RangeError(`${argument}: header is not UTF-8`);
  return text;
}

function checkEntry(at: string, { dtype, shape, begin, end }: TensorEntry, dataBytes: number): void {
  const type = dtypes.get(dtype);
  if (type === undefined) {
    throw new RangeError(
      `${at}.dtype: expected one of ${[...dtypes.keys()].join(', ')}, got ${quote(dtype)}`,
    );
  }
  let count = 1;
  for (const side of shape) {
    count *= side;
    if (!Number.isSafeInteger(count)) {
      throw new RangeError(`${at}.shape: more than 2^53 − 1 values in ${quote(shape.join(', '))}`);
    }
  }
  if (begin > end) {
    throw new RangeError(`${at}.data_offsets: expected begin ≤ end, got [${begin}, ${end}]`);
  }
  if (end > dataBytes) {
    throw new RangeError(`${at}.data_offsets: end ${end} is beyond the ${dataBytes} bytes of data`);
  }
  if (end - begin !== count * type.bytes) {
    throw new RangeError(
      `${at}.data_offsets: expected ${count * type.bytes} bytes for ${count} values of ${dtype}, got ${end - begin}`,
    );
  }
}

/** Checks that every byte of the data belongs to exactly one tensor. */
function checkLayout(argument: string, entries: ReadonlyMap<string, TensorEntry>, dataBytes: number): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of inOrder) {
    const at = `${argument}: tensor ${quote(name)}.data_offsets`;
    if (begin < covered) {
      throw new RangeError(`${at}: begin ${begin} is in another tensor, which ends at ${covered}`);
    }
    if (begin > covered) {
      throw new RangeError(`${at}: begin ${begin} leaves a hole of ${begin - covered} bytes before it`);
    }
    covered = end;
  }
  if (covered < dataBytes) {
    throw new RangeError(`${argument}: ${dataBytes - covered} trailing bytes after the last tensor`);
  }
}

function readTensor(at: string, { dtype, shape, begin, end }: TensorEntry, view: DataView): Tensor {
  const { bytes, Values, read } = dtypes.get(dtype)!;
  const values = new Values((end - begin) / bytes);
  for (let i = 0; i < values.length; i++) {
    const value = read(view, begin + i * bytes);
    if (dtype === 'I64' && !Number.isSafeInteger(value)) {
      throw new RangeError(`${at}: value ${i} of I64 is beyond ±(2^53 − 1)`);
    }
    values[i] = value;
  }
  return { shape, values };
}
