/**
 * Entry `evenkeel/onnx`: models from and to ONNX files.
 *
 * @packageDocumentation
 */

export type { ImportOptions } from '../interchange/options.js';
export type { ExternalFiles } from './external-files.js';
export { type FromOnnxOptions, fromOnnx, type OnnxInfo, onnxInfo } from './read.js';
export { type ToOnnxOptions, toOnnx } from './write.js';
