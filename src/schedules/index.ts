/**
 * Learning-rate schedules: plain frozen objects whose rate depends on the counts of steps and epochs. Each gives the same rates
 * on every engine. A rate is finite and ≥ 0. A decaying rate may reach 0, and then nothing is trained.
 */

import { knownKeys, wholeNumber } from '../errors.js';
import {
  build,
  checkSchedule,
  constantScheduleKind,
  cosineDecayKind,
  exponentialDecayKind,
  type Kind,
  oneCycleKind,
  provideSchedules,
  rateOf,
  reduceOnPlateauKind,
  type ScheduleState,
  type ScheduleTime,
  stepDecayKind,
  warmupKind,
} from './kinds.js';
import type {
  ConstantSchedule,
  ConstantScheduleOptions,
  CosineDecay,
  CosineDecayOptions,
  ExponentialDecay,
  ExponentialDecayOptions,
  OneCycle,
  OneCycleOptions,
  ReduceOnPlateau,
  ReduceOnPlateauOptions,
  Schedule,
  ScheduleName,
  Schedules,
  StepDecay,
  StepDecayOptions,
  Warmup,
  WarmupOptions,
} from './options.js';
import { checkScheduleState } from './plateau.js';

export type { ScheduleState, ScheduleTime } from './kinds.js';
export { checkSchedule } from './kinds.js';
export type {
  ConstantSchedule,
  ConstantScheduleOptions,
  CosineDecay,
  CosineDecayOptions,
  ExponentialDecay,
  ExponentialDecayOptions,
  OneCycle,
  OneCycleOptions,
  ReduceOnPlateau,
  ReduceOnPlateauOptions,
  Schedule,
  ScheduleName,
  Schedules,
  ScheduleUnit,
  StepDecay,
  StepDecayOptions,
  Warmup,
  WarmupOptions,
} from './options.js';
export { afterEpoch, checkScheduleState, initialScheduleState, monitoredMeasure } from './plateau.js';

/**
 * Schedule with one rate for all steps.
 *
 * @param options      {@link ConstantScheduleOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if the rate is out of range
 */
export function constantSchedule(options: ConstantScheduleOptions): ConstantSchedule {
  return make('constantSchedule', constantScheduleKind, options);
}

/**
 * Schedule that multiplies the rate by a factor at equal intervals: initialLearningRate · factor^⌊epoch / every⌋. Equal to
 * PyTorch's StepLR, whose step_size is `every` and whose gamma is `factor`.
 *
 * @param options      {@link StepDecayOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function stepDecay(options: StepDecayOptions): StepDecay {
  return make('stepDecay', stepDecayKind, options);
}

/**
 * Schedule of exponential decay: initialLearningRate · decayRate^(step / decaySteps). Equal to Keras's ExponentialDecay.
 *
 * @param options      {@link ExponentialDecayOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function exponentialDecay(options: ExponentialDecayOptions): ExponentialDecay {
  return make('exponentialDecay', exponentialDecayKind, options);
}

/**
 * Schedule that falls along half a cosine from initialLearningRate to alpha · initialLearningRate and stays there. Equal to
 * Keras's CosineDecay; Loshchilov & Hutter 2017, eq. 5, without restarts.
 *
 * @param options      {@link CosineDecayOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function cosineDecay(options: CosineDecayOptions): CosineDecay {
  return make('cosineDecay', cosineDecayKind, options);
}

/**
 * Schedule that rises to maxLearningRate and falls again, each along half a cosine, and stays at its last rate. Equal to
 * PyTorch's OneCycleLR (anneal_strategy 'cos', two phases); Smith & Topin 2018. It changes only the rate, not the momentum.
 *
 * The top is at pctStart · totalSteps − 1, which must be > 0. The last rate is that of step totalSteps − 1.
 *
 * @param options      {@link OneCycleOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function oneCycle(options: OneCycleOptions): OneCycle {
  return make('oneCycle', oneCycleKind, options);
}

/**
 * Schedule that multiplies the rate by a factor when a measure has not improved for some epochs. Equal to Keras's
 * ReduceLROnPlateau: a measure improves if it is better by more than minDelta, in its own unit, and the last epoch of a cooldown
 * counts.
 *
 * @param options      {@link ReduceOnPlateauOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions): ReduceOnPlateau {
  return make('reduceOnPlateau', reduceOnPlateauKind, options);
}

/**
 * Schedule that rises linearly from one rate to the first rate of another schedule, which then follows and counts from its own
 * start. A counter in which the warm-up does not count runs on: after a warm-up of steps, epochs are those of the training.
 *
 * @param options      {@link WarmupOptions}
 * @throws TypeError   if an option is unknown or of the wrong kind
 * @throws RangeError  if a number is out of range
 */
export function warmup(options: WarmupOptions): Warmup {
  return make('warmup', warmupKind, options);
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

function make<N extends ScheduleName>(name: N, kind: Kind<Schedules[N]>, options: object): Schedules[N] {
  provideSchedules({ [name]: kind });
  return build(name, '', name, options);
}

/** Makes schedules from plain data known, also those whose constructor never ran. */
export function useSchedules(): void {
  provideSchedules({
    constantSchedule: constantScheduleKind,
    stepDecay: stepDecayKind,
    exponentialDecay: exponentialDecayKind,
    cosineDecay: cosineDecayKind,
    oneCycle: oneCycleKind,
    reduceOnPlateau: reduceOnPlateauKind,
    warmup: warmupKind,
  });
}
