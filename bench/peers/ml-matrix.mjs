/** ml-matrix: matrices in plain JavaScript, f64. */
import { Matrix } from 'ml-matrix';
import { version } from './version.mjs';

const NAME = 'ml-matrix';

export async function open() {
  return { name: NAME, version: version(NAME), multiply };
}

function multiply({ m, n, k }, inputs, repeats) {
  const [a, b] = [Matrix.from1DArray(m, k, inputs.a), Matrix.from1DArray(k, n, inputs.b)];
  let c;
  return {
    name: NAME,
    units: 2 * m * n * k * repeats,
    work() {
      for (let i = 0; i < repeats; i++) c = a.mmul(b);
    },
    output: () => c.to1DArray(),
  };
}
