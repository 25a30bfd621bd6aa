/** The lectures' statistics, each as a small function: what the namespace `statistics` holds. */
export { type ContinuousDistribution, normal, uniform } from './distributions.js';
export { type MaclaurinOptions, maclaurin } from './maclaurin.js';
export {
  centralMoment,
  expectation,
  mean,
  productVariance,
  rawMoment,
  standardDeviation,
  variance,
} from './moments.js';
