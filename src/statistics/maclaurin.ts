import { knownKeys, oneOf, wholeNumber } from '../errors.js';
import {
  type Activation,
  type CheckedActivation,
  checkActivation,
  checkPointwise,
  kinksOf,
} from '../network/activations.js';

/** Options of `statistics.maclaurin`. */
export interface MaclaurinOptions {
  /** Side of 0 whose series is wanted. Required for activations with a kink at 0; the others have one series for both sides. */
  readonly side?: 'left' | 'right';
}

/** Coefficients of z⁰, z¹, …; all series have one length. */
type Series = readonly number[];

/** Largest order; beyond it, the coefficients of functions with poles have lost their digits. */
const HIGHEST = 60;

/**
 * Computes the coefficients f⁽ᵏ⁾(0) / k! of an activation's Maclaurin series for k = 0 … order, such as
 * tanh z = z − z³/3 + 2z⁵/15 − …
 *
 * @param activation  a name, or a name with its parameters
 * @param order       a whole number from 0 to 60
 * @param options     `side` chooses the series of one side of a kink at 0
 * @throws TypeError   if the name is unknown, or is 'softmax'
 * @throws RangeError  if the order is out of range, or the activation has a kink at 0, as relu has, and no `side` is given
 */
export function maclaurin(
  activation: Exclude<Activation, 'softmax'>,
  order: number,
  options: MaclaurinOptions = {},
): number[] {
  const checked = checkActivation('activation', activation);
  knownKeys('options', options, ['side']);
  if (wholeNumber('order', order, 0) > HIGHEST) {
    throw new RangeError(`order: expected at most ${HIGHEST}, got ${order}`);
  }
  checkPointwise('activation', checked);
  const { side } = options;
  if (side !== undefined) oneOf('side', side, ['left', 'right']);
  if (side === undefined && kinksOf(checked).includes(0)) {
    throw new RangeError(
      `activation: '${checked.name}' has a kink at 0 and therefore two series; expected a side: 'left' or 'right'`,
    );
  }
  // Without a kink, both sides have the same series.
  return [...rows[checked.name](new Algebra(order + 1), checked as never, side === 'left')];
}

type Row<A extends CheckedActivation = CheckedActivation> = (
  algebra: Algebra,
  activation: A,
  left: boolean,
) => Series;
type Parametrized<Name> = Extract<CheckedActivation, { readonly name: Name }>;

/** 2√(2/π), and its product with 0.044715: the tanh form of gelu is z σ(C1 z + C3 z³). */
const GELU_1 = 1.5957691216057308;
const GELU_3 = 0.07135481627260025;
/** Constants of Klambauer et al. 2017. */
const SELU_LAMBDA = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** Series of each activation, built from z, e^v and the four operations on series. */
const rows: { readonly [Name in CheckedActivation['name']]: Row<never> } = {
  identity: (s) => s.z,
  step: (s, _, left) => s.polynomial(left ? 0 : 1),
  sigmoid: (s) => s.sigmoid(s.z),
  tanh: (s) => s.tanh(s.z),
  softplus: (s) => s.integral(Math.LN2, s.sigmoid(s.z)),
  relu: (s, _, left) => s.scaled(left ? 0 : 1, s.z),
  squaredRelu: (s, _, left) => s.scaled(left ? 0 : 1, s.polynomial(0, 0, 1)),
  leakyRelu: (s, { negativeSlope }: Parametrized<'leakyRelu'>, left) =>
    s.scaled(left ? negativeSlope : 1, s.z),
  prelu: (s, { initialSlope }: Parametrized<'prelu'>, left) => s.scaled(left ? initialSlope : 1, s.z),
  elu: (s, { alpha }: Parametrized<'elu'>, left) => (left ? s.scaled(alpha, s.expm1(s.z)) : s.z),
  selu: (s, _, left) =>
    left ? s.scaled(SELU_LAMBDA * SELU_ALPHA, s.expm1(s.z)) : s.scaled(SELU_LAMBDA, s.z),
  silu: (s) => s.product(s.z, s.sigmoid(s.z)),
  gelu: (s) =>
    s.product(s.z, s.integral(0.5, s.scaled(1 / Math.sqrt(2 * Math.PI), s.exp(s.polynomial(0, 0, -0.5))))),
  geluTanh: (s) => s.product(s.z, s.sigmoid(s.polynomial(0, GELU_1, 0, GELU_3))),
  // tanh(softplus z) = n / (n + 2) with n = e^z (e^z + 2).
  mish: (s) => {
    const n = s.product(s.exp(s.z), s.sum(s.exp(s.z), s.polynomial(2)));
    return s.product(s.z, s.quotient(n, s.sum(n, s.polynomial(2))));
  },
  softsign: (s, _, left) => s.quotient(s.z, s.polynomial(1, left ? -1 : 1)),
  hardSigmoid: (s) => s.polynomial(0.5, 1 / 6),
  hardSwish: (s) => s.polynomial(0, 0.5, 1 / 6),
  softmax: (s) => s.polynomial(Number.NaN),
};

/** Arithmetic of power series with a fixed number of terms. */
class Algebra {
  readonly #terms: number;
  readonly z: Series;

  constructor(terms: number) {
    this.#terms = terms;
    this.z = this.polynomial(0, 1);
  }

  polynomial(...coefficients: number[]): Series {
    return this.#series((k) => coefficients[k] ?? 0);
  }

  scaled(factor: number, a: Series): Series {
    return a.map((value) => factor * value);
  }

  sum(a: Series, b: Series): Series {
    return a.map((value, k) => value + b[k]!);
  }

  product(a: Series, b: Series): Series {
    return this.#series((k) => convolution(a, b, k, k));
  }

  /** a / b for b ≠ 0 at 0: the series whose product with b is a. */
  quotient(a: Series, b: Series): Series {
    return this.#series((k, found) => (a[k]! - convolution(found, b, k - 1, k)) / b[0]!);
  }

  /** e^v for v = 0 at 0: the solution of y′ = v′ y. */
  exp(v: Series): Series {
    const slope = v.map((value, k) => k * value);
    return this.#series((k, found) => (k === 0 ? 1 : convolution(found, slope, k - 1, k) / k));
  }

  expm1(v: Series): Series {
    return this.sum(this.exp(v), this.polynomial(-1));
  }

  /** tanh v for v = 0 at 0: the solution of y′ = v′ (1 − y²), which keeps the zeros of an odd series exact. */
  tanh(v: Series): Series {
    const slope = v.map((value, k) => k * value);
    const slack: number[] = [];
    return this.#series((k, found) => {
      if (k === 0) return 0;
      slack.push((k === 1 ? 1 : 0) - convolution(found, found, k - 1, k - 1));
      return convolution(slack, slope, k - 1, k) / k;
    });
  }

  /** σ(v) = ½ + ½ tanh(v / 2) */
  sigmoid(v: Series): Series {
    return this.sum(this.polynomial(0.5), this.scaled(0.5, this.tanh(this.scaled(0.5, v))));
  }

  integral(constant: number, a: Series): Series {
    return this.#series((k) => (k === 0 ? constant : a[k - 1]! / k));
  }

  /** Computes a series term by term, each from the terms before it. */
  #series(term: (k: number, found: Series) => number): Series {
    const found: number[] = [];
    for (let k = 0; k < this.#terms; k++) found.push(term(k, found));
    return found;
  }
}

/** Σ a[i] b[k − i] for i from 0 to last. */
function convolution(a: Series, b: Series, last: number, k: number): number {
  let sum = 0;
  for (let i = 0; i <= last; i++) sum += a[i]! * b[k - i]!;
  return sum;
}
