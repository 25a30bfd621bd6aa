/**
 * The safetensors format (https://huggingface.co/docs/safetensors). A file is the length of the header as a little-endian u64,
 * the header as JSON, then the values of all tensors, little-endian and row-major, without gaps. Nothing in a file is trusted:
 * every number is compared with the size of the file before it is used.
 */
import { bytesOf, elements, settle, typedName } from '../arrays.js';
import {
  isArray,
  knownKeys,
  NonFiniteError,
  oneOf,
  ShapeError,
  show,
  trueOrFalse,
  wholeNumber,
} from '../errors.js';
import {
  type Dtype,
  dtypes,
  type FloatDtype,
  floatDtypes,
  type SafetensorsDtype,
  type TensorArrays,
} from './dtypes.js';
import { isWellFormed, METADATA, parseHeader, quote, type TensorEntry } from './safetensors-header.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

/** Array of any rank with floating-point numbers, row-major. The shape [] is a single number. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** Tensor of a safetensors file: an array of any rank, row-major, with its type. */
export type SafetensorsTensor = {
  readonly [D in SafetensorsDtype]: {
    /** Type of the numbers in the file. */
    readonly dtype: D;
    /** Sizes of the array; [] is a single number. */
    readonly shape: readonly number[];
    /** Copy of the values; F16 and BF16 widened to 32 bits. */
    readonly values: TensorArrays[D];
  };
}[SafetensorsDtype];

/** Tensor to write into a safetensors file. */
export interface WritableTensor {
  /** Type of the numbers; default that of the array: F32 for a Float32Array, I64 for a BigInt64Array, U8 for a Uint8Array. */
  readonly dtype?: SafetensorsDtype;
  /** Sizes of the array; [] is a single number. */
  readonly shape: readonly number[];
  /** Values, row-major. */
  readonly values: TensorArrays[SafetensorsDtype];
}

/** Content of a safetensors file. */
export interface Safetensors {
  /** Tensors by name, in the order of the header. It is a Map, because a tensor may be called `__proto__`. */
  readonly tensors: Map<string, SafetensorsTensor>;
  /** Texts of the file by name. */
  readonly metadata: Map<string, string>;
}

/** Options of `readSafetensors`. */
export interface ReadSafetensorsOptions {
  /**
   * True reads what the reference implementation reads too: of tensors or texts with equal names the last one, and tensors with
   * unknown fields, which are skipped. Default false, which refuses both.
   */
  readonly lenient?: boolean;
}

/** Options of `writeSafetensors`. */
export interface WriteSafetensorsOptions {
  /** Type for all tensors of floating-point numbers: 'F64', 'F32', 'BF16' or 'F16'. Default that of each tensor. */
  readonly dtype?: FloatDtype;
}

/**
 * Bytes with a buffer of their own, which a Blob accepts. The type is Uint8Array<ArrayBuffer>, which TypeScript before 5.7 cannot
 * express.
 */
export type FileBytes = ReturnType<Uint8Array['slice']>;

/** Values by name: a Map, or an object whose keys are the names. */
export type Named<Value> = ReadonlyMap<string, Value> | Readonly<Record<string, Value>>;

/** Type of any numbers, whose values are written only after a check of the array. */
type AnyDtype = Dtype<{ readonly length: number; [i: number]: number | bigint }, number | bigint>;

const LENGTH_BYTES = 8;
/** Longest header that the reference implementation accepts. */
const LONGEST_HEADER = 100_000_000;
const ALIGNMENT = 8;

/** Names of the types, from the widest to the narrowest. */
const names = /* @__PURE__ */ Object.keys(dtypes) as SafetensorsDtype[];
const typeOf = (dtype: SafetensorsDtype) => dtypes[dtype] as unknown as AnyDtype;

/** Tensor after all checks, with the type in which it is written. */
interface Checked {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number | bigint>;
}

/**
 * Writes tensors as a safetensors file. Wider types come first, so that all are aligned; otherwise the order is kept. Equal
 * arguments give equal bytes.
 *
 * @param tensors   tensors by name: a Map, or an object whose keys are the names
 * @param metadata  texts by name; if there are none, the file has no `__metadata__`. Default none
 * @param options   type of the floating-point numbers; a value is rounded to the nearest number of the type, and to the even one of two
 * @returns  content of the file
 * @throws TypeError       if the values of a tensor are no typed array of its dtype, or a text is not a string
 * @throws ShapeError      if the number of values of a tensor does not match its shape
 * @throws NonFiniteError  if a finite value would become infinite in its dtype
 * @throws RangeError      if a name cannot be written, or the header is longer than readers accept
 */
export function writeSafetensors(
  tensors: Named<WritableTensor>,
  metadata: Named<string> = {},
  options: WriteSafetensorsOptions = {},
): FileBytes {
  knownKeys('options', options, ['dtype']);
  const { dtype } = options;
  if (dtype !== undefined) oneOf('dtype', dtype, floatDtypes);
  const named = entriesOf(tensors).map(([name, tensor]): [string, Checked] => [
    name,
    checkTensor(name, tensor, dtype),
  ]);
  // Array.prototype.sort is stable.
  const sorted = named.sort(([, a], [, b]) => names.indexOf(a.dtype) - names.indexOf(b.dtype));
  const header = headerOf(sorted, entriesOf(metadata));
  const file = new Uint8Array(
    sorted.reduce((sum, [, tensor]) => sum + bytesIn(tensor), LENGTH_BYTES + header.length),
  );
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, LENGTH_BYTES);
  let at = LENGTH_BYTES + header.length;
  for (const [name, tensor] of sorted) {
    writeValues(name, tensor, view, at);
    at += bytesIn(tensor);
  }
  return file;
}

const bytesIn = ({ dtype, values }: Checked) => typeOf(dtype).bytes * values.length;

/** Writes the values of a tensor. @throws NonFiniteError if a finite value becomes infinite */
function writeValues(name: string, { dtype, values }: Checked, view: DataView, start: number): void {
  const { bytes, read, write } = typeOf(dtype);
  for (let i = 0, at = start; i < values.length; i++, at += bytes) {
    const value = values[i]!;
    write(view, at, value);
    if (Number.isFinite(value) && !Number.isFinite(read(view, at))) {
      const argument = `tensors[${quote(name)}]`;
      throw new NonFiniteError(`${argument}: value ${i} is ${value}, infinite in ${dtype}`, {
        argument,
        index: i,
        value: value as number,
      });
    }
  }
}

/**
 * Reads a safetensors file. Each type becomes the typed array of its values: F16, BF16 and F32 a Float32Array, F64 a Float64Array,
 * I64 a BigInt64Array, BOOL a Uint8Array. All values are copies. The file need not be trusted: every size is compared with the bytes
 * that are there before memory is allocated.
 *
 * @param bytes    content of the file: a Uint8Array or an ArrayBuffer
 * @param options  `lenient` for files with equal names or unknown fields
 * @returns  tensors and texts by name. NaN and infinities are allowed
 * @throws TypeError   if `bytes` is neither
 * @throws RangeError  that opens with `bytes`, if the file is not whole, or has a dtype that is no typed array
 */
export function readSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: ReadSafetensorsOptions = {},
): Safetensors {
  knownKeys('options', options, ['lenient']);
  const { lenient = false } = options;
  trueOrFalse('lenient', lenient);
  const file = bytesOf('bytes', bytes);
  const headerBytes = headerLength(file);
  const data = file.subarray(LENGTH_BYTES + headerBytes);
  const text = decode(file.slice(LENGTH_BYTES, LENGTH_BYTES + headerBytes));
  const { entries, metadata } = parseHeader(text, lenient);
  for (const [name, entry] of entries) checkEntry(`bytes: tensor ${quote(name)}`, entry, data.length);
  checkLayout(entries, data.length);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, entry] of entries) tensors.set(name, readTensor(entry, view));
  return { tensors, metadata };
}

/**
 * Reads a safetensors file whose tensors are floating-point numbers, or counters: I64 becomes a Float64Array if every value is exact
 * as a number.
 *
 * @throws TypeError or RangeError that opens with `bytes`
 */
export function readFloats(bytes: Uint8Array | ArrayBuffer): {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Map<string, string>;
} {
  const { tensors, metadata } = readSafetensors(bytes);
  const floats = [...tensors].map(([name, tensor]): [string, Tensor] => [name, floatsOf(name, tensor)]);
  return { tensors: new Map(floats), metadata };
}

/** Returns a tensor as floating-point numbers. @throws RangeError that opens with `bytes`, if it is of another type */
function floatsOf(name: string, { dtype, shape, values }: SafetensorsTensor): Tensor {
  const at = `bytes: tensor ${quote(name)}`;
  if (values instanceof Float32Array || values instanceof Float64Array) return { shape, values };
  if (!(values instanceof BigInt64Array)) {
    throw new RangeError(`${at}.dtype: expected one of ${floatDtypes.join(', ')}, I64, got ${quote(dtype)}`);
  }
  const numbers = Float64Array.from(values, Number);
  const bad = numbers.findIndex((value) => !Number.isSafeInteger(value));
  if (bad >= 0) throw new RangeError(`${at}: value ${bad} of I64 is beyond ±(2^53 − 1)`);
  return { shape, values: numbers };
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

/** Checks a tensor. @param wanted  type for floating-point numbers, if one is asked for */
function checkTensor(name: string, tensor: WritableTensor, wanted: FloatDtype | undefined): Checked {
  const at = `tensors[${quote(name)}]`;
  if (name === METADATA) throw new RangeError(`${at}: the name is that of the metadata`);
  if (!isWellFormed(name)) throw new RangeError(`${at}: the name has half of a surrogate pair`);
  knownKeys(at, tensor, ['dtype', 'shape', 'values']);
  const { shape, values } = tensor;
  const kind = typedName(values);
  const isKind = (each: SafetensorsDtype) => typeOf(each).Values.name === kind;
  // A Float32Array is also the array of 16-bit floats, and a Uint8Array that of BOOL.
  const own = names.find(isKind);
  if (own === undefined) {
    throw new TypeError(
      `${at}.values: expected a typed array such as a Float32Array or a BigInt64Array, got ${show(values)}`,
    );
  }
  const isFloat = isFloatType(own);
  const { dtype: given = own } = tensor;
  oneOf(`${at}.dtype`, given, names);
  if (isFloat ? !isFloatType(given) : !isKind(given)) {
    throw new TypeError(`${at}.dtype: expected ${isFloat ? floatDtypes.join(', ') : own}, got '${given}'`);
  }
  const dtype = (isFloat && wanted) || given;
  const settled = settle(`${at}.values`, values, 'a typed array') as ArrayLike<number | bigint>;
  if (!isArray(shape)) throw new TypeError(`${at}.shape: expected an array, got ${show(shape)}`);
  const sides = elements(shape, shape.length).map((side, i) => wholeNumber(`${at}.shape[${i}]`, side, 0));
  const count = sides.reduce((product, side) => product * side, 1);
  if (count !== settled.length) {
    throw new ShapeError(`${at}: ${settled.length} values, but [${sides.join(', ')}] has ${count}`, {
      argument: at,
    });
  }
  return { dtype, shape: sides, values: settled };
}

function isFloatType(dtype: SafetensorsDtype): boolean {
  return floatDtypes.includes(dtype as FloatDtype);
}

/** Writes names and texts one by one, because an object would lose a `__proto__` and put numeric names first. */
function headerOf(tensors: readonly [string, Checked][], metadata: readonly [string, string][]): Uint8Array {
  const texts = metadata.map(([key, text]) => {
    const at = `metadata[${quote(key)}]`;
    if (typeof text !== 'string') throw new TypeError(`${at}: expected a string, got ${show(text)}`);
    if (!isWellFormed(key) || !isWellFormed(text)) throw new RangeError(`${at}: half of a surrogate pair`);
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`;
  });
  let end = 0;
  const entries = tensors.map(([name, tensor]) => {
    const begin = end;
    end += bytesIn(tensor);
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

function checkEntry(at: string, { dtype, shape, begin, end }: TensorEntry, dataBytes: number): void {
  if (!Object.hasOwn(dtypes, dtype)) {
    throw new RangeError(`${at}.dtype: expected one of ${names.join(', ')}, got ${quote(dtype)}`);
  }
  const { bytes } = typeOf(dtype as SafetensorsDtype);
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

function readTensor({ dtype, shape, begin, end }: TensorEntry, view: DataView): SafetensorsTensor {
  const { bytes, Values, read } = typeOf(dtype as SafetensorsDtype);
  const values = new Values((end - begin) / bytes);
  for (let i = 0; i < values.length; i++) values[i] = read(view, begin + i * bytes);
  return { dtype, shape, values } as unknown as SafetensorsTensor;
}
