/** Tests of X3, Figure 7.4: five kernel variances, forward and backward. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { expectedFloat32X3, expectedX3 } from '../../src/lab/expected/x3.js';
import { type ExperimentResult, experiments } from '../../src/lab/index.js';
import { expectAgreement, expectShape } from '../support/experiments.js';

interface Curves {
  readonly mean_ln_var: number[];
  readonly sd_ln_var: number[];
  readonly mean_ln_ratio_to_layer50?: number[];
  readonly sd_ln_ratio_to_layer50?: number[];
}
interface Golden {
  readonly forward_0_02: Curves;
  readonly backward_0_02: Curves;
  readonly by_sigma2: Record<string, { forward_mean_log10_var: Record<string, number> }>;
  readonly float32_100_networks: Record<string, Record<string, number[] | number | null>>;
}
const golden = JSON.parse(readFileSync(new URL('../golden/fig74.json', import.meta.url), 'utf8')) as Golden;

const options = { networks: 200, seed: 3 };
let result: Promise<ExperimentResult> | undefined;
const run = () => {
  result ??= experiments.X3.run(options);
  return result;
};

it('reproduces Figure 7.4', async () => {
  expectAgreement(await run());
});

it('is plain data of the common shape', async () => {
  expectShape('X3', options, await run());
});

it('has the expected values of the golden file', () => {
  const { forward_0_02: forward, backward_0_02: backward } = golden;
  expect(expectedX3).toEqual({
    networks: 2000,
    kernelVariance: 0.02,
    forward: { mean: forward.mean_ln_var, sd: forward.sd_ln_var },
    backward: { mean: backward.mean_ln_var, sd: backward.sd_ln_var },
    backwardRatio: { mean: backward.mean_ln_ratio_to_layer50, sd: backward.sd_ln_ratio_to_layer50 },
  });
  const limits = Object.entries(golden.float32_100_networks).map(([kernelVariance, row]) => {
    const named = {
      overflow: row.preactivation_inf_layer_min_max_count,
      varianceOverflow: row.float32_variance_overflow,
      varianceVanishes: row.float32_variance_below_normal,
      varianceZero: row.float32_variance_exact_zero,
    };
    const met = Object.entries(named).flatMap(([name, range]) =>
      Array.isArray(range) ? [[name, range.slice(0, 2)]] : [],
    );
    return { kernelVariance: Number(kernelVariance), ...Object.fromEntries(met) };
  });
  expect(expectedFloat32X3).toEqual(limits);
});

it('draws charts from 1e-65 to 1e+85 with the means of the table', async () => {
  const { charts } = await run();
  const forward = charts[0]!;
  if (forward.kind !== 'curves') throw new Error('expected curves');
  const ends = forward.series.map(({ name, y }) => [name, Math.round(y[49]! / Math.LN10)]);
  // The medians equal the means of log₁₀ at layer 50 in fig74.json, up to half a decade of sampling error.
  for (const [i, row] of Object.values(golden.by_sigma2).entries()) {
    expect(Math.abs((ends[i]![1] as number) - row.forward_mean_log10_var['50']!)).toBeLessThan(0.8);
  }
  for (const { low, y, high } of forward.series) {
    y.forEach((median, l) => {
      expect(low![l]!).toBeLessThan(median);
      expect(high![l]!).toBeGreaterThan(median);
    });
  }
});
