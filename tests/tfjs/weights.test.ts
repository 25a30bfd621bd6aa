/** Weights of TF.js models: shards, quantized numbers, and files that do not fit. */
import { describe, expect, it } from 'vitest';
import { fromTfjs, type TfjsFiles } from '../../src/tfjs/index.js';
import { expectOutputs } from '../support/foreign-outputs.js';
import { changed, tfjsFiles } from '../support/tfjs-files.js';

const own = tfjsFiles('tfjs');
const converted = tfjsFiles('tfjs-converter');
const files = [...own, ...converted];
const fileOf = (name: string) => files.find((file) => file.name === name)!;

describe('weights', () => {
  const shards = fileOf('shards');
  const parts = Object.values(shards.weights);
  const whole = new Uint8Array(Buffer.concat(parts));

  it.each<[string, TfjsFiles['weights']]>([
    ['one file', whole],
    ['an ArrayBuffer', whole.buffer],
    ['files in order', parts],
    [
      'files cut within numbers',
      [whole.subarray(0, 3), whole.subarray(3, 4), whole.subarray(4, 205), whole.subarray(205)],
    ],
    ['files by paths', { ...shards.weights, 'other.bin': new Uint8Array(3) }],
  ])('may be %s', (_, weights) => {
    expectOutputs(fromTfjs({ modelJson: shards.modelJson, weights }), shards);
  });

  it('are matched by their names and not by their places', () => {
    const file = fileOf('act-relu');
    const [bytes] = Object.values(file.weights);
    const files = changed('act-relu', (json) => {
      const [group] = json.weightsManifest;
      group!.weights.reverse();
    });
    // kernel [4, 6], bias [6], kernel [6, 3], bias [3]
    const cuts = [0, 96, 120, 192, 204];
    const reversed = [3, 2, 1, 0].map((i) => bytes!.subarray(cuts[i], cuts[i + 1]));
    expectOutputs(fromTfjs({ ...files, weights: reversed }), file);
  });

  it('may be what TF.js passes to a save handler', () => {
    const file = fileOf('compiled');
    const { modelTopology, weightsManifest, ...rest } = JSON.parse(Buffer.from(file.modelJson).toString());
    const weightSpecs = weightsManifest[0].weights;
    const artifacts = { modelTopology, weightSpecs, ...rest };
    expectOutputs(fromTfjs({ modelJson: artifacts, weights: Object.values(file.weights) }), file);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'too few bytes',
      whole.subarray(1),
      /^weights: expected at least 556 bytes, to the end of tensor 'dense_Dense83\/bias', got 555$/,
    ],
    [
      'too many bytes',
      [...parts, new Uint8Array(1)],
      /^weights: expected the 556 bytes of the manifest, got 557$/,
    ],
    [
      'no bytes',
      undefined,
      /^weights: expected bytes, an array of them or an object of them by path, got undefined$/,
    ],
    ['an array of numbers', [1, 2], /^weights\[0\]: expected a Uint8Array or an ArrayBuffer, got 1$/],
    [
      'a missing file',
      { 'group1-shard1of3.bin': parts[0] },
      /^weights: expected the file 'group1-shard2of3.bin' of the manifest, got none$/,
    ],
  ])('are refused: %s', (_, weights, message) => {
    expect(() => fromTfjs({ modelJson: shards.modelJson, weights: weights as Uint8Array })).toThrow(message);
  });

  it.each<[string, (tensor: Record<string, unknown>) => void, string]>([
    [
      'a huge shape',
      (tensor) => Object.assign(tensor, { shape: [2 ** 31, 2 ** 31] }),
      'weights: expected at least 18446744073709552000 bytes',
    ],
    [
      'a negative shape',
      (tensor) => Object.assign(tensor, { shape: [-4, -6] }),
      "modelJson: tensor 'dense_Dense3/kernel': expected a list of sizes ≥ 0 as its shape",
    ],
    [
      'no shape',
      (tensor) => Object.assign(tensor, { shape: undefined }),
      'expected a list of sizes ≥ 0 as its shape, got undefined',
    ],
    [
      'whole numbers',
      (tensor) => Object.assign(tensor, { dtype: 'int32' }),
      "weights: tensor 'dense_Dense3/kernel': expected 32-bit floats, got int32",
    ],
    [
      'texts',
      (tensor) => Object.assign(tensor, { dtype: 'string' }),
      "expected a dtype of numbers, got 'string'",
    ],
    [
      'a dtype named as a property of every object',
      (tensor) => Object.assign(tensor, { dtype: 'constructor' }),
      "expected a dtype of numbers, got 'constructor'",
    ],
    [
      'an unknown quantization',
      (tensor) => Object.assign(tensor, { quantization: { dtype: 'int4' } }),
      "expected a dtype of numbers of its quantization: uint8, uint16 or float16, got 'int4'",
    ],
    ['no name', (tensor) => Object.assign(tensor, { name: 7 }), 'modelJson: expected a name for each tensor'],
  ])('are refused: %s', (_, change, message) => {
    expect(() =>
      fromTfjs(changed('act-relu', (json) => change(json.weightsManifest[0]!.weights[0]!))),
    ).toThrow(message);
  });

  it('are refused if quantized values have no scale', () => {
    const files = changed('quantized-uint8', (json) => {
      json.weightsManifest[0]!.weights[0]!.quantization = { dtype: 'uint8', min: 0 };
    });
    expect(() => fromTfjs(files)).toThrow('expected scale and min of its quantization, got undefined and 0');
  });

  it('are refused if they belong to no layer', () => {
    const files = changed('act-relu', (json) => {
      json.weightsManifest[0]!.weights.push({ name: 'other/kernel', shape: [1], dtype: 'float32' });
    });
    const weights = new Uint8Array(
      Buffer.concat([...Object.values(fileOf('act-relu').weights), new Uint8Array(4)]),
    );
    expect(() => fromTfjs({ ...files, weights })).toThrow(
      "weights: expected tensors of the layers only, got 'other/kernel'",
    );
  });

  it('are refused if a value is NaN', () => {
    const { modelJson, weights } = fileOf('act-relu');
    const bytes = Object.values(weights)[0]!.slice();
    new DataView(bytes.buffer).setFloat32(8, NaN, true);
    expect(() => fromTfjs({ modelJson, weights: bytes })).toThrow(
      "weights: tensor 'dense_Dense3/kernel': value 2 is NaN",
    );
  });

  it('are told apart by the models that contain the layers', () => {
    // Both inner models have a layer of the same name, and the converter names tensors by path.
    const dense = { class_name: 'Dense', config: { name: 'dense', units: 1, use_bias: false } };
    const inner = (name: string) => ({ class_name: 'Sequential', config: { name, layers: [dense] } });
    const modelJson = {
      modelTopology: { class_name: 'Sequential', config: { name: 'all', layers: [inner('a'), inner('b')] } },
      weightsManifest: [
        {
          paths: [],
          weights: ['all/b/dense/kernel:0', 'all/a/dense/kernel:0'].map((name) => ({
            name,
            shape: [1, 1],
            dtype: 'float32',
          })),
        },
      ],
    };
    const weights = new Uint8Array(Float32Array.of(3, 5).buffer);
    const kernels = fromTfjs({ modelJson, weights })
      .getWeights()
      .map(({ kernel }) => kernel[0]);
    expect(kernels).toEqual([5, 3]);
  });
});
