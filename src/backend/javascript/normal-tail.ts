/** Largest y with a tail that is not 0: beyond, e^(−y²/2) is 0. */
const REACH = 40;
/** Below this y, where Φ(−y) is not small, the series is used; from it on, the trapezoidal rule. */
const SERIES = 0.5;
/** Step of the trapezoidal rule; its error has the weight e^(−(π/h)²) = 7e-18. */
const H = 0.5;
/** Weights e^(−(kh)²) for k = 1, 2, …; the last is 4e-19. */
const weights = /* @__PURE__ */ Array.from({ length: 13 }, (_, i) =>
  Math.exp(-((i + 1) * H) * ((i + 1) * H)),
);

/**
 * Φ(−y) = ½ erfc(y / √2) for y ≥ 0, with a relative error of 1e-15. For y ≥ ½ it is the trapezoidal rule on
 * erfc x = (2x e^(−x²) / π) ∫₀^∞ e^(−t²) / (t² + x²) dt with the contribution of the pole at t = ix removed
 * (Chiarella & Reichel 1968; the rule meets no pole past x = π/h). Below ½ it is ½ − φ(y) (y + y³/3 + y⁵/(3·5) + …).
 */
export function normalTail(y: number): number {
  if (y > REACH) return 0;
  const square = y * y;
  // The square of a float is exact in f64. At y = 38 a rounded square would cost 700 ULP.
  const rounded = Math.fround(y);
  const gaussian = Math.exp((-rounded * rounded) / 2) * Math.exp((-(y - rounded) * (y + rounded)) / 2);
  if (y < SERIES) {
    let term = y;
    let sum = y;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= square / k;
      sum += term;
    }
    return 0.5 - (gaussian * sum) / Math.sqrt(2 * Math.PI);
  }
  const xx = square / 2;
  const x = y / Math.SQRT2;
  let sum = 0;
  for (let k = weights.length; k > 0; k--) sum += weights[k - 1]! / (k * H * (k * H) + xx);
  const pole = x < Math.PI / H ? 1 / Math.expm1((2 * Math.PI * x) / H) : 0;
  return (gaussian * H * x * (1 / xx + 2 * sum)) / (2 * Math.PI) - pole;
}
