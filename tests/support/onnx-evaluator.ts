/**
 * Computes the output of an ONNX file in f64, operator by operator as docs/Operators.md of onnx/onnx defines them. It shares nothing
 * with the library: @bufbuild/protobuf reads the file. Values are rows of a matrix; only operators on rows are known.
 */
import { type Plain, readByBuf } from './onnx-proto.js';

/** Matrix, or a row or number that is broadcast. */
interface Value {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

type Nodes = readonly Plain[];
const list = (message: Plain, field: number) => (message.get(field) ?? []) as Nodes;
const text = (message: Plain, field: number) => (message.get(field) ?? '') as string;

/** Returns the outputs of a file for rows of inputs. */
export function evaluated(bytes: Uint8Array, x: readonly (readonly number[])[]): number[] {
  const graph = readByBuf(bytes).get(7) as Plain;
  const values = new Map<string, Value>();
  for (const tensor of list(graph, 5)) values.set(text(tensor, 8), tensorOf(tensor));
  values.set(text(list(graph, 11)[0]!, 1), { dims: [x.length, x[0]!.length], data: x.flat() });
  for (const node of list(graph, 1)) {
    const inputs = ((node.get(1) ?? []) as string[]).map((name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${text(node, 4)}: no value ${name}; nodes must be in order`);
      return value;
    });
    values.set((node.get(2) as string[])[0]!, run(text(node, 4), inputs, attributesOf(node)));
  }
  return [...values.get(text(list(graph, 12)[0]!, 1))!.data];
}

function tensorOf(tensor: Plain): Value {
  const dims = (tensor.get(1) ?? []) as number[];
  const raw = tensor.get(9) as Uint8Array;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return { dims, data: Array.from({ length: raw.length / 4 }, (_, i) => view.getFloat32(4 * i, true)) };
}

function attributesOf(node: Plain): Readonly<Record<string, number | string>> {
  // The type says which field holds the value: 1 a float, 2 a whole number, 3 a text.
  const field = (attribute: Plain) => [0, 2, 3, 4][attribute.get(20) as number]!;
  return Object.fromEntries(
    list(node, 5).map((each) => [text(each, 1), each.get(field(each)) as number | string]),
  );
}

type Attributes = ReturnType<typeof attributesOf>;

function erf(x: number): number {
  // Series for small x, continued fraction for large x; both to 1e-15.
  const size = Math.abs(x);
  if (size < 3) {
    let sum = size;
    let term = size;
    for (let n = 1; n < 100; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 80; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}

const softplus = (x: number) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const clipped = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

/** Operators on one number. */
const unary: Readonly<Record<string, (x: number, attributes: Attributes) => number>> = {
  Relu: (x) => Math.max(0, x),
  LeakyRelu: (x, { alpha = 0.01 }) => (x < 0 ? Number(alpha) * x : x),
  Elu: (x, { alpha = 1 }) => (x < 0 ? Number(alpha) * Math.expm1(x) : x),
  Selu: (x) => 1.0507010221481323 * (x > 0 ? x : 1.6732631921768188 * Math.expm1(x)),
  Sigmoid: sigmoid,
  Tanh: Math.tanh,
  Softplus: softplus,
  Softsign: (x) => x / (1 + Math.abs(x)),
  HardSigmoid: (x, { alpha = 0.2, beta = 0.5 }) => clipped(Number(alpha) * x + Number(beta), 0, 1),
  HardSwish: (x) => x * clipped(x / 6 + 0.5, 0, 1),
  Mish: (x) => x * Math.tanh(softplus(x)),
  Gelu: (x, { approximate = 'none' }) =>
    approximate === 'none'
      ? 0.5 * x * (1 + erf(x / Math.SQRT2))
      : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  Erf: erf,
  Not: (x) => (x === 0 ? 1 : 0),
  Cast: (x) => x,
};

/** Operators on two numbers, which broadcast. */
const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Less: (a, b) => (a < b ? 1 : 0),
  PRelu: (x, slope) => (x < 0 ? slope * x : x),
};

function run(op: string, inputs: readonly Value[], attributes: Attributes): Value {
  const [x, ...others] = inputs as [Value, ...Value[]];
  const one = unary[op];
  if (one !== undefined) return { ...x, data: x.data.map((value) => one(value, attributes)) };
  const two = binary[op];
  if (two !== undefined) return broadcast(two, x, others[0]!);
  const columns = x.dims[1]!;
  switch (op) {
    case 'Clip':
      return { ...x, data: x.data.map((value) => clipped(value, others[0]!.data[0]!, others[1]!.data[0]!)) };
    case 'Gemm': {
      const [{ dims, data }, bias] = others as [Value, Value | undefined];
      if (attributes.transB !== 1 || dims[1] !== columns)
        throw new Error('Gemm: expected B as [units, columns]');
      const units = dims[0]!;
      return {
        dims: [x.dims[0]!, units],
        data: Array.from({ length: x.dims[0]! * units }, (_, i) => {
          const [row, unit] = [Math.floor(i / units), i % units];
          let sum = bias?.data[unit] ?? 0;
          for (let c = 0; c < columns; c++) sum += x.data[row * columns + c]! * data[unit * columns + c]!;
          return sum;
        }),
      };
    }
    case 'BatchNormalization': {
      const [scale, shift, mean, variance] = others.map(({ data }) => data) as [
        number[],
        number[],
        number[],
        number[],
      ];
      const epsilon = Number(attributes.epsilon ?? 1e-5);
      const value = (v: number, c: number) =>
        ((v - mean[c]!) / Math.sqrt(variance[c]! + epsilon)) * scale[c]! + shift[c]!;
      return { ...x, data: x.data.map((v, i) => value(v, i % columns)) };
    }
    case 'Softmax': {
      if (attributes.axis !== 1) throw new Error('Softmax: expected axis 1');
      const rows = Array.from({ length: x.dims[0]! }, (_, r) => x.data.slice(r * columns, (r + 1) * columns));
      const data = rows.flatMap((row) => {
        const parts = row.map((value) => Math.exp(value - Math.max(...row)));
        const sum = parts.reduce((a, b) => a + b);
        return parts.map((part) => part / sum);
      });
      return { ...x, data };
    }
    default:
      throw new Error(`${op}: not known here`);
  }
}

/** Applies an operator to two values of one shape, or one of which is a row or a number. */
function broadcast(operator: (a: number, b: number) => number, a: Value, b: Value): Value {
  const larger = a.data.length >= b.data.length ? a : b;
  return {
    dims: larger.dims,
    data: larger.data.map((_, i) => operator(a.data[i % a.data.length]!, b.data[i % b.data.length]!)),
  };
}
