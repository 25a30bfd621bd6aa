/** The lectures' experiment on the width of a start (X1, E12): hidden outputs of 100-100-100 by the deviation of the weights. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MLP, randomNormal } from '../../src/index.js';
import { xavierSigmoid } from '../../src/lab/index.js';
import { normalInputs } from '../support/networks.js';

interface Reference {
  hidden_output_std: {
    per_w_std: Record<string, { h1_mean: number; h1_sd: number; h2_mean: number; h2_sd: number }>;
  };
  mean_field: Record<string, { preact_var_layers_1_to_10: number[] }>;
}
const reference = JSON.parse(
  readFileSync(new URL('../golden/init_reference.json', import.meta.url), 'utf8'),
) as Reference;

const ROWS = 1000;
const WIDTH = 100;
const SEEDS = 10;

/** Standard deviation over the rows of each unit's output. */
function deviations(values: Float32Array, units: number): number[] {
  return Array.from({ length: units }, (_, u) => {
    const column = Array.from({ length: values.length / units }, (__, r) => values[r * units + u]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length);
  });
}

describe.each(Object.entries(reference.hidden_output_std.per_w_std))(
  'weights of deviation %s',
  (stddev, expected) => {
    it.each([1, 2] as const)('give hidden layer %d the spread of three thousand draws', (depth) => {
      const layer = { units: WIDTH, kernelInitializer: randomNormal({ stddev: Number(stddev) }) };
      const layers = Array.from({ length: depth }, () => layer);
      const all = Array.from({ length: SEEDS }, (_, seed) => {
        const x = normalInputs(ROWS, WIDTH, seed);
        return deviations(new MLP({ inputSize: WIDTH, layers, seed }).predict(x), WIDTH);
      }).flat();
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
      const [target, sd] =
        depth === 1 ? [expected.h1_mean, expected.h1_sd] : [expected.h2_mean, expected.h2_sd];
      // There are ten draws of a matrix. Its hundred units are alike only through the layer below.
      expect(Math.abs(mean - target)).toBeLessThan((4 * sd) / Math.sqrt(SEEDS));
      expect(mean / target).toBeGreaterThan(0.97);
      expect(mean / target).toBeLessThan(1.03);
    });
  },
);

it('Xavier for the sigmoid takes the variance from 16 to 5.86, not back to 16, as mean-field theory predicts', () => {
  const { preact_var_layers_1_to_10: expected } = reference.mean_field['sigmoid var=16/n']!;
  const width = 400;
  const variance = (depth: number) => {
    const layers = Array.from({ length: depth }, (_, l) => ({
      units: width,
      activation: l === depth - 1 ? ('identity' as const) : ('sigmoid' as const),
      kernelInitializer: xavierSigmoid(),
    }));
    let sum = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const z = new MLP({ inputSize: width, layers, seed }).predict(normalInputs(20, width, seed));
      sum += z.reduce((total, value) => total + value * value, 0) / z.length / SEEDS;
    }
    return sum;
  };
  for (const depth of [1, 2, 6, 10]) expect(variance(depth) / expected[depth - 1]!).toBeCloseTo(1, 1);
});
