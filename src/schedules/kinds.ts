/** Checks and rates of the schedules, a row each. */

import {
  finiteF32,
  isObject,
  knownKeys,
  LARGEST_F32,
  notLoaded,
  notNegativeF32,
  oneOf,
  positiveF32,
  show,
  trueOrFalse,
  wholeNumber,
} from '../errors.js';
import { callHint, nearestName } from '../hints.js';
import { isBetterLarge, metricNames } from '../metrics/table.js';
import { cosineFall, scaledPower } from '../numbers/elementary.js';
import type {
  ConstantSchedule,
  CosineDecay,
  ExponentialDecay,
  OneCycle,
  ReduceOnPlateau,
  Schedule,
  ScheduleName,
  Schedules,
  ScheduleUnit,
  StepDecay,
  Warmup,
} from './options.js';

/** Point in a training at which a schedule is asked for its rate. */
export interface ScheduleTime {
  /** Number of steps that the optimizer has taken. */
  readonly step: number;
  /** Number of completed epochs of the model. */
  readonly epoch: number;
}

/** State of a reduceOnPlateau between epochs, as plain data for JSON. */
export interface ScheduleState {
  /** Current learning rate. */
  readonly rate: number;
  /** Best measure so far; null before the first one. */
  readonly best: number | null;
  /** Number of epochs since the best measure. */
  readonly wait: number;
  /** Number of epochs in which no reduction may follow yet. */
  readonly cooldown: number;
}

type Made = Readonly<Record<string, unknown>>;
/** Checks one option. `made` contains the options checked before it. */
type Check<T> = (argument: string, value: unknown, made: Made) => T;
type PlainCheck<T> = (argument: string, value: unknown) => T;

const positive = /* @__PURE__ */ number((x) => x > 0, '> 0');
const share = /* @__PURE__ */ number((x) => x >= 0 && x <= 1, 'from 0 to 1');
/** Check of a factor. A factor of 10 instead of 1/10 is an easy mistake, and ends in NaN. */
const reduction = /* @__PURE__ */ number((x) => x > 0 && x < 1, 'between 0 and 1');
const divisor = /* @__PURE__ */ number((x) => x >= 1, '≥ 1');

export interface Kind<S> {
  /** Returns the schedule that watches a measure: this one, or one within it. */
  readonly plateau?: (schedule: S) => ReduceOnPlateau | undefined;
  /** False if it may not follow a warm-up. */
  readonly follows?: false;
  /** Checks of the options, in the order of the object. */
  readonly options: { readonly [Key in Exclude<keyof S, 'name'>]: Check<S[Key]> };
  readonly rate: (schedule: S, at: ScheduleTime, state: ScheduleState | undefined) => number;
}

/** Table of the schedules by name. */
export const constantScheduleKind: Kind<ConstantSchedule> = {
  options: { learningRate: positiveF32 },
  rate: ({ learningRate }) => learningRate,
};

export const stepDecayKind: Kind<StepDecay> = {
  options: {
    initialLearningRate: positiveF32,
    factor: /* @__PURE__ */ or(0.1, reduction),
    every: /* @__PURE__ */ count(1),
    per: /* @__PURE__ */ or('epoch', unit),
  },
  rate: ({ initialLearningRate, factor, every, per }, at) =>
    scaledPower(initialLearningRate, factor, at[per] - (at[per] % every), every),
};

export const exponentialDecayKind: Kind<ExponentialDecay> = {
  options: {
    initialLearningRate: positiveF32,
    decaySteps: /* @__PURE__ */ count(1),
    decayRate: positive,
    staircase: /* @__PURE__ */ or(false, trueOrFalse),
    per: /* @__PURE__ */ or('step', unit),
  },
  rate: exponentialRate,
};

export const cosineDecayKind: Kind<CosineDecay> = {
  options: {
    initialLearningRate: positiveF32,
    decaySteps: /* @__PURE__ */ count(1),
    alpha: /* @__PURE__ */ or(0, share),
    per: /* @__PURE__ */ or('step', unit),
  },
  rate: ({ initialLearningRate, decaySteps, alpha, per }, at) =>
    anneal(initialLearningRate, initialLearningRate * alpha, Math.min(at[per], decaySteps), decaySteps),
};

export const oneCycleKind: Kind<OneCycle> = {
  options: {
    maxLearningRate: positiveF32,
    totalSteps: /* @__PURE__ */ count(2),
    pctStart: /* @__PURE__ */ or(0.3, rise),
    divFactor: /* @__PURE__ */ or(25, divisor),
    finalDivFactor: /* @__PURE__ */ or(1e4, divisor),
    per: /* @__PURE__ */ or('step', unit),
  },
  rate: oneCycleRate,
};

export const reduceOnPlateauKind: Kind<ReduceOnPlateau> = {
  plateau: (schedule) => schedule,
  options: {
    initialLearningRate: positiveF32,
    factor: /* @__PURE__ */ or(0.1, reduction),
    patience: /* @__PURE__ */ or(10, /* @__PURE__ */ count(0)),
    minDelta: /* @__PURE__ */ or(1e-4, notNegativeF32),
    cooldown: /* @__PURE__ */ or(0, /* @__PURE__ */ count(0)),
    minLearningRate: /* @__PURE__ */ or(0, lowestRate),
    monitor: /* @__PURE__ */ or('validation.loss', measureName),
    mode: direction,
  },
  rate: ({ initialLearningRate }, _, state) => state?.rate ?? initialLearningRate,
};

export const warmupKind: Kind<Warmup> = {
  plateau: ({ next }) => plateauIn(next),
  follows: false,
  options: {
    steps: /* @__PURE__ */ count(1),
    from: /* @__PURE__ */ or(0, notNegativeF32),
    next: successor,
    per: /* @__PURE__ */ or('step', unit),
  },
  rate: warmupRate,
};

/** Kinds of schedules that are known: those whose constructor has run, or all. */
const kinds: { [N in ScheduleName]?: Kind<Schedules[N]> } = {};

/** Makes kinds of schedules known. The constructors call it for themselves. */
export function provideSchedules(known: typeof kinds): void {
  Object.assign(kinds, known);
}

/** Returns a kind of schedules. @throws StateError if a page has not loaded it */
export function kindOf<N extends ScheduleName>(name: N, argument = 'learningRate'): Kind<Schedules[N]> {
  const kind = kinds[name];
  if (kind === undefined) throw notLoaded(argument, `'${name}' from plain data`, 'useNames');
  return kind as Kind<Schedules[N]>;
}

export const scheduleNames = [
  'constantSchedule',
  'stepDecay',
  'exponentialDecay',
  'cosineDecay',
  'oneCycle',
  'reduceOnPlateau',
  'warmup',
] as const satisfies readonly ScheduleName[];

/** Checks a schedule from a constructor or from JSON. @throws TypeError or RangeError that names what is wrong */
export function checkSchedule(argument: string, value: unknown): Schedule {
  if (!isObject(value)) {
    const hint = callHint(value, scheduleNames, '{ … }');
    throw new TypeError(
      `${argument}: expected a schedule, such as { name: 'cosineDecay', … }, got ${show(value)}${hint}`,
    );
  }
  const { name, ...options } = value as { name?: unknown };
  return build(argument, `${argument}.`, oneOf(`${argument}.name`, name, scheduleNames), options);
}

/**
 * Builds a schedule from its options.
 *
 * @param prefix  text before the name of an option in errors
 * @throws TypeError or RangeError that names the option
 */
export function build<N extends ScheduleName>(
  argument: string,
  prefix: string,
  name: N,
  options: object,
): Schedules[N] {
  const checks: Record<string, Check<unknown>> = kindOf(name, argument).options;
  knownKeys(argument, options, Object.keys(checks));
  const made: Record<string, unknown> = { name };
  for (const [key, check] of Object.entries(checks)) {
    made[key] = check(`${prefix}${key}`, (options as Record<string, unknown>)[key], made);
  }
  return Object.freeze(made) as unknown as Schedules[N];
}

/** Returns the rate of a schedule whose options are already checked. */
export function rateOf<N extends ScheduleName>(
  name: N,
  schedule: Schedules[N],
  at: ScheduleTime,
  state: ScheduleState | undefined,
): number {
  return kindOf(name).rate(schedule, at, state);
}

/** Returns the schedule that watches a measure; undefined if there is none. */
export function plateauIn(schedule: Schedule): ReduceOnPlateau | undefined {
  const { plateau } = kindOf(schedule.name) as Pick<Kind<never>, 'plateau'>;
  return plateau?.(schedule as never);
}

function exponentialRate(schedule: ExponentialDecay, at: ScheduleTime): number {
  const { initialLearningRate, decayRate, decaySteps, staircase, per } = schedule;
  const n = at[per];
  const exponent = staircase ? n - (n % decaySteps) : n;
  const rate = scaledPower(initialLearningRate, decayRate, exponent, decaySteps);
  if (rate <= LARGEST_F32) return rate;
  throw new RangeError(`decayRate: after ${n} ${per}s the learning rate is beyond a 32-bit float`);
}

function oneCycleRate(schedule: OneCycle, at: ScheduleTime): number {
  const { maxLearningRate, totalSteps, pctStart, divFactor, finalDivFactor, per } = schedule;
  const first = maxLearningRate / divFactor;
  const end = totalSteps - 1;
  const top = pctStart * totalSteps - 1;
  const n = Math.min(at[per], end);
  return n <= top
    ? anneal(first, maxLearningRate, n, top)
    : anneal(maxLearningRate, first / finalDivFactor, n - top, end - top);
}

function warmupRate(
  { steps, from, next, per }: Warmup,
  at: ScheduleTime,
  state: ScheduleState | undefined,
): number {
  const n = at[per];
  // Before the join this is the first rate of `next`, to which the line leads.
  const then = rateOf(next.name, next, { ...at, [per]: Math.max(0, n - steps) }, state);
  return n < steps ? from * ((steps - n) / steps) + then * (n / steps) : then;
}

/** Returns a point on half a cosine from one rate to another. Each weight is exact at both ends. */
function anneal(from: number, to: number, part: number, whole: number): number {
  return from * cosineFall(part, whole) + to * cosineFall(whole - part, whole);
}

/** Adds a default to a check. */
function or<T>(fallback: T, check: Check<T>): Check<T> {
  return (argument, value, made) => check(argument, value === undefined ? fallback : value, made);
}

function number(holds: (x: number) => boolean, expected: string): PlainCheck<number> {
  return (argument, value) => {
    const x = finiteF32(argument, value);
    if (!holds(x)) throw new RangeError(`${argument}: expected a number ${expected}, got ${x}`);
    return x;
  };
}

function count(least: number): PlainCheck<number> {
  return (argument, value) => wholeNumber(argument, value, least);
}

function unit(argument: string, value: unknown): ScheduleUnit {
  return oneOf(argument, value, ['step', 'epoch']);
}

function rise(argument: string, value: unknown, { totalSteps }: Made): number {
  const pctStart = reduction(argument, value);
  if (pctStart * (totalSteps as number) > 1) return pctStart;
  throw new RangeError(
    `${argument}: expected more than 1 / totalSteps, so that the rate can rise, got ${pctStart} of ${totalSteps} steps`,
  );
}

function lowestRate(argument: string, value: unknown, { initialLearningRate }: Made): number {
  const lowest = notNegativeF32(argument, value);
  if (lowest <= (initialLearningRate as number)) return lowest;
  throw new RangeError(
    `${argument}: expected at most initialLearningRate, ${initialLearningRate}, got ${lowest}`,
  );
}

/** Measures of the library, for hints. Other names may be metrics of the user. */
const measureNames = /* @__PURE__ */ ['loss', ...metricNames].flatMap((name) => [name, `validation.${name}`]);

/** Checks a path into the measures of an epoch, such as 'validation.loss'; Keras's 'val_loss' is refused. */
function measureName(argument: string, value: unknown): string {
  if (typeof value === 'string' && /^(validation\.)?[a-z][a-zA-Z0-9]*$/.test(value)) return value;
  const keras = typeof value === 'string' && value.startsWith('val_');
  const hint = keras ? `; did you mean '${nearestName(value, measureNames)}'?` : '';
  throw new TypeError(
    `${argument}: expected a measure such as 'loss', 'accuracy' or 'validation.loss', got ${show(value)}${hint}`,
  );
}

/**
 * Checks the direction in which a measure is better: 'min' or 'max'. The default follows from the loss or metric; the mode of any
 * other measure must be given.
 */
function direction(argument: string, value: unknown, { monitor }: Made): 'min' | 'max' {
  const better =
    value === undefined ? isBetterLarge((monitor as string).replace('validation.', '')) : undefined;
  return oneOf(argument, better === undefined ? value : better ? 'max' : 'min', ['min', 'max']);
}

/**
 * Checks the schedule that follows a warm-up. A number becomes a constant schedule. Another warm-up is refused, so that the check of
 * a cyclic object ends here.
 */
function successor(argument: string, value: unknown): Warmup['next'] {
  if (typeof value === 'number') {
    provideSchedules({ constantSchedule: constantScheduleKind });
    return build(argument, '', 'constantSchedule', { learningRate: positiveF32(argument, value) });
  }
  const { name } = (value ?? {}) as { name?: unknown };
  if (
    typeof name === 'string' &&
    Object.hasOwn(kinds, name) &&
    kinds[name as ScheduleName]?.follows === false
  ) {
    throw new TypeError(`${argument}: expected a schedule other than a warm-up`);
  }
  return checkSchedule(argument, value) as Warmup['next'];
}
