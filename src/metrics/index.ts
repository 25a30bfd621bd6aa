/**
 * Entry `evenkeel/metrics`: scores of predictions, as functions. `compile` takes the same metrics by name.
 *
 * @packageDocumentation
 */

export {
  type Average,
  type AverageOptions,
  accuracy,
  type ClassificationReport,
  type ClassOptions,
  type ClassReportOptions,
  type ClassScores,
  classificationReport,
  confusionMatrix,
  type EachOptions,
  f1,
  precision,
  recall,
  type ScoreFunction,
  type ScoreName,
} from './classification.js';
export type { Numbers } from './inputs.js';
export { type RocAucOptions, rocAuc, type TopKOptions, topKAccuracy } from './ranking.js';
export { meanAbsoluteError, type R2Options, r2, rootMeanSquaredError } from './regression.js';
