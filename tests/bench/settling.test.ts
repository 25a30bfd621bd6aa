/** Tests the rule of warm-up on made-up times. */
import { describe, expect, it } from 'vitest';
import { BRIEF_WARM_UP, settle, settled, WARM_UP } from '../../bench/settling.mjs';

/** Times of `count` slices by a function of the ms that have passed. */
function slices(count: number, timeAt: (passed: number) => number): number[] {
  const times: number[] = [];
  let passed = 0;
  for (let i = 0; i < count; i++) {
    times.push(timeAt(passed));
    passed += times.at(-1)!;
  }
  return times;
}

/** Ms after which a series counts as stable; undefined if it never does. */
function settledAfter(times: readonly number[]): number | undefined {
  for (let n = 1; n <= times.length; n++) {
    if (settled(times.slice(0, n), WARM_UP)) return times.slice(0, n).reduce((sum, time) => sum + time, 0);
  }
  return undefined;
}

describe('the rule of warm-up', () => {
  it('takes a constant time after two windows', () => {
    expect(settledAfter(slices(2000, () => 1))).toBe(WARM_UP.leastMs);
  });

  it('never takes less than the least time, however short a window is', () => {
    const rule = { ...WARM_UP, windowMs: 10 };
    expect(
      settled(
        slices(999, () => 1),
        rule,
      ),
    ).toBe(false);
    expect(
      settled(
        slices(1000, () => 1),
        rule,
      ),
    ).toBe(true);
  });

  it('waits while the time falls by more than three percent a window', () => {
    // Halves in each second for three seconds, as jax-js on the smallest net, then stays.
    const falling = slices(4000, (passed) => 8 * 0.5 ** (Math.min(passed, 3000) / 1000));
    expect(settledAfter(falling)).toBeGreaterThan(3000);
    expect(settledAfter(falling)).toBeLessThan(4600);
  });

  it('gives slow slices three to a window', () => {
    expect(settled([500, 500, 500, 500, 500], WARM_UP)).toBe(false);
    expect(settled([500, 500, 500, 500, 500, 500], WARM_UP)).toBe(true);
    expect(settled([900, 800, 700, 500, 500, 500], WARM_UP)).toBe(false);
  });

  it('is not misled by single slow slices', () => {
    const times = slices(1200, () => 1).map((time, i) => (i % 50 === 7 ? 30 * time : time));
    expect(settledAfter(times)).toBeLessThan(3000);
  });

  it('needs a rise to end as well as a fall', () => {
    expect(settled([100, 100, 100, 100, 100, 110, 110, 110, 110, 110], WARM_UP)).toBe(false);
  });
});

describe('settle', () => {
  it('stops at the longest time and says that nothing became stable', async () => {
    let time = 1000;
    const { times, stable } = await settle(() => {
      time *= 0.9;
      return time;
    }, WARM_UP);
    expect(stable).toBe(false);
    const total = times.reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThanOrEqual(WARM_UP.mostMs);
    expect(total - times.at(-1)!).toBeLessThan(WARM_UP.mostMs);
  });

  it('counts each slice of a series that comes at once', async () => {
    const { times, stable } = await settle(() => [10, 10, 10], BRIEF_WARM_UP);
    expect(stable).toBe(true);
    // Two windows are ten slices; they come in threes.
    expect(times).toHaveLength(12);
  });
});
