import { normal, uniform } from './distributions.js';
import { maclaurin } from './maclaurin.js';
import {
  centralMoment,
  expectation,
  mean,
  productVariance,
  rawMoment,
  standardDeviation,
  variance,
} from './moments.js';

/**
 * The lectures' statistics, each as a small function. An object, not a namespace of exports: what that becomes in a bundle no
 * bundler leaves out, and a page that only trains would carry it.
 */
export const statistics = /* @__PURE__ */ Object.freeze({
  mean,
  variance,
  standardDeviation,
  rawMoment,
  centralMoment,
  expectation,
  productVariance,
  uniform,
  normal,
  maclaurin,
});
