/** Moments and counts, on which `diagnose` and the guards against non-finite numbers depend. */
import { describe, expect, it } from 'vitest';
import { builds } from '../support/builds.js';
import { Numbers, Sandbox } from './sandbox.js';

const sizes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 1000];
const numbers = new Numbers(3);

/** Computes mean, variance, zeros, non-finite values, minimum and maximum as the contract defines them. */
function momentsOf(x: ArrayLike<number>): number[] {
  const values = Array.from(x);
  const nonFinite = values.filter((v) => !Number.isFinite(v)).length;
  const zeros = values.filter((v) => v === 0).length;
  const numbered = values.filter((v) => !Number.isNaN(v));
  const ends = numbered.reduce(
    ([low, high], v) => [Math.min(low!, v), Math.max(high!, v)],
    [Infinity, -Infinity],
  );
  if (nonFinite > 0) return [NaN, NaN, zeros, nonFinite, ...ends];
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return [mean, variance, zeros, nonFinite, ...ends];
}

describe.each(builds)('statistics, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { kernels } = box.backend;

  function moments(x: ArrayLike<number>, offset = 0): number[] {
    box.clear();
    const out = box.bytes(48);
    const at = box.input(x, offset);
    kernels.moments(out, at, x.length);
    box.check();
    return [...box.readDoubles(out, 6)];
  }

  function nonFinite(x: ArrayLike<number>, offset = 0): number {
    box.clear();
    const count = kernels.count_non_finite(box.input(x, offset), x.length);
    box.check();
    return count;
  }

  function correct(rows: readonly (readonly number[])[], labels: readonly number[], offset = 0): number {
    box.clear();
    const p = box.input(rows.flat(), offset);
    const count = kernels.count_correct(p, box.words(labels), rows.length, rows[0]?.length ?? 3);
    box.check();
    return count;
  }

  function expectMoments(x: ArrayLike<number>, expected: number[], offset = 0): void {
    const actual = moments(x, offset);
    expected.forEach((value, i) => {
      if (Number.isNaN(value)) expect(actual[i]).toBeNaN();
      else if (!Number.isFinite(value)) expect(actual[i]).toBe(value);
      else expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    });
  }

  it('moments are right for every size and misalignment', () => {
    for (const n of sizes) {
      const x = numbers.floats(n, 5);
      for (let offset = 0; offset < 4; offset++) expectMoments(x, momentsOf(x), offset);
    }
  });

  // All of these are exact in f64, because they are sums of few digits.
  it.each([
    { what: 'nothing', x: [], expected: [NaN, NaN, 0, 0, Infinity, -Infinity] },
    { what: 'one value', x: [-2.5], expected: [-2.5, 0, 0, 0, -2.5, -2.5] },
    {
      what: 'a constant',
      x: Array(1000).fill(Math.fround(0.1)),
      expected: [Math.fround(0.1), 0, 0, 0, Math.fround(0.1), Math.fround(0.1)],
    },
    { what: 'zeros of both signs', x: [0, -0, 0, 0, -0], expected: [0, 0, 5, 0, 0, 0] },
    { what: 'a denormal', x: [2 ** -149, 0, 0, 0], expected: [2 ** -151, 3 * 2 ** -302, 3, 0, 0, 2 ** -149] },
    {
      what: 'a sum beyond f32',
      x: Array(5).fill(2 ** 127),
      expected: [2 ** 127, 0, 0, 0, 2 ** 127, 2 ** 127],
    },
    { what: 'NaN', x: [1, NaN, 0, 4, 5], expected: [NaN, NaN, 1, 1, 0, 5] },
    { what: 'an infinity', x: [1, 2, 3, 4, Infinity, 0], expected: [NaN, NaN, 1, 1, 0, Infinity] },
    {
      what: 'infinities that cancel',
      x: [Infinity, -Infinity, 7],
      expected: [NaN, NaN, 0, 2, -Infinity, Infinity],
    },
    {
      what: 'nothing but NaN',
      x: [NaN, NaN, NaN, NaN, NaN],
      expected: [NaN, NaN, 0, 5, Infinity, -Infinity],
    },
  ])('moments are exact for $what', ({ x, expected }) => {
    // The sign of a zero among the extremes is not promised.
    expect(moments(x).map((value) => value + 0)).toEqual(expected);
  });

  it('the variance of values far from 0 keeps its digits', () => {
    // Exact in f32; E[x²] − mean² would be wrong in the last digits of 2⁸⁰ even in f64.
    const x = Array.from({ length: 4000 }, (_, i) => 2 ** 40 + (i % 2 === 0 ? 2 ** 17 : -(2 ** 17)));
    expect(moments(x)).toEqual([2 ** 40, 2 ** 34, 0, 0, 2 ** 40 - 2 ** 17, 2 ** 40 + 2 ** 17]);
    const meanOfSquares = x.reduce((sum, v) => sum + v * v, 0) / x.length;
    expect(meanOfSquares - 2 ** 80).not.toBe(2 ** 34);
  });

  it('the extremes are found in every place, beside NaN', () => {
    for (let n = 1; n < 20; n++) {
      for (let i = 0; i < n; i++) {
        const x = numbers.floats(n);
        x[i] = -3;
        expect(moments(x).slice(4)).toEqual([-3, Math.max(...x)]);
        x[i] = 3;
        x[(i + 1) % n] = n > 1 ? NaN : 3;
        expect(moments(x)[5]).toBe(3);
      }
    }
  });

  /** Counts by a kernel, whose counts must not depend on what was in their memory before. */
  function histogram(x: ArrayLike<number>, low: number, high: number, bins: number, offset = 0): number[] {
    box.clear();
    const counts = box.bytes(4 * bins);
    const scratch = box.bytes(12 * bins);
    box.backend.words.fill(7, counts / 4, counts / 4 + bins);
    box.backend.words.fill(9, scratch / 4, scratch / 4 + 3 * bins);
    kernels.histogram(counts, box.input(x, offset), x.length, low, high, bins, scratch);
    box.check();
    return [...box.readWords(counts, bins)];
  }

  it('counts bins by their definition, for every size and misalignment', () => {
    for (const n of sizes) {
      const x = numbers.floats(n, 5);
      for (const bins of [1, 2, 3, 32, 1000]) {
        const expected = new Array<number>(bins).fill(0);
        for (const value of x) expected[Math.min(bins - 1, Math.floor(((value + 5) / 10) * bins))]!++;
        for (let offset = 0; offset < 4; offset++)
          expect(histogram(x, -5, 5, bins, offset)).toEqual(expected);
      }
    }
  });

  it.each([
    { what: 'both ends', x: [0, 6, 1, 2, 3, 0], range: [0, 6], expected: [3, 2, 1] },
    {
      what: 'borders, which belong to the bin above',
      x: [1, 2, 3, 1, 2],
      range: [0, 3],
      expected: [0, 2, 3],
    },
    { what: 'a range without width', x: [7, 7, 7, 7, 7], range: [7, 7], expected: [5, 0, 0] },
    {
      what: 'values outside',
      x: [-9, 9, -Infinity, Infinity, 1e30, -1e30],
      range: [0, 3],
      expected: [3, 0, 3],
    },
    { what: 'NaN', x: [NaN, 2.5, NaN, 2.5, NaN], range: [0, 3], expected: [3, 0, 2] },
    {
      what: 'a range that f32 does not reach',
      x: [-3e38, 3e38, 0, 3e38, 3e38],
      range: [-3e38, 3e38],
      expected: [1, 1, 3],
    },
  ])('counts $what', ({ x, range: [low, high], expected }) => {
    expect(histogram(x, Math.fround(low!), Math.fround(high!), 3)).toEqual(expected);
  });

  it('a million values lose nothing to the order of summation', () => {
    const x = numbers.floats(1_000_000, 1).map((v) => Math.fround(v + 100));
    expectMoments(x, momentsOf(x));
  });

  it('counts NaN and infinities in every place, and nothing else', () => {
    const harmless = [3.4028234e38, -3.4028234e38, 1e-45, -0];
    for (const n of sizes) {
      for (let offset = 0; offset < 4; offset++) {
        const x = numbers.floats(n).map((v, i) => harmless[i % 11] ?? v);
        expect(nonFinite(x, offset)).toBe(0);
        for (let i = 0; i < n; i += n > 9 ? 37 : 1) {
          for (const special of [NaN, Infinity, -Infinity]) {
            const spoilt = x.slice();
            spoilt[i] = special;
            expect(nonFinite(spoilt, offset)).toBe(1);
          }
        }
        expect(nonFinite(x.fill(NaN), offset)).toBe(n);
      }
    }
  });

  it('finds the largest magnitude in every place, with NaN above ∞ above all others', () => {
    for (const n of sizes) {
      for (let offset = 0; offset < 4; offset++) {
        const x = numbers.floats(n).map((v, i) => (i % 7 === 0 ? -0 : v));
        const largest = (values: ArrayLike<number>) => {
          box.clear();
          const found = kernels.largest_magnitude(box.input(values, offset), n);
          box.check();
          return found;
        };
        expect(largest(x)).toBe(Math.max(0, ...x.map(Math.abs)));
        for (let i = 0; i < n; i += n > 9 ? 37 : 1) {
          for (const special of [NaN, Infinity, -Infinity, -3.5, 3.4028234663852886e38, -2]) {
            const spoilt = x.slice();
            spoilt[i] = special;
            expect(largest(spoilt)).toBe(Math.abs(special));
            // A NaN of either sign is found beside an infinity.
            spoilt[(i + 1) % n] = -Infinity;
            spoilt[i] = NaN;
            if (n > 1) expect(largest(spoilt)).toBeNaN();
          }
        }
        expect(largest(x.fill(-1e-45))).toBe(n === 0 ? 0 : 2 ** -149);
        expect(largest(x.fill(0))).toBe(0);
      }
    }
  });

  it('treats a NaN with its sign bit set as NaN in the largest magnitude', () => {
    if (box.backend.elementBytes !== 4) return;
    for (let i = 0; i < 6; i++) {
      box.clear();
      const x = box.inPlace([1, 2, 3, 4, 5, 6]);
      box.backend.words[x / 4 + i] = 0xffc00000;
      expect(kernels.largest_magnitude(x, 6)).toBeNaN();
    }
  });

  it('sums magnitudes in f64, exactly', () => {
    for (const n of sizes) {
      for (let offset = 0; offset < 4; offset++) {
        const x = numbers.floats(n).map((v) => Math.round(v * 4096) / 4096);
        box.clear();
        const expected = x.reduce((sum, v) => sum + Math.abs(v), 0);
        expect(kernels.sum_of_magnitudes(box.input(x, offset), n)).toBe(expected);
        box.check();
      }
    }
    const of = (...x: number[]) => kernels.sum_of_magnitudes(box.input(x), x.length);
    expect(of(3e38, -3e38, 3e38, 0, -3e38)).toBe(
      4 * (box.backend.elementBytes === 4 ? Math.fround(3e38) : 3e38),
    );
    expect(of(0, 0, 0, 0, NaN)).toBeNaN();
    expect(of(0, -Infinity, 0, 0, 0)).toBe(Infinity);
  });

  it('sums squares in f64 exactly where f32 would overflow or lose digits', () => {
    for (const n of sizes) {
      for (let offset = 0; offset < 4; offset++) {
        // 12 bits each, so that every square and every sum of squares is exact.
        const x = numbers.floats(n).map((v) => Math.round(v * 4096) / 4096);
        const expected = x.reduce((sum, v) => sum + v * v, 0);
        box.clear();
        expect(kernels.sum_of_squares(box.input(x, offset), n)).toBe(expected);
        box.check();
      }
    }
    const of = (...x: number[]) => kernels.sum_of_squares(box.input(x), x.length);
    expect(of(2 ** 100, 0, 0, 0, 2 ** 100)).toBe(2 ** 201);
    expect(of(2 ** -100, 0, 0, 0, 2 ** -100)).toBe(2 ** -199);
    expect(of(4096, 2 ** -8, 0, 0, 0)).toBe(2 ** 24 + 2 ** -16);
    expect(of(0, 0, 0, 0, NaN)).toBeNaN();
    expect(of(0, -Infinity, 0, 0, 0)).toBe(Infinity);
  });

  it.each([
    {
      what: 'right and wrong rows',
      rows: [
        [1, 2, 3],
        [3, 2, 1],
        [1, 3, 2],
      ],
      labels: [2, 0, 2],
      expected: 2,
    },
    {
      what: 'the first of equals',
      rows: [
        [5, 5, 5],
        [1, 5, 5],
        [5, 1, 5],
        [1, 1, 5],
      ],
      labels: [0, 1, 0, 2],
      expected: 4,
    },
    {
      what: 'never a later one of equals',
      rows: [
        [5, 5, 5],
        [1, 5, 5],
        [5, 1, 5],
      ],
      labels: [1, 2, 2],
      expected: 0,
    },
    {
      what: 'negative entries',
      rows: [
        [-3, -1, -2],
        [-Infinity, -5, -Infinity],
      ],
      labels: [1, 1],
      expected: 2,
    },
    {
      what: 'zeros of both signs as equal',
      rows: [
        [-0, 0],
        [0, -0],
      ],
      labels: [0, 0],
      expected: 2,
    },
    {
      what: 'infinities',
      rows: [
        [0, Infinity, 3],
        [0, -Infinity, 3],
      ],
      labels: [1, 2],
      expected: 2,
    },
    {
      what: 'a NaN never as the largest',
      rows: [
        [NaN, 1, 2],
        [1, NaN, 0],
        [2, 1, NaN],
      ],
      labels: [2, 0, 0],
      expected: 3,
    },
    {
      what: 'a row without a largest entry never as correct',
      rows: [
        [NaN, NaN],
        [NaN, NaN],
        [-Infinity, -Infinity],
      ],
      labels: [0, 1, 0],
      expected: 0,
    },
    { what: 'one column', rows: [[-7], [7]], labels: [0, 0], expected: 2 },
    { what: 'no rows', rows: [], labels: [], expected: 0 },
    {
      what: 'a label that no column has',
      rows: [
        [1, 2],
        [2, 1],
      ],
      labels: [2, 4294967295],
      expected: 0,
    },
  ])('counts correct rows: $what', ({ rows, labels, expected }) => {
    for (let offset = 0; offset < 4; offset++) expect(correct(rows, labels, offset)).toBe(expected);
  });

  it('counts correct rows of every width', () => {
    for (let columns = 1; columns <= 17; columns++) {
      const rows = Array.from({ length: 50 }, () => [...numbers.floats(columns)]);
      const labels = rows.map((row, r) =>
        r % 3 === 0 ? numbers.below(columns) : row.indexOf(Math.max(...row)),
      );
      const expected = rows.filter((row, r) => row.indexOf(Math.max(...row)) === labels[r]).length;
      expect(correct(rows, labels, columns % 4)).toBe(expected);
    }
  });
});
