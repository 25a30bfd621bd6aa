/**
 * numpy-ts in WebAssembly, with relaxed SIMD where the engine has it. It has arrays and matrix products, but no training. Results
 * are freed at once, because its 256 MB would otherwise fill up before the collector runs, and then it works in JavaScript.
 */
import * as np from 'numpy-ts';
import { version } from './version.mjs';

const NAME = 'numpy-ts';

export async function open() {
  return { name: NAME, version: version(NAME), multiply, elementwise };
}

function multiply({ kind, m, n, k }, inputs, repeats) {
  if (kind !== 'nn') return undefined;
  const [a, b] = [np.array(inputs.a).reshape([m, k]), np.array(inputs.b).reshape([k, n])];
  return mapping(2 * m * n * k * repeats, repeats, () => np.matmul(a, b));
}

const functions = { tanh: np.tanh, exp: np.exp };

function elementwise(name, x, repeats) {
  if (!(name in functions)) return undefined;
  const given = np.array(x);
  return mapping(repeats * x.length, repeats, () => functions[name](given));
}

/** Makes a contestant from a function that returns an array. */
function mapping(units, repeats, run) {
  let out = null;
  return {
    name: NAME,
    units,
    work() {
      for (let i = 0; i < repeats; i++) {
        out?.dispose();
        out = run();
      }
    },
    output: () => Float32Array.from(out.data),
  };
}
