import { describe, expect, it } from 'vitest';
import { Lab } from '../../playground/engine/lab.js';
import { initialState } from '../../playground/engine/state.js';
import { contests, LOSS_STEPS, type Measurement, wayNames } from '../../playground/views/bench/contest.js';
import { engine, make } from '../../playground/views/bench/engine.js';
import { isComplete, resultsOf } from '../../playground/views/bench/results.js';

describe('the bench', () => {
  it('measures every way, and all ways train the same network', async () => {
    const lab = new Lab();
    lab.set(initialState);
    const pieces: (Measurement | undefined)[] = [];
    for (const piece of engine.slow!(lab)) {
      pieces.push(piece);
      if (piece === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const results = resultsOf(pieces);
    expect(isComplete(results)).toBe(true);
    for (const [c, contest] of contests.entries()) {
      const { model, x, y } = make(contest, 'portable');
      for (let step = 0; step < LOSS_STEPS; step++) model.trainOnBatch(x, y);
      const { loss } = model.evaluate(x, y);
      const { portable, threads } = results[c]!;
      expect(portable!.loss).toBe(loss);
      if (threads!.reason === undefined) expect(threads!.loss).toBe(loss);
      else expect(threads!.reason).toMatch(/core|thread/);
      for (const way of wayNames) {
        const measured = results[c]![way]!;
        if (measured.reason !== undefined) continue;
        expect(measured.rate).toBeGreaterThan(0);
        expect(measured.loss).toBeCloseTo(loss, 4);
      }
    }
    // A long computation that waits does not hold up an answer.
    expect(pieces.filter((piece) => piece === undefined).length).toBeLessThan(10_000);
  });
});
