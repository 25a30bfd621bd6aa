import { elements, isList, type Settled, settle } from '../arrays.js';
import type { Elements } from '../backend/names.js';
import {
  isArray,
  knownKeys,
  LARGEST_F32,
  NonFiniteError,
  numberAt,
  oneOf,
  ShapeError,
  show,
} from '../errors.js';
import type { Dense, Tensor } from './dense.js';
import type { Network } from './network.js';

/** Parameters of one layer, with the running statistics of its batch norm. Tensors that the layer lacks are absent. */
export interface LayerWeights<Values> {
  /** Kernel: [fanIn, units], row-major. */
  readonly kernel: Values;
  /** Bias: [units]; empty with `useBias: false`. */
  readonly bias: Values;
  /** Scale of a batch norm: [units]. */
  readonly gamma?: Values;
  /** Shift of a batch norm: [units]. */
  readonly beta?: Values;
  /** Running mean of a batch norm: [units]. */
  readonly runningMean?: Values;
  /** Running variance of a batch norm: [units]. */
  readonly runningVariance?: Values;
  /** Slopes of prelu: [units], or one value if the slope is shared. */
  readonly slopes?: Values;
}

/**
 * Layouts of given weights. 'keras' (also the model's own): kernel [fanIn, units]. 'torch': kernel [units, fanIn]. 'slides': one
 * matrix [1 + fanIn, units] per layer as `kernel`, with the bias in its first row.
 */
export const layouts = ['keras', 'torch', 'slides'] as const;
/** Layout of given weights: 'keras', 'torch' or 'slides'. */
export type WeightLayout = (typeof layouts)[number];

/** Options of `setWeights`. */
export interface SetWeightsOptions {
  /** Layout of the given kernels; default 'keras', as getWeights returns them. */
  readonly layout?: WeightLayout;
}

/** Tensors of a layer, as given and as checked. */
type Given = Partial<Record<keyof LayerWeights<unknown>, unknown>>;
type Checked = Partial<LayerWeights<Float32Array | Float64Array>>;

/** Lists every tensor of a layer. */
export function tensorsOf(layer: Dense): Tensor[] {
  return [...layer.parameters, ...layer.statistics];
}

/** Returns copies of every layer's tensors. */
export function readWeights(network: Network): LayerWeights<Elements>[] {
  return network.layers.map((layer) => {
    const named = tensorsOf(layer).map(({ name, address, size }) => [name, network.read(address, size)]);
    return { bias: network.read(0, 0), ...Object.fromEntries(named) };
  });
}

/** Writes values into the tensors of the same name; the others stay unchanged. */
export function writeWeights(network: Network, weights: readonly Checked[]): void {
  for (const [l, layer] of network.layers.entries()) {
    for (const { name, address } of tensorsOf(layer)) {
      const values = weights[l]![name];
      if (values !== undefined) network.write(address, values);
    }
  }
}

/**
 * Checks given weights and converts them to the model's layout. Returns copies, for which every value was read once.
 *
 * @throws TypeError, ShapeError or NonFiniteError that names the option, or the layer and the tensor
 */
export function checkWeights(weights: unknown, network: Network, options: SetWeightsOptions): Checked[] {
  knownKeys('options', options, ['layout']);
  const { layout = 'keras' } = options;
  const form = oneOf('layout', layout, layouts);
  if (!isArray(weights)) {
    throw new TypeError(
      `weights: expected an array of { kernel, bias }, one per layer, got ${show(weights)}`,
    );
  }
  const { layers } = network;
  const all = elements(weights, weights.length);
  if (all.length !== layers.length) {
    throw new ShapeError(`weights: expected ${layers.length} layers, got ${all.length}`, {
      argument: 'weights',
    });
  }
  const bound = network.backend.elementBytes === 4 ? LARGEST_F32 : Number.MAX_VALUE;
  return layers.map((layer, l) => {
    const at = `weights[${l}]`;
    const names = tensorsOf(layer).map(({ name }) => name);
    knownKeys(at, all[l], [...names, 'bias']);
    const given = form === 'slides' ? withoutBiasRow(at, all[l] as Given, layer, l) : (all[l] as Given);
    const checked = tensorsOf(layer).map(({ name, size }) => {
      const shape = name === 'kernel' ? kernelShape(layer, form) : `[${size}]`;
      const values = checkTensor(`${at}.${name}`, given[name], size, shape, l, bound);
      if (name !== 'kernel' || form !== 'torch') return [name, values];
      return [name, transposed(values, layer.units, layer.fanIn, values.slice())];
    });
    if (layer.bias === undefined) {
      expectNone(`${at}.bias`, given.bias, 'the layer has none (useBias is false)', l);
    }
    return Object.fromEntries(checked) as Checked;
  });
}

function kernelShape({ fanIn, units }: Dense, form: WeightLayout): string {
  return form === 'torch' ? `[${units}, ${fanIn}]` : `[${fanIn}, ${units}]`;
}

/** Splits the matrix of layout 'slides', whose first row is the bias. */
function withoutBiasRow(at: string, given: Given, { fanIn, units, bias }: Dense, layer: number): Given {
  if (bias === undefined) return given;
  expectNone(`${at}.bias`, given.bias, "in layout 'slides' the bias is the first row of the kernel", layer);
  const n = (1 + fanIn) * units;
  const values = arrayOf(`${at}.kernel`, given.kernel, n, `[1 + ${fanIn}, ${units}]`, layer);
  return { ...given, bias: values.slice(0, units), kernel: values.slice(units) };
}

/** Checks that there are no values. @throws TypeError if it is not an array, ShapeError with the reason if it has any */
function expectNone(argument: string, values: unknown, why: string, layer: number): void {
  if (values === undefined) return;
  if (!isList(values)) throw new TypeError(`${argument}: ${why}, got ${show(values)}`);
  const { length } = values;
  if (length > 0) {
    throw new ShapeError(`${argument}: ${why}, got ${length} values`, { argument, layer });
  }
}

/** Checks the number of values. @throws TypeError if they are not an array, ShapeError if there are not n of them */
function arrayOf(argument: string, values: unknown, n: number, shape: string, layer: number): Settled {
  const expected = `${n} values, ${shape}`;
  const settled = settle(argument, values, expected);
  if (settled.length === n) return settled;
  throw new ShapeError(`${argument}: expected ${expected}, got ${settled.length}`, { argument, layer });
}

/** Transposes a [rows, columns] matrix. */
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
  values: unknown,
  n: number,
  shape: string,
  layer: number,
  bound: number,
): Float32Array | Float64Array {
  const given = arrayOf(argument, values, n, shape, layer);
  const checked = given instanceof Float32Array ? new Float32Array(n) : new Float64Array(n);
  // A variance must have a square root.
  const least = argument.endsWith('.runningVariance') ? 0 : -Infinity;
  for (let index = 0; index < n; index++) {
    const element = given[index];
    // The name is built only for an error. Otherwise it would cost a string per value.
    const value = typeof element === 'number' ? element : numberAt(`${argument}[${index}]`, element);
    if (!(Math.abs(value) <= bound)) {
      throw new NonFiniteError(`${argument}: value ${index} is ${value}`, { argument, layer, index, value });
    }
    if (value < least) {
      throw new RangeError(`${argument}: value ${index} is ${value}, expected a variance ≥ 0`);
    }
    checked[index] = value;
  }
  return checked;
}
