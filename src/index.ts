/**
 * Entry `evenkeel`: the model, its parts, diagnosis, random numbers and errors.
 *
 * @packageDocumentation
 */

export type { AbortSignalLike } from './abort.js';
export { type AvailableThreads, type BackendInfo, backendInfo } from './backend/info.js';
export type {
  Arithmetic,
  BackendName,
  BinaryState,
  DefaultBackend,
  ElementsOf,
  ThreadsInUse,
} from './backend/names.js';
export {
  type DiagnoseAsyncOptions,
  type DiagnoseOptions,
  diagnose,
  diagnoseAsync,
} from './diagnosis/diagnose.js';
export {
  type Diagnosis,
  type GradientDiagnosis,
  type Histogram,
  type InputDiagnosis,
  type LayerDiagnosis,
  type Quantiles,
  type TensorStatistics,
  type Verdict,
  verdicts,
} from './diagnosis/diagnosis.js';
export {
  type JacobianSpectrum,
  type JacobianSpectrumOptions,
  jacobianSpectrum,
} from './diagnosis/jacobian.js';
export { type FindNonFiniteOptions, findNonFinite, type NonFinite } from './diagnosis/non-finite.js';
export { type ErrorPlace, NonFiniteError, ShapeError, StateError } from './errors.js';
export { explainModel, explainModelAsync } from './explain.js';
export {
  type GradientCheck,
  type GradientCheckOptions,
  gradientCheck,
  type LayerCheck,
  type TensorCheck,
} from './gradient-check.js';
export { randomizedAsymmetric } from './initializers/asymmetric.js';
export {
  type ConstantOptions,
  constant,
  ones,
  type RandomNormalOptions,
  type RandomUniformOptions,
  randomNormal,
  randomUniform,
  type TruncatedNormalOptions,
  truncatedNormal,
  zeros,
} from './initializers/distributions.js';
export {
  type DrawnStatistics,
  type ExplainInitializerOptions,
  explainInitializer,
  type InitializerExplanation,
} from './initializers/explain.js';
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
  type IdentityOptions,
  identity,
  type OrthogonalOptions,
  orthogonal,
  zerO,
} from './initializers/matrices.js';
export type { PresetName } from './initializers/presets.js';
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
  type SparseNormalOptions,
  sparseNormal,
  type TorchNonlinearity,
  torchLinear,
  type XavierOptions,
  xavierNormal,
  xavierUniform,
} from './initializers/torch.js';
export { type LsuvLayer, type LsuvOptions, lsuv } from './lsuv.js';
export type { Average, ScoreName } from './metrics/classification.js';
export type { Metric, MetricName } from './metrics/table.js';
export { type AnyMLP, MLP } from './mlp.js';
export { activationDerivative, activationValue, type ScalarActivation } from './network/activation-values.js';
export {
  type Activation,
  type ActivationName,
  type CheckedActivation,
  type Elu,
  type EluOptions,
  elu,
  type LeakyRelu,
  type LeakyReluOptions,
  leakyRelu,
  type Prelu,
  type PreluOptions,
  prelu,
} from './network/activations.js';
export type { ParameterName, StatisticName, TensorName } from './network/dense.js';
export type { BatchNormOptions, BatchNormPosition, LayerOptions } from './network/layers.js';
export type { LayerConfig, MLPConfig, MLPOptions } from './network/model-options.js';
export type {
  GivenScaling,
  InputScaling,
  LearnedScaling,
  ScalingName,
  ScalingScope,
  TargetScaling,
  TargetScalingName,
} from './network/scaling.js';
export type { LayerWeights, SetWeightsOptions, WeightLayout } from './network/weights.js';
export {
  type DrawOptions,
  type Label,
  type NormalDrawOptions,
  philox4x32,
  type TruncatedNormalDrawOptions,
  type UniformDrawOptions,
} from './numbers/random.js';
export { Rng } from './numbers/rng.js';
export { adadelta, adagrad, adam, adamax, adamw, lion, nadam, rmsprop, sgd } from './optimizers/index.js';
export type {
  AdadeltaOptions,
  AdagradOptions,
  AdamaxOptions,
  AdamOptions,
  AdamwOptions,
  CommonOptimizerOptions,
  LionOptions,
  MomentOptions,
  NadamOptions,
  RmspropOptions,
  SgdOptions,
} from './optimizers/options.js';
export type { Optimizer, OptimizerName, OptimizerOf, OptimizerOptions } from './optimizers/step.js';
export {
  type RecommendedData,
  type RecommendedOptions,
  type RecommendedParts,
  recommended,
  recommendedOptions,
} from './recommended.js';
export type { FileBytes } from './saving/format.js';
export { type LoadOptions, type SaveOptions, savedMetadata } from './saving/model.js';
export {
  type ConstantSchedule,
  type ConstantScheduleOptions,
  type CosineDecay,
  type CosineDecayOptions,
  constantSchedule,
  cosineDecay,
  type ExponentialDecay,
  type ExponentialDecayOptions,
  exponentialDecay,
  learningRateAt,
  type OneCycle,
  type OneCycleOptions,
  oneCycle,
  type ReduceOnPlateau,
  type ReduceOnPlateauOptions,
  reduceOnPlateau,
  type Schedule,
  type ScheduleName,
  type ScheduleState,
  type Schedules,
  type ScheduleTime,
  type ScheduleUnit,
  type StepDecay,
  type StepDecayOptions,
  stepDecay,
  type Warmup,
  type WarmupOptions,
  warmup,
} from './schedules/index.js';
export type { ActivationFacts } from './theory/activation-facts.js';
export type { ExplainModelAsyncOptions, ExplainModelOptions } from './theory/explain.js';
export {
  type ActivationCurves,
  type ActivationExplanation,
  explainActivation,
  type FixedPoint,
} from './theory/explain-activation.js';
export type { LayerExplanation, ModelExplanation, SignalFate } from './theory/explanation.js';
export { gain } from './theory/gaussian.js';
export { torchGain } from './theory/torch-gain.js';
export type { BatchEvent, Callback, EpochEvent, FitEndEvent, FitEvent } from './training/callbacks.js';
export type { CompileOptions } from './training/compile.js';
export type { DiagnosticsOptions, LayerRecord, StepRecord } from './training/diagnostics.js';
export type { EarlyStopping } from './training/early-stopping.js';
export { type FitFailure, isFitFailure } from './training/failure.js';
export type { FitOptions, LoopFitOptions, ValidationData, WithRequired } from './training/fit-options.js';
export type { Gradients, GradientsOptions, LayerGradients } from './training/gradients.js';
export type { History, MeasureCurves, ValidatedHistory } from './training/history.js';
export type { LayerOutputs } from './training/layer-outputs.js';
export {
  type CrossEntropy,
  type CrossEntropyOptions,
  crossEntropy,
  type Huber,
  type HuberOptions,
  huber,
  type Loss,
  type LossName,
} from './training/losses.js';
export type { MeasureName, Monitor } from './training/monitor.js';
export type { OptimizerStateCopy, StateOfLayer } from './training/optimizer-state.js';
export type { ClassWeight, RowWeights } from './training/sample-weights.js';
export type { Inputs, Targets } from './training/samples.js';
export type { BatchStream, StreamedBatch } from './training/sources.js';
export type { Measures } from './training/totals.js';
