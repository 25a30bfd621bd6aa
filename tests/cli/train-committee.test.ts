/** Tests of networks joined into one, which answers with their mean. */
import { describe, expect, it } from 'vitest';
import { joined } from '../../src/cli/task/committee.js';
import { type BackendName, type LayerOptions, MLP, type MLPOptions, prelu } from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { normalInputs } from '../support/networks.js';

const ROWS = 30;
const COLUMNS = 4;
const x = normalInputs(ROWS, COLUMNS);
const y = normalInputs(ROWS, 2, 9);
const labels = Uint8Array.from({ length: ROWS }, (_, r) => r % 2);

type Layers = readonly LayerOptions[];
const numbers: LayerOptions = { units: 2 };

/** Three networks after a few steps, so that all their tensors have changed. */
async function networks(layers: Layers, options: Partial<MLPOptions>, classes: boolean) {
  const made = [];
  for (const seed of [1, 2, 3]) {
    const model = new MLP<BackendName>({
      inputSize: COLUMNS,
      layers,
      inputScaling: 'zScore',
      backend: 'javascript64',
      ...options,
      seed,
    });
    model.compile({ loss: classes ? 'crossEntropy' : 'meanSquaredError' });
    await model.fit(x, classes ? labels : y, { epochs: 2, batchSize: 10 });
    made.push(model);
  }
  return made as [MLP<BackendName>, ...MLP<BackendName>[]];
}

function mean(outputs: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(outputs[0]!, (_, i) =>
    outputs.reduce((sum, one) => sum + one[i]! / outputs.length, 0),
  );
}

const hidden: Layers = [
  { units: 5, activation: 'relu', dropout: 0.2 },
  { units: 3, activation: 'tanh' },
];

describe('numbers are the mean of the networks', () => {
  it.each<[string, Layers, Partial<MLPOptions>]>([
    ['one hidden layer', [hidden[0]!, numbers], {}],
    ['two', [...hidden, numbers], {}],
    ['none', [numbers], {}],
    [
      'no bias',
      [
        { ...hidden[0]!, useBias: false },
        { ...numbers, useBias: false },
      ],
      {},
    ],
    ['a batch norm', [{ ...hidden[0]!, batchNorm: true }, hidden[1]!, numbers], {}],
    ['slopes of prelu', [{ units: 4, activation: prelu() }, numbers], {}],
    ['scaled targets', [...hidden, numbers], { targetScaling: 'zScore' }],
  ])('%s', async (_, layers, options) => {
    const all = await networks(layers, options, false);
    const model = joined(all);
    model.adapt(x, y);
    expect(model.config.layers.map(({ units }) => units)).toEqual([
      ...layers.slice(0, -1).map(({ units }) => 3 * units),
      2,
    ]);
    const outputs = all.map((one) => one.predict(x));
    // The networks must differ, because the mean of equal networks would prove nothing.
    expect(outputs[0]).not.toEqual(outputs[1]);
    expectBlock(model.predict(x), mean(outputs), 1e-12);
  });
});

it('probabilities are the geometric mean of the networks', async () => {
  const all = await networks([...hidden, { units: 2, activation: 'softmax' }], {}, true);
  const model = joined(all);
  model.adapt(x);
  const logarithms = mean(all.map((one) => one.predict(x).map(Math.log)));
  const expected = logarithms.map((value, i) => {
    const other = logarithms[i ^ 1]!;
    return 1 / (1 + Math.exp(other - value));
  });
  expectBlock(model.predict(x), expected, 1e-12);
});

it.each<[string, Layers, RegExp]>([
  [
    'a slope that all units share',
    [{ units: 4, activation: prelu({ shared: true }) }, numbers],
    /^layers\[0\]/,
  ],
  ['a batch norm of the outputs', [hidden[0]!, { ...numbers, batchNorm: true }], /^layers\[1\]\.batchNorm/],
])('%s cannot be joined', async (_, layers, message) => {
  const all = await networks(layers, {}, false);
  expect(() => joined(all)).toThrow(message);
});
