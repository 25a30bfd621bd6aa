/** Options of each schedule, and the schedule itself: plain frozen data with all options. */

/** Unit in which a schedule counts: steps of the optimizer (one per batch), or epochs. */
export type ScheduleUnit = 'step' | 'epoch';

/** Options of constantSchedule. */
export interface ConstantScheduleOptions {
  /** Learning rate > 0 of every step. */
  readonly learningRate: number;
}

/** Schedule of one rate, as `constantSchedule` returns it. */
export interface ConstantSchedule extends Required<ConstantScheduleOptions> {
  /** Name of the schedule. */
  readonly name: 'constantSchedule';
}

/** Options of stepDecay. */
export interface StepDecayOptions {
  /** Learning rate > 0 before the first reduction. */
  readonly initialLearningRate: number;
  /** Steps or epochs, as `per` says, from one reduction to the next; ≥ 1. PyTorch's step_size. */
  readonly every: number;
  /** Factor by which each reduction multiplies the rate, 0 < factor < 1; default 0.1. PyTorch's gamma. */
  readonly factor?: number;
  /** Unit of `every`: 'step' or 'epoch'; default 'epoch' (PyTorch). */
  readonly per?: ScheduleUnit;
}

/** Schedule of a rate that falls by a factor, as `stepDecay` returns it. */
export interface StepDecay extends Required<StepDecayOptions> {
  /** Name of the schedule. */
  readonly name: 'stepDecay';
}

/** Options of exponentialDecay. */
export interface ExponentialDecayOptions {
  /** Learning rate > 0 of the first step. */
  readonly initialLearningRate: number;
  /** Steps or epochs, as `per` says, in which the rate is multiplied by decayRate; ≥ 1. */
  readonly decaySteps: number;
  /**
   * Factor > 0 per decaySteps. Above 1 the rate grows, and a step is refused once the rate exceeds a 32-bit float.
   */
  readonly decayRate: number;
  /** True to round the exponent down, so that the rate falls in steps; default false (Keras). */
  readonly staircase?: boolean;
  /** Unit of decaySteps: 'step' or 'epoch'; default 'step' (Keras). */
  readonly per?: ScheduleUnit;
}

/** Schedule of exponential decay, as `exponentialDecay` returns it. */
export interface ExponentialDecay extends Required<ExponentialDecayOptions> {
  /** Name of the schedule. */
  readonly name: 'exponentialDecay';
}

/** Options of cosineDecay. */
export interface CosineDecayOptions {
  /** Learning rate > 0 of the first step. */
  readonly initialLearningRate: number;
  /** Steps or epochs, as `per` says, from the first rate to the last; ≥ 1. PyTorch's T_max. */
  readonly decaySteps: number;
  /** Share of the rate that is left after decaySteps, from 0 to 1; default 0 (Keras). */
  readonly alpha?: number;
  /** Unit of decaySteps: 'step' or 'epoch'; default 'step' (Keras). */
  readonly per?: ScheduleUnit;
}

/** Schedule that falls along half a cosine, as `cosineDecay` returns it. */
export interface CosineDecay extends Required<CosineDecayOptions> {
  /** Name of the schedule. */
  readonly name: 'cosineDecay';
}

/** Options of oneCycle. */
export interface OneCycleOptions {
  /** Learning rate > 0 at the top of the cycle. PyTorch's max_lr. */
  readonly maxLearningRate: number;
  /** Steps or epochs of the cycle, as `per` says; ≥ 2. */
  readonly totalSteps: number;
  /** Share of the cycle in which the rate rises, between 0 and 1; default 0.3 (PyTorch). */
  readonly pctStart?: number;
  /** Ratio of maxLearningRate to the first rate, ≥ 1; default 25 (PyTorch). */
  readonly divFactor?: number;
  /** Ratio of the first rate to the last, ≥ 1; default 1e4 (PyTorch). */
  readonly finalDivFactor?: number;
  /** Unit of totalSteps: 'step' or 'epoch'; default 'step' (PyTorch). */
  readonly per?: ScheduleUnit;
}

/** Schedule that rises and falls, as `oneCycle` returns it. */
export interface OneCycle extends Required<OneCycleOptions> {
  /** Name of the schedule. */
  readonly name: 'oneCycle';
}

/** Options of reduceOnPlateau. */
export interface ReduceOnPlateauOptions {
  /** Learning rate > 0 before the first reduction. */
  readonly initialLearningRate: number;
  /** Factor by which each reduction multiplies the rate, 0 < factor < 1; default 0.1 (Keras). */
  readonly factor?: number;
  /** Epochs without improvement before a reduction, ≥ 0; default 10 (Keras). */
  readonly patience?: number;
  /** Difference beyond which a measure counts as better, ≥ 0, in its own unit; default 1e-4 (Keras). */
  readonly minDelta?: number;
  /** Epochs after a reduction that do not count as waiting, ≥ 0; default 0 (Keras). */
  readonly cooldown?: number;
  /** Lowest rate to which a reduction leads, ≥ 0; default 0 (Keras). */
  readonly minLearningRate?: number;
  /** Measure that is watched: 'loss', a metric, or one of them with 'validation.' before it; default 'validation.loss'. */
  readonly monitor?: string;
  /** Better values of the measure: 'min' or 'max'; default 'min' for the loss and errors, 'max' for other metrics. */
  readonly mode?: 'min' | 'max';
}

/** Schedule that falls when a measure stops improving, as `reduceOnPlateau` returns it. */
export interface ReduceOnPlateau extends Required<ReduceOnPlateauOptions> {
  /** Name of the schedule. */
  readonly name: 'reduceOnPlateau';
}

/** Options of warmup. */
export interface WarmupOptions {
  /** Steps or epochs, as `per` says, that the warm-up takes; ≥ 1. */
  readonly steps: number;
  /** Schedule that follows and counts from its own start, or a rate > 0 that stays. */
  readonly next: Exclude<Schedule, Warmup> | number;
  /** Learning rate ≥ 0 of the first step; default 0 (Keras), which changes nothing in that step. */
  readonly from?: number;
  /** Unit of steps: 'step' or 'epoch'; default 'step' (Keras). */
  readonly per?: ScheduleUnit;
}

/** Schedule that rises to the first rate of another one, as `warmup` returns it. */
export interface Warmup extends Omit<Required<WarmupOptions>, 'next'> {
  /** Name of the schedule. */
  readonly name: 'warmup';
  /** Schedule that follows and counts from its own start. */
  readonly next: Exclude<Schedule, Warmup>;
}

/** Type of each schedule by its name. */
export interface Schedules {
  /** One rate for all steps. */
  constantSchedule: ConstantSchedule;
  /** A rate that falls by a factor at regular intervals. */
  stepDecay: StepDecay;
  /** A rate that falls by a factor with every step or epoch. */
  exponentialDecay: ExponentialDecay;
  /** A rate that falls along half a cosine. */
  cosineDecay: CosineDecay;
  /** A rate that rises and then falls, in one cycle. */
  oneCycle: OneCycle;
  /** A rate that falls when a measure no longer improves. */
  reduceOnPlateau: ReduceOnPlateau;
  /** A rate that rises to the beginning of another schedule. */
  warmup: Warmup;
}

/** Name of a schedule. */
export type ScheduleName = keyof Schedules;
/** Learning-rate schedule as plain frozen data, with all its options. */
export type Schedule = Schedules[ScheduleName];
