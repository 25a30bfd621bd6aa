/** Tests ln variance by layer against 2000 networks simulated elsewhere, and against networks simulated here. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../src/index.js';
import { logVariance } from '../../src/theory/index.js';

interface Curve {
  readonly mean_ln_var: readonly number[];
  readonly sd_ln_var: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/fig74.json', import.meta.url), 'utf8')) as {
  readonly forward_0_02: Curve;
  readonly backward_0_02: Curve;
  readonly by_sigma2: Record<string, { readonly theory_forward_log10_var: Record<string, number> }>;
};
const NETWORKS = 2000;

/** Expects mean and spread of ln variance within 4 standard errors of those of a number of networks. */
function expectNear(
  theory: { readonly mean: number; readonly std: number },
  measured: { readonly mean: number; readonly std: number },
  networks: number,
): void {
  expect(Math.abs(theory.mean - measured.mean)).toBeLessThan((4 * measured.std) / Math.sqrt(networks));
  expect(Math.abs(theory.std - measured.std)).toBeLessThan((4 * measured.std) / Math.sqrt(2 * networks));
}

describe('Figure 7.4: fifty relu layers of a hundred units', () => {
  const theory = logVariance({ activation: 'relu', kernelVariance: 0.02, width: 100, depth: 50 });

  it('has the simulated mean and spread at every layer, forward and backward', () => {
    for (const [l, { forwardMean, forwardStd, backwardMean, backwardStd }] of theory.entries()) {
      const measured = ({ mean_ln_var, sd_ln_var }: Curve) => ({ mean: mean_ln_var[l]!, std: sd_ln_var[l]! });
      expectNear({ mean: forwardMean, std: forwardStd }, measured(golden.forward_0_02), NETWORKS);
      expectNear({ mean: backwardMean, std: backwardStd }, measured(golden.backward_0_02), NETWORKS);
    }
  });

  it('drifts by about 5/(2n) and spreads by 5/n a layer', () => {
    const { length } = theory;
    const drift = (theory[length - 1]!.forwardMean - theory[0]!.forwardMean) / (length - 1);
    const spread = (theory[length - 1]!.forwardStd ** 2 - theory[0]!.forwardStd ** 2) / (length - 1);
    expect(drift).toBeCloseTo(-0.025, 3);
    expect(spread).toBeCloseTo(0.05, 2);
  });

  it.each(Object.entries(golden.by_sigma2))('kernel variance %s', (variance, expected) => {
    const rows = logVariance({ activation: 'relu', kernelVariance: Number(variance), width: 100, depth: 50 });
    for (const [layer, log10] of Object.entries(expected.theory_forward_log10_var)) {
      expect(Math.abs(rows[Number(layer) - 1]!.forward / Math.LN10 - log10)).toBeLessThan(0.0005001);
    }
    // Without biases, a relu network is homogeneous, so that only the level differs. The f32 kernels' 1e-7, divided by the
    // STEP of the derivatives, is 1e-6 per layer.
    const same = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(50 * 1e-6);
    for (const [l, row] of rows.entries()) {
      const shift = Math.log(Number(variance) / 0.02);
      same(row.forwardMean, theory[l]!.forwardMean + (l + 1) * shift);
      same(row.backwardMean, theory[l]!.backwardMean + (50 - l) * shift);
      same(row.forwardStd, theory[l]!.forwardStd);
      same(row.backwardStd, theory[l]!.backwardStd);
    }
  });

  it('stays finite where the variance itself overflows', () => {
    const deep = logVariance({ activation: 'relu', kernelVariance: 1, width: 100, depth: 400 });
    expect(deep[399]!.forward).toBeCloseTo(Math.log(100) + 399 * Math.log(50), 3);
    expect(deep[399]!.forwardMean).toBeLessThan(deep[399]!.forward);
  });
});

type Slope = (z: number, a: number) => number;
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const functions: Record<string, readonly [value: (z: number) => number, slope: Slope]> = {
  tanh: [Math.tanh, (_, a) => 1 - a * a],
  sigmoid: [sigmoid, (_, a) => a * (1 - a)],
  leakyRelu: [(z) => (z > 0 ? z : 0.01 * z), (z) => (z > 0 ? 1 : 0.01)],
};

/** Returns ln of the population variance. */
function logSpread(values: Float64Array): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.log(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

function meanAndStd(values: readonly number[]) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

interface Case {
  readonly activation: 'tanh' | 'sigmoid' | 'leakyRelu';
  readonly kernelVariance: number;
  readonly biasVariance: number;
  readonly width: number;
  readonly depth: number;
}

/** Computes ln variance of preactivations and gradients by layer, of many networks drawn and run one by one. */
function simulate({ activation, kernelVariance, biasVariance, width, depth }: Case, networks: number) {
  const [f, slope] = functions[activation]!;
  const collected = Array.from({ length: depth }, () => ({
    forward: [] as number[],
    backward: [] as number[],
  }));
  for (let n = 0; n < networks; n++) {
    const rng = new Rng('networks').split(n);
    const draw = (label: string, count: number, variance: number) =>
      rng.split(label).normal(count, { std: Math.sqrt(variance) });
    const layers: { z: Float64Array; a: Float64Array; kernel: Float32Array }[] = [];
    let a = Float64Array.from(draw('x', width, 1));
    for (let l = 0; l < depth; l++) {
      const kernel = draw(`kernel${l}`, width * width, kernelVariance);
      const bias = draw(`bias${l}`, width, biasVariance);
      const z = Float64Array.from(bias, (b, j) =>
        a.reduce((sum, v, i) => sum + v * kernel[j * width + i]!, b),
      );
      a = z.map((v) => f(v));
      layers.push({ z, a, kernel });
      collected[l]!.forward.push(logSpread(z));
    }
    let da = Float64Array.from(draw('out', width, kernelVariance));
    for (let l = depth - 1; l >= 0; l--) {
      const { z, a: values, kernel } = layers[l]!;
      const dz = da.map((v, j) => v * slope(z[j]!, values[j]!));
      collected[l]!.backward.push(logSpread(dz));
      da = da.map((_, i) => dz.reduce((sum, v, j) => sum + v * kernel[j * width + i]!, 0));
    }
  }
  return collected.map(({ forward, backward }) => ({
    forward: meanAndStd(forward),
    backward: meanAndStd(backward),
  }));
}

const width = 20;
const cases: Case[] = [
  { activation: 'tanh', kernelVariance: 25 / 9 / width, biasVariance: 0, width, depth: 12 },
  { activation: 'tanh', kernelVariance: 1.5 / width, biasVariance: 0.1, width, depth: 12 },
  { activation: 'sigmoid', kernelVariance: 16 / width, biasVariance: 0, width, depth: 12 },
  // With κ = 5, first order in 1/n needs more units.
  { activation: 'leakyRelu', kernelVariance: 2 / 40, biasVariance: 0, width: 40, depth: 10 },
];
it.each(cases)(
  '$activation, kernel variance $kernelVariance, bias variance $biasVariance',
  (given) => {
    const networks = 3000;
    const measured = simulate(given, networks);
    for (const [l, theory] of logVariance(given).entries()) {
      const { forward, backward } = measured[l]!;
      expectNear({ mean: theory.forwardMean, std: theory.forwardStd }, forward, networks);
      expectNear({ mean: theory.backwardMean, std: theory.backwardStd }, backward, networks);
    }
  },
  60_000,
);

it('expects no gradient from a function without slope', () => {
  const [first] = logVariance({ activation: 'step', kernelVariance: 0.1, width: 10, depth: 3 });
  expect(first).toMatchObject({ backward: -Infinity, backwardMean: -Infinity });
  expect(first!.forwardStd).toBeGreaterThan(0);
});

it.each([
  [{ width: 1 }, /^width: expected a whole number ≥ 2, got 1/],
  [{ depth: 0 }, /^depth: expected a whole number ≥ 1, got 0/],
  [{ depth: 1e9 }, /^depth: expected at most 100000, got 1000000000/],
  [{ kernelVariance: 0 }, /^kernelVariance: expected a number > 0, got 0/],
  [{ inputVariance: -1 }, /^inputVariance: expected a number > 0, got -1/],
  [{ biasVariance: -1 }, /^biasVariance: expected a number ≥ 0, got -1/],
  [{ inputSize: 1.5 }, /^inputSize: expected a whole number/],
  [{ kernelStd: 1 }, /^options\.kernelStd: unknown option/],
])('refuses %j', (wrong, message) => {
  const options = { activation: 'relu', kernelVariance: 0.02, width: 100, depth: 3 } as const;
  expect(() => logVariance({ ...options, ...wrong })).toThrow(message);
});
