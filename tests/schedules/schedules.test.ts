/** Rates against closed formulas with Math.cos and Math.pow, against PyTorch, and against 60-digit arithmetic. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as library from '../../src/index.js';
import {
  constantSchedule,
  cosineDecay,
  exponentialDecay,
  oneCycle,
  reduceOnPlateau,
  type Schedule,
  stepDecay,
  warmup,
} from '../../src/index.js';
import { cosineFall, scaledPower } from '../../src/numbers/elementary.js';
import { checkSchedule, learningRateAt } from '../../src/schedules/index.js';

type Quintuple = [initial: number, shape: number, steps: number, step: number, exact: number];
interface Golden {
  oneCycle: ({ rates: number[] } & Parameters<typeof oneCycle>[0])[];
  stepDecay: { rates: number[] } & Parameters<typeof stepDecay>[0];
  exponentialDecay: Quintuple[];
  cosineDecay: Quintuple[];
}
const golden = JSON.parse(
  readFileSync(new URL('../golden/schedules.json', import.meta.url), 'utf8'),
) as Golden;

const atStep = (schedule: Schedule, step: number) => learningRateAt(schedule, { step, epoch: 0 });
const atEpoch = (schedule: Schedule, epoch: number) => learningRateAt(schedule, { step: 0, epoch });
const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);
const steps = Array.from({ length: 121 }, (_, i) => i * 7);

type Formula = readonly [Schedule, (n: number) => number];
/** Returns a point on half a cosine from one rate to another. */
const half = (from: number, to: number, share: number) =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

/** Formulas of the papers and of Keras, in the host's arithmetic. A schedule without one does not compile. */
const formulas = {
  constantSchedule: [[constantSchedule({ learningRate: 0.3 }), () => 0.3]],
  stepDecay: [
    [stepDecay({ initialLearningRate: 0.1, every: 30, per: 'step' }), (n) => 0.1 * 0.1 ** Math.floor(n / 30)],
  ],
  exponentialDecay: [
    [
      exponentialDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.96 }),
      (n) => 0.1 * 0.96 ** (n / 100),
    ],
    [
      exponentialDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.96, staircase: true }),
      (n) => 0.1 * 0.96 ** Math.floor(n / 100),
    ],
    [
      exponentialDecay({ initialLearningRate: 1e-5, decaySteps: 50, decayRate: 2 }),
      (n) => 1e-5 * 2 ** (n / 50),
    ],
  ],
  cosineDecay: [
    [cosineDecay({ initialLearningRate: 0.2, decaySteps: 600 }), (n) => half(0.2, 0, Math.min(n, 600) / 600)],
    [
      cosineDecay({ initialLearningRate: 0.2, decaySteps: 777, alpha: 0.1 }),
      (n) => half(0.2, 0.02, Math.min(n, 777) / 777),
    ],
  ],
  oneCycle: [
    [
      oneCycle({ maxLearningRate: 0.5, totalSteps: 200, pctStart: 0.25 }),
      (n) => (n <= 49 ? half(0.02, 0.5, n / 49) : half(0.5, 2e-6, (Math.min(n, 199) - 49) / (199 - 49))),
    ],
  ],
  // Without a measure it keeps waiting.
  reduceOnPlateau: [[reduceOnPlateau({ initialLearningRate: 0.3 }), () => 0.3]],
  warmup: [
    [
      warmup({ steps: 40, from: 0.1, next: cosineDecay({ initialLearningRate: 0.2, decaySteps: 100 }) }),
      (n) => (n < 40 ? 0.1 + 0.1 * (n / 40) : half(0.2, 0, Math.min(n - 40, 100) / 100)),
    ],
  ],
} satisfies Record<Schedule['name'], readonly Formula[]>;
const text = (schedule: Schedule) => JSON.stringify(schedule);
const all: readonly Formula[] = Object.values<readonly Formula[]>(formulas).flat();

describe('closed formulas', () => {
  it.each(all)('%j', (schedule, formula) => {
    for (const n of steps) expect(Math.abs(atStep(schedule, n) - formula(n))).toBeLessThan(1e-14);
  });

  it.each(all.filter(([schedule]) => text(schedule).includes('"step"')))(
    '%j counts epochs',
    (schedule, formula) => {
      const inEpochs = checkSchedule('schedule', JSON.parse(text(schedule).replaceAll('"step"', '"epoch"')));
      for (const epoch of steps) {
        expect(Math.abs(learningRateAt(inEpochs, { step: 5 * epoch, epoch }) - formula(epoch))).toBeLessThan(
          1e-14,
        );
      }
    },
  );
});

describe('PyTorch', () => {
  it.each(golden.oneCycle)('OneCycleLR over $totalSteps steps', ({ rates, ...options }) => {
    const schedule = oneCycle(options);
    rates.forEach((rate, n) => {
      expect(Math.abs(atStep(schedule, n) - rate)).toBeLessThan(1e-15);
    });
    expect(atStep(schedule, 10 * rates.length)).toBe(atStep(schedule, rates.length - 1));
  });

  it("OneCycleLR: the defaults are PyTorch's", () => {
    const { rates: _, ...options } = golden.oneCycle[0]!;
    expect(oneCycle({ maxLearningRate: 0.1, totalSteps: 10 })).toEqual({
      name: 'oneCycle',
      per: 'step',
      ...options,
    });
  });

  it('StepLR', () => {
    const { rates, ...options } = golden.stepDecay;
    const schedule = stepDecay(options);
    rates.forEach((rate, epoch) => {
      expect(relative(atEpoch(schedule, epoch), rate)).toBeLessThan(1e-15);
    });
  });
});

describe('the arithmetic', () => {
  it.each(golden.exponentialDecay)('%d · %d^(steps / %d), %d steps: %d, rounded once', (...values) => {
    const [initialLearningRate, decayRate, decaySteps, step, exact] = values;
    const schedule = exponentialDecay({ initialLearningRate, decayRate, decaySteps });
    expect(atStep(schedule, step)).toBe(exact);
  });

  it.each(golden.cosineDecay)('cosine from %d to its share %d in %d, %d steps: %d', (...values) => {
    const [initialLearningRate, alpha, decaySteps, step, exact] = values;
    const schedule = cosineDecay({ initialLearningRate, alpha, decaySteps });
    expect(relative(atStep(schedule, step), exact)).toBeLessThan(1e-15);
  });

  it("a power equals the host's to the host's rounding", () => {
    const base = fc.double({ min: 0.01, max: 3, noNaN: true });
    fc.assert(
      fc.property(base, fc.nat(60), fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), (b, whole, d, rest) => {
        const exponent = whole + (rest % d) / d;
        expect(relative(scaledPower(1, b, whole * d + (rest % d), d), b ** exponent)).toBeLessThan(1e-13);
      }),
    );
  });

  it('a power beyond the finite numbers is Infinity, one below them 0', () => {
    expect(scaledPower(1, 3, 1e15, 1)).toBe(Infinity);
    expect(scaledPower(1, 3, 1e15 + 1, 7)).toBe(Infinity);
    expect(scaledPower(1, 0.9, 1e15 + 1, 7)).toBe(0);
  });

  it("a falling cosine equals the host's, and its two halves sum to 1", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 1e6 }), (part, whole) => {
        const n = part % (whole + 1);
        expect(Math.abs(cosineFall(n, whole) - (1 + Math.cos((Math.PI * n) / whole)) / 2)).toBeLessThan(
          1e-15,
        );
        expect(Math.abs(cosineFall(n, whole) + cosineFall(whole - n, whole) - 1)).toBeLessThan(5e-16);
      }),
    );
  });
});

describe('ends', () => {
  it.each([1, 3, 10, 4690])('a cosine of %d steps begins and ends exactly', (decaySteps) => {
    const schedule = cosineDecay({ initialLearningRate: 0.3, decaySteps, alpha: 0.25 });
    expect([0, decaySteps, decaySteps + 1, 2 ** 50].map((n) => atStep(schedule, n))).toEqual([
      0.3, 0.075, 0.075, 0.075,
    ]);
    expect(atStep(cosineDecay({ initialLearningRate: 0.3, decaySteps }), decaySteps)).toBe(0);
  });

  it('a cycle passes exactly through its three rates', () => {
    const schedule = oneCycle({ maxLearningRate: 0.5, totalSteps: 20, pctStart: 0.25 });
    expect([0, 4, 19].map((n) => atStep(schedule, n))).toEqual([0.02, 0.5, 0.02 / 1e4]);
  });
});

describe('warmup', () => {
  const next = cosineDecay({ initialLearningRate: 0.4, decaySteps: 90 });
  const schedule = warmup({ steps: 8, from: 0.08, next });

  it('is a line to the first rate of the next schedule, which counts from there', () => {
    // The rates are 0.08 + 0.04 n, computed by hand.
    [0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.36, 0.4].forEach((rate, n) => {
      expect(atStep(schedule, n)).toBeCloseTo(rate, 15);
    });
    for (let n = 0; n < 100; n++) expect(atStep(schedule, 8 + n)).toBe(atStep(next, n));
  });

  it('begins with 0 by default, and accepts a number for a rate that stays', () => {
    const plain = warmup({ steps: 4, next: 0.2 });
    expect(plain.next).toEqual(constantSchedule({ learningRate: 0.2 }));
    expect([0, 1, 2, 3, 4, 1000].map((n) => atStep(plain, n))).toEqual([0, 0.05, 0.1, 0.2 * 0.75, 0.2, 0.2]);
  });

  it('in steps leaves epochs unchanged, and joins without a jump though they have moved', () => {
    const mixed = warmup({ steps: 100, next: stepDecay({ initialLearningRate: 1, factor: 0.5, every: 3 }) });
    // There are 25 steps per epoch: the fourth epoch begins with the step after the warm-up's 75th.
    const rates = [0, 50, 74, 75, 99, 100, 149, 150].map((step) =>
      learningRateAt(mixed, { step, epoch: Math.floor(step / 25) }),
    );
    const expected = [0, 0.5, 0.74, 0.375, 0.495, 0.5, 0.5, 0.25];
    rates.forEach((rate, i) => {
      expect(rate).toBeCloseTo(expected[i]!, 15);
    });
  });
});

const count = fc.integer({ min: 2, max: 3000 });
const rate = fc.double({ min: 1e-6, max: 10, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const falling = fc.oneof(
  fc.record({ initialLearningRate: rate, decaySteps: count, alpha: share }).map(cosineDecay),
  fc
    .record({
      initialLearningRate: rate,
      decaySteps: count,
      decayRate: fc.double({ min: 0.01, max: 1, noNaN: true }),
      staircase: fc.boolean(),
    })
    .map(exponentialDecay),
  fc
    .record({
      initialLearningRate: rate,
      every: count,
      factor: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    })
    .map((options) => stepDecay({ ...options, per: 'step' })),
);
const cycle = fc
  .record({
    maxLearningRate: rate,
    totalSteps: count,
    pctStart: fc.double({ min: 0.6, max: 0.9, noNaN: true }),
  })
  .map(oneCycle);
const any: fc.Arbitrary<Schedule> = fc.oneof(
  falling,
  cycle,
  fc
    .record({ initialLearningRate: rate, patience: fc.nat(9), minDelta: share, cooldown: fc.nat(9) })
    .map(reduceOnPlateau),
  fc.record({ steps: count, from: rate, next: fc.oneof(falling, cycle) }).map(warmup),
);

describe('every schedule', () => {
  it('never rises if it decays', () => {
    fc.assert(
      fc.property(falling, fc.nat(4000), fc.nat(400), (schedule, n, more) => {
        // The comparison allows the last bit of the two weights of a cosine.
        expect(atStep(schedule, n + more)).toBeLessThanOrEqual(atStep(schedule, n) * (1 + 1e-15));
      }),
    );
  });

  it('rises, then falls if it is a cycle', () => {
    fc.assert(
      fc.property(cycle, (schedule) => {
        const top = schedule.pctStart * schedule.totalSteps - 1;
        for (let n = 1; n < schedule.totalSteps; n++) {
          const [before, after] = [atStep(schedule, n - 1), atStep(schedule, n)];
          if (n <= top) expect(after).toBeGreaterThan(before);
          if (n - 1 >= top) expect(after).toBeLessThan(before);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has rates that are finite and ≥ 0, and the same after JSON', () => {
    fc.assert(
      fc.property(any, fc.nat(10_000), (schedule, n) => {
        const again = checkSchedule('schedule', JSON.parse(JSON.stringify(schedule)));
        expect(again).toStrictEqual(schedule);
        const value = atStep(schedule, n);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(11);
        expect(atStep(again, n)).toBe(value);
      }),
    );
  });

  it('is frozen in depth', () => {
    fc.assert(
      fc.property(any, (schedule) => {
        expect(Object.isFrozen(schedule)).toBe(true);
        if (schedule.name === 'warmup') expect(Object.isFrozen(schedule.next)).toBe(true);
      }),
    );
    expect(Object.isFrozen(reduceOnPlateau({ initialLearningRate: 1 }))).toBe(true);
  });
});

describe('docs/schedules.md', () => {
  const page = readFileSync(new URL('../../docs/schedules.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^(learningRateAt\(.*\)); +\/\/ (\S+)$/gm)];

  it('has one example for each schedule', () => expect(examples).toHaveLength(7));

  it.each(examples.map(([, code, value]) => [code!, Number(value)] as const))('%s is %d', (code, value) => {
    const run = new Function(...Object.keys(library), `return ${code}`);
    expect(run(...Object.values(library))).toBeCloseTo(value, 15);
  });
});
