/** ONNX files of models: computed operator by operator in f64, and read back. */
import { describe, expect, it } from 'vitest';
import { leakyRelu, MLP } from '../../src/index.js';
import { fromOnnx, onnxInfo, toOnnx } from '../../src/onnx/index.js';
import { readMessage, writeMessage } from '../../src/onnx/protobuf.js';
import { evaluated } from '../support/onnx-evaluator.js';
import { inputs, modelOf, models } from '../support/onnx-models.js';

/** Compares with the largest number of the block, as sums may cancel. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(found[i]! - expected[i]!), `value ${i}`).toBeLessThanOrEqual(tolerance * largest);
  }
}

/** Returns the operators of a file. */
const opsOf = (bytes: Uint8Array) => readMessage('Model', bytes).graph!.nodes!.map(({ op }) => op);

/** Returns a file without its metadata, as a program that knows nothing of them would write it. */
function bare(bytes: Uint8Array): Uint8Array {
  return writeMessage('Model', { ...readMessage('Model', bytes), metadata: [] });
}

describe.each(models)('%s', (_, options) => {
  const model = modelOf(options);
  const predicted = model.predict(inputs);

  it.each([11, 17, 20, 25])('computes the same in opset %i', (opset) => {
    expectClose(evaluated(toOnnx(model, { opset }), inputs), predicted, 1e-6);
  });

  it.each([11, 17, 20])('comes back from opset %i with the same options and bits', (opset) => {
    const back = fromOnnx(toOnnx(model, { opset }));
    expect(back.predict(inputs)).toEqual(predicted);
    expect(back.predict(Float64Array.from(inputs.flat()))).toEqual(
      model.predict(Float64Array.from(inputs.flat())),
    );
    expect(back.config).toEqual(model.config);
    expect(back.getWeights()).toEqual(model.getWeights());
  });

  it('comes back without metadata', () => {
    const back = fromOnnx(bare(toOnnx(model)));
    expectClose(back.predict(inputs), predicted, 1e-6);
    expect(back.config.layers.map(({ units, activation }) => [units, activation.name])).toEqual(
      model.config.layers.map(({ units, activation }) => [units, activation.name]),
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
const few = [
  [1, 2],
  [-3, 0.5],
];

describe('options', () => {
  it('writes operators by the opset', () => {
    const of = (activation: 'gelu' | 'mish' | 'hardSwish', opset: number) =>
      opsOf(toOnnx(new MLP({ inputSize: 2, layers: [{ units: 2, activation }] }), { opset })).slice(1);
    expect(of('gelu', 20)).toEqual(['Gelu']);
    expect(of('gelu', 19)).toEqual(['Mul', 'Erf', 'Add', 'Mul', 'Mul']);
    expect(of('mish', 18)).toEqual(['Mish']);
    expect(of('mish', 17)).toEqual(['Softplus', 'Tanh', 'Mul']);
    expect(of('hardSwish', 14)).toEqual(['HardSwish']);
    expect(of('hardSwish', 13)).toEqual(['HardSigmoid', 'Mul']);
  });

  it('leaves out the last activation with logits', () => {
    const bytes = toOnnx(classifier, { logits: true });
    expect(opsOf(bytes)).toEqual(['Gemm', 'BatchNormalization', 'Relu', 'Gemm']);
    const last = classifier.layerOutputs(few, 1).preactivation!;
    expectClose(fromOnnx(bytes).predict(few), last, 0);
    const tanh = new MLP({ inputSize: 2, layers: [{ units: 2, activation: 'tanh' }] });
    expect(() => toOnnx(tanh, { logits: true })).toThrow(
      /^logits: expected an output layer with softmax or sigmoid, got 'tanh'/,
    );
  });

  it('folds batch norms', () => {
    const bytes = toOnnx(classifier, { foldBatchNorm: true });
    expect(opsOf(bytes)).toEqual(['Gemm', 'Relu', 'Gemm', 'Softmax']);
    expectClose(fromOnnx(bytes).predict(few), classifier.predict(few), 1e-6);
  });

  it('keeps names and texts', () => {
    const classNames = ['a', 'b', 'ü'];
    const bytes = toOnnx(classifier, {
      inputName: 'x',
      outputName: 'p',
      classNames,
      metadata: { source: 'a test' },
    });
    expect(onnxInfo(bytes)).toMatchObject({
      producer: 'evenkeel',
      opset: 17,
      inputName: 'x',
      outputName: 'p',
      classNames,
      metadata: { source: 'a test' },
    });
    expect(fromOnnx(bytes).predict(few)).toEqual(classifier.predict(few));
  });

  it('describes its input and output', () => {
    const { graph, irVersion } = readMessage('Model', toOnnx(classifier));
    expect(irVersion).toBe(8);
    const dims = (values: typeof graph extends undefined ? never : NonNullable<typeof graph>['inputs']) =>
      values![0]!.type!.tensor!.shape!.dims;
    expect(dims(graph!.inputs)).toEqual([{ symbol: 'batch' }, { size: 2 }]);
    expect(dims(graph!.outputs)).toEqual([{ symbol: 'batch' }, { size: 3 }]);
    expect(graph!.initializers!.map(({ name }) => name)).toEqual([
      '0.weight',
      '0.bias',
      '1.weight',
      '1.bias',
      '1.running_mean',
      '1.running_var',
      '3.weight',
      '3.bias',
    ]);
  });

  it.each([
    [{ opset: 10 }, /^opset: expected a whole number ≥ 11, got 10/],
    [{ opset: 26 }, /^opset: expected 11 to 25, got 26/],
    [{ logits: 1 }, /^logits: expected true or false/],
    [{ foldBatchNorm: 'yes' }, /^foldBatchNorm: expected true or false/],
    [{ inputName: '' }, /^inputName: expected a text, got ''/],
    [
      { inputName: 'same', outputName: 'same' },
      /^outputName: expected another name than the input's, got 'same'/,
    ],
    [{ inputName: '0.weight' }, /^inputName: '0.weight' is the name of another value/],
    [{ outputName: '0.weight' }, /^outputName: '0.weight' is the name of another value/],
    [{ classNames: ['a'] }, /^classNames: expected 3 names, got 1/],
    [{ classNames: 'abc' }, /^classNames: expected an array of texts, got 'abc'/],
    [{ metadata: { evenkeel: 'x' } }, /^metadata.evenkeel: the library uses this name/],
    [{ metadata: { a: 1 } }, /^metadata.a: expected a text, got 1/],
    [{ metadata: 'text' }, /^metadata: expected an object of texts/],
    [{ opsets: 17 }, /^options.opsets: unknown option/],
  ])('refuses %j', (options, message) => {
    expect(() => toOnnx(classifier, options as never)).toThrow(message);
  });

  it('refuses a scaling that has learned nothing', () => {
    const layers = [{ units: 2 }];
    expect(() => toOnnx(new MLP({ inputSize: 2, layers, inputScaling: 'zScore' }))).toThrow(
      /^model: inputScaling 'zScore' depends on the training data/,
    );
    expect(() => toOnnx(new MLP({ inputSize: 2, layers, targetScaling: 'zScore' }))).toThrow(
      /^targetScaling: 'zScore' depends on the training targets/,
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
    const predicted = model.predict(pixels);
    const bytes = toOnnx(model);
    expectClose(
      evaluated(bytes, [
        [0, 128, 255],
        [7, 9, 250],
      ]),
      predicted,
      1e-6,
    );
    const back = fromOnnx(bytes);
    expect(back.predict(pixels)).toEqual(predicted);
    expect(back.config).toEqual(model.config);
    expectClose(fromOnnx(bare(bytes)).predict(Float32Array.from(pixels)), predicted, 1e-6);
  });
});

describe('metadata that do not agree with the graph', () => {
  const model = new MLP({
    inputSize: 2,
    layers: [{ units: 3, activation: leakyRelu({ negativeSlope: 0.2 }) }, { units: 1 }],
    seed: 7,
  });
  const file = readMessage('Model', toOnnx(model));
  const withConfig = (
    change: (kept: { config: { layers: { activation: unknown }[]; seed: unknown } }) => void,
  ) => {
    const [{ key, value }] = file.metadata as [{ key: string; value: string }];
    const kept = JSON.parse(value);
    change(kept);
    return writeMessage('Model', { ...file, metadata: [{ key, value: JSON.stringify(kept) }] });
  };

  it('are used if they agree', () => {
    expect(fromOnnx(withConfig(() => undefined)).seed).toBe(7);
  });

  it.each<[string, Parameters<typeof withConfig>[0]]>([
    [
      'another activation',
      ({ config }) => {
        config.layers[0]!.activation = { name: 'relu' };
      },
    ],
    [
      'another option',
      ({ config }) => {
        config.layers[0]!.activation = { name: 'leakyRelu', negativeSlope: 0.3 };
      },
    ],
    [
      'fewer layers',
      ({ config }) => {
        config.layers.pop();
      },
    ],
    [
      'no layers',
      (kept) => {
        delete (kept.config as Partial<typeof kept.config>).layers;
      },
    ],
  ])('are ignored: %s', (_, change) => {
    const back = fromOnnx(withConfig(change));
    expect(back.seed).toBe(0);
    expect(back.predict(few)).toEqual(model.predict(few));
  });

  it.each<[string, object]>([
    ['statistics without a scaling', { inputs: { mean: [0, 0], std: [1, 1] } }],
    ['too few statistics', { scaling: 'zScore', inputs: { mean: [0], std: [1] } }],
    ['a deviation of 0', { scaling: 'zScore', inputs: { mean: [0, 0], std: [1, 0] } }],
    ['a scaling without statistics', { scaling: 'zScore' }],
    ['bytes for zScore', { scaling: 'zScore', inputs: 'bytes' }],
    ['statistics of targets without a scaling', { outputs: { mean: [0], std: [1] } }],
  ])('are ignored: %s', (_, { scaling, ...parts }: { scaling?: string }) => {
    const change = (kept: object) => {
      Object.assign(kept, parts);
      if (scaling !== undefined)
        Object.assign((kept as { config: object }).config, { inputScaling: scaling });
    };
    const back = fromOnnx(withConfig(change));
    expect(back.seed).toBe(0);
    expect(back.config.inputScaling).toBe('none');
    expect(back.predict(few)).toEqual(model.predict(few));
  });

  it('are ignored if they are no JSON', () => {
    const bytes = writeMessage('Model', { ...file, metadata: [{ key: 'evenkeel', value: '{' }] });
    expect(fromOnnx(bytes).predict(few)).toEqual(model.predict(few));
  });
});
