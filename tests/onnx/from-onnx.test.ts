/** Models from ONNX files of PyTorch, Keras, TensorFlow and scikit-learn, against the outputs of these tools. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromOnnx, onnxInfo } from '../../src/onnx/index.js';
import { type Message, readMessage, writeMessage } from '../../src/onnx/protobuf.js';
import { mutated } from '../support/mutated.js';
import { folders, onnxFiles } from '../support/onnx-files.js';

const files = folders.flatMap(onnxFiles);
const fileOf = (name: string) => files.find((file) => file.name === name)!;

/** Networks that no chain of dense layers with the library's activations computes, though they are good files. */
const impossible: Readonly<Record<string, string>> = {
  'act-exponential':
    "bytes: node '/Exp', Exp: needs to be part of a dense layer, a scaling, or an activation that a model has",
  'act-log-softmax':
    "bytes: node '/LogSoftmax', LogSoftmax: needs Softmax in its place: the outputs of a model are probabilities, not their logarithms",
  'logsoftmax.dynamo18':
    "bytes: node 'node_log_softmax', LogSoftmax: needs Softmax in its place: the outputs of a model are probabilities, not their logarithms",
  'logsoftmax.legacy11':
    "bytes: node '/3/LogSoftmax', LogSoftmax: needs Softmax in its place: the outputs of a model are probabilities, not their logarithms",
};

/** Two columns of probabilities, of which the model gives the second one alone. */
function isPair(outputs: readonly (readonly number[])[], units: number): boolean {
  return units === 1 && outputs[0]!.length === 2;
}

describe('good files', () => {
  const good = files.filter(({ name, outputs }) => outputs !== undefined && !Object.hasOwn(impossible, name));

  it.each(good.map((file) => [`${file.folder}/${file.name}`, file] as const))(
    '%s gives the outputs of the tool',
    (_, file) => {
      const { name, bytes, external, inputs, outputs } = file;
      const model = fromOnnx(bytes, { external });
      const units = model.config.layers.at(-1)!.units;
      const predicted = model.predict(inputs!);
      expect(predicted.length).toBe(inputs!.length * units);
      // PyTorch computes in half precision there.
      const tolerance = name.startsWith('float16') ? 1e-3 : 2e-6;
      for (const [r, row] of outputs!.entries()) {
        // The terms of a sum are as large as the inputs, and may cancel.
        const largest = Math.max(1, ...inputs![r]!.map(Math.abs));
        const expected = isPair(outputs!, units) ? row.slice(1) : row;
        for (const [c, value] of expected.entries()) {
          const difference = Math.abs(predicted[r * units + c]! - value);
          expect(difference, `row ${r}, column ${c}`).toBeLessThanOrEqual(
            tolerance * Math.max(largest, Math.abs(value)),
          );
        }
      }
    },
  );

  it('have outputs that the model of another file misses', () => {
    // A tolerance that accepts anything would accept the outputs of another file too.
    const model = fromOnnx(fileOf('act-relu.legacy11').bytes);
    const { inputs, outputs } = fileOf('act-tanh.legacy11');
    const far = outputs!.flat().filter((value, i) => Math.abs(model.predict(inputs!)[i]! - value) > 1e-3);
    expect(far.length).toBeGreaterThan(outputs!.flat().length / 2);
  });

  it.each(Object.entries(impossible))('%s is refused, because no model computes it', (name, message) => {
    expect(() => fromOnnx(fileOf(name).bytes)).toThrow(new RangeError(message));
  });
});

/** Error of each file of the folder `refuse`, from the document. */
const documented = new Map(
  Array.from(
    readFileSync(new URL('../../docs/interchange.md', import.meta.url), 'utf8').matchAll(
      /^\| `([\w-]+)` \| [^|\n]+ \| (bytes: [^\n]+) \|$/gm,
    ),
    ([, name, message]) => [name!, message!],
  ),
);

function messageOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('files that are no chain of dense layers', () => {
  it.each(files.filter(({ folder }) => folder === 'refuse').map(({ name, bytes }) => [name, bytes] as const))(
    '%s is refused with the sentence of the document',
    (name, bytes) => {
      expect(() => fromOnnx(bytes)).toThrow(RangeError);
      expect(messageOf(() => fromOnnx(bytes))).toBe(documented.get(name));
    },
  );

  it('are the rows of the document', () => {
    const names = files.filter(({ folder }) => folder === 'refuse').map(({ name }) => name);
    expect([...documented.keys()]).toEqual(names);
  });

  it('takes external data that is given', () => {
    const { bytes, external } = fileOf('external-data');
    expect(fromOnnx(bytes, { external }).inputSize).toBe(4);
    const [name] = Object.keys(external);
    expect(() => fromOnnx(bytes, { external: { [name!]: new Uint8Array(4) } })).toThrow(
      `in external["external-data.bin"], which has 4`,
    );
    expect(() => fromOnnx(bytes, { external: { [name!]: 'text' as never } })).toThrow(
      'external["external-data.bin"]: expected a Uint8Array or an ArrayBuffer',
    );
  });

  it('never reads a file by a name that leads out of the folder, even if it is given', () => {
    const { bytes } = fileOf('external-path');
    const external = { '../../../etc/passwd': new Uint8Array(96) };
    expect(() => fromOnnx(bytes, { external })).toThrow('is not in the folder of the ONNX file');
  });
});

describe('broken files', () => {
  it('give a model or an error in words, quickly', { timeout: 3_600_000 }, () => {
    const count = Number(process.env.EVENKEEL_MUTATED ?? 1000);
    let accepted = 0;
    for (const { bytes, label } of mutated(
      files.map((file) => file.bytes),
      count,
    )) {
      try {
        fromOnnx(bytes);
        accepted++;
      } catch (error) {
        expect(error, label).toBeInstanceOf(RangeError);
        expect((error as Error).message, label).toMatch(/^bytes: /);
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });
});

/** Returns a file with another graph. */
function changed(name: string, change: (graph: Message<'Graph'>) => Message<'Graph'>): Uint8Array {
  const model = readMessage('Model', fileOf(name).bytes);
  return writeMessage('Model', { ...model, graph: change(model.graph!) });
}

describe('what a model keeps', () => {
  it('recognizes a scaling in front, with the numbers of the file', () => {
    const { inputScaling } = fromOnnx(fileOf('scaled.legacy17').bytes).config;
    expect(inputScaling).toEqual({ mean: expect.any(Array), std: expect.any(Array) });
    const { mean, std } = inputScaling as { mean: number[]; std: number[] };
    for (const value of [...mean, ...std]) expect(Math.fround(value)).toBe(value);
  });

  it('keeps a batch norm as one, with its options', () => {
    const { layers } = fromOnnx(fileOf('bn-before-eps.legacy17').bytes).config;
    expect(layers[0]!.batchNorm).toEqual({ momentum: 0.1, epsilon: 1e-3, position: 'before' });
    expect(layers[0]!.useBias).toBe(false);
    expect(fromOnnx(fileOf('bn-after.legacy17').bytes).config.layers[0]!.batchNorm).toMatchObject({
      position: 'after',
    });
  });

  it('gives options with the digits that the tool was given', () => {
    const { layers } = fromOnnx(fileOf('act-leaky-relu-0.2.legacy11').bytes).config;
    expect(layers[0]!.activation).toEqual({ name: 'leakyRelu', negativeSlope: 0.2 });
  });

  it.each([
    ['classifier-strings', ['setosa', 'versicolor', 'virginica'], 'probabilities'],
    ['classifier-binary', ['0', '1'], 'output_probability'],
    ['classifier-3', ['0', '1', '2'], 'probabilities'],
    ['classifier-multilabel', undefined, 'probabilities'],
    ['regressor-2', undefined, 'variable'],
  ])('tells the classes and output of %s', (name, classNames, outputName) => {
    const info = onnxInfo(fileOf(name).bytes);
    expect(info.classNames).toEqual(classNames);
    expect(info.outputName).toBe(outputName);
    expect(info.producer).toMatch(/^skl2onnx/);
  });

  it('computes on the backend that is named', () => {
    const { bytes, inputs, outputs } = fileOf('float64.legacy17');
    const model = fromOnnx(bytes, { backend: 'javascript64' });
    expect(model.backend).toBe('javascript64');
    const predicted = model.predict(inputs!);
    for (const [i, value] of outputs!.flat().entries()) expect(predicted[i]).toBeCloseTo(value, 14);
  });

  it('refuses an unknown option', () => {
    expect(() => fromOnnx(fileOf('one-layer.legacy17').bytes, { opset: 17 } as never)).toThrow(
      /^options\.opset: unknown option/,
    );
    expect(() => fromOnnx(fileOf('one-layer.legacy17').bytes, { external: 'x' as never })).toThrow(
      /^external: /,
    );
    expect(() => fromOnnx('x' as never)).toThrow(/^bytes: expected a Uint8Array/);
  });
});

describe('graphs near those of the exporters', () => {
  const relu = 'act-relu.legacy11';

  it('refuses rows of several vectors, which a dense layer maps one by one', () => {
    const bytes = changed(relu, (graph) => ({
      ...graph,
      inputs: [
        {
          name: 'input',
          type: { tensor: { element: 1, shape: { dims: [{ symbol: 'n' }, { size: 3 }, { size: 4 }] } } },
        },
      ],
    }));
    expect(() => fromOnnx(bytes)).toThrow('needs rows of values, but gets the shape [batch, 3, 4]');
  });

  it.each([
    ['gate', 'the constant is another in one place', 'act-gelu.legacy11', 'Div', 1.5],
    ['sum', 'the addend is another', 'act-gelu.legacy11', 'Add', 1.01],
    ['factor', 'the factor is another', 'act-gelu-tanh.legacy11', 'Mul', 0.0447],
  ])('refuses gelu if %s: %s', (_, __, name, op, value) => {
    const bytes = changed(name, (graph) => {
      const nodes = graph.nodes!;
      const constants = new Set(
        nodes.filter((node) => node.op === 'Constant').flatMap((node) => node.outputs!),
      );
      const user = nodes.find(
        (node) => node.op === op && node.inputs!.some((input) => constants.has(input)),
      )!;
      const constant = user.inputs!.find((input) => constants.has(input));
      const raw = new Uint8Array(Float32Array.of(value).buffer);
      const changedNode = (node: Message<'Node'>): Message<'Node'> =>
        node.outputs![0] === constant
          ? { ...node, attributes: [{ name: 'value', t: { type: 1, raw }, type: 4 }] }
          : node;
      return { ...graph, nodes: nodes.map(changedNode) };
    });
    expect(() => fromOnnx(bytes)).toThrow(/Mul: needs a constant as one operand/);
  });

  it('inserts few weights between two activations', () => {
    const wide = 300;
    const raw = new Uint8Array(4 * wide);
    const bytes = changed(relu, (graph) => ({
      ...graph,
      initializers: [{ name: 'w', dims: [1, wide], type: 1, raw }],
      inputs: [{ name: 'x' }],
      outputs: [{ name: 'y' }],
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['h'] },
        { op: 'Tanh', inputs: ['h'], outputs: ['t'] },
        { op: 'Sigmoid', inputs: ['t'], outputs: ['y'] },
      ],
    }));
    expect(() => fromOnnx(bytes)).toThrow(
      "node 'y', Sigmoid: needs a dense layer between it and the activation before it",
    );
  });

  it.each([0, 2, 5])('refuses a bias of %i values', (count) => {
    const bytes = changed(relu, (graph) => ({
      ...graph,
      initializers: graph.initializers!.map((tensor) =>
        tensor.dims!.length === 1 ? { ...tensor, dims: [count], raw: new Uint8Array(4 * count) } : tensor,
      ),
    }));
    expect(() => fromOnnx(bytes)).toThrow(`Gemm: needs a bias of 6 values, got ${count}`);
  });

  it('refuses a dense layer after a softmax', () => {
    const bytes = changed('softmax.dynamo18', (graph) => ({
      ...graph,
      outputs: [{ name: 'y' }],
      initializers: [
        ...graph.initializers!,
        { name: 'w', dims: [3, 2], type: 1, floats: [1, 2, 3, 4, 5, 6] },
      ],
      nodes: [...graph.nodes!, { op: 'MatMul', inputs: ['output', 'w'], outputs: ['y'] }],
    }));
    expect(() => fromOnnx(bytes)).toThrow("node 'y', MatMul: comes after a softmax");
  });
});
