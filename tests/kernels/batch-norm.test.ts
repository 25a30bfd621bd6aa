/**
 * Kernels of batch norm. Sums in f64 must equal their definition bit by bit; elementwise results must be within the bound of
 * their roundings.
 */
import { describe, expect, it } from 'vitest';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import { BatchNorm, backward, type Elementwise, EPSILON, forward, momentsOf } from './batch-norm.js';
import { Numbers, Sandbox } from './sandbox.js';

const elementwise = [forward, backward];
/** Numbers of rows below, at and beyond a block; numbers of columns that fill vectors and pairs, and that do not. */
const shapes = [0, 1, 2, 3, 4, 5, 128].flatMap((rows) =>
  [...Array(18).keys(), 256].map((columns) => [rows, columns] as const),
);
const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-45, 3e38, -3e38];

function operandsOf(c: Elementwise, rows: number, columns: number): Record<string, Float32Array> {
  const numbers = new Numbers(rows * 1009 + columns);
  return Object.fromEntries([
    ...c.matrices.map((operand) => [operand, numbers.floats(rows * columns, 3)]),
    ...c.rows.map((operand) => [operand, numbers.floats(columns, 2)]),
  ]);
}

describe.each(builds)('batch norm, $name', ({ create }) => {
  const box = new Sandbox(create());
  const norm = new BatchNorm(box);
  const { kernels, elementBytes } = box.backend;
  const stored = elementBytes === 8 ? (x: number) => x : Math.fround;
  /** Relative error of one rounding. */
  const unit = elementBytes === 8 ? 2 ** -53 : 2 ** -24;

  /** Expects noise from cancellation far below the spread; with an infinity in the column the mean may be that or NaN. */
  function expectWithinSpread(mean: ArrayLike<number>, expected: ReturnType<typeof momentsOf>, rows: number) {
    expected.mean.forEach((m, c) => {
      const deviation = Math.sqrt(expected.variance[c]!);
      if (Number.isNaN(deviation)) expect(mean[c]).not.toSatisfy(Number.isFinite);
      else expect(Math.abs(mean[c]! - stored(m))).toBeLessThanOrEqual(2 ** -51 * rows * deviation);
    });
  }

  it('moments equal their definition bit by bit, on every size and misalignment, with special values too', () => {
    for (const [rows, columns] of [...shapes, [3, 1000] as const]) {
      const numbers = new Numbers(rows * 1009 + columns);
      for (const special of [false, true]) {
        const x = numbers.floats(rows * columns, 3);
        if (special) for (const value of specials) x[numbers.below(x.length)] = value;
        const expected = momentsOf(x, rows, columns);
        for (const offset of [0, 1, 3]) {
          const { mean, variance } = norm.moments(x, rows, columns, offset);
          if (special) expectWithinSpread(mean, expected, rows);
          else expectSame(mean, expected.mean.map(stored), `mean ${rows} × ${columns}`);
          expectSame(variance, expected.variance.map(stored), `variance ${rows} × ${columns}`);
        }
      }
    }
  });

  it('moments are NaN without rows, and for one row its values and 0', () => {
    const nothing = norm.moments([], 0, 2);
    expect([...nothing.mean, ...nothing.variance]).toEqual([NaN, NaN, NaN, NaN]);
    const single = norm.moments([0.5, -3, 7], 1, 3);
    expect([...single.mean, ...single.variance]).toEqual([0.5, -3, 7, 0, 0, 0]);
  });

  it('equal values have a variance of 0, whatever they are', () => {
    for (const value of [0.1, 1e4 + 1 / 3, 1e30, -1e-40].map(Math.fround)) {
      for (const rows of [2, 3, 7, 100]) {
        const { mean, variance } = norm.moments(Array(rows * 3).fill(value), rows, 3);
        expectSame(mean, [value, value, value]);
        expectSame(variance, [0, 0, 0]);
      }
    }
  });

  it.each([1e3, 1e8, 3e38])('a first row %d away from the others costs no digits', (distance) => {
    for (const rows of [2, 3, 100, 5000]) {
      const x = new Numbers(rows).floats(rows * 3, 3).map((v, i) => (i < 3 ? distance : v));
      const expected = momentsOf(x, rows, 3);
      const { mean, variance } = norm.moments(x, rows, 3);
      expectSame(mean, expected.mean.map(stored), `mean of ${rows} rows`);
      expectSame(variance, expected.variance.map(stored), `variance of ${rows} rows`);
    }
  });

  it('values that differ in their last bits, far from 0, have the variance of their differences', () => {
    const value = (i: number) => 2 ** 23 + (i % 4);
    const { mean, variance } = norm.moments(
      Array.from({ length: 4000 }, (_, i) => value(i)),
      4000,
      1,
    );
    // The values 0, 1, 2 and 3 in turn.
    expectSame(mean, [stored(2 ** 23 + 1.5)]);
    expectSame(variance, [1.25]);
  });

  it.each([NaN, Infinity, -Infinity])(
    '%d makes the moments of its column non-finite and no others',
    (value) => {
      for (const columns of [1, 2, 3, 4, 5, 8, 17]) {
        const rows = 6;
        const x = new Numbers(columns).floats(rows * columns);
        const clean = norm.moments(x, rows, columns);
        for (let spoilt = 0; spoilt < columns; spoilt++) {
          const { mean, variance } = norm.moments(
            x.map((v, i) => (i === 2 * columns + spoilt ? value : v)),
            rows,
            columns,
          );
          for (let c = 0; c < columns; c++) {
            if (c === spoilt) expect([mean[c], variance[c]].some(Number.isFinite)).toBe(false);
            else expect([mean[c], variance[c]]).toEqual([clean.mean[c], clean.variance[c]]);
          }
        }
      }
    },
  );

  it('inverse deviations and blends equal their formulas bit by bit, in place too', () => {
    const numbers = new Numbers(5);
    for (let n = 0; n <= 17; n++) {
      const variance = numbers.floats(n, 3).map((v, i) => [0, Infinity, NaN, 1e-40][i - 4] ?? Math.abs(v));
      const expected = Array.from(variance, (v) => stored(1 / Math.sqrt(v + EPSILON)));
      expectSame(norm.inverse(variance), expected);
      box.clear();
      const at = box.inPlace(variance, n % 4);
      kernels.inverse_deviation(at, at, n, EPSILON);
      box.check();
      expectSame(box.read(at, n), expected);

      const [y, x] = [numbers.floats(n), numbers.floats(n).map((v, i) => specials[i - 4] ?? v)];
      // In doubles: as floats, 0.9 and 0.1 do not add up to 1, and a running mean would drift.
      const mixed = Array.from(y, (v, i) => stored(0.9 * v + 0.1 * x[i]!));
      for (const offset of [0, 1, 2]) expectSame(norm.blend(y, x, 0.9, 0.1, offset), mixed);
    }
  });

  it.each(elementwise)('$name equals its formula on every size, misalignment and overlap', (c) => {
    for (const [rows, columns] of shapes) {
      const operands = operandsOf(c, rows, columns);
      // Rounded, so that the kernel gets exactly this number.
      const share = Math.fround(1 / rows);
      for (const onto of ['', ...c.matrices]) {
        for (const offset of [0, 1, 3]) {
          const y = norm.run(c, operands, rows, columns, share, offset, onto);
          for (let i = 0; i < y.length; i++) {
            const at = (operand: string) =>
              operands[operand]![c.matrices.includes(operand) ? i : i % columns]!;
            const [value, rounded] = c.value(at, share);
            const error = Math.abs(y[i]! - value);
            // The factor 1.01 allows for products of roundings, 2⁻⁵¹ for those of the reference.
            if (!(error <= 1.01 * unit * rounded + 2 ** -51 * rounded)) {
              expect.fail(`${rows} × ${columns}, onto ${onto}, element ${i}: ${y[i]} for ${value}`);
            }
          }
        }
      }
    }
  });

  it.each(elementwise)('$name keeps a NaN or an infinity in its place', (c) => {
    const [rows, columns] = [3, 7];
    for (const matrix of c.matrices) {
      for (const value of [NaN, Infinity, -Infinity]) {
        for (let i = 0; i < rows * columns; i++) {
          const operands = operandsOf(c, rows, columns);
          const clean = norm.run(c, operands, rows, columns);
          operands[matrix]![i] = value;
          const spoilt = norm.run(c, operands, rows, columns);
          expect(spoilt[i]).not.toSatisfy(Number.isFinite);
          spoilt[i] = clean[i]!;
          expectSame(spoilt, clean);
        }
      }
    }
  });

  it('gradients are sums in f64, on every size and misalignment', () => {
    for (const [rows, columns] of shapes) {
      const operands = operandsOf(backward, rows, columns);
      const { dy, x, mean, inverse } = operands as Record<string, Float32Array>;
      for (const offset of [0, 1, 3]) {
        const { dgamma, dbeta } = norm.gradients(operands, rows, columns, offset);
        for (let c = 0; c < columns; c++) {
          let [sum, product, size] = [0, 0, 0];
          for (let i = c; i < rows * columns; i += columns) {
            const term = dy![i]! * (x![i]! - mean![c]!) * inverse![c]!;
            sum += dy![i]!;
            product += term;
            size += Math.abs(term);
          }
          expect(dbeta[c]).toBe(stored(sum));
          const bound = unit * Math.abs(product) + 2 ** -51 * (rows + 3) * size;
          expect(Math.abs(dgamma[c]! - product)).toBeLessThanOrEqual(bound);
        }
      }
    }
  });

  it('a NaN or infinite gradient affects its own column only', () => {
    const [rows, columns] = [5, 7];
    const operands = operandsOf(backward, rows, columns);
    const clean = norm.gradients(operands, rows, columns);
    for (const value of [NaN, Infinity, -Infinity]) {
      for (let spoilt = 0; spoilt < columns; spoilt++) {
        const dy = Float32Array.from(operands.dy!);
        dy[3 * columns + spoilt] = value;
        const { dgamma, dbeta } = norm.gradients({ ...operands, dy }, rows, columns);
        for (let c = 0; c < columns; c++) {
          if (c === spoilt) expect([dgamma[c], dbeta[c]].some(Number.isFinite)).toBe(false);
          else expect([dgamma[c], dbeta[c]]).toEqual([clean.dgamma[c], clean.dbeta[c]]);
        }
      }
    }
  });
});
