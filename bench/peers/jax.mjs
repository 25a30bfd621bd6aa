/**
 * jax-js in WebAssembly, with one jitted function per step. It counts references: passing an array gives it away, `.ref` keeps
 * it. It runs on one thread, because its threads need a global Worker, which Node does not have.
 */
import { init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { version } from './version.mjs';

const NAME = 'jax-js';
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export async function open() {
  // Without a name it looks for a GPU through `navigator`, which Node 20 does not have.
  await init('wasm');
  return { name: NAME, version: version('@jax-js/jax'), train, multiply, elementwise };
}

function train({ sizes, rows, steps, batches, weights, optimizer, learningRate }) {
  const [inputSize, classes] = [sizes[0], sizes.at(-1)];
  const data = batches.map(({ floats, y }) => ({
    x: matrix(floats, rows, inputSize),
    y: nn.oneHot(np.array(Int32Array.from(y)), classes),
  }));
  const step = jit((parameters, state, x, y) => {
    const [loss, gradients] = valueAndGrad((p) => crossEntropy(p, x, y, rows))(tree.ref(parameters));
    return [loss, ...updates[optimizer](parameters, gradients, state, learningRate)];
  });
  let [parameters, state, loss] = [null, null, null];
  const run = async (waits) => {
    for (let i = 0; i < steps; i++) {
      const { x, y } = data[i % data.length];
      tree.dispose(loss);
      [loss, parameters, state] = step(parameters, state, x.ref, y.ref);
      if (waits) await loss.ref.blockUntilReady();
    }
    await Promise.all(tree.leaves(parameters).map((leaf) => leaf.blockUntilReady()));
  };
  return {
    name: NAME,
    units: steps,
    prepare() {
      tree.dispose(parameters);
      tree.dispose(state);
      parameters = weights.map(({ kernel, bias }, l) => ({
        kernel: matrix(kernel, sizes[l], sizes[l + 1]),
        bias: np.array(Float32Array.from(bias)),
      }));
      state = optimizer === 'adam' ? adamState(parameters) : [];
    },
    variants: [
      { setting: 'waits for each step', work: () => run(true) },
      { setting: 'queues the steps', work: () => run(false) },
    ],
    output: () => loss.ref.data(),
  };
}

function crossEntropy(parameters, x, y, rows) {
  let h = x.ref;
  parameters.forEach(({ kernel, bias }, l) => {
    const z = np.matmul(h, kernel).add(bias);
    h = l < parameters.length - 1 ? nn.relu(z) : z;
  });
  return nn
    .logSoftmax(h)
    .mul(y.ref)
    .sum()
    .mul(-1 / rows);
}

const updates = {
  sgd: (parameters, gradients, state, learningRate) => [
    tree.map((p, g) => p.sub(g.mul(learningRate)), parameters, gradients),
    state,
  ],
  adam(parameters, gradients, { m, v, power1, power2 }, learningRate) {
    const { beta1, beta2, epsilon } = ADAM;
    const [next1, next2] = [power1.mul(beta1), power2.mul(beta2)];
    const mean = tree.map((a, g) => a.mul(beta1).add(g.mul(1 - beta1)), m, tree.ref(gradients));
    const square = tree.map((a, g) => a.mul(beta2).add(np.square(g).mul(1 - beta2)), v, gradients);
    const rest = [next1, next2].map((power) => np.subtract(1, power.ref));
    const updated = tree.map(
      (p, a, b) => {
        const deviation = np.sqrt(b.div(rest[1].ref)).add(epsilon);
        return p.sub(a.div(rest[0].ref).div(deviation).mul(learningRate));
      },
      parameters,
      tree.ref(mean),
      tree.ref(square),
    );
    tree.dispose(rest);
    return [updated, { m: mean, v: square, power1: next1, power2: next2 }];
  },
};

function adamState(parameters) {
  const zeros = () => tree.map((p) => np.zerosLike(p), tree.ref(parameters));
  return { m: zeros(), v: zeros(), power1: np.array(1), power2: np.array(1) };
}

function multiply({ m, n, k }, inputs, repeats) {
  const [a, b] = [matrix(inputs.a, m, k), matrix(inputs.b, k, n)];
  const product = jit((a, b) => np.matmul(a, b));
  return mapping(2 * m * n * k * repeats, repeats, () => product(a.ref, b.ref));
}

const functions = {
  sigmoid: nn.sigmoid,
  tanh: np.tanh,
  exp: np.exp,
  gelu: (x) => nn.gelu(x, { approximate: true }),
};

function elementwise(name, x, repeats) {
  const given = np.array(x);
  const f = jit(functions[name]);
  return mapping(repeats * x.length, repeats, () => f(given.ref));
}

/** Makes a contestant from a function that returns an array. */
function mapping(units, repeats, run) {
  let out = null;
  return {
    name: NAME,
    units,
    async work() {
      for (let i = 0; i < repeats; i++) {
        out?.dispose();
        out = await run().blockUntilReady();
      }
    },
    output: () => out.ref.data(),
  };
}

function matrix(values, rows, columns) {
  return np.array(Float32Array.from(values)).reshape([rows, columns]);
}
