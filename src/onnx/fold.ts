/**
 * Computes constants from constants: arithmetic and changes of shape that a graph applies to its weights. A shape is known at once;
 * values are computed only where they are needed.
 */
import type { Values } from '../interchange/steps.js';
import { type Constant, isFloat, sizeOf } from './tensors.js';

/** Returns the values of a constant. */
export type ValuesOf = (constant: Constant) => Values;

/** Facts about a node that computes a constant. */
export interface Folded {
  readonly op: string;
  /** Constant inputs; undefined for one that is absent. */
  readonly inputs: readonly (Constant | undefined)[];
  /** Returns a list of whole numbers: an attribute, or else the second input. */
  readonly list: (name: string) => readonly number[] | undefined;
  /** Returns a whole number among the attributes. */
  readonly whole: (name: string, byDefault: number) => number;
  readonly valuesOf: ValuesOf;
}

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

const unary: Readonly<Record<string, (a: number) => number>> = {
  Neg: (a) => -a,
  Sqrt: (a) => Math.sqrt(a),
  Reciprocal: (a) => 1 / a,
};

/** Changes of the shape alone, by operator; the result is undefined if the shape cannot have it. */
const shapes: Readonly<
  Record<string, (dims: readonly number[], node: Folded) => readonly number[] | undefined>
> = {
  Identity: (dims) => dims,
  Unsqueeze: (dims, { list }) => unsqueezed(dims, list('axes')),
  Squeeze: (dims, { list }) => squeezed(dims, list('axes')),
  Reshape: (dims, { list, whole }) => reshaped(dims, list('shape'), whole('allowzero', 0) !== 0),
  Flatten: (dims, { whole }) => {
    const given = whole('axis', 1);
    const axis = given < 0 ? given + dims.length : given;
    return [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))];
  },
};

/** Most nodes through which the value of a constant is computed. */
const DEEPEST = 32;

/** Returns the constant that a node computes from constants; undefined if it is no such node. */
export function folded(name: string, node: Folded): Constant | undefined {
  const { inputs } = node;
  const depth = Math.max(...inputs.map((input) => input?.depth ?? 0)) + 1;
  const found = depth > DEEPEST ? undefined : foldedAt(name, node);
  return found && { ...found, depth };
}

function foldedAt(name: string, node: Folded): Constant | undefined {
  const { op, inputs, valuesOf } = node;
  const [first, second] = inputs;
  if (first === undefined) return undefined;
  const { dims } = first;
  if (Object.hasOwn(shapes, op)) {
    const found = shapes[op]!(dims, node);
    return found && sizeOf(found) === sizeOf(dims) ? { ...first, dims: found } : undefined;
  }
  if (op === 'Cast') return cast(first, node.whole('to', 0), valuesOf);
  if (op === 'Transpose') return transposedConstant(first, node.list('perm'), valuesOf);
  if (Object.hasOwn(unary, op)) {
    const compute = unary[op]!;
    return { name, dims, tensor: typeOf(first), compute: () => mapped(valuesOf(first), compute) };
  }
  if (second === undefined || !Object.hasOwn(binary, op)) return undefined;
  const sizes = broadcast(dims, second.dims);
  if (sizes === undefined) return undefined;
  const isWhole = !isFloat(first.tensor.type);
  const compute = binary[op]!;
  return {
    name,
    dims: sizes,
    tensor: typeOf(first),
    compute: () => {
      const [a, b] = [valuesOf(first), valuesOf(second)];
      const isDouble = a instanceof Float64Array || b instanceof Float64Array;
      const out = new (isDouble ? Float64Array : Float32Array)(sizeOf(sizes));
      for (let i = 0; i < out.length; i++) {
        out[i] = compute(a[placeIn(dims, sizes, i)]!, b[placeIn(second.dims, sizes, i)]!);
      }
      return isWhole ? mapped(out, Math.trunc) : out;
    },
  };
}

const typeOf = ({ tensor: { type } }: Constant): Constant['tensor'] => (type === undefined ? {} : { type });

/** Maps values; the result has their precision. */
function mapped(values: Values, compute: (value: number) => number): Values {
  const out = values.slice();
  for (let i = 0; i < out.length; i++) out[i] = compute(out[i]!);
  return out;
}

/** Converts to another type. Only a conversion to whole numbers changes values here. */
function cast(constant: Constant, to: number, valuesOf: ValuesOf): Constant {
  const isFraction = isFloat(constant.tensor.type);
  if (isFloat(to) === isFraction) return constant;
  const compute = () => (isFraction ? mapped(valuesOf(constant), Math.trunc) : valuesOf(constant));
  return { ...constant, tensor: { type: to }, compute };
}

function transposedConstant(
  constant: Constant,
  perm: readonly number[] | undefined,
  valuesOf: ValuesOf,
): Constant | undefined {
  const { dims } = constant;
  if (dims.length < 2 || perm?.every((axis, i) => axis === i)) return constant;
  if (dims.length > 2 || (perm !== undefined && perm.join() !== '1,0')) return undefined;
  const [rows, columns] = dims as [number, number];
  return {
    ...constant,
    dims: [columns, rows],
    tensor: typeOf(constant),
    compute: () => {
      const values = valuesOf(constant);
      const out = values.slice();
      for (let i = 0; i < out.length; i++) out[(i % columns) * rows + Math.floor(i / columns)] = values[i]!;
      return out;
    },
  };
}

/** Returns the shape of an elementwise result; undefined if it is larger than both operands, as that of a row and a column. */
function broadcast(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const dims = Array.from({ length: rank }, (_, i) => {
    const [x, y] = [sizeAt(a, rank, i), sizeAt(b, rank, i)];
    return x === y || y === 1 ? x : x === 1 ? y : -1;
  });
  if (dims.includes(-1) || sizeOf(dims) > Math.max(sizeOf(a), sizeOf(b))) return undefined;
  return dims;
}

/** Size at a place, counted as if 1s were in front. */
const sizeAt = (dims: readonly number[], rank: number, place: number) =>
  dims[place - rank + dims.length] ?? 1;

/** Returns the place in an operand of the value at a place of the result, along whose sizes the operand may repeat. */
function placeIn(own: readonly number[], dims: readonly number[], place: number): number {
  let [rest, found, step] = [place, 0, 1];
  for (let d = dims.length - 1; d >= 0; d--) {
    const size = sizeAt(own, dims.length, d);
    if (size > 1) found += (rest % dims[d]!) * step;
    step *= size;
    rest = Math.floor(rest / dims[d]!);
  }
  return found;
}

/** Returns an axis counted from the front; undefined if it is none. */
export function placeOf(axis: number, rank: number): number | undefined {
  const place = axis < 0 ? axis + rank : axis;
  return Number.isInteger(place) && place >= 0 && place < rank ? place : undefined;
}

/** Inserts sizes of 1. Returns undefined if the axes are none of the result. */
export function unsqueezed(
  dims: readonly number[],
  axes: readonly number[] | undefined,
): number[] | undefined {
  const rank = dims.length + (axes?.length ?? 0);
  const places = new Set(axes?.map((axis) => placeOf(axis, rank)));
  if (axes === undefined || places.has(undefined) || places.size < axes.length || rank > MOST_DIMS)
    return undefined;
  const rest = [...dims];
  return Array.from({ length: rank }, (_, i) => (places.has(i) ? 1 : rest.shift()!));
}

/** Removes sizes of 1, all of them if no axes are given. Returns undefined if an axis has another size. */
export function squeezed(dims: readonly number[], axes: readonly number[] | undefined): number[] | undefined {
  const places = axes?.map((axis) => placeOf(axis, dims.length));
  if (places?.some((place) => place === undefined || dims[place] !== 1)) return undefined;
  return dims.filter((size, i) => (places ? !places.includes(i) : size !== 1));
}

/** Returns a new shape for as many values; 0 copies a size, and −1 is the rest. */
export function reshaped(
  dims: readonly number[],
  shape: readonly number[] | undefined,
  keepsZero: boolean,
): number[] | undefined {
  if (shape === undefined || shape.length > MOST_DIMS) return undefined;
  const sizes = shape.map((size, i) => (size === 0 && !keepsZero ? (dims[i] ?? -2) : size));
  const rest = sizeOf(dims) / sizeOf(sizes.filter((size) => size !== -1));
  return sizes.map((size) => (size === -1 ? rest : size));
}

/** Largest rank that is computed. */
const MOST_DIMS = 8;
