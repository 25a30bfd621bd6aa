import { finiteF32, knownKeys, oneOf, positiveNumber } from '../errors.js';
import { type Initializer, type InitializerConfig, initializer } from './initializer.js';

const fanModes = ['fanIn', 'fanOut', 'fanAvg'] as const;
export type FanMode = (typeof fanModes)[number];
export const distributions = ['uniform', 'normal', 'truncatedNormal'] as const;
export type Distribution = (typeof distributions)[number];

/** Standard deviation of N(0, 1) cut at ±2: √(1 − 4φ(2) / (2Φ(2) − 1)). */
export const TRUNCATED_SD = 0.87962566103423978;

interface Scheme {
  /** Variance times the fan. */
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: Distribution;
  /** True where the truncated normal is not widened again, as TF.js 4.22 leaves it. */
  readonly uncorrected?: boolean;
  readonly formula: string;
  readonly source: string;
}

/** The named schemes: rows over one engine, each with its formula and where it comes from. */
const schemes = {
  // A compromise: the forward pass wants 1 / fanIn, the backward pass 1 / fanOut.
  glorotNormal: {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'truncatedNormal',
    formula: 'Var = 2 / (fanIn + fanOut)',
    source: 'Glorot & Bengio 2010, eq. 12; Keras, JAX',
  },
  glorotUniform: {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'uniform',
    formula: 'U(±√(6 / (fanIn + fanOut)))',
    source: 'Glorot & Bengio 2010, eq. 16; Keras, JAX',
  },
  // ReLU drops half of E[a²]; twice the variance keeps it.
  heNormal: {
    scale: 2,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    formula: 'Var = 2 / fanIn',
    source: 'He et al. 2015, eq. 10; Keras, JAX',
  },
  heUniform: {
    scale: 2,
    mode: 'fanIn',
    distribution: 'uniform',
    formula: 'U(±√(6 / fanIn))',
    source: 'He et al. 2015, eq. 10; Keras, JAX',
  },
  // Keeps the variance of a linear layer, and of SELU, whose fixed point it is.
  lecunNormal: {
    scale: 1,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    formula: 'Var = 1 / fanIn',
    source: 'LeCun et al. 1998, eq. 16; Klambauer et al. 2017; Keras, JAX',
  },
  lecunUniform: {
    scale: 1,
    mode: 'fanIn',
    distribution: 'uniform',
    formula: 'U(±√(3 / fanIn))',
    source: 'LeCun et al. 1998, eq. 16; Keras, JAX',
  },
  tfjsGlorotNormal: {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'truncatedNormal',
    uncorrected: true,
    formula: 'Var = 0.7737 · 2 / (fanIn + fanOut)',
    source: 'TF.js 4.22 glorotNormal, which forgets to widen what it cuts (tfjs#8594)',
  },
  tfjsHeNormal: {
    scale: 2,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    uncorrected: true,
    formula: 'Var = 0.7737 · 2 / fanIn',
    source: 'TF.js 4.22 heNormal, which forgets to widen what it cuts (tfjs#8594)',
  },
} as const satisfies Record<string, Scheme>;

/** Truncated normal, Var = 2 / (fanIn + fanOut): Keras's and JAX's GlorotNormal. */
export const glorotNormal = () => named('glorotNormal');
/** U(±√(6 / (fanIn + fanOut))): Keras's and JAX's GlorotUniform. */
export const glorotUniform = () => named('glorotUniform');
/** Truncated normal, Var = 2 / fanIn: Keras's and JAX's HeNormal. PyTorch's is kaimingNormal, not truncated. */
export const heNormal = () => named('heNormal');
/** U(±√(6 / fanIn)): Keras's and JAX's HeUniform. */
export const heUniform = () => named('heUniform');
/** Truncated normal, Var = 1 / fanIn: Keras's and JAX's LecunNormal. */
export const lecunNormal = () => named('lecunNormal');
/** U(±√(3 / fanIn)): Keras's and JAX's LecunUniform. */
export const lecunUniform = () => named('lecunUniform');
/** TF.js's glorotNormal as it is: 12 % too narrow, since it forgets the truncation. To show what that does. */
export const tfjsGlorotNormal = () => named('tfjsGlorotNormal');
/** TF.js's heNormal as it is: 12 % too narrow, so that fifty ReLU layers lose the signal. To show what that does. */
export const tfjsHeNormal = () => named('tfjsHeNormal');

/** Options of varianceScaling. */
export interface VarianceScaling {
  /** Factor of the variance, > 0; default 1 (Keras). A gain g is scale g². */
  readonly scale?: number;
  /** Fan that divides the variance; default 'fanIn' (Keras). 'fanAvg' is the mean of both. */
  readonly mode?: FanMode;
  /** Distribution of the values; default 'truncatedNormal' (Keras), cut at 2σ and widened to the full variance. */
  readonly distribution?: Distribution;
}

/**
 * Draws a kernel whose variance is `scale / fan`: the family behind Glorot, He and LeCun. Keras's and JAX's
 * VarianceScaling, with its defaults.
 *
 * @param scale         variance factor, > 0, default 1 (a gain g is scale g²)
 * @param mode          which fan divides it, default 'fanIn'; 'fanAvg' is the mean of both
 * @param distribution  default 'truncatedNormal', cut at 2σ and widened so that its sd is still √(scale / fan);
 *                      'normal' is not cut
 * @throws TypeError    if mode or distribution is unknown
 * @throws RangeError   if scale is not a positive finite number
 */
export function varianceScaling(options: VarianceScaling = {}): Initializer {
  knownKeys('varianceScaling', options, ['scale', 'mode', 'distribution']);
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = options;
  // String, because a symbol in a template throws before the check that names the option.
  const formula = `Var = ${String(scale)} / ${String(mode)}`;
  return scaled(
    'varianceScaling',
    { scale, mode, distribution, formula, source: 'Keras VarianceScaling' },
    { scale, mode, distribution },
  );
}

function named(name: keyof typeof schemes): Initializer {
  return scaled(name, schemes[name]);
}

/**
 * The engine: one scheme as an initializer called `name`, with all its options in its config.
 *
 * @throws TypeError or RangeError if the scheme is none
 */
export function scaled(
  name: string,
  scheme: Scheme,
  options: Omit<InitializerConfig, 'name'> = {},
): Initializer {
  const { scale, mode, distribution, uncorrected = false, formula, source } = scheme;
  positiveNumber('scale', scale);
  finiteF32('√scale', Math.sqrt(scale));
  oneOf('mode', mode, fanModes);
  oneOf('distribution', distribution, distributions);
  const deviation = (fanIn: number, fanOut: number) => {
    const fan = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
    return Math.sqrt(scale / fan);
  };
  return initializer(
    { name, ...options },
    ({ fanIn, fanOut }) => {
      const stddev = deviation(fanIn, fanOut);
      const kept = uncorrected ? TRUNCATED_SD : 1;
      const limit = {
        uniform: Math.sqrt(3) * stddev,
        normal: Infinity,
        truncatedNormal: ((2 * stddev) / TRUNCATED_SD) * kept,
      }[distribution];
      const words = { uniform: 'uniform', normal: 'normal', truncatedNormal: 'truncated normal' }[
        distribution
      ];
      const variance = stddev * stddev * kept * kept;
      return { distribution: words, mean: 0, variance, limit, formula, source };
    },
    (rng, out, { fanIn, fanOut }) => {
      const stddev = deviation(fanIn, fanOut);
      if (distribution === 'uniform') {
        const limit = Math.sqrt(3) * stddev;
        rng.uniform(out.length, { low: -limit, high: limit, out });
      } else if (distribution === 'normal') {
        rng.normal(out.length, { std: stddev, out });
      } else {
        // Widened, so that what is left after the cut has the standard deviation that the scheme asks for.
        const widened = uncorrected ? stddev : stddev / TRUNCATED_SD;
        rng.truncatedNormal(out.length, { std: widened, out });
      }
    },
  );
}
