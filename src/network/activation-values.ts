/** Values and derivatives of the library's activations at any points, computed by the kernels of a backend. */
import { settleLike, typedName } from '../arrays.js';
import { sharedBackend, temporaryArena } from '../backend/index.js';
import type { Address, Backend } from '../backend/kernels.js';
import type { Elements } from '../backend/names.js';
import { numberAt } from '../errors.js';
import { exp } from '../numbers/normal.js';
import { formulas } from './activation-formulas.js';
import {
  type Activation,
  backwardKernel,
  type CheckedActivation,
  checkActivation,
  checkPointwise,
  elementwiseName,
  forwardKernel,
  parameterOf,
} from './activations.js';

/** Number of points per call of a kernel. The memory of a shared backend never shrinks. */
const CHUNK = 4096;

/** Activation that is a function of one number: any but softmax. */
export type ScalarActivation = Exclude<Activation, 'softmax'>;

/**
 * Computes an activation f(z) at one number, in f64. prelu has its initial slope.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu(); not softmax, which acts on rows
 * @param z           a number
 * @throws TypeError   if the activation is unknown or softmax, or z is not a number
 * @throws RangeError  if an option of the activation is out of range
 */
export function activationValue(activation: ScalarActivation, z: number): number;
/**
 * Computes an activation f(z) at each value of a Float32Array, in f32, with the bits of a layer on the default backend. prelu has
 * its initial slope.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu()
 * @param z           points; for softmax, one row
 * @throws TypeError   if the activation is unknown, or z is not an array of numbers
 * @throws RangeError  if an option of the activation is out of range
 */
export function activationValue(activation: Activation, z: Float32Array): Float32Array;
/**
 * Computes an activation f(z) at each value of an array, in f64. prelu has its initial slope.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu()
 * @param z           points; for softmax, one row
 * @throws TypeError   if the activation is unknown, or z is not an array of numbers
 * @throws RangeError  if an option of the activation is out of range
 */
export function activationValue(activation: Activation, z: ArrayLike<number>): Float64Array;
export function activationValue(activation: unknown, z: unknown): number | Elements {
  const checked = checkActivation('activation', activation);
  // A single number is no row.
  if (typeof z === 'number') checkPointwise('activation', checked);
  return atPoints(checked, z, 'value');
}

/**
 * Computes the derivative f′(z) of an activation at one number, in f64. At a kink it is that of the left
 * branch, as in training; that of 'step' is 0. prelu has its initial slope.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu(); not softmax, whose derivative is a matrix
 * @param z           a number
 * @throws TypeError   if the activation is unknown or softmax, or z is not a number
 * @throws RangeError  if an option of the activation is out of range
 */
export function activationDerivative(activation: ScalarActivation, z: number): number;
/**
 * Computes the derivative f′(z) of an activation at each value of a Float32Array, in f32. At a kink it is that of the left
 * branch, as in training; that of 'step' is 0. prelu has its initial slope.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu(); not softmax, whose derivative is a matrix
 * @param z           points
 * @throws TypeError   if the activation is unknown or softmax, or z is not an array of numbers
 * @throws RangeError  if an option of the activation is out of range
 */
export function activationDerivative(activation: ScalarActivation, z: Float32Array): Float32Array;
/**
 * Computes the derivative f′(z) of an activation at each value of an array, in f64. At a kink it is that of the left
 * branch, as in training; that of 'step' is 0. prelu has its initial slope.
 *
 * @param activation  a name, or the result of leakyRelu(), elu() or prelu(); not softmax, whose derivative is a matrix
 * @param z           points
 * @throws TypeError   if the activation is unknown or softmax, or z is not an array of numbers
 * @throws RangeError  if an option of the activation is out of range
 */
export function activationDerivative(activation: ScalarActivation, z: ArrayLike<number>): Float64Array;
export function activationDerivative(activation: unknown, z: unknown): number | Elements {
  const checked = checkActivation('activation', activation);
  checkPointwise('activation', checked);
  return atPoints(checked, z, 'derivative');
}

type Wanted = 'value' | 'derivative';

/** Checks z, and computes in the arithmetic that its type asks for. */
function atPoints(activation: CheckedActivation, z: unknown, wanted: Wanted): number | Elements {
  if (typeof z === 'number') return inDoubles(activation, Float64Array.of(z), wanted)[0]!;
  const list = settleLike('z', z, 'a number or an array of numbers');
  if (typedName(z) === 'Float32Array') {
    return byKernels(activation, Float32Array.from(list as Float32Array), wanted);
  }
  const points = Float64Array.from(list, (value, i) => numberAt(`z[${i}]`, value));
  return inDoubles(activation, points, wanted);
}

/** Computes an activation by its formula in f64. */
function inDoubles(activation: CheckedActivation, z: Float64Array, wanted: Wanted): Float64Array {
  const name = elementwiseName(activation);
  if (name === undefined) return softmax(z);
  const points = {
    z,
    values: new Float64Array(z.length),
    slopes: new Float64Array(z.length),
    parameter: parameterOf(activation),
  };
  for (let i = 0; i < z.length; i++) formulas[name](points, i);
  return wanted === 'value' ? points.values : points.slopes;
}

/** Computes the shares e^z of a row, all over the largest, so that none overflows. */
function softmax(z: Float64Array): Float64Array {
  const largest = z.reduce((most, value) => Math.max(most, value), -Infinity);
  const shares = z.map((value) => exp(value - largest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Runs the kernels of an activation over the points, chunk by chunk; a row of softmax is one chunk. Overwrites the points. */
function byKernels(activation: CheckedActivation, z: Float32Array, wanted: Wanted): Float32Array {
  const backend = sharedBackend();
  const softmax = forwardKernel(activation) === undefined;
  const step = softmax ? Math.max(1, z.length) : CHUNK;
  for (let start = 0; start < z.length; start += step) {
    const points = z.subarray(start, start + step);
    const n = points.length;
    const arena = temporaryArena();
    const [from, values, slopes] = [arena.elements(n), arena.elements(n), arena.elements(n)];
    arena.commit();
    // Read after the commit, which may have replaced the memory.
    const view = (address: number) => backend.elements.subarray(address / 4, address / 4 + n);
    view(from).set(points);
    if (softmax) backend.kernels.softmax_forward(values, from, 1, n);
    else runActivation(backend, activation, values, slopes, from, n);
    points.set(view(wanted === 'value' ? values : slopes));
  }
  return z;
}

/**
 * Writes f(z) and f′(z) of n points by the kernels of an activation that is a function of one number. Without a backward kernel the
 * derivative is 0 wherever it exists.
 */
export function runActivation(
  backend: Backend,
  activation: CheckedActivation,
  values: Address,
  slopes: Address,
  points: Address,
  n: number,
): void {
  const { kernels, elements, elementBytes } = backend;
  const parameter = parameterOf(activation);
  const backward = backwardKernel(activation);
  const start = slopes / elementBytes;
  kernels[forwardKernel(activation)!](values, points, n, parameter);
  elements.fill(backward === undefined ? 0 : 1, start, start + n);
  if (backward !== undefined) kernels[backward](slopes, slopes, points, values, n, parameter);
}
