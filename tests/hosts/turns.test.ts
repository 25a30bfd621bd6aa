/** Turns: how often the clock is read, how long a turn may be, and how hosts of every kind let it end. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Turn } from '../../src/turns.js';

/** Makes a clock that batches advance. */
function clock() {
  let now = 0;
  const asked = vi.spyOn(performance, 'now').mockImplementation(() => now);
  return {
    asked,
    /** Runs batches of so many ms until the turn is over, and returns its length. */
    turnOf: (turn: Turn, ms: () => number): number => {
      const began = now;
      do now += ms();
      while (!turn.isOverAfterBatch());
      return now - began;
    },
  };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a turn', () => {
  it.each([0.004, 0.05, 0.4, 3, 29, 100])('ends after 30 ms with batches of %d ms', async (ms) => {
    const { turnOf } = clock();
    const turn = new Turn();
    for (let t = 0; t < 3; t++) {
      const length = turnOf(turn, () => ms);
      expect(length).toBeGreaterThan(30);
      // The last look may have been a stride earlier: 1 ms, or one batch; two batches if the stride had just doubled.
      expect(length).toBeLessThanOrEqual(30 + Math.max(2, ms) + 1e-9);
      await turn.pause();
    }
  });

  it('reads the clock every 16 batches if they are short', () => {
    const { turnOf, asked } = clock();
    const turn = new Turn();
    asked.mockClear();
    const batches = turnOf(turn, () => 0.004) / 0.004;
    expect(asked.mock.calls.length).toBeLessThan(batches / 16 + 6);
  });

  it('notices after 16 batches that they have become long', () => {
    const { turnOf } = clock();
    let batch = 0;
    const long = turnOf(new Turn(), () => (++batch <= 1000 ? 0.004 : 10));
    expect(long).toBeLessThanOrEqual(4 + 160);
  });
});

describe('a pause', () => {
  const ways = ['setImmediate', 'MessageChannel', 'setTimeout'] as const;
  const given = Object.fromEntries(
    ways.map((way) => [way, globalThis[way] as (...given: unknown[]) => unknown]),
  );
  const throwing = function stub() {
    throw new Error('not implemented in this runtime');
  };
  /** Makes a host with the named ways to pause; the others are missing or stubs that throw. Calls are counted by name. */
  const hostWith = (has: readonly string[], lack: unknown) => {
    const calls: string[] = [];
    for (const way of ways) {
      // A function that may be called or constructed.
      const counted = function (...args: unknown[]) {
        calls.push(way);
        const real = given[way]!;
        return new.target ? Reflect.construct(real, args) : real(...args);
      };
      vi.stubGlobal(way, has.includes(way) ? counted : lack);
    }
    return calls;
  };
  const subsets = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ways.filter((_, w) => bits & (1 << w)));

  describe.each([
    ['missing', undefined],
    ['a stub that throws', throwing],
    ['not a function', {}],
  ])('if the other ways are %s', (_, lack) => {
    it.each(subsets)('takes the first available way: %s %s %s', async (...has) => {
      const named = has.filter((way) => way !== undefined);
      const calls = hostWith(named, lack);
      let others = false;
      given.setTimeout!(() => {
        others = true;
      });
      const turn = new Turn();
      // A timer may be late: what counts is that others get their turn, not when.
      for (let pauses = 0; pauses < 1e5 && !others; pauses++) {
        await turn.pause();
        if (named.length === 0) break;
      }
      expect(others).toBe(named.length > 0);
      expect(new Set(calls)).toEqual(new Set(named.slice(0, 1)));
      expect(turn.isOver).toBe(false);
    });
  });

  it('skips a port that cannot be posted to', async () => {
    const calls = hostWith(['setTimeout'], undefined);
    vi.stubGlobal(
      'MessageChannel',
      class {
        port1 = {};
        port2 = { postMessage: throwing };
      },
    );
    await new Turn().pause();
    expect(calls).toEqual(['setTimeout']);
  });
});

describe('a clock', () => {
  it.each([
    ['missing', undefined],
    [
      'a stub that throws',
      {
        now: () => {
          throw new Error('not implemented');
        },
      },
    ],
    ['no clock', {}],
  ])('is replaced by the date if it is %s', (_, performance) => {
    vi.stubGlobal('performance', performance);
    let date = 1e12;
    vi.spyOn(Date, 'now').mockImplementation(() => date);
    const turn = new Turn();
    expect(turn.isOver).toBe(false);
    date += 31;
    expect(turn.isOver).toBe(true);
    expect(turn.isOverAfterBatch()).toBe(true);
  });
});
