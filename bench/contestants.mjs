/** The library's own contestants, and how each gets a library of its own. */

/** The two builds of WebAssembly, and the two backends in plain JavaScript that they have to beat. */
const all = [
  { name: 'portable', backend: 'wasm', arithmetic: 'portable' },
  { name: 'fused', backend: 'wasm', arithmetic: 'fused' },
  { name: 'javascript', backend: 'javascript', arithmetic: 'portable' },
  { name: 'javascript64', backend: 'javascript64', arithmetic: 'portable' },
];

let instances = 0;

/**
 * A module instance that nobody has used. V8 compiles a function for the types it has met: where f32 and f64
 * run through one instance, its typed arrays become polymorphic and the JavaScript backends lose a fifth of
 * their speed, which would flatter WebAssembly. A new query string is a new instance.
 */
export function freshLibrary() {
  instances += 1;
  return import(`../build/bench/library.js?${instances}`);
}

/** The contestants this engine can run: `fused` needs relaxed SIMD. */
export async function contestants() {
  const { createBackend, hasRelaxedSimd } = await freshLibrary();
  if (!hasRelaxedSimd()) return all.filter(({ name }) => name !== 'fused');
  // The check itself must not have warmed up anything that is measured.
  createBackend('wasm', 'fused');
  return all;
}

/**
 * A model with the net's weights, compiled.
 *
 * @param net  of nets.mjs
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
  // A compiled model's optimizer begins anew, which is what each slice needs.
  const reset = () => {
    made.compile({ loss: net.loss ?? 'crossEntropy', optimizer });
    made.setWeights(weights);
  };
  reset();
  return { model: made, reset, library };
}

/** Steps of training as a user takes them: trainOnBatch, data checked and copied in. The output is the last loss. */
export async function trainer(runner, net, { batches = net.batches, ...contestant } = {}) {
  const { model: trained, reset } = await model(runner, net);
  const given = batches.map(({ x, y }) => ({ x: elementsFor(runner, x), y }));
  let loss = 0;
  return {
    name: runner.name,
    units: net.steps,
    // Every slice begins at the same weights: the net that is timed neither saturates nor dies.
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

/** Predictions of a net's first batch. The output is theirs. */
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
