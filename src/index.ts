export {
  type Activation,
  type ActivationName,
  type Elu,
  elu,
  type LeakyRelu,
  leakyRelu,
  type Prelu,
  prelu,
} from './activations.js';
export type { Arithmetic, BackendName } from './backend/kernels.js';
export type { Measures } from './batch.js';
export type { BatchEvent, Callback, EpochEvent, FitEvent } from './callbacks.js';
export type { CompileOptions } from './compile.js';
export type { EarlyStopping, Monitor } from './early-stopping.js';
export { type ErrorPlace, NonFiniteError, ShapeError } from './errors.js';
export {
  type DrawnStatistics,
  type ExplainOptions,
  explain,
  type InitializerExplanation,
} from './explain.js';
export type { FitOptions, LoopFitOptions, ValidationData } from './fit-options.js';
export { gain } from './gain.js';
export {
  type GradientCheck,
  type GradientCheckOptions,
  gradientCheck,
  type LayerCheck,
  type TensorCheck,
} from './gradient-check.js';
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
export type { BatchNormOptions, LayerOptions } from './layers.js';
export { type CrossEntropy, crossEntropy, type Huber, huber, type Loss, type LossName } from './losses.js';
export { type LsuvLayer, type LsuvOptions, lsuv } from './lsuv.js';
export {
  type Average,
  accuracy,
  type ClassificationReport,
  type ClassOptions,
  type ClassScores,
  classificationReport,
  confusionMatrix,
  f1,
  precision,
  recall,
} from './metrics/classification.js';
export type { Metric, MetricName } from './metrics/index.js';
export type { Numbers } from './metrics/inputs.js';
export { rocAuc, topKAccuracy } from './metrics/ranking.js';
export { meanAbsoluteError, r2, rootMeanSquaredError } from './metrics/regression.js';
export { type ElementsOf, MLP, type RowWeights } from './mlp.js';
export type { LayerConfig, MLPConfig, MLPOptions } from './model-options.js';
export type { Optimizer, OptimizerName, OptimizerOptions } from './optimizer-step.js';
export { adagrad, adam, adamw, lion, nadam, rmsprop, sgd } from './optimizers.js';
export type { PresetName } from './presets.js';
export { type DrawOptions, type Label, philox4x32, Rng } from './random.js';
export { type RecommendedOptions, recommended } from './recommended.js';
export type { ClassWeight } from './sample-weights.js';
export type { Inputs, Targets } from './samples.js';
export type { LoadOptions, SaveOptions } from './saving.js';
export type { GivenScaling, InputScaling, LearnedScaling } from './scaling.js';
export {
  type ConstantSchedule,
  type CosineDecay,
  constantSchedule,
  cosineDecay,
  type ExponentialDecay,
  exponentialDecay,
  learningRateAt,
  type OneCycle,
  oneCycle,
  type ReduceOnPlateau,
  reduceOnPlateau,
  type Schedule,
  type ScheduleState,
  type ScheduleTime,
  type ScheduleUnit,
  type StepDecay,
  stepDecay,
  type Warmup,
  warmup,
} from './schedules.js';
export type { StreamedBatch } from './sources.js';
export type { AbortSignalLike } from './training.js';
export type { LayerWeights, WeightLayout } from './weights.js';
