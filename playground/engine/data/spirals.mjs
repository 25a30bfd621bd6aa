/** Two spirals wound into each other, a class each. */
export function spirals(rng, rows, noise) {
  const along = rng.split('along').uniform(rows);
  const jitter = rng.split('noise').normal(2 * rows);
  const x = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    y[i] = i % 2;
    const radius = 2.4 * along[i];
    const angle = 3.2 * Math.PI * along[i] + Math.PI * y[i];
    x[2 * i] = radius * Math.sin(angle) + noise * jitter[2 * i];
    x[2 * i + 1] = radius * Math.cos(angle) + noise * jitter[2 * i + 1];
  }
  return { x, y };
}
