/** Meaning of each operator in a chain of dense layers: one row per operator, which gives the steps that it stands for. */
import { between, composed, type Step, shareOfNew, type Values } from '../interchange/steps.js';
import { elu, leakyRelu, prelu } from '../network/activations.js';
import { forms, otherExpressions } from './forms.js';
import { attribute, type Graph, type Node, nodeAt, opOf, real, refusal, whole } from './graph.js';
import { match } from './match.js';
import { APART, flatten, type GraphStep, reshape, squeeze } from './rows.js';

/** Steps that lead from an earlier value to a value. */
export interface Link {
  /** Name of the earlier value. */
  readonly x: string;
  readonly steps: readonly GraphStep[];
}

type Row = (graph: Graph, node: Node, from: string) => Link;

/** Constants of SELU with the digits of ONNX. */
const SELU = { alpha: 1.6732632, gamma: 1.050701 };

/** Returns the steps of the node that makes a value. @throws RangeError if it has no place in a chain of dense layers */
export function linkOf(graph: Graph, node: Node, value: string): Link {
  const from = nodeAt(node);
  return expressionLink(graph, value, from) ?? (rows[opOf(node)] ?? plain)(graph, node, from);
}

/** Returns an activation that is one operator with one meaning. @throws RangeError for any other operator */
function plain(graph: Graph, node: Node, from: string): Link {
  const form = forms.find(({ operator }) => operator?.op === opOf(node));
  if (form === undefined) throw unknown(graph, node);
  return { x: graph.needed(node, 0), steps: [{ kind: 'activation', activation: form.name, from }] };
}

/** Returns an activation that consists of several nodes. */
function expressionLink(graph: Graph, value: string, from: string): Link | undefined {
  for (const { name, expressions = [] } of forms) {
    for (const expression of expressions) {
      const found = match(graph, expression, value);
      if (found !== undefined) return { x: found.x, steps: [{ kind: 'activation', activation: name, from }] };
    }
  }
  const softplus = match(graph, otherExpressions.scaledSoftplus, value);
  if (softplus?.c) return { x: softplus.x, steps: between(from, softplus.c, 'softplus', 1 / softplus.c) };
  // log σ(x) = −softplus(−x)
  const logSigmoid = match(graph, otherExpressions.logSigmoid, value);
  if (logSigmoid) return { x: logSigmoid.x, steps: between(from, -1, 'softplus', -1) };
  const leaky = match(graph, otherExpressions.prelu, value);
  // relu(x) + s · relu(−x) is −s · x below 0.
  if (leaky)
    return {
      x: leaky.x,
      steps: [
        sloped(
          from,
          leaky.s!.map((slope) => -slope),
        ),
      ],
    };
  return undefined;
}

function sloped(from: string, slopes: Values): Step {
  return { kind: 'activation', activation: prelu({ shared: slopes.length === 1 }), slopes, from };
}

/** Makes the row of an operator with one input. */
function unary(steps: (node: Node, from: string) => GraphStep[]): Row {
  return (graph, node, from) => ({ x: graph.needed(node, 0), steps: steps(node, from) });
}

/** Makes the row of an operator whose result with a constant k is scale · x + shift. `second` is false if k comes first. */
function affine(
  maps: (k: number, isSecond: boolean) => readonly [scale: number, shift: number] | undefined,
): Row {
  return (graph, node, from) => {
    const [a, b] = [graph.needed(node, 0), graph.needed(node, 1)];
    const isSecond = graph.constant(b) !== undefined;
    if (!isSecond && graph.constant(a) === undefined) throw unknown(graph, node);
    const values = graph.row(isSecond ? b : a);
    if (values === undefined) throw refusal(node, 'a constant with one value, or one per column of a row');
    const pairs = Array.from(values, (k) => maps(k, isSecond));
    if (pairs.some((pair) => pair === undefined || !pair.every(Number.isFinite))) throw unknown(graph, node);
    const column = (place: 0 | 1) => pairs.map((pair) => pair![place]);
    return {
      x: isSecond ? a : b,
      steps: [{ kind: 'affine', scale: column(0), shift: column(1), from }],
    };
  };
}

/** Operators without a row that a chain may have. */
const others = ['Constant', 'Identity', 'Cast', 'Dropout'];

/** Returns true if an operator may be part of a chain, alone or within the expression of an activation. */
function isKnown(op: string): boolean {
  const texts = [...forms.flatMap(({ expressions = [] }) => expressions), ...Object.values(otherExpressions)];
  const isWord = texts.some((text) => text.split(/\W/).includes(op));
  return (
    isWord || Object.hasOwn(rows, op) || others.includes(op) || forms.some((form) => form.operator?.op === op)
  );
}

/** Most nodes that are searched for the reason why a node with two computed operands is no activation. */
const MOST_SEARCHED = 16;

/** Returns the error for a node that has no place in a chain. If two operands are computed, it may name an operator before the node. */
function unknown(graph: Graph, node: Node): RangeError {
  const op = opOf(node);
  if (op === 'LogSoftmax') {
    return refusal(
      node,
      'Softmax in its place: the outputs of a model are probabilities, not their logarithms',
    );
  }
  if (!meetings.includes(op)) {
    return refusal(node, PART);
  }
  return blamed(
    graph,
    node,
    'a constant as one operand: two computed values meet only in activations that a model has',
  );
}

const PART = 'to be part of a dense layer, a scaling, or an activation that a model has';

/** Returns the error for a node, or for an operator before it that no chain has, which may be the reason. @param needed  of the node */
function blamed(graph: Graph, node: Node, needed: string): RangeError {
  const near = [node];
  for (const each of near) {
    if (each !== node && !isKnown(opOf(each))) return refusal(each, PART);
    if (opOf(each) === 'Gemm' || opOf(each) === 'MatMul') continue;
    const before = (each.inputs ?? [])
      .map((input) => graph.node(input))
      .filter((found) => found !== undefined);
    near.push(...before.slice(0, MOST_SEARCHED - near.length));
  }
  return refusal(node, needed);
}

/** Operators that can have two computed operands. */
const meetings = ['Add', 'Sub', 'Mul', 'Div', 'Where', 'Concat'];

const rows: Readonly<Record<string, Row>> = {
  Gemm: (graph, node, from) => {
    if (whole(node, 'transA', 0) !== 0) throw refusal(node, 'rows of samples, so transA 0');
    const { fanIn, units, kernel } = graph.kernel(node, 1, whole(node, 'transB', 0) !== 0);
    const alpha = real(node, 'alpha', 1);
    const beta = real(node, 'beta', 1);
    const bias = graph.input(node, 2) === undefined ? undefined : graph.numbers(node, 2, 'bias');
    return {
      x: graph.needed(node, 0),
      steps: [
        {
          kind: 'dense',
          fanIn,
          units,
          kernel: alpha === 1 ? kernel : Float64Array.from(kernel, (value) => alpha * value),
          bias: bias && beta !== 1 ? Float64Array.from(bias, (value) => beta * value) : bias,
          from,
        },
      ],
    };
  },
  MatMul: (graph, node, from) => ({
    x: graph.needed(node, 0),
    steps: [{ kind: 'dense', ...graph.kernel(node, 1, false), from }],
  }),
  Add: /* @__PURE__ */ affine((k) => [1, k]),
  Sub: /* @__PURE__ */ affine((k, isSecond) => (isSecond ? [1, -k] : [-1, k])),
  Mul: /* @__PURE__ */ affine((k) => [k, 0]),
  Div: /* @__PURE__ */ affine((k, isSecond) => (isSecond ? [1 / k, 0] : undefined)),
  Neg: /* @__PURE__ */ unary((_, from) => [{ kind: 'affine', scale: [-1], shift: [0], from }]),
  'ai.onnx.ml.Scaler': /* @__PURE__ */ unary((node, from) => {
    const list = (name: string, byDefault: number) => attribute(node, name)?.floats ?? [byDefault];
    const offset = Array.from(list('offset', 0), (value) => -value);
    const map = composed({ scale: [1], shift: offset }, { scale: list('scale', 1), shift: [0] });
    return [{ kind: 'affine', ...map, from }];
  }),
  BatchNormalization: (graph, node, from) => {
    if (whole(node, 'training_mode', 0) !== 0) {
      throw refusal(node, 'training_mode 0; export the model for prediction');
    }
    const tensor = (index: number, role: string) => graph.numbers(node, index, role);
    const norm: Step = {
      kind: 'norm',
      gamma: tensor(1, 'scale'),
      beta: tensor(2, 'bias'),
      mean: tensor(3, 'mean'),
      variance: tensor(4, 'variance'),
      epsilon: real(node, 'epsilon', 1e-5),
      // ONNX's momentum is the share of the old statistics.
      momentum: shareOfNew(real(node, 'momentum', 0.9)),
      from,
    };
    return { x: graph.needed(node, 0), steps: [norm] };
  },
  LeakyRelu: /* @__PURE__ */ unary((node, from) => [
    { kind: 'activation', activation: leakyRelu({ negativeSlope: real(node, 'alpha', 0.01) }), from },
  ]),
  PRelu: (graph, node, from) => ({
    x: graph.needed(node, 0),
    steps: [sloped(from, graph.numbers(node, 1, 'slope'))],
  }),
  Elu: /* @__PURE__ */ unary((node, from) => [
    { kind: 'activation', activation: elu({ alpha: real(node, 'alpha', 1) }), from },
  ]),
  // celu(x) = α elu(x / α)
  Celu: /* @__PURE__ */ unary((node, from) => {
    const alpha = real(node, 'alpha', 1);
    if (alpha === 0) throw refusal(node, 'an alpha other than 0');
    return between(from, 1 / alpha, 'elu', alpha);
  }),
  Selu: /* @__PURE__ */ unary((node, from) => {
    const alpha = real(node, 'alpha', SELU.alpha);
    const gamma = real(node, 'gamma', SELU.gamma);
    const isSelu = Math.abs(alpha - SELU.alpha) < 1e-6 && Math.abs(gamma - SELU.gamma) < 1e-6;
    return isSelu
      ? [{ kind: 'activation', activation: 'selu', from }]
      : [
          { kind: 'activation', activation: elu({ alpha }), from },
          { kind: 'affine', scale: [gamma], shift: [0], from },
        ];
  }),
  HardSigmoid: /* @__PURE__ */ unary((node, from) => {
    const alpha = real(node, 'alpha', 0.2);
    const beta = real(node, 'beta', 0.5);
    // hardSigmoid(z) is z / 6 + 1/2 between 0 and 1.
    const scale = Math.abs(6 * alpha - 1) < 1e-6 ? 1 : 6 * alpha;
    return [
      { kind: 'affine', scale: [scale], shift: [6 * beta - 3], from },
      { kind: 'activation', activation: 'hardSigmoid', from },
    ];
  }),
  // swish(x) = silu(α x) / α
  Swish: /* @__PURE__ */ unary((node, from) => {
    const alpha = real(node, 'alpha', 1);
    if (alpha === 0) throw refusal(node, 'an alpha other than 0');
    return between(from, alpha, 'silu', 1 / alpha);
  }),
  Gelu: /* @__PURE__ */ unary((node, from) => {
    const approximate = attribute(node, 'approximate')?.s ?? 'none';
    return [{ kind: 'activation', activation: approximate === 'tanh' ? 'geluTanh' : 'gelu', from }];
  }),
  Softmax: (graph, node, from) => {
    const axis = whole(node, 'axis', graph.opset < 13 ? 1 : -1);
    if (axis !== 1 && axis !== -1) throw refusal(node, `axis 1, the values of a row, and not axis ${axis}`);
    return { x: graph.needed(node, 0), steps: [{ kind: 'activation', activation: 'softmax', from }] };
  },
  Clip: (graph, node, from) => {
    const bound = (name: 'min' | 'max', index: number, byDefault: number) => {
      const input = graph.input(node, index);
      const value = input === undefined ? (attribute(node, name)?.f ?? byDefault) : graph.scalar(input);
      if (value === undefined) throw refusal(node, `a constant as its ${name}`);
      return value;
    };
    const [low, high] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
    const isRelu = low === 0 && high >= 3.4e38;
    if (!isRelu && !(low < high && high - low < 1e38))
      throw refusal(node, 'two bounds, the lower one below the upper one');
    return {
      x: graph.needed(node, 0),
      steps: [{ kind: 'clip', low, high: isRelu ? Infinity : high, from }],
    };
  },
  Flatten: /* @__PURE__ */ unary((node) => [flatten(node, whole(node, 'axis', 1))]),
  Reshape: (graph, node) => {
    const shape = shapeOf(graph, graph.needed(node, 1));
    if (shape === undefined) throw refusal(node, 'a constant shape');
    return { x: graph.needed(node, 0), steps: [reshape(node, shape, whole(node, 'allowzero', 0) !== 0)] };
  },
  Squeeze: (graph, node) => squeezeLink(graph, node, false),
  Unsqueeze: (graph, node) => squeezeLink(graph, node, true),
};

/** Returns the step of Squeeze or Unsqueeze. Their axes are an attribute before opset 13. */
function squeezeLink(graph: Graph, node: Node, isReverse: boolean): Link {
  const axes = Array.from(attribute(node, 'axes')?.ints ?? graph.row(graph.input(node, 1)) ?? []);
  if (axes.length === 0 || axes.includes(0)) throw blamed(graph, node, APART);
  return { x: graph.needed(node, 0), steps: [squeeze(node, axes, isReverse)] };
}

/** Returns a shape, with 0 for the number of samples that PyTorch takes from the input; undefined if it is not known. */
function shapeOf(graph: Graph, name: string): number[] | undefined {
  const constant = graph.row(name);
  if (constant !== undefined) return Array.from(constant);
  const node = graph.node(name);
  if (node === undefined || opOf(node) !== 'Concat') return undefined;
  const parts = (node.inputs ?? []).map((input, i) => {
    const part = graph.row(input);
    if (part !== undefined) return Array.from(part);
    return i === 0 && isBatchSize(graph, input) ? [0] : undefined;
  });
  return parts.includes(undefined) ? undefined : (parts as number[][]).flat();
}

/** Returns true for the first size of a value's shape, as Unsqueeze(Gather(Shape(value), 0)). */
function isBatchSize(graph: Graph, name: string): boolean {
  const unsqueeze = graph.node(name);
  const gather = unsqueeze && graph.node(graph.input(unsqueeze, 0) ?? '');
  const shape = gather && graph.node(graph.input(gather, 0) ?? '');
  return (
    shape !== undefined &&
    opOf(unsqueeze!) === 'Unsqueeze' &&
    opOf(gather!) === 'Gather' &&
    opOf(shape) === 'Shape' &&
    graph.scalar(graph.input(gather!, 1)) === 0
  );
}
