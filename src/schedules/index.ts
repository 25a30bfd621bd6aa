/**
 * Learning-rate schedules: plain frozen objects whose rate depends on the counts of steps and epochs. Each gives the same rates
 * on every engine. A rate is finite and ≥ 0. A decaying rate may reach 0, and then nothing is trained.
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

/**
 * Schedule with one rate for all steps.
 *
 * @param learningRate  number > 0
 * @throws TypeError    if an option is unknown or of the wrong kind
 * @throws RangeError   if the rate is out of range
 */
export function constantSchedule(options: ConstantScheduleOptions): ConstantSchedule {
  return make('constantSchedule', options);
}

/**
 * Schedule that multiplies the rate by a factor at equal intervals: initialLearningRate · factor^⌊epoch / every⌋. Equal to
 * PyTorch's StepLR, whose step_size is `every` and whose gamma is `factor`.
 *
 * @param initialLearningRate  number > 0
 * @param factor       0 < factor < 1, default 0.1 (PyTorch)
 * @param every        steps or epochs between reductions, ≥ 1
 * @param per          unit of `every`: 'step' or 'epoch' (default)
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function stepDecay(options: StepDecayOptions): StepDecay {
  return make('stepDecay', options);
}

/**
 * Schedule of exponential decay: initialLearningRate · decayRate^(step / decaySteps). Equal to Keras's ExponentialDecay.
 *
 * @param initialLearningRate  number > 0
 * @param decayRate    factor > 0 per decaySteps; above 1 the rate grows, and a step is refused once the rate exceeds a 32-bit
 *                     float
 * @param decaySteps   steps or epochs per factor, ≥ 1
 * @param staircase    rounds the exponent down, default false
 * @param per          unit of decaySteps: 'step' (default) or 'epoch'
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function exponentialDecay(options: ExponentialDecayOptions): ExponentialDecay {
  return make('exponentialDecay', options);
}

/**
 * Schedule that falls along half a cosine from initialLearningRate to alpha · initialLearningRate and stays there. Equal to
 * Keras's CosineDecay; Loshchilov & Hutter 2017, eq. 5, without restarts.
 *
 * @param initialLearningRate  number > 0
 * @param decaySteps   steps or epochs from the first rate to the last, ≥ 1
 * @param alpha        share of the rate that is left after decaySteps, from 0 to 1, default 0
 * @param per          unit of decaySteps: 'step' (default) or 'epoch'
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function cosineDecay(options: CosineDecayOptions): CosineDecay {
  return make('cosineDecay', options);
}

/**
 * Schedule that rises to maxLearningRate and falls again, each along half a cosine, and stays at its last rate. Equal to
 * PyTorch's OneCycleLR (anneal_strategy 'cos', two phases); Smith & Topin 2018. It changes only the rate, not the momentum.
 *
 * The top is at pctStart · totalSteps − 1, which must be > 0. The last rate is that of step totalSteps − 1.
 *
 * @param maxLearningRate  number > 0
 * @param totalSteps       steps or epochs of the cycle, ≥ 2
 * @param pctStart         share of the cycle in which the rate rises, default 0.3
 * @param divFactor        maxLearningRate over the first rate, ≥ 1, default 25
 * @param finalDivFactor   first rate over the last, ≥ 1, default 1e4
 * @param per              unit of totalSteps: 'step' (default) or 'epoch'
 * @throws TypeError       if an option is unknown or of the wrong kind
 * @throws RangeError      if a number is out of range
 */
export function oneCycle(options: OneCycleOptions): OneCycle {
  return make('oneCycle', options);
}

/**
 * Schedule that multiplies the rate by a factor when a measure has not improved for some epochs. Equal to Keras's
 * ReduceLROnPlateau: a measure improves if it is better by more than minDelta, in its own unit, and the last epoch of a cooldown
 * counts.
 *
 * @param initialLearningRate  number > 0
 * @param factor           0 < factor < 1, default 0.1
 * @param patience         epochs without improvement before a reduction, default 10
 * @param minDelta         difference ≥ 0 beyond which a measure is better, default 1e-4
 * @param cooldown         epochs after a reduction that do not count as waiting, default 0
 * @param minLearningRate  lowest rate ≥ 0, default 0
 * @param monitor          measure to watch: 'validation.loss' (default), 'loss', or a metric such as 'accuracy' or
 *                         'validation.accuracy'
 * @param mode             better values: 'min' or 'max'; default 'min' for the loss and for errors, 'max' for all other metrics
 * @throws TypeError       if an option is unknown or of the wrong kind
 * @throws RangeError      if a number is out of range
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): ReduceOnPlateau {
  return make('reduceOnPlateau', options);
}

/**
 * Schedule that rises linearly from one rate to the first rate of another schedule, which then follows and counts from its own
 * start. A counter in which the warm-up does not count runs on: after a warm-up of steps, epochs are those of the training.
 *
 * @param steps        steps or epochs of the warm-up, ≥ 1
 * @param next         schedule that follows, or a rate > 0 that stays
 * @param from         first rate ≥ 0, default 0 as in Keras, whose first step therefore changes nothing
 * @param per          unit of steps: 'step' (default) or 'epoch'
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function warmup(options: WarmupOptions): Warmup {
  return make('warmup', options);
}

/**
 * Returns the learning rate of the next step.
 *
 * @param at           counts of steps and epochs, whole numbers ≥ 0
 * @param state        state of a reduceOnPlateau, default the initial one
 * @throws TypeError   if an argument is of the wrong kind
 * @throws RangeError  if a number is out of range, or the rate exceeds a 32-bit float
 */
export function learningRateAt(schedule: Schedule, at: ScheduleTime, state?: ScheduleState): number {
  const checked = checkSchedule('schedule', schedule);
  knownKeys('at', at, ['step', 'epoch']);
  wholeNumber('at.step', at.step, 0);
  wholeNumber('at.epoch', at.epoch, 0);
  const known = state === undefined ? undefined : checkScheduleState('state', checked, state);
  return scheduledRate(checked, at, known);
}

/** Returns the rate of the next step from arguments that are already checked. Training calls it before every step. */
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
