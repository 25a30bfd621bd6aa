/** Statistics in f64 that draws are judged by: moments, Φ, and the Kolmogorov–Smirnov test. */

const SQRT_PI = Math.sqrt(Math.PI);
const SQRT_2 = Math.SQRT2;

/** erfc x for x ≥ 0, to a few units of f64: a series of positive terms near 0, a continued fraction beyond. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 1.5) {
    // erf x = 2/√π e^(−x²) Σ 2^n x^(2n+1) / (2n+1)!!
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / SQRT_PI) * Math.exp(-x * x) * sum;
  }
  // e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), evaluated from the innermost fraction outwards.
  let fraction = x;
  for (let n = 100; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / SQRT_PI / fraction;
}

/** Φ, the distribution function of N(0, 1). */
export const normalCdf = (x: number): number => erfc(-x / SQRT_2) / 2;

/** φ, the density of N(0, 1). */
export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** P(|x| > 2) / 2, and the density at 2 after the cut. */
const TAIL = normalCdf(-2);
const EDGE = normalDensity(2) / (1 - 2 * TAIL);
/** Distribution function of N(0, 1) cut at ±2. */
export const truncatedNormalCdf = (x: number): number =>
  Math.min(1, Math.max(0, (normalCdf(x) - TAIL) / (1 - 2 * TAIL)));

export interface Moments {
  mean: number;
  variance: number;
  /** E (x − mean)⁴ / variance²: 3 for a normal, 1.8 for a uniform distribution. */
  kurtosis: number;
}

/** Moments of N(0, 1) cut at ±2: E x² = 1 − 4 φ(2)/Z and E x⁴ = 3 E x² − 16 φ(2)/Z, by parts. */
export const truncatedNormalMoments: Moments = {
  mean: 0,
  variance: 1 - 4 * EDGE,
  kurtosis: (3 * (1 - 4 * EDGE) - 16 * EDGE) / (1 - 4 * EDGE) ** 2,
};

export function momentsOf(sample: ArrayLike<number>): Moments {
  const n = sample.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += sample[i]!;
  const mean = sum / n;
  let squares = 0;
  let fourths = 0;
  for (let i = 0; i < n; i++) {
    const square = (sample[i]! - mean) ** 2;
    squares += square;
    fourths += square * square;
  }
  return { mean, variance: squares / n, kurtosis: (fourths * n) / squares ** 2 };
}

/**
 * Returns the distances of mean and variance from those of a distribution with this variance and kurtosis, in standard errors of
 * a sample of this size.
 */
export function deviations(
  sample: ArrayLike<number>,
  { mean, variance, kurtosis }: Moments,
): { mean: number; variance: number } {
  const found = momentsOf(sample);
  const n = sample.length;
  return {
    mean: (found.mean - mean) / Math.sqrt(variance / n),
    variance: (found.variance - variance) / (variance * Math.sqrt((kurtosis - 1) / n)),
  };
}

/** P(D > distance) for a sample of n: the limit of Kolmogorov with Stephens’ correction for finite n. */
export function kolmogorovPValue(distance: number, n: number): number {
  const root = Math.sqrt(n);
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  // The series needs many terms here, and the value is 1 to ten digits.
  if (lambda < 0.2) return 1;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * lambda) ** 2);
  return Math.min(1, Math.max(0, p));
}

/** Returns the p-value of the largest distance between a sample's distribution function and the expected one. */
export function ksPValue(sample: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const expected = cdf(sorted[i]!);
    distance = Math.max(distance, expected - i / n, (i + 1) / n - expected);
  }
  return kolmogorovPValue(distance, n);
}
