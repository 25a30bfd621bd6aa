/** onnxruntime-node, native code on one thread. It does not train. */
import * as ort from 'onnxruntime-node';
import { onnxPeer } from './onnx-runs.mjs';
import { version } from './version.mjs';

const NAME = 'onnxruntime-node';

export async function open() {
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1 };
  return { name: NAME, version: version(NAME), ...onnxPeer(NAME, ort, options) };
}
