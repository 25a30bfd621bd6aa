/** Tests that advice never recommends what a model already has. */
import { describe, expect, it } from 'vitest';
import { constant, diagnose, type LayerOptions, MLP, randomNormal, sgd } from '../../src/index.js';
import { stack } from '../support/diagnoses.js';
import { normalInputs, randomClasses } from '../support/networks.js';

const ROWS = 256;

describe('advice never recommends settings in force', () => {
  const optimizer = sgd({ learningRate: 0.1, clipNorm: 1 });
  const sizes = { few: 1e-6, some: 1, many: 1e5 } as const;
  const activations = ['relu', 'tanh', 'sigmoid', 'leakyRelu'] as const;
  const cases = activations.flatMap((activation) =>
    (['before', 'after'] as const).flatMap((position) =>
      ([true, false] as const).flatMap((training) =>
        Object.entries(sizes).map(([size, factor]) => ({ activation, position, training, size, factor })),
      ),
    ),
  );

  /** Large and small inputs and large biases, so that most faults occur in some case. */
  it.each(cases)('$activation, batch norm $position, training $training, $size', (given) => {
    const { activation, position, training, factor } = given;
    const verdicts = [0.001, 0.1, 1, 30].map((stddev) => {
      const start = randomNormal({ stddev });
      const more = { batchNorm: { position }, biasInitializer: constant({ value: -3 }) };
      const model = stack({ activation, depth: 12, width: 20, start, more, optimizer });
      const x = normalInputs(ROWS, 20, 3).map((value) => value * factor);
      const { advice, verdict } = diagnose(model, x, randomClasses(ROWS, 10, 4), { training });
      expect(advice.join('\n')).not.toMatch(/batchNorm: true|clipNorm/);
      return verdict;
    });
    expect(verdicts.some((verdict) => verdict !== 'healthy')).toBe(true);
  });

  it('recommends batch norm if some hidden layer has none', () => {
    const layers: LayerOptions[] = Array.from({ length: 7 }, (_, l) => ({
      units: 20,
      activation: 'sigmoid',
      batchNorm: l === 0,
    }));
    const model = new MLP({ inputSize: 20, layers: [...layers, { units: 10, activation: 'softmax' }] });
    model.compile({ loss: 'crossEntropy', optimizer });
    const { advice } = diagnose(model, normalInputs(ROWS, 20, 3), randomClasses(ROWS, 10, 4));
    expect(advice[0]).toContain('put batchNorm: true into the hidden layers that have none');
  });

  it('names rows unlike the fitted ones instead of an input scaling', () => {
    const model = new MLP({
      inputSize: 3,
      layers: [{ units: 9, activation: 'relu' }, { units: 1 }],
      inputScaling: 'zScore',
    });
    const x = normalInputs(ROWS, 3, 5);
    model.adapt(x);
    const far = diagnose(
      model,
      x.map((value) => 1e4 * value),
    ).advice.join('\n');
    expect(far).toContain('the inputs are scaled, from');
    expect(far).toContain('they differ from the data that the scaling was fitted on');
    const wide = diagnose(
      model,
      x.map((value, i) => (i % 3 === 1 ? 1e5 * value : value)),
    ).advice.join('\n');
    expect(wide).toContain('feature 1 is more than 100 times as large as most others');
    expect(far + wide).not.toContain('use inputScaling');
    const perDataset = new MLP({
      inputSize: 3,
      layers: [{ units: 1 }],
      inputScaling: { kind: 'zScore', per: 'dataset' },
    });
    // Each feature has mean 0, so that the small features are not constant.
    const uneven = [x, x.map((value) => -value)].flatMap((part) =>
      Array.from(part, (value, i) => (i % 3 === 1 ? 1e5 * value : value)),
    );
    perDataset.adapt(Float64Array.from(uneven));
    expect(diagnose(perDataset, Float64Array.from(uneven)).advice.join()).toContain(
      "use inputScaling 'zScore', feature by feature",
    );
  });
});
