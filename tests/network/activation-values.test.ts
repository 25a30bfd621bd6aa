/** `activationValue` and `activationDerivative` agree with closed formulas in f64, and with a layer's bits in f32. */
import { describe, expect, it } from 'vitest';
import {
  type Activation,
  activationDerivative,
  activationValue,
  elu,
  leakyRelu,
  MLP,
  prelu,
  Rng,
} from '../../src/index.js';
import { activationNames, checkActivation, forwardKernel } from '../../src/network/activations.js';
import { activationRows, type Activation as Row } from '../kernels/activation-table.js';
import { expectSame } from '../support/compare.js';
import { type KnownActivation, pointwise } from '../support/propagated.js';
import { untyped } from '../support/refusals.js';

type Elementwise = Exclude<Activation, 'softmax'>;
interface Formula {
  readonly value: (z: number) => number;
  readonly slope: (z: number) => number;
}

const step: Formula = { value: (z) => (z >= 0 ? 1 : 0), slope: () => 0 };
const formulas: Record<KnownActivation | 'linear' | 'swish' | 'step', Formula> = {
  ...pointwise,
  step,
  linear: pointwise.identity,
  swish: pointwise.silu,
};
const line = (below: number): Formula => ({
  value: (z) => (z > 0 ? z : below * z),
  slope: (z) => (z > 0 ? 1 : below),
});
const cases: [what: string, activation: Elementwise, formula: Formula][] = [
  ...Object.entries(formulas).map(([name, formula]): [string, Elementwise, Formula] => [
    name,
    name as Elementwise,
    formula,
  ]),
  ['an object with a name', { name: 'gelu' }, pointwise.gelu],
  ['leakyRelu of 0.2', leakyRelu({ negativeSlope: 0.2 }), line(0.2)],
  ['prelu of 0.5', prelu({ initialSlope: 0.5 }), line(0.5)],
  ['a shared prelu', prelu({ shared: true }), line(0.25)],
  [
    'elu of 0.3',
    elu({ alpha: 0.3 }),
    { value: (z) => (z > 0 ? z : 0.3 * Math.expm1(z)), slope: (z) => (z > 0 ? 1 : 0.3 * Math.exp(z)) },
  ],
];

/** Points on both sides of every kink, at the kinks, and in the tails. */
const points = [
  ...[
    -50, -30, -10.5, -3.5, -3, -2.999, -1, -1e-3, -1e-9, 0, 1e-9, 0.1, 0.5, 1, 2, 2.999, 3, 3.001, 7, 20, 50,
  ],
  ...new Rng(5).uniform(5000, { low: -12, high: 12 }),
];

it('has a formula for every name', () => {
  expect([...Object.keys(formulas), 'softmax'].sort()).toEqual([...activationNames].sort());
});

describe.each(cases)('%s', (_, activation, { value, slope }) => {
  /** Expects f64's precision: 1e-14 of the exact number, or of 1 where terms cancel. */
  const expectExact = (found: ArrayLike<number>, exact: (z: number) => number) => {
    const wrong = points.filter((z, i) => {
      const bound = 1e-14 * Math.max(1, Math.abs(exact(z)));
      return !(Math.abs(found[i]! - exact(z)) <= bound);
    });
    expect(wrong).toEqual([]);
  };

  it('agrees with its formulas in f64, for a number and for arrays', () => {
    const values = activationValue(activation, points);
    const slopes = activationDerivative(activation, points);
    expect(values).toBeInstanceOf(Float64Array);
    expectExact(values, value);
    expectExact(slopes, slope);
    for (const [i, z] of points.slice(0, 40).entries()) {
      expect(activationValue(activation, z)).toBe(values[i]);
      expect(activationDerivative(activation, z)).toBe(slopes[i]);
    }
    expect(activationValue(activation, Float64Array.from(points))).toEqual(values);
    expect(activationDerivative(activation, Float64Array.from(points))).toEqual(slopes);
  });

  it('has the derivative of its left branch at 0', () => {
    expect(activationDerivative(activation, 0)).toBe(slope(0));
  });

  it('has the bits of a layer for a Float32Array', () => {
    const z = Float32Array.from(points);
    const model = new MLP({ inputSize: 1, layers: [{ units: 1, activation, useBias: false }] });
    model.setWeights([{ ...model.getWeights()[0], kernel: [1] }]);
    const { preactivation, activation: a } = model.layerOutputs(z, 0);
    expectSame(activationValue(activation, preactivation), a);
    expect(activationValue(activation, z)).toBeInstanceOf(Float32Array);
    const wrong = [...activationDerivative(activation, z)].filter((found, i) => {
      const exact = slope(z[i]!);
      return !(Math.abs(found - exact) < 2e-6 * Math.max(1, Math.abs(exact)));
    });
    expect(wrong).toEqual([]);
  });

  it('leaves z alone', () => {
    for (const z of [Float32Array.of(-1, 2), Float64Array.of(-1, 2)]) {
      activationValue(activation, z);
      activationDerivative(activation, z);
      expect([...z]).toEqual([-1, 2]);
    }
  });
});

describe('activationValue', () => {
  it('continues to the limits, and keeps NaN', () => {
    for (const name of Object.keys(formulas)) {
      const kernel = forwardKernel(checkActivation('activation', name))!.replace(/_forward$/, '');
      const [row] = (activationRows as unknown as Record<string, readonly Row[]>)[kernel] ?? [];
      if (row !== undefined && name !== 'leakyRelu' && name !== 'prelu')
        expect(activationValue(name as Elementwise, [-1e4, 1e300])[0]).toBeCloseTo(row.value(-1e4), 9);
      expect(activationValue(name as Elementwise, NaN)).toBeNaN();
    }
    expect(activationValue('sigmoid', Infinity)).toBe(1);
    expect(activationValue('tanh', -Infinity)).toBe(-1);
  });

  it('takes the array of one row for softmax', () => {
    // A slide's example: e^2, e^1, e^0 over their sum.
    const sum = Math.exp(2) + Math.E + 1;
    const found = activationValue('softmax', [2, 1, 0]);
    for (const [i, exact] of [Math.exp(2) / sum, Math.E / sum, 1 / sum].entries())
      expect(found[i]).toBeCloseTo(exact, 15);
    expect(activationValue('softmax', Float32Array.of(5))).toEqual(Float32Array.of(1));
    const wide = activationValue('softmax', new Float64Array(10_000));
    expect(wide.reduce((total, p) => total + p, 0)).toBeCloseTo(1, 12);
  });

  it('returns an empty array for an empty one', () => {
    for (const name of ['gelu', 'softmax'] as const) {
      expect(activationValue(name, [])).toEqual(new Float64Array(0));
      expect(activationValue(name, new Float32Array(0))).toEqual(new Float32Array(0));
    }
    expect(activationDerivative('gelu', [])).toEqual(new Float64Array(0));
  });

  it('reads any kind of array', () => {
    for (const z of [[1, 2], Uint8Array.of(1, 2), Int16Array.of(1, 2), { length: 2, 0: 1, 1: 2 }])
      expect(activationValue('squaredRelu', untyped<number[]>(z))).toEqual(Float64Array.of(1, 4));
  });
});

const wrong: [activation: unknown, z: unknown, message: RegExp][] = [
  ['reluu', 1, /^activation: unknown name 'reluu'; did you mean 'relu'\?/],
  [leakyRelu, 1, /^activation: .*call it: leakyRelu\(\)/],
  [{ name: 'elu', alpha: 'x' }, 1, /^activation\.alpha: expected/],
  [undefined, 1, /^activation: expected a name or an activation, got undefined/],
  ['relu', '1', /^z: expected a number or an array of numbers, got '1'/],
  ['relu', undefined, /^z: expected a number or an array of numbers, got undefined/],
  ['relu', {}, /^z: expected a number or an array of numbers, got an object/],
  ['relu', [1, '2'], /^z\[1\]: expected a number, got '2'/],
  ['relu', [[1]], /^z\[0\]: expected a number, got Array of 1/],
  ['relu', BigInt64Array.of(1n), /^z\[0\]: expected a number, got 1n/],
  ['softmax', 1, /^activation: 'softmax' works on whole rows; expected a function of one number/],
];

describe.each([activationValue, activationDerivative])('%s', (compute) => {
  it.each(wrong)('refuses %o at %o', (activation, z, message) => {
    const call = () => compute(untyped(activation), untyped<number[]>(z));
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});

it('has no derivative of softmax, which is a matrix', () => {
  expect(() => activationDerivative(untyped('softmax'), [1, 2])).toThrow(
    /^activation: 'softmax' works on whole rows/,
  );
});
