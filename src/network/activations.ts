import type { ElementwiseActivation } from '../backend/kernels.js';
import { computed } from '../computed.js';
import { finiteF32, isObject, knownKeys, oneOf, show, trueOrFalse } from '../errors.js';
import { callHint } from '../hints.js';
import type { InitializerName } from '../initializers/index.js';

/** Power of z on each side of 0, so that f(c·z) = c^degree · f(z) for every c > 0. */
export interface Homogeneous {
  readonly degree: 1 | 2;
  /** Factor below 0: f(z) is z^degree above 0, and `below` · z^degree below it. */
  readonly below: number;
}

interface Row {
  /** Points at which the first or second derivative jumps. A finite difference across them means nothing. */
  readonly kinks?: readonly number[];
  /** Infimum and supremum; absent if the function is unbounded on both sides. */
  readonly range?: Range | ((activation: never) => Range);
  /** Default kernel initializer. */
  readonly initializer: InitializerName;
  /** False if PyTorch's nn.Sequential has no module for the activation. */
  readonly hasModule?: false;
}

/** Row of an elementwise activation. */
interface FunctionRow extends Row {
  /** WebAssembly kernel of the function; for learned slopes, the kernel for the initial slopes. */
  readonly kernel: ElementwiseActivation | 'step';
  /** Parameter of the kernel, if it takes one. */
  readonly parameter?: (activation: never) => number;
  /** Growth at infinity: 'lines' if the function approaches a line or a constant at both infinities. */
  readonly growth: 'lines' | Homogeneous | ((activation: never) => Homogeneous);
  /** False if the derivative is 0 wherever it exists. */
  readonly trains?: false;
  /** Largest magnitude of the derivative, if it is so small that a deep network cannot learn. */
  readonly steepest?: number;
  /** Slopes below 0 that are learned with the weights. */
  readonly slopes?: (activation: never) => LearnedSlopes;
}

/** Row of an activation whose values each depend on a whole row. */
interface WholeRow extends Row {
  readonly onRows: true;
}

type Range = readonly [lowest: number, highest: number];

/** Slopes below 0 that are trained with the weights. */
interface LearnedSlopes {
  readonly initialSlope: number;
  /** True for one slope for all units. */
  readonly shared: boolean;
}

/**
 * Table of the activations. The default initializer is He for ReLU-like activations, LeCun for selu, whose constants assume it
 * (Klambauer et al. 2017), and Glorot otherwise.
 */
const rows = {
  identity: {
    kernel: 'identity',
    growth: { degree: 1, below: 1 },
    initializer: 'glorotUniform',
    hasModule: false,
  },
  step: {
    kernel: 'step',
    trains: false,
    growth: 'lines',
    kinks: [0],
    range: [0, 1],
    initializer: 'glorotUniform',
  },
  sigmoid: {
    kernel: 'sigmoid',
    growth: 'lines',
    steepest: 0.25,
    range: [0, 1],
    initializer: 'glorotUniform',
  },
  tanh: { kernel: 'tanh', growth: 'lines', range: [-1, 1], initializer: 'glorotUniform' },
  softplus: { kernel: 'softplus', growth: 'lines', range: [0, Infinity], initializer: 'glorotUniform' },
  relu: {
    kernel: 'relu',
    growth: { degree: 1, below: 0 },
    kinks: [0],
    range: [0, Infinity],
    initializer: 'heNormal',
  },
  squaredRelu: {
    kernel: 'squared_relu',
    growth: { degree: 2, below: 0 },
    kinks: [0],
    range: [0, Infinity],
    // A signal of size 1 keeps its size at a variance of 2 / (3 fanIn). Among the named initializers LeCun's is nearest to that.
    initializer: 'lecunNormal',
  },
  leakyRelu: {
    kernel: 'leaky_relu',
    parameter: ({ negativeSlope }: Required<LeakyRelu>) => negativeSlope,
    growth: ({ negativeSlope }: Required<LeakyRelu>) => ({ degree: 1, below: negativeSlope }),
    kinks: [0],
    // With a slope ≤ 0 the value is never below 0.
    range: ({ negativeSlope }: Required<LeakyRelu>) => [negativeSlope > 0 ? -Infinity : 0, Infinity],
    initializer: 'heNormal',
  },
  prelu: {
    kernel: 'leaky_relu',
    parameter: ({ initialSlope }: Required<Prelu>) => initialSlope,
    slopes: (activation: Required<Prelu>) => activation,
    growth: ({ initialSlope }: Required<Prelu>) => ({ degree: 1, below: initialSlope }),
    kinks: [0],
    initializer: 'heNormal',
  },
  elu: {
    kernel: 'elu',
    parameter: ({ alpha }: Required<Elu>) => alpha,
    growth: 'lines',
    kinks: [0],
    range: ({ alpha }: Required<Elu>) => [Math.min(0, -alpha), Infinity],
    initializer: 'heNormal',
  },
  selu: {
    kernel: 'selu',
    growth: 'lines',
    kinks: [0],
    range: [-1.7581, Infinity],
    initializer: 'lecunNormal',
  },
  silu: { kernel: 'silu', growth: 'lines', range: [-0.2785, Infinity], initializer: 'heNormal' },
  gelu: { kernel: 'gelu', growth: 'lines', range: [-0.17, Infinity], initializer: 'heNormal' },
  geluTanh: { kernel: 'gelu_tanh', growth: 'lines', range: [-0.1701, Infinity], initializer: 'heNormal' },
  mish: { kernel: 'mish', growth: 'lines', range: [-0.3089, Infinity], initializer: 'heNormal' },
  softsign: {
    kernel: 'softsign',
    growth: 'lines',
    kinks: [0],
    range: [-1, 1],
    initializer: 'glorotUniform',
  },
  hardSigmoid: {
    kernel: 'hard_sigmoid',
    growth: 'lines',
    steepest: 0.16666666666666666,
    kinks: [-3, 3],
    range: [0, 1],
    initializer: 'glorotUniform',
  },
  hardSwish: {
    kernel: 'hard_swish',
    growth: 'lines',
    kinks: [-3, 3],
    range: [-0.375, Infinity],
    initializer: 'heNormal',
  },
  softmax: { onRows: true, range: [0, 1], initializer: 'glorotUniform' },
} as const satisfies Record<string, FunctionRow | WholeRow>;

const aliases = { linear: 'identity', swish: 'silu' } as const;

type RowName = keyof typeof rows;
/** Name of an activation; `linear` is identity, `swish` is silu. */
export type ActivationName = keyof typeof rows | keyof typeof aliases;
/** Names of the activations that a layer takes. */
export const activationNames = /* @__PURE__ */ computed(() => [
  ...Object.keys(rows),
  ...Object.keys(aliases),
]) as ActivationName[];

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** Slope below 0, a finite number; default 0.01 (PyTorch and the lectures). */
  readonly negativeSlope?: number;
}
/** Options of `elu`. */
export interface EluOptions {
  /** Factor α of e^z − 1 below 0, a finite number; default 1 (PyTorch and Keras). */
  readonly alpha?: number;
}
/** Options of `prelu`. */
export interface PreluOptions {
  /** Slope below 0 before training, a finite number; default 0.25 (the paper and PyTorch). */
  readonly initialSlope?: number;
  /** True for one slope for all units, as in PyTorch by default; default false, which gives each unit its own slope. */
  readonly shared?: boolean;
}
/** Activation with a fixed slope below 0, as plain data. */
export interface LeakyRelu extends LeakyReluOptions {
  /** Name of the activation. */
  readonly name: 'leakyRelu';
}
/** Activation α (e^z − 1) below 0, as plain data. */
export interface Elu extends EluOptions {
  /** Name of the activation. */
  readonly name: 'elu';
}
/** Activation with a learned slope below 0, as plain data. */
export interface Prelu extends PreluOptions {
  /** Name of the activation. */
  readonly name: 'prelu';
}
/** Activation of a layer: a name, or the result of leakyRelu(), elu() or prelu(). */
export type Activation =
  | ActivationName
  | LeakyRelu
  | Elu
  | Prelu
  | {
      /** Name of an activation without options. */
      readonly name: Exclude<ActivationName, 'leakyRelu' | 'elu' | 'prelu'>;
    };

/** Activation with all its options, as plain frozen data. */
export type CheckedActivation =
  | {
      /** Name of an activation without options. */
      readonly name: Exclude<keyof typeof rows, 'leakyRelu' | 'elu' | 'prelu'>;
    }
  | Required<LeakyRelu>
  | Required<Elu>
  | Required<Prelu>;

/**
 * Activation max(z, negativeSlope · z). Equal to PyTorch's LeakyReLU, and to Keras's LeakyReLU with its `negative_slope`.
 *
 * @param options      {@link LeakyReluOptions}
 * @throws TypeError   if an option is unknown or the slope is not a number
 * @throws RangeError  if the slope is not finite as a 32-bit float
 */
export function leakyRelu(options: LeakyReluOptions = {}): Required<LeakyRelu> {
  return checkLeakyRelu(options, 'leakyRelu', '');
}

function checkLeakyRelu(options: LeakyReluOptions, argument: string, within: string): Required<LeakyRelu> {
  knownKeys(argument, options, ['negativeSlope']);
  const { negativeSlope = 0.01 } = options;
  finiteF32(`${within}negativeSlope`, negativeSlope);
  return Object.freeze({ name: 'leakyRelu', negativeSlope });
}

/**
 * Activation that is z above 0 and alpha · (e^z − 1) below. Clevert et al. 2015; equal to ELU of PyTorch and Keras.
 *
 * @param options      {@link EluOptions}
 * @throws TypeError   if an option is unknown or alpha is not a number
 * @throws RangeError  if alpha is not finite as a 32-bit float
 */
export function elu(options: EluOptions = {}): Required<Elu> {
  return checkElu(options, 'elu', '');
}

function checkElu(options: EluOptions, argument: string, within: string): Required<Elu> {
  knownKeys(argument, options, ['alpha']);
  const { alpha = 1 } = options;
  return Object.freeze({ name: 'elu', alpha: finiteF32(`${within}alpha`, alpha) });
}

/**
 * Activation that is z above 0 and slope · z below, where the slope is learned with the weights. He et al. 2015; equal to
 * PyTorch's PReLU.
 *
 * @param options      {@link PreluOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if the slope is not finite as a 32-bit float
 */
export function prelu(options: PreluOptions = {}): Required<Prelu> {
  return checkPrelu(options, 'prelu', '');
}

function checkPrelu(options: PreluOptions, argument: string, within: string): Required<Prelu> {
  knownKeys(argument, options, ['initialSlope', 'shared']);
  const { initialSlope = 0.25, shared = false } = options;
  finiteF32(`${within}initialSlope`, initialSlope);
  trueOrFalse(`${within}shared`, shared);
  return Object.freeze({ name: 'prelu', initialSlope, shared });
}

/**
 * Checks of the activations that have options. Each takes the options, the argument that holds them, and a prefix that opens the
 * names of options in messages.
 */
const parametrized = { leakyRelu: checkLeakyRelu, elu: checkElu, prelu: checkPrelu } as const;
type Parametrized = keyof typeof parametrized;

/** Returns true for the function leakyRelu, elu or prelu itself, which still has to be called. */
export function isUncalled(value: unknown): boolean {
  return value === leakyRelu || value === elu || value === prelu;
}

/** Checks an activation. @throws TypeError if it is not one, RangeError if an option is out of range */
export function checkActivation(argument: string, value: unknown): CheckedActivation {
  if (typeof value === 'string') {
    const known = oneOf(argument, value, activationNames);
    const name = known in aliases ? aliases[known as keyof typeof aliases] : (known as RowName);
    return name in parametrized
      ? parametrized[name as Parametrized]({}, argument, '')
      : Object.freeze({ name: name as 'identity' });
  }
  if (!isObject(value)) {
    const hint = callHint(value, Object.keys(parametrized));
    throw new TypeError(`${argument}: expected a name or an activation, got ${show(value)}${hint}`);
  }
  const { name, ...options } = value as { name?: unknown };
  // Only the name is checked further, because a file may nest objects as deep as it likes.
  const checked = checkActivation(argument, oneOf(`${argument}.name`, name, activationNames));
  if (checked.name in parametrized) {
    return parametrized[checked.name as Parametrized](options, argument, `${argument}.`);
  }
  knownKeys(argument, options, []);
  return checked;
}

/** Returns the row of an activation, typed with the fields that all rows have. */
function row(name: RowName): Row & Partial<FunctionRow & WholeRow> {
  return rows[name];
}

/** Returns true if each value of the activation depends on a whole row. */
export function actsOnRows({ name }: CheckedActivation): boolean {
  return row(name).onRows ?? false;
}

/** Checks that an activation is elementwise. @throws TypeError */
export function checkPointwise(argument: string, activation: CheckedActivation): void {
  if (actsOnRows(activation)) {
    throw new TypeError(
      `${argument}: '${activation.name}' works on whole rows; expected a function of one number`,
    );
  }
}

/** Returns the name that the kernels and the formulas of an elementwise activation have, with its initial slopes. */
export function elementwiseName({ name }: CheckedActivation): FunctionRow['kernel'] | undefined {
  return row(name).kernel;
}

/** Returns the WebAssembly kernel of an activation, with its initial slopes; undefined if it works on whole rows. */
export function forwardKernel(activation: CheckedActivation): `${FunctionRow['kernel']}_forward` | undefined {
  const kernel = elementwiseName(activation);
  return kernel && `${kernel}_forward`;
}

/** Returns the WebAssembly kernel of the derivative; undefined if the activation cannot be trained through. */
export function backwardKernel(
  activation: CheckedActivation,
): `${ElementwiseActivation}_backward` | undefined {
  const { kernel } = row(activation.name);
  return kernel && isTrainable(activation) ? `${kernel as ElementwiseActivation}_backward` : undefined;
}

/** Returns false if the derivative is 0 wherever it exists. */
export function isTrainable({ name }: CheckedActivation): boolean {
  return row(name).trains ?? true;
}

/** Returns the parameter of the activation's WebAssembly kernels; 0 if they take none. */
export function parameterOf(activation: CheckedActivation): number {
  return row(activation.name).parameter?.(activation as never) ?? 0;
}

/** Returns the slopes that are learned with the weights; undefined if there are none. */
export function learnedSlopes(activation: CheckedActivation): LearnedSlopes | undefined {
  return row(activation.name).slopes?.(activation as never);
}

/** Returns the powers of z of which the activation consists; undefined if it only approaches lines. */
export function homogeneity(activation: CheckedActivation): Homogeneous | undefined {
  const { growth } = row(activation.name);
  if (growth === 'lines') return undefined;
  return typeof growth === 'function' ? growth(activation as never) : growth;
}

/** Returns the largest magnitude of the derivative if it keeps a deep network from learning; otherwise Infinity. */
export function steepestSlope(name: string): number {
  return row(name as RowName).steepest ?? Infinity;
}

/** Returns the points at which the first or second derivative jumps, in ascending order. */
export function kinksOf(activation: CheckedActivation): readonly number[] {
  return row(activation.name).kinks ?? [];
}

/** Returns infimum and supremum of an activation. */
export function rangeOf(activation: CheckedActivation): Range {
  const { range = [-Infinity, Infinity] } = row(activation.name);
  return typeof range === 'function' ? range(activation as never) : range;
}

/** Returns true if PyTorch's nn.Sequential has a module for the activation. */
export function hasModule({ name }: CheckedActivation): boolean {
  return row(name).hasModule ?? true;
}

/** Returns the default kernel initializer of an activation. */
export function defaultInitializer({ name }: CheckedActivation): InitializerName {
  return row(name).initializer;
}
