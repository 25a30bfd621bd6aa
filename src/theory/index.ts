/**
 * Entry `evenkeel/theory`: how signals and gradients travel through random networks, and the lectures' statistics.
 *
 * @packageDocumentation
 */

export type { ContinuousDistribution, NormalOptions, UniformOptions } from '../statistics/distributions.js';
export { statistics } from '../statistics/index.js';
export type { MaclaurinOptions } from '../statistics/maclaurin.js';
export type { CountedDistribution, Moments } from '../statistics/moments.js';
export {
  type CorrelationField,
  type CorrelationFieldOptions,
  type CorrelationMapOptions,
  correlationField,
  correlationMap,
} from './correlation.js';
export { type LogVarianceOptions, logVariance } from './finite-width.js';
export { type GaussianMoments, gaussianMoments } from './gaussian.js';
export {
  type CriticalGainOptions,
  criticalGain,
  type MeanField,
  type MeanFieldOptions,
  meanField,
  type Phase,
  type PhaseTableOptions,
  type PhaseTableRow,
  phaseTable,
  type VarianceMapOptions,
  varianceMap,
} from './mean-field.js';
export type { OwnActivation, PointwiseActivation } from './pointwise.js';
export {
  type PropagateAsyncOptions,
  type PropagateOptions,
  propagate,
  propagateAsync,
} from './propagate.js';
export type {
  Float32Limits,
  LogExpectation,
  LogStatistics,
  NetworkPaths,
  PropagatedLayer,
  Propagation,
} from './propagation.js';
