/**
 * Φ(−y) for y ≥ 0 in f64. Below 1, where it does not cancel, it is the series of Φ, from 1 on the continued fraction of Mills'
 * ratio (Abramowitz & Stegun 26.2.11 and 26.2.14). No backend uses either from ½ on.
 */
export function upperTail(y: number): number {
  const density = Math.exp((-y * y) / 2) / Math.sqrt(2 * Math.PI);
  if (y === Infinity) return 0;
  if (y < 1) {
    let term = y;
    let sum = y;
    for (let k = 3; term > 1e-18 * sum; k += 2) {
      term *= (y * y) / k;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = y;
  for (let k = Math.ceil(400 / (y * y)) + 20; k > 0; k--) fraction = y + k / fraction;
  return density / fraction;
}
