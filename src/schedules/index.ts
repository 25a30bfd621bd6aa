/**
 * Learning-rate schedules: plain frozen objects, whose rate is a function of two counters. Each is the same
 * on every engine. A rate is finite and ≥ 0: one that decays may reach 0, and then nothing is trained.
 */

import { knownKeys, wholeNumber } from '../errors.js';
import {
  build,
  type ConstantSchedule,
  type CosineDecay,
  checkSchedule,
  type ExponentialDecay,
  type OneCycle,
  type ReduceOnPlateau,
  rateOf,
  type Schedule,
  type ScheduleName,
  type ScheduleState,
  type Schedules,
  type ScheduleTime,
  type StepDecay,
  type Warmup,
} from './kinds.js';
import type {
  ConstantScheduleOptions,
  CosineDecayOptions,
  ExponentialDecayOptions,
  OneCycleOptions,
  ReduceOnPlateauOptions,
  StepDecayOptions,
  WarmupOptions,
} from './options.js';
import { checkScheduleState } from './plateau.js';

export type {
  ConstantSchedule,
  CosineDecay,
  ExponentialDecay,
  OneCycle,
  ReduceOnPlateau,
  Schedule,
  ScheduleState,
  ScheduleTime,
  ScheduleUnit,
  StepDecay,
  Warmup,
} from './kinds.js';
export { checkSchedule } from './kinds.js';
export type {
  ConstantScheduleOptions,
  CosineDecayOptions,
  ExponentialDecayOptions,
  OneCycleOptions,
  ReduceOnPlateauOptions,
  StepDecayOptions,
  WarmupOptions,
} from './options.js';
export { afterEpoch, checkScheduleState, initialScheduleState, monitoredMeasure } from './plateau.js';

/** One rate throughout. @param learningRate > 0 */
export function constantSchedule(options: ConstantScheduleOptions): ConstantSchedule {
  return make('constantSchedule', options);
}

/**
 * initialLearningRate · factor^⌊epoch / every⌋. PyTorch's StepLR, whose step_size is `every` and gamma `factor`.
 *
 * @param factor  0 < factor < 1, default 0.1 (PyTorch)
 * @param every   whole number ≥ 1 of `per`
 * @param per     'epoch' by default
 * @throws TypeError or RangeError naming the option, as all schedules do
 */
export function stepDecay(options: StepDecayOptions): StepDecay {
  return make('stepDecay', options);
}

/**
 * initialLearningRate · decayRate^(step / decaySteps). Keras's ExponentialDecay.
 *
 * @param decayRate  > 0; above 1 the rate grows, until it is no 32-bit float: then the step is refused
 * @param staircase  rounds the exponent down, default false
 * @param per        what decaySteps are, 'step' by default
 */
export function exponentialDecay(options: ExponentialDecayOptions): ExponentialDecay {
  return make('exponentialDecay', options);
}

/**
 * Half a cosine from initialLearningRate down to alpha · initialLearningRate, where it stays. Keras's
 * CosineDecay; Loshchilov & Hutter 2017, eq. 5, without restarts.
 *
 * @param alpha  share of the rate that is left after decaySteps, 0 to 1, default 0
 * @param per    what decaySteps are, 'step' by default
 */
export function cosineDecay(options: CosineDecayOptions): CosineDecay {
  return make('cosineDecay', options);
}

/**
 * Up to maxLearningRate and down again, each by half a cosine. PyTorch's OneCycleLR (anneal_strategy 'cos', two
 * phases); Smith & Topin 2018. The rate alone: no momentum is cycled. Stays at its last rate.
 *
 * @param totalSteps      whole number ≥ 2 of `per`; the last rate is that of step totalSteps − 1
 * @param pctStart        share of them in which it rises, default 0.3; the top is at pctStart · totalSteps − 1,
 *                        which has to be > 0
 * @param divFactor       the first rate is maxLearningRate / divFactor; ≥ 1, default 25
 * @param finalDivFactor  the last is the first / finalDivFactor; ≥ 1, default 1e4
 */
export function oneCycle(options: OneCycleOptions): OneCycle {
  return make('oneCycle', options);
}

/**
 * Multiplies the rate by `factor` when a measure has not got better for `patience` epochs. Keras's
 * ReduceLROnPlateau: better means by more than minDelta, absolutely, and the last epoch of a cooldown counts.
 *
 * @param factor           0 < factor < 1, default 0.1
 * @param patience         default 10 epochs
 * @param minDelta         ≥ 0, default 1e-4
 * @param cooldown         epochs after a reduction that do not count as waiting, default 0
 * @param minLearningRate  no reduction goes below it, default 0
 * @param monitor          'loss', 'validation.loss' (default), or a metric: 'accuracy', 'validation.accuracy'
 * @param mode             'min' or 'max'; by default 'min' for the loss and for errors, 'max' for all other metrics
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): ReduceOnPlateau {
  return make('reduceOnPlateau', options);
}

/**
 * Straight from `from` to the first rate of `next` in `steps`, then `next`, counted from there. A counter that
 * the warm-up does not count in runs on: after steps of warm-up, epochs are those of the training.
 *
 * @param from  ≥ 0, default 0 as Keras's warm-up, whose first step therefore changes nothing
 * @param next  a schedule, or a rate that stays
 * @param per   what steps are, 'step' by default
 */
export function warmup(options: WarmupOptions): Warmup {
  return make('warmup', options);
}

/**
 * Returns the rate of the next step.
 *
 * @param at      whole numbers ≥ 0
 * @param state   of reduceOnPlateau, by default the initial one
 * @throws TypeError   if an argument is of another kind
 * @throws RangeError  if a number is out of range, or the rate has grown beyond a 32-bit float
 */
export function learningRateAt(schedule: Schedule, at: ScheduleTime, state?: ScheduleState): number {
  const checked = checkSchedule('schedule', schedule);
  knownKeys('at', at, ['step', 'epoch']);
  wholeNumber('at.step', at.step, 0);
  wholeNumber('at.epoch', at.epoch, 0);
  const known = state === undefined ? undefined : checkScheduleState('state', checked, state);
  return scheduledRate(checked, at, known);
}

/** Returns the rate of the next step from checked arguments, as training needs it before every step. */
export function scheduledRate(
  schedule: Schedule,
  at: ScheduleTime,
  state: ScheduleState | undefined,
): number {
  return rateOf(schedule.name, schedule, at, state);
}

function make<N extends ScheduleName>(name: N, options: object): Schedules[N] {
  return build(name, '', name, options);
}
