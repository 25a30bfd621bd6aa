import { sharedBackend, temporaryArena } from './backend/index.js';
import { show } from './errors.js';
import { type Activation, checkActivation, kernelOf, parameterOf } from './network/activations.js';
import { density } from './numbers/normal.js';

/** Where N(0, 1) is cut: what lies beyond weighs 1e-33. */
const REACH = 12;
/** Panels on each side of 0, where the kinks are; five-point Gauss–Legendre on each. */
const PANELS = 96;

/** Nodes and weights of Gauss–Legendre on [−1, 1], five points: exact to degree 9. */
const legendre: readonly (readonly [node: number, weight: number])[] = [
  [0, 128 / 225],
  ...[1, -1].flatMap((side): [number, number][] => [
    [(side * Math.sqrt(5 - 2 * Math.sqrt(10 / 7))) / 3, (322 + 13 * Math.sqrt(70)) / 900],
    [(side * Math.sqrt(5 + 2 * Math.sqrt(10 / 7))) / 3, (322 - 13 * Math.sqrt(70)) / 900],
  ]),
];

interface Quadrature {
  readonly nodes: Float64Array;
  /** With the density of N(0, 1) in them. */
  readonly weights: Float64Array;
}
let prepared: Quadrature | undefined;

/**
 * The factor on the standard deviation of a kernel that keeps a signal's second moment through an activation:
 * 1/√E[f(z)²], z ~ N(0, 1). Computed, not stored: √2 for relu, 1.5925 for tanh.
 *
 * @param activation  a name, what leakyRelu() and its like return, or any function of one number
 * @throws TypeError   if it is neither, or the name is unknown
 * @throws RangeError  if E[f(z)²] is 0 or not finite
 */
export function gain(activation: Exclude<Activation, 'softmax'> | ((z: number) => number)): number {
  prepared ??= quadrature();
  const { nodes, weights } = prepared;
  const values =
    typeof activation === 'function' ? nodes.map((z) => activation(z)) : byKernel(activation, nodes);
  let secondMoment = 0;
  for (let i = 0; i < nodes.length; i++) secondMoment += weights[i]! * values[i]! * values[i]!;
  if (!(secondMoment > 0) || !Number.isFinite(secondMoment)) {
    throw new RangeError(
      `activation: expected E[f(z)²] > 0 and finite, got ${secondMoment} for ${show(activation)}`,
    );
  }
  return 1 / Math.sqrt(secondMoment);
}

function quadrature(): Quadrature {
  const nodes = new Float64Array(2 * PANELS * legendre.length);
  const weights = new Float64Array(nodes.length);
  const half = REACH / PANELS / 2;
  let i = 0;
  for (let panel = -PANELS; panel < PANELS; panel++) {
    const centre = (2 * panel + 1) * half;
    for (const [node, weight] of legendre) {
      nodes[i] = centre + half * node;
      weights[i] = half * weight * density(nodes[i]!);
      i++;
    }
  }
  return { nodes, weights };
}

/** The library’s own activation, in f32: the same bits wherever there is WebAssembly. */
function byKernel(given: unknown, nodes: Float64Array): ArrayLike<number> {
  const activation = checkActivation('activation', given);
  if (activation.name === 'softmax') {
    throw new TypeError("activation: 'softmax' works on whole rows; expected a function of one number");
  }
  const backend = sharedBackend();
  const arena = temporaryArena();
  const at = arena.elements(nodes.length);
  arena.commit();
  // Only now: room may have been made.
  const { kernels, elements } = backend;
  elements.set(nodes, at / 4);
  // A learned slope is, at the start, one that is given.
  const kernel = activation.name === 'prelu' ? 'leaky_relu' : kernelOf(activation);
  const parameter = activation.name === 'prelu' ? activation.initialSlope : parameterOf(activation);
  if (kernel === undefined) kernels.step_forward(at, at, nodes.length, 0);
  else kernels[`${kernel}_forward`](at, at, nodes.length, parameter);
  return elements.slice(at / 4, at / 4 + nodes.length);
}
