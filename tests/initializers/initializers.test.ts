import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as root from '../../src/index.js';
import {
  constant,
  explainInitializer,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerName,
  identity,
  initializerNames,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  MLP,
  ones,
  Rng,
  randomNormal,
  randomUniform,
  sparseNormal,
  tfjsGlorotNormal,
  tfjsHeNormal,
  torchGain,
  torchLinear,
  truncatedNormal,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zeros,
} from '../../src/index.js';
import * as lab from '../../src/lab/index.js';
import { drawThenScale, glorotBackward, heBackward, xavierSigmoid, xavierTanh } from '../../src/lab/index.js';
import {
  deviations,
  ksPValue,
  momentsOf,
  normalCdf,
  truncatedNormalCdf,
  truncatedNormalMoments,
} from '../support/stats.js';

type Fan = (fanIn: number, fanOut: number) => number;
interface Form {
  /** Distribution function, moments and largest magnitude of a variable of mean 0 and deviation 1. */
  readonly cdf: (x: number) => number;
  readonly kurtosis: number;
  readonly reach: number;
}

const TRUNCATED_SD = Math.sqrt(truncatedNormalMoments.variance);
const normal: Form = { cdf: normalCdf, kurtosis: 3, reach: 6.67 };
const uniform: Form = {
  cdf: (x) => Math.min(1, Math.max(0, 0.5 + x / (2 * Math.sqrt(3)))),
  kurtosis: 1.8,
  reach: Math.sqrt(3),
};
const truncated: Form = {
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

type Row = readonly [title: string, make: Initializer, variance: Fan, form: Form];

/**
 * Variance by the fans of every initializer that draws independent values, and the form of its distribution; for the others, the
 * place of their tests. An initializer without an entry does not compile.
 */
const table = {
  zeros: 'below',
  ones: 'below',
  constant: 'below',
  identity: 'below',
  randomNormal: [['randomNormal', randomNormal({ stddev: 0.3 }), () => 0.09, normal]],
  randomUniform: [['randomUniform', randomUniform({ low: -0.2, high: 0.2 }), () => 0.04 / 3, uniform]],
  truncatedNormal: [
    ['truncatedNormal', truncatedNormal({ stddev: 0.3 }), () => (0.3 * TRUNCATED_SD) ** 2, truncated],
  ],
  varianceScaling: [
    ['varianceScaling()', varianceScaling(), over(1, byIn), truncated],
    [
      'varianceScaling by fanOut',
      varianceScaling({ scale: 0.5, mode: 'fanOut', distribution: 'normal' }),
      over(0.5, byOut),
      normal,
    ],
  ],
  glorotNormal: [['glorotNormal', glorotNormal(), over(1, average), truncated]],
  glorotUniform: [['glorotUniform', glorotUniform(), over(1, average), uniform]],
  heNormal: [['heNormal', heNormal(), over(2, byIn), truncated]],
  heUniform: [['heUniform', heUniform(), over(2, byIn), uniform]],
  lecunNormal: [['lecunNormal', lecunNormal(), over(1, byIn), truncated]],
  lecunUniform: [['lecunUniform', lecunUniform(), over(1, byIn), uniform]],
  xavierUniform: [['xavierUniform', xavierUniform({ gain: 3 }), over(9, average), uniform]],
  xavierNormal: [['xavierNormal', xavierNormal(), over(1, average), normal]],
  kaimingUniform: [
    ['kaimingUniform()', kaimingUniform(), over(2, byIn), uniform],
    ['kaimingUniform, a = √5', kaimingUniform({ negativeSlope: Math.sqrt(5) }), over(1 / 3, byIn), uniform],
  ],
  kaimingNormal: [
    [
      'kaimingNormal by fanOut',
      kaimingNormal({ mode: 'fanOut', nonlinearity: 'tanh' }),
      over(25 / 9, byOut),
      normal,
    ],
  ],
  torchLinear: [['torchLinear', torchLinear(), over(1 / 3, byIn), uniform]],
  sparseNormal: 'below',
  orthogonal: 'orthogonal.test.ts',
  zerO: 'orthogonal.test.ts',
  randomizedAsymmetric: 'asymmetric.test.ts',
  xavierTanh: [['xavierTanh', xavierTanh(), over(1, byIn), normal]],
  xavierSigmoid: [['xavierSigmoid', xavierSigmoid({ distribution: 'uniform' }), over(16, byIn), uniform]],
  glorotBackward: [['glorotBackward', glorotBackward(), over(1, byOut), normal]],
  heBackward: [['heBackward', heBackward({ distribution: 'uniform' }), over(2, byOut), uniform]],
  drawThenScale: [
    ['drawThenScale', drawThenScale({ draw: randomNormal({ stddev: 1 }), scale: 2 }), over(2, byIn), normal],
    ['drawThenScale by default', drawThenScale(), over(1, byIn), normal],
  ],
  tfjsGlorotNormal: [
    ['tfjsGlorotNormal, too narrow', tfjsGlorotNormal(), over(TRUNCATED_SD ** 2, average), truncated],
  ],
  tfjsHeNormal: [['tfjsHeNormal, too narrow', tfjsHeNormal(), over(2 * TRUNCATED_SD ** 2, byIn), truncated]],
} satisfies Record<InitializerName, readonly Row[] | 'below' | `${string}.test.ts`>;
const rows = Object.values<readonly Row[] | string>(table)
  .filter((entry) => typeof entry !== 'string')
  .flat();
const shapes = [
  [512, 512],
  [784, 256],
  [50, 80],
  [7, 300],
] as const;
const seeds = [1, 2, 3];

describe.each(rows)('%s', (_, make, variance, form) => {
  it.each(shapes)(
    '[%d, %d]: has the mean, variance, kurtosis, distribution and bounds of its definition',
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

  it('draws what explainInitializer expects', () => {
    const { expected } = explainInitializer(make, [784, 256]);
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

  it('pass for the right one, and notice a deviation of 0.88', () => {
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

  it('notice a missing truncation at the right variance', () => {
    expect(() => expectDrawn(kaimingNormal()(shape, new Rng(1)), he, truncated)).toThrow(/kurtosis/);
  });

  it('notice swapped fans', () => {
    const swapped = heNormal()([512, 512], new Rng(1), { fanIn: 512, fanOut: 256 });
    expectDrawn(swapped, he, truncated);
    const mutant = heNormal()([512, 512], new Rng(1), { fanIn: 256, fanOut: 512 });
    expect(() => expectDrawn(mutant, he, truncated)).toThrow(/variance/);
  });

  it('notice another distribution of the same mean, variance and kurtosis', () => {
    // Two points at ±a with probability p and zero between them have variance p·a² and kurtosis 1 / p.
    const p = 1 / truncated.kurtosis;
    const a = he / Math.sqrt(p);
    const words = new Rng(1).uniform(values.length);
    const mutant = words.map((u) => (u < p / 2 ? -a : u < p ? a : 0));
    expect(() => expectDrawn(mutant, he, { ...truncated, reach: 10 })).toThrow(/distribution/);
  });

  it('notice one value beyond the bound', () => {
    const mutant = values.slice();
    mutant[77] = 2.3 * he;
    expect(() => expectDrawn(mutant, he, truncated)).toThrow(/reach/);
  });
});

describe('sparseNormal', () => {
  it.each([0, 0.1, 0.5, 1])(
    '%d: this share of each row is zero, and the other values are normal',
    (sparsity) => {
      const [rowsOf, columns] = [300, 70];
      const values = sparseNormal({ sparsity, std: 0.2 })([rowsOf, columns], new Rng(3));
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
      // No column is preferred: binomial(300, share), five deviations.
      const share = zeroed / columns;
      for (const count of counts) {
        expect(Math.abs(count - rowsOf * share)).toBeLessThanOrEqual(
          5 * Math.sqrt(rowsOf * share * (1 - share)),
        );
      }
    },
  );
});

describe('every initializer', () => {
  it('accepts the fans of its layer for a bias, and fills a given array', () => {
    const out = new Float32Array(100_000);
    expect(torchLinear()([100_000], new Rng(4), { fanIn: 50, fanOut: 100_000, out })).toBe(out);
    expectDrawn(out, Math.sqrt(1 / 150), uniform);
    const scaledBias = drawThenScale({ draw: randomNormal({ stddev: 1 }) })([10_000], new Rng(4), {
      fanIn: 25,
      fanOut: 10_000,
    });
    expectDrawn(scaledBias, 0.2, normal);
  });

  it('can be named wherever an initializer is expected', () => {
    const rng = new Rng(3);
    const exported = new Map<string, unknown>(Object.entries({ ...root, ...lab }));
    for (const name of initializerNames) {
      const made = (exported.get(name) as () => Initializer)();
      expect(made.config.name).toBe(name);
      const [layer] = new MLP({ inputSize: 6, layers: [{ units: 5, kernelInitializer: name }] }).getWeights();
      expect(layer!.kernel).toHaveLength(30);
      expect(made([6, 5], rng)).toEqual(made([6, 5], rng));
    }
    // Every export of the library that makes an initializer has a row.
    const makers = [...exported].filter(([name, value]) => {
      if (typeof value !== 'function' || !/^[a-z]/.test(name)) return false;
      try {
        const made: unknown = value();
        // An asynchronous function refuses its missing options later.
        if (made instanceof Promise) made.catch(() => {});
        return typeof made === 'function' && 'config' in made;
      } catch {
        return false; // it makes something else, from options
      }
    });
    expect(makers.map(([name]) => name).sort()).toEqual([...initializerNames].sort());
  });

  it('drawThenScale scales the values that a custom draw returned without filling the array', () => {
    const own = Object.assign(() => Float32Array.of(1, 2, 3, 4, 5, 6), { config: { name: 'own' } });
    const scaled = drawThenScale({ draw: own, scale: 3 })([3, 2], new Rng(1));
    expect(Array.from(scaled)).toEqual([1, 2, 3, 4, 5, 6]);
    const short = Object.assign(() => new Float32Array(5), { config: { name: 'short' } });
    expect(() => drawThenScale({ draw: short })([3, 2], new Rng(1))).toThrow(/^draw: expected 6 values/);
  });

  it('has the σ and bounds that gains.json lists', () => {
    const { targets } = JSON.parse(
      readFileSync(new URL('../golden/gains.json', import.meta.url), 'utf8'),
    ) as {
      targets: Record<string, number>[];
    };
    expect(targets.length).toBeGreaterThan(2);
    const deviations: Record<string, Initializer> = {
      glorot_normal_sd: glorotNormal(),
      he_normal_sd_fan_in: heNormal(),
      he_normal_sd_fan_out: heBackward(),
      xavier_tanh_normal_sd_1_over_n: xavierTanh(),
      xavier_sigmoid_normal_sd_16_over_n: xavierSigmoid(),
      glorot_normal_gain_tanh_sd: xavierNormal({ gain: torchGain('tanh') }),
    };
    const bounds: Record<string, Initializer> = {
      glorot_uniform_bound: glorotUniform(),
      he_uniform_bound_fan_in: heUniform(),
      he_uniform_bound_fan_out: heBackward({ distribution: 'uniform' }),
      xavier_tanh_uniform_bound_3_over_n: xavierTanh({ distribution: 'uniform' }),
      xavier_sigmoid_uniform_bound: xavierSigmoid({ distribution: 'uniform' }),
      torch_linear_default_bound: torchLinear(),
    };
    for (const target of targets) {
      const expected = (made: Initializer) =>
        explainInitializer(made, [target.fan_in!, target.fan_out!]).expected!;
      for (const [key, made] of Object.entries(deviations)) {
        expect(Math.sqrt(expected(made).variance) / target[key]!, key).toBeCloseTo(1, 12);
      }
      for (const [key, made] of Object.entries(bounds))
        expect(expected(made).limit / target[key]!, key).toBeCloseTo(1, 12);
    }
  });

  it('describes itself in a form that cannot be changed', () => {
    expect(randomNormal({ stddev: 0.3 }).config).toEqual({ name: 'randomNormal', mean: 0, stddev: 0.3 });
    expect(heNormal().config).toEqual({ name: 'heNormal' });
    expect(kaimingNormal({ mode: 'fanOut' }).config).toEqual({
      name: 'kaimingNormal',
      negativeSlope: 0,
      mode: 'fanOut',
      nonlinearity: 'leakyRelu',
    });
    expect(drawThenScale().config).toEqual({
      name: 'drawThenScale',
      draw: { name: 'randomNormal', mean: 0, stddev: 1 },
      scale: 1,
    });
    expect(drawThenScale({ draw: heNormal() }).config).toEqual({
      name: 'drawThenScale',
      draw: { name: 'heNormal' },
      scale: 1,
    });
    expect(Object.isFrozen(constant({ value: 3 }).config)).toBe(true);
  });

  it('gives a constant for constant, and the identity matrix for identity', () => {
    for (const [make, value] of [
      [zeros(), 0],
      [ones(), 1],
      [constant({ value: 0.25 }), 0.25],
    ] as const) {
      expect(make([3, 2], new Rng(1))).toEqual(new Float32Array(6).fill(value));
    }
    expect(Array.from(identity({ gain: 2 })([2, 3], new Rng(1)))).toEqual([2, 0, 0, 0, 2, 0]);
    expect(Array.from(identity()([3, 2], new Rng(1)))).toEqual([1, 0, 0, 1, 0, 0]);
  });
});

/** Checks mean and variance within five standard errors, kurtosis too, KS beyond one in a million, and bounds. */
function expectDrawn(values: ArrayLike<number>, stddev: number, { cdf, kurtosis, reach }: Form): void {
  const n = values.length;
  const { mean, variance } = deviations(values, { mean: 0, variance: stddev ** 2, kurtosis });
  expect(Math.abs(mean), 'mean').toBeLessThan(5);
  expect(Math.abs(variance), 'variance').toBeLessThan(5);
  // This is the standard error of a normal's kurtosis. Lighter tails have a smaller one.
  expect(Math.abs(momentsOf(values).kurtosis - kurtosis), 'kurtosis').toBeLessThan(5 * Math.sqrt(24 / n));
  expect(
    ksPValue(values, (x) => cdf(x / stddev)),
    'distribution',
  ).toBeGreaterThan(1e-6);
  // One f32 step is allowed, because both the deviation and the value were rounded.
  const bound = reach * stddev * (1 + 2 ** -22);
  for (let i = 0; i < n; i++)
    if (Math.abs(values[i]!) > bound) expect.fail(`reach: value ${i} is ${values[i]}`);
}
