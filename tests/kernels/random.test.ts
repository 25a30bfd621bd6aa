/**
 * Draws: the published answers of Philox4x32-10, equal bits in every build and for every split into calls, and distributions that
 * match their names.
 */
import { describe, expect, it } from 'vitest';
import type { Elements } from '../../src/backend/names.js';
import { builds } from '../support/builds.js';
import { expectSame } from '../support/compare.js';
import {
  deviations,
  ksPValue,
  normalCdf,
  normalDensity,
  truncatedNormalCdf,
  truncatedNormalMoments,
} from '../support/stats.js';
import { type Place, philox, philoxWords } from './philox.js';
import { Sandbox } from './sandbox.js';

const start: Place = { key: [0, 0], path: [0, 0], index: 0n };

/** Random123’s kat_vectors. Index 4 · block is a u64, so that a draw can reach only the first. */
const published = [
  { counter: [0n, 0n, 0n, 0n], key: [0n, 0n], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffffn, 0xffffffffn, 0xffffffffn, 0xffffffffn],
    key: [0xffffffffn, 0xffffffffn],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88n, 0x85a308d3n, 0x13198a2en, 0x03707344n],
    key: [0xa4093822n, 0x299f31d0n],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

it.each(published)(
  'the oracle of these tests gives the published answer $words',
  ({ counter, key, words }) => {
    expect(philox(counter, key)).toEqual(words);
  },
);

type Parameters = readonly number[];
const distributions = [
  { kernel: 'random_bits', parameters: [] },
  { kernel: 'random_uniform', parameters: [-3, 5] },
  { kernel: 'random_normal', parameters: [0.25, 1.5] },
  { kernel: 'random_truncated_normal', parameters: [-1, 0.7] },
  {
    kernel: 'random_bounded_normal',
    parameters: [0.1, 2, -1, 3, normalCdf(-1), normalCdf(3) - normalCdf(-1)],
  },
  { kernel: 'random_integers', parameters: [4_000_000_007] },
  { kernel: 'random_choices', parameters: [] },
] as const;
type Kernel = (typeof distributions)[number]['kernel'];
const ofWords: readonly Kernel[] = ['random_bits', 'random_integers', 'random_choices'];
/** Returns true if a kernel may draw up to `end`. A choice among i + 1 is a u32, so that its indices end earlier. */
const reaches = (kernel: Kernel, end: bigint) => kernel !== 'random_choices' || end <= 2n ** 32n;

/** Draws in a sandbox, where only the output and 128 bytes of scratch may change. */
class Drawer {
  readonly box: Sandbox;
  readonly #scratch: number;

  constructor(name: string) {
    this.box = new Sandbox(builds.find((build) => build.name === name)!.create());
    this.#scratch = this.box.bytes(128);
    this.box.keep();
  }

  draw(kernel: Kernel, n: number, place: Partial<Place>, parameters: Parameters = [], offset = 0) {
    const { key, path, index } = { ...start, ...place };
    const { box } = this;
    box.clear();
    const asWords = ofWords.includes(kernel);
    const out = asWords ? box.bytes(4 * n, offset) : box.output(n, offset);
    const call = box.backend.kernels[kernel] as (...args: number[]) => void;
    const [low, high] = [index & 0xffffffffn, index >> 32n].map(Number);
    call(out, n, ...key, ...path, low!, high!, ...parameters, this.#scratch);
    box.check();
    return asWords ? box.readWords(out, n) : box.read(out, n);
  }
}

const reference = new Drawer('javascript');
const portable = new Drawer('portable');

/** Positions at the end of 64 bits, at the carry of a word of the index or of the block, and at all of these. */
const places: (Place & { what: string })[] = [
  { what: 'the beginning', ...start },
  { what: 'a key and a path', key: [0xa4093822, 0x299f31d0], path: [0x13198a2e, 0x03707344], index: 6n },
  { what: 'the carry of the index', key: [1, 2], path: [3, 4], index: 2n ** 32n - 21n },
  { what: 'the carry of the block', key: [1, 2], path: [3, 4], index: 2n ** 34n - 21n },
  {
    what: 'the digits of π',
    key: [0xa4093822, 0x299f31d0],
    path: [0x13198a2e, 0x03707344],
    index: 0x160f8dda_243f6a88n,
  },
  {
    what: 'the end',
    key: [0xffffffff, 0xffffffff],
    path: [0xffffffff, 0xffffffff],
    index: 2n ** 64n - 42n,
  },
];

/** Words with extreme values, found by searching 2³³ words. */
const TOP_WORD = 9320226n;
const extremes: { place: Partial<Place>; word: number; uniform?: number; truncated?: number }[] = [
  { place: { index: 5992377491n }, word: 0, uniform: 0, truncated: 0 },
  { place: { index: 8098165446n }, word: 0xffffffff, uniform: 1 - 2 ** -24 },
  { place: { index: 6153212237n }, word: 0xffffffff, uniform: 1 - 2 ** -24 },
  { place: { index: 8191531328n }, word: 0x80000000, uniform: 0.5, truncated: -2 },
  { place: { index: 2592375475n }, word: 0x80000000, uniform: 0.5, truncated: -2 },
  { place: { index: 4934972786n }, word: 0x7fffffff, truncated: 2 },
  { place: { key: [1, 0], index: 364375560n }, word: 0 },
];

describe.each(builds)('random, $name', ({ name }) => {
  const drawer = new Drawer(name);

  it('gives the published first words', () => {
    expect([...drawer.draw('random_bits', 4, {})]).toEqual(published[0]!.words);
  });

  it.each(places)('gives the words of the oracle at $what', ({ what: _, ...place }) => {
    expect([...drawer.draw('random_bits', 42, place)]).toEqual(philoxWords(place, 42));
  });

  it.each(distributions)(
    '$kernel: gives equal values for every split into calls',
    ({ kernel, parameters }) => {
      for (const index of [0n, 2n ** 31n - 40n, 2n ** 34n - 40n]) {
        if (!reaches(kernel, index)) continue;
        const whole = drawer.draw(kernel, 80, { index }, parameters);
        for (let from = 0; from <= 40; from++) {
          for (let n = 0; n <= 40; n++) {
            const chunk = drawer.draw(kernel, n, { index: index + BigInt(from) }, parameters, n % 4);
            expectSame(chunk, whole.subarray(from, from + n), `${n} values from ${from}`);
          }
        }
      }
    },
  );

  it.each(distributions)('$kernel: gives the bits of the JavaScript backend', ({ kernel, parameters }) => {
    for (const { n, index, offset } of [
      { n: 100_000, index: 0n, offset: 0 },
      { n: 10_001, index: 3n, offset: 1 },
      { n: 4099, index: 2n ** 32n - 2047n, offset: 3 },
    ]) {
      if (!reaches(kernel, index + BigInt(n))) continue;
      const place: Place = { key: [12345, 678], path: [9, 2 ** 31 + 10], index };
      const expected = reference.draw(kernel, n, place, parameters);
      expectSame(drawer.draw(kernel, n, place, parameters, offset), expected, `from ${index}`);
    }
  });

  it.each([
    [0, 1],
    [-0.05, 0.05],
    [1, 1 + 2 ** -23],
    [-1e-40, 0],
    [-1e-40, 1e-40],
    [0, 2 ** -149],
    [-1, -0.5],
    [1e38, 3e38],
  ])('uniform on [%d, %d) never reaches its upper bound, nor falls below its lower one', (low, high) => {
    // The second position has 24 bits of ones, the largest fraction.
    for (const index of [0n, TOP_WORD - 7n]) {
      const values = drawer.draw('random_uniform', 20_000, { index }, [low, high]);
      for (const value of values) {
        if (!(value >= Math.fround(low) && value < Math.fround(high))) expect.fail(`${value} is outside`);
      }
    }
  });

  it.each([1, 2, 10, 3_000_000_001, 2 ** 32])(
    'integers below %d are the high half of 64 bits times the bound',
    (bound) => {
      for (const index of [0n, 5n, 2n ** 31n - 20n]) {
        const words = philoxWords({ ...start, index: 2n * index }, 80).map(BigInt);
        const numbers = Array.from({ length: 40 }, (_, i) => words[2 * i]! + (words[2 * i + 1]! << 32n));
        const expected = (bounds: (i: number) => bigint) =>
          numbers.map((x, i) => Number((x * bounds(i)) >> 64n));
        const integers = drawer.draw('random_integers', 40, { index }, [bound]);
        expectSame(
          integers,
          expected(() => BigInt(bound)),
        );
        const choices = drawer.draw('random_choices', 40, { index });
        expectSame(
          choices,
          expected((i) => index + BigInt(i) + 1n),
        );
      }
    },
  );

  it('gives finite values for extreme words', () => {
    const one = (kernel: Kernel, place: Partial<Place>) => drawer.draw(kernel, 1, place, [0, 1])[0]!;
    for (const { place, word, uniform, truncated } of extremes) {
      expect(drawer.draw('random_bits', 1, place)[0]).toBe(word);
      if (uniform !== undefined) expect(one('random_uniform', place)).toBe(uniform);
      if (truncated !== undefined) {
        const z = one('random_truncated_normal', place);
        expect(Math.abs(z)).toBeLessThanOrEqual(2);
        expect(z).toBeCloseTo(truncated, 6);
      }
      expect(Number.isFinite(one('random_normal', place))).toBe(true);
    }
  });
});

/** Distributions of the bits of the portable build; the tests above show that every other build has equal bits. */
describe('distributions', () => {
  const N = 1 << 20;
  const place: Place = { key: [2024, 11], path: [5, 6], index: 0n };
  const words = portable.draw('random_bits', N, place) as Uint32Array;
  const normal = portable.draw('random_normal', N, place, [0, 1]) as Elements;
  const truncated = portable.draw('random_truncated_normal', N, place, [0, 1]) as Elements;

  const table = [
    {
      what: 'uniform',
      sample: portable.draw('random_uniform', N, place, [0, 1]),
      moments: { mean: 0.5, variance: 1 / 12, kurtosis: 1.8 },
      cdf: (x: number) => x,
    },
    {
      what: 'uniform between other bounds',
      sample: portable.draw('random_uniform', N, place, [-0.05, 0.15]),
      moments: { mean: 0.05, variance: 0.04 / 12, kurtosis: 1.8 },
      cdf: (x: number) => (x + 0.05) / 0.2,
    },
    { what: 'normal', sample: normal, moments: { mean: 0, variance: 1, kurtosis: 3 }, cdf: normalCdf },
    {
      what: 'normal with mean and sd',
      sample: portable.draw('random_normal', N, place, [3, 0.02]),
      moments: { mean: 3, variance: 0.0004, kurtosis: 3 },
      cdf: (x: number) => normalCdf((x - 3) / 0.02),
    },
    {
      what: 'truncated normal',
      sample: truncated,
      moments: truncatedNormalMoments,
      cdf: truncatedNormalCdf,
    },
  ];
  it.each([
    [-1, 3],
    [-5, -3],
    [-0.01, 0.02],
    [-Infinity, 1],
  ])('a normal cut to [%d, %d] stays within, and equals Φ⁻¹ to 1e-6', (low, high) => {
    const below = normalCdf(low);
    const mass = normalCdf(high) - below;
    const values = portable.draw('random_bounded_normal', 100_000, place, [0, 1, low, high, below, mass]);
    for (let i = 0; i < values.length; i++) {
      const z = values[i]!;
      const expected = below + (mass * (words[i]! + 0.5)) / 2 ** 32;
      const error = (normalCdf(z) - expected) / normalDensity(z);
      if (!(z >= Math.fround(low) && z <= Math.fround(high) && Math.abs(error) <= 1e-6)) {
        expect.fail(`${z} from ${words[i]} is off by ${error}`);
      }
    }
  });

  it.each(table)(
    '$what: has its mean and variance within 5 σ, and its distribution with p > 1e-6',
    ({ sample, moments, cdf }) => {
      const { mean, variance } = deviations(sample, moments);
      expect(Math.abs(mean)).toBeLessThan(5);
      expect(Math.abs(variance)).toBeLessThan(5);
      expect(ksPValue(sample, cdf)).toBeGreaterThan(1e-6);
    },
  );

  it('every bit is 1 half of the time, and neighbouring words are independent', () => {
    const ones = new Uint32Array(32);
    for (const word of words) for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1;
    for (const count of ones) expect(Math.abs(count - N / 2)).toBeLessThan((5 * Math.sqrt(N)) / 2);
    for (const { sample, moments } of table) {
      for (const lag of [1, 2, 4, 16]) {
        let sum = 0;
        for (let i = lag; i < N; i++) sum += (sample[i]! - moments.mean) * (sample[i - lag]! - moments.mean);
        expect(Math.abs(sum / moments.variance)).toBeLessThan(5 * Math.sqrt(N));
      }
    }
  });

  it('different keys and paths give different words', () => {
    const draw = (other: Partial<Place>) => [...portable.draw('random_bits', 8, { ...place, ...other })];
    const others: Partial<Place>[] = [
      {},
      { key: [2025, 11] },
      { key: [2024, 12] },
      { path: [6, 6] },
      { path: [5, 7] },
    ];
    const all = others.flatMap(draw);
    expect(new Set(all).size).toBe(all.length);
  });

  /**
   * Computes Box–Muller in f64 from the same words: 31 bits as the nearest float, and an angle in half-turns whose top bit turns
   * it by half a circle.
   */
  function boxMuller(i: number): number {
    const [u, v] = [words[i & ~1]!, words[i | 1]!];
    const radius = Math.sqrt(-2 * Math.log(Math.max(Math.fround(u >>> 1), 0.5) / 2 ** 31));
    const angle = Math.PI * ((v << 1) / 2 ** 32 + (v >>> 31));
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  }

  /** Error of z for the Φ(z) of its word; the tangent is accurate enough at this distance. */
  function truncatedError(z: number, word: number): number {
    const p = ((word | 0) / 2 ** 31) * (normalCdf(2) - 0.5);
    return (normalCdf(z) - 0.5 - p) / normalDensity(z);
  }

  const worst = (error: (i: number) => number) => {
    let largest = 0;
    for (let i = 0; i < N; i++) largest = Math.max(largest, Math.abs(error(i)));
    return largest;
  };

  it('normals equal Box–Muller to 9e-7, and stay within 6.66', () => {
    expect(worst((i) => normal[i]! - boxMuller(i))).toBeLessThan(9e-7);
    expect(worst((i) => normal[i]!)).toBeLessThan(6);
    // The word 0 gives the largest radius, √(2 ln 2³²).
    const [cosine, sine] = portable.draw('random_normal', 2, { key: [1, 0], index: 364375560n }, [0, 1]);
    expect(Math.hypot(cosine!, sine!)).toBeCloseTo(Math.sqrt(64 * Math.LN2), 5);
  });

  it('truncated normals equal Φ⁻¹ to 1e-6, and stay within 2', () => {
    expect(worst((i) => truncatedError(truncated[i]!, words[i]!))).toBeLessThan(1e-6);
    expect(worst((i) => truncated[i]!)).toBeLessThanOrEqual(2);
  });

  describe('the checks notice', () => {
    const table: { what: string; sample: Elements; cdf: (x: number) => number }[] = [
      { what: 'a normal that was not truncated', sample: normal, cdf: truncatedNormalCdf },
      { what: 'a truncated normal taken for a plain one', sample: truncated, cdf: normalCdf },
      { what: 'a forgotten factor of 0.88', sample: truncated.map((z) => z * 0.88), cdf: truncatedNormalCdf },
      { what: 'a mean of 0.01', sample: normal.map((z) => z + 0.01), cdf: normalCdf },
      {
        what: 'a radius without its square root',
        sample: normal.map((z) => z * Math.abs(z)),
        cdf: normalCdf,
      },
    ];
    it.each(table)('$what', ({ sample, cdf }) => {
      expect(ksPValue(sample, cdf)).toBeLessThan(1e-6);
    });

    it.each([
      [1, 1 + 2 ** -23],
      [0, 2 ** -149],
    ])('a uniform on [%d, %d) that reaches its upper bound', (low, high) => {
      const [word] = portable.draw('random_bits', 1, { index: TOP_WORD });
      const fraction = (word! >>> 8) / 2 ** 24;
      expect(Math.fround(low + Math.fround((high - low) * fraction))).toBe(high);
    });

    it('normals wrong by one part in a million', () => {
      expect(worst((i) => normal[i]! * (1 + 1e-6) - boxMuller(i))).toBeGreaterThan(9e-7);
    });
  });
});
