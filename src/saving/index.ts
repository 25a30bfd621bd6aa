/**
 * Entry `evenkeel/saving`: reads and writes safetensors files, the format of `model.save()`, of PyTorch's weights and of Hugging
 * Face.
 *
 * @packageDocumentation
 */

export type { FloatDtype, SafetensorsDtype, TensorArrays } from './all-dtypes.js';
export type { Named } from './format.js';
export {
  type ReadSafetensorsOptions,
  readSafetensors,
  type Safetensors,
  type SafetensorsTensor,
  type WritableTensor,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './safetensors.js';
