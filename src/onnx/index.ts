/** Models in and out of ONNX files. */
export type { ImportOptions } from '../interchange/model.js';
export { type FromOnnxOptions, fromOnnx, type OnnxInfo, onnxInfo } from './read.js';
export type { ExternalFiles } from './tensors.js';
export { type ToOnnxOptions, toOnnx } from './write.js';
