/**
 * Writes ONNX models as bytes without the onnx package. It has the few messages of onnx.proto that a chain of nodes needs, in the
 * wire format of protocol buffers (a field is `number << 3 | type`; type 0 is a varint, type 2 a length and its bytes).
 */

const FLOAT = 1;
const IR_VERSION = 9;
const OPSET = 20;

const field = {
  integer: (number, value) => [...varint(number << 3), ...varint(value)],
  bytes: (number, bytes) => [...varint((number << 3) | 2), ...varint(bytes.length), ...bytes],
  text: (number, text) => field.bytes(number, new TextEncoder().encode(text)),
};

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

/** Encodes a NodeProto; attributes are texts. */
function node(type, inputs, output, attributes = {}) {
  return [
    ...inputs.flatMap((name) => field.text(1, name)),
    ...field.text(2, output),
    ...field.text(4, type),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      // AttributeProto: name, s, type STRING.
      field.bytes(5, [...field.text(1, name), ...field.text(4, value), ...field.integer(20, 3)]),
    ),
  ];
}

/** Encodes a TensorProto of floats. */
function tensor(name, dims, values) {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return [
    ...dims.flatMap((dim) => field.integer(1, dim)),
    ...field.integer(2, FLOAT),
    ...field.text(8, name),
    ...field.bytes(9, raw),
  ];
}

/** Encodes a ValueInfoProto of floats; a dim that is a text stands for any number. */
function value(name, dims) {
  const shape = dims.flatMap((dim) =>
    field.bytes(1, typeof dim === 'string' ? field.text(2, dim) : field.integer(1, dim)),
  );
  const type = [...field.integer(1, FLOAT), ...field.bytes(2, shape)];
  return [...field.text(1, name), ...field.bytes(2, field.bytes(1, type))];
}

function model({ nodes, tensors = [], input, output }) {
  const graph = [
    ...nodes.flatMap((bytes) => field.bytes(1, bytes)),
    ...field.text(2, 'graph'),
    ...tensors.flatMap((bytes) => field.bytes(5, bytes)),
    ...field.bytes(11, input),
    ...field.bytes(12, output),
  ];
  return Uint8Array.from([
    ...field.integer(1, IR_VERSION),
    ...field.bytes(7, graph),
    ...field.bytes(8, field.integer(2, OPSET)),
  ]);
}

/**
 * Makes a ReLU network from `x` to the softmax `y`.
 *
 * @param sizes    inputs, then units of each layer
 * @param weights  [{ kernel, bias }], kernels [fanIn, units]
 */
export function networkModel(sizes, weights) {
  const last = weights.length - 1;
  const name = (what, l) => `${what}${l}`;
  return model({
    nodes: weights.flatMap((_, l) => [
      node('Gemm', [l === 0 ? 'x' : name('a', l - 1), name('w', l), name('b', l)], name('z', l)),
      l < last ? node('Relu', [name('z', l)], name('a', l)) : node('Softmax', [name('z', l)], 'y'),
    ]),
    tensors: weights.flatMap(({ kernel, bias }, l) => [
      tensor(name('w', l), [sizes[l], sizes[l + 1]], kernel),
      tensor(name('b', l), [sizes[l + 1]], bias),
    ]),
    input: value('x', ['rows', sizes[0]]),
    output: value('y', ['rows', sizes.at(-1)]),
  });
}

/** Makes a model that applies one elementwise operator to `x`, with the result `y`. */
export function operatorModel(type, attributes) {
  return model({
    nodes: [node(type, ['x'], 'y', attributes)],
    input: value('x', ['n']),
    output: value('y', ['n']),
  });
}
