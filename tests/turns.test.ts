/** How often the clock is asked, and how long a turn may come to be. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Turn } from '../src/turns.js';

/** A clock that batches move. */
function clock() {
  let now = 0;
  const asked = vi.spyOn(performance, 'now').mockImplementation(() => now);
  return {
    asked,
    /** Batches of so many ms until the turn is over; how long it was. */
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
});

describe('a turn', () => {
  it.each([0.004, 0.05, 0.4, 3, 29, 100])('of batches of %d ms ends after 30 ms', async (ms) => {
    const { turnOf } = clock();
    const turn = new Turn();
    for (let t = 0; t < 3; t++) {
      const length = turnOf(turn, () => ms);
      expect(length).toBeGreaterThan(30);
      // The last look may have been a stride before: 1 ms, or one batch; two where the stride had just doubled.
      expect(length).toBeLessThanOrEqual(30 + Math.max(2, ms) + 1e-9);
      await turn.pause();
    }
  });

  it('asks for the time every 16 batches where they are short', () => {
    const { turnOf, asked } = clock();
    const turn = new Turn();
    asked.mockClear();
    const batches = turnOf(turn, () => 0.004) / 0.004;
    expect(asked.mock.calls.length).toBeLessThan(batches / 16 + 6);
  });

  it('notices batches that have become long after 16 of them', () => {
    const { turnOf } = clock();
    let batch = 0;
    const long = turnOf(new Turn(), () => (++batch <= 1000 ? 0.004 : 10));
    expect(long).toBeLessThanOrEqual(4 + 160);
  });
});
