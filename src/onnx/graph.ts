/** Reads the graph of an ONNX file: which node makes each value, and which values are constants. */
import { show } from '../errors.js';
import type { Values } from '../interchange/steps.js';
import { transposed } from '../network/weights.js';
import type { ExternalFiles } from './external-files.js';
import { folded } from './fold.js';
import { type Message, readMessage } from './protobuf.js';
import {
  type Constant,
  constantOf,
  expectFinite,
  isFloat,
  numbersOf,
  sizeOf,
  tensorAt,
  textsOf,
} from './tensors.js';

export type Node = Message<'Node'>;
type Attribute = Message<'Attribute'>;

/** Newest opset that is read. A later one may change the meaning of an operator. */
const NEWEST_OPSET = 27;
/** Oldest opset that is read. In earlier ones, an attribute says how an operator broadcasts. */
const OLDEST_OPSET = 7;
/** Newest version of the file format that is read. It leaves room for versions that change nothing for a chain of dense layers. */
const NEWEST_IR = 16;

/** Largest memory of all tensors, as a multiple of the size of the file, and what small files may take. */
const MOST_MEMORY = 4;
const LEAST_MEMORY = 65536;

/** Largest number of values of a constant that are computed once and kept. */
const FEW = 1024;
/** Operator of a node, with its domain unless it is ONNX's own. */
export function opOf({ op = '', domain = '' }: Node): string {
  return domain === '' || domain === 'ai.onnx' ? op : `${domain}.${op}`;
}

/** Returns the first words of a message about a node: its name, or its output if it has none, and its operator. */
export function nodeAt(node: Node): string {
  const name = node.name || node.outputs?.find((output) => output !== '') || '';
  return `bytes: node ${show(name)}, ${opOf(node) || 'without an operator'}`;
}

/** Returns the error for a node that has no place in a chain of dense layers. @param needed  what would be needed */
export function refusal(node: Node, needed: string): RangeError {
  return new RangeError(`${nodeAt(node)}: needs ${needed}`);
}

export function attribute(node: Node, name: string): Attribute | undefined {
  return node.attributes?.find((each) => each.name === name);
}

/** Returns a number among the attributes of a node, as short as the 32-bit float allows: 0.1, not 0.10000000149. */
export function real(node: Node, name: string, byDefault: number): number {
  const { f } = attribute(node, name) ?? {};
  return f === undefined ? byDefault : shortest(f);
}

/** Returns a whole number among the attributes of a node. */
export function whole(node: Node, name: string, byDefault: number): number {
  return attribute(node, name)?.i ?? byDefault;
}

/** Returns the number with the fewest digits that is the same 32-bit float. */
export function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Graph of a file, with lookups of nodes and constants. */
export class Graph {
  readonly model: Message<'Model'>;
  /** Version of ONNX's own operators. */
  readonly opset: number;
  /** Names of the inputs that are not constants. */
  readonly inputs: readonly Message<'Value'>[];
  readonly outputs: readonly string[];
  readonly #external: ExternalFiles;
  readonly #nodes = new Map<string, Node>();
  readonly #initializers = new Map<string, Message<'Tensor'>>();
  /** Constants by name, as far as they are known. */
  readonly #constants = new Map<string, Constant>();
  readonly #few = new Map<Constant, Values>();
  /** Number of bytes that tensors may still take in memory. One tensor can be the weights of many layers. */
  #left: number;

  /** Reads a file. @throws RangeError that opens with `bytes` */
  constructor(bytes: Uint8Array, external: ExternalFiles) {
    this.model = readMessage('Model', bytes);
    this.#external = external;
    const sizes = Object.values(external).map((file) => file?.byteLength || 0);
    this.#left = MOST_MEMORY * sizes.reduce((sum, size) => sum + size, bytes.length) + LEAST_MEMORY;
    const { graph, irVersion = 0 } = this.model;
    if (graph === undefined)
      throw new RangeError('bytes: expected an ONNX file with a graph, got one without a graph');
    if (irVersion > NEWEST_IR) {
      throw new RangeError(
        `bytes: expected at most version ${NEWEST_IR} of the file format, got ${irVersion}`,
      );
    }
    this.opset = opsetOf(this.model);
    for (const tensor of graph.initializers ?? []) this.#initializers.set(tensor.name ?? '', tensor);
    for (const node of graph.nodes ?? []) {
      for (const output of node.outputs ?? []) {
        if (output === '') continue;
        if (this.#nodes.has(output))
          throw new RangeError(`${nodeAt(node)}: another node makes ${show(output)} too`);
        this.#nodes.set(output, node);
      }
    }
    for (const node of this.#inOrder(graph.nodes ?? [])) this.#fold(node);
    this.inputs = (graph.inputs ?? []).filter(({ name = '' }) => !this.#initializers.has(name));
    this.outputs = (graph.outputs ?? []).map(({ name = '' }) => name);
  }

  /**
   * Returns the nodes in an order in which each comes after those that make its inputs.
   *
   * @throws RangeError for a value that depends on itself, even where no output needs it
   */
  #inOrder(nodes: readonly Node[]): readonly Node[] {
    const makers = nodes.map((node) =>
      (node.inputs ?? []).map((input) => this.node(input)).filter((each) => each),
    );
    const waiting = new Map(nodes.map((node, n) => [node, makers[n]!.length]));
    const readers = new Map<Node, Node[]>(nodes.map((node) => [node, []]));
    for (const [n, node] of nodes.entries()) for (const maker of makers[n]!) readers.get(maker!)!.push(node);
    const done = nodes.filter((node) => waiting.get(node) === 0);
    for (const node of done) {
      for (const reader of readers.get(node)!) {
        const left = waiting.get(reader)! - 1;
        waiting.set(reader, left);
        if (left === 0) done.push(reader);
      }
    }
    const stuck = nodes.find((node) => waiting.get(node)! > 0);
    if (stuck !== undefined) throw refusal(stuck, 'inputs that do not depend on its own output');
    return done;
  }

  /** Keeps the constant that a node makes, if it makes one. */
  #fold(node: Node): void {
    const [name] = node.outputs ?? [];
    if (!name) return;
    const op = opOf(node);
    const inputs = [0, 1].map((index) => this.constant(this.input(node, index)));
    const constant =
      op === 'Constant'
        ? constantNode(name, node)
        : folded(name, {
            op,
            inputs,
            list: (key) => this.#list(node, key, inputs[1]),
            whole: (key, byDefault) => whole(node, key, byDefault),
            valuesOf: (each) => this.#values(each, false),
          });
    if (constant !== undefined) this.#constants.set(name, constant);
  }

  /** Returns a short list of whole numbers: an attribute of a node, or else a constant input. */
  #list(node: Node, key: string, input: Constant | undefined): number[] | undefined {
    const given = attribute(node, key)?.ints;
    if (given !== undefined) return Array.from(given);
    return input && sizeOf(input.dims) <= FEW ? Array.from(this.#values(input)) : undefined;
  }

  /** Returns the numbers of a constant. @throws RangeError if all of them would take too much memory */
  #values(constant: Constant, finite = true): Values {
    let values = this.#few.get(constant);
    if (values === undefined) {
      values = numbersOf(constant, this.#external);
      if (values.length <= FEW) this.#few.set(constant, values);
      else this.#take(constant.name, values);
    }
    if (finite) expectFinite(constant, values);
    return values;
  }

  /** Counts the memory of values. @throws RangeError if all of them take too much */
  #take(name: string, { byteLength }: Values): void {
    this.#left -= byteLength;
    if (this.#left >= 0) return;
    throw new RangeError(
      `${tensorAt(name)}: all tensors take more than ${MOST_MEMORY} times the size of the file; too many nodes may share one`,
    );
  }

  /** Returns the node that makes a value. */
  node(name: string): Node | undefined {
    return this.#nodes.get(name);
  }

  /** Returns the name of an input of a node; undefined if it is absent. */
  input(node: Node, index: number): string | undefined {
    return node.inputs?.[index] || undefined;
  }

  /** Returns the name of an input of a node. @throws RangeError if it is absent */
  needed(node: Node, index: number): string {
    const name = this.input(node, index);
    if (name === undefined) throw refusal(node, `an input at place ${index}`);
    return name;
  }

  /** Follows a value backward through nodes that pass it on unchanged. @param others  further operators that count as such here */
  source(name: string, others: readonly string[] = []): string {
    let at = name;
    for (;;) {
      const node = this.node(at);
      if (node === undefined || !(this.#handsOn(node) || others.includes(opOf(node)))) return at;
      at = this.needed(node, 0);
    }
  }

  #handsOn(node: Node): boolean {
    const op = opOf(node);
    return op === 'Identity' || op === 'Dropout'
      ? isQuiet(this, node)
      : op === 'Cast' && isFloat(whole(node, 'to', 0));
  }

  /** Returns a constant: an initializer, or what nodes make of others. */
  constant(name: string | undefined): Constant | undefined {
    if (name === undefined) return undefined;
    const initializer = this.#initializers.get(name);
    const known = this.#constants.get(name);
    if (known !== undefined || initializer === undefined) return known;
    const constant = constantOf(name, initializer);
    this.#constants.set(name, constant);
    return constant;
  }

  /** Returns the number of a constant with one value; undefined for any other value. */
  scalar(name: string | undefined): number | undefined {
    const constant = this.constant(name);
    return constant && sizeOf(constant.dims) === 1 ? this.#values(constant, false)[0] : undefined;
  }

  /** Returns a constant with one value, or one per column of a row; undefined for any other value. */
  row(name: string | undefined): Values | undefined {
    const constant = this.constant(name);
    if (constant === undefined) return undefined;
    const { dims } = constant;
    const isRow = sizeOf(dims) === 1 || (dims.length <= 2 && dims.slice(0, -1).every((dim) => dim === 1));
    return isRow ? this.#values(constant) : undefined;
  }

  /** Returns the numbers of a constant. @throws RangeError if the input of the node is none */
  numbers(node: Node, index: number, role: string): Values {
    const values = this.row(this.needed(node, index));
    if (values === undefined) throw refusal(node, `a constant row as its ${role}`);
    return values;
  }

  texts(name: string | undefined): string[] | undefined {
    const constant = this.constant(name);
    return constant && textsOf(constant);
  }

  /**
   * Returns a matrix as a kernel.
   *
   * @param isTransposed  true if the file has it as [units, fanIn]
   */
  kernel(node: Node, index: number, isTransposed: boolean): { fanIn: number; units: number; kernel: Values } {
    const name = this.needed(node, index);
    const outer = this.node(name);
    if (outer !== undefined && opOf(outer) === 'Transpose') {
      const perm = Array.from(attribute(outer, 'perm')?.ints ?? [1, 0]);
      if (perm.join() === '1,0')
        return this.kernel({ ...node, inputs: outer.inputs ?? [] }, 0, !isTransposed);
    }
    const constant = this.constant(name);
    if (constant === undefined) {
      throw refusal(node, `a constant matrix, and ${show(name)} is ${this.#whatIs(name)}`);
    }
    const { dims } = constant;
    if (dims.length !== 2 || dims.includes(0)) {
      throw new RangeError(
        `${tensorAt(constant.name)}: expected a matrix for ${opOf(node)}, got the shape [${dims}]`,
      );
    }
    const [rows, columns] = dims as [number, number];
    const kernel = this.#values(constant);
    if (kernel.length <= FEW) this.#take(constant.name, kernel);
    return isTransposed
      ? { fanIn: columns, units: rows, kernel: transposed(kernel, rows, columns, kernel.slice()) }
      : { fanIn: rows, units: columns, kernel };
  }

  #whatIs(name: string): string {
    const { graph } = this.model;
    if (this.node(name) !== undefined) return 'computed';
    if (this.inputs.some((input) => input.name === name)) return 'an input';
    return graph?.sparse ? 'missing or sparse' : 'not in the file';
  }
}

/** Returns true if a node passes its first input on unchanged in a prediction. @throws RangeError for a Dropout that stays in training */
function isQuiet(graph: Graph, node: Node): boolean {
  const training = opOf(node) === 'Dropout' ? graph.input(node, 2) : undefined;
  if (training === undefined) return true;
  const constant = graph.constant(training);
  const { raw, int32s } = constant?.tensor ?? {};
  if (constant !== undefined && (raw ?? int32s)?.[0] === 0) return true;
  throw refusal(node, 'training_mode false; export the model for prediction');
}

function opsetOf({ opsets = [] }: Message<'Model'>): number {
  const own = opsets.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx');
  if (own === undefined)
    throw new RangeError('bytes: expected an opset_import for ONNX’s own operators, got none');
  const { version = 0 } = own;
  if (version >= OLDEST_OPSET && version <= NEWEST_OPSET) return version;
  throw new RangeError(`bytes: expected an opset from ${OLDEST_OPSET} to ${NEWEST_OPSET}, got ${version}`);
}

/** Returns the value of a Constant node; undefined for kinds that no chain of dense layers needs. */
function constantNode(name: string, node: Node): Constant | undefined {
  const [{ name: key, t, f, i, s, floats, ints, strings } = {} as Attribute] = node.attributes ?? [];
  switch (key) {
    case 'value':
      return t && constantOf(name, t);
    case 'value_float':
      return { name, dims: [], tensor: { type: 1, floats: [f ?? 0] } };
    case 'value_int':
      return { name, dims: [], tensor: { type: 7, ints: [i ?? 0] } };
    case 'value_string':
      return { name, dims: [], tensor: { type: 8, strings: [s ?? ''] } };
    case 'value_floats':
      return { name, dims: [floats?.length ?? 0], tensor: { type: 1, floats: floats ?? [] } };
    case 'value_ints':
      return { name, dims: [ints?.length ?? 0], tensor: { type: 7, ints: ints ?? [] } };
    case 'value_strings':
      return { name, dims: [strings?.length ?? 0], tensor: { type: 8, strings: strings ?? [] } };
    default:
      return undefined;
  }
}
