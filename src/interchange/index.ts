/**
 * Entry `evenkeel/interchange`: models from the files of PyTorch, scikit-learn and brain.js.
 *
 * @packageDocumentation
 */

export { type BrainInfo, brainInfo, fromBrain } from './brain.js';
export type { ImportOptions } from './options.js';
export { fromSklearn, type SklearnInfo, sklearnInfo } from './sklearn.js';
export { type FromTorchOptions, fromTorch, type TorchLayer } from './torch.js';
export type { TorchTensor } from './torch-modules.js';

// Keras

export type { Hdf5Reader } from '../keras/hdf5.js';
export { type FromKerasOptions, fromKeras, type KerasInfo, kerasInfo } from '../keras/read.js';
export type { TrainingInfo } from '../keras/training.js';
