/** The claims in the rows of the activations, checked against the functions themselves. */
import { describe, expect, it } from 'vitest';
import { elu, leakyRelu, prelu } from '../../src/index.js';
import {
  type Activation,
  activationNames,
  actsOnRows,
  type CheckedActivation,
  checkActivation,
  homogeneity,
  isTrainable,
  kinksOf,
  rangeOf,
  steepestSlope,
} from '../../src/network/activations.js';
import { gaussianMoments } from '../../src/theory/index.js';
import { pointwise } from '../../src/theory/pointwise.js';

const all: Activation[] = [
  ...activationNames,
  leakyRelu({ negativeSlope: -0.5 }),
  prelu({ initialSlope: 0.75 }),
  elu({ alpha: 2 }),
];
const functions = all.map((name) => checkActivation('activation', name)).filter((one) => !actsOnRows(one));
const at = (activation: CheckedActivation, z: readonly number[]) => {
  const { values, slopes } = pointwise(activation).at(Float64Array.from(z), new Float64Array(z.length));
  return { values: Array.from(values), slopes: Array.from(slopes) };
};
const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100);

describe.each(functions)('%j', (activation) => {
  it('grows as its row says: a power of z, or lines far out', () => {
    const powers = homogeneity(activation);
    if (powers !== undefined) {
      const z = [-3, -1, -0.25, 0.5, 1, 7];
      const { values, slopes } = at(activation, z);
      z.forEach((x, i) => {
        const side = x > 0 ? 1 : powers.below;
        expect(values[i]).toBeCloseTo(side * x ** powers.degree, 6);
        expect(slopes[i]).toBeCloseTo(side * powers.degree * x ** (powers.degree - 1), 6);
      });
      return;
    }
    for (const side of [-1, 1]) {
      const [near, middle, far] = at(activation, [side * 1e6, side * 2e6, side * 3e6]).values;
      // The middle of three points on a line is the mean of the others.
      expect(Math.abs(middle! - (near! + far!) / 2)).toBeLessThan(0.5);
    }
  });

  it('stays within its range, and comes close to both of its ends', () => {
    const [lowest, highest] = rangeOf(activation);
    const { values } = at(activation, [...grid, -1e6, 1e6]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    expect(low).toBeGreaterThanOrEqual(lowest);
    expect(high).toBeLessThanOrEqual(highest);
    if (lowest === -Infinity) expect(low).toBeLessThan(-1e3);
    else expect(low).toBeCloseTo(lowest, 2);
    if (highest === Infinity) expect(high).toBeGreaterThan(1e3);
    else expect(high).toBeCloseTo(highest, 2);
  });

  it('is trained through if its derivative is not 0 everywhere, and is no steeper than its row says', () => {
    const sizes = at(activation, grid).slopes.map(Math.abs);
    expect(sizes.some((size) => size > 0)).toBe(isTrainable(activation));
    const steepest = Math.max(...sizes);
    const claimed = steepestSlope(activation.name);
    if (claimed === Infinity) expect(steepest > 1 / 4 || !isTrainable(activation)).toBe(true);
    else expect(steepest).toBeCloseTo(claimed, 6);
  });

  it('has no other kinks than those of its row', () => {
    const h = 1e-3;
    // Slopes are f32. The second difference of one without a kink is below 4 h².
    for (const z of grid) {
      if (kinksOf(activation).some((kink) => Math.abs(kink - z) <= 2 * h)) continue;
      const [left, middle, right] = at(activation, [z - h, z, z + h]).slopes as [number, number, number];
      expect(Math.abs(left - 2 * middle + right), `at ${z}`).toBeLessThan(1e-5);
    }
  });
});

describe('a function of the user continues beyond the reach of f64 as the power that it is there', () => {
  it.each([
    ['z²', (z: number) => z * z, 2, 3],
    ['z³', (z: number) => z ** 3, 3, 15],
    ['2z', (z: number) => 2 * z, 1, 4],
    ['√|z|', (z: number) => Math.sqrt(Math.abs(z)), 0.5, Math.sqrt(2 / Math.PI)],
    ['a sign', Math.sign, 0, 1],
  ] as const)('%s', (_, f, degree, second) => {
    for (const variance of [1e-40, 1e-24, 1e24, 1e40]) {
      const found = gaussianMoments({ value: f }, variance);
      expect(found.second / variance ** degree).toBeCloseTo(second, 6);
    }
  });

  it('continues with its slopes', () => {
    const square = gaussianMoments({ value: (z) => z * z, derivative: (z) => 2 * z }, 1e30);
    // E[z⁴] = 3, E[z⁸] = 105, E[4z²] = 4, E[16z⁴] = 48, E[4z⁶] = 60, in units of the variance.
    expect(square.mean / 1e30).toBeCloseTo(1, 8);
    expect(square.fourth / 1e120).toBeCloseTo(105, 6);
    expect(square.slopeSecond / 1e30).toBeCloseTo(4, 8);
    expect(square.slopeFourth / 1e60).toBeCloseTo(48, 6);
    expect(square.mixed / 1e90).toBeCloseTo(60, 6);
  });
});

it.each([1e-30, 0.3, 1, 4, 1e30])(
  'squaredRelu has the moments of half a normal variable of variance %d',
  (q) => {
    const found = gaussianMoments('squaredRelu', q);
    // These are half of E[z²], E[z⁴], E[z⁸], E[4z²], E[16z⁴] and E[4z⁶].
    const halves = { mean: q, second: 3 * q ** 2, fourth: 105 * q ** 4 };
    const slopes = { slopeSecond: 4 * q, slopeFourth: 48 * q ** 2, mixed: 60 * q ** 3 };
    for (const [name, twice] of Object.entries({ ...halves, ...slopes })) {
      expect(found[name as keyof typeof found] / twice, name).toBeCloseTo(1 / 2, 6);
    }
  },
);
