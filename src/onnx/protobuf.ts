/**
 * Reader and writer of ONNX's protobuf messages, driven by one table. They have 2.3 kB gzipped; a library has 4 to 30.
 *
 * The reader trusts nothing: it checks every length against the bytes that are left, allocates no memory for sizes that a file only
 * claims, and never follows a message into itself. Bytes are views of the file.
 */
import { show } from '../errors.js';
import { decodeUtf8, encodeUtf8 } from '../saving/utf8.js';

/**
 * Fields of the messages by their numbers in onnx.proto: name, and kind. A kind is a scalar, a list of scalars (`ints` …) or the name
 * of a message; `[]` after it means that the field repeats. Fields that are not listed are skipped.
 */
const messages = {
  Model: {
    1: ['irVersion', 'int'],
    2: ['producer', 'string'],
    3: ['producerVersion', 'string'],
    7: ['graph', 'Graph'],
    8: ['opsets', 'Opset[]'],
    14: ['metadata', 'Entry[]'],
  },
  Opset: { 1: ['domain', 'string'], 2: ['version', 'int'] },
  Entry: { 1: ['key', 'string'], 2: ['value', 'string'] },
  Graph: {
    1: ['nodes', 'Node[]'],
    2: ['name', 'string'],
    5: ['initializers', 'Tensor[]'],
    11: ['inputs', 'Value[]'],
    12: ['outputs', 'Value[]'],
    15: ['sparse', 'bytes[]'],
  },
  Node: {
    1: ['inputs', 'string[]'],
    2: ['outputs', 'string[]'],
    3: ['name', 'string'],
    4: ['op', 'string'],
    5: ['attributes', 'Attribute[]'],
    7: ['domain', 'string'],
  },
  Attribute: {
    1: ['name', 'string'],
    2: ['f', 'float'],
    3: ['i', 'int'],
    4: ['s', 'string'],
    5: ['t', 'Tensor'],
    7: ['floats', 'floats'],
    8: ['ints', 'ints'],
    9: ['strings', 'string[]'],
    20: ['type', 'int'],
  },
  Tensor: {
    1: ['dims', 'ints'],
    2: ['type', 'int'],
    4: ['floats', 'floats'],
    5: ['int32s', 'int32s'],
    6: ['strings', 'string[]'],
    7: ['ints', 'ints'],
    8: ['name', 'string'],
    9: ['raw', 'bytes'],
    10: ['doubles', 'doubles'],
    13: ['external', 'Entry[]'],
    14: ['location', 'int'],
  },
  Value: { 1: ['name', 'string'], 2: ['type', 'Type'] },
  Type: { 1: ['tensor', 'TensorType'] },
  TensorType: { 1: ['element', 'int'], 2: ['shape', 'TensorShape'] },
  TensorShape: { 1: ['dims', 'Dimension[]'] },
  Dimension: { 1: ['size', 'int'], 2: ['symbol', 'string'] },
} as const satisfies Record<string, Record<number, readonly [name: string, kind: string]>>;

type Messages = typeof messages;
/** Name of a message. */
export type MessageName = keyof Messages;

interface Scalars {
  readonly int: number;
  readonly float: number;
  readonly string: string;
  readonly bytes: Uint8Array;
  readonly ints: ArrayLike<number>;
  readonly int32s: ArrayLike<number>;
  readonly floats: ArrayLike<number>;
  readonly doubles: ArrayLike<number>;
}

type Kind<K> = K extends `${infer One}[]`
  ? readonly Kind<One>[]
  : K extends keyof Scalars
    ? Scalars[K]
    : K extends MessageName
      ? Message<K>
      : never;

/** Message of ONNX. A field that the file leaves out is absent; an absent repeated field counts as empty. */
export type Message<Name extends MessageName> = {
  readonly [Field in Messages[Name][keyof Messages[Name]] as Field extends readonly [
    infer N extends string,
    string,
  ]
    ? N
    : never]?: Field extends readonly [string, infer K] ? Kind<K> : never;
};

type Fields = Readonly<Record<number, readonly [name: string, kind: string]>>;
type Loose = Record<string, unknown>;

/** Returns the fields of a message by their numbers. */
export const messageFields = (name: MessageName): Fields => messages[name];

/** Wire types: a varint, eight bytes, a length with that many bytes, and four bytes. Groups, 3 and 4, are not in use. */
const VARINT = 0;
const EIGHT = 1;
const BYTES = 2;
const FOUR = 5;

/** Wire type of each kind of number. */
const numbers = {
  int: VARINT,
  ints: VARINT,
  int32s: VARINT,
  float: FOUR,
  floats: FOUR,
  doubles: EIGHT,
} as const;

/**
 * Most numbers in a list of 64-bit integers. Such lists are shapes, attributes and class labels. As doubles, they could take eight
 * times as much memory as in the file.
 */
const MOST_INTS = 65536;

/** Opens every message about a file that is not ONNX. */
function broken(why: string): RangeError {
  return new RangeError(`bytes: not an ONNX file: ${why}`);
}

/** Position in the bytes of a file, with the number of messages that may still follow. */
class Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;
  /** An empty message is two bytes in the file and fifty in memory, so the messages of a file are limited by its size. */
  left: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = 1000 + bytes.length / 8;
  }

  /** Reads a varint of at most ten bytes as its low and its high 32 bits. */
  varint(end: number): readonly [low: number, high: number] {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) throw broken(`it ends in the middle of a number, at byte ${this.at}`);
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      if (shift === 28) high |= bits >> 4;
      else if (shift > 28) high |= shift < 63 ? bits << (shift - 32) : bits << 31;
      if (byte < 0x80) return [low >>> 0, high];
    }
    throw broken(`a number has more than ten bytes, at byte ${this.at}`);
  }

  int(end: number): number {
    const [low, high] = this.varint(end);
    return high * 0x100000000 + low;
  }

  /** Reads the length of a part, moves to its content, and returns its end. */
  part(end: number): number {
    const [low, high] = this.varint(end);
    if (high !== 0 || low > end - this.at) {
      throw broken(`a part at byte ${this.at} claims more bytes than are left; it may be truncated`);
    }
    return this.at + low;
  }

  fixed(size: number, end: number): number {
    if (size > end - this.at) throw broken(`it ends in the middle of a number, at byte ${this.at}`);
    this.at += size;
    return this.at - size;
  }

  number(kind: keyof typeof numbers, end: number): number {
    const wire = numbers[kind];
    if (wire === FOUR) return this.view.getFloat32(this.fixed(4, end), true);
    if (wire === EIGHT) return this.view.getFloat64(this.fixed(8, end), true);
    return kind === 'int32s' ? this.varint(end)[0] | 0 : this.int(end);
  }

  /** Reads a packed list. */
  list(kind: keyof typeof numbers, end: number): Float32Array | Float64Array | Int32Array {
    const wire = numbers[kind];
    let count = (end - this.at) / (wire === FOUR ? 4 : 8);
    if (wire === VARINT) {
      count = 0;
      for (let at = this.at; at < end; at++) if (this.bytes[at]! < 0x80) count++;
      if (kind === 'ints') expectShort(count);
    } else if (!Number.isInteger(count))
      throw broken(`a list of numbers at byte ${this.at} ends in the middle of a number`);
    const List = wire === FOUR ? Float32Array : kind === 'int32s' ? Int32Array : Float64Array;
    const list = new List(count);
    for (let i = 0; i < count; i++) list[i] = this.number(kind, end);
    if (this.at !== end) throw broken(`it ends in the middle of a number, at byte ${this.at}`);
    return list;
  }

  text(end: number): string {
    const text = decodeUtf8(this.bytes.subarray(this.at, end));
    if (text === undefined) throw broken(`a text at byte ${this.at} is not UTF-8`);
    this.at = end;
    return text;
  }

  skip(wire: number, end: number): void {
    if (wire === VARINT) this.varint(end);
    else if (wire === EIGHT) this.fixed(8, end);
    else if (wire === FOUR) this.fixed(4, end);
    else if (wire === BYTES) this.at = this.part(end);
    else throw broken(`a field at byte ${this.at} has the unknown wire type ${wire}`);
  }

  /** Reads the fields up to `end` into a message. Two parts of one message are merged. */
  message(name: MessageName, end: number, into: Loose): Loose {
    const fields: Fields = messages[name];
    while (this.at < end) {
      const [key, beyond] = this.varint(end);
      const field = key >>> 3;
      if (beyond !== 0 || field === 0) throw broken(`byte ${this.at} begins no field`);
      const known = fields[field];
      if (known === undefined) this.skip(key & 7, end);
      else this.field(known, key & 7, end, into);
    }
    return into;
  }

  field([name, kind]: readonly [string, string], wire: number, end: number, into: Loose): void {
    const expectWire = (expected: number) => {
      if (wire !== expected) {
        throw broken(`the field '${name}' at byte ${this.at} has wire type ${wire} in place of ${expected}`);
      }
    };
    const many = kind.endsWith('[]');
    const one = many ? kind.slice(0, -2) : kind;
    if (one in numbers) {
      this.numbers(name, one as keyof typeof numbers, wire, end, into, expectWire);
      return;
    }
    expectWire(BYTES);
    const stop = this.part(end);
    let value: unknown;
    if (one === 'string') value = this.text(stop);
    else if (one === 'bytes') {
      value = this.bytes.subarray(this.at, stop);
      this.at = stop;
    } else {
      value = this.message(one as MessageName, stop, many ? {} : ((into[name] as Loose) ?? {}));
    }
    if (!many) into[name] = value;
    else {
      if (--this.left < 0) throw broken('it has more parts than a file of its size can need');
      const list = (into[name] as unknown[]) ?? [];
      list.push(value);
      into[name] = list;
    }
  }

  numbers(
    name: string,
    kind: keyof typeof numbers,
    wire: number,
    end: number,
    into: Loose,
    expectWire: (expected: number) => void,
  ): void {
    const isList = kind.endsWith('s');
    if (!isList || wire !== BYTES) {
      expectWire(numbers[kind]);
      const value = this.number(kind, end);
      if (!isList) into[name] = value;
      else this.append(name, kind, [value], into);
      return;
    }
    const list = this.list(kind, this.part(end));
    if (into[name] === undefined) into[name] = list;
    else this.append(name, kind, list, into);
  }

  /** Appends to a list that comes in several parts, or number by number. */
  append(name: string, kind: string, more: ArrayLike<number>, into: Loose): void {
    const before = into[name] as ArrayLike<number> | undefined;
    const list = Array.isArray(before) ? (before as number[]) : Array.from(before ?? []);
    for (let i = 0; i < more.length; i++) list.push(more[i]!);
    if (kind === 'ints') expectShort(list.length);
    into[name] = list;
  }
}

function expectShort(count: number): void {
  if (count > MOST_INTS) throw broken(`a list has ${count} whole numbers, and at most ${MOST_INTS} are read`);
}

/**
 * Reads a message.
 *
 * @throws RangeError that opens with `bytes`, if they break the rules of protobuf or end too early
 */
export function readMessage<Name extends MessageName>(name: Name, bytes: Uint8Array): Message<Name> {
  return new Reader(bytes).message(name, bytes.length, {}) as Message<Name>;
}

/** Writes a message. Fields go in the order of their numbers; a number is written even if it is 0. */
export function writeMessage<Name extends MessageName>(
  name: Name,
  message: Message<Name>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const length = collect(name, message as Loose, parts);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Appends the bytes of a message to `parts` and returns their number. */
function collect(name: MessageName, message: Loose, parts: Uint8Array[]): number {
  let length = 0;
  const put = (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
  };
  for (const [field, [name_, kind]] of Object.entries(messages[name] as Fields)) {
    const value = message[name_];
    if (value === undefined) continue;
    const many = kind.endsWith('[]');
    const one = many ? kind.slice(0, -2) : kind;
    const key = 8 * Number(field);
    if (one in numbers) {
      const packed = kind.endsWith('s');
      const bytes = numberBytes(
        one as keyof typeof numbers,
        packed ? (value as ArrayLike<number>) : [value as number],
      );
      put(varintBytes(packed ? key + BYTES : key + numbers[one as keyof typeof numbers]));
      if (packed) put(varintBytes(bytes.length));
      put(bytes);
      continue;
    }
    for (const each of many ? (value as readonly unknown[]) : [value]) {
      const inner: Uint8Array[] = [];
      let size: number;
      if (one === 'string' || one === 'bytes') {
        inner.push(typeof each === 'string' ? encodeUtf8(each) : (each as Uint8Array));
        size = inner[0]!.length;
      } else size = collect(one as MessageName, each as Loose, inner);
      put(varintBytes(key + BYTES));
      put(varintBytes(size));
      for (const part of inner) put(part);
    }
  }
  return length;
}

function numberBytes(kind: keyof typeof numbers, values: ArrayLike<number>): Uint8Array {
  const wire = numbers[kind];
  if (wire === VARINT) return Uint8Array.from(Array.from(values, (value) => [...varintBytes(value)]).flat());
  const size = wire === FOUR ? 4 : 8;
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (let i = 0; i < values.length; i++) {
    if (wire === FOUR) view.setFloat32(4 * i, values[i]!, true);
    else view.setFloat64(8 * i, values[i]!, true);
  }
  return new Uint8Array(view.buffer);
}

/** Writes a whole number from −2⁵³ to 2⁵³. A negative one takes ten bytes. */
function varintBytes(value: number): Uint8Array {
  if (!Number.isSafeInteger(value))
    throw new RangeError(`value: expected a whole number, got ${show(value)}`);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
