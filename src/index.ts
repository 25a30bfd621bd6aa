export type { ActivationName } from './activations.js';
export type { Arithmetic, BackendName } from './backend/kernels.js';
export type { Measures, MetricName } from './batch.js';
export { type ErrorPlace, NonFiniteError, ShapeError } from './errors.js';
export type { Gradients, LayerGradients } from './gradients.js';
export type { Curves, History, ValidatedHistory } from './history.js';
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerConfig,
  type InitializerName,
  type InitializerOptions,
  ones,
  randomNormal,
  randomUniform,
  type Shape,
  zeros,
} from './initializers.js';
export type { LayerOptions } from './layers.js';
export type { LossName } from './losses.js';
export { type CompileOptions, type ElementsOf, type FitOptions, MLP, type MLPOptions } from './mlp.js';
export { type Optimizer, sgd } from './optimizers.js';
export { type DrawOptions, type Label, Rng } from './random.js';
export type { Inputs, Targets } from './samples.js';
export type { InputScaling } from './scaling.js';
export type { BatchEvent, EpochEvent } from './training.js';
export type { LayerWeights } from './weights.js';
