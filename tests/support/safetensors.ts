/**
 * Makes and reads safetensors files by the text of the format, for the tests of reader and writer; it shares no code with them.
 */
import { getNodeValue, type Node, parseTree } from 'jsonc-parser';

export interface PlainTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Bytes of one value by type, from the table of the format. */
export const sizes: Readonly<Record<string, number>> = { F64: 8, I64: 8, F32: 4, F16: 2, BF16: 2 };

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
