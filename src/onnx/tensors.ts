/** Reads the values of ONNX's tensors: typed or raw, inside the file or beside it. */
import { bytesOf } from '../arrays.js';
import { firstBeyond, NonFiniteError, show } from '../errors.js';
import type { Values } from '../interchange/steps.js';
import { fromBits, fromHalf } from '../saving/dtypes.js';
import type { ExternalFiles } from './external-files.js';
import type { Message } from './protobuf.js';

/** Tensor with checked dims. */
export interface Constant {
  readonly name: string;
  readonly dims: readonly number[];
  readonly tensor: Message<'Tensor'>;
  /** Computes the values, if they are the result of nodes. */
  readonly compute?: () => Values;
  /** Number of nodes through which they are computed; 0 if absent. */
  readonly depth?: number;
}

const STRING = 8;
const DOUBLE = 11;

type Read = (view: DataView, at: number) => number;

/**
 * Types of numbers by data_type: the field of typed data, the bytes of a raw number, how it is read, and how typed bits become a
 * number.
 */
const kinds: Readonly<
  Record<number, readonly [field: Field, bytes: number, read: Read, convert?: (bits: number) => number]>
> = {
  1: ['floats', 4, (view, at) => view.getFloat32(at, true)],
  // 32-bit whole numbers are class labels and shapes.
  6: ['int32s', 4, (view, at) => view.getInt32(at, true)],
  7: ['ints', 8, (view, at) => view.getInt32(at + 4, true) * 0x100000000 + view.getUint32(at, true)],
  10: ['int32s', 2, (view, at) => fromHalf(view.getUint16(at, true)), fromHalf],
  11: ['doubles', 8, (view, at) => view.getFloat64(at, true)],
  16: ['int32s', 2, (view, at) => fromUpper(view.getUint16(at, true)), fromUpper],
};

/** Returns the number whose upper 16 bits these are. */
function fromUpper(bits: number): number {
  return fromBits(bits << 16);
}

type Field = 'floats' | 'doubles' | 'int32s' | 'ints';

/** Floating-point types. A Cast between them changes only the precision. */
export const isFloat = (type: number | undefined) => [1, 10, 11, 16].includes(type!);

/** Opens a message about a tensor. */
export const tensorAt = (name: string) => `bytes: tensor ${show(name)}`;

/** Checks the dims of a tensor. @throws RangeError if one is negative */
export function constantOf(name: string, tensor: Message<'Tensor'>): Constant {
  const dims = Array.from(tensor.dims ?? []);
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw new RangeError(`${tensorAt(name)}: expected sizes ≥ 0, got [${dims}]`);
  }
  return { name, dims, tensor };
}

/** Number of values that the dims claim. Beyond 2^53 it is not exact, and larger than any file. */
export const sizeOf = (dims: readonly number[]) => dims.reduce((product, dim) => product * dim, 1);

/**
 * Returns the numbers of a tensor: 64-bit floats and whole numbers as Float64Array, all others as Float32Array.
 *
 * @throws RangeError if the file has too few or too many of them
 */
export function numbersOf(constant: Constant, external: ExternalFiles): Values {
  return constant.compute?.() ?? stored(constant, external);
}

/** Checks that numbers are finite. @throws NonFiniteError */
export function expectFinite({ name }: Constant, values: Values): void {
  const index = firstBeyond(values, Number.MAX_VALUE);
  if (index < 0) return;
  const value = values[index]!;
  throw new NonFiniteError(`${tensorAt(name)}: value ${index} is ${value}`, { index, value });
}

/** Returns the numbers that a tensor has in the file or beside it. */
function stored({ name, dims, tensor }: Constant, external: ExternalFiles): Values {
  const at = tensorAt(name);
  const { type = 0 } = tensor;
  const kind = kinds[type];
  if (kind === undefined) {
    throw new RangeError(`${at}: has data type ${type}, and a model needs floating-point numbers`);
  }
  const [field, bytes, read, convert] = kind;
  // Whole numbers are exact as 64-bit floats, as far as a file can need them.
  const Values = isFloat(type) && type !== DOUBLE ? Float32Array : Float64Array;
  const count = sizeOf(dims);
  const expectCount = (came: number) => {
    if (came === count) return;
    throw new RangeError(`${at}: expected ${count} values for the shape [${dims}], got ${came}`);
  };
  const raw = tensor.location === 1 ? externalBytes(at, tensor, external) : tensor.raw;
  let values: Values;
  if (raw !== undefined) {
    expectCount(raw.length / bytes);
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    values = new Values(count);
    for (let i = 0; i < count; i++) values[i] = read(view, bytes * i);
  } else {
    const typed = tensor[field] ?? [];
    expectCount(typed.length);
    values = new Values(count);
    for (let i = 0; i < count; i++) values[i] = convert ? convert(typed[i]!) : typed[i]!;
  }
  return values;
}

/** Returns the texts or numbers of a tensor as texts. */
export function textsOf(constant: Constant): string[] {
  const { type, strings } = constant.tensor;
  return type === STRING ? [...(strings ?? [])] : Array.from(numbersOf(constant, {}), String);
}

/** Returns the part of an external file that holds a tensor. @throws RangeError if the file is not given, or too small */
function externalBytes(at: string, { external = [] }: Message<'Tensor'>, files: ExternalFiles): Uint8Array {
  const entry = (key: string) => external.find((each) => each.key === key)?.value;
  const location = entry('location') ?? '';
  const parts = location.split(/[\\/]/);
  if (location === '' || parts.includes('..') || parts[0] === '' || /^[a-z]:/i.test(location)) {
    throw new RangeError(`${at}: lies in ${show(location)}, which is not in the folder of the ONNX file`);
  }
  const name = location.replace(/^(?:\.\/)+/, '');
  const given = [location, name].find((key) => Object.hasOwn(files, key));
  if (given === undefined) {
    throw new RangeError(
      `${at}: lies in another file; give it as external: { ${JSON.stringify(name)}: bytes }`,
    );
  }
  const file = files[given]!;
  const bytes = bytesOf(`external[${JSON.stringify(given)}]`, file);
  const offset = Number(entry('offset') ?? 0);
  const length = Number(entry('length') ?? bytes.length - offset);
  if (
    !(
      Number.isSafeInteger(offset) &&
      Number.isSafeInteger(length) &&
      offset >= 0 &&
      length >= 0 &&
      offset + length <= bytes.length
    )
  ) {
    throw new RangeError(
      `${at}: expected ${entry('length')} bytes from ${entry('offset')} on in external[${JSON.stringify(given)}], which has ${bytes.length}`,
    );
  }
  return bytes.subarray(offset, offset + length);
}
