/** Two half circles that reach into each other, a class each. */
export function moons(rng, rows, noise) {
  const along = rng.split('along').uniform(rows);
  const jitter = rng.split('noise').normal(2 * rows);
  const x = new Float32Array(2 * rows);
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    y[i] = i % 2;
    const side = y[i] === 0 ? 1 : -1;
    const angle = Math.PI * along[i];
    x[2 * i] = 1.3 * (side * Math.cos(angle) - 0.5 * side) + noise * jitter[2 * i];
    x[2 * i + 1] = 1.6 * (side * Math.sin(angle) - 0.25 * side) + noise * jitter[2 * i + 1];
  }
  return { x, y };
}
