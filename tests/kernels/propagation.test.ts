/** Products of rows of f64 and kernels of f32, forward and backward. */
import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { Numbers, Sandbox } from './sandbox.js';

const numbers = new Numbers(11);
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 33];

/** Draws doubles of magnitudes that no f32 has. */
function doubles(n: number): Float64Array {
  return Float64Array.from(numbers.floats(n), (value) => value * 2 ** (numbers.below(200) - 100));
}

describe.each(builds)('row products, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { kernels } = box.backend;

  function inputOf(values: Float64Array, offset: number): Address {
    const address = box.bytes(8 * values.length, (8 * offset) / box.backend.elementBytes);
    box.backend.doubles.set(values, address / 8);
    return address;
  }

  function run(
    kernel: 'row_forward' | 'row_backward',
    values: Float64Array,
    weights: Float32Array,
    [rows, columns]: readonly [number, number],
    offset = 0,
  ): Float64Array {
    box.clear();
    const n = kernel === 'row_forward' ? columns : rows;
    const out = box.bytes(8 * n, (8 * offset) / box.backend.elementBytes);
    const from = inputOf(values, offset);
    kernels[kernel](out, from, box.input(weights, offset), rows, columns);
    box.check();
    expect(box.readDoubles(from, values.length)).toEqual(values);
    return box.readDoubles(out, n);
  }

  /** Expects sums within the rounding of any order. */
  function expectSums(actual: Float64Array, terms: (i: number) => number[]): void {
    actual.forEach((value, i) => {
      const summands = terms(i);
      const sum = summands.reduce((a, b) => a + b, 0);
      const size = summands.reduce((a, b) => a + Math.abs(b), 0);
      expect(Math.abs(value - sum)).toBeLessThanOrEqual(2 ** -52 * summands.length * size);
    });
  }

  it('are right for every shape and alignment', () => {
    for (const rows of sizes) {
      for (const columns of sizes) {
        const weights = numbers.floats(rows * columns);
        const at = (r: number, c: number) => weights[r * columns + c]!;
        for (const offset of [0, 1]) {
          const x = doubles(rows);
          expectSums(run('row_forward', x, weights, [rows, columns], offset), (c) =>
            Array.from(x, (value, r) => value * at(r, c)),
          );
          const dy = doubles(columns);
          expectSums(run('row_backward', dy, weights, [rows, columns], offset), (r) =>
            Array.from(dy, (value, c) => value * at(r, c)),
          );
        }
      }
    }
  });

  it('keep values that exceed f32', () => {
    const weights = Float32Array.of(2, 3, 5, 7);
    expect([...run('row_forward', Float64Array.of(1e300, 1e-300), weights, [2, 2])]).toEqual([2e300, 3e300]);
    expect([...run('row_backward', Float64Array.of(1e-200, 0), weights, [2, 2])]).toEqual([2e-200, 5e-200]);
  });

  it('are 0 without rows forward and without columns backward', () => {
    expect([...run('row_forward', doubles(0), new Float32Array(0), [0, 3])]).toEqual([0, 0, 0]);
    expect([...run('row_backward', doubles(0), new Float32Array(0), [5, 0])]).toEqual([0, 0, 0, 0, 0]);
  });
});

it('row products have equal bits in both WebAssembly builds', () => {
  const [rows, columns] = [37, 23];
  const [x, dy, weights] = [doubles(rows), doubles(columns), numbers.floats(rows * columns)];
  const results = builds.slice(0, 2).map(({ create }) => {
    const box = new Sandbox(create());
    const [y, dx, from, above] = [
      box.bytes(8 * columns),
      box.bytes(8 * rows),
      box.bytes(8 * rows),
      box.bytes(8 * columns),
    ];
    const kernel = box.input(weights);
    box.backend.doubles.set(x, from / 8);
    box.backend.doubles.set(dy, above / 8);
    box.backend.kernels.row_forward(y, from, kernel, rows, columns);
    box.backend.kernels.row_backward(dx, above, kernel, rows, columns);
    return [box.readDoubles(y, columns), box.readDoubles(dx, rows)];
  });
  expect(results[0]).toEqual(results[1]);
});
