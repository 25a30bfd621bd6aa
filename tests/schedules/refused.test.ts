/** Schedules that are refused, from a constructor and from a file. */
import { describe, expect, it } from 'vitest';
import {
  constantSchedule,
  cosineDecay,
  exponentialDecay,
  learningRateAt,
  oneCycle,
  reduceOnPlateau,
  stepDecay,
  warmup,
} from '../../src/index.js';
import { checkSchedule } from '../../src/schedules/index.js';
import { type Case, untyped } from '../support/refusals.js';

const reads = (value: unknown) => () => checkSchedule('learningRate', value);
const cosine = (options: object) => () =>
  cosineDecay({ initialLearningRate: 0.1, decaySteps: 10, ...options });
const cycle = (options: object) => () => oneCycle({ maxLearningRate: 1, totalSteps: 10, ...options });
const plateau = (options: object) => () => reduceOnPlateau({ initialLearningRate: 0.1, ...options });
const exponential = (options: object) => () =>
  exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 0.5, ...options });
const step = (options: object) => () => stepDecay({ initialLearningRate: 1, every: 1, ...options });
const warm = (options: object) => () => warmup({ steps: 1, next: 1, ...options });
const cyclic: Record<string, unknown> = { name: 'warmup', steps: 1 };
cyclic.next = cyclic;

const constructed: Case[] = [
  [
    'no options',
    () => constantSchedule(untyped(undefined)),
    TypeError,
    /^constantSchedule: expected an object/,
  ],
  ['unknown option', cosine({ alfa: 1 }), TypeError, /^cosineDecay\.alfa: .*did you mean 'alpha'/],
  ['name given', cosine({ name: 'cosineDecay' }), TypeError, /^cosineDecay\.name: unknown option/],
  ['no rate', () => constantSchedule(untyped({})), TypeError, /^learningRate: .*got undefined/],
  ['rate 0', cosine({ initialLearningRate: 0 }), RangeError, /^initialLearningRate: .* > 0, got 0/],
  ['rate 0 as a float', cosine({ initialLearningRate: 1e-46 }), RangeError, /^initialLearningRate: .*1e-46/],
  ['rate ∞ as a float', cycle({ maxLearningRate: 1e39 }), RangeError, /^maxLearningRate: .*got 1e\+39/],
  ['rate NaN', () => constantSchedule({ learningRate: Number.NaN }), RangeError, /^learningRate: .*NaN/],
  ['rate a string', cosine({ initialLearningRate: '0.1' }), TypeError, /^initialLearningRate: .*'0\.1'/],
  ['decaySteps 0', cosine({ decaySteps: 0 }), RangeError, /^decaySteps: expected a whole number ≥ 1, got 0/],
  ['decaySteps 2.5', exponential({ decaySteps: 2.5 }), RangeError, /^decaySteps: .*got 2\.5/],
  ['alpha 2', cosine({ alpha: 2 }), RangeError, /^alpha: expected a number from 0 to 1, got 2/],
  ['alpha −0.1', cosine({ alpha: -0.1 }), RangeError, /^alpha: .*got -0\.1/],
  ['per batch', cosine({ per: 'batch' }), TypeError, /^per: unknown name 'batch'/],
  ['decayRate 0', exponential({ decayRate: 0 }), RangeError, /^decayRate: expected a number > 0, got 0/],
  ['staircase 1', exponential({ staircase: 1 }), TypeError, /^staircase: expected true or false, got 1/],
  ['factor 10', step({ factor: 10 }), RangeError, /^factor: expected a number between 0 and 1, got 10/],
  ['factor null', step({ factor: null }), TypeError, /^factor: .*got null/],
  ['every 0', step({ every: 0 }), RangeError, /^every: .*got 0/],
  ['a cycle of 1', cycle({ totalSteps: 1 }), RangeError, /^totalSteps: expected a whole number ≥ 2, got 1/],
  ['a cycle that falls only', cycle({ totalSteps: 3 }), RangeError, /^pctStart: .*got 0\.3 of 3 steps/],
  ['a cycle with its top at 0', cycle({ pctStart: 0.1 }), RangeError, /^pctStart: expected more than 1/],
  ['a cycle that rises only', cycle({ pctStart: 1 }), RangeError, /^pctStart: expected a number between/],
  ['divFactor 0.5', cycle({ divFactor: 0.5 }), RangeError, /^divFactor: expected a number ≥ 1, got 0\.5/],
  ['finalDivFactor 0', cycle({ finalDivFactor: 0 }), RangeError, /^finalDivFactor: .*got 0/],
  ['factor 1', plateau({ factor: 1 }), RangeError, /^factor: .*got 1/],
  ['patience −1', plateau({ patience: -1 }), RangeError, /^patience: .*≥ 0, got -1/],
  ['minDelta −1', plateau({ minDelta: -1 }), RangeError, /^minDelta: .*≥ 0, got -1/],
  ['minimum above', plateau({ minLearningRate: 1 }), RangeError, /^minLearningRate: .*0\.1, got 1/],
  ['a name of Keras', plateau({ monitor: 'val_loss' }), TypeError, /^monitor: .*got 'val_loss'/],
  [
    'a path too deep',
    plateau({ monitor: 'validation.a.b' }),
    TypeError,
    /^monitor: expected a measure such as 'loss'/,
  ],
  ['mode unsaid', plateau({ monitor: 'auc' }), TypeError, /^mode: expected one of min, max, got undefined/],
  [
    "mode unsaid of a measure of one's own",
    plateau({ monitor: 'validation.dataLoss' }),
    TypeError,
    /^mode: /,
  ],
  ['mode unsaid of what every object has', plateau({ monitor: 'toString' }), TypeError, /^mode: /],
  ['mode unknown', plateau({ mode: 'auto' }), TypeError, /^mode: unknown name 'auto'/],
  ['a warm-up of 0', warm({ steps: 0 }), RangeError, /^steps: .*got 0/],
  ['from below 0', warm({ from: -1 }), RangeError, /^from: expected a number ≥ 0, got -1/],
  ['next missing', warm({ next: undefined }), TypeError, /^next: expected a schedule.*got undefined/],
  ['next 0', warm({ next: 0 }), RangeError, /^next: expected a number > 0, got 0/],
  ['next another warm-up', warm({ next: warmup({ steps: 1, next: 1 }) }), TypeError, /^next: .*other than/],
];

const read: Case[] = [
  ['a number', reads(0.1), TypeError, /^learningRate: expected a schedule.*got 0\.1/],
  ['null', reads(null), TypeError, /^learningRate: expected a schedule.*got null/],
  ['an array', reads([]), TypeError, /^learningRate: expected a schedule.*got Array of 0/],
  ['no name', reads({}), TypeError, /^learningRate\.name: expected one of constantSchedule, .*undefined/],
  ['an unknown name', reads({ name: 'cosinDecay' }), TypeError, /^learningRate\.name: .*'cosineDecay'/],
  ['toString', reads({ name: 'toString' }), TypeError, /^learningRate\.name: unknown name/],
  [
    'a bad option',
    reads({ name: 'constantSchedule', learningRate: -1 }),
    RangeError,
    /^learningRate\.learningRate: expected a number > 0, got -1/,
  ],
  [
    'an unknown option',
    reads({ name: 'constantSchedule', learningRate: 1, rate: 1 }),
    TypeError,
    /^learningRate\.rate: unknown option/,
  ],
  [
    '__proto__',
    reads(JSON.parse('{"name":"constantSchedule","learningRate":1,"__proto__":{}}')),
    TypeError,
    /^learningRate\.__proto__: unknown option/,
  ],
  [
    'a bad option further in',
    reads({ name: 'warmup', steps: 1, next: { name: 'cosineDecay', initialLearningRate: 1 } }),
    TypeError,
    /^learningRate\.next\.decaySteps: .*got undefined/,
  ],
  ['a cycle', reads(cyclic), TypeError, /^learningRate\.next: expected a schedule other than a warm-up/],
];

const asked: Case[] = [
  [
    'no time',
    () => learningRateAt(constantSchedule({ learningRate: 1 }), untyped(undefined)),
    TypeError,
    /^at: expected an object, got undefined/,
  ],
  [
    'half a step',
    () => learningRateAt(constantSchedule({ learningRate: 1 }), { step: 0.5, epoch: 0 }),
    RangeError,
    /^at\.step: expected a whole number ≥ 0, got 0\.5/,
  ],
  [
    'an epoch before the first',
    () => learningRateAt(constantSchedule({ learningRate: 1 }), { step: 0, epoch: -1 }),
    RangeError,
    /^at\.epoch: .*got -1/,
  ],
  [
    'a rate grown beyond a float',
    () => learningRateAt(exponential({ decayRate: 10 })(), { step: 39, epoch: 0 }),
    RangeError,
    /^decayRate: after 39 steps the learning rate is beyond a 32-bit float/,
  ],
];

describe.each([
  ['constructed', constructed],
  ['read', read],
  ['asked', asked],
])('%s', (_, cases) => {
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});

it('an undefined option has its default', () => {
  expect(cosine({ alpha: undefined, per: undefined })()).toEqual(cosine({})());
});

describe('learningRateAt refuses', () => {
  const at = { step: 1, epoch: 1 };
  const rate = (schedule: unknown, state?: unknown) => () =>
    learningRateAt(untyped(schedule), at, untyped(state));
  const falling = reduceOnPlateau({ initialLearningRate: 1 });
  const constant = constantSchedule({ learningRate: 1 });
  const cases: Case[] = [
    ['a number', rate(0.1), TypeError, /^schedule: expected a schedule.*got 0\.1/],
    ['null', rate(null), TypeError, /^schedule: .*got null/],
    ['an unknown name', rate({ name: 'cosine' }), TypeError, /^schedule\.name: .*'cosineDecay'/],
    ['options that lack', rate({ name: 'cosineDecay' }), TypeError, /^schedule\.initialLearningRate: /],
    [
      'a state of NaN',
      rate(falling, { rate: Number.NaN, best: null, wait: 0, cooldown: 0 }),
      RangeError,
      /^state\.rate: /,
    ],
    ['a state that is none', rate(falling, 5), TypeError, /^state: expected an object, got 5/],
    ['a state where none is kept', rate(constant, {}), TypeError, /^state: expected no state, because/],
  ];
  it.each(cases)('%s', (_what, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
