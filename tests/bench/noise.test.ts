/** Tests the rule that tells a change from noise on made-up times. */
import { describe, expect, it } from 'vitest';
import { compare, PROCESSES } from '../../bench/quick/noise.mjs';

/** Draws numbers in [0, 1) from a seed: mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
const ROUNDS = 13;

interface Machine {
  /** Standard deviation of the logarithm of a slice's time. */
  readonly jitter: number;
  /** Standard deviation of the logarithm of what a copy of the code costs in a process because of its place. */
  readonly placement: number;
  /** Share of slices that another program makes three times as long. */
  readonly spikes: number;
}

/** Measures as child.mjs does, on a made-up machine; `factor` is the true change of the time. */
function measured(random: () => number, { jitter, placement, spikes }: Machine, factor: number) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const runs = Array.from({ length: PROCESSES }, () => {
    // The clock of a process is as slow for all its builds.
    const clock = Math.exp(0.3 * normal());
    const costs = [1, 1, factor].map((cost) => clock * cost * Math.exp(placement * normal()));
    const rounds = Array.from({ length: ROUNDS }, () => {
      const busy = Math.exp(0.2 * normal());
      return costs.map((cost) => cost * busy * Math.exp(jitter * normal()) * (random() < spikes ? 3 : 1));
    });
    return {
      control: median(rounds.map(([old, copy]) => copy! / old!)),
      change: median(rounds.map(([old, , now]) => now! / old!)),
    };
  });
  return compare(
    runs.map(({ change }) => change),
    runs.map(({ control }) => control),
  );
}

const quiet: Machine = { jitter: 0.01, placement: 0.005, spikes: 0.02 };
const busy: Machine = { jitter: 0.1, placement: 0.03, spikes: 0.2 };

/** Share of a thousand comparisons that name a change. */
function named(machine: Machine, factor: number): number {
  const random = generator(7);
  return (
    Array.from({ length: 1000 }, () => measured(random, machine, factor)).filter(({ changed }) => changed)
      .length / 1000
  );
}

describe('the rule of noise', () => {
  it.each([
    ['quiet', quiet],
    ['busy', busy],
  ])('names a change in fewer than five of a thousand rows without one, on a %s machine', (_, machine) => {
    expect(named(machine, 1)).toBeLessThan(0.005);
  });

  it('finds four percent on a quiet machine and fifty on a busy one', () => {
    expect(named(quiet, 1.04)).toBeGreaterThan(0.95);
    expect(named(quiet, 1 / 1.04)).toBeGreaterThan(0.95);
    expect(named(busy, 1.5)).toBeGreaterThan(0.95);
  });

  it('estimates the change and its limit', () => {
    const { change, noise, changed } = measured(generator(1), quiet, 0.8);
    expect(changed).toBe(true);
    expect(change).toBeGreaterThan(0.78);
    expect(change).toBeLessThan(0.82);
    expect(noise).toBeLessThan(0.03);
  });

  it('does not name less than one percent, however sure', () => {
    const same = Array(PROCESSES).fill(1);
    expect(compare(Array(PROCESSES).fill(1.009), same).changed).toBe(false);
    expect(compare(Array(PROCESSES).fill(1.011), same).changed).toBe(true);
    expect(compare(Array(PROCESSES).fill(0.989), same).changed).toBe(true);
  });

  it('does not take one process for a change', () => {
    expect(compare([1, 1, 1, 1, 1.5], Array(PROCESSES).fill(1)).changed).toBe(false);
  });

  it('does not take for a change what a copy of the same code shows too', () => {
    const slow = Array(PROCESSES).fill(1.05);
    expect(compare(slow, slow).changed).toBe(false);
  });

  it('has the limit of the formula', () => {
    // Deviations ± 0.02 around a mean of 0.1, controls ± 0.01: variance (4 · 0.0004 + 5 · 0.0001) / 9.
    const { change, noise } = compare(
      [0.08, 0.08, 0.1, 0.12, 0.12].map(Math.exp),
      [-0.01, 0.01, -0.01, 0.01, 0.01].map(Math.exp),
    );
    expect(change).toBeCloseTo(Math.exp(0.1), 12);
    expect(noise).toBeCloseTo(Math.exp(4.781 * Math.sqrt(0.0021 / 9 / 5)) - 1, 12);
  });

  it('refuses another number of processes', () => {
    expect(() => compare([1, 1], [1, 1])).toThrow('expected 5 changes and controls, got 2 and 2');
  });
});
