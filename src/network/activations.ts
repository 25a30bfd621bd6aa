import type { ElementwiseActivation } from '../backend/kernels.js';
import { finiteF32, knownKeys, oneOf, show, trueOrFalse } from '../errors.js';
import type { InitializerName } from '../initializers/index.js';

interface ActivationRow {
  /** The wasm kernel that computes it; absent where a layer needs more than one value at a time. */
  readonly kernel?: ElementwiseActivation;
  /** Where its derivative, or the next, jumps: a difference across it says nothing. */
  readonly kinks?: readonly number[];
  /** The lowest and the highest value, or what it only comes near to; absent where no value is out of reach. */
  readonly range?: readonly [lowest: number, highest: number];
  /** The kernel initializer of a layer that names none. */
  readonly initializer: InitializerName;
}

/**
 * The activations. He's variance goes before what passes half of the signal's square near 0, LeCun's before selu, whose
 * constants ask for it (Klambauer et al. 2017), Glorot's before what is near a line at 0.
 */
const rows = {
  identity: { kernel: 'identity', initializer: 'glorotUniform' },
  step: { kinks: [0], range: [0, 1], initializer: 'glorotUniform' },
  sigmoid: { kernel: 'sigmoid', range: [0, 1], initializer: 'glorotUniform' },
  tanh: { kernel: 'tanh', range: [-1, 1], initializer: 'glorotUniform' },
  softplus: { kernel: 'softplus', range: [0, Infinity], initializer: 'glorotUniform' },
  relu: { kernel: 'relu', kinks: [0], range: [0, Infinity], initializer: 'heNormal' },
  leakyRelu: { kernel: 'leaky_relu', kinks: [0], initializer: 'heNormal' },
  prelu: { kinks: [0], initializer: 'heNormal' },
  elu: { kernel: 'elu', kinks: [0], initializer: 'heNormal' },
  selu: { kernel: 'selu', kinks: [0], range: [-1.7581, Infinity], initializer: 'lecunNormal' },
  silu: { kernel: 'silu', range: [-0.2785, Infinity], initializer: 'heNormal' },
  gelu: { kernel: 'gelu', range: [-0.17, Infinity], initializer: 'heNormal' },
  geluTanh: { kernel: 'gelu_tanh', range: [-0.1701, Infinity], initializer: 'heNormal' },
  mish: { kernel: 'mish', range: [-0.3089, Infinity], initializer: 'heNormal' },
  softsign: { kernel: 'softsign', kinks: [0], range: [-1, 1], initializer: 'glorotUniform' },
  hardSigmoid: { kernel: 'hard_sigmoid', kinks: [-3, 3], range: [0, 1], initializer: 'glorotUniform' },
  hardSwish: { kernel: 'hard_swish', kinks: [-3, 3], range: [-0.375, Infinity], initializer: 'heNormal' },
  softmax: { range: [0, 1], initializer: 'glorotUniform' },
} as const satisfies Record<string, ActivationRow>;

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
function row(name: RowName): ActivationRow {
  return rows[name];
}

/** The wasm kernel's name, where it is elementwise and differentiable. */
export function kernelOf(activation: CheckedActivation): ElementwiseActivation | undefined {
  return row(activation.name).kernel;
}

/** The number its wasm kernel takes; 0 for those that take none. */
export function parameterOf(activation: CheckedActivation): number {
  if (activation.name === 'leakyRelu') return activation.negativeSlope;
  return activation.name === 'elu' ? activation.alpha : 0;
}

/** Where its derivative, or the next, jumps, in ascending order. */
export function kinksOf(activation: CheckedActivation): readonly number[] {
  return row(activation.name).kinks ?? [];
}

/** The lowest and the highest value of an activation, or what it only comes near to. */
export function rangeOf(activation: CheckedActivation): readonly [lowest: number, highest: number] {
  const { name } = activation;
  if (name === 'elu') return [Math.min(0, -activation.alpha), Infinity];
  // With a slope ≤ 0 it is never below 0.
  if (name === 'leakyRelu') return [activation.negativeSlope > 0 ? -Infinity : 0, Infinity];
  return row(name).range ?? [-Infinity, Infinity];
}

export function defaultInitializer(activation: CheckedActivation): InitializerName {
  return row(activation.name).initializer;
}
