/**
 * Makes and reads safetensors files by the text of the format, for the tests of reader and writer; it shares no code with them.
 */
import { getNodeValue, type Node, parseTree } from 'jsonc-parser';

export interface PlainTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Array of the values by type, and the bytes of one value, from the table of the format. */
const types = {
  F64: [Float64Array, 8],
  I64: [BigInt64Array, 8],
  U64: [BigUint64Array, 8],
  F32: [Float32Array, 4],
  I32: [Int32Array, 4],
  U32: [Uint32Array, 4],
  F16: [Float32Array, 2],
  BF16: [Float32Array, 2],
  I16: [Int16Array, 2],
  U16: [Uint16Array, 2],
  I8: [Int8Array, 1],
  U8: [Uint8Array, 1],
  BOOL: [Uint8Array, 1],
} as const;
/** Bytes of one value by type. */
export const sizes: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(types).map(([name, [, bytes]]) => [name, bytes]),
);
/** Array of the values by type. */
export const arrays: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(types).map(([name, [Values]]) => [name, Values]),
);

/** Makes a file: the length of the header, the header, the data. */
export function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Uint8Array.from([...length, ...text, ...Array.from(data)]);
}

export interface PlainFile {
  readonly tensors: Readonly<Record<string, PlainTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Fields of a tensor in a header. */
interface PlainEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** Header that is known to be valid. */
export type PlainHeader = Readonly<Record<string, PlainEntry>> & {
  readonly __metadata__?: Readonly<Record<string, string>>;
};

/** Reads a valid header with jsonc-parser, because JSON.parse misreads keys on Node 24 and 26 (src/json.ts). */
export function plainHeader(text: string): PlainHeader {
  const builtFrom = (node: Node): unknown =>
    node.type === 'object'
      ? Object.fromEntries(
          node.children!.map(({ children }) => [children![0]!.value, builtFrom(children![1]!)]),
        )
      : getNodeValue(node);
  return builtFrom(parseTree(text)!) as PlainHeader;
}

/** Reads a file that is known to be valid. */
export function readPlainly(bytes: Uint8Array): PlainFile {
  const file = Buffer.from(bytes);
  const dataStart = 8 + Number(file.readBigUInt64LE());
  const { __metadata__: metadata = {}, ...entries } = plainHeader(file.toString('utf8', 8, dataStart));
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets }]) => {
    const [begin, end] = data_offsets;
    const values: number[] = [];
    for (let at = begin; at < end; at += sizes[dtype]!) values.push(valueAt(file, dtype, dataStart + at));
    return [name, { dtype, shape, values }] as const;
  });
  // Object.fromEntries defines properties; an assignment to __proto__ would be lost.
  return { metadata, tensors: Object.fromEntries(tensors) };
}

function valueAt(file: Buffer, dtype: string, at: number): number {
  switch (dtype) {
    case 'F64':
      return file.readDoubleLE(at);
    case 'F32':
      return file.readFloatLE(at);
    case 'I64':
      return Number(file.readBigInt64LE(at));
    case 'U64':
      return Number(file.readBigUInt64LE(at));
    case 'I32':
      return file.readInt32LE(at);
    case 'U32':
      return file.readUInt32LE(at);
    case 'I16':
      return file.readInt16LE(at);
    case 'U16':
      return file.readUInt16LE(at);
    case 'I8':
      return file.readInt8(at);
    case 'U8':
    case 'BOOL':
      return file.readUInt8(at);
    case 'F16':
      return byFields(file.readUInt16LE(at), 5, 10);
    case 'BF16':
      return byFields(file.readUInt16LE(at), 8, 7);
    default:
      throw new Error(dtype);
  }
}

/** Computes a 16-bit float by the formula of IEEE 754: sign, exponent, fraction. */
export function byFields(bits: number, exponentBits: number, fractionBits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return sign * 2 ** Math.max(exponent - bias, 1 - bias) * (fraction + (exponent === 0 ? 0 : 1));
}
