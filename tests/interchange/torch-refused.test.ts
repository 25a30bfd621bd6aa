/** State dicts of PyTorch that do not agree with the options, and files that MLP.load refuses. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MLP, prelu } from '../../src/index.js';
import { type FromTorchOptions, fromTorch } from '../../src/interchange/index.js';
import { readSafetensors, writeSafetensors } from '../../src/saving/index.js';
import { untyped } from '../support/refusals.js';
import { fileOf } from '../support/safetensors.js';
import { bytesOf, dict, firstWeights, folder, norm, relu, type Shapes } from '../support/state-dicts.js';

describe('what does not agree', () => {
  const two = { '0.weight': [3, 2], '0.bias': [3], '2.weight': [1, 3] };

  it.each<[string, Shapes, unknown, string]>([
    [
      'no activations',
      two,
      {},
      "layers: expected the activations, which a state dict does not hold, such as [{ activation: 'relu' }, {}]; the file has '0' [3, 2], '2' [1, 3]",
    ],
    ['no options', two, undefined, 'options: expected an object'],
    ['an unknown option', two, { layer: [] }, 'options.layer: unknown option'],
    ['layers that are no array', two, { layers: 2 }, 'layers: expected an array of layers, got 2'],
    ['too few layers', two, { layers: [{}] }, "layers: expected 2 layers, for '0' [3, 2], '2' [1, 3], got 1"],
    ['an unknown key of a layer', two, { layers: [{ act: 'relu' }, {}] }, 'layers[0].act: unknown option'],
    [
      'an unknown activation',
      two,
      { layers: [{ activation: 'rely' }, {}] },
      "layers[0].activation: unknown name 'rely'",
    ],
    [
      'other units',
      two,
      { layers: [{ units: 4 }, {}] },
      "layers[0].units: expected 3, as in '0' [3, 2], got 4",
    ],
    [
      'a bias that is missing',
      two,
      { layers: [{}, { useBias: true }] },
      "layers[1].useBias: expected false, because '2' has no bias, got true",
    ],
    [
      'a bias too many',
      two,
      { layers: [{ useBias: false }, {}] },
      "layers[0].useBias: expected true, because '0' has a bias, got false",
    ],
    [
      'slopes that are missing',
      two,
      { layers: [{ activation: 'prelu' }, {}] },
      "tensors: the slopes of the PReLU behind '0' are missing",
    ],
    [
      'slopes too many',
      { ...two, '1.weight': [3] },
      relu,
      "layers[0].activation: expected 'prelu', because '1' has slopes, got 'relu'",
    ],
    [
      'slopes of another size',
      { ...two, '1.weight': [2] },
      { layers: [{ activation: 'prelu' }, {}] },
      "tensors: '1' [2] does not fit behind '0' [3, 2]",
    ],
    [
      'a bias of another size',
      { ...two, '0.bias': [2] },
      relu,
      "tensors: tensor '0.bias': expected the shape [3], got [2]",
    ],
    [
      'a bias alone',
      { ...two, '5.bias': [2] },
      relu,
      "tensors: tensor '5.bias' [2]: has no place in a chain of Linear, BatchNorm1d and PReLU",
    ],
    [
      'a convolution',
      { ...two, '5.weight': [2, 3, 3, 3] },
      relu,
      "tensor '5.weight' [2, 3, 3, 3]: has no place",
    ],
    [
      'another tensor',
      { ...two, 'lstm.weight_ih_l0': [2, 3] },
      relu,
      "tensor 'lstm.weight_ih_l0' [2, 3]: has no place",
    ],
    ['an old weight norm', { ...two, '4.weight_g': [2, 1] }, relu, "tensor '4.weight_g': is no kernel"],
    ['a pruned kernel', { ...two, '4.weight_mask': [2, 1] }, relu, 'torch.nn.utils.prune.remove'],
    ['no Linear', norm('0', 2), relu, 'tensors: expected a Linear, got none'],
    ['nothing', {}, relu, 'tensors: expected a Linear, got none'],
    ['an empty kernel', { '0.weight': [0, 2] }, relu, "tensor '0.weight' [0, 2]: has no place"],
    [
      'both',
      two,
      { ...relu, config: { inputSize: 2, layers: [{ units: 3 }, { units: 1 }] } },
      'layers, config: expected one of them, got both',
    ],
    [
      'a config with other units',
      two,
      { config: { inputSize: 2, layers: [{ units: 4 }, { units: 1, useBias: false }] } },
      "config.layers[0].units: expected 3, as in '0' [3, 2], got 4",
    ],
    [
      'a config with another inputSize',
      two,
      { config: { inputSize: 5, layers: [{ units: 3 }, { units: 1, useBias: false }] } },
      "config.inputSize: expected 2, for '0' [3, 2], '2' [1, 3], got 5",
    ],
    [
      'a config with a bias that the file lacks',
      two,
      { config: { inputSize: 2, layers: [{ units: 3 }, { units: 1 }] } },
      "config.layers[1].useBias: expected false, because '2' has no bias, got true",
    ],
    [
      'a config with more layers',
      two,
      { config: { inputSize: 2, layers: [{ units: 3 }] } },
      "config.layers: expected 2 layers, for '0' [3, 2], '2' [1, 3], got 1",
    ],
    [
      'a config with its own fault',
      two,
      { config: { inputSize: 2, layers: [{ units: 3, activation: 'rely' }] } },
      "config: layers[0].activation: unknown name 'rely'",
    ],
    [
      'a config without a batch norm',
      { ...two, ...norm('1', 3), '3.weight': [1, 3], '2.weight': [3] },
      {
        config: {
          inputSize: 2,
          layers: [
            { units: 3, activation: 'prelu' },
            { units: 1, useBias: false },
          ],
        },
      },
      "config.layers[0].batchNorm: expected true, because '1' is a batch norm, got false",
    ],
    [
      'a config with a shared slope',
      { ...two, '1.weight': [3] },
      {
        config: {
          inputSize: 2,
          layers: [
            { units: 3, activation: prelu({ shared: true }) },
            { units: 1, useBias: false },
          ],
        },
      },
      "config.layers[0].activation.shared: expected false, because '1' has 3 slopes",
    ],
  ])('is refused: %s', (_, shapes, options, message) => {
    expect(() => fromTorch(dict(shapes), untyped<FromTorchOptions>(options))).toThrow(message);
  });

  it('refuses tensors that are none', () => {
    for (const [tensors, message] of [
      [7, 'tensors: expected a Map, an object or the bytes of a file, got 7'],
      [{ '0.weight': [1, 2] }, "tensors: '0.weight': expected { shape, values }, got Array of 2"],
      [
        { '0.weight': { shape: [2, 2], values: [1] } },
        "tensors: tensor '0.weight': expected 4 values for the shape [2, 2], got 1",
      ],
      [{ '0.weight': { shape: [2, 2] } }, 'expected 4 values for the shape [2, 2], got undefined'],
      [{ '0.weight': { shape: 4, values: [1] } }, 'expected a shape of whole numbers, got 4'],
      [{ '0.weight': { shape: [-1, -4], values: [1, 2, 3, 4] } }, 'expected a shape of whole numbers'],
      [{ '0.weight': { shape: [1, 2], values: [1, NaN] } }, 'tensors: weights[0].kernel: value 1 is NaN'],
      [
        { '0.weight': { shape: [1, 2], values: ['1', '2'] } },
        'tensors: weights[0].kernel[0]: expected a number',
      ],
      [{ '0.weight': { shape: [1, 2], values: BigInt64Array.of(1n, 2n) } }, 'expected a number, got 1n'],
    ] as const) {
      expect(() => fromTorch(untyped(tensors), { layers: [{}] }), message).toThrow(message);
    }
  });

  it('refuses names that a wrapper makes equal', () => {
    const shapes = { '_orig_mod.0.weight': [2, 2], '0.weight': [2, 2] };
    expect(() => fromTorch(dict(shapes), { layers: [{}] })).toThrow("two tensors have the name '0.weight'");
  });

  it('takes a tensor that is called like a part of every object', () => {
    const tensors = { '__proto__.weight': [3, 2], 'constructor.weight': [1, 3] };
    expect(firstWeights(fromTorch(dict(tensors), { layers: [{}, {}] }))).toEqual([1, 2]);
  });
});

describe('MLP.load', () => {
  const first = (...bytes: number[]) => Uint8Array.from({ length: 64 }, (_, i) => bytes[i] ?? 0x20);

  it('names fromTorch for a state dict', () => {
    expect(() => MLP.load(bytesOf('sequential'))).toThrow(
      "bytes: not a model of evenkeel: its metadata has no 'evenkeel'; fromTorch of evenkeel/interchange makes a model of the weights of PyTorch",
    );
  });

  it.each<[string, Uint8Array, string]>([
    [
      'an ONNX file',
      new Uint8Array(readFileSync(new URL('../onnx/hand/gelu-20.onnx', folder))),
      'an ONNX file: fromOnnx of evenkeel/onnx reads it',
    ],
    [
      'an HDF5 file',
      first(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a),
      'an HDF5 file: fromKeras of evenkeel/interchange',
    ],
    [
      'a zip archive',
      first(0x50, 0x4b, 3, 4, 20, 0, 0, 0),
      'a zip archive: fromKeras of evenkeel/interchange reads .keras files; write weights of PyTorch with save_file of safetensors.torch',
    ],
    [
      'a pickle',
      first(0x80, 2, 0x8a, 10),
      'a pickle: write weights of PyTorch with save_file of safetensors.torch',
    ],
    ['JSON', Buffer.from('{"layers": [], "sizes": []}'), 'JSON: evenkeel/interchange and evenkeel/tfjs'],
  ])('names what reads %s', (_, bytes, message) => {
    for (const read of [() => MLP.load(bytes), () => fromTorch(bytes, relu)]) {
      expect(read).toThrow(RangeError);
      expect(read).toThrow(`bytes: expected a safetensors file, got one that begins like ${message}`);
    }
  });

  it('keeps the reason of a safetensors file whose length begins alike', () => {
    for (const byte of [0x50, 0x7b, 0x80, 0x89]) {
      const file = fileOf(`{${' '.repeat(byte - 2)}`);
      expect(file[0]).toBe(byte - 1);
      const odd = fileOf(`{${' '.repeat(byte - 1)}`);
      expect(odd[0]).toBe(byte);
      expect(() => MLP.load(odd)).toThrow(/^bytes: header: expected a string/);
    }
  });

  it('is named for a file of this library', () => {
    const model = new MLP({ inputSize: 2, layers: [{ units: 1 }] });
    expect(() => fromTorch(model.save(), { layers: [{}] })).toThrow(
      'bytes: a model of evenkeel, which MLP.load reads',
    );
    const bytes = writeSafetensors(readSafetensors(model.save()).tensors);
    expect(fromTorch(bytes, { layers: [{}] }).getWeights()).toEqual(model.getWeights());
  });
});
