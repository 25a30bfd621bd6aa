/** Finds the places where one small change makes a source wrong. The mutation run chooses from them. */
import { parse } from '@babel/parser';

/** Operators and their replacements. */
const operators = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&': '|',
  '|': '&',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&&': '||',
  '||': '&&',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '++': '--',
  '--': '++',
};

/** Vector instructions of AssemblyScript and their replacements. */
const instructions = {
  add: 'sub',
  sub: 'add',
  mul: 'div',
  div: 'mul',
  min: 'max',
  max: 'min',
  pmin: 'pmax',
  pmax: 'pmin',
  lt: 'le',
  le: 'lt',
  gt: 'ge',
  ge: 'gt',
  eq: 'ne',
  ne: 'eq',
  neg: 'abs',
  abs: 'neg',
};
const vectorTypes = new Set(['f32x4', 'f64x2', 'i32x4', 'i64x2']);

/** Makes mutations by node type. A mutation replaces `start` … `end` of the source by `text`; `kind` names the change. */
const mutators = {
  BinaryExpression: (node, text) => (isText(node.left) || isText(node.right) ? [] : operator(node, text)),
  LogicalExpression: (node, text) =>
    node.operator === '??'
      ? [{ kind: 'drop the fallback', start: node.left.end, end: node.end, text: '' }]
      : operator(node, text),
  AssignmentExpression: (node, text) =>
    node.operator === '=' || isText(node.right) ? [] : operator(node, text),
  UpdateExpression: ({ operator: name, start, end, prefix }) => {
    const at = prefix ? start : end - name.length;
    return [
      { kind: `${name} to ${operators[name]}`, start: at, end: at + name.length, text: operators[name] },
    ];
  },
  UnaryExpression: ({ operator: name, start, argument }) =>
    name === '!' || name === '-' ? [{ kind: `drop ${name}`, start, end: argument.start, text: '' }] : [],
  IfStatement: ({ test }) => conditions(test),
  ConditionalExpression: ({ test }) => conditions(test),
  NumericLiteral: ({ start, end, extra }) => [
    { kind: 'add 1 to the number', start, end, text: `(${extra.raw} + 1)` },
  ],
  BooleanLiteral: ({ start, end, value }) => [
    { kind: 'negate the constant', start, end, text: String(!value) },
  ],
  ExpressionStatement: ({ start, end, expression }) =>
    isCall(expression) ? [{ kind: 'remove the call', start, end, text: ';' }] : [],
  MemberExpression: ({ object, property }) => {
    const other = vectorTypes.has(object.name) ? instructions[property.name] : undefined;
    if (other === undefined) return [];
    const { start, end } = property;
    return [{ kind: `${property.name} to ${other}`, start, end, text: other }];
  },
};

function operator(node, text) {
  const { operator: name, left, right } = node;
  const at = text.indexOf(name, left.end);
  if (operators[name] === undefined || at < 0 || at > right.start) return [];
  return [{ kind: `${name} to ${operators[name]}`, start: at, end: at + name.length, text: operators[name] }];
}

function conditions({ start, end }) {
  return [
    { kind: 'condition to true', start, end, text: 'true' },
    { kind: 'condition to false', start, end, text: 'false' },
  ];
}

function isText({ type, left, right }) {
  if (type === 'BinaryExpression') return isText(left) || isText(right);
  return type === 'StringLiteral' || type === 'TemplateLiteral';
}

function isCall(node) {
  return node.type === 'CallExpression' || (node.type === 'AwaitExpression' && isCall(node.argument));
}

/** Returns the name that V8 gives to the function that the node defines, if it defines one. */
function nameOf({ type, id, key, kind, init }) {
  if (type === 'FunctionDeclaration') return id?.name;
  if (type === 'VariableDeclarator' && /Function/.test(init?.type)) return id.name;
  if (type === 'ClassPrivateMethod') return kind === 'get' ? `get #${key.id.name}` : `#${key.id.name}`;
  if (type !== 'ClassMethod' && type !== 'ObjectMethod') return undefined;
  return kind === 'get' || kind === 'set' ? `${kind} ${key.name}` : key.name;
}

/** Nodes that get no mutation, because programs do not differ by them: types, error messages, imports. */
const passedOver =
  /^(ThrowStatement|ImportDeclaration|Export(All|Named)Declaration:source|TemplateElement|Decorator)$/;
const typed = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/**
 * Lists all mutations of a source.
 *
 * @param text  TypeScript or AssemblyScript; decorators before functions are allowed
 */
export function mutationsOf(text) {
  // Babel accepts decorators on classes only. Blanks in their place keep every position.
  const plain = text.replace(/^[ \t]*@\w+(\([^)\n]*\))?(?=\s)/gm, (decorator) =>
    ' '.repeat(decorator.length),
  );
  const found = [];
  const visit = (node, within) => {
    if (passedOver.test(node.type)) return;
    if (node.type.startsWith('TS')) {
      if (typed.has(node.type)) visit(node.expression, within);
      return;
    }
    const name = nameOf(node) ?? within;
    for (const mutation of mutators[node.type]?.(node, plain) ?? []) {
      found.push({ ...mutation, line: node.loc.start.line, function: name });
    }
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child?.type === 'string' && child.loc !== undefined) visit(child, name);
      }
    }
  };
  visit(parse(plain, { sourceType: 'module', plugins: ['typescript'], errorRecovery: true }).program, '');
  return found;
}
