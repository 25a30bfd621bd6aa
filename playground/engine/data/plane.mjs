/** Regression: a plane over two inputs. */
export function plane(rng, rows, noise) {
  const x = rng.split('along').uniform(2 * rows, { low: -1.7, high: 1.7 });
  const jitter = rng.split('noise').normal(rows);
  const y = new Float32Array(rows);
  for (let i = 0; i < rows; i++) y[i] = 0.7 * (x[2 * i] + x[2 * i + 1]) + noise * jitter[i];
  return { x, y };
}
