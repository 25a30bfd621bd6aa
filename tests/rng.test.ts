import { describe, expect, it } from 'vitest';
import { createJavascriptBackend } from '../src/backend/javascript/index.js';
import { type Label, Rng } from '../src/index.js';

const draws = ['uniform', 'normal', 'truncatedNormal'] as const;

/** The path's hash as the documentation of Rng words it, written down a second time. */
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
    'of seed %d at %j from %d on is at the documented key, path and index',
    (seed, labels, offset) => {
      const rng = labels.reduce((stream: Rng, label) => stream.split(label), new Rng(seed));
      const expected = uniformsAt(BigInt(seed), pathHash(labels), BigInt(offset), 9);
      expect(Array.from(rng.uniform(9, 0, 1, { offset }))).toEqual(expected);
    },
  );

  it('is its own for every label, and for the number beside the string', () => {
    const root = new Rng(1);
    const streams = [root, ...['a', 'b', 'ab', '1', '', 1, 0, -1, 2 ** 32].map((label) => root.split(label))];
    streams.push(root.split('a').split('b'), root.split('b').split('a'), new Rng(2));
    const first = streams.map((rng) => rng.normal(2).join());
    expect(new Set(first).size).toBe(streams.length);
  });

  it.each(draws)(
    'gives the same %s values whatever the chunks, and leaves no trace of having been asked',
    (draw) => {
      const rng = new Rng(3).split('chunks');
      const whole = rng[draw](50_000, 0, 1);
      expect(rng[draw](50_000, 0, 1)).toEqual(whole);
      for (const [offset, n] of [
        [0, 1],
        [1, 15],
        [7, 40],
        [16_383, 3],
        [33_333, 16_667],
        [49_999, 1],
        [5, 0],
      ] as const) {
        expect(rng[draw](n, 0, 1, { offset })).toEqual(whole.slice(offset, offset + n));
      }
    },
  );

  it('fills what it is given', () => {
    const out = new Float32Array(10);
    expect(new Rng(1).normal(10, 0, 1, { out })).toBe(out);
    expect(out).toEqual(new Rng(1).normal(10));
  });
});

describe('values', () => {
  it('are scaled as asked', () => {
    const rng = new Rng(9);
    const expectMoments = (values: Float32Array, mean: number, stddev: number) => {
      const n = values.length;
      const sum = values.reduce((total, value) => total + value, 0) / n;
      const variance = values.reduce((total, value) => total + (value - sum) ** 2, 0) / n;
      expect(Math.abs(sum - mean)).toBeLessThan((5 * stddev) / Math.sqrt(n));
      // The variance of a sample variance is at most 2σ⁴/n here: none of these has heavier tails than a normal.
      expect(Math.abs(variance / stddev ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    };
    expectMoments(rng.uniform(2 ** 18, -3, 5), 1, 8 / Math.sqrt(12));
    expectMoments(rng.normal(2 ** 18, -3, 5), -3, 5);
    expectMoments(rng.truncatedNormal(2 ** 18, 2, 3), 2, 3 * 0.87962566103423978);
  });

  it('permute without losing any, differently for every stream', () => {
    const rng = new Rng(2);
    for (const n of [0, 1, 2, 1000]) {
      expect(Array.from(rng.permutation(n)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
    }
    expect(rng.permutation(100)).toEqual(rng.permutation(100));
    expect(rng.permutation(100)).not.toEqual(rng.split(1).permutation(100));
  });

  it('permute evenly: each of the 24 orders of four comes up as often as the others', () => {
    const counts = new Map<string, number>();
    const n = 24_000;
    for (let i = 0; i < n; i++) {
      const order = new Rng(77).split(i).permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: beyond 70 once in a million.
    expect(chiSquare).toBeLessThan(70);
  });
});
