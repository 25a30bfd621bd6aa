/** Tests that what `explain` expects before a run agrees with what `diagnose` expects of the drawn model: two derivations. */
import { describe, expect, it } from 'vitest';
import { diagnose, explainModel, type LayerOptions, MLP, randomUniform } from '../../src/index.js';
import { normalInputs } from '../support/networks.js';

const [WIDTH, DEPTH, ROWS] = [200, 4, 500];
/** Tolerance of four standard deviations: 0.35 % each for a hidden kernel of 40 000 draws and for the inputs, 1 % for the last kernel's 2000. */
const TOLERANCE = 0.05;

describe.each<[string, Partial<LayerOptions>]>([
  ['relu', { activation: 'relu' }],
  ['tanh', { activation: 'tanh' }],
  ['sigmoid', { activation: 'sigmoid' }],
  ['selu from too large kernels', { activation: 'selu', kernelInitializer: 'heNormal' }],
  ['gelu with dropout', { activation: 'gelu', dropout: 0.3 }],
  ['relu with biases', { activation: 'relu', biasInitializer: randomUniform({ low: -0.5, high: 0.5 }) }],
  ['tanh behind a batch norm', { activation: 'tanh', batchNorm: true }],
  ['relu before a batch norm', { activation: 'relu', batchNorm: { position: 'after' } }],
])('%s', (_, layer) => {
  const hidden = Array.from({ length: DEPTH }, () => ({ units: WIDTH, ...layer }));
  const model = new MLP({ inputSize: WIDTH, layers: [...hidden, { units: 10, activation: 'softmax' }] });
  const expected = explainModel(model).layers;
  const { layers } = diagnose(model, normalInputs(ROWS, WIDTH), undefined, { training: true });

  it('agree forward', () => {
    for (const [l, { predicted }] of layers.entries()) {
      const ratio = predicted.preactivationStd / expected[l]!.preactivationStd;
      expect(Math.abs(ratio - 1), `layers[${l}]`).toBeLessThan(TOLERANCE);
    }
  });

  it('agree backward, once the spread of single values is converted into a norm', () => {
    for (const [l, { predicted, units }] of layers.entries()) {
      const ratio = predicted.gradientRatio / (expected[l]!.gradientStd * Math.sqrt(units / 10));
      expect(Math.abs(ratio - 1), `layers[${l}]`).toBeLessThan(TOLERANCE);
    }
  });
});
