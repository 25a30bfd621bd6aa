/** Tests what is published of the benchmark's history. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  down,
  formatHistory,
  groups,
  type HistoryRecord,
  parseHistory,
  published,
  range,
  ranges,
  runsOf,
  up,
} from '../../bench/history.mjs';
import { readmeFigures, speedFigures } from '../../bench/publish.mjs';

function record(more: Partial<HistoryRecord>): HistoryRecord {
  return {
    date: '2026-01-01T00:00',
    commit: 'aaaaaaaaaa',
    machine: 'a processor',
    node: '24.0.0',
    row: 'step 784-256-10, batch 128, SGD, portable',
    against: 'jax-js',
    version: '1.2.3',
    ratio: 1,
    best: 1,
    ...more,
  };
}

describe('rounding', () => {
  it.each([
    [1.56, '1.5', '1.6'],
    [11.49, '11', '12'],
    [138, '130', '140'],
    [0.598, '0.59', '0.6'],
    [0.58, '0.58', '0.58'],
    [1.1, '1.1', '1.1'],
    [9.96, '9.9', '10'],
    [2, '2', '2'],
    [0.0963, '0.096', '0.097'],
  ])('%d is %s at least and %s at most', (value, low, high) => {
    expect(down(value)).toBe(low);
    expect(up(value)).toBe(high);
  });

  it('never makes a ratio better or a cost smaller, and moves it by less than a tenth', () => {
    const figures = fc.integer({ min: 10, max: 99_999_999 }).map((value) => value / 10_000);
    fc.assert(
      fc.property(figures, (value) => {
        const [less, more] = [Number(down(value)), Number(up(value))];
        expect(less).toBeLessThanOrEqual(value);
        expect(more).toBeGreaterThanOrEqual(value);
        expect(more - less).toBeLessThanOrEqual(0.1 * value * (1 + 1e-9));
      }),
    );
  });

  it('writes one figure where both ends are the same', () => {
    expect(range(1.51, 1.59)).toBe('1.5');
    expect(range(1.49, 1.59)).toBe('1.4 to 1.5');
  });
});

describe('the history', () => {
  it('is read as it was written', () => {
    const records = [record({ ratio: 1.5 }), record({ row: 'another', ratio: 2 })];
    expect(parseHistory(formatHistory(records))).toEqual(records);
  });

  it('groups by commit, machine and Node, the group measured last at the end', () => {
    const a = record({});
    const b = record({ node: '26.0.0' });
    const again = record({ date: '2026-01-02T00:00' });
    expect(groups([a, b, again])).toEqual([[b], [a, again]]);
  });

  it('publishes the last group with two runs', () => {
    const first = record({ date: '1' });
    const second = record({ date: '2' });
    const single = record({ date: '3', commit: 'bbbbbbbbbb' });
    expect(published([first])).toEqual([first]);
    expect(published([first, second, single])).toEqual([first, second]);
    expect(runsOf(published([first, second, single]))).toEqual(['1', '2']);
    const double = record({ date: '4', commit: 'bbbbbbbbbb' });
    expect(published([first, second, single, double])).toEqual([single, double]);
  });

  it('gives the lowest and highest figure over the runs, of each row by itself', () => {
    const runs = [1.5, 1.7, 1.4].map((ratio, i) => record({ date: String(i), ratio, best: 2 * ratio }));
    const other = record({ date: '0', against: 'tfjs-wasm', ratio: 9 });
    const found = ranges([...runs, other]);
    expect(found.get('step 784-256-10, batch 128, SGD, portable | jax-js')).toMatchObject({
      low: 1.4,
      high: 1.7,
      lowBest: 2.8,
      highBest: 3.4,
    });
    expect(found.get('step 784-256-10, batch 128, SGD, portable | tfjs-wasm')).toMatchObject({
      low: 9,
      high: 9,
    });
  });
});

describe('the published figures', () => {
  const mnist = {
    row: 'epoch of MNIST, portable',
    against: 'PyTorch',
    version: '2.0 with a BLAS, Zen kernels',
  };
  const runs = ['1', '2'].flatMap((date, i) => [
    record({ date, ratio: [1.59, 1.61][i]! }),
    record({ date, ...mnist, ratio: [1.39, 0.957][i]! }),
  ]);

  it('are ranges, with the machine and the versions', () => {
    const text = speedFigures(runs);
    expect(text).toContain('| training step of 784-256-10, batch 128, SGD | jax-js | 1.5 to 1.6 |  |');
    expect(text).toContain('| epoch of MNIST | PyTorch (native) | 0.95 to 1.3 |  |');
    expect(text).toContain('2 runs');
    expect(text).toContain('a processor, Node 24.0.0');
    expect(text).toContain('PyTorch 2.0 with a BLAS, Zen kernels');
  });

  it('are ranges in the README too', () => {
    const text = readmeFigures(runs);
    expect(text).toContain('batch of 128 is 1.5 to 1.6 times as fast as in jax-js.');
    expect(text).toContain('An epoch of MNIST is 0.95 to 1.3 times as fast as in PyTorch.');
    expect(text).toContain('PyTorch 2.0 with a BLAS, Zen kernels');
    expect(text).toContain('a processor, Node 24.0.0');
  });

  it('have no row for what was not measured', () => {
    expect(speedFigures(runs)).not.toContain('Fashion');
    expect(readmeFigures([runs[0]!])).not.toContain('MNIST');
  });
});
