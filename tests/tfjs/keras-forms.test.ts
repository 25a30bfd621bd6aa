/** Forms in which versions of Keras and TF.js write the same layers. */
import { describe, expect, it } from 'vitest';
import { fromTfjs, type TfjsFiles, tfjsInfo } from '../../src/tfjs/index.js';
import { changed, layersOf } from '../support/tfjs-files.js';

describe('hard sigmoid', () => {
  const model = (keras_version: string) =>
    fromTfjs({
      modelJson: {
        modelTopology: {
          keras_version,
          model_config: {
            class_name: 'Sequential',
            config: [
              {
                class_name: 'Dense',
                config: { name: 'd', units: 1, use_bias: false, activation: 'hard_sigmoid' },
              },
            ],
          },
        },
        weightsManifest: [{ paths: ['w'], weights: [{ name: 'd/kernel', shape: [1, 1], dtype: 'float32' }] }],
      },
      weights: new Uint8Array(Float32Array.of(1).buffer),
    });

  it.each([
    ['2.15.0', 0.2],
    ['tfjs-layers 4.22.0', 0.2],
    ['3.0.0', 1 / 6],
    ['3.15.1', 1 / 6],
  ])('of Keras %s has the slope %d', (version, slope) => {
    const x = [-4, -2.6, -1, 0, 0.5, 2.8, 4];
    const expected = x.map((value) => Math.min(1, Math.max(0, slope * value + 0.5)));
    const predicted = model(version).predict(x.map((value) => [value]));
    for (const [i, value] of expected.entries()) expect(predicted[i]).toBeCloseTo(value, 6);
  });
});

describe('forms of Keras', () => {
  const dense = (name: string, more: object = {}) => ({
    class_name: 'Dense',
    name,
    config: { name, units: 2, use_bias: false, ...more },
  });
  const parts = (layers: object[], more: object = {}): TfjsFiles => {
    const names = layers.flatMap((layer) =>
      (layer as { class_name: string }).class_name === 'Dense' ? [(layer as { name: string }).name] : [],
    );
    return {
      modelJson: {
        modelTopology: { class_name: 'Functional', config: { name: 'f', layers, ...more } },
        weightsManifest: [
          {
            paths: [],
            weights: names.map((name) => ({ name: `${name}/kernel`, shape: [2, 2], dtype: 'float32' })),
          },
        ],
      },
      weights: new Uint8Array(Float32Array.from(names.flatMap(() => [1, 2, 3, 4])).buffer),
    };
  };
  const input = {
    class_name: 'InputLayer',
    name: 'in',
    config: { name: 'in', batch_shape: [null, 2] },
    inbound_nodes: [],
  };
  const keras3 = (name: string) => [
    {
      args: [
        {
          class_name: '__keras_tensor__',
          config: { shape: [null, 2], dtype: 'float32', keras_history: [name, 0, 0] },
        },
      ],
      kwargs: { mask: null },
    },
  ];
  const ends = { input_layers: [['in', 0, 0]], output_layers: [['out', 0, 0]] };

  it.each<[string, unknown, object]>([
    ['Keras 2', [[['in', 0, 0, {}]]], ends],
    ['later versions of Keras 2', [['in', 0, 0, {}]], ends],
    ['Keras 3', keras3('in'), { input_layers: ['in', 0, 0], output_layers: ['out', 0, 0] }],
  ])('takes the inputs of a layer as in %s', (_, inbound_nodes, more) => {
    const model = fromTfjs(parts([{ ...dense('out'), inbound_nodes }, input], more));
    expect([...model.predict([[1, 1]])]).toEqual([4, 6]);
  });

  it('refuses a layer that is used twice', () => {
    const twice = { ...dense('out'), inbound_nodes: [[['in', 0, 0, {}]], [['out', 0, 0, {}]]] };
    expect(() => fromTfjs(parts([input, twice], ends))).toThrow(
      "layer 'out', Dense: needs one use, because a chain has no branches, and has 2",
    );
  });

  it('refuses a layer beside the chain', () => {
    const layers = [
      input,
      { ...dense('side'), inbound_nodes: [[['in', 0, 0, {}]]] },
      { ...dense('out'), inbound_nodes: [[['in', 0, 0, {}]]] },
    ];
    expect(() => fromTfjs(parts(layers, ends))).toThrow(
      "layer 'side', Dense: needs a place between input and output, because a chain has no branches",
    );
  });

  it('refuses a tensor among the keywords of a call', () => {
    const inbound_nodes = [[['in', 0, 0, { scale: ['in', 0, 0] }]]];
    expect(() => fromTfjs(parts([input, { ...dense('out'), inbound_nodes }], ends))).toThrow(
      'needs one input, because a chain has no branches, and has 2',
    );
  });

  it('refuses a layer that is not there', () => {
    expect(() =>
      fromTfjs(parts([input, { ...dense('out'), inbound_nodes: [[['gone', 0, 0, {}]]] }], ends)),
    ).toThrow("modelJson: expected a layer 'gone', which another one names");
  });

  it.each<[string, unknown, number[]]>([
    ['a text', 'relu', [0, 6]],
    [
      'a function of Keras 3',
      { module: 'builtins', class_name: 'function', config: 'relu', registered_name: 'function' },
      [0, 6],
    ],
    ['a function of TF.js', { class_name: 'relu', config: {} }, [0, 6]],
    [
      'a layer',
      {
        module: 'keras.layers',
        class_name: 'LeakyReLU',
        config: { negative_slope: 0.5 },
        registered_name: null,
      },
      [-1, 6],
    ],
    ['nothing', null, [-2, 6]],
  ])('takes %s as an activation', (_, activation, expected) => {
    const { modelJson } = parts(
      [{ ...dense('out', { activation }), inbound_nodes: [[['in', 0, 0, {}]]] }, input],
      ends,
    );
    const weights = new Uint8Array(Float32Array.of(1, 2, -3, 4).buffer);
    expect([...fromTfjs({ modelJson, weights }).predict([[1, 1]])]).toEqual(expected);
  });
});

describe('batch norms and scalings of Keras', () => {
  it('notes a momentum that a model cannot have', () => {
    const files = changed('batchnorm-before', (json) => {
      layersOf(json)[1]!.config.momentum = 1;
    });
    expect(tfjsInfo(files).notes).toEqual([
      "modelJson: layer 'batch_normalization_BatchNormalization1', BatchNormalization: a model has no momentum 1",
    ]);
    expect(fromTfjs(files).config.layers[0]!.batchNorm).toMatchObject({ momentum: 0.1 });
  });

  it('takes the arrays of NumPy that Keras 3 writes', () => {
    const files = changed('act-relu', (json) => {
      const [dense] = layersOf(json);
      const { batch_input_shape } = dense!.config;
      const array = (value: number[]) => ({ class_name: '__numpy__', config: { value, dtype: 'float64' } });
      const config = { batch_input_shape, scale: array([0.5, 1, 2, 4]), offset: array([0, 0, 1, 1]) };
      layersOf(json).unshift({ class_name: 'Rescaling', config });
    });
    expect(fromTfjs(files).config.inputScaling).toEqual({
      mean: [0, 0, -0.5, -0.25],
      std: [2, 1, 0.5, 0.25],
    });
  });
});

describe('activations of Keras 3 by their names', () => {
  const relu6 = (z: number) => Math.min(6, Math.max(0, z));
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const elu = (z: number) => (z > 0 ? z : Math.expm1(z));

  it.each<[string, (z: number) => number, string]>([
    ['linear', (z) => z, 'identity'],
    ['relu', (z) => Math.max(0, z), 'relu'],
    ['sigmoid', sigmoid, 'sigmoid'],
    ['tanh', Math.tanh, 'tanh'],
    ['softsign', (z) => z / (1 + Math.abs(z)), 'softsign'],
    ['softplus', (z) => Math.log1p(Math.exp(z)), 'softplus'],
    ['selu', (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)), 'selu'],
    ['elu', elu, 'elu'],
    ['celu', elu, 'elu'],
    ['leaky_relu', (z) => (z > 0 ? z : 0.2 * z), 'leakyRelu'],
    ['silu', (z) => z * sigmoid(z), 'silu'],
    ['swish', (z) => z * sigmoid(z), 'silu'],
    ['mish', (z) => z * Math.tanh(Math.log1p(Math.exp(z))), 'mish'],
    ['hard_sigmoid', (z) => relu6(z + 3) / 6, 'hardSigmoid'],
    ['hard_silu', (z) => (z * relu6(z + 3)) / 6, 'hardSwish'],
    ['hard_swish', (z) => (z * relu6(z + 3)) / 6, 'hardSwish'],
    ['relu6', relu6, 'hardSigmoid'],
    ['hard_tanh', (z) => Math.min(1, Math.max(-1, z)), 'hardSigmoid'],
    ['log_sigmoid', (z) => Math.log(sigmoid(z)), 'softplus'],
    [
      'gelu_new',
      (z) => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
      'geluTanh',
    ],
  ])('%s', (activation, formula, name) => {
    const layer = { class_name: 'Dense', config: { name: 'd', units: 1, use_bias: false, activation } };
    const model = fromTfjs({
      modelJson: {
        modelTopology: { keras_version: '3.10.0', class_name: 'Sequential', config: { layers: [layer] } },
        weightsManifest: [{ paths: ['w'], weights: [{ name: 'd/kernel', shape: [1, 1], dtype: 'float32' }] }],
      },
      weights: new Uint8Array(Float32Array.of(1).buffer),
    });
    const x = [-7, -3.5, -2, -0.7, -0.1, 0, 0.3, 1.5, 2.9, 5, 8];
    const predicted = model.predict(x.map((z) => [z]));
    for (const [i, z] of x.entries()) expect(predicted[i], `z = ${z}`).toBeCloseTo(formula(z), 5);
    expect(model.config.layers[0]!.activation.name).toBe(name);
  });

  it.each([
    [{ negative_slope: 0.1 }, [-0.3, 5]],
    [{ max_value: 2 }, [0, 2]],
    [{}, [0, 5]],
  ])('a ReLU layer with %j', (config, expected) => {
    const files = changed('layer-relu', (json) => {
      layersOf(json)[1]!.config = { name: 'r', ...config };
      json.modelTopology.config.layers.length = 2;
      layersOf(json)[0]!.config.batch_input_shape = [null, 2];
      Object.assign(layersOf(json)[0]!.config, { units: 2, use_bias: false, name: 'd' });
      json.weightsManifest = [
        { paths: ['w'], weights: [{ name: 'd/kernel', shape: [2, 2], dtype: 'float32' }] },
      ];
    });
    const weights = new Uint8Array(Float32Array.of(1, 0, 0, 1).buffer);
    const predicted = fromTfjs({ ...files, weights }).predict([[-3, 5]]);
    for (const [i, value] of expected.entries()) expect(predicted[i]).toBeCloseTo(value, 6);
  });

  it.each([
    [{ threshold: 1 }, 'ReLU: needs threshold 0, and not 1'],
    [{ max_value: -1 }, 'ReLU: needs a max_value above 0, and not -1'],
    [{ max_value: 6, negative_slope: 0.1 }, 'ReLU: needs negative_slope 0 beside a max_value'],
  ])('a ReLU layer with %j is refused', (config, message) => {
    const files = changed('layer-relu', (json) => {
      Object.assign(layersOf(json)[1]!.config, config);
    });
    expect(() => fromTfjs(files)).toThrow(message);
  });
});
