/** Tests the closed forms for functions of two lines against sums over a fine grid of the plane. */
import { describe, expect, it } from 'vitest';
import { arcCosineMoments } from '../../src/theory/arc-cosine.js';
import { rectifiedDifference, rectifiedMoments } from '../../src/theory/rectified.js';

const slopes = [0, 0.01, 0.3, -0.5, 1];
const means = [-3, -0.7, -1e-3, 0.2, 1, 4];

/** Averages g over N(0, 1) by the trapezoidal rule, which is exact to 1e-6 for a g with kinks at this step. */
function average(g: (z: number) => number, step = 1e-3): number {
  let sum = 0;
  for (let z = -9; z <= 9; z += step) sum += g(z) * Math.exp((-z * z) / 2);
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

describe.each(slopes)('lines with slope %d below 0', (below) => {
  const f = (z: number) => (z > 0 ? z : below * z);

  it.each(means)('have their moments around %d', (mean) => {
    const deviation = 1.3;
    const found = rectifiedMoments({ below }, mean, deviation * deviation);
    const at = (z: number) => mean + deviation * z;
    expect(found.mean).toBeCloseTo(
      average((z) => f(at(z))),
      5,
    );
    expect(found.second).toBeCloseTo(
      average((z) => f(at(z)) ** 2),
      5,
    );
    // The slope jumps, so that the rule is only exact to its step.
    expect(found.slopeSecond).toBeCloseTo(
      average((z) => (at(z) > 0 ? 1 : below * below)),
      2,
    );
  });

  it.each(means.flatMap((mean) => [-0.8, 0, 0.6, 0.99].map((c) => [mean, c] as const)))(
    'have their mean difference around %d at correlation %d',
    (mean, c) => {
      const [deviation, rest] = [1.3, Math.sqrt(1 - c * c)];
      const expected = average(
        (p) =>
          average((q) => (f(mean + deviation * p) - f(mean + deviation * (c * p + rest * q))) ** 2 / 2, 0.02),
        0.04,
      );
      const found = rectifiedDifference({ below }, mean, deviation * deviation, c);
      expect(Math.abs(found - expected)).toBeLessThan(2e-4 * deviation * deviation);
    },
  );

  it('go over into the arc-cosine kernel without a mean', () => {
    for (const c of [-1, -0.9, 0, 0.5, 0.999, 1 - 1e-6, 1]) {
      const { difference } = arcCosineMoments({ degree: 1, below }, c);
      const found = rectifiedDifference({ below }, 1e-12, 1, c);
      expect(Math.abs(found - difference)).toBeLessThan(1e-7 * (1 - c) + 1e-15);
    }
  });

  it('are one line far from the kink, and f of the mean without variance', () => {
    for (const mean of [40, -40]) {
      const slope = mean > 0 ? 1 : below;
      expect(rectifiedDifference({ below }, mean, 1, 0.3)).toBeCloseTo(0.7 * slope * slope, 12);
      const { mean: first, second, slopeSecond } = rectifiedMoments({ below }, mean, 0);
      expect(first).toBeCloseTo(f(mean), 12);
      expect(second).toBeCloseTo(f(mean) ** 2, 10);
      expect(slopeSecond).toBe(slope * slope);
    }
  });
});
