/** Moments of a function of two lines that meet at 0, such as relu, at normal points whose mean need not be 0. */
import type { Homogeneous } from '../network/activations.js';
import { arccosine, cosineFall } from '../numbers/elementary.js';
import { cumulative, density, exp } from '../numbers/normal.js';
import type { GaussianMoments } from './gaussian.js';

/** Moments of f(z) for z ~ N(mean, variance). */
export type RectifiedMoments = Pick<GaussianMoments, 'mean' | 'second' | 'slopeSecond'>;

/** Computes the moments of f(z) = z above 0 and below · z under it, for z ~ N(mean, variance), in closed form. */
export function rectifiedMoments(
  { below }: Pick<Homogeneous, 'below'>,
  mean: number,
  variance: number,
): RectifiedMoments {
  const deviation = Math.sqrt(variance);
  const h = mean / deviation;
  const [above, under, at] = [cumulative(h), cumulative(-h), density(h)];
  const slopeSecond = above + below * below * under;
  return {
    mean: mean * above + deviation * at + below * (mean * under - deviation * at),
    second: (variance + mean * mean) * slopeSecond + (1 - below * below) * mean * deviation * at,
    slopeSecond,
  };
}

/** Number of panels over which `rectifiedDifference` integrates. */
const PANELS = 6;
/** Nodes and weights of Gauss–Legendre on [0, 1], three points. */
const NODES = [0.1127016653792583, 0.5, 0.8872983346207417] as const;
const WEIGHTS = [0.2777777777777778, 0.4444444444444444, 0.2777777777777778] as const;

/**
 * Computes E[(f(u) − f(v))²] / 2 for jointly normal u and v of this mean and variance with correlation c, exact to 1e-7 of the
 * variance.
 *
 * With h = mean / deviation, the derivative of E[f(u) f(v)] by c is variance · E[f′(u) f′(v)], and that of P(u > 0, v > 0) is the
 * density of two standard normal values at (h, h) (Price 1958). Two integrations from c to 1, with s = cos θ, give
 * (1 − c) Φ(h) − ∫ (cos θ − c) exp(−h² / (1 + cos θ)) dθ / 2π over 0 ≤ θ ≤ arccos c for relu.
 */
export function rectifiedDifference(
  { below }: Pick<Homogeneous, 'below'>,
  mean: number,
  variance: number,
  c: number,
): number {
  const h = mean / Math.sqrt(variance);
  const above = cumulative(h);
  const step = arccosine(c) / PANELS;
  let integral = 0;
  for (let panel = 0; panel < PANELS; panel++) {
    for (let n = 0; n < NODES.length; n++) {
      const raised = 2 * cosineFall((panel + NODES[n]!) * step, Math.PI);
      integral += step * WEIGHTS[n]! * (raised - 1 - c) * exp((-h * h) / raised);
    }
  }
  const relu = (1 - c) * above - integral / (2 * Math.PI);
  const [jump, line] = [1 - below, below * below + 2 * below * (1 - below) * above];
  return variance * Math.max(0, (1 - c) * line + jump * jump * relu);
}
