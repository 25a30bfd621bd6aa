/** onnxruntime-web in WebAssembly on one thread. It does not train. */
import * as ort from 'onnxruntime-web';
import { networkModel, operatorModel } from './onnx-model.mjs';
import { version } from './version.mjs';

const NAME = 'onnxruntime-web';

export async function open() {
  ort.env.wasm.numThreads = 1;
  await withoutTraces(() => ort.InferenceSession.create(operatorModel('Tanh')));
  return { name: NAME, version: version('onnxruntime-web'), predict, elementwise };
}

/** Removes the global Worker that its start leaves in Node. It would make jax-js believe in threads and then fail to link. */
async function withoutTraces(start) {
  const had = 'Worker' in globalThis;
  await start();
  if (!had) delete globalThis.Worker;
}

async function predict({ sizes, rows, steps, weights, batches }) {
  const x = new ort.Tensor('float32', batches[0].floats, [rows, sizes[0]]);
  return runs(networkModel(sizes, weights), x, steps, steps);
}

const operators = {
  sigmoid: ['Sigmoid'],
  tanh: ['Tanh'],
  exp: ['Exp'],
  gelu: ['Gelu', { approximate: 'tanh' }],
};

async function elementwise(name, values, repeats) {
  const x = new ort.Tensor('float32', values, [values.length]);
  return runs(operatorModel(...operators[name]), x, repeats, repeats * values.length);
}

async function runs(model, x, repeats, units) {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  let y = [];
  return {
    name: NAME,
    units,
    async work() {
      for (let i = 0; i < repeats; i++) y = (await session.run({ x })).y.data;
    },
    output: () => y,
  };
}
