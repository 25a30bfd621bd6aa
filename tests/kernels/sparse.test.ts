/**
 * Products without the terms that are 0. The oracle is the chain of the dense product, including the terms of zeros: leaving them
 * out may not change a single bit.
 */
import { describe, expect, it } from 'vitest';
import type { Kernels } from '../../src/backend/kernels.js';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import { chainOf, product, type Shape, stored } from './products.js';
import { Numbers, Sandbox } from './sandbox.js';

const variants = ['sparse_nn', 'sparse_tn'] as const;
type Variant = (typeof variants)[number];
type Values = Float32Array;

const densities = [0, 0.05, 0.18, 0.5, 1];
/** Shapes beyond one segment of k (392) and two, a tile of columns (32), and the number of rows from which B is packed (8). */
const shapes: readonly Shape[] = [
  { m: 128, n: 100, k: 784 },
  { m: 9, n: 33, k: 393 },
  { m: 7, n: 64, k: 785 },
  { m: 1, n: 37, k: 1177 },
  { m: 61, n: 32, k: 130 },
];
const numbers = new Numbers(6);
const pool = numbers.floats(128 * 1200);

/**
 * Makes entries that are zeros of either sign, but for a share. The first row, one other row and the last columns are all zero.
 */
function mostlyZero(rows: number, columns: number, density: number): Values {
  const x = new Float32Array(rows * columns);
  for (let i = 0; i < x.length; i++) {
    const filled = rows < 3 || (i >= columns && Math.floor(i / columns) !== 2 && i % columns < columns - 1);
    const kept = numbers.below(1000) < 1000 * density && (filled || density === 1);
    x[i] = kept ? pool[i % pool.length]! : numbers.below(2) === 0 ? 0 : -0;
  }
  return x;
}

describe.each(builds)('sparse products, $name', ({ name, create }) => {
  const box = new Sandbox(create());
  const { kernels } = box.backend;
  const scratch = box.bytes(kernels.gemm_scratch(), 1);
  box.keep();
  const fuses = dense({ m: 1, n: 1, k: 2 }, [-1, 1 + 2 ** -12], [1, 1 + 2 ** -12])[0] !== 2 ** -11;
  const chain = chainOf(name, fuses);

  function dense({ m, n, k }: Shape, a: ArrayLike<number>, b: ArrayLike<number>) {
    box.clear();
    const [c, left, right] = [box.output(m * n), box.input(a), box.input(b)];
    kernels.gemm_nn(c, left, right, m, n, k, scratch);
    return box.read(c, m * n);
  }

  /** Lays out the operands at various distances from 16 bytes, multiplies, and checks that nothing else changed. */
  function run(
    variant: Variant,
    { m, n, k }: Shape,
    a: Values,
    b: Values,
    multiply: Kernels[Variant] = kernels[variant],
  ) {
    box.clear();
    const c = box.output(m * n, (m + n) % 4);
    const transposed = variant === 'sparse_tn';
    const x = stored(a, m, k, transposed);
    const left = box.input(x, (k + m + 1) % 4);
    const right = box.input(b, (n + k) % 4);
    const [rows, columns] = transposed ? [k, m] : [m, k];
    const nonzeros = kernels.count_nonzeros(left, m * k);
    expect(nonzeros).toBe(Array.from(x).filter((value) => value !== 0).length);
    const byRows = box.bytes(kernels.index_bytes(rows, columns, nonzeros));
    const byColumns = box.bytes(kernels.index_bytes(columns, rows, nonzeros));
    kernels.index_rows(byRows, left, rows, columns);
    if (transposed) kernels.index_columns(byColumns, byRows, rows, columns);
    multiply(c, left, transposed ? byColumns : byRows, right, m, n, k, scratch);
    box.check();
    return box.read(c, m * n);
  }

  describe.each(variants)('%s', (variant) => {
    const kernel = kernels[variant];

    function expectProduct(shape: Shape, a: Values, b: Values, multiply = kernel): void {
      const actual = run(variant, shape, a, b, multiply);
      expectSame(actual, product(chain, shape, a, b), `${shape.m} × ${shape.n} × ${shape.k}`);
    }

    it('is exact for every m, n and k from 0 to 10', () => {
      for (let m = 0; m <= 10; m++) {
        for (let n = 0; n <= 10; n++) {
          for (let k = 0; k <= 10; k++) {
            expectProduct({ m, n, k }, mostlyZero(m, k, 0.4), pool.subarray(7, 7 + k * n));
          }
        }
      }
    });

    it('is exact for every number of columns up to 100', () => {
      for (let n = 0; n <= 100; n++) {
        for (const m of [2, 8])
          expectProduct({ m, n, k: 13 }, mostlyZero(m, 13, 0.5), pool.subarray(n, 14 * n));
      }
    });

    it.each(shapes.flatMap((shape) => densities.map((density) => ({ ...shape, density }))))(
      '$m × $n × $k, density $density',
      ({ density, ...shape }) => {
        const { m, n, k } = shape;
        const a = mostlyZero(m, k, density);
        const b = pool.subarray(0, k * n);
        expectProduct(shape, a, b);
        expectSame(run(variant, shape, a, b), dense(shape, a, b), 'the gemm');
      },
    );

    it('keeps a NaN and an infinity among the entries that are not 0', () => {
      const shape = { m: 9, n: 35, k: 11 };
      for (const special of [NaN, Infinity]) {
        const a = mostlyZero(9, 11, 0.3);
        a[40] = special;
        expectProduct(shape, a, pool.subarray(0, 35 * 11));
      }
    });

    it('leaves out a term of 0 times a non-finite number', () => {
      const b = Float32Array.from({ length: 96 }, (_, i) => [2, NaN, Infinity][Math.floor(i / 32)]!);
      const c = run(variant, { m: 1, n: 32, k: 3 }, Float32Array.of(3, 0, -0), b);
      expectSame(c, Array<number>(32).fill(6));
    });

    it('does not treat denormals as zeros, and leaves the zero of the gemm if products underflow', () => {
      const tiny = 2 ** -80;
      const denormal = 2 ** -149;
      for (const a of [
        [tiny, 0, 0],
        [tiny, -0, tiny],
        [denormal, 0, denormal],
        [0, tiny, 0],
      ]) {
        for (const b of [
          [-tiny, 1, 1],
          [-tiny, -1, 1],
          [-tiny, -1, -1],
          [1, -tiny, 0],
          [2 ** 40, 1, -(2 ** 40)],
        ]) {
          for (const m of [1, 8]) {
            for (const n of [1, 32, 33]) {
              const wide = b.flatMap((value) => Array<number>(n).fill(value));
              const high = Array.from({ length: m }, () => a).flat();
              expectProduct({ m, n, k: 3 }, Float32Array.from(high), Float32Array.from(wide));
            }
          }
        }
      }
    });

    it('is checked so that a missing term, a store beyond the end and the content of C are noticed', () => {
      const shape = { m: 9, n: 40, k: 12 };
      const { m, n, k } = shape;
      const a = mostlyZero(m, k, 0.5);
      a[k + 3] = 0.5;
      const b = pool.subarray(0, k * n);
      const { elementBytes } = box.backend;
      expectProduct(shape, a, b);
      const misdeeds: Kernels[Variant][] = [
        (c, left, index, right, ...rest) => {
          const at = left / elementBytes + (variant === 'sparse_nn' ? k + 3 : 3 * m + 1);
          box.backend.elements[at] = 0;
          kernel(c, left, index, right, ...rest);
          box.backend.elements[at] = 0.5;
        },
        (c, ...rest) => {
          kernel(c, ...rest);
          box.backend.elements[c / elementBytes + m * n] = 0;
        },
        (c, ...rest) => {
          const held = box.backend.elements[c / elementBytes]!;
          kernel(c, ...rest);
          box.backend.elements[c / elementBytes]! += held;
        },
      ];
      for (const misdeed of misdeeds) expect(() => expectProduct(shape, a, b, misdeed)).toThrow();
    });
  });
});
