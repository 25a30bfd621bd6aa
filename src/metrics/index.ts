/** `evenkeel/metrics`: scores of predictions, as functions. `compile` takes the same metrics by name. */
export {
  type Average,
  accuracy,
  type ClassificationReport,
  type ClassOptions,
  type ClassReportOptions,
  type ClassScores,
  classificationReport,
  confusionMatrix,
  f1,
  precision,
  recall,
  type ScoreFunction,
} from './classification.js';
export type { Numbers } from './inputs.js';
export { type RocAucOptions, rocAuc, type TopKOptions, topKAccuracy } from './ranking.js';
export { meanAbsoluteError, type R2Options, r2, rootMeanSquaredError } from './regression.js';
