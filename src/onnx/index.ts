/** Models in and out of ONNX files. */
export type { ImportOptions } from '../interchange/options.js';
export type { ExternalFiles } from './external-files.js';
export { type FromOnnxOptions, fromOnnx, type OnnxInfo, onnxInfo } from './read.js';
export { type ToOnnxOptions, toOnnx } from './write.js';
