/** A state dict of PyTorch: the same names, the same layout, the same predictions; golden/torch_sequential.json is its own. */
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

/** The network of the golden file. */
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

/** A file of these tensors by the words of the format, with the description of a model of ours. */
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

  it('setWeights in its layout predicts what PyTorch does', () => {
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

  it('a file of its state dict, with our description, is loaded and predicts what PyTorch does', () => {
    const { evenkeel } = readPlainly(new MLP(options).save()).metadata;
    const model = MLP.load<BackendName>(fileWith(state, evenkeel!), { backend });
    expectBlock(model.predict(x), output.flat(), tolerance);
  });
});

it('our file has the names and shapes of its state dict, but for what it counts', () => {
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

it('notices a kernel that was not turned round', () => {
  const model = new MLP<BackendName>({ ...sequential, layers: sequential.layers.slice(2, 3), inputSize: 4 });
  const kernel = state['7.weight']!.values;
  model.setWeights([{ kernel }], { layout: 'torch' });
  const right = model.predict([[1, 2, 3, 4]]);
  model.setWeights([{ kernel }], { layout: 'keras' });
  expect(() => expectBlock(model.predict([[1, 2, 3, 4]]), right, 1e-5)).toThrow(/not within/);
});
