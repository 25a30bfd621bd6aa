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
 * The lectures' statistics as small functions. It is one object rather than a namespace of exports, because no bundler drops the
 * object that a namespace becomes, and a page that only trains would carry it.
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
