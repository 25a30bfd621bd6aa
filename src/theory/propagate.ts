import { type AbortSignalLike, checkSignal, throwIfAborted } from '../abort.js';
import { createBackend } from '../backend/index.js';
import type { BackendName } from '../backend/kernels.js';
import { checkFunction, knownKeys, notNegativeNumber, positiveNumber, wholeNumber } from '../errors.js';
import { explainInitializer } from '../initializers/explain.js';
import { resolveInitializer } from '../initializers/from-config.js';
import type { InitializerName } from '../initializers/index.js';
import { expectation, type Initializer, type InitializerConfig } from '../initializers/initializer.js';
import {
  type Activation,
  type CheckedActivation,
  checkActivation,
  checkPointwise,
  defaultInitializer,
  isTrainable,
} from '../network/activations.js';
import { Rng } from '../numbers/random.js';
import { atOnce, inTurns } from '../turns.js';
import { checkDepth, logVarianceSteps } from './finite-width.js';
import { logStatistics } from './log-statistics.js';
import type { Propagation } from './propagation.js';
import { Simulation, type Stack } from './simulation.js';

export interface PropagateOptions {
  /** Hidden layers, 1 to 100 000. */
  readonly depth: number;
  /** Inputs, and units of each hidden layer, ≥ 2: one unit has no variance. */
  readonly width: number;
  /** Of the hidden layers; any but step and softmax. */
  readonly activation: Exclude<Activation, 'softmax' | 'step'>;
  /** Kernels are N(0, kernelVariance), the output's too. */
  readonly kernelVariance?: number;
  /** Kernels as an initializer draws them instead; by default the one that a layer with this activation would have. */
  readonly kernelInitializer?: Initializer | InitializerName | InitializerConfig;
  /** Biases are N(0, biasVariance); default 0. */
  readonly biasVariance?: number;
  /** Inputs are N(0, inputVariance); default 1. */
  readonly inputVariance?: number;
  /** How many random networks, each with an input of its own; default 200. */
  readonly networks?: number;
  /** Default 0. */
  readonly seed?: number | string;
  /** Backend as in MLPOptions: default 'wasm', or 'javascript' where WebAssembly is unavailable. */
  readonly backend?: BackendName;
  /** Told after each network how many of them are through. */
  readonly onProgress?: (done: number, networks: number) => void;
}

export interface PropagateAsyncOptions extends PropagateOptions {
  /** Aborts the simulation between two layers; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignalLike;
}

const keys = [
  'depth',
  'width',
  'activation',
  'kernelVariance',
  'kernelInitializer',
  'biasVariance',
  'inputVariance',
  'networks',
  'seed',
  'backend',
  'onProgress',
];

interface Checked extends Stack {
  /** Of the output's kernel, which has fans of its own. */
  readonly outputVariance: number;
  readonly seed: number | string;
  readonly backend: BackendName | undefined;
  readonly onProgress: ((done: number, networks: number) => void) | undefined;
}

/**
 * Sends one input through each of many random networks and a gradient of 1 back: `depth` hidden layers, one linear output.
 * What variance does from layer to layer, as logarithms, beside what theory expects; Prince 2023, Figure 7.4.
 *
 * Computed in f64 on f32 draws: kernels of `kernelVariance` are f32 draws of N(0, 1) times its root, so that with the same seed
 * only the variance differs between two simulations. Network i is the same however many there are.
 *
 * Powers of z (identity, relu, squaredRelu, leakyRelu, prelu) are computed in f64 and report a variance of any size; squaredRelu
 * leaves a network out of the layers at which even the logarithm of its variance exceeds f64. Other activations are f32 functions:
 * each value is good to 1e-7, the derivative of a saturated unit below 1e-7 may be 0, and a network is left out once a
 * preactivation exceeds f64.
 *
 * @throws TypeError   if an option is missing, unknown or of the wrong kind; for step, which has no derivative, and softmax,
 *                     which works on whole rows; if kernelVariance and kernelInitializer are both given
 * @throws RangeError  if a number is out of range, or an initializer draws equal values
 */
export function propagate(options: PropagateOptions): Propagation {
  return atOnce(simulation(checked(options, keys)));
}

/** Like `propagate`, but pauses between layers every 30 ms so that a page stays responsive, and can be aborted. */
export async function propagateAsync(options: PropagateAsyncOptions): Promise<Propagation> {
  const stack = checked(options, [...keys, 'signal']);
  const { signal } = options;
  checkSignal(signal);
  throwIfAborted(signal);
  return inTurns(simulation(stack), undefined, signal);
}

function* simulation(stack: Checked): Generator<void, Propagation> {
  const { depth, width, networks, seed, onProgress } = stack;
  const theory = yield* logVarianceSteps({
    activation: stack.activation,
    kernelVariance: stack.kernelVariance,
    outputVariance: stack.outputVariance,
    biasVariance: stack.biasVariance,
    inputVariance: stack.inputVariance,
    depth,
    width,
  });
  const run = new Simulation(stack, createBackend(stack.backend, 'portable'));
  const rng = new Rng(seed).split('propagate');
  for (let network = 0; network < networks; network++) {
    yield* run.run(network, rng.split(network));
    onProgress?.(network + 1, networks);
    yield;
  }
  return {
    kind: 'propagation',
    depth,
    width,
    networks,
    seed,
    activationName: stack.activation.name,
    kernelVariance: stack.kernelVariance,
    layers: Array.from({ length: depth }, (_, l) => ({
      layer: l + 1,
      forward: logStatistics(run.forward[l]!),
      backward: logStatistics(run.backward[l]!),
      theory: theory[l]!,
    })),
    float32: run.float32.limits(),
  };
}

function checked(options: PropagateOptions, known: readonly string[]): Checked {
  knownKeys('options', options, known);
  const { biasVariance = 0, inputVariance = 1, networks = 200, seed = 0, backend, onProgress } = options;
  const depth = checkDepth(options.depth);
  const width = wholeNumber('width', options.width, 2);
  const activation = checkActivation('activation', options.activation);
  checkPointwise('activation', activation);
  if (!isTrainable(activation)) {
    throw new TypeError(`activation: '${activation.name}' has no derivative; expected one that has`);
  }
  checkFunction('onProgress', onProgress);
  return {
    depth,
    width,
    activation,
    ...kernels(options, activation, width),
    biasVariance: notNegativeNumber('biasVariance', biasVariance),
    inputVariance: positiveNumber('inputVariance', inputVariance),
    networks: checkNetworks(networks, depth),
    seed: new Rng(seed) && seed,
    backend,
    onProgress,
  };
}

/** Two logarithms a layer and network are kept, 16 bytes: this many are 2 GiB. */
const MOST_LOGARITHMS = 0x8000000;

function checkNetworks(value: unknown, depth: number): number {
  const networks = wholeNumber('networks', value, 1);
  const most = Math.floor(MOST_LOGARITHMS / depth);
  if (networks <= most) return networks;
  throw new RangeError(`networks: expected at most ${most} of ${depth} layers, got ${networks}`);
}

/** Where kernels come from, and the variance of their values. */
function kernels(
  { kernelVariance, kernelInitializer }: PropagateOptions,
  activation: CheckedActivation,
  width: number,
): Pick<Checked, 'initializer' | 'kernelVariance' | 'outputVariance'> {
  if (kernelVariance !== undefined) {
    if (kernelInitializer !== undefined) {
      throw new TypeError('kernelVariance, kernelInitializer: expected one of them, got both');
    }
    const given = positiveNumber('kernelVariance', kernelVariance);
    return { initializer: undefined, kernelVariance: given, outputVariance: given };
  }
  const which = kernelInitializer ?? defaultInitializer(activation);
  const initializer = resolveInitializer('kernelInitializer', which);
  // Of one's own function nothing is promised, and what it draws is measured.
  const promised =
    expectation(initializer, [width, width]) ?? explainInitializer(initializer, [width, width]).drawn;
  if (!(promised.variance > 0)) {
    throw new RangeError('kernelInitializer: expected values that differ; with equal ones so are all units');
  }
  const ofOutput = expectation(initializer, [width, 1])?.variance ?? Number.NaN;
  return {
    initializer,
    kernelVariance: promised.variance,
    outputVariance: ofOutput > 0 ? ofOutput : promised.variance,
  };
}
