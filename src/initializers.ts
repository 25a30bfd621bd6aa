import { finiteNumber, knownKeys, NonFiniteError, oneOf, ShapeError, show, wholeNumber } from './errors.js';
import { Rng } from './random.js';

/** [fanIn, fanOut] of a kernel, row-major, or [units] of a bias. */
export type Shape = readonly [fanIn: number, fanOut: number] | readonly [units: number];

export interface InitializerOptions {
  /** The fans of the layer; by default the sides of the shape. A bias has no other way to know them. */
  readonly fanIn?: number;
  readonly fanOut?: number;
  /** Filled and returned instead of a new array. */
  readonly out?: Float32Array;
}

/** What an initializer is made of, as plain data: its name and its options. */
export type InitializerConfig = Readonly<{ name: string } & Record<string, string | number>>;

/**
 * Draws the values of a shape from a stream of random numbers: the same stream, the same values.
 *
 * @throws RangeError  if a side of the shape is not a whole number ≥ 1, or `out` has another length
 */
export interface Initializer {
  (shape: Shape, rng: Rng, options?: InitializerOptions): Float32Array;
  readonly config: InitializerConfig;
}

/** Standard deviation of N(0, 1) cut at ±2: √(1 − 4φ(2) / (2Φ(2) − 1)). */
const TRUNCATED_SD = 0.87962566103423978;

interface Scheme {
  readonly scale: number;
  readonly mode: 'fanIn' | 'fanAvg';
  readonly distribution: 'uniform' | 'truncatedNormal';
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
    source: 'Glorot & Bengio 2010, eq. 12',
  },
  glorotUniform: {
    scale: 1,
    mode: 'fanAvg',
    distribution: 'uniform',
    formula: 'U(±√(6 / (fanIn + fanOut)))',
    source: 'Glorot & Bengio 2010, eq. 16',
  },
  // ReLU drops half of E[a²]; twice the variance keeps it.
  heNormal: {
    scale: 2,
    mode: 'fanIn',
    distribution: 'truncatedNormal',
    formula: 'Var = 2 / fanIn',
    source: 'He et al. 2015, eq. 10',
  },
  heUniform: {
    scale: 2,
    mode: 'fanIn',
    distribution: 'uniform',
    formula: 'U(±√(6 / fanIn))',
    source: 'He et al. 2015, eq. 10',
  },
} as const satisfies Record<string, Scheme>;

/** All zeros. Every unit of a hidden layer then stays like its neighbours: see the lectures' zero start. */
export function zeros(): Initializer {
  return filled({ name: 'zeros' }, 0);
}

/** All ones. */
export function ones(): Initializer {
  return filled({ name: 'ones' }, 1);
}

/**
 * All the same number.
 *
 * @throws RangeError if value is not finite
 */
export function constant(value = 0): Initializer {
  finiteNumber('value', value);
  return filled({ name: 'constant', value }, value);
}

/**
 * Normal values, not truncated, whatever the fans: Keras's RandomNormal, with its defaults.
 *
 * @param mean    default 0
 * @param stddev  ≥ 0, default 0.05
 * @throws RangeError if mean or stddev is not finite, or stddev is negative
 */
export function randomNormal(options: { mean?: number; stddev?: number } = {}): Initializer {
  knownKeys('randomNormal', options, ['mean', 'stddev']);
  const { mean = 0, stddev = 0.05 } = options;
  finiteNumber('mean', mean);
  if (finiteNumber('stddev', stddev) < 0)
    throw new RangeError(`stddev: expected a number ≥ 0, got ${stddev}`);
  return initializer({ name: 'randomNormal', mean, stddev }, (rng, out) => {
    rng.normal(out.length, mean, stddev, { out });
  });
}

/**
 * Uniform values of [low, high), whatever the fans: Keras's RandomUniform, with its defaults.
 *
 * @param low   default −0.05
 * @param high  default 0.05
 * @throws RangeError if either is not finite, or low ≥ high
 */
export function randomUniform(options: { low?: number; high?: number } = {}): Initializer {
  knownKeys('randomUniform', options, ['low', 'high']);
  const { low = -0.05, high = 0.05 } = options;
  finiteNumber('low', low);
  finiteNumber('high', high);
  if (!(Math.fround(low) < Math.fround(high))) {
    throw new RangeError(`low, high: expected low < high, got ${low}, ${high}`);
  }
  return initializer({ name: 'randomUniform', low, high }, (rng, out) => {
    rng.uniform(out.length, low, high, { out });
  });
}

/** Truncated normal of variance 2 / (fanIn + fanOut): Keras's and JAX's GlorotNormal. Glorot & Bengio 2010. */
export function glorotNormal(): Initializer {
  return scheme('glorotNormal');
}

/** U(±√(6 / (fanIn + fanOut))): Keras's GlorotUniform, PyTorch's xavier_uniform_. Glorot & Bengio 2010, eq. 16. */
export function glorotUniform(): Initializer {
  return scheme('glorotUniform');
}

/** Truncated normal of variance 2 / fanIn: Keras's and JAX's HeNormal. He et al. 2015, eq. 10. */
export function heNormal(): Initializer {
  return scheme('heNormal');
}

/** U(±√(6 / fanIn)): Keras's HeUniform, PyTorch's kaiming_uniform_ with nonlinearity 'relu'. He et al. 2015. */
export function heUniform(): Initializer {
  return scheme('heUniform');
}

/** Initializers that a name alone makes, with the defaults of their functions. */
const named = {
  zeros,
  ones,
  constant,
  randomNormal,
  randomUniform,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
} as const;

export type InitializerName = keyof typeof named;

/**
 * The initializer that a name or a function stands for.
 *
 * @throws TypeError if it is neither, or the name is unknown
 */
export function resolveInitializer(argument: string, value: unknown): Initializer {
  if (typeof value === 'function') return value as Initializer;
  return named[oneOf(argument, value, Object.keys(named) as InitializerName[])]();
}

/**
 * Runs an initializer and checks what came: a custom one may be any function of the form.
 *
 * @throws TypeError if no Float32Array came back, ShapeError if its length is wrong, NonFiniteError
 */
export function drawChecked(
  argument: string,
  draw: Initializer,
  shape: Shape,
  rng: Rng,
  fans: { readonly fanIn: number; readonly fanOut: number },
): Float32Array {
  const n = size(shape);
  const values: unknown = draw(shape, rng, fans);
  if (!(values instanceof Float32Array)) {
    throw new TypeError(
      `${argument}: expected the initializer to return a Float32Array, got ${show(values)}`,
    );
  }
  if (values.length !== n) {
    throw new ShapeError(
      `${argument}: expected ${n} values for [${shape.join(', ')}], got ${values.length}`,
      {
        argument,
      },
    );
  }
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    const value = values[index]!;
    throw new NonFiniteError(`${argument}: the initializer's value ${index} is ${value}`, {
      argument,
      index,
      value,
    });
  }
  return values;
}

function scheme(name: keyof typeof schemes): Initializer {
  const { scale, mode, distribution } = schemes[name];
  return initializer({ name }, (rng, out, fanIn, fanOut) => {
    const fan = mode === 'fanIn' ? fanIn : (fanIn + fanOut) / 2;
    const stddev = Math.sqrt(scale / fan);
    if (distribution === 'uniform') {
      const limit = Math.sqrt(3) * stddev;
      rng.uniform(out.length, -limit, limit, { out });
    } else {
      // Widened, so that what is left after the cut has the standard deviation that the scheme asks for.
      rng.truncatedNormal(out.length, 0, stddev / TRUNCATED_SD, { out });
    }
  });
}

function filled(config: InitializerConfig, value: number): Initializer {
  return initializer(config, (_, out) => {
    out.fill(value);
  });
}

/** Gives a draw the form of an initializer: shape, fans and `out` checked, config frozen onto it. */
function initializer(
  config: InitializerConfig,
  draw: (rng: Rng, out: Float32Array, fanIn: number, fanOut: number) => void,
): Initializer {
  const run = (shape: Shape, rng: Rng, options: InitializerOptions = {}): Float32Array => {
    const n = size(shape);
    if (!(rng instanceof Rng)) throw new TypeError(`rng: expected an Rng, got ${show(rng)}`);
    const { fanIn = shape[0], fanOut = shape[1] ?? shape[0], out = new Float32Array(n) } = options;
    wholeNumber('fanIn', fanIn, 1);
    wholeNumber('fanOut', fanOut, 1);
    if (!(out instanceof Float32Array)) throw new TypeError(`out: expected a Float32Array, got ${show(out)}`);
    if (out.length !== n) throw new RangeError(`out: expected ${n} values, got ${out.length}`);
    draw(rng, out, fanIn, fanOut);
    return out;
  };
  return Object.defineProperty(run, 'config', {
    value: Object.freeze(config),
    enumerable: true,
  }) as Initializer;
}

function size(shape: Shape): number {
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 2) {
    throw new TypeError(`shape: expected [fanIn, fanOut] or [units], got ${show(shape)}`);
  }
  return shape.reduce(
    (product: number, side: unknown, i) => product * wholeNumber(`shape[${i}]`, side, 1),
    1,
  );
}
