import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Activation, elu, gain, leakyRelu, torchGain } from '../../src/index.js';
import { activationNames } from '../../src/network/activations.js';
import { cumulative, density, exp } from '../../src/numbers/normal.js';
import { untyped } from '../support/refusals.js';

const golden = JSON.parse(readFileSync(new URL('../golden/gains.json', import.meta.url), 'utf8')) as {
  calculate_gain: Record<string, number>;
};

describe('gain', () => {
  // Integrated with 25 digits.
  it.each([
    ['identity', 1, 1e-7],
    ['relu', Math.SQRT2, 1e-7],
    ['tanh', 1.592537419722831, 1e-7],
    ['sigmoid', 1.846228545338605, 1e-7],
  ] as const)('for %s is %d', (name, expected, tolerance) => {
    expect(Math.abs(gain(name) - expected)).toBeLessThan(tolerance);
  });

  it.each([
    ['ELU', (z: number) => (z > 0 ? z : Math.expm1(z)), 1.2452],
    ['SELU', (z: number) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)), 1],
    ['SiLU', (z: number) => z / (1 + Math.exp(-z)), 1.6765],
    ['softplus', (z: number) => Math.log1p(Math.exp(z)), 1.0419],
    ['softsign', (z: number) => z / (1 + Math.abs(z)), 2.3375],
    ['mish', (z: number) => z * Math.tanh(Math.log1p(Math.exp(z))), 1.4868],
    ['GELU', (z: number) => z * cumulative(z), 1.5335],
    ['a step', (z: number) => Number(z >= 0), Math.SQRT2],
  ] as const)('is the same for %s given as a function', (_, f, expected) => {
    expect(Math.abs(gain(f) - expected)).toBeLessThan(5e-5);
  });

  it('refuses activations without a gain', () => {
    expect(() => gain(() => 0)).toThrow(RangeError);
    expect(() => gain((z) => 1 / (z - z))).toThrow(/^activation: expected E\[f\(z\)²\] > 0 and finite/);
    expect(() => gain('tahn' as 'tanh')).toThrow(/^activation: unknown name 'tahn'; did you mean 'tanh'/);
  });
});

describe("torchGain is PyTorch's table", () => {
  const names: Record<string, Exclude<Activation, 'softmax'>> = {
    linear: 'linear',
    sigmoid: 'sigmoid',
    tanh: 'tanh',
    relu: { name: 'relu' },
    selu: 'selu',
    'leaky_relu(default 0.01)': 'leakyRelu',
    'leaky_relu(0)': leakyRelu({ negativeSlope: 0 }),
    'leaky_relu(0.1)': leakyRelu({ negativeSlope: 0.1 }),
    'leaky_relu(0.25)': { name: 'leakyRelu', negativeSlope: 0.25 },
    'leaky_relu(2.23606797749979)': leakyRelu({ negativeSlope: Math.sqrt(5) }),
  };
  it.each(Object.entries(names))('%s', (name, activation) => {
    expect(golden.calculate_gain[name]).toBeDefined();
    expect(torchGain(activation)).toBeCloseTo(golden.calculate_gain[name]!, 14);
  });

  it('accepts every name that gain accepts, and names those that the table lacks', () => {
    for (const name of activationNames.filter((each) => each !== 'softmax')) {
      const known = ['identity', 'linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'selu'].includes(name);
      if (known) expect(torchGain(name), name).toBeGreaterThan(0);
      else
        expect(() => torchGain(name), name).toThrow(
          /^activation: PyTorch's table has no gain for '.*gain\('/,
        );
    }
    expect(torchGain('identity')).toBe(1);
    expect(() => torchGain(elu({ alpha: 2 }))).toThrow("activation: PyTorch's table has no gain for 'elu'");
    expect(() => torchGain(untyped('softmax'))).toThrow(
      "activation: PyTorch's table has no gain for 'softmax'",
    );
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a function of one number',
      Math.tanh,
      /^activation: expected an activation of PyTorch's table, .*gain\(f\)/,
    ],
    ['leakyRelu itself', leakyRelu, /^activation: .*call it: leakyRelu\(\)$/],
    ['no slope', { name: 'leakyRelu', negativeSlope: Number.NaN }, /^activation\.negativeSlope: /],
    ['a number', 3, /^activation: expected a name or an activation, got 3/],
  ])('refuses %s', (_, activation, message) => {
    expect(() => torchGain(untyped(activation))).toThrow(message);
  });
});

describe('the normal distribution, computed with additions and products only', () => {
  // Computed with 25 digits.
  it.each([
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1, 0.8413447460685429],
    [2, 0.9772498680518208],
    [2.9999, 0.998649658717045],
    [3.0001, 0.9986505450867392],
    [6, 0.9999999990134124],
    [-1, 0.15865525393145705],
    [-3, 0.0013498980316300946],
    [-5, 2.866515718791939e-7],
    [-10, 7.619853024160527e-24],
    [-37, 5.725571222524577e-300],
  ])('Φ(%d)', (z, expected) => {
    expect(Math.abs(cumulative(z) / expected - 1)).toBeLessThan(3e-14);
  });

  it('e^x is within 1e-15 of the host’s over its whole range', () => {
    for (let x = -740; x < 709; x += 0.37) {
      const bound = x < -708 ? 1e-7 : 1e-14;
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(bound);
    }
    expect(exp(-1000)).toBe(0);
    expect(exp(1000)).toBe(Infinity);
    expect(density(0)).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 15);
  });
});
