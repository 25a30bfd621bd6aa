import { type AbortSignalLike, checkSignal, throwIfAborted } from '../abort.js';
import { createBackend } from '../backend/index.js';
import type { BackendName } from '../backend/names.js';
import {
  checkFunction,
  knownKeys,
  notNegativeNumber,
  positiveNumber,
  trueOrFalse,
  wholeNumber,
} from '../errors.js';
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
import type { LogExpectation, Propagation } from './propagation.js';
import { RandomNetworks } from './random-networks.js';
import { Simulation, type Stack } from './simulation.js';

/** Options of `propagate`. */
export interface PropagateOptions {
  /** Number of hidden layers, 1 to 100 000. */
  readonly depth: number;
  /** Number of inputs and of units of each hidden layer, ≥ 2, since one unit has no variance. */
  readonly width: number;
  /** Activation of the hidden layers: any except step and softmax. */
  readonly activation: Exclude<Activation, 'softmax' | 'step'>;
  /** Variance of normal kernels, including the output's, > 0. Excludes `kernelInitializer`. */
  readonly kernelVariance?: number;
  /** Initializer of the kernels; default the one that a layer with this activation has. Excludes `kernelVariance`. */
  readonly kernelInitializer?: Initializer | InitializerName | InitializerConfig;
  /** Variance of normal biases, ≥ 0; default 0. */
  readonly biasVariance?: number;
  /** Variance of normal inputs, > 0; default 1. */
  readonly inputVariance?: number;
  /** Number of random networks, each with an input of its own, ≥ 1; default 200. */
  readonly networks?: number;
  /** Seed of all draws, a number or a text; default 0. */
  readonly seed?: number | string;
  /** Backend as in MLPOptions; default 'wasm', or 'javascript' if WebAssembly is unavailable. */
  readonly backend?: BackendName;
  /** True to return the path of each network too; default false. */
  readonly paths?: boolean;
  /** Called after each network with the number of networks done. */
  readonly onProgress?: (done: number, networks: number) => void;
}

/** Options of `propagateAsync`. */
export interface PropagateAsyncOptions extends PropagateOptions {
  /** Aborts the simulation between two layers. The promise then rejects with the signal's reason. */
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
  'paths',
];

interface Checked extends Stack {
  /** Variance of the output's kernel, whose fans differ from the hidden kernels'. */
  readonly outputVariance: number;
  /** Text that names the draws; undefined for a function of the user's own, which may draw anything. */
  readonly drawsKey: string | undefined;
  readonly backend: BackendName | undefined;
  readonly paths: boolean;
  readonly onProgress: ((done: number, networks: number) => void) | undefined;
}

/**
 * Simulates many random networks of `depth` hidden layers and one linear output: sends one input forward through each, and a
 * gradient of 1 back. Returns statistics of ln variance for each layer, beside the values that theory expects. Prince 2023,
 * Figure 7.4.
 *
 * The computation is in f64 on f32 draws. Kernels of `kernelVariance` are f32 draws of N(0, 1), multiplied in f64, so that
 * two simulations with the same seed differ only in the variance. Network i does not depend on the number of networks. Calls in
 * a row of the same depth, width, networks, seed and backend keep their draws from the second call on, up to 128 MB (50 networks of
 * 50×100 take 100), and draw nothing from the third call on, whatever their activations and variances are. With `kernelInitializer`
 * this holds for the same name or config, but not for a function.
 *
 * Powers of z (identity, relu, squaredRelu, leakyRelu, prelu) are computed in f64, and their variance may have any size. For
 * squaredRelu, a network is left out of the layers at which even the logarithm of its variance exceeds f64. Other activations
 * are f32 functions: values are exact to 1e-7, a saturated unit's derivative below 1e-7 may be 0, and a network is left out
 * once a preactivation exceeds f64.
 *
 * @throws TypeError   if an option is missing, unknown or of the wrong type; if the activation is step, which has no
 *                     derivative, or softmax, which works on whole rows; if kernelVariance and kernelInitializer are both
 *                     given
 * @throws RangeError  if a number is out of range, or an initializer draws equal values
 */
export function propagate(options: PropagateOptions): Propagation {
  return atOnce(simulation(checked(options, keys)));
}

/**
 * Simulates the same as `propagate`, but pauses between layers every 30 ms so that a page stays responsive, and can be aborted.
 *
 * @throws TypeError   if an option is missing, unknown or of the wrong type, as `propagate` lists
 * @throws RangeError  if a number is out of range, or an initializer draws equal values
 * @throws the reason of `signal`, if it aborts
 */
export async function propagateAsync(options: PropagateAsyncOptions): Promise<Propagation> {
  const stack = checked(options, [...keys, 'signal']);
  const { signal } = options;
  checkSignal(signal);
  throwIfAborted(signal);
  return inTurns(simulation(stack), undefined, signal);
}

function* simulation(stack: Checked): Generator<void, Propagation> {
  const { depth, width, networks, seed, onProgress } = stack;
  const theory = yield* expectations(stack);
  const drawn = borrowed(stack);
  const run = new Simulation(stack, drawn.networks);
  for (let network = 0; network < networks; network++) {
    yield* run.run(network);
    onProgress?.(network + 1, networks);
    yield;
  }
  giveBack(drawn);
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
      // A copy, since the cache keeps the original.
      theory: { ...theory[l]! },
    })),
    float32: run.float32.limits(),
    ...(stack.paths && {
      paths: { forward: pathsOf(run.forward, networks), backward: pathsOf(run.backward, networks) },
    }),
  };
}

/** Random networks with the texts that name their sizes and their draws. */
interface Drawn {
  readonly networks: RandomNetworks;
  readonly sizes: string;
  readonly drawsKey: string | undefined;
}

/** Networks of the last simulation. */
let spare: Drawn | undefined;
/** Sizes and draws of the last simulation. */
let lastAsked: Omit<Drawn, 'networks'> | undefined;

/**
 * Returns networks of this shape and seed, those of the last simulation if they are the same. They are kept nowhere while in use, so
 * that two simulations at a time have networks of their own.
 */
function borrowed({ depth, width, networks, seed, initializer, backend, drawsKey }: Checked): Drawn {
  const last = spare;
  // Without this reference, memory that is of no further use can be freed before other networks take theirs.
  spare = undefined;
  const sizes = JSON.stringify([depth, width, networks, backend]);
  // A first call keeps nothing: 100 MB of new memory take longer than all its draws, 295 ms of CPU instead of 110.
  const repeated = drawsKey !== undefined && lastAsked?.drawsKey === drawsKey && lastAsked.sizes === sizes;
  lastAsked = { sizes, drawsKey };
  // Networks that are kept must not keep the caller's onProgress, so they get only what they need.
  const shape = { depth, width, networks, seed, initializer };
  if (last?.sizes !== sizes) {
    return {
      networks: new RandomNetworks(createBackend(backend, 'portable'), shape, repeated),
      sizes,
      drawsKey,
    };
  }
  // Pages of new memory take longer than the draws, so the old ones are filled again.
  if (drawsKey === undefined || last.drawsKey !== drawsKey) last.networks.replace(shape);
  return { ...last, drawsKey };
}

/** Keeps networks for the next simulation. */
function giveBack(drawn: Drawn): void {
  if (drawn.networks.keeps) spare = drawn;
}

/** Number of predictions that are kept: enough for a page that moves a slider to and fro. */
const MOST_KEPT = 16;
const kept = new Map<string, readonly LogExpectation[]>();

/** Returns theory's values of every layer. Repeated calls with the same network, such as with another seed, compute them once. */
function* expectations(stack: Checked): Generator<void, readonly LogExpectation[]> {
  const { activation, kernelVariance, outputVariance, biasVariance, inputVariance, depth, width } = stack;
  const options = { activation, kernelVariance, outputVariance, biasVariance, inputVariance, depth, width };
  const key = JSON.stringify(options);
  const found = kept.get(key) ?? (yield* logVarianceSteps(options));
  kept.delete(key);
  kept.set(key, found);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return found;
}

/** Turns values by layer and network into one path per network. */
function pathsOf(layers: readonly Float64Array[], networks: number): number[][] {
  return Array.from({ length: networks }, (_, network) => layers.map((values) => values[network]!));
}

function checked(options: PropagateOptions, known: readonly string[]): Checked {
  knownKeys('options', options, known);
  const {
    biasVariance = 0,
    inputVariance = 1,
    networks = 200,
    seed = 0,
    backend,
    onProgress,
    paths = false,
  } = options;
  const depth = checkDepth(options.depth);
  const width = wholeNumber('width', options.width, 2);
  const activation = checkActivation('activation', options.activation);
  checkPointwise('activation', activation);
  if (!isTrainable(activation)) {
    throw new TypeError(
      `activation: '${activation.name}' has no derivative; expected an activation with one`,
    );
  }
  checkFunction('onProgress', onProgress);
  const shape = { depth, width, networks: checkNetworks(networks, depth), seed: new Rng(seed) && seed };
  const { initializer, ...variances } = kernels(options, activation, width);
  const named = typeof options.kernelInitializer !== 'function';
  return {
    ...shape,
    backend,
    activation,
    initializer,
    ...variances,
    drawsKey: named ? JSON.stringify([seed, initializer?.config ?? null]) : undefined,
    biasVariance: notNegativeNumber('biasVariance', biasVariance),
    inputVariance: positiveNumber('inputVariance', inputVariance),
    paths: trueOrFalse('paths', paths),
    onProgress,
  };
}

/**
 * Upper limit for depth · networks. Each layer of each network keeps two logarithms, 16 bytes, so that this many take 2 GiB.
 */
const MOST_LOGARITHMS = 0x8000000;

function checkNetworks(value: unknown, depth: number): number {
  const networks = wholeNumber('networks', value, 1);
  const most = Math.floor(MOST_LOGARITHMS / depth);
  if (networks <= most) return networks;
  throw new RangeError(`networks: expected at most ${most} with ${depth} layers, got ${networks}`);
}

/** Returns the source of the kernels and the variance of their values. */
function kernels(
  { kernelVariance, kernelInitializer }: PropagateOptions,
  activation: CheckedActivation,
  width: number,
): Pick<Checked, 'initializer' | 'kernelVariance' | 'outputVariance'> {
  if (kernelVariance !== undefined) {
    if (kernelInitializer !== undefined) {
      throw new TypeError('kernelVariance, kernelInitializer: expected only one of them, got both');
    }
    const given = positiveNumber('kernelVariance', kernelVariance);
    return { initializer: undefined, kernelVariance: given, outputVariance: given };
  }
  const which = kernelInitializer ?? defaultInitializer(activation);
  const initializer = resolveInitializer('kernelInitializer', which);
  // A custom function promises no variance, so its draws are measured.
  const promised =
    expectation(initializer, [width, width]) ?? explainInitializer(initializer, [width, width]).drawn;
  if (!(promised.variance > 0)) {
    throw new RangeError('kernelInitializer: expected values that differ; equal values make all units equal');
  }
  const ofOutput = expectation(initializer, [width, 1])?.variance ?? Number.NaN;
  return {
    initializer,
    kernelVariance: promised.variance,
    outputVariance: ofOutput > 0 ? ofOutput : promised.variance,
  };
}
