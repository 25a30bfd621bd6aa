/**
 * Recognizes expressions of several nodes. The match goes backward from a value and compares every operand and every constant on the
 * way. Nodes on the way may also have other uses.
 */
import type { Values } from '../interchange/steps.js';
import { type Expression, parse } from './forms.js';
import { type Graph, type Node, opOf, real } from './graph.js';

/** Values that an expression leaves open. */
export interface Found {
  /** Name of the input. */
  readonly x: string;
  readonly c?: number;
  readonly s?: Values;
}

type Bound = Partial<Found>;

/** Largest relative difference of constants that count as equal. Constants of half precision have only three digits. */
const CLOSE = 2e-6;
const CLOSE_IN_HALF = 1e-3;

/** Most factors of a product; the longest product of the table has four with its constant. */
const MOST_FACTORS = 5;

const isCommutative = (op: string) => op === 'Add' || op === 'Mul';

const parsed = new Map<string, Expression>();

/** Matches a value with an expression, and returns the input and the constants in it; undefined without a match. */
export function match(graph: Graph, text: string, value: string): Found | undefined {
  let expression = parsed.get(text);
  if (expression === undefined) {
    expression = parse(text);
    parsed.set(text, expression);
  }
  return bind(graph, expression, value, {})?.[0] as Found | undefined;
}

/** Returns the bindings of every match of a value with an expression. There are only a few. */
function bind(graph: Graph, expression: Expression, name: string, bound: Bound): Bound[] {
  switch (expression.kind) {
    case 'x': {
      const source = graph.source(name);
      if (graph.constant(source) !== undefined) return [];
      return bound.x === undefined ? [{ ...bound, x: source }] : bound.x === source ? [bound] : [];
    }
    case 'number':
      return isClose(graph, name, expression.value) ? [bound] : [];
    case 'c': {
      const c = graph.scalar(name);
      if (c === undefined || (bound.c !== undefined && bound.c !== c)) return [];
      return [{ ...bound, c }];
    }
    case 's': {
      const s = graph.row(name);
      return s === undefined ? [] : [{ ...bound, s }];
    }
  }
  const { op, operands } = expression;
  if (op === 'prod') return bindProduct(graph, operands, name, bound);
  // The source of a value lies before every Cast.
  if (op === 'Cast') return bind(graph, operands[0]!, name, bound);
  const node = graph.node(graph.source(name));
  if (node === undefined || opOf(node) !== op || !hasPlainAttributes(node)) return [];
  const inputs = operands.map((_, i) => graph.input(node, i));
  if (inputs.includes(undefined) || (node.inputs?.length ?? 0) > operands.length) return [];
  const orders = isCommutative(op) ? [inputs, [...inputs].reverse()] : [inputs];
  return orders.flatMap((order) => bindAll(graph, operands, order as string[], bound));
}

function bindAll(
  graph: Graph,
  operands: readonly Expression[],
  names: readonly string[],
  bound: Bound,
): Bound[] {
  return operands.reduce<Bound[]>(
    (all, operand, i) => all.flatMap((each) => bind(graph, operand, names[i]!, each)),
    [bound],
  );
}

/** Binds a product, whose nodes may be grouped and ordered in any way. */
function bindProduct(
  graph: Graph,
  [constant, ...operands]: readonly Expression[],
  name: string,
  bound: Bound,
): Bound[] {
  const product = factorsOf(graph, name);
  if (product === undefined || product.names.length !== operands.length) return [];
  const { value } = constant as { value: number };
  if (Math.abs(product.constant - value) > product.tolerance * value) return [];
  return orders(product.names).flatMap((order) => bindAll(graph, operands, order, bound));
}

interface Product {
  constant: number;
  tolerance: number;
  readonly names: string[];
}

/** Returns the factors of a product of Mul, and Div and Neg with constants; undefined if it has more than the table needs. */
function factorsOf(graph: Graph, name: string): Product | undefined {
  const product: Product = { constant: 1, tolerance: CLOSE, names: [] };
  const open = [name];
  while (open.length > 0) {
    const each = graph.source(open.pop()!);
    const scalar = graph.scalar(each);
    const node = graph.node(each);
    const [a, b] = node?.inputs ?? [];
    const divisor = node !== undefined && opOf(node) === 'Div' ? graph.scalar(b) : undefined;
    if (scalar !== undefined) {
      product.constant *= scalar;
      product.tolerance = Math.max(product.tolerance, toleranceOf(graph, each));
    } else if (node !== undefined && opOf(node) === 'Mul') open.push(a ?? '', b ?? '');
    else if (divisor !== undefined) {
      product.constant /= divisor;
      product.tolerance = Math.max(product.tolerance, toleranceOf(graph, b!));
      open.push(a ?? '');
    } else product.names.push(each);
    if (open.length + product.names.length > MOST_FACTORS) return undefined;
  }
  return product;
}

/** Lists all orders of a few names. */
function orders(names: readonly string[]): string[][] {
  if (names.length === 0) return [[]];
  return names.flatMap((name, i) =>
    orders([...names.slice(0, i), ...names.slice(i + 1)]).map((rest) => [name, ...rest]),
  );
}

function isClose(graph: Graph, name: string, expected: number): boolean {
  const value = graph.scalar(name);
  return value !== undefined && Math.abs(value - expected) <= toleranceOf(graph, name) * Math.abs(expected);
}

function toleranceOf(graph: Graph, name: string): number {
  const type = graph.constant(name)?.tensor.type;
  return type === 10 || type === 16 ? CLOSE_IN_HALF : CLOSE;
}

/** Returns false if an attribute gives an operator another meaning than in the expressions. */
function hasPlainAttributes(node: Node): boolean {
  if (opOf(node) !== 'HardSigmoid') return true;
  return Math.abs(6 * real(node, 'alpha', 0.2) - 1) < CLOSE && real(node, 'beta', 0.5) === 0.5;
}
