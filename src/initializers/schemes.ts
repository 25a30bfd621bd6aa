import { finiteF32, knownKeys, oneOf, positiveNumber } from '../errors.js';
import { type Initializer, type InitializerConfig, initializer } from './initializer.js';

const fanModes = ['fanIn', 'fanOut', 'fanAvg'] as const;
/** Fan that divides the variance: the inputs, the units, or the mean of both. */
export type FanMode = (typeof fanModes)[number];
/** Names of the distributions from which an initializer draws. */
export const distributions = ['uniform', 'normal', 'truncatedNormal'] as const;
/** Distribution from which an initializer draws: 'uniform', 'normal' (not cut) or 'truncatedNormal'. */
export type Distribution = (typeof distributions)[number];

/** Standard deviation of N(0, 1) cut at ±2: √(1 − 4φ(2) / (2Φ(2) − 1)). */
export const TRUNCATED_SD = 0.87962566103423978;

interface Scheme {
  /** Variance times the fan. */
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: Distribution;
  /** True if the truncated normal is not widened to the full variance, as in TF.js 4.22. */
  readonly uncorrected?: boolean;
  readonly formula: string;
  readonly source: string;
}

/** Glorot initializer from a truncated normal, Var = 2 / (fanIn + fanOut). Equal to GlorotNormal of Keras and JAX. */
export const glorotNormal = () =>
  // This is a compromise: the forward pass needs 1 / fanIn, the backward pass 1 / fanOut.
  scaled('glorotNormal', {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'truncatedNormal',
    formula: 'Var = 2 / (fanIn + fanOut)',
    source: 'Glorot & Bengio 2010, eq. 12; Keras, JAX',
  });

/** Glorot initializer from a uniform distribution, U(±√(6 / (fanIn + fanOut))). Equal to GlorotUniform of Keras and JAX. */
export const glorotUniform = () =>
  scaled('glorotUniform', {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'uniform',
    formula: 'U(±√(6 / (fanIn + fanOut)))',
    source: 'Glorot & Bengio 2010, eq. 16; Keras, JAX',
  });

/**
 * He initializer from a truncated normal, Var = 2 / fanIn. Equal to HeNormal of Keras and JAX; PyTorch's is `kaimingNormal`, not
 * truncated.
 */
export const heNormal = () =>
  // ReLU halves E[a²], so twice the variance keeps it.
  scaled('heNormal', {
    scale: 2,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    formula: 'Var = 2 / fanIn',
    source: 'He et al. 2015, eq. 10; Keras, JAX',
  });

/** He initializer from a uniform distribution, U(±√(6 / fanIn)). Equal to HeUniform of Keras and JAX. */
export const heUniform = () =>
  scaled('heUniform', {
    scale: 2,
    mode: 'fanIn',
    distribution: 'uniform',
    formula: 'U(±√(6 / fanIn))',
    source: 'He et al. 2015, eq. 10; Keras, JAX',
  });

/** LeCun initializer from a truncated normal, Var = 1 / fanIn. Equal to LecunNormal of Keras and JAX. */
export const lecunNormal = () =>
  // This keeps the variance of a linear layer, and that of SELU at its fixed point.
  scaled('lecunNormal', {
    scale: 1,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    formula: 'Var = 1 / fanIn',
    source: 'LeCun et al. 1998, eq. 16; Klambauer et al. 2017; Keras, JAX',
  });

/** LeCun initializer from a uniform distribution, U(±√(3 / fanIn)). Equal to LecunUniform of Keras and JAX. */
export const lecunUniform = () =>
  scaled('lecunUniform', {
    scale: 1,
    mode: 'fanIn',
    distribution: 'uniform',
    formula: 'U(±√(3 / fanIn))',
    source: 'LeCun et al. 1998, eq. 16; Keras, JAX',
  });

/**
 * TF.js's glorotNormal as it is: it does not correct for the truncation, so values are 12 % too narrow. For demonstration only.
 */
export const tfjsGlorotNormal = () =>
  scaled('tfjsGlorotNormal', {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'truncatedNormal',
    uncorrected: true,
    formula: 'Var = 0.7737 · 2 / (fanIn + fanOut)',
    source: 'TF.js 4.22 glorotNormal, which forgets to widen what it cuts (tfjs#8594)',
  });

/** TF.js's heNormal as it is: 12 % too narrow, so that fifty ReLU layers lose the signal. For demonstration only. */
export const tfjsHeNormal = () =>
  scaled('tfjsHeNormal', {
    scale: 2,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    uncorrected: true,
    formula: 'Var = 0.7737 · 2 / fanIn',
    source: 'TF.js 4.22 heNormal, which forgets to widen what it cuts (tfjs#8594)',
  });

/** Options of varianceScaling. */
export interface VarianceScaling {
  /** Factor > 0 of the variance; default 1 (Keras). A gain g is the scale g². */
  readonly scale?: number;
  /** Fan that divides the variance; default 'fanIn' (Keras). 'fanAvg' is the mean of both. */
  readonly mode?: FanMode;
  /**
   * Distribution of the values; default 'truncatedNormal' (Keras), cut at 2σ and widened so that its standard deviation is still
   * √(scale / fan). 'normal' is not cut.
   */
  readonly distribution?: Distribution;
}

/**
 * Initializer with the variance scale / fan, the family of Glorot, He and LeCun. Equal to VarianceScaling of Keras and JAX, with
 * its defaults.
 *
 * @param options      {@link VarianceScaling}
 * @throws TypeError   if mode or distribution is unknown
 * @throws RangeError  if scale is not a positive finite number
 */
export function varianceScaling(options: VarianceScaling = {}): Initializer {
  knownKeys('varianceScaling', options, ['scale', 'mode', 'distribution']);
  const { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' } = options;
  // String() is explicit, because a symbol in a template would throw before the check that names the option.
  const formula = `Var = ${String(scale)} / ${String(mode)}`;
  return scaled(
    'varianceScaling',
    { scale, mode, distribution, formula, source: 'Keras VarianceScaling' },
    { scale, mode, distribution },
  );
}

/**
 * Makes the initializer of a scheme, called `name`, with all its options in its config.
 *
 * @throws TypeError or RangeError if an option of the scheme is invalid
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
        // The normal is widened, so that the values left after the cut have the standard deviation of the scheme.
        const widened = uncorrected ? stddev : stddev / TRUNCATED_SD;
        rng.truncatedNormal(out.length, { std: widened, out });
      }
    },
  );
}
