/** A saved and loaded model equals the model that was never saved. */
import { describe, expect, it } from 'vitest';
import { type BackendName, MLP, savedMetadata } from '../../src/index.js';
import { expectBlock, expectSame } from '../support/compare.js';
import { type Arrangement, arrangements } from '../support/networks.js';
import { readPlainly } from '../support/safetensors.js';
import { descriptionOf } from '../support/saved.js';
import { dataOf, fitting, type Kind, kinds, make } from '../support/saved-kinds.js';

const kindOf = (name: string): Kind => kinds.find((kind) => kind.name === name)!;

async function trained(kind: Kind, arrangement?: Arrangement): Promise<MLP<BackendName>> {
  const model = make(kind, arrangement);
  await model.fit(...dataOf(kind), fitting);
  return model;
}

const reload = (model: MLP<BackendName>, { backend }: { readonly backend: BackendName }) =>
  MLP.load<BackendName>(model.save(), { backend });

describe.each(arrangements)('on $name', (arrangement) => {
  it.each(kinds)(
    '$name: predicts, measures and continues training as if it was never saved',
    async (kind) => {
      const [x, y] = dataOf(kind);
      const [model, never] = [await trained(kind, arrangement), await trained(kind, arrangement)];
      const loaded = reload(model, arrangement);
      expect(loaded.config).toEqual(model.config);
      expect([loaded.epoch, loaded.step, loaded.seed]).toEqual([2, 8, model.seed]);
      expectSame(loaded.predict(x), never.predict(x));
      expect(loaded.evaluate(x, y)).toEqual(never.evaluate(x, y));
      // Nothing is missing, and nothing is added.
      expect(loaded.save()).toEqual(model.save());

      const history = await loaded.fit(x, y, fitting);
      expect(history).toEqual(await never.fit(x, y, fitting));
      expect(loaded.getWeights()).toEqual(never.getWeights());
      // Saving did not change the saved model either.
      await model.fit(x, y, fitting);
      expect(loaded.save()).toEqual(never.save());
      expect(model.save()).toEqual(never.save());
    },
  );
});

describe('a model that was not trained', () => {
  it('comes back compiled, with its scaling still to be fitted', async () => {
    const kind = kindOf('zScore of floats');
    const [x, y] = dataOf(kind);
    const [loaded, never] = [MLP.load(make(kind).save()), make(kind)];
    expect(() => loaded.predict(x)).toThrow(/depends on the training data/);
    expect(await loaded.fit(x, y, fitting)).toEqual(await never.fit(x, y, fitting));
  });

  it('comes back without an optimizer if it had none', () => {
    const model = new MLP({ inputSize: 2, layers: [{ units: 3, activation: 'step' }, { units: 1 }] });
    const loaded = MLP.load(model.save());
    const x = [
      [1, -2],
      [-0.5, 4],
    ];
    expectSame(loaded.predict(x), model.predict(x));
    expect(() => loaded.evaluate(x, [[1], [2]])).toThrow(/compile/);
    expect(descriptionOf(model.save())).not.toHaveProperty('training');
  });
});

describe('weightsOnly', () => {
  const kind = kindOf('adam');

  it('omits the optimizer and the training progress', async () => {
    const model = await trained(kind);
    const [x, y] = dataOf(kind);
    const [whole, weights] = [model.save(), model.save({ weightsOnly: true })];
    // Two moments of every parameter: 3·5 + 5 + 5·2 + 2 = 32 parameters.
    const bytes = (file: Uint8Array) =>
      Object.values(readPlainly(file).tensors).reduce((sum, { values }) => sum + 4 * values.length, 0);
    expect([bytes(weights), bytes(whole)]).toEqual([4 * 32, 3 * 4 * 32]);
    expect(weights.length).toBeLessThan(whole.length - 2 * 4 * 32);
    expect(descriptionOf(weights)).not.toHaveProperty('training');

    const loaded = MLP.load(weights);
    expect([loaded.epoch, loaded.step]).toEqual([0, 0]);
    expectSame(loaded.predict(x), model.predict(x));
    expect(() => loaded.evaluate(x, y)).toThrow(/compile/);
    loaded.compile({ loss: 'meanSquaredError' });
    expect(loaded.evaluate(x, y)).toEqual(model.evaluate(x, y));
    // A model without training progress has equal files with and without weightsOnly.
    expect(loaded.save({ weightsOnly: true })).toEqual(weights);
  });

  it('keeps what the input scaling learned, and the running statistics', async () => {
    const model = await trained({
      ...kindOf('batch norm'),
      options: { ...kindOf('batch norm').options, inputScaling: 'zScore' },
    });
    const [x] = dataOf(kind);
    expectSame(MLP.load(model.save({ weightsOnly: true })).predict(x), model.predict(x));
  });
});

describe('loading onto another backend', () => {
  const kind = kindOf('batch norm behind the activation, dropout');
  const [x, y] = dataOf(kind);

  it.each([
    ['wasm', 'javascript'],
    ['wasm', 'javascript64'],
    ['javascript', 'wasm'],
    ['javascript64', 'wasm'],
  ] as const)('%s to %s: predicts and continues training equally, up to rounding', async (from, to) => {
    const model = await trained(kind, { ...arrangements[0]!, backend: from });
    const loaded = MLP.load<BackendName>(model.save(), { backend: to });
    expect([loaded.backend, loaded.config.backend]).toEqual([to, to]);
    expectBlock(loaded.predict(x), model.predict(x), 1e-5);
    const [there, here] = [await loaded.fit(x, y, fitting), await model.fit(x, y, fitting)];
    expectBlock(there.loss, here.loss, 1e-5);
    for (const [l, { kernel }] of loaded.getWeights().entries()) {
      expectBlock(kernel, model.getWeights()[l]!.kernel, 2e-5);
    }
  });

  it('uses wasm if no backend is named', async () => {
    const model = await trained(kind, { ...arrangements[0]!, backend: 'javascript64' });
    expect(MLP.load(model.save()).backend).toBe('wasm');
  });

  it('loses nothing of f32 through f64 and back', async () => {
    const model = await trained(kind);
    const wide = MLP.load(model.save(), { backend: 'javascript64' });
    expect(MLP.load(wide.save()).save()).toEqual(model.save());
  });

  it('stores f64 as F64 in the file', async () => {
    const model = await trained(kind, { ...arrangements[0]!, backend: 'javascript64' });
    const { tensors } = readPlainly(model.save());
    expect(new Set(Object.values(tensors).map(({ dtype }) => dtype))).toEqual(new Set(['F64']));
    expect(tensors['0.weight']!.values).not.toEqual(tensors['0.weight']!.values.map(Math.fround));
    const narrow = Object.values(readPlainly((await trained(kind)).save()).tensors);
    expect(new Set(narrow.map(({ dtype }) => dtype))).toEqual(new Set(['F32']));
  });

  it('keeps the saved arithmetic, or uses the requested one', () => {
    const portable = make(kind).save();
    const fused = make(kind, arrangements[1]!).save();
    expect(MLP.load(fused).config.arithmetic).toBe('fused');
    expect(MLP.load(fused, { arithmetic: 'portable' }).config.arithmetic).toBe('portable');
    expect(MLP.load(portable, { arithmetic: 'fused' }).config.arithmetic).toBe('fused');
  });
});

describe('the file', () => {
  const names = (file: Uint8Array) => Object.keys(readPlainly(file).tensors).sort();

  it('is equal for an equal model', async () => {
    const kind = kindOf('amsgrad');
    const model = await trained(kind);
    expect(model.save()).toEqual(model.save());
    expect((await trained(kind)).save()).toEqual(model.save());
  });

  it('has tensors under the names of nn.Sequential, and those of the optimizer and of the scaling beside them', async () => {
    const model = make({
      name: 'everything',
      options: {
        layers: [
          { units: 5, activation: 'prelu', batchNorm: true, dropout: 0.1 }, // 0 Linear, 1 BatchNorm, 2 PReLU, 3 Dropout
          { units: 4, batchNorm: { position: 'after' }, dropout: 0.1 }, // 4 Linear, 5 BatchNorm, 6 Dropout
          { units: 3, activation: 'relu', useBias: false }, // 7 Linear, 8 ReLU
          { units: 2 }, // 9 Linear
        ],
        inputScaling: 'zScore',
      },
      compile: { optimizer: { name: 'sgd', momentum: 0.9 } as never },
    });
    await model.fit(...dataOf(kinds[0]!), fitting);
    const norm = ['weight', 'bias', 'running_mean', 'running_var'];
    const trainedTensors = ['0.weight', '0.bias', '1.weight', '1.bias', '2.weight'].concat([
      '4.weight',
      '4.bias',
      '5.weight',
      '5.bias',
      '7.weight',
      '9.weight',
      '9.bias',
    ]);
    const all = [
      ...trainedTensors,
      ...trainedTensors.map((name) => `optimizer.momentum.${name}`),
      ...[1, 5].flatMap((module) => norm.slice(2).map((name) => `${module}.${name}`)),
      'scaling.mean',
      'scaling.std',
    ];
    expect(names(model.save())).toEqual(all.sort());
  });

  it('has kernels in PyTorch’s layout, [units, fanIn]', () => {
    const model = new MLP({ inputSize: 3, layers: [{ units: 2 }] });
    model.setWeights([{ kernel: [1, 2, 3, 4, 5, 6], bias: [7, 8] }]);
    const { tensors } = readPlainly(model.save());
    expect(tensors).toEqual({
      '0.weight': { dtype: 'F32', shape: [2, 3], values: [1, 3, 5, 2, 4, 6] },
      '0.bias': { dtype: 'F32', shape: [2], values: [7, 8] },
    });
  });

  it('is read from an ArrayBuffer, and from a view at any offset', () => {
    const model = make(kinds[0]!);
    const file = model.save();
    const shifted = new Uint8Array(file.length + 5);
    shifted.set(file, 3);
    const [x] = dataOf(kinds[0]!);
    for (const bytes of [file.slice().buffer, shifted.subarray(3, -2), Buffer.from(file)]) {
      expectSame(MLP.load(bytes).predict(x), model.predict(x));
    }
  });
});

describe('metadata', () => {
  const plain = () => new MLP({ inputSize: 1, layers: [{ units: 1 }] });
  const texts = { columns: '{"features":[]}', note: 'été 🌊', __proto__x: '' };

  it('come back, and the model loads', () => {
    const bytes = plain().save({ metadata: texts });
    expect(savedMetadata(bytes)).toEqual(texts);
    expect(readPlainly(bytes).metadata).toMatchObject(texts);
    expect(MLP.load(bytes).getWeights()).toEqual(plain().getWeights());
    expect(savedMetadata(plain().save())).toEqual({});
  });

  it.each<[string, unknown, RegExp]>([
    ['a list', ['a'], /^metadata: expected an object/],
    ['a number in it', { note: 3 }, /^metadata\["note"\]: expected a string, got 3/],
    ['a Map', new Map([['note', 'x']]), /^metadata: .*got an object \(Map\)/],
    ['inherited texts', Object.create({ note: 'x' }), /^metadata: .*got an object \(Object\)/],
    ['the library’s own name', { evenkeel: '{}' }, /^metadata.evenkeel: /],
  ])('are refused: %s', (_, metadata, message) => {
    expect(() => plain().save({ metadata: metadata as never })).toThrow(message);
  });
});
