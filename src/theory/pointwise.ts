/** Values and slopes of any function of one number at many points. */
import { isArray, isObject, knownKeys, show } from '../errors.js';
import { formulas } from '../network/activation-formulas.js';
import {
  type Activation,
  type CheckedActivation,
  checkActivation,
  checkPointwise,
  elementwiseName,
  type Homogeneous,
  homogeneity,
  isUncalled,
  kinksOf,
  parameterOf,
} from '../network/activations.js';

/** Activation function of your own, optionally with its derivative. Without one, theory takes central differences. */
export interface OwnActivation {
  /** Function f(z). */
  readonly value: (z: number) => number;
  /** Derivative f′(z); default central differences of `value`. */
  readonly derivative?: (z: number) => number;
  /** Points other than 0 at which the function or its derivative jumps; default none. */
  readonly kinks?: readonly number[];
}

/**
 * Activation that the functions of `evenkeel/theory` take: any of the library's except softmax, a function of one number, or
 * an object with `value`.
 */
export type PointwiseActivation = Exclude<Activation, 'softmax'> | ((z: number) => number) | OwnActivation;

/** Checked activation that works on single numbers. */
export interface Pointwise {
  /** Name for error messages. */
  readonly shown: string;
  /** Points other than 0 at which the function or its derivative jumps. */
  readonly kinks: readonly number[];
  /** Power of z that f is on each side of 0; undefined if it is none, or unknown. */
  readonly homogeneous: Homogeneous | undefined;
  /** True for an activation of the library, which changes over distances of about 1 in z. */
  readonly isKnown: boolean;
  /** True if f′ is taken by central differences, which need steps. */
  readonly byDifferences: boolean;
  /**
   * Returns f(z) and f′(z) for each z, valid until the next call. No kink lies within `step` of a z; only differences read the steps.
   */
  at(
    z: Float64Array,
    step: Float64Array,
  ): { readonly values: ArrayLike<number>; readonly slopes: ArrayLike<number> };
}

/**
 * Returns a checked activation. @throws TypeError if it is neither an activation that works on single numbers nor a function
 */
export function pointwise(given: unknown): Pointwise {
  if (typeof given === 'function' && !isUncalled(given))
    return own({ value: given as (z: number) => number }, show(given));
  if (isObject(given) && 'value' in given) return checkOwn(given);
  const activation = checkActivation('activation', given);
  checkPointwise('activation', activation);
  return {
    shown: show(activation.name),
    kinks: kinksOf(activation),
    homogeneous: homogeneity(activation),
    isKnown: true,
    byDifferences: false,
    at: byFormula(activation),
  };
}

function checkOwn(given: object): Pointwise {
  knownKeys('activation', given, ['value', 'derivative', 'kinks']);
  const { value, derivative, kinks = [] } = given as Partial<OwnActivation>;
  if (typeof value !== 'function') {
    throw new TypeError(`activation.value: expected a function, got ${show(value)}`);
  }
  if (derivative !== undefined && typeof derivative !== 'function') {
    throw new TypeError(`activation.derivative: expected a function, got ${show(derivative)}`);
  }
  if (!isArray(kinks) || !kinks.every((kink) => Number.isFinite(kink))) {
    throw new TypeError(`activation.kinks: expected an array of finite numbers, got ${show(kinks)}`);
  }
  return own({ value, kinks, ...(derivative && { derivative }) }, show(value));
}

function own({ value, derivative, kinks = [] }: OwnActivation, shown: string): Pointwise {
  const valueAt = (x: number) => checked('value', value(x), x);
  // The difference of two infinite values is NaN although both values are valid, so only values are checked.
  const slope = (x: number, step: number) =>
    derivative
      ? checked('derivative', derivative(x), x)
      : (valueAt(x + step) - valueAt(x - step)) / (2 * step);
  const at = (z: Float64Array, step: Float64Array) => ({
    values: z.map((x) => valueAt(x)),
    slopes: z.map((x, i) => slope(x, step[i]!)),
  });
  // Infinite values are allowed and make the moments infinite; NaN is refused.
  const checked = (what: string, result: unknown, x: number): number => {
    if (typeof result === 'number' && !Number.isNaN(result)) return result;
    const Kind = typeof result === 'number' ? RangeError : TypeError;
    throw new Kind(`activation: expected a number as the ${what} of ${shown} at ${x}, got ${show(result)}`);
  };
  return {
    shown,
    kinks,
    homogeneous: undefined,
    isKnown: false,
    byDifferences: derivative === undefined,
    at,
  };
}

/** Returns `at` of an activation of the library, which computes its formula. */
function byFormula(activation: CheckedActivation): Pointwise['at'] {
  const formula = formulas[elementwiseName(activation)!];
  const parameter = parameterOf(activation);
  return (z) => {
    // Kept for the next call, because Chromium takes longer to allocate two arrays than to compute some activations.
    if (kept.values.length !== z.length) kept = room(z.length);
    const points = { ...kept, z, parameter };
    for (let i = 0; i < z.length; i++) formula(points, i);
    return points;
  };
}

const room = (n: number) => ({ values: new Float64Array(n), slopes: new Float64Array(n) });
let kept = /* @__PURE__ */ room(0);
