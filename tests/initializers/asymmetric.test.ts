/** Tests the randomized asymmetric initializer against the formulas of its distribution, and for what it is made for. */
import { describe, expect, it } from 'vitest';
import {
  explainInitializer,
  type InitializerName,
  type LayerOptions,
  MLP,
  Rng,
  randomizedAsymmetric,
} from '../../src/index.js';

/**
 * Lu et al. (2019) keep an upper bound of the mean square of a unit at 1: σ²/2 + 2·E[P]·σ/√(2π) + E[P²] with P from Beta(2, 1), whose
 * moments are 2/3 and 1/2. This is the positive root.
 */
const HALF = 4 / (3 * Math.sqrt(2 * Math.PI));
const ROOT = Math.sqrt(1 + HALF * HALF) - HALF;
const SIGMA = 0.6007;

it('has the deviation that keeps the bound of the mean square at 1', () => {
  expect(Number(ROOT.toFixed(4))).toBe(SIGMA);
  expect(ROOT ** 2 / 2 + ((2 / 3) * 2 * ROOT) / Math.sqrt(2 * Math.PI) + 1 / 2).toBeCloseTo(1, 12);
  // The bound: a positive a and σg with a normal g have E[max(0, a + σg)²] ≤ a² + 2aσ·E[max(0, g)] + σ²/2.
  expect(explainInitializer(randomizedAsymmetric(), [50, 10]).expected!.formula).toContain(
    `N(0, ${ROOT.toFixed(4)}² / fanIn)`,
  );
});

describe('randomizedAsymmetric', () => {
  const [fanIn, units] = [50, 4000];
  const rng = new Rng(7);
  const values = randomizedAsymmetric()([fanIn, units], rng);
  const normal = rng.split('values').normal(fanIn * units, { std: SIGMA / Math.sqrt(fanIn) });
  const replaced = [...values.keys()].filter((i) => values[i] !== normal[i]);

  it('replaces one weight of each unit, at any place', () => {
    expect(replaced.map((i) => i % units).sort((a, b) => a - b)).toEqual([...Array(units).keys()]);
    const counts = new Uint32Array(fanIn);
    for (const i of replaced) counts[Math.floor(i / units)]!++;
    // Each count is binomial(4000, 1/50): 80, within five deviations.
    for (const count of counts) expect(Math.abs(count - 80)).toBeLessThan(5 * Math.sqrt(80));
  });

  it('replaces them by Beta(2, 1), whose distribution function is p²', () => {
    const sorted = replaced.map((i) => values[i]!).sort((a, b) => a - b);
    const distances = sorted.map((p, i) => Math.abs(p * p - (i + 0.5) / sorted.length));
    // Kolmogorov–Smirnov at a probability of 1e-6.
    expect(Math.max(...distances)).toBeLessThan(2.7 / Math.sqrt(sorted.length));
  });

  it('draws the other weights from N(0, 0.6007² / fanIn)', () => {
    const taken = new Set(replaced);
    const others = values.filter((_, i) => !taken.has(i));
    const second = others.reduce((sum, value) => sum + value * value, 0) / others.length;
    const expected = (SIGMA * SIGMA) / fanIn;
    expect(Math.abs(second / expected - 1)).toBeLessThan(5 * Math.sqrt(2 / others.length));
  });

  it('promises the mean and variance that it draws', () => {
    const { expected, drawn } = explainInitializer(randomizedAsymmetric(), [fanIn, units]);
    // One of 50 weights is 2/3 on average, and 1/2 in its mean square.
    expect(expected!.mean).toBeCloseTo(2 / 3 / 50, 12);
    expect(expected!.variance).toBeCloseTo((0.98 * SIGMA ** 2) / 50 + 0.01 - (2 / 150) ** 2, 12);
    expect(Math.abs(drawn.mean / expected!.mean - 1)).toBeLessThan(0.1);
    expect(Math.abs(drawn.variance / expected!.variance - 1)).toBeLessThan(0.05);
  });

  it('draws biases from the normal distribution alone', () => {
    const bias = randomizedAsymmetric()([2000], new Rng(1), { fanIn: 4, fanOut: 2000 });
    const second = bias.reduce((sum, value) => sum + value * value, 0) / bias.length;
    expect(Math.abs(second / (SIGMA ** 2 / 4) - 1)).toBeLessThan(5 * Math.sqrt(2 / bias.length));
    expect(Math.min(...bias)).toBeLessThan(0);
  });

  it('leaves far fewer deep narrow networks dead than heNormal', () => {
    const dead = (kernelInitializer: InitializerName) => {
      const hidden: LayerOptions = { units: 2, activation: 'relu', kernelInitializer };
      const x = Float32Array.from({ length: 21 }, (_, i) => i / 10 - 1);
      return [...Array(200).keys()].filter((seed) => {
        const layers = [...Array<LayerOptions>(10).fill(hidden), { units: 1 }];
        const outputs = new MLP({ inputSize: 1, layers, seed }).predict(x);
        return outputs.every((value) => value === outputs[0]);
      }).length;
    };
    const [he, asymmetric] = [dead('heNormal'), dead('randomizedAsymmetric')];
    expect(he).toBeGreaterThan(60);
    expect(asymmetric).toBeLessThan(he / 2);
  });
});
