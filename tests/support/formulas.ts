/** Evaluates formulas as the documents write them: `z σ(z)`, `1 for z > 0, else alpha e^z`, `z tanh(s), s = ln(1 + e^z)`. */
import { upperTail } from '../kernels/normal-reference.js';

type Values = Readonly<Record<string, number>>;

const sigma = (z: number) => 1 / (1 + Math.exp(-z));
const functions: Readonly<Record<string, (...given: number[]) => number>> = {
  σ: (z) => sigma(z!),
  'σ′': (z) => sigma(z!) * sigma(-z!),
  Φ: (z) => (z! < 0 ? upperTail(-z!) : 1 - upperTail(z!)),
  φ: (z) => Math.exp((-z! * z!) / 2) / Math.sqrt(2 * Math.PI),
  tanh: (z) => Math.tanh(z!),
  sinh: (z) => Math.sinh(z!),
  cosh: (z) => Math.cosh(z!),
  ln: (z) => Math.log(z!),
  max: Math.max,
  clamp: (x, low, high) => Math.min(high!, Math.max(low!, x!)),
  '√': (x) => Math.sqrt(x!),
};
const constants: Values = { e: Math.E, π: Math.PI };
const powers: Readonly<Record<string, number>> = { '²': 2, '³': 3 };

/** Value of a formula. Definitions may follow it, after a comma or a semicolon. */
export function evaluated(formula: string, given: Values): number {
  // Definitions stand behind the formula, those that others need last.
  const [first = '', ...definitions] = formula.split(/[,;] (?=(?:[λαsu]′?) = )/);
  let values = given;
  for (const definition of definitions.reverse()) {
    const [name, right] = definition.split(' = ');
    values = { ...values, [name!]: evaluated(right!, values) };
  }
  const body = first.replace(/, with .*$/, '').replace(/^\S+ = /, '');
  const choice = body.split(/, (?=[^,]* for |else )/).map((part) => part.replace(/^else /, ''));
  for (const part of choice) {
    const [value, condition] = part.split(' for ');
    if (condition === undefined || holds(condition, values)) return new Parser(value!, values).all();
  }
  throw new Error(`${formula}: no case holds`);
}

function holds(condition: string, values: Values): boolean {
  const parts = condition.split(/ ([<>≤≥]) /);
  const at = (i: number) => new Parser(parts[i]!, values).all();
  const tests: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    '<': (a, b) => a < b,
    '>': (a, b) => a > b,
    '≤': (a, b) => a <= b,
    '≥': (a, b) => a >= b,
  };
  return parts.every((part, i) => i % 2 === 0 || tests[part]!(at(i - 1), at(i + 1)));
}

/** Recursive descent over sums, products (also without a sign between the factors), powers and functions. */
class Parser {
  readonly #tokens: string[];

  constructor(
    formula: string,
    readonly values: Values,
  ) {
    const known = [...Object.keys(values), ...Object.keys(functions), ...Object.keys(constants)];
    const names = known.sort((a, b) => b.length - a.length).join('|');
    this.#tokens = formula.match(new RegExp(`\\d+(?:\\.\\d+)?|${names}|\\S`, 'g')) ?? [];
  }

  all(): number {
    const value = this.#sum();
    if (this.#tokens.length > 0) throw new Error(`unexpected ${this.#tokens[0]}`);
    return value;
  }

  #sum(): number {
    let value = this.#product();
    while (['+', '−'].includes(this.#tokens[0]!)) {
      value += (this.#tokens.shift() === '+' ? 1 : -1) * this.#product();
    }
    return value;
  }

  #product(): number {
    if (this.#take('−')) return -this.#product();
    let value = this.#power();
    for (;;) {
      const next = this.#tokens[0];
      if (next === undefined || /^[+−),|]$/.test(next)) return value;
      if (this.#take('/')) value /= this.#power();
      else {
        this.#take('·');
        value *= this.#power();
      }
    }
  }

  #power(): number {
    const base = this.#atom();
    const next = this.#tokens[0] ?? '';
    if (next in powers) {
      this.#tokens.shift();
      return base ** powers[next]!;
    }
    if (!this.#take('^')) return base;
    const sign = this.#take('−') ? -1 : 1;
    // An exponent such as −2z is a number and a variable.
    let exponent = sign * this.#atom();
    if (this.#tokens[0] === 'z' && base === Math.E) exponent *= this.#atom();
    return base ** exponent;
  }

  #atom(): number {
    const token = this.#tokens.shift() ?? '';
    if (token === '(' || token === '|') {
      const value = this.#sum();
      this.#tokens.shift();
      return token === '|' ? Math.abs(value) : value;
    }
    if (token === 'f' && this.#tokens[0] === '(') {
      this.#arguments();
      return this.values.f!;
    }
    const f = functions[token];
    if (f !== undefined) {
      const squared = this.#take('²');
      const value = f(...(this.#tokens[0] === '(' ? this.#arguments() : [this.#atom()]));
      return squared ? value * value : value;
    }
    const value = this.values[token] ?? constants[token] ?? Number(token);
    if (Number.isNaN(value)) throw new Error(`unknown ${token}`);
    return value;
  }

  #arguments(): number[] {
    const given: number[] = [];
    do {
      this.#tokens.shift();
      given.push(this.#sum());
    } while (this.#tokens[0] === ',');
    this.#tokens.shift();
    return given;
  }

  #take(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }
}

/**
 * Mean cosine of two inputs' preactivations in a layer of a wide tanh network whose kernels have the variance 1/fanIn and whose biases are
 * all equal, from independent inputs of variance 1. It iterates the correlation map of Poole et al. (2016) by a Riemann sum over two
 * correlated normal values, without code of the library.
 */
export function tanhLikeness({ bias, layer }: { readonly bias: number; readonly layer: number }): number {
  const step = 0.1;
  const grid = Array.from({ length: 141 }, (_, i) => -7 + i * step);
  const weights = grid.map((x) => (step * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
  const expectation = (f: (x: number) => number) => grid.reduce((sum, x, i) => sum + weights[i]! * f(x), 0);
  let [variance, covariance] = [1, 0];
  for (let l = 1; l < layer; l++) {
    const deviation = Math.sqrt(variance);
    const correlation = covariance / variance;
    const rest = Math.sqrt(1 - correlation * correlation);
    const output = (x: number) => Math.tanh(bias + deviation * x);
    [variance, covariance] = [
      expectation((x) => output(x) ** 2),
      expectation((x) => output(x) * expectation((y) => output(correlation * x + rest * y))),
    ];
  }
  return (covariance + bias * bias) / (variance + bias * bias);
}
