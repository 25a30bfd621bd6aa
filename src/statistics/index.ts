import { normal, uniform } from './distributions.js';
import { maclaurin } from './maclaurin.js';
import {
  centralMoment,
  distribution,
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
 *
 * @namespace
 */
export const statistics = /* @__PURE__ */ Object.freeze({
  /** Mean of values. */
  mean,
  /** Population variance of values. */
  variance,
  /** Population standard deviation of values. */
  standardDeviation,
  /** Raw moment of an order: the mean of xᵏ. */
  rawMoment,
  /** Central moment of an order: the mean of (x − mean)ᵏ. */
  centralMoment,
  /** Distribution of a sample, by counting. */
  distribution,
  /** Expectation of a discrete random variable. */
  expectation,
  /** Variance of a product of independent random variables. */
  productVariance,
  /** Uniform distribution. */
  uniform,
  /** Normal distribution. */
  normal,
  /** Maclaurin series of an activation. */
  maclaurin,
});
