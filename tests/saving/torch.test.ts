/**
 * A state dict of PyTorch has equal names, an equal layout and equal predictions; golden/torch_sequential.json is from PyTorch.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type BackendName, MLP, type MLPOptions, prelu } from '../../src/index.js';
import { expectBlock } from '../support/compare.js';
import { arrangements } from '../support/networks.js';
import { fileOf, type PlainTensor, readPlainly } from '../support/safetensors.js';

interface Golden {
  readonly state: Readonly<Record<string, PlainTensor>>;
  readonly x: readonly number[][];
  readonly output: readonly number[][];
}
const { state, x, output }: Golden = JSON.parse(
  readFileSync(new URL('../golden/torch_sequential.json', import.meta.url), 'utf8'),
);

/** Network of the golden file. */
const sequential: MLPOptions<BackendName> = {
  inputSize: 3,
  layers: [
    { units: 5, activation: 'prelu', batchNorm: true, dropout: 0.25 },
    {
      units: 4,
      activation: prelu({ shared: true }),
      batchNorm: { position: 'after', momentum: 0.3, epsilon: 1e-3 },
    },
    { units: 4, activation: 'geluTanh', useBias: false },
    { units: 3, activation: 'softmax' },
  ],
};
const isCounter = (name: string) => name.endsWith('num_batches_tracked');

/** Writes a file of these tensors by the text of the format, with the description of a model of this library. */
function fileWith(tensors: Golden['state'], evenkeel: string): Uint8Array {
  const data: number[] = [];
  const entries = Object.entries(tensors).map(([name, { dtype, shape, values }]) => {
    const begin = data.length;
    for (const value of values) {
      const bytes = Buffer.alloc(8);
      if (dtype === 'I64') bytes.writeBigInt64LE(BigInt(value));
      else bytes.writeDoubleLE(value);
      data.push(...bytes);
    }
    return [name, { dtype, shape, data_offsets: [begin, data.length] }] as const;
  });
  return fileOf({ __metadata__: { evenkeel }, ...Object.fromEntries(entries) }, data);
}

describe.each(arrangements)('on $name', ({ backend, arithmetic, tolerance }) => {
  const options = { ...sequential, backend, arithmetic };

  it('predicts what PyTorch does after setWeights in its layout', () => {
    const model = new MLP<BackendName>(options);
    const of = (name: string) => state[name]!.values;
    const linear = (module: number) => ({ kernel: of(`${module}.weight`), bias: of(`${module}.bias`) });
    const norm = (module: number) => ({
      gamma: of(`${module}.weight`),
      beta: of(`${module}.bias`),
      runningMean: of(`${module}.running_mean`),
      runningVariance: of(`${module}.running_var`),
    });
    model.setWeights(
      [
        { ...linear(0), ...norm(1), slopes: of('2.weight') },
        { ...linear(4), slopes: of('5.weight'), ...norm(6) },
        { kernel: of('7.weight') },
        linear(9),
      ],
      { layout: 'torch' },
    );
    expectBlock(model.predict(x), output.flat(), tolerance);
  });

  it('predicts what PyTorch does after loading its state dict with a description', () => {
    const { evenkeel } = readPlainly(new MLP(options).save()).metadata;
    const model = MLP.load<BackendName>(fileWith(state, evenkeel!), { backend });
    expectBlock(model.predict(x), output.flat(), tolerance);
  });
});

it('a saved file has the names and shapes of the state dict, except for its counters', () => {
  const shapes = (tensors: Golden['state']) =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => !isCounter(name))
        .map(([name, { shape }]) => [name, shape]),
    );
  expect(Object.keys(state).filter(isCounter)).toHaveLength(2);
  const { tensors } = readPlainly(new MLP(sequential).save({ weightsOnly: true }));
  expect(shapes(tensors)).toEqual(shapes(state));
});

it('notices a kernel that was not transposed', () => {
  const model = new MLP<BackendName>({ ...sequential, layers: sequential.layers.slice(2, 3), inputSize: 4 });
  const kernel = state['7.weight']!.values;
  model.setWeights([{ kernel }], { layout: 'torch' });
  const right = model.predict([[1, 2, 3, 4]]);
  model.setWeights([{ kernel }], { layout: 'keras' });
  expect(() => expectBlock(model.predict([[1, 2, 3, 4]]), right, 1e-5)).toThrow(/not within/);
});
