/** Tests the correlation map against closed forms, sums over a fine grid, and its own iteration. */
import { describe, expect, it } from 'vitest';
import { type ActivationName, leakyRelu } from '../../src/index.js';
import { arccosine } from '../../src/numbers/elementary.js';
import { arcCosineMoments } from '../../src/theory/arc-cosine.js';
import {
  correlationField,
  correlationMap,
  gaussianMoments,
  meanField,
  type PointwiseActivation,
  varianceMap,
} from '../../src/theory/index.js';
import { COARSE, pairMoments } from '../../src/theory/pairs.js';
import { pointwise } from '../../src/theory/pointwise.js';

const correlations = [-0.9, -0.5, 0, 0.3, 0.8, 0.99, 0.9999] as const;

it('computes arccos to two ulp', () => {
  for (let i = -1000; i <= 1000; i++) {
    expect(Math.abs(arccosine(i / 1000) - Math.acos(i / 1000))).toBeLessThan(9e-16);
  }
  for (const near of [1 - 2 ** -40, 1 - 2 ** -52]) expect(arccosine(near)).toBeCloseTo(Math.acos(near), 15);
  expect(arccosine(1.1)).toBeNaN();
});

describe('the arc-cosine kernel', () => {
  const theta = 1.1;
  it('is 1 − θ/π, (sin θ + (π − θ) cos θ)/π and so on, as Cho & Saul print them', () => {
    const [c, s, rest] = [Math.cos(theta), Math.sin(theta), Math.PI - theta];
    // E[f(u) f(v)] is E[f²] minus the difference; k_n is twice that.
    const joint = (degree: 1 | 2, second: number) =>
      2 * (second - arcCosineMoments({ degree, below: 0 }, c).difference);
    expect(joint(1, 1 / 2)).toBeCloseTo((s + rest * c) / Math.PI, 14);
    expect(joint(2, 3 / 2)).toBeCloseTo((3 * s * c + rest * (1 + 2 * c * c)) / Math.PI, 13);
    // The slope of degree 1 is the kernel of degree 0.
    expect(2 * arcCosineMoments({ degree: 1, below: 0 }, c).slope).toBeCloseTo(rest / Math.PI, 14);
  });

  it.each<[string, PointwiseActivation, (z: number) => number]>([
    ['relu', 'relu', (z) => Math.max(0, z)],
    ['leakyRelu', leakyRelu({ negativeSlope: 0.3 }), (z) => (z > 0 ? z : 0.3 * z)],
    ['identity', 'identity', (z) => z],
    ['squaredRelu', 'squaredRelu', (z) => Math.max(0, z) ** 2],
  ])('agrees for %s with the quadrature of the same function', (_, named, own) => {
    for (const c of correlations) {
      const [closed, integral] = [named, own].map((f) => pairMoments(pointwise(f), 1.7, c));
      expect(Math.abs(integral!.difference / closed!.difference - 1)).toBeLessThan(1e-6);
      expect(Math.abs(integral!.slope - closed!.slope)).toBeLessThan(1e-6 * closed!.slope + 1e-9);
    }
  });
});

describe('the quadrature of a pair', () => {
  // E[f(u) f(v)] and its derivative by c, for variance q.
  const closedForms: Record<
    string,
    {
      f: PointwiseActivation;
      joint: (q: number, c: number) => number;
      slope: (q: number, c: number) => number;
    }
  > = {
    exp: {
      f: Math.exp,
      joint: (q, c) => Math.exp(q * (1 + c)),
      slope: (q, c) => q * Math.exp(q * (1 + c)),
    },
    sin: {
      f: Math.sin,
      joint: (q, c) => Math.exp(-q) * Math.sinh(q * c),
      slope: (q, c) => q * Math.exp(-q) * Math.cosh(q * c),
    },
    // P(u > 0, v > 0) = 1/2 − θ/2π (Sheppard 1899)
    step: {
      f: 'step',
      joint: (_, c) => 1 / 2 - Math.acos(c) / (2 * Math.PI),
      slope: (_, c) => 1 / (2 * Math.PI * Math.sqrt(1 - c * c)),
    },
    cube: {
      f: (z) => z ** 3,
      joint: (q, c) => q ** 3 * (9 * c + 6 * c ** 3),
      slope: (q, c) => q ** 3 * (9 + 18 * c * c),
    },
  };
  it.each(Object.entries(closedForms))('%s has its closed form', (_, { f, joint, slope }) => {
    for (const q of [0.1, 1, 2.5]) {
      for (const c of correlations) {
        const found = pairMoments(pointwise(f), q, c);
        const expected = joint(q, 1) - joint(q, c);
        expect(Math.abs(found.difference / expected - 1)).toBeLessThan(2e-6);
        // Where u and v almost cancel, the slope is small beside the moments that it is the difference of.
        expect(Math.abs(found.slope - slope(q, c))).toBeLessThan(5e-6 * slope(q, Math.max(c, -c)));
      }
    }
  });

  // A sum over a grid of steps of 1/50 has an error of about 1e-4 for a function with a kink, and almost none for a smooth one.
  it.each<[ActivationName, number, number]>([
    ['tanh', 4, 1e-6],
    ['sigmoid', 16, 1e-6],
    ['gelu', 2, 1e-6],
    ['selu', 1, 1e-4],
    ['hardSigmoid', 9, 1e-4],
    ['softsign', 3, 1e-4],
  ])('%s at variance %d agrees with a sum over a grid', (name, q, tolerance) => {
    const f = pointwise(name);
    const h = 1 / 50;
    const side = Float64Array.from({ length: 2 * 7 * 50 + 1 }, (_, i) => i * h - 7);
    for (const c of [-0.5, 0.2, 0.9]) {
      let difference = 0;
      for (const x of side) {
        const points = side.map((y) => Math.sqrt(q) * (c * x + Math.sqrt(1 - c * c) * y));
        const values = Float64Array.from(f.at(points, points).values);
        const [own] = Float64Array.from(f.at(Float64Array.of(Math.sqrt(q) * x), points).values);
        for (const [i, y] of side.entries()) {
          const weight = (h * h * Math.exp(-(x * x + y * y) / 2)) / (2 * Math.PI);
          difference += (weight * (own! - values[i]!) ** 2) / 2;
        }
      }
      expect(Math.abs(pairMoments(f, q, c).difference / difference - 1)).toBeLessThan(tolerance);
    }
  });
});

describe('correlationMap', () => {
  it('is the arc-cosine kernel for relu at any variance', () => {
    const c = Math.cos(0.7);
    for (const variance of [undefined, 1e-30, 5, 1e30]) {
      const map = correlationMap({ activation: 'relu', scale: 2, ...(variance && { variance }) });
      expect(map(c)).toBeCloseTo((Math.sin(0.7) + (Math.PI - 0.7) * c) / Math.PI, 12);
    }
  });

  it('leads fifty relu layers from 0 to 0.987', () => {
    const map = correlationMap({ activation: 'relu', scale: 2 });
    let c = 0;
    let angle = Math.PI / 2;
    for (let l = 1; l < 50; l++) {
      c = map(c);
      angle = Math.acos((Math.sin(angle) + (Math.PI - angle) * Math.cos(angle)) / Math.PI);
    }
    expect(c).toBeCloseTo(Math.cos(angle), 9);
    expect(c.toFixed(3)).toBe('0.987');
    // The distance from 1 is about 9π² / 2l².
    for (let l = 50; l < 2000; l++) c = map(c);
    expect(((1 - c) * 2 * 2000 ** 2) / (9 * Math.PI ** 2)).toBeCloseTo(1, 1);
  });

  it('keeps 1, and lets a bias raise every correlation', () => {
    for (const activation of ['tanh', 'relu', 'sigmoid'] as const) {
      const options = { activation, scale: 1.5, variance: 2 };
      expect(correlationMap(options)(1)).toBe(1);
      expect(correlationMap({ ...options, biasVariance: 1 })(0.2)).toBeGreaterThan(
        correlationMap(options)(0.2),
      );
    }
  });

  it('has the ratio of its definition', () => {
    const [scale, biasVariance, variance, c] = [2.2, 0.3, 1.4, 0.6];
    const { second } = gaussianMoments('gelu', variance);
    const { difference } = pairMoments(pointwise('gelu'), variance, c);
    const joint = scale * (second - difference) + biasVariance;
    const whole = varianceMap({ activation: 'gelu', scale, biasVariance })(variance);
    const map = correlationMap({ activation: 'gelu', scale, biasVariance, variance });
    expect(map(c)).toBeCloseTo(joint / whole, 12);
  });
});

describe('correlationField', () => {
  it.each([
    ['sigmoid', 16, 0],
    ['sigmoid', 1, 0],
    ['tanh', 0.8, 0.1],
    ['gelu', 1, 0.2],
    ['relu', 1.5, 0.1],
  ] as const)(
    'is 1 for %s at scale %d in the ordered phase, with χ₁ as its slope',
    (activation, scale, biasVariance) => {
      const found = correlationField({ activation, scale, biasVariance });
      const { fixedPoint, chi, depthScale } = meanField({ activation, scale, biasVariance });
      expect(found.variance).toBe(fixedPoint);
      expect(found.fixedPoint).toBe(1);
      expect(found.slope).toBeCloseTo(chi, 6);
      expect(found.depthScale).toBeCloseTo(depthScale, 4);
    },
  );

  it.each([
    ['tanh', 2.5 ** 2, 0.3],
    ['tanh', 4, 0],
    ['selu', 1, 0],
    ['step', 1, 0],
    ['step', 3, 0.2],
  ] as const)(
    'is where the map leads for %s at scale %d, at the rate of its slope',
    (activation, scale, biasVariance) => {
      const found = correlationField({ activation, scale, biasVariance, inputCorrelation: 0.5 });
      expect(found.fixedPoint).toBeLessThan(0.999);
      const map = correlationMap({ activation, scale, biasVariance });
      let c = found.fixedPoint + 0.01;
      const distances = Array.from({ length: 3 }, () => {
        c = map(c);
        return c - found.fixedPoint;
      });
      expect(distances[2]! / distances[1]!).toBeCloseTo(found.slope, 1);
      for (let l = 0; l < 1000; l++) c = map(c);
      expect(c).toBeCloseTo(found.fixedPoint, 5);
      expect(found.depthScale).toBeCloseTo(1 / Math.abs(Math.log(found.slope)), 9);
    },
  );

  it('is 0 for tanh without bias in the chaotic phase, since tanh is odd', () => {
    expect(correlationField({ activation: 'tanh', scale: 4 }).fixedPoint).toBeCloseTo(0, 9);
  });

  it('is critical for relu with scale 2, and the inputs’ own for linear layers', () => {
    expect(correlationField({ activation: 'relu', scale: 2, inputCorrelation: 0.3 })).toEqual({
      variance: 2,
      fixedPoint: 1,
      slope: 1,
      depthScale: Infinity,
    });
    for (const [activation, scale] of [
      ['identity', 1],
      ['identity', 2.25],
      ['tanh', 0.9],
    ] as const) {
      const found = correlationField({ activation, scale, inputCorrelation: 0.3 });
      expect(found.fixedPoint).toBe(0.3);
      expect(found.slope).toBeCloseTo(1, 6);
    }
  });

  it('has its limit where the signal explodes', () => {
    const found = correlationField({ activation: 'relu', scale: 3, biasVariance: 1 });
    expect(found).toMatchObject({ variance: Infinity, fixedPoint: 1, slope: 1 });
  });

  it.each<[string, () => unknown, ErrorConstructor, RegExp]>([
    [
      'a correlation above 1',
      () => correlationMap({ activation: 'tanh', scale: 1 })(1.5),
      RangeError,
      /^c: expected a number from -1 to 1, got 1.5/,
    ],
    [
      'a variance of 0',
      () => correlationMap({ activation: 'tanh', scale: 1, variance: 0 }),
      RangeError,
      /^variance: /,
    ],
    [
      'an unknown option',
      () => correlationMap({ activation: 'tanh', scale: 1, bias: 1 } as never),
      TypeError,
      /^options\.bias: /,
    ],
    ['a scale of 0', () => correlationField({ activation: 'tanh', scale: 0 }), RangeError, /^scale: /],
    [
      'a negative correlation of the inputs',
      () => correlationField({ activation: 'tanh', scale: 1, inputCorrelation: -0.1 }),
      RangeError,
      /^inputCorrelation: expected a number from 0 to 1/,
    ],
    [
      'a text as variance',
      () => correlationField({ activation: 'tanh', scale: 1, inputVariance: '1' as never }),
      TypeError,
      /^inputVariance: /,
    ],
    [
      'softmax',
      () => correlationField({ activation: 'softmax' as never, scale: 1 }),
      TypeError,
      /^activation: /,
    ],
  ])('refuses %s', (_, call, kind, message) => {
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });
});

describe('correlations at the ends of the range', () => {
  it.each(['tanh', 'softsign', 'sigmoid', 'hardSigmoid'] as const)(
    'stay opposite or within ±1 under %s',
    (activation) => {
      for (const variance of [1e-6, 1, 1e3, 1e6, 1e12]) {
        const odd = activation === 'tanh' || activation === 'softsign';
        const map = correlationMap({ activation, scale: 1, variance });
        if (odd) expect(map(-1)).toBeCloseTo(-1, 5);
        for (const c of [-1, -0.999, 0, 0.999, 1]) expect(Math.abs(map(c))).toBeLessThanOrEqual(1);
      }
    },
  );

  it.each([
    ['a function that is 0', () => 0],
    ['a function whose square has no finite mean', (z: number) => Math.exp(z)],
    ['a function that is infinite', () => Infinity],
  ])('are refused for %s', (_, activation) => {
    expect(() => correlationMap({ activation, scale: 1 })).toThrow(
      /^activation: expected preactivations > 0/,
    );
    expect(() => correlationField({ activation, scale: 1 })).toThrow(
      /^activation: expected preactivations > 0/,
    );
  });
});

describe('the coarse grid of a diagnosis', () => {
  it.each([
    'sigmoid',
    'tanh',
    'softplus',
    'elu',
    'selu',
    'silu',
    'gelu',
    'mish',
    'softsign',
    'hardSigmoid',
    'hardSwish',
  ] as const)('has the differences of the fine one for %s', (activation) => {
    const f = pointwise(activation);
    for (const variance of [1e-4, 0.3, 2, 30, 1e4]) {
      for (const c of [-0.9, -0.3, 0, 0.5, 0.9, 0.99, 0.9999]) {
        const [fine, coarse] = [pairMoments(f, variance, c), pairMoments(f, variance, c, COARSE)];
        expect(Math.abs(coarse.difference - fine.difference)).toBeLessThan(1e-3 * fine.difference);
      }
    }
  });
});
