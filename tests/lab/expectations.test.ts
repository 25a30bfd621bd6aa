/** What `explain` expects of a model before it runs and what `diagnose` expects of the one that was drawn: two derivations. */
import { describe, expect, it } from 'vitest';
import { diagnose, explainModel, type LayerOptions, MLP, randomUniform } from '../../src/index.js';
import { normalInputs } from '../support/networks.js';

const [WIDTH, DEPTH, ROWS] = [200, 4, 500];
/** Four deviations: of the spread of 40 000 draws 0.35 %, a hidden layer's kernel and the inputs each, of the last kernel's 2000 1 %. */
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

  it('forward', () => {
    for (const [l, { predicted }] of layers.entries()) {
      const ratio = predicted.preactivationStd / expected[l]!.preactivationStd;
      expect(Math.abs(ratio - 1), `layers[${l}]`).toBeLessThan(TOLERANCE);
    }
  });

  it('backward, the one of single values, the other of norms', () => {
    for (const [l, { predicted, units }] of layers.entries()) {
      const ratio = predicted.gradientRatio / (expected[l]!.gradientStd * Math.sqrt(units / 10));
      expect(Math.abs(ratio - 1), `layers[${l}]`).toBeLessThan(TOLERANCE);
    }
  });
});
