/** A disc and a ring around it, a class each. */
export function circles(rng, rows, noise) {
  const along = rng.split('along').uniform(2 * rows);
  const jitter = rng.split('noise').normal(2 * rows);
  const x = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    y[i] = i % 2;
    const radius = y[i] === 0 ? 1.1 * Math.sqrt(along[2 * i]) : 1.7 + 0.5 * along[2 * i];
    const angle = 2 * Math.PI * along[2 * i + 1];
    x[2 * i] = radius * Math.sin(angle) + noise * jitter[2 * i];
    x[2 * i + 1] = radius * Math.cos(angle) + noise * jitter[2 * i + 1];
  }
  return { x, y };
}
