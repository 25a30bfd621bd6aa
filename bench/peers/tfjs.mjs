/** TensorFlow.js with its WebAssembly backend on one thread. Importing all of it registers the gradients. */
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { version } from './version.mjs';

const NAME = 'tfjs-wasm';

export async function open() {
  // Production mode has fewer checks and does not warn at every call that orthogonal is slow.
  tf.enableProdMode();
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs: its WebAssembly backend does not start');
  // Its listeners would print a screen of its own source before any of our errors.
  process.removeAllListeners('uncaughtException');
  return { name: NAME, version: version('@tensorflow/tfjs'), train, predict, multiply, elementwise, draw };
}

const optimizers = {
  sgd: (learningRate) => tf.train.sgd(learningRate),
  adam: (learningRate) => tf.train.adam(learningRate, 0.9, 0.999, 1e-8),
};

function train({ sizes, rows, steps, batches, weights, optimizer: kind, learningRate }) {
  const [inputSize, classes] = [sizes[0], sizes.at(-1)];
  const data = batches.map(({ floats, y }) => ({
    x: tf.tensor2d(floats, [rows, inputSize]),
    y: tf.tidy(() => tf.oneHot(tf.tensor1d(Int32Array.from(y), 'int32'), classes).toFloat()),
  }));
  const start = weights.map(({ kernel, bias }, l) => ({
    kernel: tf.tensor2d(kernel, [sizes[l], sizes[l + 1]]),
    bias: tf.tensor1d(bias),
  }));
  const layers = start.map(({ kernel, bias }) => ({ kernel: tf.variable(kernel), bias: tf.variable(bias) }));
  const variables = layers.flatMap(({ kernel, bias }) => [kernel, bias]);
  let [optimizer, loss] = [null, 0];
  const run = (reads) => {
    for (let i = 0; i < steps; i++) {
      const { x, y } = data[i % data.length];
      const value = optimizer.minimize(() => crossEntropy(layers, x, y), true, variables);
      if (reads(i)) loss = value.dataSync()[0];
      value.dispose();
    }
  };
  return {
    name: NAME,
    units: steps,
    prepare() {
      layers.forEach(({ kernel, bias }, l) => {
        kernel.assign(start[l].kernel);
        bias.assign(start[l].bias);
      });
      optimizer?.dispose();
      optimizer = optimizers[kind](learningRate);
    },
    variants: [
      { setting: 'reads the loss of each step', work: () => run(() => true) },
      { setting: 'reads the last loss', work: () => run((i) => i === steps - 1) },
    ],
    output: () => [loss],
  };
}

function predict({ sizes, rows, steps, weights, batches }) {
  const layers = weights.map(({ kernel, bias }, l) => ({
    kernel: tf.tensor2d(kernel, [sizes[l], sizes[l + 1]]),
    bias: tf.tensor1d(bias),
  }));
  const x = tf.tensor2d(batches[0].floats, [rows, sizes[0]]);
  const answer = () => tf.tidy(() => tf.softmax(logits(layers, x)).dataSync());
  let y = [];
  return {
    name: NAME,
    units: steps,
    work() {
      for (let i = 0; i < steps; i++) y = answer();
    },
    output: () => y,
  };
}

function crossEntropy(layers, x, y) {
  return tf.losses.softmaxCrossEntropy(y, logits(layers, x));
}

/** Returns the outputs before the softmax. */
function logits(layers, x) {
  let h = x;
  layers.forEach(({ kernel, bias }, l) => {
    const z = tf.add(tf.matMul(h, kernel), bias);
    h = l < layers.length - 1 ? tf.relu(z) : z;
  });
  return h;
}

function multiply({ m, n, k }, inputs, repeats) {
  const [a, b] = [tf.tensor2d(inputs.a, [m, k]), tf.tensor2d(inputs.b, [k, n])];
  return mapping(2 * m * n * k * repeats, repeats, () => tf.matMul(a, b));
}

/** Functions by name. gelu is made of operations in its tanh form, because the library does not have it. */
const functions = {
  sigmoid: tf.sigmoid,
  tanh: tf.tanh,
  exp: tf.exp,
  gelu: (x) =>
    tf.tidy(() => {
      const cubed = tf.mul(tf.mul(x, x), x);
      const inner = tf.mul(tf.add(x, tf.mul(cubed, 0.044715)), Math.sqrt(2 / Math.PI));
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
    }),
};

function elementwise(name, x, repeats) {
  const given = tf.tensor1d(x);
  return mapping(repeats * x.length, repeats, () => functions[name](given));
}

/** Draws orthogonal matrices only, which no other library has in a page. */
function draw(what, [rows, columns]) {
  if (what !== 'orthogonal') return undefined;
  const initializer = tf.initializers.orthogonal({ gain: 1 });
  return { ...mapping(rows * columns, 1, () => initializer.apply([rows, columns])), random: true };
}

/** Makes a contestant from a function that returns a tensor. */
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
    output: () => out.dataSync(),
  };
}
