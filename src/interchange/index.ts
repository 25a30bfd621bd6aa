/** Models from the files of PyTorch, scikit-learn and brain.js. */
export { type BrainInfo, brainInfo, fromBrain } from './brain.js';
export type { ImportOptions } from './options.js';
export { fromSklearn, type SklearnInfo, sklearnInfo } from './sklearn.js';
export { type FromTorchOptions, fromTorch, type TorchLayer } from './torch.js';
export type { TorchTensor } from './torch-modules.js';
