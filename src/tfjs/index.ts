/**
 * Entry `evenkeel/tfjs`: models from and to TF.js Layers models, and from models of ml5.
 *
 * @packageDocumentation
 */

export type { ImportOptions } from '../interchange/options.js';
export type { TrainingInfo } from '../keras/training.js';
export type { FileBytes } from '../saving/format.js';
export { fromTfjs, type TfjsFiles, type TfjsInfo, tfjsInfo } from './read.js';
export type { TfjsWeights } from './weights.js';
export {
  type TfjsGroup,
  type TfjsModel,
  type TfjsModelJson,
  type TfjsTensor,
  type ToTfjsOptions,
  toTfjs,
} from './write.js';
