/** Dropout equals the plain formula bit by bit, and the dropped share of drawn words matches the rate. */
import { describe, expect, it } from 'vitest';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import { Numbers, Sandbox } from './sandbox.js';

const WORDS = 2 ** 32;
const sizes = [...Array(18).keys(), 64, 1001];
const thresholds = [0, 1, 0x20000000, 0x7fffffff, 0x80000000, 0x80000001, 0xcccccccc, WORDS - 1];
const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-45, 3e38, -3e38];

describe.each(builds)('dropout, $name', ({ create }) => {
  const box = new Sandbox(create());
  const { kernels, elementBytes } = box.backend;
  const stored = elementBytes === 8 ? (x: number) => x : Math.fround;

  interface Options {
    readonly offset?: number;
    readonly inPlace?: boolean;
  }

  function run(
    x: ArrayLike<number>,
    bits: ArrayLike<number>,
    threshold: number,
    factor: number,
    { offset = 0, inPlace = false }: Options = {},
  ) {
    box.clear();
    const words = box.words(bits);
    const from = inPlace ? box.inPlace(x, offset) : box.input(x, offset);
    const y = inPlace ? from : box.output(x.length, 3 - offset);
    kernels.dropout(y, from, words, x.length, threshold, factor);
    box.check();
    return box.read(y, x.length);
  }

  it('keeps x · factor if the word reaches the threshold, on every size and misalignment, and in place', () => {
    const numbers = new Numbers(1);
    for (const n of sizes) {
      const x = numbers.floats(n, 3).map((v) => (numbers.below(3) === 0 ? specials[numbers.below(8)]! : v));
      for (const threshold of thresholds) {
        // Every other word equals the threshold or is next to it.
        const bits = Uint32Array.from(x, (_, i) => [numbers.word(), threshold + (i % 3) - 1][i % 2]!);
        const expected = Array.from(x, (v, i) => (bits[i]! >= threshold ? stored(v * 1.25) : 0));
        for (const offset of [0, 1, 2, 3]) {
          for (const inPlace of [false, true]) {
            const y = run(x, bits, threshold, 1.25, { offset, inPlace });
            expectSame(y, expected, `${n} values, threshold ${threshold}`);
          }
        }
      }
    }
  });

  it('makes +0 of every dropped value', () => {
    for (const x of [NaN, Infinity, -Infinity, -0, -5]) {
      expectSame(run(Array(5).fill(x), Array(5).fill(6), 7, 2), [0, 0, 0, 0, 0]);
    }
  });

  it('keeps everything at a threshold of 0', () => {
    const x = new Numbers(2).floats(100);
    expectSame(run(x, new Uint32Array(100), 0, 1), x);
  });

  it.each([0.01, 0.1, 0.2, 0.5, 0.9])('drops a share of %d within 5σ, and keeps the mean', (rate) => {
    const n = 1_000_000;
    const threshold = Math.floor(rate * WORDS);
    box.clear();
    const [bits, y] = [box.bytes(4 * n), box.output(n)];
    kernels.random_bits(bits, n, 1, 2, 3, 4, 0, 0, box.bytes(128));
    const x = box.input(new Float32Array(n).fill(1));
    kernels.dropout(y, x, bits, n, threshold, 1 / (1 - rate));
    box.check();
    const values = box.read(y, n);
    const words = box.readWords(bits, n);
    const dropped = values.filter((v) => v === 0).length;
    expect(dropped).toBe(words.filter((word) => word < threshold).length);
    expect(Math.abs(dropped - rate * n)).toBeLessThan(5 * Math.sqrt(n * rate * (1 - rate)));
    // For ones, y has a mean of 1 and a variance of rate / (1 − rate).
    const mean = Array.from(values).reduce((sum, v) => sum + v, 0) / n;
    expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(rate / (1 - rate) / n));
  });
});
