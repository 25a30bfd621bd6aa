import { knownKeys, oneOf, positiveNumber } from '../errors.js';
import { constant, ones, randomNormal, randomUniform, truncatedNormal, zeros } from './distributions.js';
import {
  configOf,
  customConfig,
  drawChecked,
  expectation as expectationOf,
  type Initializer,
  initializer,
  refuseConstructor,
} from './initializer.js';
import { provideInitializers } from './known.js';
import { identity, orthogonal, zerO } from './matrices.js';
import {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  scaled,
  tfjsGlorotNormal,
  tfjsHeNormal,
  varianceScaling,
} from './schemes.js';
import {
  kaimingNormal,
  kaimingUniform,
  sparseNormal,
  torchLinear,
  xavierNormal,
  xavierUniform,
} from './torch.js';

/** Options of the lectures' initializers. */
export interface PlainDistribution {
  /** Distribution of the values: 'normal', not truncated, or 'uniform'; default 'normal'. */
  readonly distribution?: 'normal' | 'uniform';
}

/** Table of the lectures' schemes by one fan: the variance is `scale / fan`, and the source says where it is derived. */
const rows = {
  // Near 0 tanh is the identity, so a layer keeps the variance if fanIn · Var = 1.
  xavierTanh: { scale: 1, mode: 'fanIn', source: 'the lectures, after Glorot & Bengio 2010, forward alone' },
  // Near 0 the sigmoid is ½ + z/4, so a sixteenth of the variance passes.
  xavierSigmoid: {
    scale: 16,
    mode: 'fanIn',
    source: 'the lectures, which ignore the mean of ½: 16 falls to 5.9',
  },
  // The same argument holds for the backward pass, where a layer sums over its outputs.
  glorotBackward: {
    scale: 1,
    mode: 'fanOut',
    source: 'Glorot & Bengio 2010, eq. 11: the backward pass alone',
  },
  heBackward: { scale: 2, mode: 'fanOut', source: 'He et al. 2015, eq. 14: the backward pass alone' },
} as const;

/** The lectures' Xavier initializer for tanh: Var = 1 / fanIn, or U(±√(3 / fanIn)). */
export const xavierTanh = (options: PlainDistribution = {}) => lecture('xavierTanh', options);
/** The lectures' Xavier initializer for the sigmoid: Var = 16 / fanIn, or U(±4√(3 / fanIn)). */
export const xavierSigmoid = (options: PlainDistribution = {}) => lecture('xavierSigmoid', options);
/** Initializer that keeps the variance of the gradients of a linear layer, but not of its signal: Var = 1 / fanOut. */
export const glorotBackward = (options: PlainDistribution = {}) => lecture('glorotBackward', options);
/**
 * Initializer that keeps the variance of the gradients of a ReLU layer: Var = 2 / fanOut. Equal to PyTorch's kaiming with mode
 * fan_out.
 */
export const heBackward = (options: PlainDistribution = {}) => lecture('heBackward', options);

function lecture(name: keyof typeof rows, options: PlainDistribution): Initializer {
  provideInitializers({ xavierTanh, xavierSigmoid, glorotBackward, heBackward });
  knownKeys(name, options, ['distribution']);
  const { distribution = 'normal' } = options;
  oneOf('distribution', distribution, ['normal', 'uniform']);
  const { scale, mode, source } = rows[name];
  const formula = distribution === 'uniform' ? `U(±√(${3 * scale} / ${mode}))` : `Var = ${scale} / ${mode}`;
  return scaled(name, { scale, mode, distribution, formula, source }, { distribution });
}

/** Options of drawThenScale. */
export interface DrawThenScaleOptions {
  /** Initializer of the first step; default randomNormal({ stddev: 1 }). */
  readonly draw?: Initializer;
  /** Factor > 0 of the variance, which is scale / fanIn; default 1. */
  readonly scale?: number;
}

/**
 * Initializer of the lectures in two steps: it draws, then multiplies by √(scale / fanIn). If the drawn values have variance 1,
 * this is Xavier (scale 1) or He (scale 2). As `biasInitializer` it scales the biases by the same factor.
 *
 * @param options      {@link DrawThenScaleOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if scale is not a positive finite number
 */
export function drawThenScale(options: DrawThenScaleOptions = {}): Initializer {
  provideInitializers({ drawThenScale });
  knownKeys('drawThenScale', options, ['draw', 'scale']);
  const { draw = randomNormal({ stddev: 1 }), scale = 1 } = options;
  if (typeof draw !== 'function')
    throw new TypeError('draw: expected an initializer, such as randomNormal({ stddev: 1 })');
  refuseConstructor('draw', draw, {
    constant,
    ones,
    randomNormal,
    randomUniform,
    truncatedNormal,
    zeros,
    identity,
    orthogonal,
    zerO,
    glorotNormal,
    glorotUniform,
    heNormal,
    heUniform,
    lecunNormal,
    lecunUniform,
    tfjsGlorotNormal,
    tfjsHeNormal,
    varianceScaling,
    kaimingNormal,
    kaimingUniform,
    sparseNormal,
    torchLinear,
    xavierNormal,
    xavierUniform,
  });
  positiveNumber('scale', scale);
  const inner = configOf(draw);
  return initializer(
    { name: 'drawThenScale', draw: inner, scale },
    (fans, shape) => {
      const factor = scale / fans.fanIn;
      const first = expectationOf(draw, shape, fans);
      return {
        distribution: `scaled ${first?.distribution ?? customConfig.name}`,
        mean: (first?.mean ?? Number.NaN) * Math.sqrt(factor),
        variance: (first?.variance ?? Number.NaN) * factor,
        limit: (first?.limit ?? Number.NaN) * Math.sqrt(factor),
        formula: `√(${scale} / fanIn) · ${first?.formula ?? inner.name}`,
        source: 'the lectures, in two steps',
      };
    },
    (rng, out, fans, shape) => {
      // The returned array counts, because a custom initializer need not fill `out`.
      const drawn = drawChecked('draw', draw, shape, rng, fans);
      const factor = Math.sqrt(scale / fans.fanIn);
      for (let i = 0; i < out.length; i++) out[i] = drawn[i]! * factor;
    },
  );
}
