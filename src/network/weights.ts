import type { Elements } from '../backend/kernels.js';
import { knownKeys, LARGEST_F32, NonFiniteError, oneOf, ShapeError, show } from '../errors.js';
import type { Dense, Tensor } from './dense.js';
import type { Network } from './network.js';

/** One layer's parameters, and the running statistics of its batch norm; what a layer does not have is absent. */
export interface LayerWeights<Values> {
  /** [fanIn, units], row-major. */
  readonly kernel: Values;
  /** [units]; empty with useBias: false. */
  readonly bias: Values;
  /** Scale, shift and running statistics of a batch norm, [units] each. */
  readonly gamma?: Values;
  readonly beta?: Values;
  readonly runningMean?: Values;
  readonly runningVariance?: Values;
  /** Of prelu: [units], or one value where it is shared. */
  readonly slopes?: Values;
}

/**
 * How weights that are given lie: 'keras' as they are kept, kernel [fanIn, units]; 'torch', kernel [units, fanIn]; 'slides',
 * one matrix [1 + fanIn, units] a layer as `kernel`, the bias in its first row.
 */
export const layouts = ['keras', 'torch', 'slides'] as const;
export type WeightLayout = (typeof layouts)[number];

type Given = Partial<Record<keyof LayerWeights<unknown>, ArrayLike<number>>>;

/** Every tensor of a layer. */
export function tensorsOf(layer: Dense): Tensor[] {
  return [...layer.parameters, ...layer.statistics];
}

/** Copies of every layer's tensors. */
export function readWeights(network: Network): LayerWeights<Elements>[] {
  return network.layers.map((layer) => {
    const named = tensorsOf(layer).map(({ name, address, size }) => [name, network.read(address, size)]);
    return { bias: network.read(0, 0), ...Object.fromEntries(named) };
  });
}

/** Puts values into the tensors they are named by; the others stay as they are. */
export function writeWeights(network: Network, weights: readonly Given[]): void {
  for (const [l, layer] of network.layers.entries()) {
    for (const { name, address } of tensorsOf(layer)) {
      const values = weights[l]![name];
      if (values !== undefined) network.write(address, values);
    }
  }
}

/**
 * Checks weights from outside and brings them into the layout they are kept in.
 *
 * @throws TypeError, ShapeError or NonFiniteError that names the layer and the tensor
 */
export function checkWeights(weights: unknown, network: Network, layout: unknown): Given[] {
  const form = oneOf('layout', layout, layouts);
  if (!Array.isArray(weights)) {
    throw new TypeError(`weights: expected an array of { kernel, bias }, one a layer, got ${show(weights)}`);
  }
  const { layers } = network;
  if (weights.length !== layers.length) {
    throw new ShapeError(`weights: expected ${layers.length} layers, got ${weights.length}`, {
      argument: 'weights',
    });
  }
  const bound = network.backend.elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
  return layers.map((layer, l) => {
    const at = `weights[${l}]`;
    const names = tensorsOf(layer).map(({ name }) => name);
    knownKeys(at, weights[l], [...names, 'bias']);
    const given = form === 'slides' ? withoutBiasRow(at, weights[l], layer, l) : (weights[l] as Given);
    const checked: Given = {};
    for (const { name, size } of tensorsOf(layer)) {
      const shape = name === 'kernel' ? kernelShape(layer, form) : `[${size}]`;
      checkTensor(`${at}.${name}`, given[name], size, shape, l, bound);
      checked[name] =
        name === 'kernel' && form === 'torch'
          ? transposed(given[name]!, layer.units, layer.fanIn, new Float64Array(size))
          : given[name]!;
    }
    if (layer.bias === undefined) {
      expectNone(`${at}.bias`, given.bias, 'the layer has none (useBias is false)', l);
    }
    return checked;
  });
}

function kernelShape({ fanIn, units }: Dense, form: WeightLayout): string {
  return form === 'torch' ? `[${units}, ${fanIn}]` : `[${fanIn}, ${units}]`;
}

/** The slides' matrix apart: its first row is the bias. */
function withoutBiasRow(at: string, given: Given, { fanIn, units, bias }: Dense, layer: number): Given {
  if (bias === undefined) return given;
  expectNone(`${at}.bias`, given.bias, "in layout 'slides' the bias is the first row of the kernel", layer);
  const n = (1 + fanIn) * units;
  const values = Array.from(arrayOf(`${at}.kernel`, given.kernel, n, `[1 + ${fanIn}, ${units}]`, layer));
  return { ...given, bias: values.slice(0, units), kernel: values.slice(units) };
}

/** @throws TypeError if values are no array, ShapeError that says why if there are any. */
function expectNone(argument: string, values: unknown, why: string, layer: number): void {
  if (values === undefined) return;
  if (!isArray(values)) throw new TypeError(`${argument}: ${why}, got ${show(values)}`);
  if (values.length > 0) {
    throw new ShapeError(`${argument}: ${why}, got ${values.length} values`, { argument, layer });
  }
}

/** @throws TypeError if values are no array, ShapeError if they are not n. */
function arrayOf<T>(
  argument: string,
  values: ArrayLike<T> | undefined,
  n: number,
  shape: string,
  layer: number,
): ArrayLike<T> {
  const expected = `${argument}: expected ${n} values, ${shape}`;
  if (!isArray(values)) throw new TypeError(`${expected}, got ${show(values)}`);
  if (values.length !== n) throw new ShapeError(`${expected}, got ${values.length}`, { argument, layer });
  return values;
}

function isArray<T>(values: ArrayLike<T> | unknown): values is ArrayLike<T> {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && 'length' in values);
}

/** A [rows, columns] matrix as [columns, rows]. */
export function transposed<A extends Float32Array | Float64Array>(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  out: A,
): A {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]!;
  }
  return out;
}

function checkTensor(
  argument: string,
  values: ArrayLike<unknown> | undefined,
  n: number,
  shape: string,
  layer: number,
  bound: number,
): void {
  const numbers = arrayOf(argument, values, n, shape, layer);
  for (let index = 0; index < n; index++) {
    const value = numbers[index];
    if (typeof value !== 'number')
      throw new TypeError(`${argument}[${index}]: expected a number, got ${show(value)}`);
    if (!(Math.abs(value) <= bound)) {
      throw new NonFiniteError(`${argument}: value ${index} is ${value}`, { argument, layer, index, value });
    }
  }
  // A variance has a root.
  if (argument.endsWith('.runningVariance')) {
    for (let index = 0; index < n; index++) {
      if ((numbers[index] as number) < 0) {
        throw new RangeError(`${argument}: value ${index} is ${numbers[index]}, expected a variance ≥ 0`);
      }
    }
  }
}
