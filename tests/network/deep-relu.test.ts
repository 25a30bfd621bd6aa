/** Fifty ReLU layers of a hundred units: effect of the missing truncation factor on a signal, over many networks. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heNormal, type Initializer, kaimingNormal, MLP, tfjsHeNormal } from '../../src/index.js';
import { normalInputs } from '../support/networks.js';

const DEPTH = 50;
const WIDTH = 100;
const NETWORKS = 150;

const golden = JSON.parse(readFileSync(new URL('../golden/fig74.json', import.meta.url), 'utf8')) as {
  forward_0_02: { mean_ln_var: number[]; sd_ln_var: number[] };
};
const { mean_ln_var: means, sd_ln_var: deviations } = golden.forward_0_02;

/** Returns ln of the variance over the units of the last layer's preactivation, for one network and one input. */
function lnVariance(initializer: Initializer, seed: number): number {
  const layers = Array.from({ length: DEPTH }, (_, l) => ({
    units: WIDTH,
    activation: l < DEPTH - 1 ? ('relu' as const) : ('identity' as const),
    kernelInitializer: initializer,
  }));
  const z = new MLP({ inputSize: WIDTH, layers, seed }).predict(normalInputs(1, WIDTH, seed));
  const mean = z.reduce((sum, value) => sum + value, 0) / WIDTH;
  return Math.log(z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / WIDTH);
}

function meanLnVariance(initializer: Initializer): number {
  let sum = 0;
  for (let seed = 0; seed < NETWORKS; seed++) sum += lnVariance(initializer, seed);
  return sum / NETWORKS;
}

describe('through fifty ReLU layers', () => {
  const expected = means[DEPTH - 1]!;
  const tolerance = (4 * deviations[DEPTH - 1]!) / Math.sqrt(NETWORKS);

  it.each([
    ['heNormal', heNormal()],
    ['kaimingNormal', kaimingNormal({ nonlinearity: 'relu' })],
  ])('%s keeps the signal as in Figure 7.4', (_, initializer) => {
    expect(Math.abs(meanLnVariance(initializer) - expected)).toBeLessThan(tolerance);
  });

  it('the uncorrected initializer lets it fall to 2.7e-6 of that', () => {
    const lost = DEPTH * Math.log(0.87962566103423978 ** 2);
    expect(Math.exp(lost)).toBeCloseTo(2.7e-6, 7);
    expect(Math.abs(meanLnVariance(tfjsHeNormal()) - (expected + lost))).toBeLessThan(tolerance);
  });
});
