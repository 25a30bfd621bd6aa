import { knownKeys, oneOf, positiveNumber } from '../errors.js';
import * as plain from './distributions.js';
import {
  configOf,
  customConfig,
  drawChecked,
  expectation as expectationOf,
  type Initializer,
  initializer,
  refuseConstructor,
} from './initializer.js';
import * as matrices from './matrices.js';
import * as schemes from './schemes.js';
import * as torch from './torch.js';

/** Options of the lectures' initializers. */
export interface PlainDistribution {
  /** Distribution of the values: 'normal', not truncated, or 'uniform'; default 'normal'. */
  readonly distribution?: 'normal' | 'uniform';
}

/** The lectures' schemes by one fan: variance `scale / fan`, and where the lectures derive it. */
const rows = {
  // Near 0 tanh is the identity: a layer keeps the variance where fanIn · Var = 1.
  xavierTanh: { scale: 1, mode: 'fanIn', source: 'the lectures, after Glorot & Bengio 2010, forward alone' },
  // Near 0 the sigmoid is ½ + z/4: a sixteenth of the variance comes through.
  xavierSigmoid: {
    scale: 16,
    mode: 'fanIn',
    source: 'the lectures; the mean of ½ that they leave out makes it 16 → 5.9',
  },
  // The same argument on the way back, where a layer sums over its outputs.
  glorotBackward: {
    scale: 1,
    mode: 'fanOut',
    source: 'Glorot & Bengio 2010, eq. 11: the backward pass alone',
  },
  heBackward: { scale: 2, mode: 'fanOut', source: 'He et al. 2015, eq. 14: the backward pass alone' },
} as const;

/** Var = 1 / fanIn, U(±√(3 / fanIn)): the lectures' Xavier for tanh. */
export const xavierTanh = (options: PlainDistribution = {}) => lecture('xavierTanh', options);
/** Var = 16 / fanIn, U(±4√(3 / fanIn)): the lectures' Xavier for the sigmoid. */
export const xavierSigmoid = (options: PlainDistribution = {}) => lecture('xavierSigmoid', options);
/** Var = 1 / fanOut: keeps the gradients of a linear layer, not its signal. */
export const glorotBackward = (options: PlainDistribution = {}) => lecture('glorotBackward', options);
/** Var = 2 / fanOut: keeps the gradients of a ReLU layer. PyTorch's kaiming with mode fan_out. */
export const heBackward = (options: PlainDistribution = {}) => lecture('heBackward', options);

function lecture(name: keyof typeof rows, options: PlainDistribution): Initializer {
  knownKeys(name, options, ['distribution']);
  const { distribution = 'normal' } = options;
  oneOf('distribution', distribution, ['normal', 'uniform']);
  const { scale, mode, source } = rows[name];
  const formula = distribution === 'uniform' ? `U(±√(${3 * scale} / ${mode}))` : `Var = ${scale} / ${mode}`;
  return schemes.scaled(name, { scale, mode, distribution, formula, source }, { distribution });
}

/** Options of drawThenScale. */
export interface DrawThenScaleOptions {
  /** Initializer of the first step; default randomNormal({ stddev: 1 }). */
  readonly draw?: Initializer;
  /** Factor > 0 of the variance, over fanIn; default 1. */
  readonly scale?: number;
}

/**
 * The talk's recipe in two steps: draw, then multiply by √(scale / fanIn). It gives Xavier (scale 1) or He (scale 2)
 * if what is drawn has variance 1. As `biasInitializer` it scales the biases with the same factor.
 *
 * @param draw   the first step, default randomNormal({ stddev: 1 })
 * @param scale  > 0, default 1
 * @throws RangeError if scale is not a positive finite number
 */
export function drawThenScale(options: DrawThenScaleOptions = {}): Initializer {
  knownKeys('drawThenScale', options, ['draw', 'scale']);
  const { draw = plain.randomNormal({ stddev: 1 }), scale = 1 } = options;
  if (typeof draw !== 'function')
    throw new TypeError('draw: expected an initializer, such as randomNormal({ stddev: 1 })');
  for (const constructors of [plain, matrices, schemes, torch]) refuseConstructor('draw', draw, constructors);
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
      // What comes back counts: an initializer of the user's need not fill `out`.
      const drawn = drawChecked('draw', draw, shape, rng, fans);
      const factor = Math.sqrt(scale / fans.fanIn);
      for (let i = 0; i < out.length; i++) out[i] = drawn[i]! * factor;
    },
  );
}
