/**
 * Entry `evenkeel/lab`: the lectures' starts, samples, worked examples and experiments.
 *
 * @packageDocumentation
 */

export {
  type DrawThenScaleOptions,
  drawThenScale,
  glorotBackward,
  heBackward,
  type PlainDistribution,
  xavierSigmoid,
  xavierTanh,
} from '../initializers/lectures.js';
export {
  type CompareCallbacks,
  type CompareOptions,
  compareDefaults,
  compareStarts,
  type Fate,
  type Outcome,
  type Start,
  type StartComparison,
  type StartOutcome,
} from './compare.js';
export type { Example, ExampleRun, ExampleStep, Inputs as ExampleInputs } from './examples/example.js';
export { exampleIds, examples } from './examples/index.js';
export { type ExampleId, type LectureLetter, lectures, type StepStatus } from './expected/example.js';
export type {
  CurveChart,
  CurveSeries,
  Experiment,
  ExperimentCallbacks,
  ExperimentChart,
  ExperimentComparison,
  ExperimentHistogramPanel,
  ExperimentResult,
  ExperimentTable,
  HistogramChart,
  HistogramSeries,
} from './experiments/experiment.js';
export { type ExperimentId, experiments } from './experiments/index.js';
export type { X1Options } from './experiments/x1.js';
export type { X2Options } from './experiments/x2.js';
export type { X3Options } from './experiments/x3.js';
export type { X4Options } from './experiments/x4.js';
export type { X5Options } from './experiments/x5.js';
export type { X6, X6Callbacks, X6Defaults, X6Options } from './experiments/x6.js';
export type { GridOutcome, GridSearch } from './experiments/x6-grid.js';
export { type NetworkGroupName, type X6Group, x6Groups } from './experiments/x6-groups.js';
export {
  type BatchProgress,
  type EpochResult,
  type FiveStartsCallbacks,
  type FiveStartsData,
  type FiveStartsOptions,
  type FiveStartsResult,
  fiveStarts,
  fiveStartsDefaults,
  type LabelledImages,
  type StartResult,
  startNames,
} from './five-starts.js';
export {
  type Recipe,
  type RecipeEpoch,
  type RecipeName,
  type RecipeOptions,
  type RecipeResult,
  type RecipeRun,
  recipeNames,
  recipes,
  trainRecipe,
} from './recipes.js';
export { type HousePrice, housePrice, type IrisLecture, irisLecture } from './samples.js';
