/** Three round clouds, a class each. */
export function blobs(rng, rows, noise) {
  const jitter = rng.split('noise').normal(2 * rows);
  const x = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    y[i] = i % 3;
    const angle = (2 * Math.PI * y[i]) / 3;
    x[2 * i] = 1.4 * Math.sin(angle) + (0.4 + noise) * jitter[2 * i];
    x[2 * i + 1] = 1.4 * Math.cos(angle) + (0.4 + noise) * jitter[2 * i + 1];
  }
  return { x, y };
}
