export type { ActivationName } from './activations.js';
export type { Arithmetic, BackendName } from './backend/kernels.js';
export type { Measures, MetricName } from './batch.js';
export { type ErrorPlace, NonFiniteError, ShapeError } from './errors.js';
export {
  type DrawnStatistics,
  type ExplainOptions,
  explain,
  type InitializerExplanation,
} from './explain.js';
export { gain } from './gain.js';
export type { Gradients, LayerGradients } from './gradients.js';
export type { Curves, History, ValidatedHistory } from './history.js';
export {
  constant,
  ones,
  randomNormal,
  randomUniform,
  truncatedNormal,
  zeros,
} from './initializers/distributions.js';
export { initializerFromConfig } from './initializers/from-config.js';
export { type InitializerName, initializerNames } from './initializers/index.js';
export type {
  Expectation,
  Initializer,
  InitializerConfig,
  InitializerOptions,
  Shape,
} from './initializers/initializer.js';
export {
  drawThenScale,
  glorotBackward,
  heBackward,
  type PlainDistribution,
  xavierSigmoid,
  xavierTanh,
} from './initializers/lectures.js';
export { identity, orthogonal, zerO } from './initializers/matrices.js';
export {
  type Distribution,
  type FanMode,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  tfjsGlorotNormal,
  tfjsHeNormal,
  type VarianceScaling,
  varianceScaling,
} from './initializers/schemes.js';
export {
  type KaimingOptions,
  kaimingNormal,
  kaimingUniform,
  sparse,
  type TorchNonlinearity,
  torchGain,
  torchLinear,
  type XavierOptions,
  xavierNormal,
  xavierUniform,
} from './initializers/torch.js';
export type { LayerOptions } from './layers.js';
export type { LossName } from './losses.js';
export { type LsuvLayer, type LsuvOptions, lsuv } from './lsuv.js';
export { type CompileOptions, type ElementsOf, type FitOptions, MLP, type MLPOptions } from './mlp.js';
export { type Optimizer, sgd } from './optimizers.js';
export type { PresetName } from './presets.js';
export { type DrawOptions, type Label, philox4x32, Rng } from './random.js';
export type { Inputs, Targets } from './samples.js';
export type { InputScaling } from './scaling.js';
export type { BatchEvent, EpochEvent } from './training.js';
export type { LayerWeights } from './weights.js';
