/** Tests moments of the activations against closed forms, an independent sum and the table of gains. */
import { describe, expect, it } from 'vitest';
import { elu, leakyRelu, prelu } from '../../src/index.js';
import { cumulative } from '../../src/numbers/normal.js';
import { gaussianMoments, meanField } from '../../src/theory/index.js';

const variances = [1e-40, 1e-6, 1e-3, 0.25, 1, 16, 1e3, 1e6, 1e30];

describe.each(variances)('at variance %d', (q) => {
  const near = (value: number, expected: number) =>
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));

  it('identity has the moments of the normal distribution', () => {
    const m = gaussianMoments('identity', q);
    near(m.second, q);
    near(m.fourth, 3 * q * q);
    near(m.slopeSecond, 1);
    near(m.mixed, q);
    expect(Math.abs(m.mean)).toBeLessThan(1e-9 * Math.sqrt(q));
  });

  it.each([
    ['relu', 'relu', 0],
    ['leakyRelu', 'leakyRelu', 0.01],
    ['leakyRelu(−0.5)', leakyRelu({ negativeSlope: -0.5 }), -0.5],
    ['prelu', 'prelu', 0.25],
    ['prelu(0.1)', prelu({ initialSlope: 0.1 }), 0.1],
  ] as const)('%s scales each side by its slope', (_, activation, slope) => {
    const m = gaussianMoments(activation, q);
    near(m.mean, ((1 - slope) * Math.sqrt(q)) / Math.sqrt(2 * Math.PI));
    near(m.second, ((1 + slope ** 2) * q) / 2);
    near(m.fourth, (3 * (1 + slope ** 4) * q * q) / 2);
    near(m.slopeSecond, (1 + slope ** 2) / 2);
    near(m.slopeFourth, (1 + slope ** 4) / 2);
  });

  it('step is 1 with probability ½ and has no slope', () => {
    const m = gaussianMoments('step', q);
    near(m.mean, 0.5);
    near(m.second, 0.5);
    expect(m.slopeSecond).toBe(0);
  });
});

/** Returns E[e^(tz); z < 0] for z ~ N(0, q). */
const leftExponential = (t: number, q: number) => Math.exp((t * t * q) / 2) * cumulative(-t * Math.sqrt(q));

describe.each([0.01, 0.25, 1, 4, 25])('exponential units at variance %d', (q) => {
  it.each([
    ['elu', 'elu', 1, 1],
    ['elu(0.1)', elu({ alpha: 0.1 }), 1, 0.1],
    ['selu', 'selu', 1.0507009873554805, 1.6732632423543772],
  ] as const)('%s, by Φ', (_, activation, scale, alpha) => {
    const m = gaussianMoments(activation, q);
    const e = (t: number) => leftExponential(t, q);
    const left = alpha * alpha * (e(2) - 2 * e(1) + 0.5);
    expect(m.mean).toBeCloseTo(scale * (Math.sqrt(q / (2 * Math.PI)) + alpha * (e(1) - 0.5)), 10);
    expect(m.second / (scale ** 2 * (q / 2 + left))).toBeCloseTo(1, 9);
    expect(m.slopeSecond / (scale ** 2 * (0.5 + alpha * alpha * e(2)))).toBeCloseTo(1, 9);
  });
});

/** Sums a smooth function over an even grid, which converges faster than any power of the step. */
function summed(f: (z: number) => number, q: number, points: number): number {
  const [reach, deviation] = [9, Math.sqrt(q)];
  let sum = 0;
  for (let i = -points; i <= points; i++) {
    const x = (reach * i) / points;
    sum += Math.exp((-x * x) / 2) * f(x * deviation);
  }
  return (sum * reach) / points / Math.sqrt(2 * Math.PI);
}

const s = (z: number) => 1 / (1 + Math.exp(-z));
describe.each([1e-6, 0.3, 1, 5.86, 100, 1e6])('smooth functions at variance %d', (q) => {
  it.each([
    ['tanh', Math.tanh, (z: number) => 1 - Math.tanh(z) ** 2],
    ['sigmoid', s, (z: number) => s(z) * (1 - s(z))],
    ['softplus', (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), s],
    ['silu', (z: number) => z * s(z), (z: number) => s(z) * (1 + z * (1 - s(z)))],
  ] as const)('%s', (name, f, slope) => {
    const m = gaussianMoments(name, q);
    const points = q > 1e3 ? 400000 : 20000;
    const near = (value: number, expected: (z: number) => number) =>
      expect(Math.abs(value / summed(expected, q, points) - 1)).toBeLessThan(1e-9);
    near(m.second, (z) => f(z) ** 2);
    near(m.fourth, (z) => f(z) ** 4);
    near(m.slopeSecond, (z) => slope(z) ** 2);
    near(m.slopeFourth, (z) => slope(z) ** 4);
    near(m.mixed, (z) => f(z) ** 2 * slope(z) ** 2);
  });
});

it.each([0.5, 9, 1e4])('panels have a border at kinks other than 0: the hard sigmoid at variance %d', (q) => {
  const { slopeSecond, mean } = gaussianMoments('hardSigmoid', q);
  // The slope is 1/6 between −3 and 3.
  const inside = 1 - 2 * cumulative(-3 / Math.sqrt(q));
  expect(Math.abs((slopeSecond * 36) / inside - 1)).toBeLessThan(1e-12);
  expect(mean).toBeCloseTo(0.5, 7);
});

describe('a function of the user’s', () => {
  it('comes with its derivative, or is differentiated by differences', () => {
    const square = { value: (z: number) => z * z, derivative: (z: number) => 2 * z };
    for (const given of [square, { value: square.value }, square.value]) {
      for (const q of [1e-6, 1, 1e6]) {
        const m = gaussianMoments(given, q);
        expect(m.second / (3 * q * q)).toBeCloseTo(1, 9);
        expect(m.fourth / (105 * q ** 4)).toBeCloseTo(1, 9);
        expect(m.slopeSecond / (4 * q)).toBeCloseTo(1, 8);
      }
    }
  });

  it('gets panel borders at the kinks it names', () => {
    const hat = (z: number) => Number(Math.abs(z) < 0.7);
    const exact = 1 - 2 * cumulative(-0.7);
    expect(Math.abs(gaussianMoments({ value: hat, kinks: [-0.7, 0.7] }).second - exact)).toBeLessThan(1e-12);
    expect(Math.abs(gaussianMoments(hat).second - exact)).toBeGreaterThan(1e-6);
  });

  it('has the moments of the library’s activation that it copies', () => {
    const own = gaussianMoments(Math.tanh, 2);
    const kernel = gaussianMoments('tanh', 2);
    for (const key of ['second', 'fourth', 'slopeSecond', 'slopeFourth', 'mixed'] as const) {
      expect(Math.abs(own[key] / kernel[key] - 1)).toBeLessThan(2e-7);
    }
  });
});

it.each([
  ['named twice', [1, 1, -2]],
  ['next to 0', [1, -2, 1e-300, -5e-324]],
  ['out of reach', [1, -2, 1e300]],
])('kinks %s change nothing', (_, kinks) => {
  const value = (z: number) => Math.max(-2, Math.min(1, z));
  expect(gaussianMoments({ value, kinks })).toEqual(gaussianMoments({ value, kinks: [1, -2] }));
});

it('gaussianMoments returns frozen plain data', () => {
  expect(Object.isFrozen(gaussianMoments('relu'))).toBe(true);
  expect(JSON.parse(JSON.stringify(gaussianMoments('relu', 3)))).toEqual(gaussianMoments('relu', 3));
});

it.each([
  [() => gaussianMoments('softmax' as 'relu'), TypeError, /^activation: 'softmax' works on whole rows/],
  [() => gaussianMoments('rleu' as 'relu'), TypeError, /^activation: unknown name 'rleu'; did you mean/],
  [() => gaussianMoments(3 as never), TypeError, /^activation: expected a name/],
  [() => gaussianMoments({ value: 3 } as never), TypeError, /^activation\.value: expected a function, got 3/],
  [
    () => gaussianMoments({ value: Math.tanh, derivate: Math.tanh } as never),
    TypeError,
    /^activation\.derivate:/,
  ],
  [() => gaussianMoments({ value: Math.tanh, kinks: [Number.NaN] }), TypeError, /^activation\.kinks:/],
  [
    () => gaussianMoments(() => Number.NaN),
    RangeError,
    /^activation: expected a number as the value of .*, got NaN/,
  ],
  [
    () => gaussianMoments((() => undefined) as never),
    TypeError,
    /^activation: expected a number as the value/,
  ],
  [
    () => gaussianMoments({ value: Math.tanh, derivative: () => Number.NaN }),
    RangeError,
    /^activation: expected a number as the derivative/,
  ],
  [() => meanField({ activation: (z) => Math.sqrt(z), scale: 2 }), RangeError, /as the value of .* at -/],
  [() => gaussianMoments('relu', 0), RangeError, /^variance: expected a number > 0, got 0/],
  [() => gaussianMoments('relu', Number.NaN), RangeError, /^variance: /],
  [() => gaussianMoments('relu', '1' as never), TypeError, /^variance: /],
] as const)('refuses %s', (call, Kind, message) => {
  expect(call).toThrow(Kind);
  expect(call).toThrow(message);
});
