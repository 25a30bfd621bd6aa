/**
 * Activations as ONNX has them: one table for the reader and the writer. An activation is an operator, or an expression of several
 * in the forms that exporters write.
 */
import type { CheckedActivation } from '../network/activations.js';

type Name = CheckedActivation['name'];

/** Operator of an activation. */
interface Operator {
  readonly op: string;
  /** First opset that has the operator; absent if all have it. */
  readonly since?: number;
  /** Attributes with their numbers or texts. */
  readonly attributes?: Readonly<Record<string, number | string>>;
  /** Name of the activation's option that is ONNX's attribute alpha. */
  readonly alpha?: string;
  /** True if the learned slopes are the second input. */
  readonly hasSlopes?: true;
}

/**
 * Form of an activation; identity has neither operator nor expression. In an expression, `x` is the input. Capital words are
 * operators; the arguments of Add and Mul may come in either order. `prod` is a product of its arguments in any order and grouping;
 * its first argument is the constant factor. `c` is any constant with one value, and `s` any constant row. Each has the same value
 * wherever it occurs.
 */
export interface Form {
  readonly name: Name;
  readonly operator?: Operator;
  /** True if the inputs of the activation are the logits of its outputs. */
  readonly hasLogits?: true;
  /** Expressions of equal value. The writer takes the first if the opset lacks the operator. */
  readonly expressions?: readonly string[];
}

export const forms: readonly Form[] = [
  { name: 'identity' },
  { name: 'relu', operator: { op: 'Relu' } },
  { name: 'leakyRelu', operator: { op: 'LeakyRelu', alpha: 'negativeSlope' } },
  { name: 'elu', operator: { op: 'Elu', alpha: 'alpha' } },
  { name: 'prelu', operator: { op: 'PRelu', hasSlopes: true } },
  { name: 'sigmoid', operator: { op: 'Sigmoid' }, hasLogits: true },
  { name: 'tanh', operator: { op: 'Tanh' } },
  { name: 'selu', operator: { op: 'Selu' } },
  // PyTorch's dynamo exporter writes x itself above a threshold, where softplus has the same 32-bit float.
  {
    name: 'softplus',
    operator: { op: 'Softplus' },
    expressions: ['Where(Greater(x,20),x,Softplus(x))', 'Log(Add(1,Exp(x)))'],
  },
  { name: 'softsign', operator: { op: 'Softsign' }, expressions: ['Div(x,Add(1,Abs(x)))'] },
  { name: 'softmax', operator: { op: 'Softmax', attributes: { axis: 1 } }, hasLogits: true },
  {
    name: 'hardSigmoid',
    operator: { op: 'HardSigmoid', attributes: { alpha: 1 / 6, beta: 0.5 } },
  },
  {
    name: 'hardSwish',
    operator: { op: 'HardSwish', since: 14 },
    expressions: ['prod(1,x,HardSigmoid(x))', 'prod(0.16666666666666666,x,Clip(Add(x,3),0,6))'],
  },
  { name: 'silu', expressions: ['prod(1,x,Sigmoid(x))'] },
  {
    name: 'mish',
    operator: { op: 'Mish', since: 18 },
    expressions: ['prod(1,x,Tanh(Softplus(x)))'],
  },
  {
    name: 'gelu',
    operator: { op: 'Gelu', since: 20, attributes: { approximate: 'none' } },
    expressions: ['prod(0.5,x,Add(1,Erf(prod(0.7071067811865476,x))))'],
  },
  {
    name: 'geluTanh',
    operator: { op: 'Gelu', since: 20, attributes: { approximate: 'tanh' } },
    expressions: [
      'prod(0.5,x,Add(1,Tanh(prod(0.7978845608028654,Add(x,prod(0.044715,x,x,x))))))',
      'prod(0.5,x,Add(1,Tanh(prod(0.7978845608028654,Add(x,prod(0.044715,Pow(x,3)))))))',
    ],
  },
  { name: 'squaredRelu', expressions: ['prod(1,Relu(x),Relu(x))', 'Pow(Relu(x),2)'] },
  {
    name: 'step',
    expressions: ['Cast(Not(Less(x,0)))', 'Cast(GreaterOrEqual(x,0))', 'Where(GreaterOrEqual(x,0),1,0)'],
  },
];

/** Returns the form of an activation. */
export function formOf({ name }: CheckedActivation): Form {
  return forms.find((form) => form.name === name)!;
}

/** Returns true if the activation leaves its input as it is. */
export function isNothing(activation: CheckedActivation): boolean {
  const { operator, expressions } = formOf(activation);
  return operator === undefined && expressions === undefined;
}

/** Expressions of activations between two affine maps, or with learned slopes, by name. */
export const otherExpressions = {
  scaledSoftplus: 'Where(Greater(Mul(x,c),20),x,Div(Softplus(Mul(x,c)),c))',
  logSigmoid: 'Log(Sigmoid(x))',
  prelu: 'Add(Relu(x),Mul(s,Relu(Neg(x))))',
} as const;

/** Part of a parsed expression. */
export type Expression =
  | { readonly kind: 'x' | 'c' | 's' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'call'; readonly op: string; readonly operands: readonly Expression[] };

/** Parses an expression of the table. */
export function parse(text: string): Expression {
  let at = 0;
  const part = (): Expression => {
    const [word] = /^[\w.-]+/.exec(text.slice(at))!;
    at += word.length;
    if (word === 'x' || word === 'c' || word === 's') return { kind: word };
    if (text[at] !== '(') return { kind: 'number', value: Number(word) };
    const operands: Expression[] = [];
    do {
      at++;
      operands.push(part());
    } while (text[at] === ',');
    at++;
    return { kind: 'call', op: word, operands };
  };
  return part();
}
