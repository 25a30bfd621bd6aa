/**
 * Arrays that callers pass in. The engine's own getters recognize them, because `instanceof` fails for an array of another realm
 * (an iframe, a vm context, jsdom). Every array is read once, because a getter, a Proxy or another thread may answer differently
 * the second time.
 */
import { isArray, isObject, show, wholeNumber } from './errors.js';

/** Kinds of typed arrays by name, with the kind that the library works on. */
const typedKinds = {
  Int8Array,
  Uint8Array,
  // The pixels of a canvas. The kinds differ only in how they round what is written.
  Uint8ClampedArray: Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};
type TypedKind = keyof typeof typedKinds;

/** Settled list: an array that nobody else holds, or a typed array of this realm with a fixed length. */
export type Settled =
  | readonly unknown[]
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Constructor of a kind of typed array. */
export interface TypedConstructor<Made> {
  readonly name: string;
  new (length: number): Made;
  new (buffer: ArrayBuffer, offset: number, length: number): Made;
}

/** Returns a prototype's getter, which neither an own property nor a subclass can replace. */
function intrinsic<Value>(prototype: () => object, name: PropertyKey): (of: unknown) => Value {
  const { get } = Object.getOwnPropertyDescriptor(prototype(), name)!;
  return (of) => Reflect.apply(get!, of, []) as Value;
}

// The prototypes come from functions: a bundler takes reading a property for an effect, and would keep it in every page.
const typed = (): object => Object.getPrototypeOf(Uint8Array.prototype);
const nameOf = /* @__PURE__ */ intrinsic<string | undefined>(typed, Symbol.toStringTag);
const lengthOf = /* @__PURE__ */ intrinsic<number>(typed, 'length');
const bufferOf = /* @__PURE__ */ intrinsic<ArrayBuffer>(typed, 'buffer');
const offsetOf = /* @__PURE__ */ intrinsic<number>(typed, 'byteOffset');
const bufferLength = /* @__PURE__ */ intrinsic<number>(() => ArrayBuffer.prototype, 'byteLength');

/**
 * Largest size, in bytes, of typed arrays in V8's own heap. Copying such an array is cheaper than reading its `buffer`, which
 * moves it out of the heap.
 */
const INLINE_BYTES = 64;

/** Returns the kind of a typed array of any realm, such as 'Float32Array' or 'BigInt64Array'; undefined for anything else. */
export function typedName(value: unknown): string | undefined {
  return ArrayBuffer.isView(value) ? nameOf(value) : undefined;
}

/** Returns true for an array or a typed array of any realm. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return isArray(value) || typedName(value) !== undefined;
}

/**
 * Makes a list safe to read more than once. An array is copied, and each element is read once. A typed array becomes one of this
 * realm over the same memory: others may still write its values, but its length is fixed. A Uint8ClampedArray becomes a Uint8Array.
 *
 * @throws TypeError if the value is not a list; the message says what was `expected`
 * @throws RangeError if the list's buffer was transferred or made shorter
 */
export function settle(argument: string, value: unknown, expected: string): Settled {
  const name = typedName(value);
  if (name !== undefined) {
    const length = lengthOf(value);
    if (length === 0) expectAttached(argument, value);
    const Kind = typedKinds[name as TypedKind];
    if (Kind === undefined) return elements(value as ArrayLike<unknown>, length);
    if (length * Kind.BYTES_PER_ELEMENT > INLINE_BYTES)
      return new Kind(bufferOf(value), offsetOf(value), length);
    const copy = new Kind(length);
    copy.set(value as ArrayLike<number>);
    return copy;
  }
  if (!isArray(value)) throw new TypeError(`${argument}: expected ${expected}, got ${show(value)}`);
  return elements(value, value.length);
}

/** Returns true for a list and for any object with a whole-number length. */
export function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  if (isList(value)) return true;
  return isObject(value) && 'length' in value && Number.isSafeInteger(value.length);
}

/** Settles a list like `settle`, and also copies any object with a length and elements. */
export function settleLike(argument: string, value: unknown, expected: string): ArrayLike<unknown> {
  if (isList(value) || !isArrayLike(value)) return settle(argument, value, expected);
  return elements(value, wholeNumber(`${argument}.length`, value.length, 0));
}

/** Copies a list of whole numbers ≥ 0. @throws TypeError or RangeError that names the element */
export function wholeNumbers(argument: string, value: unknown, expected: string): Float64Array {
  return Float64Array.from(settleLike(argument, value, expected), (element, i) =>
    wholeNumber(`${argument}[${i}]`, element, 0),
  );
}

/**
 * Returns an output array as a typed array of this realm over the same memory.
 *
 * @throws TypeError if it is of another kind, RangeError if it does not have n values
 */
export function outputOf<Out extends Float32Array | Uint32Array>(
  out: unknown,
  Kind: TypedConstructor<Out>,
  n: number,
): Out {
  if (typedName(out) !== Kind.name) throw new TypeError(`out: expected a ${Kind.name}, got ${show(out)}`);
  const length = lengthOf(out);
  if (length === 0) expectAttached('out', out);
  if (length !== n) throw new RangeError(`out: expected ${n} values, got ${length}`);
  return over(out, Kind, n);
}

/** Returns an array of this realm over the memory of another. */
function over<Made>(typed: unknown, Kind: TypedConstructor<Made>, length: number): Made {
  return new Kind(bufferOf(typed), offsetOf(typed), length);
}

/** Copies `length` elements and reads each once. A hole becomes undefined. */
export function elements(list: ArrayLike<unknown>, length: number): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < length; i++) copy.push(list[i]);
  return copy;
}

/**
 * Returns the bytes of a Uint8Array (also a Buffer) or an ArrayBuffer without a copy.
 *
 * @throws TypeError if the value is neither, RangeError if its buffer was transferred or made shorter
 */
export function bytesOf(argument: string, value: unknown): Uint8Array {
  if (!isBytes(value)) {
    throw new TypeError(`${argument}: expected a Uint8Array or an ArrayBuffer, got ${show(value)}`);
  }
  try {
    // An explicit length keeps the view from growing with its buffer.
    return isArrayBuffer(value)
      ? new Uint8Array(value as ArrayBuffer, 0, bufferLength(value))
      : over(value, Uint8Array, lengthOf(value));
  } catch {
    throw gone(argument);
  }
}

/** Returns true for a Uint8Array or an ArrayBuffer of any realm. */
export function isBytes(value: unknown): boolean {
  return typedName(value) === 'Uint8Array' || isArrayBuffer(value);
}

function isArrayBuffer(value: unknown): boolean {
  try {
    bufferLength(value);
    return true;
  } catch {
    return false;
  }
}

/** Checks a typed array's buffer. @throws RangeError if it was detached, or is now shorter than the array needs */
function expectAttached(argument: string, value: unknown): void {
  try {
    // Every method, unlike a getter, throws on a detached buffer; this one reads nothing.
    Uint8Array.prototype.keys.call(value as Uint8Array);
  } catch {
    throw gone(argument);
  }
}

/** Returns the error for an array whose buffer was transferred or made shorter. */
export function gone(argument: string): RangeError {
  return new RangeError(
    `${argument}: expected values, got 0; the buffer of the array was transferred or made shorter`,
  );
}
