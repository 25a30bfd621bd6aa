/** Every type of numbers that a safetensors file may have and a typed array holds. */
import { exponentOf, powerOfTwo } from '../numbers/exponents.js';
import { type Dtype, modelDtypes } from './dtypes.js';

/** Array of values that a type has in memory. 16-bit floats are widened to 32 bits, which is exact. */
export interface TensorArrays {
  /** 64-bit unsigned whole numbers. */
  readonly U64: BigUint64Array;
  /** 64-bit whole numbers. */
  readonly I64: BigInt64Array;
  /** 64-bit floats. */
  readonly F64: Float64Array;
  /** 32-bit floats. */
  readonly F32: Float32Array;
  /** 32-bit unsigned whole numbers. */
  readonly U32: Uint32Array;
  /** 32-bit whole numbers. */
  readonly I32: Int32Array;
  /** Upper halves of 32-bit floats. */
  readonly BF16: Float32Array;
  /** 16-bit floats of IEEE 754. */
  readonly F16: Float32Array;
  /** 16-bit unsigned whole numbers. */
  readonly U16: Uint16Array;
  /** 16-bit whole numbers. */
  readonly I16: Int16Array;
  /** 8-bit whole numbers. */
  readonly I8: Int8Array;
  /** 8-bit unsigned whole numbers. */
  readonly U8: Uint8Array;
  /** 0 for false and 1 for true. */
  readonly BOOL: Uint8Array;
}

/** Name of a type of numbers in a safetensors file. */
export type SafetensorsDtype = keyof TensorArrays;
/** Name of a type of floating-point numbers. */
export type FloatDtype = 'F64' | 'F32' | 'BF16' | 'F16';

type Elements<Values> = Values extends BigInt64Array | BigUint64Array ? bigint : number;
type Method<Name> = Name extends `get${infer M}` ? M : never;

/** Makes a type whose numbers DataView reads and writes. */
function plain<Values extends TensorArrays[SafetensorsDtype]>(
  Values: (new (length: number) => Values) & { readonly name: string; readonly BYTES_PER_ELEMENT: number },
  method: Method<keyof DataView>,
): Dtype<Values, Elements<Values>> {
  const { [`get${method}`]: get, [`set${method}`]: set } = DataView.prototype as unknown as Record<
    string,
    (this: DataView, ...p: unknown[]) => unknown
  >;
  return {
    bytes: Values.BYTES_PER_ELEMENT,
    Values,
    read: (view, at) => get!.call(view, at, true) as Elements<Values>,
    write: (view, at, value) => {
      set!.call(view, at, value, true);
    },
  };
}

/** Type of each name. */
type Dtypes = { readonly [D in SafetensorsDtype]: Dtype<TensorArrays[D], Elements<TensorArrays[D]>> };

/** Types by name, from the widest to the narrowest, which is the order of the tensors in a file of the reference implementation. */
export const dtypes = /* @__PURE__ */ allDtypes();

function allDtypes(): Dtypes {
  return {
    U64: plain(BigUint64Array, 'BigUint64'),
    I64: plain(BigInt64Array, 'BigInt64'),
    F64: modelDtypes.F64,
    F32: modelDtypes.F32,
    U32: plain(Uint32Array, 'Uint32'),
    I32: plain(Int32Array, 'Int32'),
    BF16: {
      ...modelDtypes.BF16,
      write: (view, at, value) => view.setUint16(at, toSixteen(value, 8), true),
    },
    F16: {
      ...modelDtypes.F16,
      write: (view, at, value) => view.setUint16(at, toSixteen(value, 5), true),
    },
    U16: plain(Uint16Array, 'Uint16'),
    I16: plain(Int16Array, 'Int16'),
    I8: plain(Int8Array, 'Int8'),
    U8: plain(Uint8Array, 'Uint8'),
    BOOL: plain(Uint8Array, 'Uint8'),
  };
}

/** Names of the types of floating-point numbers. */
export const floatDtypes = ['F64', 'F32', 'BF16', 'F16'] as const satisfies readonly FloatDtype[];

const TWO_TO_52 = 4503599627370496;

/** Returns the bits of the nearest 16-bit float, of two the one that ends in 0. It rounds once, also from 64 bits. */
function toSixteen(value: number, exponentBits: 5 | 8): number {
  const fractionBits = 15 - exponentBits;
  const bias = (1 << (exponentBits - 1)) - 1;
  const infinity = 0x7fff & -(1 << fractionBits);
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (!(size < Infinity)) return size === Infinity ? sign | infinity : infinity | (1 << (fractionBits - 1));
  const exponent = size === 0 ? 1 - bias : Math.max(exponentOf(size), 1 - bias);
  // Doubles from 2^52 to 2^53 are whole numbers, so that the sum rounds to the nearest one.
  const steps = size / powerOfTwo(exponent - fractionBits) + TWO_TO_52 - TWO_TO_52;
  // A fraction that rounds up to 2 carries into the exponent.
  return sign | Math.min(infinity, ((exponent + bias - 1) << fractionBits) + steps);
}
