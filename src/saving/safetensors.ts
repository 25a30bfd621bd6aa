/** Reader and writer of safetensors files with tensors of every type. */
import { elements, settle, typedName } from '../arrays.js';
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
  dtypes,
  type FloatDtype,
  floatDtypes,
  type SafetensorsDtype,
  type TensorArrays,
} from './all-dtypes.js';
import {
  type Dtypes,
  entriesOf,
  type FileBytes,
  type Named,
  readTensors,
  type Stored,
  writeTensors,
} from './format.js';
import { isWellFormed, METADATA, quote } from './safetensors-header.js';
import { skipValue } from './skip.js';

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

const types = dtypes as unknown as Dtypes;
/** Names of the types, from the widest to the narrowest. */
const names = /* @__PURE__ */ Object.keys(dtypes) as SafetensorsDtype[];

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
  const checked = entriesOf(tensors).map(
    ([name, tensor]) => [name, checkTensor(name, tensor, dtype)] as const,
  );
  return writeTensors(types, checked, metadata, expectKept);
}

/** Checks that a finite value is finite in the file too. @throws NonFiniteError */
function expectKept(name: string, { dtype, values }: Stored, index: number, written: number | bigint): void {
  const value = values[index] as number;
  if (!Number.isFinite(value) || Number.isFinite(written)) return;
  const argument = `tensors[${quote(name)}]`;
  throw new NonFiniteError(`${argument}: value ${index} is ${value}, infinite in ${dtype}`, {
    argument,
    index,
    value,
  });
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
  return readTensors(types, bytes, lenient ? skipValue : undefined) as Safetensors;
}

/** Checks a tensor. @param wanted  type for floating-point numbers, if one is asked for */
function checkTensor(name: string, tensor: WritableTensor, wanted: FloatDtype | undefined): Stored {
  const at = `tensors[${quote(name)}]`;
  if (name === METADATA) throw new RangeError(`${at}: the name is that of the metadata`);
  if (!isWellFormed(name)) throw new RangeError(`${at}: the name has half of a surrogate pair`);
  knownKeys(at, tensor, ['dtype', 'shape', 'values']);
  const { shape, values } = tensor;
  const kind = typedName(values);
  const isKind = (each: SafetensorsDtype) => types[each]!.Values.name === kind;
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
