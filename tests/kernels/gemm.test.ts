/**
 * Matrix products. The oracle is three loops in f64. In addition, every build must give the bits of its own chain, so that tiles,
 * blocks, edges and the row-vector path are interchangeable.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { binaries } from '../../src/backend/binary.js';
import { fused } from '../../src/backend/fused-binary.js';
import type { Kernels } from '../../src/backend/kernels.js';
import type { Elements } from '../../src/backend/names.js';
import { unpackFused, unpackPortable } from '../../src/backend/unpack.js';
import { builds } from '../support/builds.js';
import { expectBlock, expectSame } from '../support/compare.js';
import {
  chainOf,
  exact,
  multiplyAdd,
  product,
  type Shape,
  stored,
  type Variant,
  variants,
} from './products.js';
import { Numbers, Sandbox } from './sandbox.js';

type Gemm = Kernels['gemm_nn'];

const TOLERANCE = 1e-5;
/**
 * Shapes beyond blocks of k, of columns (256) and of rows (144), with A and B packed, B alone or neither; and products of
 * networks.
 */
const largeShapes: readonly Shape[] = [
  { m: 131, n: 257, k: 785 },
  { m: 128, n: 256, k: 784 },
  { m: 1, n: 600, k: 600 },
  { m: 5, n: 513, k: 300 },
  { m: 241, n: 19, k: 3 },
  { m: 61, n: 23, k: 300 },
  // Whole blocks plus one row, plus one vector and three lanes.
  { m: 145, n: 67, k: 256 },
  { m: 299, n: 36, k: 513 },
  { m: 77, n: 1, k: 261 },
  // Narrow strips alone and after tiles, with blocks of rows and of k.
  { m: 149, n: 10, k: 513 },
  { m: 61, n: 28, k: 258 },
  { m: 13, n: 25, k: 300 },
];
const numbers = new Numbers(1);
const pool = { a: numbers.floats(299 * 513), b: numbers.floats(600 * 600) };
const operands = ({ m, n, k }: Shape) => ({ a: pool.a.subarray(0, m * k), b: pool.b.subarray(0, k * n) });
/** Products of the oracle, which are equal for every build. */
const largeProducts = new Map(
  largeShapes.map((shape) => [shape, product(exact, shape, operands(shape).a, operands(shape).b)]),
);

describe.each(builds)('gemm, $name', ({ name, create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;
  // Scratch is never cleared, as in a network, so that each product meets the remains of the one before.
  const scratch = box.bytes(kernels.gemm_scratch(), 1);
  box.keep();

  // −1 + (1 + 2⁻¹²)²: the last digit of the square survives one rounding but not two.
  const probe = [-1, 1 + 2 ** -12];
  const fuses = run('gemm_nn', kernels.gemm_nn, { m: 1, n: 1, k: 2 }, probe, [1, probe[1]!])[0] !== 2 ** -11;
  const chain = chainOf(name, fuses);

  /** Lays out the operands, multiplies, and checks that nothing but C changed. */
  function run(
    variant: Variant,
    gemm: Gemm,
    { m, n, k }: Shape,
    a: ArrayLike<number>,
    b: ArrayLike<number>,
    offsets: readonly number[] = [0, 0, 0],
  ) {
    box.clear();
    const c = box.output(m * n, offsets[0]);
    const left = box.input(stored(a, m, k, variant === 'gemm_tn'), offsets[1]);
    const right = box.input(stored(b, k, n, variant === 'gemm_nt'), offsets[2]);
    gemm(c, left, right, m, n, k, scratch);
    box.check();
    return box.read(c, m * n);
  }

  function expectProduct(variant: Variant, gemm: Gemm, shape: Shape, { a, b } = operands(shape)): void {
    const { m, n, k } = shape;
    // Over the shapes, every operand has every distance from a 16-byte boundary.
    const actual = run(variant, gemm, shape, a, b, [(m + n) % 4, (n + k) % 4, (k + m + 1) % 4]);
    expectBlock(actual, product(exact, shape, a, b), TOLERANCE);
    expectSame(actual, product(chain, shape, a, b), `${variant} ${m} × ${n} × ${k}`);
  }

  it.each(variants)('%s: is exact bit by bit for every m, n and k from 0 to 17', (variant) => {
    for (let m = 0; m <= 17; m++) {
      for (let n = 0; n <= 17; n++) {
        for (let k = 0; k <= 17; k++) expectProduct(variant, kernels[variant], { m, n, k });
      }
    }
  });

  it.each(variants)(
    '%s: is exact for one row of every width up to 100, in every loop of the row-vector path',
    (variant) => {
      for (let n = 0; n <= 100; n++) {
        for (const k of [0, 1, 2, 7]) expectProduct(variant, kernels[variant], { m: 1, n, k });
      }
    },
  );

  describe.each(largeShapes)('$m × $n × $k', (shape) => {
    const { m, n, k } = shape;
    const { a, b } = operands(shape);
    let bits: Float64Array;
    let products: Record<Variant, Elements>;
    beforeAll(() => {
      bits = product(chain, shape, a, b);
      const of = (variant: Variant) => run(variant, kernels[variant], shape, a, b);
      products = { gemm_nn: of('gemm_nn'), gemm_nt: of('gemm_nt'), gemm_tn: of('gemm_tn') };
    });

    it.each(variants)('%s: is close to f64 and has the bits of its chain', (variant) => {
      expectBlock(products[variant], largeProducts.get(shape)!, TOLERANCE);
      expectSame(products[variant], bits, variant);
    });

    it.each(variants)('%s: computes a row independently of the other rows', (variant) => {
      box.clear();
      const right = box.input(stored(b, k, n, variant === 'gemm_nt'));
      const left = box.input(a);
      const c = box.output(m * n);
      for (let row = 0; row < m; row++) {
        const at = { c: c + row * n * elementBytes, a: left + row * k * elementBytes };
        kernels[variant](at.c, at.a, right, 1, n, k, scratch);
      }
      box.check();
      expectSame(box.read(c, m * n), products[variant], variant);
    });

    it('gemm_tn_rows: gives the rows of gemm_tn for any columns of A', () => {
      const blocks = [
        [0, m],
        [0, 1],
        [m >> 1, m - (m >> 1)],
        [Math.min(3, m - 1), Math.min(6, m - Math.min(3, m - 1))],
      ] as const;
      for (const [from, count] of blocks) {
        box.clear();
        const c = box.output(count * n, from % 4);
        const left = box.input(stored(a, m, k, true), 1);
        const right = box.input(b, 2);
        kernels.gemm_tn_rows(c, left + from * elementBytes, right, count, n, k, m, scratch);
        box.check();
        expectSame(box.read(c, count * n), products.gemm_tn.subarray(from * n, (from + count) * n), 'rows');
      }
    });

    it.each(variants)('%s: computes a column independently of the other columns', (variant) => {
      const blocks = [
        [0, 1],
        [1, 7],
        [3, 8],
        [n - 13, 13],
        [n >> 1, 5],
      ] as const;
      for (const [from, width] of blocks) {
        if (from < 0 || from + width > n) continue;
        const columns = (x: ArrayLike<number>, rows: number) =>
          Float64Array.from({ length: rows * width }, (_, i) => {
            return x[Math.floor(i / width) * n + from + (i % width)]!;
          });
        const alone = run(variant, kernels[variant], { m, n: width, k }, a, columns(b, k));
        expectSame(alone, columns(products[variant], m), `columns ${from} to ${from + width}`);
      }
    });
  });

  it.each([
    { m: 5, n: 9, k: 6 },
    { m: 1, n: 39, k: 3 },
    { m: 4, n: 8, k: 2 },
    { m: 6, n: 3, k: 258 },
  ])('$m × $n × $k: lets NaN and infinities reach exactly the elements that depend on them', (shape) => {
    for (const variant of variants) {
      for (const special of [NaN, Infinity, -Infinity]) {
        for (const side of ['a', 'b'] as const) {
          const { a, b } = operands(shape);
          const changed = { a: a.slice(), b: b.slice() };
          const target = changed[side];
          // ∞ · 0 is NaN: zeros as the other factor show that no product is left out.
          changed[side === 'a' ? 'b' : 'a'].fill(0, 1, 3);
          for (const at of new Set([0, 1, target.length >> 1, target.length - 2, target.length - 1])) {
            const before = target[at]!;
            target[at] = special;
            expectProduct(variant, kernels[variant], shape, changed);
            target[at] = before;
          }
        }
      }
    }
  });

  it.each(variants)('%s: reads nothing beyond an operand that ends at the end of memory', (variant) => {
    for (const [m, n] of [
      [1, 37],
      [3, 5],
      [5, 7],
      [13, 33],
      [49, 65],
      [50, 71],
    ] as const) {
      for (const k of [1, 2, 3, 7]) {
        const shape = { m, n, k };
        const { a, b } = operands(shape);
        for (const last of ['c', 'a', 'b'] as const) {
          box.clear();
          const left = stored(a, m, k, variant === 'gemm_tn');
          const right = stored(b, k, n, variant === 'gemm_nt');
          const at = { c: box.output(m * n), a: box.input(left), b: box.input(right) };
          const { elements } = box.backend;
          const size = { c: m * n, a: m * k, b: k * n }[last];
          const from = at[last] / elementBytes;
          elements.copyWithin(elements.length - size, from, from + size);
          at[last] = (elements.length - size) * elementBytes;
          kernels[variant](at.c, at.a, at.b, m, n, k, scratch);
          const result = elements.subarray(at.c / elementBytes, at.c / elementBytes + m * n);
          expectSame(result, product(chain, shape, a, b), `${variant} ${m} × ${n} × ${k}, ${last} last`);
        }
      }
    }
  });

  it.each(variants)('%s: gives +0 for a sum of −0, because it starts from +0', (variant) => {
    for (const shape of [
      { m: 1, n: 37, k: 1 },
      { m: 5, n: 9, k: 2 },
    ]) {
      const zeros = new Float32Array(shape.m * shape.k);
      const negative = new Float32Array(shape.k * shape.n).fill(-1);
      expectProduct(variant, kernels[variant], shape, { a: zeros, b: negative });
    }
  });

  describe('the checks notice', () => {
    const shape = { m: 5, n: 11, k: 7 };
    const last = shape.m * shape.n - 1;
    const endOfA = shape.m * shape.k;
    const endOfScratch = kernels.gemm_scratch() / elementBytes;

    interface Scene {
      e: Elements;
      c: number;
      a: number;
      s: number;
      held: number;
    }
    /** Changes that a mutant makes after a right product. c, a and s are indices into e; `held` is the earlier content of c. */
    const misdeeds: Record<string, (scene: Scene) => void> = {
      'a sum that starts from the content of C': ({ e, c, held }) => {
        e[c]! += held;
      },
      'an element that is not written': ({ e, c, held }) => {
        e[c + last] = held;
      },
      'an element that is wrong in its last bit': ({ e, c }) => {
        e[c + last]! *= 1 + (elementBytes === 4 ? 2 ** -23 : 2 ** -52);
      },
      'a store beyond the end': ({ e, c }) => {
        e[c + last + 1] = 0;
      },
      'a store before the beginning': ({ e, c }) => {
        e[c - 1] = 0;
      },
      'more scratch than stated': ({ e, s }) => {
        e[s + endOfScratch] = 0;
      },
      'an input written to': ({ e, a }) => {
        e[a]! *= 2;
      },
      'an input read too far': ({ e, c, a }) => {
        e[c]! += e[a + endOfA]! * 0;
      },
      'a sum in another order': ({ e, c }) => {
        // In doubles that are rounded at the store, the order hardly shows, but a rounding of each step does.
        const other = name === 'javascript' ? chainOf('portable', false) : chain;
        const { a: left, b: right } = operands(shape);
        const row = [...left.subarray(0, shape.k)].reverse();
        const rows = Array.from({ length: shape.k }, (_, p) => [
          ...right.subarray(p * shape.n, (p + 1) * shape.n),
        ]);
        e.set(product(other, { ...shape, m: 1 }, row, rows.reverse().flat()), c);
      },
    };

    it.each(Object.entries(misdeeds))('%s', (_, misdeed) => {
      const mutant: Gemm = (c, a, b, m, n, k, s) => {
        const { elements: e } = box.backend;
        const held = e[c / elementBytes]!;
        kernels.gemm_nn(c, a, b, m, n, k, s);
        misdeed({ e, c: c / elementBytes, a: a / elementBytes, s: s / elementBytes, held });
      };
      expectProduct('gemm_nn', kernels.gemm_nn, shape);
      expect(() => expectProduct('gemm_nn', mutant, shape)).toThrow();
    });
  });
});

it('only the fused build has relaxed multiply-adds', () => {
  // The opcode of f32x4.relaxed_madd is 0xfd and 0x105 in LEB128. Results do not tell, because an engine may round it twice.
  const opcode = Buffer.from([0xfd, 0x85, 0x02]);
  expect(Buffer.from(unpackFused(binaries, fused)).includes(opcode)).toBe(true);
  expect(Buffer.from(unpackPortable(binaries)).includes(opcode)).toBe(false);
});

it('the emulated fused multiply-add rounds once', () => {
  const e = 2 ** -12;
  // The square is 1 + 2⁻¹¹ + 2⁻²⁴, a tie in f32, which the addend decides.
  expect(multiplyAdd(0, 1 + e, 1 + e)).toBe(1 + 2 ** -11);
  expect(multiplyAdd(2 ** -70, 1 + e, 1 + e)).toBe(1 + 2 ** -11 + 2 ** -23);
  expect(multiplyAdd(-(2 ** -70), 1 + e, 1 + e)).toBe(1 + 2 ** -11);
  expect(multiplyAdd(2 ** -70, -1 - e, 1 + e)).toBe(-1 - 2 ** -11);
  expect(multiplyAdd(-1, 1 + e, 1 + e)).toBe(2 ** -11 + 2 ** -24);
  expect(multiplyAdd(Infinity, 1, 1)).toBe(Infinity);
  expect(multiplyAdd(1, NaN, 1)).toBeNaN();
});
