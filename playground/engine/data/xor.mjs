/** Four squares; opposite ones have the same class. */
export function xor(rng, rows, noise) {
  const at = rng.split('along').uniform(2 * rows, { low: -1.7, high: 1.7 });
  const jitter = rng.split('noise').normal(2 * rows);
  const x = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    y[i] = at[2 * i] * at[2 * i + 1] > 0 ? 1 : 0;
    x[2 * i] = at[2 * i] + noise * jitter[2 * i];
    x[2 * i + 1] = at[2 * i + 1] + noise * jitter[2 * i + 1];
  }
  return { x, y };
}
