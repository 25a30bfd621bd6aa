/** onnxruntime-web in WebAssembly on one thread. It does not train. */
import * as ort from 'onnxruntime-web';
import { operatorModel } from './onnx-model.mjs';
import { onnxPeer } from './onnx-runs.mjs';
import { version } from './version.mjs';

const NAME = 'onnxruntime-web';

export async function open() {
  ort.env.wasm.numThreads = 1;
  await withoutTraces(() => ort.InferenceSession.create(operatorModel('Tanh')));
  return { name: NAME, version: version(NAME), ...onnxPeer(NAME, ort, { executionProviders: ['wasm'] }) };
}

/** Removes the global Worker that its start leaves in Node. It would make jax-js believe in threads and then fail to link. */
async function withoutTraces(start) {
  const had = 'Worker' in globalThis;
  await start();
  if (!had) delete globalThis.Worker;
}
