/** TF.js models of models: read back with and without the library's metadata. tests/interop loads them with TF.js itself. */
import { describe, expect, it } from 'vitest';
import { type Activation, elu, MLP } from '../../src/index.js';
import { fromTfjs, type TfjsModel, tfjsInfo, toTfjs } from '../../src/tfjs/index.js';
import { inputs, modelOf, models } from '../support/onnx-models.js';
import { writable } from '../support/tfjs-models.js';

/** Compares with the largest number of the block, as sums may cancel. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(found[i]! - expected[i]!), `value ${i}`).toBeLessThanOrEqual(tolerance * largest);
  }
}

/** Returns a model as a program that knows nothing of the metadata would write it. */
const bare = ({ modelJson, weights }: TfjsModel) => ({
  modelJson: { ...modelJson, userDefinedMetadata: {} },
  weights,
});

describe.each(writable)('%s', (_, options) => {
  const model = modelOf(options);
  const predicted = model.predict(inputs);

  it('comes back with the same options and bits', () => {
    const { modelJson, weights } = toTfjs(model);
    const back = fromTfjs({ modelJson: JSON.stringify(modelJson), weights });
    expect(back.predict(inputs)).toEqual(predicted);
    expect(back.config).toEqual(model.config);
    expect(back.getWeights()).toEqual(model.getWeights());
  });

  it('comes back without metadata', () => {
    const back = fromTfjs(bare(toTfjs(model)));
    expectClose(back.predict(inputs), predicted, 1e-6);
    const plain = ({ units, activation, dropout, useBias }: (typeof back.config.layers)[0]) => [
      units,
      activation.name,
      dropout,
      useBias,
    ];
    expect(back.config.layers.map(plain)).toEqual(model.config.layers.map(plain));
  });
});

describe('activations that TF.js cannot read', () => {
  const unwritable = models.filter((each) => !writable.includes(each));

  it('are step, squaredRelu, geluTanh, hardSwish and elu with another alpha', () => {
    const names = unwritable.map(
      ([, { layers }]) => (layers[0]!.activation as { name?: string }).name ?? layers[0]!.activation,
    );
    expect([...new Set(names)].sort()).toEqual(['elu', 'geluTanh', 'hardSwish', 'squaredRelu', 'step']);
  });

  it.each(unwritable)('%s is refused', (_, options) => {
    expect(() => toTfjs(modelOf(options))).toThrow(/^layers\[0\]\.activation: TF\.js /);
  });

  it('are named', () => {
    const of = (activation: Activation) => () =>
      toTfjs(new MLP({ inputSize: 2, layers: [{ units: 2, activation }] }));
    expect(of('hardSwish')).toThrow("layers[0].activation: TF.js 4.22 cannot read 'hardSwish'");
    expect(of(elu({ alpha: 0.5 }))).toThrow(
      "layers[0].activation: TF.js has elu with alpha 1 only, and the model's alpha is 0.5",
    );
  });
});

const classifier = new MLP({
  inputSize: 2,
  layers: [
    { units: 4, activation: 'relu', batchNorm: true },
    { units: 3, activation: 'softmax' },
  ],
});

describe('the file', () => {
  it('lists its tensors in the order of their bytes', () => {
    const { modelJson, weights } = toTfjs(classifier);
    expect(modelJson.weightsManifest).toEqual([
      {
        paths: ['weights.bin'],
        weights: [
          { name: 'layer_1/kernel', shape: [2, 4], dtype: 'float32' },
          { name: 'layer_1/bias', shape: [4], dtype: 'float32' },
          { name: 'layer_1_norm/gamma', shape: [4], dtype: 'float32' },
          { name: 'layer_1_norm/beta', shape: [4], dtype: 'float32' },
          { name: 'layer_1_norm/moving_mean', shape: [4], dtype: 'float32' },
          { name: 'layer_1_norm/moving_variance', shape: [4], dtype: 'float32' },
          { name: 'layer_2/kernel', shape: [4, 3], dtype: 'float32' },
          { name: 'layer_2/bias', shape: [3], dtype: 'float32' },
        ],
      },
    ]);
    expect(weights.byteLength).toBe(4 * (8 + 4 + 16 + 12 + 3));
    expect(weights.buffer.byteLength).toBe(weights.byteLength);
    expect(new DataView(weights.buffer).getFloat32(4, true)).toBe(classifier.getWeights()[0]!.kernel[1]);
  });

  it('keeps names of classes and metadata', () => {
    const classNames = ['a', 'b', 'ü'];
    const model = toTfjs(classifier, {
      classNames,
      metadata: { source: { is: 'a test' } },
      weightsPath: 'w.bin',
    });
    const info = tfjsInfo({ ...model, weights: { 'w.bin': model.weights } });
    expect(info).toMatchObject({
      producer: 'evenkeel',
      classNames,
      metadata: { source: { is: 'a test' } },
      notes: [],
    });
  });

  it.each<[object, RegExp]>([
    [{ classNames: ['a'] }, /^classNames: expected 3 names, got 1/],
    [{ classNames: 'abc' }, /^classNames: expected an array of texts, got 'abc'/],
    [{ metadata: { evenkeel: 'x' } }, /^metadata.evenkeel: the library uses this name/],
    [{ metadata: { classNames: [] } }, /^metadata.classNames: the library uses this name/],
    [{ metadata: 'text' }, /^metadata: expected an object/],
    [{ weightsPath: '' }, /^weightsPath: expected a text, got ''/],
    [{ path: 'x' }, /^options.path: unknown option/],
  ])('refuses %j', (options, message) => {
    expect(() => toTfjs(classifier, options as never)).toThrow(message);
  });

  it('refuses a scaling that has learned nothing', () => {
    const layers = [{ units: 2 }];
    expect(() => toTfjs(new MLP({ inputSize: 2, layers, inputScaling: 'zScore' }))).toThrow(
      /^model: inputScaling 'zScore' depends on the training data/,
    );
    expect(() => toTfjs(new MLP({ inputSize: 2, layers, targetScaling: 'zScore' }))).toThrow(
      /^targetScaling: 'zScore' depends on the training targets/,
    );
  });

  it('refuses values beyond 32-bit floats', () => {
    const model = new MLP({ inputSize: 1, layers: [{ units: 1 }], backend: 'javascript64' });
    model.setWeights([{ kernel: Float64Array.of(1e39), bias: [0] }]);
    expect(() => toTfjs(model)).toThrow(
      'layer_1/kernel: value 0 is 1e+39, beyond the 32-bit floats of the file',
    );
  });
});

describe('bytes as inputs', () => {
  it.each(['unit', 'symmetric'] as const)('%s', (inputScaling) => {
    const model = new MLP({
      inputSize: 3,
      layers: [{ units: 4, activation: 'relu' }, { units: 2 }],
      inputScaling,
    });
    const pixels = Uint8Array.of(0, 128, 255, 7, 9, 250);
    const written = toTfjs(model);
    const back = fromTfjs(written);
    expect(back.predict(pixels)).toEqual(model.predict(pixels));
    expect(back.config).toEqual(model.config);
    expectClose(fromTfjs(bare(written)).predict(Float32Array.from(pixels)), model.predict(pixels), 1e-6);
  });
});

describe('metadata that do not agree with the layers', () => {
  const model = new MLP({ inputSize: 2, layers: [{ units: 3, activation: 'relu' }, { units: 1 }], seed: 7 });

  it('are ignored', () => {
    const { modelJson, weights } = toTfjs(model);
    const changed = JSON.parse(JSON.stringify(modelJson));
    expect(fromTfjs({ modelJson: changed, weights }).seed).toBe(7);
    changed.modelTopology.config.layers[0].config.activation = 'tanh';
    const back = fromTfjs({ modelJson: changed, weights });
    expect(back.seed).toBe(0);
    expect(back.config.layers[0]!.activation).toEqual({ name: 'tanh' });
  });
});
