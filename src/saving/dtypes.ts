/** Numbers of tensors in files, by their types. */

/** Type of numbers in a file. */
export interface Dtype<Values = Float32Array | Float64Array, Value = number> {
  /** Bytes of one number. */
  readonly bytes: number;
  /** Array that holds the values exactly. */
  readonly Values: (new (length: number) => Values) & { readonly name: string };
  readonly read: (view: DataView, at: number) => Value;
  /** Writes a number, rounded to the nearest one of the type, and to the even one of two; absent if the type is only read. */
  readonly write?: (view: DataView, at: number, value: Value) => void;
}

/**
 * Types that a model's file may have. PyTorch counts batches in I64, which is read as a 64-bit float. The parameters have types, because
 * the declarations would otherwise have `DataView<ArrayBufferLike>`, which TypeScript 5.4 refuses.
 */
export const modelDtypes = {
  F64: {
    bytes: 8,
    Values: Float64Array,
    read: (view: DataView, at: number) => view.getFloat64(at, true),
    write: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true),
  },
  F32: {
    bytes: 4,
    Values: Float32Array,
    read: (view: DataView, at: number) => view.getFloat32(at, true),
    write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
  },
  // A BF16 is the upper half of an F32.
  BF16: {
    bytes: 2,
    Values: Float32Array,
    read: (view: DataView, at: number) => fromBits(view.getUint16(at, true) << 16),
  },
  F16: {
    bytes: 2,
    Values: Float32Array,
    read: (view: DataView, at: number) => fromHalf(view.getUint16(at, true)),
  },
  I64: {
    bytes: 8,
    Values: Float64Array,
    read: (view: DataView, at: number) =>
      view.getInt32(at + 4, true) * 0x100000000 + view.getUint32(at, true),
  },
} as const satisfies Record<string, Dtype>;

const TWO_TO_112 = 5.192296858534828e33;
const word = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4));

/** Returns the 32-bit float that has these bits. */
export function fromBits(bits: number): number {
  word.setUint32(0, bits);
  return word.getFloat32(0);
}

/** Converts IEEE 754 binary16. In the fields of an F32 its exponent is too small by 112, the difference of the two biases. */
export function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const sign = (bits & 0x8000) << 16;
  const magnitude = (bits & 0x7fff) << 13;
  // An exponent of all ones means NaN or infinity in both formats.
  return exponent === 31 ? fromBits(sign | 0x7f800000 | magnitude) : fromBits(sign | magnitude) * TWO_TO_112;
}
