/**
 * brain.js on the processor. It has sigmoid, ReLU and tanh, half the squared error, and one row at a time; no batches, no
 * softmax, no cross-entropy. Its GPU part, gpu.js, is not used.
 */
import brain from 'brain.js';
import { version } from './version.mjs';

const NAME = 'brain.js';

export async function open() {
  return { name: NAME, version: version(NAME), online };
}

/**
 * Makes a pass over the rows of the first batch, one step per row, sigmoid throughout. The output is the last row's prediction.
 */
function online({ sizes, batches, weights, learningRate }) {
  const [{ floats, y }] = batches;
  const rows = Array.from(y, (label, r) => ({
    input: floats.subarray(r * sizes[0], (r + 1) * sizes[0]),
    output: Float32Array.from({ length: sizes.at(-1) }, (_, c) => (c === label ? 1 : 0)),
  }));
  const net = new brain.NeuralNetwork({ activation: 'sigmoid' });
  net.sizes = sizes;
  net.initialize();
  net.trainOpts.learningRate = learningRate;
  net.trainOpts.momentum = 0;
  return {
    name: NAME,
    units: rows.length,
    prepare() {
      weights.forEach(({ kernel, bias }, l) => {
        const units = sizes[l + 1];
        for (let unit = 0; unit < units; unit++) {
          net.biases[l + 1][unit] = bias[unit];
          for (let i = 0; i < sizes[l]; i++) net.weights[l + 1][unit][i] = kernel[i * units + unit];
        }
      });
    },
    work() {
      for (const row of rows) net.trainPattern(row);
    },
    output: () => net.runInput(rows.at(-1).input).slice(),
  };
}
