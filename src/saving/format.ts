/**
 * The safetensors format (https://huggingface.co/docs/safetensors). A file is the length of the header as a little-endian u64,
 * the header as JSON, then the values of all tensors, little-endian and row-major, without gaps. Nothing in a file is trusted:
 * every number is compared with the size of the file before it is used.
 */
import { bytesOf } from '../arrays.js';
import { show } from '../errors.js';
import type { Dtype } from './dtypes.js';
import {
  isWellFormed,
  METADATA,
  parseHeader,
  quote,
  type Skip,
  type TensorEntry,
} from './safetensors-header.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/**
 * Bytes with a buffer of their own, which a Blob accepts. The type is Uint8Array<ArrayBuffer>, which TypeScript before 5.7 cannot
 * express.
 */
export type FileBytes = ReturnType<Uint8Array['slice']>;

/** Values by name: a Map, or an object whose keys are the names. */
export type Named<Value> = ReadonlyMap<string, Value> | Readonly<Record<string, Value>>;

/** Types of numbers by name, from the widest to the narrowest, which is their order in a file. */
export type Dtypes = Readonly<
  Record<string, Dtype<{ readonly length: number; [i: number]: number | bigint }, number | bigint>>
>;

/** Tensor of a file, whose values are of its dtype. */
export interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number | bigint>;
}

/** Checks a number that was written. @param written  number that a reader finds there */
export type CheckWritten = (name: string, tensor: Stored, index: number, written: number | bigint) => void;

const LENGTH_BYTES = 8;
/** Longest header that the reference implementation accepts. */
const LONGEST_HEADER = 100_000_000;
const ALIGNMENT = 8;

/**
 * Writes tensors, which are checked, as a file. Wider types come first; otherwise the order is kept.
 *
 * @throws TypeError or RangeError if a text is none or cannot be written, or the header is longer than readers accept
 */
export function writeTensors(
  types: Dtypes,
  tensors: readonly (readonly [string, Stored])[],
  metadata: Named<string>,
  check?: CheckWritten,
): FileBytes {
  const names = Object.keys(types);
  // Array.prototype.sort is stable.
  const sorted = [...tensors].sort(([, a], [, b]) => names.indexOf(a.dtype) - names.indexOf(b.dtype));
  const header = headerOf(types, sorted, entriesOf(metadata));
  const file = new Uint8Array(
    sorted.reduce((sum, [, tensor]) => sum + bytesIn(tensor, types), LENGTH_BYTES + header.length),
  );
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const [name, tensor] of sorted) {
    const { bytes, read, write } = types[tensor.dtype]!;
    for (let i = 0; i < tensor.values.length; i++, at += bytes) {
      write!(view, at, tensor.values[i]!);
      check?.(name, tensor, i, read(view, at));
    }
  }
  return file;
}

function bytesIn({ dtype, values }: Stored, types: Dtypes): number {
  return types[dtype]!.bytes * values.length;
}

/**
 * Reads a file.
 *
 * @param skip  skips unknown fields; default refuses them, and equal names
 * @throws TypeError or RangeError that opens with `bytes`
 */
export function readTensors(
  types: Dtypes,
  bytes: unknown,
  skip?: Skip,
): { readonly tensors: Map<string, Stored>; readonly metadata: Map<string, string> } {
  const file = bytesOf('bytes', bytes);
  const headerBytes = headerLength(file);
  const data = file.subarray(LENGTH_BYTES + headerBytes);
  const text = decode(file.slice(LENGTH_BYTES, LENGTH_BYTES + headerBytes));
  const { entries, metadata } = parseHeader(text, skip);
  for (const [name, entry] of entries) checkEntry(types, `bytes: tensor ${quote(name)}`, entry, data.length);
  checkLayout(entries, data.length);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const tensors = new Map<string, Stored>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const { bytes: size, Values, read } = types[dtype]!;
    const values = new Values((end - begin) / size);
    for (let i = 0; i < values.length; i++) values[i] = read(view, begin + i * size);
    tensors.set(name, { dtype, shape, values });
  }
  return { tensors, metadata };
}

/** Lists named values. */
export function entriesOf<Value>(named: Named<Value>): [string, Value][] {
  // This does not use instanceof, because a Map of another realm is not an instance of this realm's Map.
  return Symbol.iterator in named ? [...(named as ReadonlyMap<string, Value>)] : Object.entries(named);
}

/** Writes names and texts one by one, because an object would lose a `__proto__` and put numeric names first. */
function headerOf(
  types: Dtypes,
  tensors: readonly (readonly [string, Stored])[],
  metadata: readonly [string, string][],
): Uint8Array {
  const texts = metadata.map(([key, text]) => {
    const at = `metadata[${quote(key)}]`;
    if (typeof text !== 'string') throw new TypeError(`${at}: expected a string, got ${show(text)}`);
    if (!isWellFormed(key) || !isWellFormed(text)) throw new RangeError(`${at}: half of a surrogate pair`);
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
  });
  let end = 0;
  const entries = tensors.map(([name, tensor]) => {
    const begin = end;
    end += bytesIn(tensor, types);
    const { dtype, shape } = tensor;
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

function headerLength(file: Uint8Array): number {
  if (file.length < LENGTH_BYTES) {
    throw new RangeError(
      `bytes: expected a safetensors file, which begins with ${LENGTH_BYTES} bytes of length, got ${file.length} bytes`,
    );
  }
  // The length is a BigInt, because a number beyond 2^53 would be reported rounded.
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw new RangeError(`bytes: header length ${length}, expected at most ${LONGEST_HEADER}`);
  }
  const rest = file.length - LENGTH_BYTES;
  if (length > rest) {
    throw new RangeError(`bytes: header length ${length}, but only ${rest} bytes follow`);
  }
  if (length === 0n || file[LENGTH_BYTES] !== 0x7b) {
    throw new RangeError(`bytes: header does not begin with '{'`);
  }
  return Number(length);
}

function decode(header: Uint8Array): string {
  const text = decodeUtf8(header);
  if (text === undefined) throw new RangeError(`bytes: header is not UTF-8`);
  return text;
}

function checkEntry(
  types: Dtypes,
  at: string,
  { dtype, shape, begin, end }: TensorEntry,
  dataBytes: number,
): void {
  if (!Object.hasOwn(types, dtype)) {
    throw new RangeError(
      `${at}.dtype: expected one of ${Object.keys(types).join(', ')}, got ${quote(dtype)}`,
    );
  }
  const { bytes } = types[dtype]!;
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
  if (end - begin !== count * bytes) {
    throw new RangeError(
      `${at}.data_offsets: expected ${count * bytes} bytes for ${count} values of ${dtype}, got ${end - begin}`,
    );
  }
}

/** Checks that every byte of the data belongs to exactly one tensor. */
function checkLayout(entries: ReadonlyMap<string, TensorEntry>, dataBytes: number): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of inOrder) {
    const at = `bytes: tensor ${quote(name)}.data_offsets`;
    if (begin < covered) {
      throw new RangeError(`${at}: begin ${begin} is in another tensor, which ends at ${covered}`);
    }
    if (begin > covered) {
      throw new RangeError(`${at}: begin ${begin} leaves a hole of ${begin - covered} bytes before it`);
    }
    covered = end;
  }
  if (covered < dataBytes) {
    throw new RangeError(`bytes: ${dataBytes - covered} trailing bytes after the last tensor`);
  }
}
