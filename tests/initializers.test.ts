import { describe, expect, it } from 'vitest';
import {
  constant,
  drawThenScale,
  explain,
  glorotBackward,
  glorotNormal,
  glorotUniform,
  heBackward,
  heNormal,
  heUniform,
  type Initializer,
  identity,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  ones,
  Rng,
  randomNormal,
  randomUniform,
  sparse,
  tfjsGlorotNormal,
  tfjsHeNormal,
  torchLinear,
  truncatedNormal,
  varianceScaling,
  xavierNormal,
  xavierSigmoid,
  xavierTanh,
  xavierUniform,
  zeros,
} from '../src/index.js';
import {
  deviations,
  ksPValue,
  momentsOf,
  normalCdf,
  truncatedNormalCdf,
  truncatedNormalMoments,
} from './stats.js';

type Fan = (fanIn: number, fanOut: number) => number;
interface Shape1 {
  /** Distribution function, moments and largest size of a variable of mean 0 and deviation 1. */
  readonly cdf: (x: number) => number;
  readonly kurtosis: number;
  readonly reach: number;
}

const TRUNCATED_SD = Math.sqrt(truncatedNormalMoments.variance);
const normal: Shape1 = { cdf: normalCdf, kurtosis: 3, reach: 6.67 };
const uniform: Shape1 = {
  cdf: (x) => Math.min(1, Math.max(0, 0.5 + x / (2 * Math.sqrt(3)))),
  kurtosis: 1.8,
  reach: Math.sqrt(3),
};
const truncated: Shape1 = {
  cdf: (x) => truncatedNormalCdf(x * TRUNCATED_SD),
  kurtosis: truncatedNormalMoments.kurtosis,
  reach: 2 / TRUNCATED_SD,
};

const average: Fan = (fanIn, fanOut) => (fanIn + fanOut) / 2;
const byIn: Fan = (fanIn) => fanIn;
const byOut: Fan = (_, fanOut) => fanOut;
const over =
  (scale: number, fan: Fan): Fan =>
  (fanIn, fanOut) =>
    scale / fan(fanIn, fanOut);

/** Every initializer that draws independent values: its variance by the fans, and the form of its distribution. */
const rows: readonly (readonly [name: string, make: Initializer, variance: Fan, form: Shape1])[] = [
  ['glorotNormal', glorotNormal(), over(1, average), truncated],
  ['glorotUniform', glorotUniform(), over(1, average), uniform],
  ['heNormal', heNormal(), over(2, byIn), truncated],
  ['heUniform', heUniform(), over(2, byIn), uniform],
  ['lecunNormal', lecunNormal(), over(1, byIn), truncated],
  ['lecunUniform', lecunUniform(), over(1, byIn), uniform],
  ['varianceScaling()', varianceScaling(), over(1, byIn), truncated],
  [
    'varianceScaling by fanOut',
    varianceScaling({ scale: 0.5, mode: 'fanOut', distribution: 'normal' }),
    over(0.5, byOut),
    normal,
  ],
  ['xavierUniform', xavierUniform({ gain: 3 }), over(9, average), uniform],
  ['xavierNormal', xavierNormal(), over(1, average), normal],
  ['kaimingUniform()', kaimingUniform(), over(2, byIn), uniform],
  [
    'kaimingNormal by fanOut',
    kaimingNormal({ mode: 'fanOut', nonlinearity: 'tanh' }),
    over(25 / 9, byOut),
    normal,
  ],
  ['kaimingUniform, a = √5', kaimingUniform({ negativeSlope: Math.sqrt(5) }), over(1 / 3, byIn), uniform],
  ['torchLinear', torchLinear(), over(1 / 3, byIn), uniform],
  ['xavierTanh', xavierTanh(), over(1, byIn), normal],
  ['xavierSigmoid', xavierSigmoid({ distribution: 'uniform' }), over(16, byIn), uniform],
  ['glorotBackward', glorotBackward(), over(1, byOut), normal],
  ['heBackward', heBackward({ distribution: 'uniform' }), over(2, byOut), uniform],
  ['drawThenScale', drawThenScale({ draw: randomNormal({ stddev: 1 }), scale: 2 }), over(2, byIn), normal],
  ['tfjsHeNormal, too narrow', tfjsHeNormal(), over(2 * TRUNCATED_SD ** 2, byIn), truncated],
  ['tfjsGlorotNormal, too narrow', tfjsGlorotNormal(), over(TRUNCATED_SD ** 2, average), truncated],
  ['randomNormal', randomNormal({ stddev: 0.3 }), () => 0.09, normal],
  ['randomUniform', randomUniform({ low: -0.2, high: 0.2 }), () => 0.04 / 3, uniform],
  ['truncatedNormal', truncatedNormal({ stddev: 0.3 }), () => (0.3 * TRUNCATED_SD) ** 2, truncated],
];
const shapes = [
  [512, 512],
  [784, 256],
  [50, 80],
  [7, 300],
] as const;
const seeds = [1, 2, 3];

describe.each(rows)('%s', (_, make, variance, form) => {
  it.each(shapes)(
    '[%d, %d]: mean, variance, kurtosis, distribution and reach are its definition’s',
    (fanIn, fanOut) => {
      for (const seed of seeds) {
        expectDrawn(
          make([fanIn, fanOut], new Rng(seed).split('test')),
          Math.sqrt(variance(fanIn, fanOut)),
          form,
        );
      }
    },
  );

  it('promises in explain what it keeps', () => {
    const { expected } = explain(make, [784, 256]);
    expect(expected!.mean).toBe(0);
    expect(expected!.variance / variance(784, 256)).toBeCloseTo(1, 6);
    if (form !== normal)
      expect(expected!.limit / (form.reach * Math.sqrt(variance(784, 256)))).toBeCloseTo(1, 6);
  });
});

describe('the checks', () => {
  const shape = [512, 512] as const;
  const he = Math.sqrt(2 / 512);
  const values = heNormal()(shape, new Rng(1));

  it('let the right one through, and notice a deviation of 0.88', () => {
    expectDrawn(values, he, truncated);
    expect(() =>
      expectDrawn(
        values.map((value) => value * 0.88),
        he,
        truncated,
      ),
    ).toThrow(/variance/);
  });

  it('notice a truncation that is not corrected', () => {
    expect(() => expectDrawn(tfjsHeNormal()(shape, new Rng(1)), he, truncated)).toThrow(/variance/);
  });

  it('notice a truncation that was dropped, at the right variance', () => {
    expect(() => expectDrawn(kaimingNormal()(shape, new Rng(1)), he, truncated)).toThrow(/kurtosis/);
  });

  it('notice fans that are swapped', () => {
    const swapped = heNormal()([512, 512], new Rng(1), { fanIn: 512, fanOut: 256 });
    expectDrawn(swapped, he, truncated);
    const mutant = heNormal()([512, 512], new Rng(1), { fanIn: 256, fanOut: 512 });
    expect(() => expectDrawn(mutant, he, truncated)).toThrow(/variance/);
  });

  it('notice another distribution of the same variance and kurtosis', () => {
    // Every fiftieth value made positive leaves variance and kurtosis as they were.
    const mutant = values.map((value, i) => (i % 50 === 0 ? Math.abs(value) : value));
    expect(() => expectDrawn(mutant, he, truncated)).toThrow(/mean|distribution/);
  });
});

describe('sparse', () => {
  it.each([0, 0.1, 0.5, 1])('%d: of each row so many values are zero, and the others normal', (sparsity) => {
    const [rowsOf, columns] = [300, 70];
    const values = sparse({ sparsity, stddev: 0.2 })([rowsOf, columns], new Rng(3));
    const zeroed = Math.ceil(sparsity * columns);
    const counts = new Uint32Array(columns);
    for (let r = 0; r < rowsOf; r++) {
      const row = values.subarray(r * columns, (r + 1) * columns);
      expect(row.filter((value) => value === 0)).toHaveLength(zeroed);
      for (const [c, value] of row.entries()) counts[c]! += Number(value === 0);
    }
    if (zeroed < columns)
      expectDrawn(
        values.filter((value) => value !== 0),
        0.2,
        normal,
      );
    // No column is favoured: binomial(300, share), five deviations.
    const share = zeroed / columns;
    for (const count of counts) {
      expect(Math.abs(count - rowsOf * share)).toBeLessThanOrEqual(
        5 * Math.sqrt(rowsOf * share * (1 - share)),
      );
    }
  });
});

describe('every initializer', () => {
  it('takes the fans of its layer for a bias, and fills what it is given', () => {
    const out = new Float32Array(100_000);
    expect(torchLinear()([100_000], new Rng(4), { fanIn: 50, fanOut: 100_000, out })).toBe(out);
    expectDrawn(out, Math.sqrt(1 / 150), uniform);
    const scaledBias = drawThenScale({ draw: randomNormal({ stddev: 1 }) })([10_000], new Rng(4), {
      fanIn: 25,
      fanOut: 10_000,
    });
    expectDrawn(scaledBias, 0.2, normal);
  });

  it('says what it is, in a form that cannot be changed', () => {
    expect(randomNormal({ stddev: 0.3 }).config).toEqual({ name: 'randomNormal', mean: 0, stddev: 0.3 });
    expect(heNormal().config).toEqual({ name: 'heNormal' });
    expect(kaimingNormal({ mode: 'fanOut' }).config).toEqual({ name: 'kaimingNormal', mode: 'fanOut' });
    expect(drawThenScale({ draw: heNormal() }).config).toEqual({
      name: 'drawThenScale',
      draw: { name: 'heNormal' },
      scale: 1,
    });
    expect(Object.isFrozen(constant(3).config)).toBe(true);
  });

  it('of a constant is that constant, and the identity is one', () => {
    for (const [make, value] of [
      [zeros(), 0],
      [ones(), 1],
      [constant(0.25), 0.25],
    ] as const) {
      expect(make([3, 2], new Rng(1))).toEqual(new Float32Array(6).fill(value));
    }
    expect(Array.from(identity({ gain: 2 })([2, 3], new Rng(1)))).toEqual([2, 0, 0, 0, 2, 0]);
    expect(Array.from(identity()([3, 2], new Rng(1)))).toEqual([1, 0, 0, 1, 0, 0]);
  });
});

/** Mean and variance within five standard errors, kurtosis too, KS beyond one in a million, nothing beyond the reach. */
function expectDrawn(values: ArrayLike<number>, stddev: number, { cdf, kurtosis, reach }: Shape1): void {
  const n = values.length;
  const { mean, variance } = deviations(values, { mean: 0, variance: stddev ** 2, kurtosis });
  expect(Math.abs(mean), 'mean').toBeLessThan(5);
  expect(Math.abs(variance), 'variance').toBeLessThan(5);
  // The standard error of a normal's kurtosis; lighter tails have less.
  expect(Math.abs(momentsOf(values).kurtosis - kurtosis), 'kurtosis').toBeLessThan(5 * Math.sqrt(24 / n));
  expect(
    ksPValue(values, (x) => cdf(x / stddev)),
    'distribution',
  ).toBeGreaterThan(1e-6);
  // An f32 step of leeway: the deviation and the value were both rounded.
  const bound = reach * stddev * (1 + 2 ** -22);
  for (let i = 0; i < n; i++)
    if (Math.abs(values[i]!) > bound) expect.fail(`reach: value ${i} is ${values[i]}`);
}
