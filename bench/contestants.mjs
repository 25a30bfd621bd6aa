/** Contestants of this library, each with an instance of its own. */

/** The two builds of WebAssembly and the two backends in plain JavaScript, which they have to beat. */
const all = [
  { name: 'portable', backend: 'wasm', arithmetic: 'portable' },
  { name: 'fused', backend: 'wasm', arithmetic: 'fused' },
  { name: 'javascript', backend: 'javascript', arithmetic: 'portable' },
  { name: 'javascript64', backend: 'javascript64', arithmetic: 'portable' },
];

let instances = 0;

/**
 * Returns a new module instance. V8 compiles a function for the types that it has met. If f32 and f64 run through one instance,
 * its typed arrays become polymorphic and the JavaScript backends lose a fifth of their speed, which would flatter WebAssembly. A
 * new query string gives a new instance.
 */
export function freshLibrary() {
  instances += 1;
  return import(`../build/bench/library.js?${instances}`);
}

/** Returns the contestants that this engine can run; `fused` needs relaxed SIMD. */
export async function contestants() {
  const { createBackend, hasRelaxedSimd } = await freshLibrary();
  if (!hasRelaxedSimd()) return all.filter(({ name }) => name !== 'fused');
  // The check itself must not warm up anything that is measured.
  createBackend('wasm', 'fused');
  return all;
}

/**
 * Returns a compiled model with the weights of a net.
 *
 * @param net  net of nets.mjs
 */
export async function model({ backend, arithmetic }, net) {
  const library = await freshLibrary();
  const [inputSize, ...units] = net.sizes;
  const { activation = 'relu', output = 'softmax', inputScaling = 'none', weights } = net;
  const made = new library.MLP({
    inputSize,
    layers: units.map((n, l) => ({ units: n, activation: l < units.length - 1 ? activation : output })),
    inputScaling,
    seed: net.seed,
    backend,
    arithmetic,
  });
  const optimizer = library[net.optimizer]({ learningRate: net.learningRate });
  // Compiling resets the optimizer, which each slice needs.
  const reset = () => {
    made.compile({ loss: net.loss ?? 'crossEntropy', optimizer });
    made.setWeights(weights);
  };
  reset();
  return { model: made, reset, library };
}

/** Trains as a user does: trainOnBatch checks and copies the data. The output is the last loss. */
export async function trainer(runner, net, { batches = net.batches, ...contestant } = {}) {
  const { model: trained, reset } = await model(runner, net);
  const given = batches.map(({ x, y }) => ({ x: elementsFor(runner, x), y }));
  let loss = 0;
  return {
    name: runner.name,
    units: net.steps,
    // Every slice starts from the same weights, so that the net neither saturates nor dies.
    prepare: reset,
    work: () => {
      for (let step = 0; step < net.steps; step++) {
        const { x, y } = given[step % given.length];
        loss = trained.trainOnBatch(x, y).loss;
      }
    },
    output: () => [loss],
    ...contestant,
  };
}

/** Predicts the first batch of a net. The output is the predictions. */
export async function predictor(runner, net) {
  const { model: asked } = await model(runner, net);
  const x = elementsFor(runner, net.batches[0].x);
  let probabilities = [];
  return {
    name: runner.name,
    units: net.steps,
    work: () => {
      for (let step = 0; step < net.steps; step++) probabilities = asked.predict(x);
    },
    output: () => probabilities,
  };
}

function elementsFor({ backend }, x) {
  return backend === 'javascript64' && x instanceof Float32Array ? Float64Array.from(x) : x;
}
