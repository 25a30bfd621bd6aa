/** Builds the nodes and initializers of a graph that is a chain. */
import { firstBeyond, LARGEST_F32, NonFiniteError, show } from '../errors.js';
import type { CheckedActivation } from '../network/activations.js';
import { type Expression, formOf, parse } from './forms.js';
import type { Message } from './protobuf.js';

const FLOAT = 1;
/** Types of attributes. */
const REAL = 1;
const WHOLE = 2;
const TEXT = 3;

/** Graph under construction. `node`, `affine` and `activation` continue the chain at its present value. */
export class GraphBuilder {
  /** Prefix of the names of nodes, values and scalars. */
  scope = '';
  readonly #opset: number;
  readonly #nodes: Message<'Node'>[] = [];
  readonly #initializers: Message<'Tensor'>[] = [];
  readonly #names = new Set<string>();
  #value: string;

  constructor(opset: number, input: string) {
    this.#opset = opset;
    this.#value = input;
    this.#names.add(input);
  }

  /** Adds an initializer. @param what  opens the message if a value exceeds 32-bit floats @returns its name */
  tensor(name: string, dims: readonly number[], values: ArrayLike<number>, what: string): string {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    const bad = firstBeyond(Float64Array.from(values), LARGEST_F32);
    if (bad >= 0) {
      throw new NonFiniteError(
        `${what}: value ${bad} is ${values[bad]}, beyond the 32-bit floats of the file`,
        {
          index: bad,
          value: values[bad]!,
        },
      );
    }
    for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
    this.#initializers.push({ dims, type: FLOAT, name: this.#unused(name), raw: bytes });
    return name;
  }

  /** Returns the name of an initializer with one value, which all nodes share. */
  constant(value: number): string {
    const name = `constant ${value}`;
    return this.#names.has(name) ? name : this.tensor(name, [], [value], name);
  }

  /** Adds an operator with a constant row as its second operand. */
  affine(op: 'Add' | 'Sub' | 'Mul' | 'Div', name: string, values: ArrayLike<number>): void {
    const tensor = `${this.scope}.${name}`;
    this.node(op, [this.tensor(tensor, [values.length], values, tensor)]);
  }

  /** Adds a node whose first input is the present value. */
  node(
    op: string,
    others: readonly string[],
    reals: Readonly<Record<string, number | string>> = {},
    wholes: Readonly<Record<string, number>> = {},
  ): void {
    this.#value = this.#add(op, [this.#value, ...others], reals, wholes);
  }

  /** Adds an activation. @param slopes  name of the tensor of learned slopes, if it has them */
  activation(activation: CheckedActivation, slopes: string | undefined): void {
    const { operator, expressions } = formOf(activation);
    if (operator !== undefined && (operator.since ?? 0) <= this.#opset) {
      const { axis, ...reals } = operator.attributes ?? {};
      const { alpha } = operator;
      const option = alpha && (activation as unknown as Record<string, number>)[alpha];
      this.node(
        operator.op,
        operator.hasSlopes ? [slopes!] : [],
        { ...reals, ...(option !== undefined && { alpha: option }) },
        axis === undefined ? {} : { axis: axis as number },
      );
    } else if (expressions !== undefined) {
      this.#value = this.#expression(parse(expressions[0]!), this.#value, new Map());
    }
  }

  /** Adds the nodes of an expression and returns its value. Equal parts are computed once. */
  #expression(expression: Expression, x: string, known: Map<string, string>): string {
    if (expression.kind === 'number') return this.constant(expression.value);
    if (expression.kind !== 'call') return x;
    const text = JSON.stringify(expression);
    const before = known.get(text);
    if (before !== undefined) return before;
    const { op } = expression;
    const isProduct = op === 'prod';
    const [first, ...rest] = expression.operands;
    const isFactorOne = isProduct && first!.kind === 'number' && first!.value === 1;
    const operands = (isFactorOne ? rest : expression.operands).map((each) =>
      this.#expression(each, x, known),
    );
    let value = operands[0]!;
    if (isProduct) for (const factor of operands.slice(1)) value = this.#add('Mul', [value, factor]);
    else if (op === 'HardSigmoid') value = this.#add(op, operands, { alpha: 1 / 6, beta: 0.5 });
    else value = this.#add(op, operands, {}, op === 'Cast' ? { to: FLOAT } : {});
    known.set(text, value);
    return value;
  }

  #add(
    op: string,
    inputs: readonly string[],
    reals: Readonly<Record<string, number | string>> = {},
    wholes: Readonly<Record<string, number>> = {},
  ): string {
    let output = `${this.scope}/${op}`;
    for (let i = 1; this.#names.has(output); i++) output = `${this.scope}/${op}_${i}`;
    const attributes: Message<'Attribute'>[] = [
      ...Object.entries(reals).map(([name, value]) =>
        typeof value === 'string' ? { name, s: value, type: TEXT } : { name, f: value, type: REAL },
      ),
      ...Object.entries(wholes).map(([name, i]) => ({ name, i, type: WHOLE })),
    ];
    this.#nodes.push({
      inputs,
      outputs: [this.#unused(output)],
      name: output,
      op,
      ...(attributes.length > 0 && { attributes }),
    });
    return output;
  }

  #unused(name: string): string {
    if (this.#names.has(name))
      throw new RangeError(`inputName: ${show(name)} is the name of another value of the file`);
    this.#names.add(name);
    return name;
  }

  /** Gives the present value the name of the output and returns the parts of the graph. */
  end(output: string): { nodes: Message<'Node'>[]; initializers: Message<'Tensor'>[] } {
    if (this.#names.has(output))
      throw new RangeError(`outputName: ${show(output)} is the name of another value of the file`);
    const last = this.#nodes.pop()!;
    return { nodes: [...this.#nodes, { ...last, outputs: [output] }], initializers: this.#initializers };
  }
}
