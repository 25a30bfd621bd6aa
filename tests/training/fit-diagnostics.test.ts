/** Records of a fit, compared with gradients and getWeights before each step. */
import { describe, expect, it } from 'vitest';
import { adam, type BackendName, MLP, type StepRecord, sgd } from '../../src/index.js';
import { classifier, FEATURES, ROWS, x, y } from '../support/fits.js';
import { arrangements } from '../support/networks.js';
import { momentsOf } from '../support/stats.js';

const rms = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);
const whole = { batchSize: ROWS, shuffle: false } as const;

describe.each(arrangements)('on $name', ({ backend, tolerance }) => {
  it('records the numbers of the batch of that step', async () => {
    const model = classifier({}, { backend });
    const expected: { std: number; update: number; loss: number }[][] = [];
    const note = () => {
      const { layers, loss } = model.gradients(x, y, { training: true });
      const std = layers.map(({ preactivation }) => Math.sqrt(momentsOf(preactivation).variance));
      expected.push(layers.map(({ kernel }, l) => ({ std: std[l]!, update: 0.1 * rms(kernel), loss })));
    };
    note();
    const { diagnostics } = await model.fit(x, y, {
      ...whole,
      epochs: 3,
      diagnostics: { everySteps: 1 },
      onBatchEnd: note,
    });
    expect(diagnostics!.map(({ step, epoch }) => [step, epoch])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    for (const [s, { loss, layers }] of diagnostics!.entries()) {
      expect(loss).toBe(expected[s]![0]!.loss);
      for (const [l, { gradientStd, deadFraction }] of layers.entries()) {
        expect(Math.abs(gradientStd / expected[s]![l]!.std - 1)).toBeLessThan(tolerance);
        expect(deadFraction).toBe(0);
      }
    }
    const weights = model.getWeights();
    for (const [l, { updateRatio }] of diagnostics![2]!.layers.entries()) {
      // The kernel is the one after the step.
      const ratio = expected[2]![l]!.update / rms(weights[l]!.kernel);
      expect(Math.abs(updateRatio / ratio - 1)).toBeLessThan(tolerance);
    }
  });
});

it('the preactivations of a linear layer agree with those computed by hand', async () => {
  const model = new MLP<BackendName>({ inputSize: 1, layers: [{ units: 1 }] });
  model.setWeights([{ kernel: [2], bias: [1] }]);
  model.compile({ loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.25 }) });
  const { diagnostics } = await model.fit([[1], [3]], [[3], [5]], { diagnostics: { everySteps: 1 } });
  // z is 3 and 7; dL/dz is 2 · (0, 2) / 2; dL/dw = 0 · 1 + 2 · 3, so that w becomes ½.
  const layers = [{ preactivationStd: 2, gradientStd: 1, deadFraction: 0, updateRatio: (0.25 * 6) / 0.5 }];
  expect(diagnostics).toEqual([{ step: 1, epoch: 1, loss: 2, layers }]);
});

it('dead units are counted', async () => {
  const model = new MLP<BackendName>({
    inputSize: FEATURES,
    layers: [
      { units: 4, activation: 'relu' },
      { units: 3, activation: 'softmax' },
    ],
  });
  const [first, second] = model.getWeights();
  model.setWeights([{ ...first!, bias: [0, -100, 0, -100] }, second!]);
  model.compile({ loss: 'crossEntropy', optimizer: adam() });
  const { diagnostics } = await model.fit(x, y, { ...whole, diagnostics: {} });
  expect(diagnostics![0]!.layers.map(({ deadFraction }) => deadFraction)).toEqual([0.5, 0]);
});

it('units without a gradient, or without a signal, are not counted as dead', async () => {
  const layers = [{ units: 4 }, { units: 3, activation: 'softmax' }] as const;
  const model = new MLP<BackendName>({ inputSize: FEATURES, layers });
  model.compile({ loss: 'crossEntropy' });
  const [first, second] = model.getWeights();
  const zeros = (values: ArrayLike<number>) => new Float32Array(values.length);
  // Zeros pass no gradient back, and no input comes in.
  for (const weights of [
    [first!, { ...second!, kernel: zeros(second!.kernel) }],
    [{ ...first!, kernel: zeros(first!.kernel) }, second!],
  ]) {
    model.setWeights(weights);
    const { diagnostics } = await model.fit(x, y, { ...whole, diagnostics: { everySteps: 1 } });
    expect(diagnostics![0]!.layers[0]!.deadFraction).toBe(0);
  }
});

describe('records', () => {
  const steps = (records: readonly StepRecord[] | undefined) => records!.map(({ step }) => step);
  // 23 rows in batches of 5 are 5 steps an epoch.
  const options = { batchSize: 5, diagnostics: { everySteps: 4 } } as const;

  it('start at the first step and follow at equal distances, over all fits', async () => {
    const model = classifier();
    expect(steps((await model.fit(x, y, { ...options, epochs: 2 })).diagnostics)).toEqual([1, 5, 9]);
    expect(steps((await model.fit(x, y, options)).diagnostics)).toEqual([13]);
    const other = classifier();
    const { diagnostics } = await other.fit(x, y, { ...options, diagnostics: {} });
    expect(steps(diagnostics)).toEqual([1]);
  });

  it('do not change the training', async () => {
    const [plain, recorded] = [classifier(), classifier()];
    const before = await plain.fit(x, y, { batchSize: 5, epochs: 3 });
    const { diagnostics, ...curves } = await recorded.fit(x, y, { ...options, epochs: 3 });
    expect(curves).toEqual(before);
    expect(recorded.save()).toEqual(plain.save());
    expect(diagnostics).toHaveLength(4);
  });

  it('are absent by default', async () => {
    expect(await classifier().fit(x, y)).not.toHaveProperty('diagnostics');
  });

  it('exist for a stream', async () => {
    const batches = () => [{ x, y }];
    expect(steps((await classifier().fit(batches, { diagnostics: {} })).diagnostics)).toEqual([1]);
  });
});

it.each<[string, unknown, RegExp]>([
  ['no object', true, /^diagnostics: expected an object/],
  ['an unknown option', { every: 3 }, /^diagnostics\.every: .*'everySteps'/],
  ['no step', { everySteps: 0 }, /^diagnostics\.everySteps: /],
  ['half a step', { everySteps: 1.5 }, /^diagnostics\.everySteps: /],
])('refuses %s', async (_, diagnostics, message) => {
  await expect(classifier().fit(x, y, { diagnostics: diagnostics as never })).rejects.toThrow(message);
});
