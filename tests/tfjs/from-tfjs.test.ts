/** Models from files of TF.js and its converter, against the outputs of TF.js and Keras. */
import { describe, expect, it } from 'vitest';
import { fromTfjs, type TfjsFiles, tfjsInfo } from '../../src/tfjs/index.js';
import { expectOutputs } from '../support/foreign-outputs.js';
import { mutated } from '../support/mutated.js';
import { changed, layersOf, type TfjsFile, type TfjsJson, tfjsFiles } from '../support/tfjs-files.js';

const own = tfjsFiles('tfjs');
const converted = tfjsFiles('tfjs-converter');
const files = [...own, ...converted];
const fileOf = (name: string) => files.find((file) => file.name === name)!;
const partsOf = ({ modelJson, weights }: TfjsFile): TfjsFiles => ({ modelJson, weights });

/** Networks that no chain of dense layers with the library's activations computes, with the message for each. */
const refused: Readonly<Record<string, string>> = {
  'act-logSoftmax':
    "modelJson: layer 'dense_Dense23', Dense: needs softmax in the place of log_softmax: the outputs of a model are probabilities, not their logarithms",
  'act-softmax':
    "modelJson: layer 'dense_Dense22', Dense: comes after a softmax, which needs to be the last step",
  'layer-thresholded-relu':
    "modelJson: layer 'thresholded_re_lu_ThresholdedReLU1', ThresholdedReLU: needs to be a dense layer, a scaling, or an activation that a model has",
  'refuse-conv': 'Conv2D: needs to be a dense layer, a scaling, or an activation that a model has',
  'refuse-lstm': 'LSTM: needs to be a dense layer, a scaling, or an activation that a model has',
  'refuse-skip':
    "modelJson: layer 'add_Add1', Add: needs one input, because a chain has no branches, and has 2",
  'refuse-two-outputs': 'modelJson: expected one output, got 2: ',
};

describe('good files', () => {
  const good = files.filter(({ name, outputs }) => outputs !== undefined && !Object.hasOwn(refused, name));

  it.each(good.map((file) => [file.name, file] as const))('%s gives the outputs of the tool', (_, file) => {
    expectOutputs(fromTfjs(partsOf(file)), file);
  });

  it('have outputs that the model of another file misses', () => {
    // A tolerance that accepts anything would accept the outputs of another file too.
    const model = fromTfjs(partsOf(fileOf('act-relu')));
    expect(() => expectOutputs(model, fileOf('act-tanh'))).toThrow(/row 0/);
  });

  it.each(converted.filter(({ dequantized }) => dequantized).map((file) => [file.name, file] as const))(
    '%s has the weights that TF.js reads, bit by bit',
    (_, file) => {
      const weights = fromTfjs(partsOf(file)).getWeights();
      const found = weights.flatMap(({ kernel, bias }) => [kernel, bias]);
      expect(file.dequantized!.length).toBe(found.length);
      for (const [i, { values }] of file.dequantized!.entries()) expect([...found[i]!]).toEqual(values);
    },
  );
});

describe('files that are no chain of dense layers', () => {
  it.each(Object.entries(refused))('%s is refused in one sentence', (name, message) => {
    const attempt = () => fromTfjs(partsOf(fileOf(name)));
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(/^modelJson: [^\n]*$/);
    expect(attempt).toThrow(message);
  });

  it.each<[string, (json: TfjsJson) => void, string]>([
    [
      'an activation that a model lacks',
      (json) => {
        layersOf(json)[0]!.config.activation = 'exponential';
      },
      "Dense: needs an activation that a model has, and not 'exponential'",
    ],
    [
      'an activation that is no text',
      (json) => {
        layersOf(json)[0]!.config.activation = 3;
      },
      'Dense: needs an activation that a model has, and not 3',
    ],
    [
      'the name of a property of every object',
      (json) => {
        layersOf(json)[0]!.config.activation = 'constructor';
      },
      "Dense: needs an activation that a model has, and not 'constructor'",
    ],
    [
      'a class with the name of a property of every object',
      (json) => {
        layersOf(json)[1]!.class_name = '__proto__';
      },
      '__proto__: needs to be a dense layer',
    ],
    [
      'units of another kernel',
      (json) => {
        layersOf(json)[0]!.config.units = 7;
      },
      'Dense: needs a kernel of the shape [any, 7], and its shape is [4, 6]',
    ],
    [
      'units that are no number',
      (json) => {
        layersOf(json)[0]!.config.units = '6';
      },
      "Dense: needs a whole number ≥ 1 as its units, not '6'",
    ],
    [
      'a bias that is missing',
      (json) => {
        json.weightsManifest[0]!.weights[1]!.name = 'else/bias';
      },
      "Dense: needs one tensor whose name is or ends with 'dense_Dense3/bias', and of the weights none has it",
    ],
    [
      'a width that the kernel does not have',
      (json) => {
        layersOf(json)[0]!.config.batch_input_shape = [null, 5];
      },
      'Dense: needs rows of 5 values, but gets rows of 4',
    ],
    [
      'rows of rows',
      (json) => {
        layersOf(json)[0]!.config.batch_input_shape = [null, 3, 4];
      },
      'Dense: needs rows of numbers, and its inputs have the shape [3, 4]; a Flatten layer makes them rows',
    ],
    [
      'no layers',
      (json) => {
        json.modelTopology.config.layers = [];
      },
      'modelJson: expected a dense layer, got none',
    ],
    [
      'a graph model',
      (json) => {
        json.format = 'graph-model';
      },
      'modelJson: expected a layers model, got a graph model, which has no layers',
    ],
    [
      'another kind of model',
      (json) => {
        json.modelTopology.class_name = 'Subclassed';
      },
      "modelJson: expected a Sequential or functional model, got 'Subclassed'",
    ],
    [
      'NaN as an option',
      (json) => {
        layersOf(json)[1]!.class_name = 'LeakyReLU';
        layersOf(json)[1]!.config.alpha = NaN;
      },
      'LeakyReLU: needs a number as its negative_slope, not NaN',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => fromTfjs(changed('act-relu', change))).toThrow(message);
  });

  it('refuses models nested without end', () => {
    let topology: object = { class_name: 'Sequential', config: { layers: [] } };
    for (let i = 0; i < 1000; i++) topology = { class_name: 'Sequential', config: { layers: [topology] } };
    const modelJson = { modelTopology: topology, weightsManifest: [] };
    expect(() => fromTfjs({ modelJson, weights: new Uint8Array(0) })).toThrow(
      'modelJson: needs at most 16 models within each other',
    );
  });

  it('refuses a functional model whose layers go round', () => {
    const files = changed('functional', (json) => {
      (layersOf(json)[1] as unknown as { inbound_nodes: unknown }).inbound_nodes = [[['norm', 0, 0, {}]]];
    });
    expect(() => fromTfjs(files)).toThrow(
      "layer 'norm', BatchNormalization: needs inputs that do not depend on its own output",
    );
  });
});

describe('modelJson', () => {
  const file = fileOf('act-relu');
  const text = Buffer.from(file.modelJson).toString();

  it.each<[string, TfjsFiles['modelJson']]>([
    ['an object', JSON.parse(text)],
    ['a text', text],
    ['a text with a byte order mark', `\uFEFF${text}`],
    ['bytes', file.modelJson],
    ['an ArrayBuffer', file.modelJson.slice().buffer],
  ])('may be %s', (_, modelJson) => {
    expectOutputs(fromTfjs({ modelJson, weights: file.weights }), file);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /^modelJson: expected JSON \(/],
    [
      'no object',
      '[]',
      /^modelJson: expected a JSON object, got an array of 0|^modelJson: expected a JSON object, got Array of 0/,
    ],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe), /^modelJson: expected JSON, got bytes that are not UTF-8/],
    ['a number', 3, /^modelJson: expected an object, a text or bytes of JSON, got 3/],
    ['an empty object', {}, /^modelJson: expected a Sequential or functional model, got no class_name/],
    [
      'no manifest',
      { modelTopology: JSON.parse(text).modelTopology },
      /^modelJson: expected a list as its weightsManifest, got undefined/,
    ],
  ])('is refused: %s', (_, modelJson, message) => {
    expect(() => fromTfjs({ modelJson: modelJson as string, weights: file.weights })).toThrow(message);
  });

  it('refuses unknown options and files', () => {
    expect(() => fromTfjs(partsOf(file), { strict: true } as never)).toThrow(
      /^options\.strict: unknown option/,
    );
    expect(() => fromTfjs({ ...partsOf(file), model: 1 } as never)).toThrow(/^files\.model: unknown/);
  });
});

describe('what a model keeps', () => {
  it('keeps batch norms with momentum and epsilon, dropouts, and slopes', () => {
    expect(fromTfjs(partsOf(fileOf('batchnorm-before'))).config.layers[0]).toMatchObject({
      useBias: false,
      batchNorm: { momentum: 0.01, epsilon: 1e-3, position: 'before' },
      activation: { name: 'relu' },
    });
    expect(fromTfjs(partsOf(fileOf('batchnorm-after'))).config.layers[0]!.batchNorm).toMatchObject({
      position: 'after',
    });
    expect(fromTfjs(partsOf(fileOf('dropout'))).config.layers[0]!.dropout).toBe(0.3);
    expect(fromTfjs(partsOf(fileOf('keras3-bn-dropout'))).config.layers[0]!.dropout).toBe(0.3);
    expect(fromTfjs(partsOf(fileOf('layer-prelu-shared'))).config.layers[0]!.activation).toMatchObject({
      shared: true,
    });
    expect(fromTfjs(partsOf(fileOf('layer-leaky-relu'))).config.layers[0]!.activation).toEqual({
      name: 'leakyRelu',
      negativeSlope: 0.3,
    });
  });

  it('tells what it leaves out', () => {
    expect(tfjsInfo(partsOf(fileOf('noise'))).notes).toEqual([
      "modelJson: layer 'gaussian_noise_GaussianNoise1', GaussianNoise: acts in training only, and a model has no such layer",
      "modelJson: layer 'gaussian_dropout_GaussianDropout1', GaussianDropout: acts in training only, and a model has no such layer",
      "modelJson: layer 'alpha_dropout_AlphaDropout1', AlphaDropout: acts in training only, and a model has no such layer",
    ]);
    const first = changed('dropout', (json) => {
      const layers = layersOf(json);
      const [dense, dropout] = layers as [(typeof layers)[0], (typeof layers)[0]];
      dropout.config.batch_input_shape = dense.config.batch_input_shape;
      layers.splice(0, 2, dropout, dense);
    });
    expect(tfjsInfo(first).notes).toEqual([
      expect.stringMatching(
        /Dropout: its dropout is left out, because a model drops outputs of hidden layers only$/,
      ),
    ]);
    expect(fromTfjs(first).config.layers[0]!.dropout).toBe(0);
  });

  it('tells producer, version and metadata', () => {
    expect(tfjsInfo(partsOf(fileOf('compiled')))).toMatchObject({
      producer: 'TensorFlow.js tfjs-layers v4.22.0',
      kerasVersion: 'tfjs-layers 4.22.0',
      metadata: { columns: ['a', 'b', 'c', 'd'], classes: ['x', 'y', 'z'] },
    });
    expect(tfjsInfo(partsOf(fileOf('keras3-dense')))).toMatchObject({
      producer: 'keras v3.15.1',
      kerasVersion: '3.15.1',
    });
  });

  it('computes on the backend that is named', () => {
    expect(fromTfjs(partsOf(fileOf('act-relu')), { backend: 'javascript64' }).backend).toBe('javascript64');
  });
});

describe('broken files', () => {
  it('give a model or an error in words, quickly', { timeout: 3_600_000 }, () => {
    const count = Number(process.env.EVENKEEL_MUTATED ?? 1000);
    let accepted = 0;
    const joined = files.map(({ weights }) => new Uint8Array(Buffer.concat(Object.values(weights))));
    const all = files.flatMap(({ modelJson }, f) => [modelJson, joined[f]!]);
    const texts = new Map(all.map((bytes, i) => [bytes, i]));
    for (const bytes of all) {
      const f = texts.get(bytes)! >> 1;
      const isText = texts.get(bytes)! % 2 === 0;
      for (const { bytes: broken, label } of mutated([bytes], Math.ceil(count / all.length))) {
        const parts = isText
          ? { modelJson: broken, weights: joined[f]! }
          : { modelJson: files[f]!.modelJson, weights: broken };
        try {
          fromTfjs(parts);
          accepted++;
        } catch (error) {
          expect(error, `${files[f]!.name}, ${label}`).toBeInstanceOf(RangeError);
          expect((error as Error).message, `${files[f]!.name}, ${label}`).toMatch(/^(?:modelJson|weights)\b/);
        }
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
