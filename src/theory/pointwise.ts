/** Values and slopes of any function of one number at many points: the library's own by their f32 kernels. */
import { sharedBackend, temporaryArena } from '../backend/index.js';
import { knownKeys, show } from '../errors.js';
import {
  type Activation,
  backwardKernel,
  type CheckedActivation,
  checkActivation,
  checkPointwise,
  forwardKernel,
  homogeneity,
  isUncalled,
  kinksOf,
  parameterOf,
} from '../network/activations.js';

/** A function of one's own with its derivative; without one, theory takes central differences. */
export interface OwnActivation {
  readonly value: (z: number) => number;
  readonly derivative?: (z: number) => number;
  /** Where it or its derivative jumps, beside 0. */
  readonly kinks?: readonly number[];
}

/** What theory can be asked about: an activation but softmax, or a function of one's own. */
export type PointwiseActivation = Exclude<Activation, 'softmax'> | ((z: number) => number) | OwnActivation;

export interface Pointwise {
  /** What an error calls it. */
  readonly shown: string;
  /** Where it or its derivative jumps, beside 0. */
  readonly kinks: readonly number[];
  /** The k of f(c·z) = c^k · f(z) for every c > 0; undefined where it is not known to have one. */
  readonly degree: number | undefined;
  /** f(z) and f′(z) for each z; `step` is a width around each within which there is no kink. */
  at(
    z: Float64Array,
    step: Float64Array,
  ): { readonly values: ArrayLike<number>; readonly slopes: ArrayLike<number> };
}

/** @throws TypeError if it is neither an activation that works on single numbers nor a function */
export function pointwise(given: unknown): Pointwise {
  if (typeof given === 'function' && !isUncalled(given))
    return own({ value: given as (z: number) => number }, show(given));
  if (typeof given === 'object' && given !== null && 'value' in given) return checkOwn(given);
  const activation = checkActivation('activation', given);
  checkPointwise('activation', activation);
  return {
    shown: show(activation.name),
    kinks: kinksOf(activation),
    degree: homogeneity(activation)?.degree,
    at: (z) => byKernel(activation, z),
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
  if (!Array.isArray(kinks) || !kinks.every((kink) => Number.isFinite(kink))) {
    throw new TypeError(`activation.kinks: expected an array of finite numbers, got ${show(kinks)}`);
  }
  return own({ value, kinks, ...(derivative && { derivative }) }, show(value));
}

function own({ value, derivative, kinks = [] }: OwnActivation, shown: string): Pointwise {
  const valueAt = (x: number) => checked('value', value(x), x);
  // Between two infinite values the difference is NaN, and the function may still be one.
  const slope = (x: number, step: number) =>
    derivative
      ? checked('derivative', derivative(x), x)
      : (valueAt(x + step) - valueAt(x - step)) / (2 * step);
  const at = (z: Float64Array, step: Float64Array) => ({
    values: z.map((x) => valueAt(x)),
    slopes: z.map((x, i) => slope(x, step[i]!)),
  });
  // What goes beyond f64 is infinite, and so are its moments; of NaN there is nothing to say.
  const checked = (what: string, result: unknown, x: number): number => {
    if (typeof result === 'number' && !Number.isNaN(result)) return result;
    const Kind = typeof result === 'number' ? RangeError : TypeError;
    throw new Kind(`activation: expected a number as ${what} of ${shown} at ${x}, got ${show(result)}`);
  };
  return { shown, kinks, degree: undefined, at };
}

/** The library’s own activation, in f32: the same bits wherever there is WebAssembly. */
function byKernel(activation: CheckedActivation, z: Float64Array) {
  const n = z.length;
  const backend = sharedBackend();
  const arena = temporaryArena();
  const [points, values, ones] = [arena.elements(n), arena.elements(n), arena.elements(n)];
  arena.commit();
  // Only now: room may have been made.
  const { kernels, elements } = backend;
  elements.set(z, points / 4);
  elements.fill(1, ones / 4, ones / 4 + n);
  const parameter = parameterOf(activation);
  kernels[forwardKernel(activation)!](values, points, n, parameter);
  const backward = backwardKernel(activation);
  if (backward === undefined) elements.fill(0, ones / 4, ones / 4 + n);
  else kernels[backward](ones, ones, points, values, n, parameter);
  const copy = (address: number) => elements.slice(address / 4, address / 4 + n);
  return { values: copy(values), slopes: copy(ones) };
}
