/** Tests the statistics toolbox against the lectures' worked examples. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elu, Rng } from '../../src/index.js';
import { statistics } from '../../src/theory/index.js';

const { cases } = JSON.parse(
  readFileSync(new URL('../golden/lecture_examples.json', import.meta.url), 'utf8'),
) as {
  readonly cases: {
    readonly id: string;
    readonly inputs: { readonly X: number[]; readonly a: number; readonly b: number };
    readonly checks: { readonly name: string; readonly recomputed: number }[];
  }[];
};
const example = (id: string) => {
  const { inputs, checks } = cases.find((each) => each.id.startsWith(`${id}-`))!;
  return { inputs, checks: Object.fromEntries(checks.map(({ name, recomputed }) => [name, recomputed])) };
};

describe('worked examples', () => {
  it('E1: mean, and expectation over the values’ probabilities', () => {
    const { inputs, checks } = example('E1');
    expect(statistics.mean(inputs.X)).toBe(checks['E[X]']);
    expect(
      statistics.expectation(
        [2, 8, 5, 4, 1],
        [1, 1, 1, 2, 1].map((n) => n / 6),
      ),
    ).toBeCloseTo(4, 12);
  });

  it('E1: the probabilities, by counting', () => {
    const { inputs, checks } = example('E1');
    const { values, counts, probabilities } = statistics.distribution(inputs.X);
    expect([values, counts]).toEqual([
      [1, 2, 4, 5, 8],
      [1, 1, 2, 1, 1],
    ]);
    expect(probabilities).toEqual([1 / 6, 1 / 6, 2 / 6, 1 / 6, 1 / 6]);
    expect(statistics.expectation(values, probabilities)).toBeCloseTo(checks['E[X]']!, 12);
    expect(statistics.distribution(Float32Array.of(10, 9, -0, 0)).values).toEqual([0, 9, 10]);
  });

  it('E2: variance and standard deviation of a population', () => {
    const { inputs, checks } = example('E2');
    expect(statistics.mean(inputs.X)).toBe(checks['E[X]']);
    expect(statistics.variance(inputs.X)).toBe(checks['var[X]']);
    expect(statistics.standardDeviation(inputs.X)).toBe(checks.sigma);
  });

  it('E3: tanh, with −1/3 at x³, not −1/3!', () => {
    const { checks } = example('E3');
    const c = statistics.maclaurin('tanh', 3);
    expect(c[3]).toBeCloseTo(checks['coefficient of x^3']!, 15);
    const factorial = [1, 1, 2, 6];
    const names = ['tanh(0)', "tanh'(0)", "tanh''(0)", "tanh'''(0)"];
    expect(c.map((value, k) => value * factorial[k]!)).toEqual(names.map((name) => checks[name]));
  });

  it('E4: sigmoid', () => {
    const { checks } = example('E4');
    const c = statistics.maclaurin('sigmoid', 3);
    expect(c.slice(0, 3)).toEqual([checks['sigmoid(0)'], checks["sigmoid'(0)"], checks["sigmoid''(0)"]]);
    expect(c[3]).toBeCloseTo(checks['next coefficient x^3']!, 16);
  });

  it('E21: the uniform distribution', () => {
    const { inputs, checks } = example('E21');
    const { mean, variance } = statistics.uniform({ low: inputs.a, high: inputs.b });
    expect([mean, variance]).toEqual([checks['mean (a+b)/2'], checks['variance (b-a)^2/12']]);
    const r = Math.sqrt(3 / 100);
    expect(statistics.uniform({ low: -r, high: r }).variance).toBeCloseTo(
      checks['U(-r,r) variance r^2/3, r=sqrt(3/n), n=100']!,
      15,
    );
  });
});

describe('moments', () => {
  it('are taken about 0 or about the mean', () => {
    const values = Float32Array.of(5, 3, 6, 7, 4);
    expect([0, 1, 2, 3].map((k) => statistics.rawMoment(values, k))).toEqual([1, 5, 27, 155]);
    expect([0, 1, 2, 3, 4].map((k) => statistics.centralMoment(values, k))).toEqual([1, 0, 2, 0, 6.8]);
    // E[X²] − (E[X])²
    expect(statistics.rawMoment(values, 2) - statistics.mean(values) ** 2).toBe(statistics.variance(values));
  });

  it('keep their precision far from 0', () => {
    expect(statistics.variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(22.5);
  });

  it('give a product the variance 4, not the 9 of the lecture’s slide 19', () => {
    expect(statistics.productVariance({ mean: 2, variance: 0 }, { mean: 3, variance: 1 })).toBe(4);
    const rng = new Rng(3);
    const n = 200_000;
    const [x, y] = [rng.split('x').normal(n, { mean: 1.5, std: 2 }), rng.split('y').uniform(n, { high: 3 })];
    const measured = statistics.variance(x.map((value, i) => value * y[i]!));
    const expected = statistics.productVariance(
      { mean: 1.5, variance: 4 },
      statistics.uniform({ low: 0, high: 3 }),
    );
    expect(Math.abs(measured / expected - 1)).toBeLessThan(0.02);
  });
});

describe('distributions', () => {
  it.each([
    ['uniform', statistics.uniform({ low: -1, high: 3 }), -2, 4],
    ['normal', statistics.normal({ mean: 0.5, std: 2 }), -20, 21],
  ] as const)('%s has the mean and variance of its density', (_, { density, mean, variance }, low, high) => {
    const n = 60_000;
    const step = (high - low) / n;
    const x = Array.from({ length: n }, (_, i) => low + (i + 0.5) * step);
    const integral = (f: (x: number) => number) => x.reduce((sum, v) => sum + f(v) * density(v) * step, 0);
    expect(integral(() => 1)).toBeCloseTo(1, 6);
    expect(integral((v) => v)).toBeCloseTo(mean, 6);
    expect(integral((v) => (v - mean) ** 2)).toBeCloseTo(variance, 6);
  });

  it('the normal density is (1/(σ√(2π))) e^(−½((x − μ)/σ)²)', () => {
    const { density } = statistics.normal({ mean: 1, std: 2 });
    expect(density(2)).toBeCloseTo(Math.exp(-0.125) / (2 * Math.sqrt(2 * Math.PI)), 15);
    expect(statistics.normal().variance).toBe(1);
  });
});

describe('Maclaurin series', () => {
  const s = (z: number) => 1 / (1 + Math.exp(-z));
  const softplus = (z: number) => Math.log1p(Math.exp(z));
  const inner = (z: number) => Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3);
  it.each([
    ['identity', (z: number) => z],
    ['tanh', Math.tanh],
    ['sigmoid', s],
    ['softplus', softplus],
    ['silu', (z: number) => z * s(z)],
    ['mish', (z: number) => z * Math.tanh(softplus(z))],
    ['geluTanh', (z: number) => 0.5 * z * (1 + Math.tanh(inner(z)))],
    ['hardSigmoid', (z: number) => z / 6 + 0.5],
    ['hardSwish', (z: number) => (z * (z + 3)) / 6],
  ] as const)('sums to the function for %s', (name, f) => {
    const c = statistics.maclaurin(name, 30);
    for (const z of [-0.4, -0.1, 0, 0.3, 0.5]) {
      const sum = c.reduceRight((rest, value) => value + z * rest, 0);
      expect(Math.abs(sum - f(z))).toBeLessThan(1e-14);
    }
  });

  it.each([
    // Abramowitz & Stegun 4.5.64; the others follow from it and from 7.1.5.
    ['tanh', [0, 1, 0, -1 / 3, 0, 2 / 15, 0, -17 / 315]],
    ['sigmoid', [1 / 2, 1 / 4, 0, -1 / 48, 0, 1 / 480]],
    ['softplus', [Math.LN2, 1 / 2, 1 / 8, 0, -1 / 192]],
    ['gelu', [0, 1 / 2, 1, 0, -1 / 6, 0, 1 / 40].map((c, k) => (k > 1 ? c / Math.sqrt(2 * Math.PI) : c))],
  ] as const)('%s', (name, expected) => {
    const found = statistics.maclaurin(name, expected.length - 1);
    for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, 15);
  });

  it('needs a side for a function with a kink at 0', () => {
    for (const name of [
      'relu',
      'squaredRelu',
      'leakyRelu',
      'prelu',
      'elu',
      'selu',
      'softsign',
      'step',
    ] as const) {
      expect(() => statistics.maclaurin(name, 2)).toThrow(/^activation: '\w+' has a kink at 0/);
    }
    expect(statistics.maclaurin('relu', 2, { side: 'left' })).toEqual([0, 0, 0]);
    expect(statistics.maclaurin('relu', 2, { side: 'right' })).toEqual([0, 1, 0]);
    expect(statistics.maclaurin('squaredRelu', 3, { side: 'left' })).toEqual([0, 0, 0, 0]);
    expect(statistics.maclaurin('squaredRelu', 3, { side: 'right' })).toEqual([0, 0, 1, 0]);
    expect(statistics.maclaurin('softsign', 3, { side: 'left' })).toEqual([0, 1, 1, 1]);
    const exponential = statistics.maclaurin(elu({ alpha: 0.5 }), 3, { side: 'left' });
    for (const [k, value] of [0, 1 / 2, 1 / 4, 1 / 12].entries())
      expect(exponential[k]).toBeCloseTo(value, 15);
  });
});

it.each([
  [() => statistics.mean([]), /^values: expected at least one number/],
  [() => statistics.mean('12' as never), /^values: expected an array of numbers, got '12'/],
  [() => statistics.variance([1, Number.NaN]), /^values\[1\]: expected a finite number, got NaN/],
  [() => statistics.rawMoment([1], -1), /^k: expected a whole number ≥ 0/],
  [() => statistics.distribution([]), /^values: expected at least one number/],
  [() => statistics.distribution([Number.NaN]), /^values\[0\]: expected a finite number, got NaN/],
  [() => statistics.expectation([1, 2], [1]), /^probabilities: expected 2, one per value, got 1/],
  [() => statistics.expectation([1, 2], [0.5, 0.4]), /^probabilities: expected a sum of 1, got 0\.9/],
  [() => statistics.expectation([1, 2], [1.5, -0.5]), /^probabilities\[1\]: expected a number ≥ 0/],
  [
    () => statistics.productVariance({ mean: 0, variance: -1 }, { mean: 0, variance: 1 }),
    /^x\.variance: expected/,
  ],
  [() => statistics.productVariance(null as never, { mean: 0, variance: 1 }), /^x: expected an object/],
  [() => statistics.uniform({ low: 1, high: 1 }), /^high: expected a number > 1, got 1/],
  [() => statistics.normal({ mean: 0, std: 0 }), /^std: expected a number > 0, got 0/],
  [() => statistics.maclaurin('tanh', 61), /^order: expected at most 60, got 61/],
  [() => statistics.maclaurin('tanh', 3, { side: 'up' as 'left' }), /^side: unknown name 'up'/],
  [() => statistics.maclaurin('softmax' as 'tanh', 3), /^activation: 'softmax' works on whole rows/],
] as const)('refuses %s', (call, message) => {
  expect(call).toThrow(message);
});
