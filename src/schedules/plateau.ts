/** State of reduceOnPlateau, and how an epoch changes it. */

import { finiteNumber, knownKeys, notNegativeF32, show, wholeNumber } from '../errors.js';
import { plateauIn, type ScheduleState } from './kinds.js';
import type { ReduceOnPlateau, Schedule } from './options.js';

/** Returns the state of a schedule before the first epoch; undefined if it needs none. */
export function initialScheduleState(schedule: Schedule): ScheduleState | undefined {
  const plateau = plateauIn(schedule);
  return plateau && Object.freeze({ rate: plateau.initialLearningRate, best: null, wait: 0, cooldown: 0 });
}

/** Checks the state of a schedule that was read from JSON. @throws TypeError or RangeError that names what is wrong */
export function checkScheduleState(
  argument: string,
  schedule: Schedule,
  value: unknown,
): ScheduleState | undefined {
  const initial = initialScheduleState(schedule);
  if (initial === undefined) {
    if (value === undefined) return undefined;
    throw new TypeError(`${argument}: expected no state, because ${schedule.name} keeps none`);
  }
  knownKeys(argument, value, Object.keys(initial));
  const { rate, best, wait, cooldown } = value as Record<string, unknown>;
  return Object.freeze({
    rate: notNegativeF32(`${argument}.rate`, rate),
    best: best === null ? null : finiteNumber(`${argument}.best`, best),
    wait: wholeNumber(`${argument}.wait`, wait, 0),
    cooldown: wholeNumber(`${argument}.cooldown`, cooldown, 0),
  });
}

/** Returns the measure that `afterEpoch` needs; undefined if it needs none. */
export function monitoredMeasure(schedule: Schedule): string | undefined {
  return plateauIn(schedule)?.monitor;
}

/**
 * Returns the state after an epoch with these measures; for schedules without state, the given one. A measure that is not finite
 * is no improvement.
 *
 * @param measures    measures of the epoch; `monitor` is a path into them
 * @throws TypeError  if the monitored measure is missing
 */
export function afterEpoch(
  schedule: Schedule,
  state: ScheduleState | undefined,
  measures: { readonly loss: number; readonly validation?: object | undefined },
): ScheduleState | undefined {
  const plateau = plateauIn(schedule);
  if (plateau === undefined) return state;
  let value: unknown = measures;
  for (const key of plateau.monitor.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  if (typeof value !== 'number') {
    throw new TypeError(
      `monitor: expected a number as '${plateau.monitor}' of the epoch, got ${show(value)}`,
    );
  }
  return Object.freeze(watch(plateau, state ?? initialScheduleState(plateau)!, value));
}

function watch(schedule: ReduceOnPlateau, state: ScheduleState, value: number): ScheduleState {
  const { factor, patience, minDelta, minLearningRate, mode } = schedule;
  const { rate, best } = state;
  // The differences are rounded as in Keras.
  const better = best !== null && (mode === 'min' ? value < best - minDelta : value > best + minDelta);
  const cooldown = Math.max(0, state.cooldown - 1);
  if (Number.isFinite(value) && (best === null || better)) {
    return { rate, best: value, wait: 0, cooldown };
  }
  if (cooldown > 0) return { rate, best, wait: 0, cooldown };
  const wait = state.wait + 1;
  if (wait < patience || rate <= minLearningRate) return { rate, best, wait, cooldown };
  return { rate: Math.max(rate * factor, minLearningRate), best, wait: 0, cooldown: schedule.cooldown };
}
