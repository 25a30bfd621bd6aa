/** Models in and out of TF.js Layers models, and models of ml5. */
export type { ImportOptions } from '../interchange/options.js';
export type { TrainingInfo } from '../keras/training.js';
export type { FileBytes } from '../saving/safetensors.js';
export { fromTfjs, type TfjsFiles, type TfjsInfo, tfjsInfo } from './read.js';
export type { TfjsWeights } from './weights.js';
export {
  type TfjsModel,
  type TfjsModelJson,
  type TfjsTensor,
  type ToTfjsOptions,
  toTfjs,
} from './write.js';
