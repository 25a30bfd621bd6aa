import { describe, expect, it } from 'vitest';
import { createJavascriptBackend } from '../../src/backend/javascript/index.js';
import { type Label, philox4x32, Rng } from '../../src/index.js';
import { ksPValue, normalCdf } from '../support/stats.js';

const draws = ['uniform', 'normal', 'truncatedNormal'] as const;

/** Hash of the path as the documentation of Rng words it, written a second time. */
function pathHash(labels: readonly Label[]): bigint {
  const bytes = labels.flatMap((label) => {
    if (typeof label === 'number') {
      const eight = Buffer.alloc(9, 2);
      eight.writeBigInt64LE(BigInt(label), 1);
      return [...eight];
    }
    const length = Buffer.alloc(5, 1);
    length.writeUInt32LE(label.length, 1);
    return [...length, ...Buffer.from(label, 'utf16le')];
  });
  return bytes.reduce(
    (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n),
    0xcbf29ce484222325n,
  );
}

function uniformsAt(seed: bigint, path: bigint, index: bigint, n: number): number[] {
  const backend = createJavascriptBackend('javascript');
  const out = backend.base;
  backend.reserve(out + 4 * n + 64);
  const words = [seed, path, index].flatMap((value) => [
    Number(BigInt.asUintN(32, value)),
    Number(BigInt.asUintN(32, value >> 32n)),
  ]) as [number, number, number, number, number, number];
  backend.kernels.random_uniform(out, n, ...words, 0, 1, out + 4 * n);
  return Array.from(backend.elements.subarray(out / 4, out / 4 + n));
}

describe('a stream', () => {
  const cases: readonly (readonly [seed: number, labels: readonly Label[], offset: number])[] = [
    [0, [], 0],
    [42, ['w1'], 0],
    [-7, ['a', 'b'], 3],
    [Number.MAX_SAFE_INTEGER, ['ab', 12], 5],
    [Number.MIN_SAFE_INTEGER, [-1, 2 ** 40], 2 ** 32 - 2],
    [5, ['Kräfte 🎲', ''], 2 ** 45 + 1],
  ];
  it.each(cases)(
    'has the documented key, path and index for seed %d at %j from %d on',
    (seed, labels, offset) => {
      const rng = labels.reduce((stream: Rng, label) => stream.split(label), new Rng(seed));
      const expected = uniformsAt(BigInt(seed), pathHash(labels), BigInt(offset), 9);
      expect(Array.from(rng.uniform(9, { offset }))).toEqual(expected);
    },
  );

  it('differs for every label, and for a number and the same string', () => {
    const root = new Rng(1);
    const streams = [root, ...['a', 'b', 'ab', '1', '', 1, 0, -1, 2 ** 32].map((label) => root.split(label))];
    streams.push(root.split('a').split('b'), root.split('b').split('a'), new Rng(2));
    const first = streams.map((rng) => rng.normal(2).join());
    expect(new Set(first).size).toBe(streams.length);
  });

  it.each(draws)('gives the same %s values whatever the chunks, and is not changed by a draw', (draw) => {
    const rng = new Rng(3).split('chunks');
    const values = (n: number, offset = 0) => rng[draw](n, { offset });
    const whole = values(50_000);
    expect(values(50_000)).toEqual(whole);
    for (const [offset, n] of [
      [0, 1],
      [1, 15],
      [7, 40],
      [16_383, 3],
      [33_333, 16_667],
      [49_999, 1],
      [5, 0],
    ] as const) {
      expect(values(n, offset)).toEqual(whole.slice(offset, offset + n));
    }
  });

  it('fills a given array', () => {
    const out = new Float32Array(10);
    expect(new Rng(1).normal(10, { out })).toBe(out);
    expect(out).toEqual(new Rng(1).normal(10));
  });
});

describe('philox4x32', () => {
  // These are the known answers of Random123 1.14, kat_vectors.
  it.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('gives the known answer for counter %s, key %s', (counter, key, expected) => {
    const words = (text: string) => text.split(' ').map((word) => Number.parseInt(word, 16));
    expect(Array.from(philox4x32(words(counter), words(key)))).toEqual(words(expected));
  });

  it('gives the bits of a stream', () => {
    const bits = new Rng(7).bits(8);
    const path = [0x84222325, 0xcbf29ce4];
    expect(Array.from(bits)).toEqual([0, 1].flatMap((block) => [...philox4x32([block, 0, ...path], [7, 0])]));
  });

  it('refuses values that are not words', () => {
    expect(() => philox4x32([1, 2, 3], [0, 0])).toThrow(/^counter: expected 4 words/);
    expect(() => philox4x32([1, 2, 3, -1], [0, 0])).toThrow(/^counter\[3\]: /);
    expect(() => philox4x32([1, 2, 3, 4], [2 ** 32, 0])).toThrow(/^key\[0\]: .*below 2\^32/);
  });
});

describe('a string', () => {
  it('is a seed like any other', () => {
    expect(new Rng('experiment 1').bits(4)).toEqual(new Rng('experiment 1').bits(4));
    const firsts = ['a', 'b', '', '0', 0, 1].map((seed) => new Rng(seed).bits(2).join());
    expect(new Set(firsts).size).toBe(6);
  });
});

describe('integers', () => {
  it.each([1, 2, 6, 1000, 2 ** 31, 2 ** 32])(
    'below %d are evenly distributed, and never reach the bound',
    (below) => {
      const values = new Rng(4).split(below).integers(60_000, below);
      const cells = Math.min(below, 20);
      const counts = new Float64Array(cells);
      for (const value of values) {
        expect(value).toBeLessThan(below);
        counts[Math.floor((value / below) * cells)]! += 1;
      }
      const expected = 60_000 / cells;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // There are at most 19 degrees of freedom: a value beyond 62 occurs once in two million.
      expect(chiSquare).toBeLessThan(62);
    },
  );

  it('are the high half of 64 bits times the bound', () => {
    const rng = new Rng(11);
    const [words, values] = [rng.bits(40), rng.integers(17, 1e9, { offset: 3 })];
    const expected = Array.from(values, (_, i) => {
      const word = BigInt(words[2 * (i + 3)]!) + (BigInt(words[2 * (i + 3) + 1]!) << 32n);
      return Number((word * 1_000_000_000n) >> 64n);
    });
    expect(Array.from(values)).toEqual(expected);
  });

  it('refuse an invalid bound', () => {
    expect(() => new Rng(1).integers(3, 0)).toThrow(/^below: /);
    expect(() => new Rng(1).integers(3, 2 ** 32 + 1)).toThrow(/^below: .*2\^32/);
  });
});

describe('a normal cut at given bounds', () => {
  it.each([
    [-2, 2],
    [-1, 3],
    [0, 0.001],
    [3, 4],
    [-Infinity, Infinity],
    [-Infinity, -4],
    [8, 9],
    [30, 31],
    [36, 36.5],
  ])('from %d to %d has that distribution', (low, high) => {
    const n = 50_000;
    const values = new Rng(6).truncatedNormal(n, { low, high });
    // Above 0 the mirror image is used, where the distribution function has its digits.
    const tail = (z: number) => (low > 0 ? normalCdf(-z) : normalCdf(z));
    const cdf = (z: number) => (tail(z) - tail(low)) / (tail(high) - tail(low));
    expect(ksPValue(values, cdf)).toBeGreaterThan(1e-6);
    for (const value of values)
      if (!(value >= Math.fround(low) && value <= Math.fround(high))) expect.fail(`${value}`);
  });

  it('is moved and widened, and the same in chunks', () => {
    const rng = new Rng(8);
    const whole = rng.truncatedNormal(1000, { mean: 5, std: 2, low: 0.5, high: 3 });
    expect(Math.min(...whole)).toBeGreaterThanOrEqual(6);
    expect(Math.max(...whole)).toBeLessThanOrEqual(11);
    expect(rng.truncatedNormal(100, { mean: 5, std: 2, low: 0.5, high: 3, offset: 900 })).toEqual(
      whole.slice(900),
    );
  });

  it('refuses bounds that contain nothing', () => {
    const rng = new Rng(1);
    expect(() => rng.truncatedNormal(3, { low: 2, high: -2 })).toThrow(
      /^low, high: expected low < high, got 2, -2/,
    );
    expect(() => rng.truncatedNormal(3, { low: 50, high: 60 })).toThrow(/^low, high: the normal has no mass/);
    expect(() => rng.truncatedNormal(3, { low: Number.NaN })).toThrow(RangeError);
  });
});

describe('values', () => {
  it('have the requested mean and spread', () => {
    const rng = new Rng(9);
    const expectMoments = (values: Float32Array, mean: number, stddev: number) => {
      const n = values.length;
      const sum = values.reduce((total, value) => total + value, 0) / n;
      const variance = values.reduce((total, value) => total + (value - sum) ** 2, 0) / n;
      expect(Math.abs(sum - mean)).toBeLessThan((5 * stddev) / Math.sqrt(n));
      // The variance of a sample variance is at most 2σ⁴/n here, because none has heavier tails than a normal.
      expect(Math.abs(variance / stddev ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    };
    expectMoments(rng.uniform(2 ** 18, { low: -3, high: 5 }), 1, 8 / Math.sqrt(12));
    expectMoments(rng.normal(2 ** 18, { mean: -3, std: 5 }), -3, 5);
    expectMoments(rng.truncatedNormal(2 ** 18, { mean: 2, std: 3 }), 2, 3 * 0.87962566103423978);
  });

  it('are permuted without loss, and differently for every stream', () => {
    const rng = new Rng(2);
    for (const n of [0, 1, 2, 1000]) {
      expect(Array.from(rng.permutation(n)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
    }
    expect(rng.permutation(100)).toEqual(rng.permutation(100));
    expect(rng.permutation(100)).not.toEqual(rng.split(1).permutation(100));
  });

  it('are permuted evenly: each of the 24 orders of four occurs as often as the others', () => {
    const counts = new Map<string, number>();
    const n = 24_000;
    for (let i = 0; i < n; i++) {
      const order = new Rng(77).split(i).permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    // There are 23 degrees of freedom: a value beyond 70 occurs once in a million.
    expect(chiSquare).toBeLessThan(70);
  });
});
