import type { ElementwiseActivation } from '../backend/kernels.js';
import { finiteF32, knownKeys, oneOf, show, trueOrFalse } from '../errors.js';
import type { InitializerName } from '../initializers/index.js';

/** A function that is a power of z on each side of 0, so that f(c·z) = c^degree · f(z) for every c > 0. */
export interface Homogeneous {
  readonly degree: 1 | 2;
  /** f(z) is z^degree above 0, and `below` times that below. */
  readonly below: number;
}

interface Row {
  /** Where its derivative, or the next, jumps: a difference across it says nothing. */
  readonly kinks?: readonly number[];
  /** The lowest and the highest value, or what it only comes near to; absent where no value is out of reach. */
  readonly range?: Range | ((activation: never) => Range);
  /** The kernel initializer of a layer that names none. */
  readonly initializer: InitializerName;
  /** False where PyTorch's nn.Sequential has no module for it. */
  readonly hasModule?: false;
}

/** An activation that makes a number of each number. */
interface FunctionRow extends Row {
  /** The wasm kernel that computes it; of one whose slopes are learned, the kernel of the slopes that it starts with. */
  readonly kernel: ElementwiseActivation | 'step';
  /** The number that the kernel takes, where it takes one. */
  readonly parameter?: (activation: never) => number;
  /** 'lines' where it comes near to a line, or to a constant, far out on either side. */
  readonly growth: 'lines' | Homogeneous | ((activation: never) => Homogeneous);
  /** False where its derivative is 0 wherever it has one. */
  readonly trains?: false;
  /** The largest size of its derivative, where that keeps a deep network from learning. */
  readonly steepest?: number;
  /** The slopes below 0 that are learned with the weights. */
  readonly slopes?: (activation: never) => LearnedSlopes;
}

/** An activation whose values each depend on a whole row. */
interface WholeRow extends Row {
  readonly onRows: true;
}

type Range = readonly [lowest: number, highest: number];

/** Slopes below 0 that are trained. */
interface LearnedSlopes {
  readonly initialSlope: number;
  /** True for one slope for all units. */
  readonly shared: boolean;
}

/**
 * The activations. He's variance goes before what passes half of the signal's square near 0, LeCun's before selu, whose
 * constants ask for it (Klambauer et al. 2017), Glorot's before what is near a line at 0.
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
    steepest: 1 / 4,
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
  leakyRelu: {
    kernel: 'leaky_relu',
    parameter: ({ negativeSlope }: Required<LeakyRelu>) => negativeSlope,
    growth: ({ negativeSlope }: Required<LeakyRelu>) => ({ degree: 1, below: negativeSlope }),
    kinks: [0],
    // With a slope ≤ 0 it is never below 0.
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
    steepest: 1 / 6,
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
/** Every activation's name; `linear` is identity, `swish` is silu. */
export type ActivationName = RowName | keyof typeof aliases;
export const activationNames = [...Object.keys(rows), ...Object.keys(aliases)] as ActivationName[];

/** Slope below 0 as it is given. */
export interface LeakyRelu {
  readonly name: 'leakyRelu';
  readonly negativeSlope?: number;
}
/** α (e^z − 1) below 0. */
export interface Elu {
  readonly name: 'elu';
  readonly alpha?: number;
}
/** A slope below 0 that is learned. */
export interface Prelu {
  readonly name: 'prelu';
  readonly initialSlope?: number;
  readonly shared?: boolean;
}
/** What a layer takes: a name, or what leakyRelu(), elu() and prelu() return. */
export type Activation =
  | ActivationName
  | LeakyRelu
  | Elu
  | Prelu
  | { readonly name: Exclude<ActivationName, 'leakyRelu' | 'elu' | 'prelu'> };

/** An activation with every option in it: plain, frozen data. */
export type CheckedActivation =
  | { readonly name: Exclude<RowName, 'leakyRelu' | 'elu' | 'prelu'> }
  | Required<LeakyRelu>
  | Required<Elu>
  | Required<Prelu>;

/**
 * max(z, negativeSlope · z). PyTorch's LeakyReLU, Keras's LeakyReLU with its `negative_slope`.
 *
 * @param negativeSlope  a finite number, default 0.01 (PyTorch, and the lectures)
 */
export function leakyRelu(options: Omit<LeakyRelu, 'name'> = {}): Required<LeakyRelu> {
  knownKeys('leakyRelu', options, ['negativeSlope']);
  const { negativeSlope = 0.01 } = options;
  return Object.freeze({ name: 'leakyRelu', negativeSlope: finiteF32('negativeSlope', negativeSlope) });
}

/**
 * z above 0, alpha · (e^z − 1) below. Clevert et al. 2015; PyTorch's and Keras's ELU.
 *
 * @param alpha  a finite number, default 1
 */
export function elu(options: Omit<Elu, 'name'> = {}): Required<Elu> {
  knownKeys('elu', options, ['alpha']);
  const { alpha = 1 } = options;
  return Object.freeze({ name: 'elu', alpha: finiteF32('alpha', alpha) });
}

/**
 * z above 0, slope · z below, the slope learned with the weights. He et al. 2015; PyTorch's PReLU.
 *
 * @param initialSlope  a finite number, default 0.25 (the paper's and PyTorch's)
 * @param shared        true for one slope for all units, as PyTorch's default; default false, a slope a unit
 */
export function prelu(options: Omit<Prelu, 'name'> = {}): Required<Prelu> {
  knownKeys('prelu', options, ['initialSlope', 'shared']);
  const { initialSlope = 0.25, shared = false } = options;
  trueOrFalse('shared', shared);
  return Object.freeze({ name: 'prelu', initialSlope: finiteF32('initialSlope', initialSlope), shared });
}

const parametrized = { leakyRelu, elu, prelu } as const;

/** @throws TypeError if it is no activation, RangeError if an option is out of range. */
export function checkActivation(argument: string, value: unknown): CheckedActivation {
  if (typeof value === 'string') {
    const known = oneOf(argument, value, activationNames);
    const name = known in aliases ? aliases[known as keyof typeof aliases] : (known as RowName);
    return name in parametrized
      ? parametrized[name as keyof typeof parametrized]()
      : Object.freeze({ name: name as 'identity' });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${argument}: expected a name or an activation, got ${show(value)}`);
  }
  const { name, ...options } = value as { name?: unknown };
  // Of a name alone: what a file nests as deep as it likes is not followed.
  const checked = checkActivation(argument, oneOf(`${argument}.name`, name, activationNames));
  if (checked.name in parametrized) return parametrized[checked.name as keyof typeof parametrized](options);
  knownKeys(argument, options, []);
  return checked;
}

/** The row of an activation, typed as what all rows have. */
function row(name: RowName): Row & Partial<FunctionRow & WholeRow> {
  return rows[name];
}

/** True where each value depends on a whole row, so that it is no function of one number. */
export function actsOnRows({ name }: CheckedActivation): boolean {
  return row(name).onRows ?? false;
}

/** @throws TypeError where an activation is no function of one number */
export function checkPointwise(argument: string, activation: CheckedActivation): void {
  if (actsOnRows(activation)) {
    throw new TypeError(
      `${argument}: '${activation.name}' works on whole rows; expected a function of one number`,
    );
  }
}

/** The wasm kernel of its value; undefined where it works on whole rows. Learned slopes are those of the start. */
export function forwardKernel({ name }: CheckedActivation): `${FunctionRow['kernel']}_forward` | undefined {
  const { kernel } = row(name);
  return kernel && `${kernel}_forward`;
}

/** The wasm kernel of its derivative; undefined where nothing can be trained through it by one. */
export function backwardKernel(
  activation: CheckedActivation,
): `${ElementwiseActivation}_backward` | undefined {
  const { kernel } = row(activation.name);
  return kernel && isTrainable(activation) ? `${kernel as ElementwiseActivation}_backward` : undefined;
}

/** False where its derivative is 0 wherever it has one. */
export function isTrainable({ name }: CheckedActivation): boolean {
  return row(name).trains ?? true;
}

/** The number its wasm kernels take; 0 for those that take none. */
export function parameterOf(activation: CheckedActivation): number {
  return row(activation.name).parameter?.(activation as never) ?? 0;
}

/** The slopes that are learned with the weights; undefined where none are. */
export function learnedSlopes(activation: CheckedActivation): LearnedSlopes | undefined {
  return row(activation.name).slopes?.(activation as never);
}

/** The powers of z that it consists of; undefined where it only comes near to lines far out. */
export function homogeneity(activation: CheckedActivation): Homogeneous | undefined {
  const { growth } = row(activation.name);
  if (growth === 'lines') return undefined;
  return typeof growth === 'function' ? growth(activation as never) : growth;
}

/** The largest size of the derivative of an activation whose derivative is small everywhere; Infinity of others. */
export function steepestSlope(name: string): number {
  return row(name as RowName).steepest ?? Infinity;
}

/** Where its derivative, or the next, jumps, in ascending order. */
export function kinksOf(activation: CheckedActivation): readonly number[] {
  return row(activation.name).kinks ?? [];
}

/** The lowest and the highest value of an activation, or what it only comes near to. */
export function rangeOf(activation: CheckedActivation): Range {
  const { range = [-Infinity, Infinity] } = row(activation.name);
  return typeof range === 'function' ? range(activation as never) : range;
}

/** True where PyTorch's nn.Sequential has a module for it. */
export function hasModule({ name }: CheckedActivation): boolean {
  return row(name).hasModule ?? true;
}

export function defaultInitializer({ name }: CheckedActivation): InitializerName {
  return row(name).initializer;
}
