/** reduceOnPlateau: the semantics of Keras, by hand and compared with PyTorch's under the equivalent options. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ReduceOnPlateau,
  reduceOnPlateau,
  type Schedule,
  type ScheduleState,
  warmup,
} from '../../src/index.js';
import {
  afterEpoch,
  checkScheduleState,
  constantSchedule,
  initialScheduleState,
  learningRateAt,
  monitoredMeasure,
} from '../../src/schedules/index.js';

interface Case {
  options: Omit<ReduceOnPlateau, 'name' | 'monitor'>;
  measures: number[];
  rates: number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/schedules.json', import.meta.url), 'utf8')) as {
  reduceOnPlateau: Case[];
};

/** States after each loss. */
function run(schedule: Schedule, losses: readonly number[]): ScheduleState[] {
  let state = initialScheduleState(schedule);
  return losses.map((loss) => {
    state = afterEpoch(schedule, state, { loss });
    return state!;
  });
}

const ratesOf = (states: ScheduleState[]) => states.map(({ rate }) => rate);

it('follows Keras’s on_epoch_end, computed by hand', () => {
  const schedule = reduceOnPlateau({
    initialLearningRate: 0.8,
    factor: 0.5,
    patience: 2,
    minDelta: 0.1,
    cooldown: 2,
    minLearningRate: 0.3,
    monitor: 'loss',
  });
  // The columns are rate, best, wait and cooldown after each loss.
  const table: [loss: number, ...state: number[]][] = [
    [1, 0.8, 1, 0, 0],
    [0.95, 0.8, 1, 1, 0], // better by less than minDelta
    [1.2, 0.4, 1, 0, 2], // the second wait: halved
    [1.2, 0.4, 1, 0, 1], // held back
    [1.2, 0.4, 1, 1, 0], // the cooldown ends with this epoch, which counts
    [0.5, 0.4, 0.5, 0, 0],
    [0.43, 0.4, 0.5, 1, 0], // by less than 0.1, though by more than a tenth
    [0.5, 0.3, 0.5, 0, 2], // 0.2 would be below the minimum
    [0.2, 0.3, 0.2, 0, 1], // better, within the cooldown
    [0.2, 0.3, 0.2, 1, 0],
    [0.2, 0.3, 0.2, 2, 0], // at the minimum there is nothing to reduce
    [0.2, 0.3, 0.2, 3, 0],
  ];
  const states = run(
    schedule,
    table.map(([loss]) => loss),
  );
  expect(states.map(({ rate, best, wait, cooldown }) => [rate, best, wait, cooldown])).toEqual(
    table.map(([, ...state]) => state),
  );
});

it.each(golden.reduceOnPlateau)('equals PyTorch with $options', ({ options, measures, rates }) => {
  expect(ratesOf(run(reduceOnPlateau({ ...options, monitor: 'loss' }), measures))).toEqual(rates);
});

it('has Keras’s defaults', () => {
  expect(reduceOnPlateau({ initialLearningRate: 0.1 })).toEqual({
    name: 'reduceOnPlateau',
    initialLearningRate: 0.1,
    factor: 0.1,
    patience: 10,
    minDelta: 1e-4,
    cooldown: 0,
    minLearningRate: 0,
    monitor: 'validation.loss',
    mode: 'min',
  });
});

describe('the watched measure', () => {
  it.each([
    ['loss', 'min'],
    ['validation.loss', 'min'],
    ['meanAbsoluteError', 'min'],
    ['accuracy', 'max'],
    ['validation.topKAccuracy', 'max'],
    ['validation.rootMeanSquaredError', 'min'],
    ['f1', 'max'],
    ['validation.r2', 'max'],
  ])('%s should become its %s', (monitor, mode) => {
    expect(reduceOnPlateau({ initialLearningRate: 1, monitor }).mode).toBe(mode);
  });

  it('is found by its path', () => {
    const schedule = reduceOnPlateau({
      initialLearningRate: 1,
      patience: 1,
      monitor: 'validation.accuracy',
    });
    expect(monitoredMeasure(schedule)).toBe('validation.accuracy');
    const first = afterEpoch(schedule, undefined, { loss: 1, validation: { loss: 1, accuracy: 0.5 } });
    expect(first).toEqual({ rate: 1, best: 0.5, wait: 0, cooldown: 0 });
    const second = afterEpoch(schedule, first, { loss: 0, validation: { loss: 0, accuracy: 0.4 } });
    expect(second).toEqual({ rate: 0.1, best: 0.5, wait: 0, cooldown: 0 });
    expect(learningRateAt(schedule, { step: 9, epoch: 2 }, second)).toBe(0.1);
  });

  it.each([
    [{ loss: 1 }, 'undefined'],
    [{ loss: 1, validation: { loss: 1 } }, 'undefined'],
    [{ loss: 1, validation: { accuracy: [1] } }, 'Array of 1'],
  ])('is refused if it is missing: %j', (measures, got) => {
    const schedule = reduceOnPlateau({ initialLearningRate: 1, monitor: 'validation.accuracy' });
    expect(() => afterEpoch(schedule, undefined, measures)).toThrow(
      new TypeError(`monitor: expected a number as 'validation.accuracy' of the epoch, got ${got}`),
    );
  });

  it('does not improve if it is not finite', () => {
    const schedule = reduceOnPlateau({ initialLearningRate: 1, patience: 2, monitor: 'loss' });
    const states = run(schedule, [Number.NaN, -Infinity, 3, Number.NaN, Infinity]);
    expect(ratesOf(states)).toEqual([1, 0.1, 0.1, 0.1, 0.1 * 0.1]);
    expect(states.map(({ best }) => best)).toEqual([null, null, 3, 3, 3]);
  });
});

describe('the state', () => {
  const { options, measures, rates } = golden.reduceOnPlateau[1]!;
  const schedule = reduceOnPlateau({ ...options, monitor: 'loss' });

  it('survives JSON after every epoch, also before the first', () => {
    let state = initialScheduleState(schedule);
    const seen = measures.map((loss) => {
      state = checkScheduleState('state', schedule, JSON.parse(JSON.stringify(state)));
      state = afterEpoch(schedule, state, { loss });
      return state!.rate;
    });
    expect(seen).toEqual(rates);
  });

  it('is a new frozen object each time', () => {
    const [first, second] = run(schedule, measures);
    expect(first).not.toBe(second);
    expect([initialScheduleState(schedule), first, second].every(Object.isFrozen)).toBe(true);
  });

  it('exists within a warm-up too, which leads to the current rate', () => {
    const warm = warmup({ steps: 10, next: schedule });
    expect(ratesOf(run(warm, measures))).toEqual(rates);
    expect(monitoredMeasure(warm)).toBe('loss');
    const state = { ...initialScheduleState(warm)!, rate: 0.04 };
    expect(learningRateAt(warm, { step: 5, epoch: 1 })).toBe(0.05);
    expect(learningRateAt(warm, { step: 5, epoch: 1 }, state)).toBe(0.02);
    expect(learningRateAt(warm, { step: 10, epoch: 2 }, state)).toBe(0.04);
  });

  it('is undefined for a schedule that needs none', () => {
    const constant = constantSchedule({ learningRate: 1 });
    expect(initialScheduleState(constant)).toBeUndefined();
    expect(afterEpoch(constant, undefined, { loss: 1 })).toBeUndefined();
    expect(checkScheduleState('state', constant, undefined)).toBeUndefined();
    expect(monitoredMeasure(warmup({ steps: 1, next: 1 }))).toBeUndefined();
    expect(() => checkScheduleState('state', constant, { rate: 1 })).toThrow(
      /^state: expected no state, because/,
    );
  });

  it.each([
    [undefined, TypeError, /^state: expected an object, got undefined/],
    [{ rat: 1 }, TypeError, /^state\.rat: unknown option; did you mean 'rate'/],
    [{ rate: 1, best: null, wait: 0 }, TypeError, /^state\.cooldown: .*got undefined/],
    [{ rate: -1, best: null, wait: 0, cooldown: 0 }, RangeError, /^state\.rate: expected a number ≥ 0/],
    [{ rate: 1, best: Infinity, wait: 0, cooldown: 0 }, RangeError, /^state\.best: .*got Infinity/],
    [{ rate: 1, wait: 0, cooldown: 0 }, TypeError, /^state\.best: .*got undefined/],
    [{ rate: 1, best: 1, wait: 0.5, cooldown: 0 }, RangeError, /^state\.wait: .*got 0\.5/],
  ])('%j is refused', (value, kind, message) => {
    const check = () => checkScheduleState('state', schedule, value);
    expect(check).toThrow(kind);
    expect(check).toThrow(message);
  });
});
