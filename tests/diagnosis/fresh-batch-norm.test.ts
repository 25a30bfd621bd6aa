/** Tests which statistics a diagnosis of a batch norm uses before and after the first step. */
import { describe, expect, it } from 'vitest';
import { type BackendName, diagnose, type LayerOptions, MLP, randomNormal, sgd } from '../../src/index.js';
import { network, saying } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 400;

describe('a fresh batch norm', () => {
  const x = normalInputs(ROWS, 20, 9).map((value) => 5 + 3 * value);
  const y = randomClasses(ROWS, 4);
  const deep = (position: 'before' | 'after' = 'before') => {
    const model = new MLP<BackendName>({
      inputSize: 20,
      layers: [
        ...Array.from(
          { length: 20 },
          (): LayerOptions => ({
            units: 40,
            activation: 'relu',
            batchNorm: { position },
            kernelInitializer: randomNormal({ stddev: 0.05 }),
          }),
        ),
        { units: 4, activation: 'softmax' },
      ],
      seed: 3,
    });
    model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 0.01 }) });
    return model;
  };

  it('uses the rows’ own statistics, so that twenty layers are healthy', () => {
    const model = deep();
    const report = diagnose(model, x, y);
    expect(report.batchNorm).toBe('batch');
    expect(report).toEqual(diagnose(model, x, y, { training: true }));
    expect(saying(report)).toBe('healthy: ');
    // With statistics of 0 and 1 nothing is normalized, and kernels of 0.32 times He's deviation shrink the signal.
    const running = diagnose(model, x, y, { training: false });
    expect([running.batchNorm, running.verdict]).toEqual(['running', 'vanishing']);
    expect(diagnose(deep('after'), x).batchNorm).toBe('batch');
  });

  it('uses its running statistics once a step or setWeights has set them', () => {
    const model = deep();
    model.trainOnBatch(x, y);
    expect(diagnose(model, x, y)).toEqual(diagnose(model, x, y, { training: false }));
    expect(diagnose(model, x).batchNorm).toBe('running');
    const given = deep();
    given.setWeights(model.getWeights());
    expect(diagnose(given, x).batchNorm).toBe('running');
  });

  it('uses its running statistics for a single row, and models without one report none', () => {
    expect(diagnose(deep(), x.slice(0, 20)).batchNorm).toBe('running');
    expect(diagnose(network(), normalInputs(9, 3))).not.toHaveProperty('batchNorm');
  });
});
