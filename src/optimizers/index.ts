import {
  finiteF32,
  isObject,
  knownKeys,
  notNegativeF32,
  oneOf,
  positiveF32,
  show,
  trueOrFalse,
} from '../errors.js';
import { callHint } from '../hints.js';
import { checkSchedule } from '../schedules/index.js';
import type {
  AdadeltaOptions,
  AdagradOptions,
  AdamaxOptions,
  AdamOptions,
  AdamwOptions,
  LionOptions,
  NadamOptions,
  RmspropOptions,
  SgdOptions,
} from './options.js';
import {
  commonDefaults,
  type Defaults,
  decayScopes,
  type Optimizer,
  type OptimizerName,
  type OptimizerOf,
  type OptimizerOptions,
  rows,
} from './step.js';

/** Names of the optimizers that `compile` takes. */
export const optimizerNames = /* @__PURE__ */ Object.keys(rows) as OptimizerName[];

type OptionName = keyof OptimizerOptions | { [Name in OptimizerName]: keyof Defaults<Name> }[OptimizerName];

type Check = (argument: string, value: unknown) => void;

/** Check of each option, whichever optimizer has it. */
const checks: { readonly [Name in OptionName]: Check } = {
  learningRate(argument, value) {
    // A rate that rounds to 0 would train nothing.
    if (typeof value === 'number') positiveF32(argument, value);
    else checkSchedule(argument, value);
  },
  momentum: fraction,
  beta1: fraction,
  beta2: fraction,
  rho: fraction,
  epsilon: notNegativeF32,
  momentumDecay: notNegativeF32,
  nesterov: trueOrFalse,
  centered: trueOrFalse,
  amsgrad: trueOrFalse,
  weightDecay: notNegativeF32,
  l1: notNegativeF32,
  l2: notNegativeF32,
  decay: (argument, value) => oneOf(argument, value, decayScopes),
  clipNorm: positiveOrNone,
  clipValue: positiveOrNone,
};

/**
 * Stochastic gradient descent with optional momentum: w −= learningRate · v with v = momentum · v + g. Equal to PyTorch's SGD.
 *
 * @param options      {@link SgdOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function sgd(options: SgdOptions = {}): OptimizerOf<'sgd'> {
  return configure('sgd', 'sgd', options);
}

/**
 * Adagrad: w −= learningRate · g / (√Σg² + epsilon), where the sum runs over all steps so far. Duchi et al. 2011; equal to
 * PyTorch's Adagrad.
 *
 * @param options      {@link AdagradOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function adagrad(options: AdagradOptions = {}): OptimizerOf<'adagrad'> {
  return configure('adagrad', 'adagrad', options);
}

/**
 * RMSprop: w −= learningRate · g / (√s + epsilon), where s is the running mean of g². Hinton 2012, lecture 6; equal to PyTorch's
 * RMSprop.
 *
 * @param options      {@link RmspropOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function rmsprop(options: RmspropOptions = {}): OptimizerOf<'rmsprop'> {
  return configure('rmsprop', 'rmsprop', options);
}

/**
 * Adadelta: w −= learningRate · Δ with Δ = g · √(d + epsilon) / √(s + epsilon), where s and d are the running means of g² and Δ².
 * Zeiler 2012; equal to PyTorch's Adadelta.
 *
 * @param options      {@link AdadeltaOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function adadelta(options: AdadeltaOptions = {}): OptimizerOf<'adadelta'> {
  return configure('adadelta', 'adadelta', options);
}

/**
 * Adamax: w −= learningRate · m̂ / u, where m̂ is the corrected running mean of g and u = max(beta2 · u, |g| + epsilon). Kingma &
 * Ba 2015, algorithm 2; equal to PyTorch's Adamax.
 *
 * @param options      {@link AdamaxOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function adamax(options: AdamaxOptions = {}): OptimizerOf<'adamax'> {
  return configure('adamax', 'adamax', options);
}

/**
 * Adam: w −= learningRate · m̂ / (√v̂ + epsilon), where m̂ and v̂ are the running means of g and g², corrected for their start at
 * 0. Kingma & Ba 2015; equal to PyTorch's Adam.
 *
 * @param options      {@link AdamOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function adam(options: AdamOptions = {}): OptimizerOf<'adam'> {
  return configure('adam', 'adam', options);
}

/**
 * AdamW: Adam whose weight decay shrinks the weights themselves, w *= 1 − learningRate · weightDecay. Loshchilov & Hutter 2019;
 * equal to PyTorch's AdamW.
 *
 * @param options      {@link AdamwOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function adamw(options: AdamwOptions = {}): OptimizerOf<'adamw'> {
  return configure('adamw', 'adamw', options);
}

/**
 * NAdam: Adam with Nesterov's momentum, μₜ = beta1 · (1 − ½ · 0.96^(momentumDecay · t)). Dozat 2016; equal to NAdam of PyTorch 2.
 *
 * @param options      {@link NadamOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function nadam(options: NadamOptions = {}): OptimizerOf<'nadam'> {
  return configure('nadam', 'nadam', options);
}

/**
 * Lion: w −= learningRate · sign(beta1 · m + (1 − beta1) · g), then m = beta2 · m + (1 − beta2) · g. Chen et al. 2023, algorithm
 * 2.
 *
 * It needs a learning rate 3 to 10 times smaller than Adam's, and a weight decay larger by the same factor.
 *
 * @param options      {@link LionOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function lion(options: LionOptions = {}): OptimizerOf<'lion'> {
  return configure('lion', 'lion', options);
}

/**
 * Checks an optimizer: a name, or the object that a constructor returned, even after a JSON round trip.
 *
 * @throws TypeError if it is not an optimizer, RangeError if an option is out of range
 */
export function checkOptimizer(argument: string, value: unknown): Optimizer {
  if (typeof value === 'string') {
    return configure(oneOf(argument, value, optimizerNames), argument, {}) as Optimizer;
  }
  if (!isObject(value) || !('name' in value)) {
    throw new TypeError(
      `${argument}: expected an optimizer, such as 'adam' or { name: 'adam' }, got ${show(value)}${callHint(value, optimizerNames)}`,
    );
  }
  const { name, ...options } = value;
  return configure(
    oneOf(`${argument}.name`, name, optimizerNames),
    argument,
    options,
    `${argument}.`,
  ) as Optimizer;
}

/** Checks options against the tables and fills in the defaults. Names of options in errors begin with `within`. */
function configure<Name extends OptimizerName>(
  name: Name,
  argument: string,
  options: object,
  within = '',
): OptimizerOf<Name> {
  const defaults: Record<string, unknown> = { ...commonDefaults, ...rows[name].defaults };
  knownKeys(argument, options, Object.keys(defaults));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const all: Record<string, unknown> = { ...defaults, ...Object.fromEntries(given) };
  for (const [key, value] of Object.entries(all)) checks[key as OptionName](`${within}${key}`, value);
  if (all.nesterov === true && all.momentum === 0) {
    throw new RangeError(`${within}momentum: expected a number > 0, which nesterov needs, got 0`);
  }
  // The checked schedule replaces the given one, which may lack its defaults if it comes from JSON.
  if (typeof all.learningRate === 'object') {
    all.learningRate = checkSchedule(`${within}learningRate`, all.learningRate);
  }
  return Object.freeze({ name, ...all }) as unknown as OptimizerOf<Name>;
}

function fraction(argument: string, value: unknown): void {
  const number = finiteF32(argument, value);
  if (!(number >= 0 && number < 1)) {
    throw new RangeError(`${argument}: expected a number ≥ 0 and < 1, got ${number}`);
  }
}

function positiveOrNone(argument: string, value: unknown): void {
  if (value !== null) positiveF32(argument, value);
}
