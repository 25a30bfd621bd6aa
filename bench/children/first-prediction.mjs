/**
 * Imports a runtime, loads the saved model and predicts a row: `first-prediction.mjs NAME FOLDER`. It prints the ms since the
 * process began and the answer as JSON.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , name, folder] = process.argv;
const file = (kind) => readFileSync(join(folder, kind));
const x = new Float32Array(784).fill(0.5);

const runtimes = {
  nothing: async () => [file('safetensors').length],
  predictor: async () => {
    const { loadPredictor } = await import('../../build/js/predictor.js');
    return loadPredictor(file('safetensors')).predict(x);
  },
  'onnxruntime-web': async () => {
    const ort = await import('../peers/node_modules/onnxruntime-web/dist/ort.node.min.mjs');
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create(file('onnx'));
    return (await session.run({ x: new ort.Tensor('float32', x, [1, 784]) })).y.data;
  },
  'tfjs-wasm': async () => {
    const tf = await import('../peers/node_modules/@tensorflow/tfjs/dist/tf.node.js');
    const { setThreadsCount } = await import(
      '../peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.node.js'
    );
    setThreadsCount(1);
    await tf.setBackend('wasm');
    const tensors = readSafetensors(file('safetensors'));
    return tf.tidy(() => {
      const layer = (input, l) => {
        const [kernel, bias] = [tensors[`${2 * l}.weight`], tensors[`${2 * l}.bias`]];
        return tf.add(
          tf.matMul(input, tf.tensor2d(kernel, [bias.length, kernel.length / bias.length]), false, true),
          tf.tensor1d(bias),
        );
      };
      return tf.softmax(layer(tf.relu(layer(tf.tensor2d(x, [1, 784]), 0)), 1)).dataSync();
    });
  },
};

/** Reads a file whose tensors are all of 32-bit floats. @returns an object from name to Float32Array */
function readSafetensors(bytes) {
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__, ...entries } = JSON.parse(bytes.toString('utf8', 8, start));
  const tensors = {};
  for (const [key, { data_offsets: offsets }] of Object.entries(entries)) {
    const [from, to] = offsets.map((offset) => bytes.byteOffset + start + offset);
    tensors[key] = new Float32Array(bytes.buffer.slice(from, to));
  }
  return tensors;
}

const y = await runtimes[name]();
const ms = performance.now();
process.stdout.write(JSON.stringify({ ms, y: Array.from(y) }));
