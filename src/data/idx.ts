/** Reader for IDX, the format of MNIST and its relatives: a magic number, big-endian sizes, big-endian values. */
import { bytesOf, isBytes } from '../arrays.js';
import { knownKeys } from '../errors.js';
import { gunzip } from './gunzip.js';

/** Array of one of the format's six value types. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Array read from an IDX file, with its values in row-major order. */
export interface IdxArray {
  /** Sizes of the dimensions. */
  shape: number[];
  /** Values, row-major. */
  data: IdxData;
}

/** Options of `readIdx`. */
export interface IdxOptions {
  /** Name of the data in error messages, usually the file's name. */
  name?: string;
  /** Required magic number, such as 0x00000803 for unsigned bytes of rank 3; default any. */
  magic?: number;
}

interface ElementType {
  readonly name: string;
  readonly bytes: number;
  read(bytes: Uint8Array): IdxData;
}

const MAGIC_BYTES = 4;
const SIZE_BYTES = 4;
/** Largest rank. No data set comes near it, and other files often exceed it. */
const MAX_RANK = 8;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Value types by the third byte of the magic number. Source: http://yann.lecun.com/exdb/mnist, at the end. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  8: { name: 'unsigned bytes', bytes: 1, read: (bytes) => bytes },
  9: {
    name: 'signed bytes',
    bytes: 1,
    read: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
  },
  11: {
    name: '16-bit integers',
    bytes: 2,
    read: (bytes) => fill(new Int16Array(bytes.length / 2), bytes, DataView.prototype.getInt16),
  },
  12: {
    name: '32-bit integers',
    bytes: 4,
    read: (bytes) => fill(new Int32Array(bytes.length / 4), bytes, DataView.prototype.getInt32),
  },
  13: {
    name: '32-bit floats',
    bytes: 4,
    read: (bytes) => fill(new Float32Array(bytes.length / 4), bytes, DataView.prototype.getFloat32),
  },
  14: {
    name: '64-bit floats',
    bytes: 8,
    read: (bytes) => fill(new Float64Array(bytes.length / 8), bytes, DataView.prototype.getFloat64),
  },
};

/**
 * Reads an IDX array, plain or compressed with gzip. Plain bytes are not copied: unsigned bytes in the result are a view of them.
 *
 * @param bytes    content of an IDX file
 * @param options  name for messages and the required magic number
 * @throws TypeError   if `bytes` is neither a Uint8Array nor an ArrayBuffer
 * @throws RangeError  if the data are not exactly one IDX array; the message names the data, what came and what was expected
 */
export async function readIdx(bytes: Uint8Array | ArrayBuffer, options: IdxOptions = {}): Promise<IdxArray> {
  knownKeys('options', options, ['name', 'magic']);
  const { name = 'bytes', magic } = options;
  if (!isBytes(bytes)) {
    throw new TypeError(`bytes: expected a Uint8Array or an ArrayBuffer, got ${describe(bytes)}`);
  }
  const given = bytesOf('bytes', bytes);
  if (GZIP_MAGIC.some((byte, i) => given[i] !== byte)) return parse(given, name, magic);
  const inflated = await gunzip(given, name, (head) => announcedBytes(head, name, magic));
  return parse(inflated.bytes, name, magic, inflated.isCutOff ? 'more' : undefined);
}

/** Returns the number of bytes of the whole data according to their header; undefined while the header is incomplete. */
function announcedBytes(head: Uint8Array, name: string, magic: number | undefined): number | undefined {
  if (head.length < MAGIC_BYTES) return undefined;
  const { rank } = parseMagic(viewOf(head), name, magic);
  return head.length < headerLength(rank) ? undefined : parseHeader(head, name, magic).expected;
}

/** @param came  number of bytes that exist, if `bytes` holds only some of them */
function parse(
  bytes: Uint8Array,
  name: string,
  magic: number | undefined,
  came: number | string = bytes.length,
): IdxArray {
  const { shape, element, headerBytes, expected } = parseHeader(bytes, name, magic);
  const sizes = sizesOf(shape, element);
  if (bytes.length < expected) {
    throw new RangeError(`${name}: truncated; expected ${expected} bytes, got ${came} (${sizes})`);
  }
  if (bytes.length > expected) {
    throw new RangeError(`${name}: trailing bytes; expected ${expected} bytes, got ${came} (${sizes})`);
  }
  return { shape, data: element.read(bytes.subarray(headerBytes)) };
}

/** Reads the header: shape and type of the array, and the number of bytes of the whole data. */
function parseHeader(bytes: Uint8Array, name: string, expectedMagic: number | undefined) {
  const view = viewOf(bytes);
  const { element, rank } = parseMagic(view, name, expectedMagic);

  const headerBytes = headerLength(rank);
  if (bytes.length < headerBytes) {
    throw new RangeError(
      `${name}: truncated header; expected ${headerBytes} bytes for rank ${rank}, got ${bytes.length}`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(MAGIC_BYTES + i * SIZE_BYTES));

  // Beyond the safe integers the product is rounded, but with eight sizes it stays finite and cannot wrap around.
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = headerBytes + element.bytes * count;
  if (!Number.isSafeInteger(expected)) {
    const sizes = sizesOf(shape, element);
    throw new RangeError(`${name}: sizes too large; expected an array that fits in memory, got ${sizes}`);
  }
  return { shape, element, headerBytes, expected };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function headerLength(rank: number): number {
  return MAGIC_BYTES + rank * SIZE_BYTES;
}

function sizesOf(shape: readonly number[], element: ElementType): string {
  return `${shape.join(' × ')} ${element.name}`;
}

/** Reads the magic number: two zero bytes, then the type of the values and the rank, one byte each. */
function parseMagic(view: DataView, name: string, expected: number | undefined) {
  if (view.byteLength < MAGIC_BYTES) {
    throw new RangeError(
      `${name}: truncated header; expected at least ${MAGIC_BYTES} bytes, got ${view.byteLength}`,
    );
  }
  const magic = view.getUint32(0);
  const type = view.getUint8(2);
  const rank = view.getUint8(3);
  const element = elementTypes[type];

  if (expected !== undefined && magic !== expected) {
    throw new RangeError(`${name}: wrong magic number; expected ${meaning(expected)}, got ${meaning(magic)}`);
  }
  if (view.getUint16(0) !== 0) {
    throw new RangeError(
      `${name}: wrong magic number; expected 0x0000, then type and rank, got ${hex(magic)}`,
    );
  }
  if (!element) {
    const known = Object.entries(elementTypes).map(([code, { name }]) => `${hex(Number(code), 2)} (${name})`);
    throw new RangeError(`${name}: unknown type ${hex(type, 2)}; expected one of ${known.join(', ')}`);
  }
  if (rank < 1 || rank > MAX_RANK) {
    throw new RangeError(`${name}: expected a rank from 1 to ${MAX_RANK}, got ${rank}`);
  }
  return { element, rank };
}

function fill<T extends Int16Array | Int32Array | Float32Array | Float64Array>(
  out: T,
  bytes: Uint8Array,
  get: (this: DataView, byteOffset: number) => number,
): T {
  // DataView reads big-endian by default, as the format needs.
  const view = viewOf(bytes);
  for (let i = 0; i < out.length; i++) out[i] = get.call(view, i * out.BYTES_PER_ELEMENT);
  return out;
}

function meaning(magic: number): string {
  const element = elementTypes[(magic >>> 8) & 0xff];
  const isIdx = element && magic >>> 16 === 0;
  return isIdx ? `${hex(magic)} (${element.name}, rank ${magic & 0xff})` : hex(magic);
}

function hex(value: number, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function describe(value: unknown): string {
  return value === null || typeof value !== 'object' ? String(value) : value.constructor?.name;
}
