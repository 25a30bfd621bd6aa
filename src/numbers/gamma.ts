/**
 * Moments of the logarithm of a Gamma variable, from + − × ÷ alone. A sum of n squared normals is a Gamma variable of shape n/2,
 * and the mean of n positive values is close to one.
 */
import { ln } from './elementary.js';

/** Smallest shape for which the asymptotic series below are exact to 1e-13. */
const LARGE = 10;

/** E[ln X] − ln E[X] = ψ(a) − ln a, about −1/(2a), for a Gamma variable X of shape a; the shape may be ∞. */
export function meanLogGamma(shape: number): number {
  if (shape === Infinity) return 0;
  let x = shape;
  let below = 0;
  for (; x < LARGE; x++) below += 1 / x;
  const r = 1 / (x * x);
  const series = r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r / 132))));
  return ln(x) - ln(shape) - 1 / (2 * x) - series - below;
}

/** Var[ln X] = ψ′(a), about 1/a, for a Gamma variable X of shape a; the shape may be ∞. */
export function varianceLogGamma(shape: number): number {
  let x = shape;
  let below = 0;
  for (; x < LARGE; x++) below += 1 / (x * x);
  const r = 1 / (x * x);
  const series = 1 / 6 - r * (1 / 30 - r * (1 / 42 - r * (1 / 30 - r * (5 / 66))));
  return below + 1 / x + r / 2 + (r / x) * series;
}
