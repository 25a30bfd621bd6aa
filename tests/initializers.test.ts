import { describe, expect, it } from 'vitest';
import {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  ones,
  Rng,
  randomNormal,
  randomUniform,
  zeros,
} from '../src/index.js';

interface Row {
  readonly name: string;
  readonly make: Initializer;
  readonly variance: (fanIn: number, fanOut: number) => number;
  /** Largest size a value can have, in standard deviations. */
  readonly reach: number;
  /** Fourth central moment over the squared variance. */
  readonly kurtosis: number;
}

/** N(0, 1) cut at ±2: its own deviation, and its kurtosis by E[z⁴] = 3 − 2(2³ + 3·2)φ(2)/(2Φ(2) − 1). */
const CUT = { deviation: 0.87962566103423978, density: 0.05399096651318806, mass: 0.9544997361036416 };
const truncated = {
  reach: 2 / CUT.deviation,
  kurtosis: (3 - (2 * 14 * CUT.density) / CUT.mass) / CUT.deviation ** 4,
};
const uniform = { reach: Math.sqrt(3), kurtosis: 1.8 };

const rows: readonly Row[] = [
  { name: 'heNormal', make: heNormal(), variance: (fanIn) => 2 / fanIn, ...truncated },
  {
    name: 'glorotNormal',
    make: glorotNormal(),
    variance: (fanIn, fanOut) => 2 / (fanIn + fanOut),
    ...truncated,
  },
  { name: 'heUniform', make: heUniform(), variance: (fanIn) => 2 / fanIn, ...uniform },
  {
    name: 'glorotUniform',
    make: glorotUniform(),
    variance: (fanIn, fanOut) => 2 / (fanIn + fanOut),
    ...uniform,
  },
  {
    name: 'randomNormal',
    make: randomNormal({ stddev: 0.3 }),
    variance: () => 0.09,
    reach: 6.67,
    kurtosis: 3,
  },
  {
    name: 'randomUniform',
    make: randomUniform({ low: -0.2, high: 0.2 }),
    variance: () => 0.04 / 3,
    ...uniform,
  },
];
const shapes = [
  [512, 512],
  [784, 256],
  [256, 1024],
] as const;

describe.each(rows)('$name', ({ make, variance, reach, kurtosis }) => {
  it.each(shapes)('[%d, %d] has the mean, variance, tails and reach of its definition', (fanIn, fanOut) => {
    const values = make([fanIn, fanOut], new Rng(fanOut).split('test'));
    expectDistribution(values, Math.sqrt(variance(fanIn, fanOut)), reach, kurtosis);
  });

  it('notices a standard deviation that is 0.88 of it, fans that are swapped, and another shape of the tails', () => {
    const [fanIn, fanOut] = [784, 256];
    const values = make([fanIn, fanOut], new Rng(1));
    const stddev = Math.sqrt(variance(fanIn, fanOut));
    expect(() =>
      expectDistribution(
        values.map((value) => value * 0.88),
        stddev,
        reach,
        kurtosis,
      ),
    ).toThrow();
    const swapped = variance(fanOut, fanIn);
    if (swapped !== stddev ** 2 && make.config.name.startsWith('he')) {
      const mutant = make([fanIn, fanOut], new Rng(1), { fanIn: fanOut, fanOut: fanIn });
      expect(() => expectDistribution(mutant, stddev, reach, kurtosis)).toThrow();
    }
    const other =
      kurtosis === 3 ? new Rng(1).uniform(values.length, -1, 1) : new Rng(1).normal(values.length);
    const rescaled = other.map((value) => value * stddev * (kurtosis === 3 ? Math.sqrt(3) : 1));
    expect(() => expectDistribution(rescaled, stddev, reach, kurtosis)).toThrow();
  });
});

describe('every initializer', () => {
  it('takes the fans of its layer for a bias, and fills what it is given', () => {
    const out = new Float32Array(100_000);
    expect(heNormal()([100_000], new Rng(4), { fanIn: 50, fanOut: 100_000, out })).toBe(out);
    expectDistribution(out, Math.sqrt(2 / 50), truncated.reach, truncated.kurtosis);
  });

  it('says what it is, in a form that cannot be changed', () => {
    expect(randomNormal({ stddev: 0.3 }).config).toEqual({ name: 'randomNormal', mean: 0, stddev: 0.3 });
    expect(heNormal().config).toEqual({ name: 'heNormal' });
    expect(Object.isFrozen(constant(3).config)).toBe(true);
  });

  it('of a constant is that constant', () => {
    for (const [make, value] of [
      [zeros(), 0],
      [ones(), 1],
      [constant(0.25), 0.25],
    ] as const) {
      expect(make([3, 2], new Rng(1))).toEqual(new Float32Array(6).fill(value));
    }
  });
});

/** Mean, variance and kurtosis within five standard errors, no value beyond the reach. */
function expectDistribution(values: Float32Array, stddev: number, reach: number, kurtosis: number): void {
  const n = values.length;
  const moment = (power: number, about: number) =>
    values.reduce((sum, value) => sum + ((value - about) / stddev) ** power, 0) / n;
  const mean = moment(1, 0);
  const variance = moment(2, mean * stddev);
  const fourth = moment(4, mean * stddev);
  expect(Math.abs(mean), 'mean').toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(variance - 1), 'variance').toBeLessThan(5 * Math.sqrt((kurtosis - 1) / n));
  // The standard error of a normal's kurtosis, √(24/n); lighter tails have less.
  expect(Math.abs(fourth / variance ** 2 - kurtosis), 'kurtosis').toBeLessThan(5 * Math.sqrt(24 / n));
  // Half an f32 step of leeway for the rounding of stddev and of the value.
  expect(
    values.every((value) => Math.abs(value) <= reach * stddev * (1 + 2 ** -23)),
    'reach',
  ).toBe(true);
}
