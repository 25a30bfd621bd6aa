/** Tests that predictions which are equal on all rows are found, and what causes them. */
import { describe, expect, it } from 'vitest';
import { adam, diagnose, type LayerOptions, lsuv, Rng, sgd } from '../../src/index.js';
import { network, START, saying } from '../support/diagnoses.js';
import { normalInputs } from '../support/networks.js';

const ROWS = 400;

describe('predictions that have collapsed', () => {
  const x = normalInputs(ROWS, 3, 6);
  const classes = Uint8Array.from({ length: ROWS }, (_, r) => Number(x[3 * r]! > 0));
  const layers: LayerOptions[] = [
    { units: 16, activation: 'relu' },
    { units: 2, activation: 'softmax' },
  ];
  const bent = (bias: readonly number[], given = layers) => {
    const model = network({ layers: given });
    const weights = model.getWeights();
    const last = weights.at(-1)!;
    model.setWeights([...weights.slice(0, -1), { kernel: last.kernel.map((value) => 0.001 * value), bias }]);
    return model;
  };

  it('are one class on all rows for a classifier, with and without targets', () => {
    const report = diagnose(bent([0, 3]), x, classes);
    expect(report.verdict).toBe('collapsed');
    expect(report.advice[0]).toMatch(
      /^the predictions have collapsed to class 1, on 400 of 400 rows, which is the target of \d+; /,
    );
    expect(report.advice.join()).toMatch(/learning rate/);
    expect(report.advice.join()).not.toMatch(START);
    expect(diagnose(bent([0, 3]), x).verdict).toBe('collapsed');
  });

  it('are class 0 on all rows for a sigmoid', () => {
    const model = bent(
      [-4],
      [
        { units: 16, activation: 'relu' },
        { units: 1, activation: 'sigmoid' },
      ],
    );
    model.compile({ loss: 'binaryCrossEntropy' });
    expect(saying(diagnose(model, x, classes))).toMatch(/^collapsed: .* class 0, on 400 of 400 rows/);
  });

  it('have rare classes as a cause', () => {
    const rare = Uint8Array.from({ length: ROWS }, (_, r) => Number(r % 20 === 0));
    const { verdict, advice } = diagnose(bent([3, 0]), x, rare);
    expect(verdict).toBe('collapsed');
    expect(advice.join('\n')).toContain(
      'only 5 % of the rows belong to other classes: give those a larger classWeight',
    );
  });

  it('are constant for a regression, with and without targets', () => {
    const plain: LayerOptions[] = [{ units: 16, activation: 'relu' }, { units: 1 }];
    const model = network({ layers: plain });
    const [first, last] = model.getWeights();
    model.setWeights([first!, { kernel: last!.kernel.map(() => 0), bias: [2] }]);
    const report = diagnose(model, x, new Rng(1).normal(ROWS, { mean: 2, std: 1 }));
    expect(report.verdict).toBe('collapsed');
    expect(report.advice[0]).toMatch(
      /^the predictions have collapsed to a constant: output 0 has sd 0 around a mean of 2, but its targets have/,
    );
    expect(diagnose(model, x).verdict).toBe('collapsed');
  });

  it('come from training with a penalty that shrinks kernels to nothing', async () => {
    const model = network({ layers }, sgd({ learningRate: 0.1, l2: 5 }));
    await model.fit(
      x,
      Uint8Array.from({ length: ROWS }, (_, r) => Number(r % 3 === 0)),
      { epochs: 10 },
    );
    const { verdict, advice } = diagnose(model, x);
    expect(verdict).not.toBe('healthy');
    expect(advice.join()).not.toMatch(START);
  });

  it('are not reported for a network that has learned', async () => {
    const model = network({ layers }, adam({ learningRate: 0.01 }));
    await model.fit(x, classes, { epochs: 20 });
    expect(saying(diagnose(model, x, classes))).toBe('healthy: ');
    expect(saying(diagnose(model, x))).toBe('healthy: ');
    const y = Float64Array.from({ length: ROWS }, (_, r) => x[3 * r]!);
    const line = network({}, adam({ learningRate: 0.01 }));
    await line.fit(x, y, { epochs: 20 });
    expect(saying(diagnose(line, x, y))).toBe('healthy: ');
  });

  it('are not reported for an untrained network, nor for rows of a single class', async () => {
    // After so many layers, outputs are almost the same for all rows.
    const wide: LayerOptions[] = [...Array(8).fill({ units: 60, activation: 'relu' }), layers[1]!];
    expect(saying(diagnose(network({ layers: wide }), x, classes))).toBe('healthy: ');
    const model = network({ layers: wide });
    lsuv(model, x);
    expect(diagnose(model, x, classes).verdict).toBe('healthy');
    const learned = network({ layers }, adam({ learningRate: 0.01 }));
    await learned.fit(x, classes, { epochs: 20 });
    const ones = x.filter((_, i) => classes[Math.floor(i / 3)] === 1 && x[3 * Math.floor(i / 3)]! > 0.5);
    const { verdict, advice } = diagnose(learned, ones);
    expect(verdict).toBe('healthy');
    expect(advice.join()).toMatch(/^class 1 is predicted on .*: unless all of these belong to that class/);
    expect(saying(diagnose(learned, ones, new Uint8Array(ones.length / 3).fill(1)))).toBe('healthy: ');
  });

  it('have vanishing gradients as one of the causes', () => {
    const deep: LayerOptions[] = [...Array(7).fill({ units: 30, activation: 'sigmoid' }), layers[1]!];
    const model = network({ layers: deep }, sgd({ learningRate: 1e-4 }));
    model.trainOnBatch(x, classes);
    const { verdict, advice } = diagnose(model, x, classes);
    expect(verdict).toBe('collapsed');
    expect(advice.join('\n')).toMatch(
      /layer 1: the gradient is .* the slope of sigmoid is at most a quarter/,
    );
  });

  it('are not reported if probabilities tell a rare class', () => {
    // P(1) lies from 0.05 to 0.45: never the larger probability, and right.
    const sure = Float64Array.from({ length: 2 * ROWS }, (_, r) => (r % 2 === 0 ? 1 : -1));
    const model = network({ inputSize: 1, layers: [{ units: 2, activation: 'softmax' }] });
    model.setWeights([{ kernel: [0, 1.3], bias: [1.6, 0] }]);
    const truth = Uint8Array.from(sure, (value, r) => Number(value > 0 && r % 20 < 8));
    const { verdict, advice } = diagnose(model, sure, truth);
    expect(verdict).toBe('healthy');
    expect(advice.join()).toMatch(
      /class 0 is predicted on 800 of 800 rows.* the probabilities still tell rows apart/,
    );
  });
});
