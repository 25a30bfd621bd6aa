/** Tests mean-field theory against reference values computed elsewhere, published points and closed forms. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ActivationName, leakyRelu } from '../../src/index.js';
import {
  criticalGain,
  gaussianMoments,
  meanField,
  type PointwiseActivation,
  phaseTable,
  varianceMap,
} from '../../src/theory/index.js';

interface Reference {
  readonly preact_var_layers_1_to_10: readonly number[];
  readonly fixed_point: number;
  readonly grad_var_factor_per_layer_first: number;
  readonly grad_var_factor_at_fixed_point: number;
  readonly E_act_layer1: number;
  readonly var_act_layer1: number;
}
const golden = JSON.parse(
  readFileSync(new URL('../golden/init_reference.json', import.meta.url), 'utf8'),
) as {
  mean_field: Record<string, Reference>;
};

/** Parses a name such as 'tanh var=1/n'. */
const caseOf = (name: string) => ({
  activation: name.split(' ')[0] as 'relu',
  scale: Number(/var=(\d+)/.exec(name)![1]),
});

describe.each(Object.entries(golden.mean_field))('%s', (name, reference) => {
  const { activation, scale } = caseOf(name);

  it('maps the variance through the first ten layers as the reference does', () => {
    const next = varianceMap({ activation, scale });
    let q = scale;
    for (const expected of reference.preact_var_layers_1_to_10) {
      expect(Math.abs(q - expected)).toBeLessThan(1e-5);
      q = next(q);
    }
  });

  it('has the reference moments in the first layer', () => {
    const { mean, second, slopeSecond } = gaussianMoments(activation, scale);
    expect(mean).toBeCloseTo(reference.E_act_layer1, 5);
    expect(second - mean * mean).toBeCloseTo(reference.var_act_layer1, 5);
    expect(scale * slopeSecond).toBeCloseTo(reference.grad_var_factor_per_layer_first, 5);
  });
});

// The reference stopped iterating for tanh at 0.001256, on the way to 0.
const settled = Object.entries(golden.mean_field).filter(([name]) => name !== 'tanh var=1/n');
it.each(settled)('%s converges to its fixed point', (name, reference) => {
  const { fixedPoint, chi } = meanField(caseOf(name));
  expect(Math.abs(fixedPoint - reference.fixed_point)).toBeLessThan(1e-6);
  expect(Math.abs(chi - reference.grad_var_factor_at_fixed_point)).toBeLessThan(1e-6);
});

describe('meanField', () => {
  it.each([
    // Values of users.md's table, to its printed digits.
    ['tanh', 25 / 9, 1.18, 2, 1.21, 2, 'chaotic'],
    ['tanh', 25 / 9, 1.1785, 4, 1.2098, 4, 'chaotic'],
    ['selu', 1, 1, 5, 1.072, 3, 'chaotic'],
    ['selu', 9 / 16, 0.023, 3, 1.004, 3, 'chaotic'],
    ['selu', 9 / 16, 0.02303, 5, 1.00367, 5, 'chaotic'],
    ['sigmoid', 1, 0.26, 2, 0.056, 3, 'ordered'],
    ['sigmoid', 16, 5.86, 2, 0.4, 2, 'ordered'],
    ['relu', 2, 2, 6, 1, 6, 'critical'],
    ['tanh', 1, 0, 9, 1, 6, 'critical'],
    ['identity', 1, 1, 6, 1, 6, 'critical'],
    ['relu', 1, 0, 9, 0.5, 6, 'ordered'],
  ] as const)('%s, scale %d', (activation, scale, q, qDigits, chi, chiDigits, phase) => {
    const found = meanField({ activation, scale });
    expect(found.fixedPoint.toFixed(qDigits)).toBe(q.toFixed(qDigits));
    expect(found.chi.toFixed(chiDigits)).toBe(chi.toFixed(chiDigits));
    expect(found.phase).toBe(phase);
  });

  it('gives χ₁ whose 50th power is 1.4e4 for tanh with 5/3 and 2e-63 for sigmoid with 1/n', () => {
    expect((meanField({ activation: 'tanh', scale: 25 / 9 }).chi ** 50).toPrecision(2)).toBe('1.4e+4');
    expect((meanField({ activation: 'sigmoid', scale: 1 }).chi ** 50).toPrecision(1)).toBe('2e-63');
  });

  it('has the start, 0 or infinity as the fixed point of relu', () => {
    for (const inputVariance of [1e-6, 1, 1e6]) {
      const kept = meanField({ activation: 'relu', scale: 2, inputVariance });
      expect(kept).toMatchObject({ fixedPoint: 2 * inputVariance, depthScale: Infinity, phase: 'critical' });
    }
    expect(meanField({ activation: 'relu', scale: 2.1 })).toMatchObject({
      fixedPoint: Infinity,
      phase: 'chaotic',
    });
    expect(meanField({ activation: 'relu', scale: 2, biasVariance: 0.1 }).fixedPoint).toBe(Infinity);
    // q = q/2 + 0.3
    expect(meanField({ activation: 'relu', scale: 1, biasVariance: 0.3 }).fixedPoint).toBeCloseTo(0.6, 6);
  });

  it('has a depth scale', () => {
    expect(meanField({ activation: 'relu', scale: 1 }).depthScale).toBeCloseTo(1 / Math.LN2, 6);
    expect(meanField({ activation: 'relu', scale: 4 }).depthScale).toBeCloseTo(1 / Math.LN2, 6);
    expect(meanField({ activation: 'step', scale: 1 })).toMatchObject({
      chi: 0,
      depthScale: 0,
      phase: 'ordered',
    });
  });

  it('returns a fixed point of the map for every activation', () => {
    const names: ActivationName[] = ['elu', 'softsign', 'softplus', 'hardSigmoid', 'silu', 'mish', 'gelu'];
    for (const activation of names as 'elu'[]) {
      const options = { activation, scale: 1.3, biasVariance: 0.2 };
      const { fixedPoint } = meanField(options);
      expect(varianceMap(options)(fixedPoint) / fixedPoint).toBeCloseTo(1, 6);
    }
  });
});

describe('criticalGain', () => {
  it.each<[string, PointwiseActivation, number, number]>([
    ['relu', 'relu', 0, Math.SQRT2],
    ['relu with bias', 'relu', 0.3, Math.SQRT2],
    ['leakyRelu(0.5)', leakyRelu({ negativeSlope: 0.5 }), 0, Math.sqrt(2 / 1.25)],
    ['identity', 'identity', 0, 1],
    // Odd functions, or ones with a single slope at 0, that lie below their tangent there.
    ['tanh', 'tanh', 0, 1],
    ['softsign', 'softsign', 0, 1],
    ['elu', 'elu', 0, 1],
    ['selu', 'selu', 0, Math.sqrt(2 / (1.0507009873554805 ** 2 * (1 + 1.6732632423543772 ** 2)))],
  ])('%s', (_, activation, biasVariance, expected) => {
    expect(Math.abs(criticalGain(activation, { biasVariance }) - expected)).toBeLessThan(3e-7);
  });

  it.each([
    // Schoenholz et al. 2017.
    [0.05, 1.76],
    // Xiao et al. 2018, arXiv 1806.05393.
    [2.01e-5, 1.05],
  ])('has the published scale for tanh with bias variance %d', (biasVariance, scale) => {
    expect((criticalGain('tanh', { biasVariance }) ** 2).toFixed(2)).toBe(scale.toFixed(2));
  });

  it('returns a gain at which χ₁ is 1', () => {
    const gain = criticalGain('sigmoid');
    expect(meanField({ activation: 'sigmoid', scale: gain * gain }).chi).toBeCloseTo(1, 6);
  });

  it('refuses a function without slope', () => {
    expect(() => criticalGain('step')).toThrow(/^activation: .*gradients of 'step' vanish at every gain/);
  });
});

it('phaseTable has a row for each pair, gains outermost', () => {
  const rows = phaseTable({ activation: 'tanh', gains: [0.5, 1, 1.5], biasStds: [0, 0.3] });
  expect(rows.map(({ gain, biasStd }) => [gain, biasStd])).toEqual([
    [0.5, 0],
    [0.5, 0.3],
    [1, 0],
    [1, 0.3],
    [1.5, 0],
    [1.5, 0.3],
  ]);
  expect(rows.map(({ phase }) => phase)).toEqual([
    'ordered',
    'ordered',
    'critical',
    'ordered',
    'chaotic',
    'chaotic',
  ]);
  const { gain: _, biasStd: __, ...last } = rows[5]!;
  expect(last).toEqual(meanField({ activation: 'tanh', scale: 2.25, biasVariance: 0.3 * 0.3 }));
});

it.each([
  [() => meanField({ activation: 'relu', scale: 0 }), /^scale: expected a number > 0, got 0/],
  [
    () => meanField({ activation: 'relu', scale: 1, biasVariance: -1 }),
    /^biasVariance: expected a number ≥ 0/,
  ],
  [
    () => meanField({ activation: 'relu', scale: 1, inputVariance: 0 }),
    /^inputVariance: expected a number > 0/,
  ],
  [
    () => meanField({ activation: 'relu', sclae: 1 } as never),
    /^options\.sclae: unknown option; did you mean 'scale'/,
  ],
  [() => varianceMap({ activation: 'relu', scale: 1 })(-1), /^q: expected a number ≥ 0, got -1/],
  [() => phaseTable({ activation: 'relu', gains: [1, 0] }), /^gains\[1\]: expected a number > 0, got 0/],
  [() => phaseTable({ activation: 'relu', gains: 1 as never }), /^gains: expected an array/],
  [() => criticalGain('relu', { biasVariance: Number.NaN }), /^biasVariance: expected a finite number/],
] as const)('refuses %s', (call, message) => {
  expect(call).toThrow(message);
});
