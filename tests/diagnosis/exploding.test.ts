/** Tests the verdict on learning rates and values that are too large. */
import { describe, expect, it } from 'vitest';
import { type BackendName, diagnose, MLP, prelu, sgd } from '../../src/index.js';
import { example, saying, stack } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 256;

describe('PReLU with a learning rate of 10 (E8)', () => {
  const { x_consistent: x, w1, w2, w3, b1, b2, b3 } = example('E8').inputs as Record<string, number>;
  const model = new MLP<BackendName>({
    inputSize: 1,
    layers: [
      { units: 1, activation: prelu({ initialSlope: 0.1 }) },
      { units: 2, activation: 'softmax' },
    ],
  });
  const [first] = model.getWeights();
  model.setWeights([
    { ...first!, kernel: [w1!], bias: [b1!] },
    { kernel: [w2!, w3!], bias: [b2!, b3!] },
  ]);
  model.compile({ loss: 'crossEntropy', optimizer: sgd({ learningRate: 10 }) });

  it('explodes, and advice names the learning rate', () => {
    const report = diagnose(model, [[x!]], [0]);
    expect(report.verdict).toBe('exploding');
    expect(report.advice.join()).toMatch(/369 times|370 times/);
    expect(report.advice.join()).toContain('the learning rate of 10 is too high');
    // The lecture's own gradient gives 10 · 98.94 / 2.68.
    expect(report.layers[0]!.updateRatio).toBeCloseTo(989.4 / 2.68, 2);
  });

  it('explodes in a small network with usual inputs, because of the learning rate alone', () => {
    const deep = stack({ activation: prelu(), depth: 2, width: 32, optimizer: sgd({ learningRate: 1000 }) });
    const report = diagnose(deep, normalInputs(ROWS, 32), randomClasses(ROWS, 10));
    expect(saying(report)).toMatch(/^exploding: .*the learning rate of 1000 is too high/);
  });
});

it('reports values that become infinite in f32 as not finite', () => {
  const model = new MLP({ inputSize: 2, layers: [{ units: 2 }, { units: 1 }] });
  model.setWeights([
    { kernel: [3e38, 0, 0, 1], bias: [0, 0] },
    { kernel: [1, 1], bias: [0] },
  ]);
  expect(saying(diagnose(model, [[2, 1]]))).toMatch(
    /^nonFinite: layer 1: 1 of 2 values of its preactivation/,
  );
});

it('writes huge numbers with an exponent', () => {
  const model = new MLP({ inputSize: 2, layers: [{ units: 2 }, { units: 1 }] });
  model.setWeights([
    { kernel: [1e12, 0, 0, 1], bias: [0, 0] },
    { kernel: [1, 1], bias: [0] },
  ]);
  // With x₀ = ±2 and x₁ = ±1, z₀ is ±2e12 and z₁ is ±1, so that the deviation is 2e12 / √2.
  expect(
    saying(
      diagnose(model, [
        [2, 1],
        [-2, -1],
      ]),
    ),
  ).toMatch(/^exploding: .*preactivation sd 1\.4e12, usual is/);
});
