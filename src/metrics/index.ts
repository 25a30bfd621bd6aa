/** `evenkeel/metrics`: scores of predictions, as functions. `compile` takes the same metrics by name. */
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
} from './classification.js';
export type { Numbers } from './inputs.js';
export { rocAuc, topKAccuracy } from './ranking.js';
export { meanAbsoluteError, r2, rootMeanSquaredError } from './regression.js';
