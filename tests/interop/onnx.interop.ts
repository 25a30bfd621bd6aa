/** ONNX files of the library in onnxruntime-web and, where Debian's python3-onnx is installed, before the checker of ONNX. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromOnnx, toOnnx } from '../../src/onnx/index.js';
import { onnxFiles } from '../support/onnx-files.js';
import { inputs, modelOf, models } from '../support/onnx-models.js';
import { inFolder, pythonWith, runPython } from './python.js';

interface Tensor {
  readonly data: Float32Array;
}
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}
interface Runtime {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

const entry = new URL('./node_modules/onnxruntime-web/dist/ort.node.min.mjs', import.meta.url);
const runtime = (await import(entry.href)) as Runtime;
runtime.env.wasm.numThreads = 1;
runtime.env.logLevel = 'error';

/** Returns the outputs that onnxruntime computes. */
async function ran(bytes: Uint8Array, x: readonly (readonly number[])[]): Promise<Float32Array> {
  const session = await runtime.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const { Tensor } = runtime;
  const feed = new Tensor('float32', Float32Array.from(x.flat()), [x.length, x[0]!.length]);
  const outputs = await session.run({ [session.inputNames[0]!]: feed });
  return outputs[session.outputNames[0]!]!.data;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  const largest = Math.max(...Array.from(expected, Math.abs));
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(found[i]! - value)));
  expect(worst / largest).toBeLessThanOrEqual(1e-6);
}

describe.each(models)('%s', (_, options) => {
  const model = modelOf(options);
  const predicted = model.predict(inputs);

  it.each([11, 17, 20])('onnxruntime computes the same in opset %i', async (opset) => {
    expectClose(await ran(toOnnx(model, { opset }), inputs), predicted);
  });
});

describe('a file of another tool, read and written again', () => {
  const files = onnxFiles('hand').filter(({ inputs: x }) => x!.every((row) => row.length === 4));

  it.each(files.map((file) => [file.name, file] as const))('%s', async (_, { bytes, inputs: x }) => {
    const model = fromOnnx(bytes);
    expectClose(await ran(toOnnx(model, { opset: 20 }), x!), model.predict(x!));
  });
});

const CHECK = `
import sys, onnx
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
print("checked", len(sys.argv) - 1)
`;
const python = pythonWith('onnx');

// Python's package is not on npm, so that a machine need not have it.
it.skipIf(python === undefined)('the checker of ONNX accepts every file', () => {
  inFolder((folder) => {
    const paths = models.flatMap(([, options], m) => {
      const model = modelOf(options);
      return [11, 17].map((opset) => {
        const path = join(folder, `${m}-${opset}.onnx`);
        writeFileSync(path, toOnnx(model, { opset }));
        return path;
      });
    });
    expect(runPython(python!, CHECK, paths, folder)).toBe(`checked ${paths.length}\n`);
  });
});
