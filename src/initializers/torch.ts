import { finiteF32, finiteNumber, knownKeys, notNegativeF32, oneOf } from '../errors.js';
import { type Initializer, initializer } from './initializer.js';
import { provideInitializers } from './known.js';
import { scaled } from './schemes.js';

/** Table of PyTorch's gains, by its names. √2 and similar numbers are written as expressions. */
const gains = {
  linear: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (slope: number) => Math.sqrt(2 / (1 + slope * slope)),
  selu: () => 3 / 4,
} as const;

/** Name of a function in PyTorch's table of gains. */
export type TorchNonlinearity = keyof typeof gains;
/** Names of the functions in PyTorch's table of gains. */
export const nonlinearities = /* @__PURE__ */ Object.keys(gains) as TorchNonlinearity[];

/**
 * Returns the gain of PyTorch's calculate_gain for one of its nonlinearities.
 *
 * @param negativeSlope  slope of leakyRelu below 0
 * @throws TypeError   if the name is unknown or the slope is not a number
 * @throws RangeError  if the slope is not finite
 */
export function tabulatedGain(nonlinearity: TorchNonlinearity, negativeSlope: number): number {
  return gains[oneOf('nonlinearity', nonlinearity, nonlinearities)](
    finiteNumber('negativeSlope', negativeSlope),
  );
}

/** Options of xavierUniform and xavierNormal. */
export interface XavierOptions {
  /** Factor > 0 of the standard deviation; default 1. */
  readonly gain?: number;
}

/**
 * Glorot initializer from a uniform distribution, U(±gain · √(6 / (fanIn + fanOut))). Equal to PyTorch's xavier_uniform_.
 *
 * @param options      {@link XavierOptions}
 * @throws TypeError   if an option is unknown or gain is not a number
 * @throws RangeError  if gain is not a finite number > 0
 */
export function xavierUniform(options: XavierOptions = {}): Initializer {
  provideInitializers({ xavierUniform });
  return xavier('xavierUniform', 'uniform', 'U(±gain · √(6 / (fanIn + fanOut)))', options);
}

/**
 * Glorot initializer from a normal distribution, not truncated: N(0, gain² · 2 / (fanIn + fanOut)). Equal to PyTorch's
 * xavier_normal_.
 *
 * @param options      {@link XavierOptions}
 * @throws TypeError   if an option is unknown or gain is not a number
 * @throws RangeError  if gain is not a finite number > 0
 */
export function xavierNormal(options: XavierOptions = {}): Initializer {
  provideInitializers({ xavierNormal });
  return xavier('xavierNormal', 'normal', 'Var = gain² · 2 / (fanIn + fanOut)', options);
}

function xavier(
  name: string,
  distribution: 'uniform' | 'normal',
  formula: string,
  options: XavierOptions,
): Initializer {
  knownKeys(name, options, ['gain']);
  const { gain = 1 } = options;
  // The square of the gain is the variance factor, which must not round to 0.
  if (finiteF32('gain', gain) <= 0 || gain * gain === 0) {
    throw new RangeError(`gain: expected a number > 0, got ${gain}`);
  }
  const source = 'Glorot & Bengio 2010; PyTorch';
  return scaled(name, { scale: gain * gain, mode: 'fanAvg', distribution, formula, source }, { gain });
}

/** Options of kaimingUniform and kaimingNormal. */
export interface KaimingOptions {
  /** Slope of leakyRelu below 0; default 0. PyTorch calls it a. */
  readonly negativeSlope?: number;
  /** Fan that divides the variance; default 'fanIn' (PyTorch). */
  readonly mode?: 'fanIn' | 'fanOut';
  /** Function whose gain multiplies the standard deviation; default 'leakyRelu', which with slope 0 is relu (PyTorch). */
  readonly nonlinearity?: TorchNonlinearity;
}

/**
 * He initializer from a uniform distribution, U(±gain · √(3 / fan)). Equal to PyTorch's kaiming_uniform_, with its defaults.
 *
 * @param options      {@link KaimingOptions}
 * @throws TypeError   if an option or a name is unknown
 * @throws RangeError  if the slope leaves no gain > 0
 */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  provideInitializers({ kaimingUniform });
  return kaiming('kaimingUniform', 'uniform', 'U(±gain · √(3 / fan))', options);
}

/**
 * He initializer from a normal distribution, not truncated: N(0, gain² / fan). Equal to PyTorch's kaiming_normal_, with its
 * defaults.
 *
 * @param options      {@link KaimingOptions}
 * @throws TypeError   if an option or a name is unknown
 * @throws RangeError  if the slope leaves no gain > 0
 */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  provideInitializers({ kaimingNormal });
  return kaiming('kaimingNormal', 'normal', 'Var = gain² / fan', options);
}

function kaiming(
  name: string,
  distribution: 'uniform' | 'normal',
  formula: string,
  options: KaimingOptions,
): Initializer {
  knownKeys(name, options, ['negativeSlope', 'mode', 'nonlinearity']);
  const { negativeSlope = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  oneOf('mode', mode, ['fanIn', 'fanOut']);
  const gain = tabulatedGain(nonlinearity, negativeSlope);
  if (!(gain > 0))
    throw new RangeError(`negativeSlope: expected a slope that leaves a gain > 0, got ${negativeSlope}`);
  const source = 'He et al. 2015; PyTorch';
  return scaled(
    name,
    { scale: gain * gain, mode, distribution, formula, source },
    { negativeSlope, mode, nonlinearity },
  );
}

/**
 * Initializer of kernel and bias in PyTorch's nn.Linear: U(±1/√fanIn), which is kaiming_uniform_ with a = √5. The variance, 1 /
 * (3 · fanIn), is a sixth of He's.
 */
export function torchLinear(): Initializer {
  provideInitializers({ torchLinear });
  const scheme = { scale: 1 / 3, mode: 'fanIn', distribution: 'uniform' } as const;
  return scaled('torchLinear', { ...scheme, formula: 'U(±1/√fanIn)', source: 'PyTorch nn.Linear' });
}

/** Options of `sparseNormal`. */
export interface SparseNormalOptions {
  /** Share of zeros, from 0 to 1; default 0.1. In each row of fanOut values, ⌈sparsity · fanOut⌉ are zero. */
  readonly sparsity?: number;
  /** Standard deviation of the other values, ≥ 0; default 0.01 (PyTorch). */
  readonly std?: number;
}

/**
 * Initializer that draws normal values and sets a share of each input's outgoing weights to exactly 0. Equal to PyTorch's
 * sparse_.
 *
 * @param options      {@link SparseNormalOptions}
 * @throws TypeError   if an option is unknown or not a number
 * @throws RangeError  if sparsity is outside [0, 1] or std is negative
 */
export function sparseNormal(options: SparseNormalOptions = {}): Initializer {
  provideInitializers({ sparseNormal });
  knownKeys('sparseNormal', options, ['sparsity', 'std']);
  const { sparsity = 0.1, std = 0.01 } = options;
  finiteNumber('sparsity', sparsity);
  if (sparsity < 0 || sparsity > 1)
    throw new RangeError(`sparsity: expected a share from 0 to 1, got ${sparsity}`);
  notNegativeF32('std', std);
  return initializer(
    { name: 'sparseNormal', sparsity, std },
    (_, [rows, columns = rows]) => {
      const kept = 1 - Math.ceil(sparsity * columns) / columns;
      const formula = `N(0, ${std}²), of each row ⌈${sparsity} · fanOut⌉ zeros`;
      const source = 'Martens 2010; PyTorch sparse_';
      return {
        distribution: 'sparse normal',
        mean: 0,
        variance: kept * std * std,
        limit: Infinity,
        formula,
        source,
      };
    },
    (rng, out, _, [rows, columns]) => {
      const width = columns ?? rows;
      const zeroed = Math.ceil(sparsity * width);
      rng.split('values').normal(out.length, { std, out });
      const places = rng.split('places');
      for (let row = 0; row < out.length / width; row++) {
        const order = places.split(row).permutation(width);
        for (let i = 0; i < zeroed; i++) out[row * width + order[i]!] = 0;
      }
    },
  );
}
